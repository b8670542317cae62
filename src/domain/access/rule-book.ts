import { isOpen } from '../espace/espace.ts';
import { CARD_NOT_RECOGNISED } from './card-tries.ts';
import type { Facts } from './facts.ts';
import { concernsOneDocument, groupOf } from './question.ts';

/** Who can be told of an access each time, apart from the journal. */
export type Told = 'holder' | 'attending-doctor';

/**
 * Who may. One ordered list: the first rule that matches answers, and silence denies. To change what the product allows,
 * change this file and its version, and nothing else; the examples are run as tests, and the laws of
 * `test/properties/rule-book-laws.test.ts` over all questions.
 *
 * `basis`: `law` where a public source says so, `service` where the published service behaves so, `decided` where the
 * sources are silent or disagree, so that whoever owns the policy can find it. Articles: Code de la santé publique.
 */
export type Rule = {
  readonly id: string;
  readonly permit: boolean;
  readonly when: (facts: Facts) => boolean;
  /** Articles or source. */
  readonly legalBasis: string;
  readonly basis: 'law' | 'service' | 'decided';
  /** The rule in one sentence, for the person concerned. */
  readonly says: { readonly fr: string; readonly en: string };
  /** Who is told each time, apart from the journal. */
  readonly tells?: readonly Told[];
  /** What the actor is told instead, where the true answer would say something of somebody else's choices. */
  readonly shownAs?: (facts: Facts) => string;
  /** Deviations from `EXAMPLE_FACTS` that this very rule answers. */
  readonly examples: readonly Partial<Facts>[];
};

/** Written into every trace; a change of any rule is a new version, and `former-rules.ts` keeps what it changed. */
export const RULE_BOOK_VERSION = '2026-11-22';

const cares = (facts: Facts): boolean => groupOf(facts.action) === 'care-reading';
const reads = (facts: Facts): boolean => cares(facts) || groupOf(facts.action) === 'private-reading';
const deposits = (facts: Facts): boolean => groupOf(facts.action) === 'depositing';
const audits = (facts: Facts): boolean => groupOf(facts.action) === 'auditing';
const supports = (facts: Facts): boolean => groupOf(facts.action) === 'supporting';
const asksForHelp = (facts: Facts): boolean => groupOf(facts.action) === 'asking-for-help';
/** What somebody who only says that they are this person could take the espace over with. */
const needsIdentity = (facts: Facts): boolean =>
  facts.action === 'resend-code' || facts.action === 'correct-contact' || facts.action === 'unlock-account';
const supervisesLife = (facts: Facts): boolean => groupOf(facts.action) === 'life-supervising';
/** What is there to be done with an espace that is not open. */
const bringsBack = (facts: Facts): boolean => facts.action === 'reopen' || facts.action === 'object-to-suspension';
const managesDocument = (facts: Facts): boolean => groupOf(facts.action) === 'document-managing';
const managesAccess = (facts: Facts): boolean => groupOf(facts.action) === 'access-managing';
const delegates = (facts: Facts): boolean => facts.actor === 'representative' || facts.actor === 'carer';
const answers = (facts: Facts): boolean => groupOf(facts.action) === 'answering';
/** Whether there is an espace at all is decided for somebody whatever has become of it; what became of that is read after. */
const decidesForChild = (facts: Facts): boolean =>
  facts.action === 'activate-for-child' || facts.action === 'oppose-for-child';
const decidesForWard = (facts: Facts): boolean =>
  facts.action === 'activate-for-ward' || facts.action === 'oppose-for-ward';
const readsOpposition = (facts: Facts): boolean => facts.action === 'read-opposition-proof';
const guards = (facts: Facts): boolean => groupOf(facts.action) === 'guardianship';
/** There is a person whom it is about, and something to come back to. */
const isKept = ({ espace }: Facts): boolean => espace !== 'unknown' && espace !== 'deceased' && espace !== 'erased';
const masks = (facts: Facts): boolean => facts.action === 'mask-document';
const blocks = (facts: Facts): boolean => facts.action === 'block';
const breaksGlass = (facts: Facts): boolean => facts.purpose === 'BTG';
const regulates = (facts: Facts): boolean => facts.purpose === 'ETREAT';

/** An emergency as the law means it, before the holder's switches are looked at. */
const isEmergency = (facts: Facts): boolean =>
  (breaksGlass(facts) && facts.reasoned) || (regulates(facts) && facts.regulation);
const emergencyAllowed = (facts: Facts): boolean =>
  (breaksGlass(facts) && facts.breakGlassAllowed) || (regulates(facts) && facts.callCentreAllowed);
