import { isAuthorised } from '../consent/consent.ts';
import { actorKindOf, delegationInForce, isDeclaringParent, openInvitation } from '../delegation/delegation.ts';
import type { EspaceStatus } from '../espace/espace.ts';
import type { RecordState } from '../record/state.ts';
import { type Actor, actorKey } from '../shared/actor.ts';
import { isExcludedSector, isOccupationalPhysician } from '../shared/professions.ts';
import { isConfirmed } from '../support/support.ts';
import { areCardTriesUsed, isCard } from './card-tries.ts';
import { columnOf, type Matrix, mayRead, readsSomething } from './matrix/matrix.ts';
import type { Action, Purpose, Question } from './question.ts';

/** All that a rule may look at: a question and a state, reduced to what the law speaks of. */
export type Facts = {
  readonly espace: EspaceStatus;
  readonly action: Action;
  readonly actor: Actor['kind'];
  readonly purpose: Purpose;
  /** A reason was given (for BTG). */
  readonly reasoned: boolean;
  /** Insurer, bank, employer, or acting for a contract that needs a health assessment. */
  readonly excluded: boolean;
  readonly occupational: boolean;
  /** Regulates emergency calls. */
  readonly regulation: boolean;
  /** A delegation in force that covers the action's section. */
  readonly delegated: boolean;
  /** Asked to be what they act as, and still free to answer. */
  readonly invited: boolean;
  /** The parent who declared the child, until the child is of age. */
  readonly declaringParent: boolean;
  /** Appointed by a judge, while that holds. */
  readonly guardian: boolean;
  /** The professional, or the organisation they act for. */
  readonly blocked: boolean;
  /** Whoever is to be given access. */
  readonly targetBlocked: boolean;
  /** An authorisation in force of the professional or of their organisation (care team). */
  readonly authorised: boolean;
  /** The holder themself authorised this very professional. */
  readonly expresslyAuthorised: boolean;
  readonly attendingDoctor: boolean;
  readonly administrator: boolean;
  readonly breakGlassAllowed: boolean;
  readonly callCentreAllowed: boolean;
  readonly maskedInEmergency: boolean;
  readonly professionalsBlocked: boolean;
  /** The matrix lets this profession read this type (or, where no document is named, any type at all). */
  readonly matrixAllows: boolean;
  readonly evidence: boolean;
  /** A carte Vitale was shown that is not the holder's. */
  readonly foreignCard: boolean;
  /** A carte Vitale was shown by somebody who has shown too many of others. */
  readonly cardTriesUsed: boolean;
  readonly patientInformed: boolean;
  /** The agent of the help desk who asks has lately made sure of who calls. */
  readonly identityConfirmed: boolean;
  /** The document in question; false everywhere where there is none. */
  readonly documentExists: boolean;
  readonly author: boolean;
  /** By the holder, or by somebody for them. */
  readonly putInByHolder: boolean;
  readonly masked: boolean;
  readonly hiddenFromRepresentatives: boolean;
  readonly hiddenFromHolder: boolean;
};

const PATIENT_SIDE: ReadonlySet<Actor['kind']> = new Set(['holder', 'representative', 'carer']);

/** O(1) in the number of documents, rights and events; live delegations are few. */
export const factsOf = (question: Question, state: RecordState, matrix: Matrix): Facts => {
  const { actor, at } = question;
  const { consent, espace } = state;
  const professional = actor.kind === 'professional' ? actor : null;
  const rpps = professional?.rpps ?? null;
  const organisation = professional?.organisation ?? null;
  const document = question.documentId === null ? undefined : state.documents.get(question.documentId);
  const column = professional ? columnOf(professional) : null;
  const delegate = actor.kind === 'representative' || actor.kind === 'carer' ? actor : null;
  const inForce = delegate && delegationInForce(state.delegations, delegate.id, at);
  const invitation = delegate && openInvitation(state.delegations, delegate.id, at);
  const own = rpps === null ? undefined : consent.authorised.get(rpps);
  return {
    espace: espace.status,
    action: question.action,
    actor: actor.kind,
    purpose: question.purpose,
    reasoned: question.reason !== null && question.reason.trim() !== '',
    excluded: actor.kind === 'third-party' || (professional !== null && isExcludedSector(professional.sector)),
    occupational: professional !== null && isOccupationalPhysician(professional),
    regulation: professional?.regulation ?? false,
    delegated: inForce ? actorKindOf(inForce.relation) === actor.kind : false,
    invited: invitation ? actorKindOf(invitation.relation) === actor.kind : false,
    declaringParent: actor.kind === 'representative' && isDeclaringParent(state.delegations, actor.id, at),
    guardian: actor.kind === 'representative' && inForce ? inForce.relation === 'GUARDIAN' : false,
    blocked:
      (rpps !== null && consent.blocked.has(rpps)) || (organisation !== null && consent.blocked.has(organisation)),
    targetBlocked: question.target !== null && consent.blocked.has(question.target),
    authorised: isAuthorised(consent, rpps, at) || isAuthorised(consent, organisation, at),
    expresslyAuthorised: own?.evidence === 'HOLDER' && isAuthorised(consent, rpps, at),
    attendingDoctor: rpps !== null && consent.attendingDoctor?.professional === rpps,
    administrator: rpps !== null && consent.administrators.has(rpps),
    breakGlassAllowed: consent.emergency.breakGlass,
    callCentreAllowed: consent.emergency.callCentre,
    maskedInEmergency: consent.emergency.masked,
    professionalsBlocked: consent.defaults.professionalsBlocked,
    matrixAllows:
      column !== null && (document ? mayRead(matrix, column, document.typeCode) : readsSomething(matrix, column)),
    evidence: question.evidence !== null && question.evidence !== 'FOREIGN_CARD',
    foreignCard: question.evidence === 'FOREIGN_CARD',
    cardTriesUsed:
      rpps !== null &&
      (isCard(question.evidence) || question.evidence === 'FOREIGN_CARD') &&
      areCardTriesUsed(state.cardTries, rpps, at),
    patientInformed: question.patientInformed,
    identityConfirmed: actor.kind === 'support' && isConfirmed(state.support, actor.id, at),
    documentExists: document !== undefined,
    author: document !== undefined && document.authorKey === actorKey(actor),
    putInByHolder: document !== undefined && PATIENT_SIDE.has(document.author.kind),
    masked: document?.masked ?? false,
    hiddenFromRepresentatives: document?.hiddenFromRepresentatives ?? false,
    hiddenFromHolder: document !== undefined && document.announcement !== null,
  };
};