const seesMasked = (facts: Facts): boolean =>
  facts.attendingDoctor ||
  facts.administrator ||
  facts.author ||
  (isEmergency(facts) && emergencyAllowed(facts) && facts.maskedInEmergency);

/** Documents whose existence this actor must not learn: every answer about them is the one for an unknown id. */
export const isHidden = (facts: Facts): boolean => {
  if (!facts.documentExists) return true;
  switch (facts.actor) {
    case 'holder':
      return facts.hiddenFromHolder;
    case 'representative':
    case 'carer':
      return facts.hiddenFromRepresentatives || facts.hiddenFromHolder;
    default:
      // To somebody blocked, a role or an emergency shows no more than to anybody else; what they put in, they know of.
      return facts.masked && !(facts.blocked ? facts.author : seesMasked(facts));
  }
};

/** The same actor, had the holder never said anything of them, given them anything, or left an emergency switch on. */
const asStranger = (facts: Facts): Facts => ({
  ...facts,
  blocked: false,
  targetBlocked: false,
  authorised: false,
  expresslyAuthorised: false,
  attendingDoctor: false,
  administrator: false,
  author: false,
  masked: false,
  evidence: false,
  foreignCard: false,
  cardTriesUsed: false,
  professionalsBlocked: false,
  breakGlassAllowed: false,
  callCentreAllowed: false,
});

export const RULE_BOOK: readonly Rule[] = [
  {
    id: 'auditor',
    permit: true,
    when: facts => audits(facts) && facts.actor === 'system',
    legalBasis: 'R.1111-43',
    basis: 'decided',
    says: {
      fr: 'Le contrôle du service rejoue l’historique des accès, et le titulaire le voit.',
      en: 'Supervision of the service replays the history of accesses, and the holder sees it.',
    },
    examples: [{ actor: 'system', action: 'replay-history' }],
  },
  {
    id: 'support-only',
    permit: false,
    when: facts => supports(facts) && facts.actor !== 'support',
    legalBasis: 'R.1111-26',
    basis: 'decided',
    says: {
      fr: 'Seule l’assistance (3422) fait cela.',
      en: 'Only the help desk (3422) does this.',
    },
    examples: [{ action: 'unlock-account' }, { actor: 'holder', action: 'confirm-identity' }],
  },
  {
    id: 'support-identity-needed',
    permit: false,
    when: facts => supports(facts) && needsIdentity(facts) && !facts.identityConfirmed,
    legalBasis: 'R.1111-26 ; assistance 3422 : code par courrier ou fin de l’IBAN',
    basis: 'service',
    says: {
      fr: 'L’assistance s’assure d’abord de l’identité de la personne, il y a moins de trente minutes.',
      en: 'The help desk first makes sure of who the person is, less than thirty minutes ago.',
    },
    examples: [
      { actor: 'support', action: 'correct-contact' },
      { actor: 'support', action: 'resend-code', espace: 'created' },
    ],
  },
  {
    id: 'support',
    permit: true,
    // Whatever the espace's status: somebody whose espace is closed may ask how to have it back. It shows nothing of it.
    when: facts => supports(facts),
    legalBasis: 'R.1111-26 ; assistance 3422',
    basis: 'decided',
    says: {
      fr: 'L’assistance (3422) aide la personne ; elle ne voit aucune donnée de santé.',
      en: 'The help desk (3422) helps the person; it sees no health data.',
    },
    examples: [
      { actor: 'support', action: 'confirm-identity' },
      { actor: 'support', action: 'handle-ticket', espace: 'closed' },
      { actor: 'support', action: 'unlock-account', identityConfirmed: true },
    ],
  },
  {
    id: 'own-tickets',
    permit: true,
    when: facts => asksForHelp(facts) && facts.actor === 'holder',
    legalBasis: 'L.1111-13-1 ; assistance 3422',
    basis: 'decided',
    says: {
      fr: 'Chacun peut écrire à l’assistance, quel que soit l’état de son espace.',
      en: 'Everybody may write to the help desk, whatever the state of their espace.',
    },
    examples: [
      { actor: 'holder', action: 'write-ticket' },
      { actor: 'holder', action: 'read-tickets', espace: 'opposed' },
    ],
  },
  {
    id: 'fund-supervises',
    permit: true,
    when: facts => supervisesLife(facts) && facts.actor === 'fund',
    legalBasis: 'R.1111-36, L.1111-18',
    basis: 'law',
    says: {
      fr: 'L’assurance maladie signale un décès, suspend un espace ou lève la suspension ; elle n’en lit rien.',
      en: 'The health insurance reports a death, suspends an espace or lifts the suspension; it reads nothing of it.',
    },
    examples: [
      { actor: 'fund', action: 'report-death' },
      { actor: 'fund', action: 'report-death', espace: 'closed' },
      { actor: 'fund', action: 'suspend' },
      { actor: 'fund', action: 'lift-suspension', espace: 'suspended' },
    ],
  },
  {
    id: 'only-the-fund-supervises',
    permit: false,
    when: facts => supervisesLife(facts),
    legalBasis: 'R.1111-36',
    basis: 'law',
    says: {
      fr: 'Seule l’assurance maladie signale un décès ou suspend un espace.',
      en: 'Only the health insurance reports a death or suspends an espace.',
    },
    examples: [
      { actor: 'holder', action: 'lift-suspension', espace: 'suspended' },
      { actor: 'representative', delegated: true, action: 'report-death' },
      { actor: 'support', action: 'suspend' },
      { action: 'report-death' },
    ],
  },
  {
    id: 'espace-not-open',
    permit: false,
    // An espace that was opposed can still be activated, and a measure be recorded of somebody who has closed theirs.
    when: facts =>
      !isOpen(facts.espace) &&
      !bringsBack(facts) &&
      !(decidesForChild(facts) || decidesForWard(facts) || readsOpposition(facts)) &&
      !(guards(facts) && isKept(facts)),
    legalBasis: 'L.1111-18, R.1111-36',
    basis: 'law',
    says: {
      fr: 'Cet espace n’existe pas, a fait l’objet d’une opposition, est suspendu ou fermé : personne n’y accède, même en urgence.',
      en: 'This espace does not exist, was opposed, is suspended or closed: nobody has access, not even in an emergency.',
    },
    examples: [
      { espace: 'closed', authorised: true },
      { espace: 'closed', purpose: 'BTG', reasoned: true },
      { espace: 'closed', actor: 'holder' },
      { espace: 'opposed', action: 'deposit-document', patientInformed: true },
      { espace: 'unknown' },
      { espace: 'erased', actor: 'holder' },
      { espace: 'suspended', actor: 'holder' },
      { espace: 'suspended', action: 'deposit-document', patientInformed: true },
      { espace: 'suspended', purpose: 'BTG', reasoned: true },
      { espace: 'suspended', actor: 'fund' },
      { espace: 'deceased', actor: 'representative', delegated: true },
      { espace: 'deceased', author: true },
    ],
  },
  {
    id: 'excluded-actor',
    permit: false,
    when: facts => facts.excluded,
    legalBasis: 'L.1111-18',
    basis: 'law',
    says: {
      fr: 'Assureurs, complémentaires, banques et employeurs n’ont aucun accès, même avec l’accord de la personne.',
      en: 'Insurers, complementary insurers, banks and employers have no access, even with the person’s consent.',
    },
    examples: [
      { excluded: true, authorised: true },
      { excluded: true, actor: 'third-party', purpose: 'BTG', reasoned: true },
      { excluded: true, action: 'deposit-document', patientInformed: true },
    ],
  },
  {
    id: 'invited',
    permit: true,
    when: facts => facts.action === 'answer-invitation' && facts.invited,
    legalBasis: 'délégation proposée par le titulaire ou son représentant',
    basis: 'service',
    says: {
      fr: 'La personne invitée accepte ou refuse l’invitation qui lui est faite.',
      en: 'Whoever is invited accepts or refuses the invitation.',
    },
    examples: [
      { actor: 'carer', action: 'answer-invitation', invited: true },
      { actor: 'representative', action: 'answer-invitation', invited: true },
    ],
  },
  {
    id: 'declaring-parent',
    permit: true,
    when: facts => (decidesForChild(facts) || readsOpposition(facts)) && facts.declaringParent,
    legalBasis: 'L.1111-13-1, R.1111-28',
    basis: 'service',
    says: {
      fr: 'Le parent qui a déclaré l’enfant active son espace, ou s’y oppose.',
      en: 'The parent who declared the child activates their espace, or opposes it.',
    },
    examples: [
      { actor: 'representative', action: 'activate-for-child', declaringParent: true },
      { actor: 'representative', action: 'activate-for-child', declaringParent: true, espace: 'opposed' },
      { actor: 'representative', action: 'oppose-for-child', declaringParent: true },
      { actor: 'representative', action: 'read-opposition-proof', declaringParent: true, espace: 'opposed' },
    ],
  },
  {
    id: 'guardian-decides',
    permit: true,
    when: facts => (decidesForWard(facts) || readsOpposition(facts)) && facts.guardian,
    legalBasis: 'L.1111-14, R.1111-28',
    basis: 'law',
    says: {
      fr: 'Le tuteur active l’espace de la personne protégée, ou s’y oppose, en tenant compte de son avis.',
      en: 'The guardian activates the protected person’s espace, or opposes it, taking their view into account.',
    },
    examples: [
      { actor: 'representative', action: 'activate-for-ward', delegated: true, guardian: true },
      { actor: 'representative', action: 'activate-for-ward', delegated: true, guardian: true, espace: 'opposed' },
      { actor: 'representative', action: 'oppose-for-ward', delegated: true, guardian: true },
      { actor: 'representative', action: 'read-opposition-proof', guardian: true, espace: 'opposed' },
    ],
  },
  {
    id: 'delegate-renounces',
    permit: true,
    when: facts => facts.action === 'renounce-delegation' && facts.delegated,
    legalBasis: 'délégation acceptée librement',
    basis: 'service',
    says: {
      fr: 'L’aidant ou le second représentant peut mettre fin lui-même à son accès.',
      en: 'The carer or the second representative may end their own access.',
    },
    examples: [{ actor: 'carer', action: 'renounce-delegation', delegated: true }],
  },
  {
    id: 'fund-reads-guardianships',
    permit: true,
    when: facts => facts.actor === 'fund' && facts.action === 'read-guardianships',
    legalBasis: 'L.1111-14',
    basis: 'decided',
    says: {
      fr: 'L’assurance maladie voit qui représente la personne, pour enregistrer ce qu’un juge en a décidé.',
      en: 'The health insurance sees who represents the person, to record what a judge decided of it.',
    },
    examples: [
      { actor: 'fund', action: 'read-guardianships' },
      { actor: 'fund', action: 'read-guardianships', espace: 'closed' },
    ],
  },
  {
    id: 'fund-declares-guardianship',
    permit: true,
    when: facts => facts.actor === 'fund' && guards(facts),
    legalBasis: 'L.1111-14 ; articles 440 et 473 du code civil',
    basis: 'decided',
    says: {
      fr: 'L’assurance maladie enregistre la mesure de protection décidée par un juge.',
      en: 'The health insurance records the protective measure that a judge decided.',
    },
    tells: ['holder'],
    examples: [
      { actor: 'fund', action: 'declare-guardianship' },
      { actor: 'fund', action: 'end-guardianship' },
      { actor: 'fund', action: 'declare-guardianship', espace: 'opposed' },
    ],
  },
  {
    id: 'for-somebody-else-to-do',
    permit: false,
    when: facts => answers(facts) || guards(facts),
    legalBasis: 'L.1111-14',
    basis: 'decided',
    says: {
      fr: 'Cette action revient à la personne invitée, au parent déclarant, au tuteur ou à l’assurance maladie.',
      en: 'This is for whoever is invited, for the declaring parent, the guardian or the health insurance to do.',
    },
    examples: [
      { actor: 'holder', action: 'answer-invitation' },
      { actor: 'holder', action: 'declare-guardianship' },
      { actor: 'carer', action: 'answer-invitation' },
      { actor: 'representative', action: 'activate-for-child', delegated: true },
    ],
  },
  {
    id: 'no-such-document',
    permit: false,
    when: facts => concernsOneDocument(facts.action) && !facts.documentExists,
    legalBasis: 'R.1111-46',
    basis: 'decided',
    says: { fr: 'Ce document n’existe pas.', en: 'There is no such document.' },
    examples: [
      { documentExists: false, authorised: true },
      { documentExists: false, actor: 'holder' },
    ],
  },
  {
    id: 'hidden-from-holder',
    permit: false,
    // Whoever acts for the person learns no sooner than the person would.
    when: facts =>
      (facts.actor === 'holder' || delegates(facts)) && concernsOneDocument(facts.action) && facts.hiddenFromHolder,
    legalBasis: 'R.1111-53',
    basis: 'law',
    says: {
      fr: 'Ce document attend une consultation d’annonce.',
      en: 'This document awaits a consultation of announcement.',
    },
    examples: [
      { actor: 'holder', hiddenFromHolder: true },
      { actor: 'holder', hiddenFromHolder: true, action: 'mask-document' },
      { actor: 'representative', delegated: true, hiddenFromHolder: true },
    ],
  },
  {
    id: 'holder',
    permit: true,
    when: facts => facts.actor === 'holder' && (reads(facts) || deposits(facts)),
    legalBasis: 'L.1111-19, R.1111-43',
    basis: 'law',
    says: { fr: 'Le titulaire accède à son espace.', en: 'The holder has access to their own espace.' },
    examples: [
      { actor: 'holder' },
      { actor: 'holder', masked: true },
      { actor: 'holder', action: 'read-journal' },
      { actor: 'holder', action: 'deposit-document' },
    ],
  },
  {
    id: 'not-put-in-by-holder',
    permit: false,
    when: facts => facts.actor === 'holder' && facts.action === 'delete-document' && !facts.putInByHolder,
    legalBasis: 'R.1111-51',
    basis: 'law',
    says: {
      fr: 'Seuls les documents que vous avez ajoutés peuvent être supprimés ; les autres peuvent être masqués.',
      en: 'Only documents that you added can be deleted; the others can be masked.',
    },
    examples: [{ actor: 'holder', action: 'delete-document' }],
  },
  {
    id: 'not-described-by-holder',
    permit: false,
    when: facts => facts.actor === 'holder' && facts.action === 'describe-document' && !facts.putInByHolder,
    legalBasis: 'R.1111-51',
    basis: 'law',
    says: {
      fr: 'Seuls les documents que vous avez ajoutés peuvent être rectifiés par vous.',
      en: 'Only documents that you added can be rectified by you.',
    },
    examples: [{ actor: 'holder', action: 'describe-document' }],
  },
  {
    id: 'only-professionals-announce',
    permit: false,
    when: facts => facts.actor !== 'professional' && facts.action === 'announce-document',
    legalBasis: 'R.1111-53',
    basis: 'law',
    says: {
      fr: 'Seul un professionnel peut réserver un document à une consultation d’annonce.',
      en: 'Only a professional can keep a document for a consultation of announcement.',
    },
    examples: [{ actor: 'holder', action: 'announce-document', putInByHolder: true }],
  },
  {
    id: 'holder-manages',
    permit: true,
    when: facts => facts.actor === 'holder',
    legalBasis: 'L.1111-15, L.1111-19, R.1111-36, R.1111-49',
    basis: 'law',
    says: {
      fr: 'Le titulaire décide des accès, des masquages et de la vie de son espace.',
      en: 'The holder decides on access, masking and the life of their espace.',
    },
    examples: [
      { actor: 'holder', action: 'mask-document' },
      { actor: 'holder', action: 'delete-document', putInByHolder: true },
      { actor: 'holder', action: 'authorise' },
      { actor: 'holder', action: 'close' },
      { actor: 'holder', action: 'reopen', espace: 'closed' },
      { actor: 'holder', action: 'object-to-suspension', espace: 'suspended' },
    ],
  },
  {
    id: 'hidden-from-representatives',
    permit: false,
    when: facts => delegates(facts) && concernsOneDocument(facts.action) && facts.hiddenFromRepresentatives,
    legalBasis: 'R.1111-50, L.1111-5',
    basis: 'law',
    says: {
      fr: 'Ce document est protégé par le secret demandé par la personne mineure.',
      en: 'This document is protected by the secrecy the minor asked for.',
    },
    examples: [
      { actor: 'representative', delegated: true, hiddenFromRepresentatives: true },
      { actor: 'carer', delegated: true, hiddenFromRepresentatives: true },
    ],
  },
  {
    id: 'representative',
    permit: true,
    when: facts =>
      facts.actor === 'representative' &&
      facts.delegated &&
      !audits(facts) &&
      facts.action !== 'delete-document' &&
      // What is kept from representatives is between the minor and whoever cares for them.
      facts.action !== 'hide-from-representatives' &&
      // The parent who declared the child says who the second one is.
      (facts.action !== 'invite-representative' || facts.declaringParent) &&
      (facts.action !== 'describe-document' || facts.putInByHolder),
    legalBasis: 'L.1111-14, R.1111-33',
    basis: 'law',
    says: {
      fr: 'Le représentant légal agit pour la personne.',
      en: 'The legal representative acts for the person.',
    },
    examples: [
      { actor: 'representative', delegated: true },
      { actor: 'representative', delegated: true, action: 'read-journal' },
      { actor: 'representative', delegated: true, action: 'block' },
      { actor: 'representative', delegated: true, declaringParent: true, action: 'invite-representative' },
    ],
  },
  {
    id: 'carer',
    permit: true,
    when: facts =>
      facts.actor === 'carer' &&
      facts.delegated &&
      (cares(facts) ||
        facts.action === 'deposit-document' ||
        (facts.action === 'describe-document' && facts.putInByHolder)),
    legalBasis: 'délégation acceptée par le titulaire',
    basis: 'service',
    says: {
      fr: 'L’aidant lit, ajoute et décrit des documents ; il ne gère ni les accès, ni les contacts, ni la fermeture.',
      en: 'The carer reads, adds and describes documents; access, contacts and closure are not theirs to manage.',
    },
    examples: [
      { actor: 'carer', delegated: true },
      { actor: 'carer', delegated: true, action: 'deposit-document' },
      { actor: 'carer', delegated: true, action: 'describe-document', putInByHolder: true },
    ],
  },
  {
    id: 'patient-not-informed',
    permit: false,
    when: facts => facts.actor === 'professional' && facts.action === 'deposit-document' && !facts.patientInformed,
    legalBasis: 'R.1111-47',
    basis: 'law',
    says: {
      fr: 'Le professionnel qui dépose un document en informe d’abord la personne.',
      en: 'A professional who deposits a document first tells the person.',
    },
    examples: [{ action: 'deposit-document' }],
  },
  {
    id: 'depositor',
    permit: true,
    when: facts => facts.actor === 'professional' && deposits(facts),
    legalBasis: 'R.1111-47, L.1111-15',
    basis: 'law',
    says: {
      fr: 'Tout professionnel identifié peut alimenter un espace ouvert, même bloqué ; il n’en lit rien de plus.',
      en: 'Every identified professional may feed an open espace, blocked ones too; it lets them read nothing else.',
    },
    examples: [
      { action: 'deposit-document', patientInformed: true },
      { action: 'deposit-document', patientInformed: true, blocked: true },
      { action: 'look-up' },
    ],
  },
  {
    id: 'blocked',
    permit: false,
    when: facts => facts.blocked,
    legalBasis: 'L.1111-19',
    basis: 'service',
    says: {
      fr: 'Le titulaire a bloqué ce professionnel ou son organisation ; en urgence aussi.',
      en: 'The holder has blocked this professional or their organisation; in emergencies too.',
    },
    // The words that one would hear who was never authorised, or met a switch that is off: the block stays the holder's.
    shownAs: facts => (RULE_BOOK.find(rule => rule.when(asStranger(facts))) as Rule).id,
    examples: [
      { blocked: true, authorised: true },
      { blocked: true, purpose: 'BTG', reasoned: true },
      { blocked: true, author: true },
      { blocked: true, action: 'authorise', evidence: true },
      { blocked: true, action: 'authorise', foreignCard: true },
    ],
  },
  {
    id: 'occupational-doctor',
    permit: false,
    when: facts => facts.occupational && !facts.expresslyAuthorised,
    legalBasis: 'L.1111-17 IV',
    basis: 'law',
    says: {
      fr: 'Le médecin du travail n’accède qu’avec l’accord exprès du titulaire.',
      en: 'An occupational doctor has access with the holder’s express consent only.',
    },
    examples: [
      { occupational: true },
      { occupational: true, authorised: true },
      { occupational: true, action: 'authorise', evidence: true },
    ],
  },
  {
    id: 'author',
    permit: true,
    when: facts => facts.actor === 'professional' && facts.author && (cares(facts) || managesDocument(facts)),
    legalBasis: 'R.1111-49',
    basis: 'law',
    says: {
      fr: 'Le professionnel qui a déposé un document le lit toujours, masqué ou non, et peut le rectifier ou le retirer.',
      en: 'The professional who deposited a document can always read it, masked or not, and may correct or withdraw it.',
    },
    examples: [
      { author: true },
      { author: true, masked: true },
      { author: true, action: 'delete-document' },
      { author: true, action: 'announce-document' },
    ],
  },
  {
    id: 'emergency-refused',
    permit: false,
    when: facts => cares(facts) && facts.purpose !== 'TREAT' && !emergencyAllowed(facts),
    legalBasis: 'L.1111-17 I, R.1111-48',
    basis: 'law',
    says: {
      fr: 'Le titulaire s’est opposé à l’accès en urgence.',
      en: 'The holder has objected to access in an emergency.',
    },
    examples: [
      { purpose: 'BTG', reasoned: true, breakGlassAllowed: false },
      { purpose: 'ETREAT', regulation: true, callCentreAllowed: false },
      { purpose: 'BTG', reasoned: true, breakGlassAllowed: false, authorised: true },
    ],
  },
  {
    id: 'masked',
    permit: false,
    when: facts => facts.actor === 'professional' && facts.masked && !seesMasked(facts),
    legalBasis: 'R.1111-49, L.1111-16',
    basis: 'law',
    says: {
      fr: 'Ce document est masqué aux professionnels.',
      en: 'This document is masked from professionals.',
    },
    examples: [
      { masked: true, authorised: true },
      { masked: true, purpose: 'BTG', reasoned: true },
      { masked: true, purpose: 'BTG', authorised: true, maskedInEmergency: true },
    ],
  },
  {
    id: 'matrix-refuses',
    permit: false,
    when: facts => facts.actor === 'professional' && (cares(facts) || managesDocument(facts)) && !facts.matrixAllows,
    legalBasis: 'R.1111-46, arrêté du 26 octobre 2023',
    basis: 'law',
    says: {
      fr: 'La matrice d’habilitation ne permet pas à cette profession de lire ce type de document.',
      en: 'The access matrix does not let this profession read this type of document.',
    },
    examples: [
      { matrixAllows: false, authorised: true },
      { matrixAllows: false, purpose: 'BTG', reasoned: true },
    ],
  },
  {
    id: 'break-glass',
    permit: true,
    when: facts => cares(facts) && facts.actor === 'professional' && breaksGlass(facts) && isEmergency(facts),
    legalBasis: 'L.1111-17 I, R.1111-48',
    basis: 'law',
    says: {
      fr: 'Accès en urgence (« bris de glace »), motivé ; le titulaire et son médecin traitant en sont informés.',
      en: 'Emergency access (break glass) with a reason; the holder and their attending doctor are told.',
    },
    tells: ['holder', 'attending-doctor'],
    examples: [
      { purpose: 'BTG', reasoned: true },
      { purpose: 'BTG', reasoned: true, masked: true, maskedInEmergency: true },
    ],
  },
  {
    id: 'call-centre',
    permit: true,
    when: facts => cares(facts) && facts.actor === 'professional' && regulates(facts) && isEmergency(facts),
    legalBasis: 'L.1111-17 I, R.1111-48',
    basis: 'law',
    says: {
      fr: 'Accès du médecin régulateur du centre 15 ; le titulaire et son médecin traitant en sont informés.',
      en: 'Access by the regulating physician of the call centre; the holder and their attending doctor are told.',
    },
    tells: ['holder', 'attending-doctor'],
    examples: [{ purpose: 'ETREAT', regulation: true }],
  },
  {
    id: 'not-authorised',
    permit: false,
    when: facts =>
      facts.actor === 'professional' &&
      cares(facts) &&
      !facts.authorised &&
      !facts.attendingDoctor &&
      !facts.administrator,
    legalBasis: 'R.1111-46 ; Conseil d’État, 15 octobre 2025, n° 490409',
    basis: 'law',
    says: {
      fr: 'Le titulaire n’a pas autorisé ce professionnel, ou l’autorisation a pris fin.',
      en: 'The holder has not authorised this professional, or the authorisation has ended.',
    },
    examples: [{}, { purpose: 'ETREAT' }],
  },
  {
    id: 'authorised',
    permit: true,
    when: facts => facts.actor === 'professional' && cares(facts),
    legalBasis: 'L.1111-17, R.1111-46',
    basis: 'law',
    says: {
      fr: 'Le titulaire a autorisé ce professionnel ou son équipe de soins.',
      en: 'The holder has authorised this professional or their care team.',
    },
    examples: [{ authorised: true }, { attendingDoctor: true, masked: true }, { administrator: true, masked: true }],
  },
  {
    id: 'sees-masked-manages-masking',
    permit: true,
    when: facts => masks(facts) && (facts.attendingDoctor || facts.administrator),
    legalBasis: 'L.1111-16, R.1111-54',
    basis: 'law',
    says: {
      fr: 'Le médecin traitant et les administrateurs désignés peuvent masquer et démasquer.',
      en: 'The attending doctor and the named administrators may mask and unmask.',
    },
    examples: [
      { action: 'mask-document', attendingDoctor: true },
      { action: 'mask-document', administrator: true, masked: true },
    ],
  },
  {
    id: 'administrator-blocks',
    permit: true,
    when: facts => blocks(facts) && facts.administrator,
    legalBasis: 'R.1111-54',
    basis: 'service',
    says: {
      fr: 'Un administrateur désigné par le titulaire peut bloquer un professionnel.',
      en: 'An administrator named by the holder may block a professional.',
    },
    examples: [{ action: 'block', administrator: true }],
  },
  {
    id: 'blocked-by-default',
    permit: false,
    when: facts => managesAccess(facts) && facts.actor === 'professional' && facts.professionalsBlocked,
    legalBasis: 'L.1111-19',
    basis: 'decided',
    says: {
      fr: 'Le titulaire bloque les professionnels par défaut : lui seul peut les autoriser.',
      en: 'The holder blocks professionals by default: they alone can authorise.',
    },
    shownAs: () => 'silence',
    examples: [{ action: 'authorise', evidence: true, professionalsBlocked: true }],
  },
  {
    id: 'target-blocked',
    permit: false,
    when: facts => facts.actor === 'professional' && facts.action === 'authorise' && facts.targetBlocked,
    legalBasis: 'L.1111-19',
    basis: 'decided',
    says: {
      fr: 'Le titulaire a bloqué ce professionnel ou cette organisation : lui seul peut les débloquer.',
      en: 'The holder has blocked this professional or organisation: they alone can unblock.',
    },
    // A block is not told to others either.
    shownAs: () => 'silence',
    examples: [{ action: 'authorise', evidence: true, targetBlocked: true }],
  },
  {
    id: 'card-tries-used',
    permit: false,
    when: facts => facts.action === 'authorise' && facts.actor === 'professional' && facts.cardTriesUsed,
    legalBasis: 'R.1111-46',
    basis: 'decided',
    says: {
      fr: 'Trop de cartes Vitale d’autres personnes ont été présentées : attendez un quart d’heure.',
      en: 'Too many cartes Vitale of other people were shown: wait a quarter of an hour.',
    },
    examples: [
      { action: 'authorise', foreignCard: true, cardTriesUsed: true },
      { action: 'authorise', evidence: true, cardTriesUsed: true },
    ],
  },
  {
    id: CARD_NOT_RECOGNISED,
    permit: false,
    when: facts => facts.action === 'authorise' && facts.actor === 'professional' && facts.foreignCard,
    legalBasis: 'L.1111-17 II, R.1111-46',
    basis: 'decided',
    says: {
      fr: 'Le numéro de carte Vitale présenté n’est pas celui de la personne.',
      en: 'The number of the carte Vitale that was shown is not the person’s.',
    },
    examples: [{ action: 'authorise', foreignCard: true }],
  },
  {
    id: 'agreement-recorded',
    permit: true,
    when: facts => facts.action === 'authorise' && facts.actor === 'professional' && facts.evidence,
    legalBasis: 'L.1111-17 II, R.1111-46',
    basis: 'law',
    says: {
      fr: 'Un professionnel enregistre l’accord que la personne lui a donné en consultation.',
      en: 'A professional records the agreement that the person gave in consultation.',
    },
    tells: ['holder'],
    examples: [{ action: 'authorise', evidence: true }],
  },
  {
    id: 'silence',
    permit: false,
    when: () => true,
    legalBasis: 'R.1111-46',
    basis: 'decided',
    says: {
      fr: 'Rien n’autorise cette action.',
      en: 'Nothing allows this action.',
    },
    examples: [
      { action: 'authorise' },
      { action: 'close' },
      { action: 'read-journal', authorised: true },
      { actor: 'representative' },
      { actor: 'carer', delegated: true, action: 'block' },
      { actor: 'carer', delegated: true, action: 'read-delegations' },
      { actor: 'carer', delegated: true, action: 'export-journal' },
      { actor: 'representative', delegated: true, action: 'hide-from-representatives' },
      { actor: 'representative', delegated: true, action: 'invite-representative' },
      { actor: 'fund', action: 'read-delegations' },
      { actor: 'system' },
    ],
  },
];

/** An identified general practitioner, never authorised, asks to read an unmasked document in the course of care. */
export const EXAMPLE_FACTS: Facts = {
  espace: 'activated',
  action: 'read-content',
  actor: 'professional',
  purpose: 'TREAT',
  reasoned: false,
  excluded: false,
  occupational: false,
  regulation: false,
  delegated: false,
  invited: false,
  declaringParent: false,
  guardian: false,
  blocked: false,
  targetBlocked: false,
  authorised: false,
  expresslyAuthorised: false,
  attendingDoctor: false,
  administrator: false,
  breakGlassAllowed: true,
  callCentreAllowed: true,
  maskedInEmergency: false,
  professionalsBlocked: false,
  matrixAllows: true,
  evidence: false,
  foreignCard: false,
  cardTriesUsed: false,
  patientInformed: false,
  identityConfirmed: false,
  documentExists: true,
  author: false,
  putInByHolder: false,
  masked: false,
  hiddenFromRepresentatives: false,
  hiddenFromHolder: false,
};
