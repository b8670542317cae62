import { PROFESSIONS } from '../../../domain/shared/professions.ts';
import { MAX_ATTACHMENT_BYTES } from '../../../domain/ticket/ticket.ts';
import {
  AtQuery,
  Authorise,
  DeclareAttendingDoctor,
  Explain,
  ExplainedActor,
  SetDefaults,
  SetEmergency,
} from '../requests/access.ts';
import { ChangeMyContacts, ChangePassword, VerifyMyContact } from '../requests/account.ts';
import { ActivateForChild, DeclareGuardianship, InviteDelegate } from '../requests/delegations.ts';
import { AdvanceClock, AskForToken } from '../requests/development.ts';
import { ProfessionalsQuery, StructuresQuery } from '../requests/directory.ts';
import {
  BulkChange,
  ContentQuery,
  DepositMetadata,
  DescribeDocument,
  DocumentsQuery,
  SetVisibility,
} from '../requests/documents.ts';
import { Activate, AskForCode, ChangeContacts, VerifyContact, VerifyIdentity } from '../requests/enrolment.ts';
import { CloseEspace, Empty, LookUp } from '../requests/espaces.ts';
import { ReportDeath, SuspendEspace } from '../requests/fund.ts';
import { JournalExportQuery, JournalQuery, ReportAccess } from '../requests/journal.ts';
import { DEFAULT_PAGE, PageQuery } from '../requests/page.ts';
import {
  ForgottenLogin,
  ForgottenPassword,
  GiveCode,
  RefreshTokens,
  ResetPassword,
  SignIn,
} from '../requests/sessions.ts';
import {
  CorrectContact,
  GiveProof,
  OpenCase,
  QueueQuery,
  ResendCode,
  StartIdentityCheck,
} from '../requests/support.ts';
import { AttachFile, OpenTicket, ShareAttachments, WriteMessage } from '../requests/tickets.ts';
import type { RequestClass } from '../route.ts';
import { EXAMPLE_TOKEN } from './answers/identity.ts';
import { EXAMPLE_IDS } from './answers/named-answers.ts';

/** What decorators cannot say of a request class. */
export type Notes = {
  readonly description?: string;
  /** A whole body; of a query, its parameters. */
  readonly example: object;
  /** Of the file it stands beside, where that is not a document. */
  readonly maxFileBytes?: number;
  readonly fields?: Readonly<Record<string, FieldNotes>>;
};

export type FieldNotes = {
  readonly description?: string;
  /** The named schema of these very values. */
  readonly named?: string;
  /** The class that validates the object in this field. */
  readonly nested?: RequestClass;
  /** Words for the codes that it may hold. */
  readonly labels?: ReadonlyMap<string, string>;
};

/** Throws where a class has no notes: an operation without an example is no use. */
export const notesOn = (Class: RequestClass): Notes => {
  const notes = NOTES.get(Class);
  if (notes === undefined) throw new Error(`${Class.name} has no example in request-notes.ts`);
  return notes;
};

const NIR = '279035121518989';
const CARD = '12345678901';
const LOGIN = 'dominique.essai1';
const PASSWORD = 'Vert-Tilleul42!';
const GENERAL_PRACTITIONER = '99700024450';

const VISIBILITY = {
  maskedFromProfessionals: {
    description: 'Only the holder, the author, the attending doctor and named administrators see it',
  },
  hiddenFromRepresentatives: { description: 'Kept from legal representatives and carers' },
  hiddenFromHolderUntilAnnounced: {
    description: 'Kept for a consultation of announcement, a month at most. For professionals only',
  },
} as const;
const DESCRIPTION = {
  category: { named: 'Category', description: 'Default: the category of the type' },
  date: { description: 'Day of the act. Default: today' },
} as const;
const PAGE = {
  limit: { description: `Items of one page. Default: ${DEFAULT_PAGE}` },
  after: { description: '`next` of the page before' },
} as const;
const NEW_PASSWORD = {
  description: '9 to 128 characters of four classes, nothing personal, not easy to guess, none of the last five',
} as const;
const NAME_AND_PLACE = {
  name: { description: 'One to six beginnings of words of the name, in any order; case and accents do not matter' },
  place: {
    description: 'Postal code (`51100`), department (`51`, `2A`, `974`), or beginnings of words of a commune’s name',
  },
} as const;
const CHANNEL = { description: 'Where the one-time code goes' } as const;

const NOTES: ReadonlyMap<RequestClass, Notes> = new Map<RequestClass, Notes>([
  [AskForCode, { example: { nir: NIR, vitaleSerial: CARD, birthDate: '1979-03-12', channel: 'SMS' } }],
  [
    VerifyIdentity,
    {
      example: { code: 'aB3dE5gH7jK9', nir: NIR, vitaleSerial: CARD },
      fields: {
        code: { description: 'The 12 characters of the invitation, or the 6 digits that were asked for' },
        birthDate: { description: 'Checked where it is given' },
      },
    },
  ],
  [
    ChangeContacts,
    {
      description: 'What is not named stays as it is',
      example: { email: 'dominique.essai@exemple.fr', mobile: '0612345678' },
    },
  ],
  [VerifyContact, { example: { channel: 'SMS', code: '482913' } }],
  [
    Activate,
    {
      example: { termsVersion: '1', privacyVersion: '1', login: LOGIN, password: PASSWORD },
      fields: {
        termsVersion: { description: 'Edition of the terms that was accepted' },
        privacyVersion: { description: 'Edition of the privacy policy that was accepted' },
        login: { description: '8 to 64 of a–z, 0–9, `.`, `-`, `_`; no e-mail address, NIR or IBAN; never changed' },
        password: { description: '9 to 128 characters of four classes, nothing personal, not easy to guess' },
        accompaniment: { description: 'Who stands beside the person. Default: `ALONE`' },
      },
    },
  ],
  [
    SignIn,
    {
      example: { login: LOGIN, password: PASSWORD, channel: 'SMS' },
      fields: {
        channel: CHANNEL,
        device: { description: 'What its owner calls the device. Default: the family of the browser, if it is one' },
      },
    },
  ],
  [ForgottenLogin, { example: { nir: NIR, vitaleSerial: CARD, birthDate: '1979-03-12', channel: 'EMAIL' } }],
  [
    ForgottenPassword,
    {
      example: { login: LOGIN, birthDate: '1979-03-12', channel: 'SMS' },
      fields: {
        channel: { description: 'Where the code goes' },
        birthDate: {
          description: 'Of the person. Codes asked for with it are counted apart, so that no stranger uses them up',
        },
      },
    },
  ],
  [
    ResetPassword,
    {
      example: { code: 'aB3dE5gH7jK9', newPassword: 'Orme-Pourpre57?' },
      fields: { code: { description: 'The 12 characters that were sent' }, newPassword: NEW_PASSWORD },
    },
  ],
  [ChangePassword, { example: { current: PASSWORD, new: 'Orme-Pourpre57?' }, fields: { new: NEW_PASSWORD } }],
  [
    ChangeMyContacts,
    {
      description: 'What is not named stays as it is',
      example: { password: PASSWORD, email: 'dominique.essai@exemple.fr' },
    },
  ],
  [VerifyMyContact, { example: { channel: 'EMAIL', code: '482913' } }],
  [GiveCode, { example: { code: '482913' }, fields: { code: { description: 'As it was sent' } } }],
  [RefreshTokens, { example: { refreshToken: EXAMPLE_TOKEN } }],
  [LookUp, { example: { ins: NIR } }],
  [
    CloseEspace,
    {
      example: { password: PASSWORD, erase: false },
      fields: {
        erase: { description: 'Have everything erased within three months; reopening before then cancels it' },
      },
    },
  ],
  [Empty, { description: 'No fields; the body may be left out', example: {} }],
  [
    DepositMetadata,
    {
      description: 'What a file is, given with it',
      example: { title: 'Compte rendu d’hospitalisation', type: '34112-3', date: '2026-11-18', patientInformed: true },
      fields: {
        ...DESCRIPTION,
        ...VISIBILITY,
        patientInformed: {
          description: 'A professional declares that the patient was told of the deposit (R.1111-47)',
        },
      },
    },
  ],
  [
    DescribeDocument,
    {
      description: 'What is not named stays as it is',
      example: { title: 'Compte rendu corrigé', comment: null },
      fields: {
        category: { named: 'Category', description: 'Default, where the type changes: the category of the type' },
        date: { description: 'Day of the act' },
        comment: { description: 'Null takes it away' },
      },
    },
  ],
  [
    SetVisibility,
    {
      description: 'At least one; what is not named stays as it is',
      example: { maskedFromProfessionals: true },
      fields: VISIBILITY,
    },
  ],
  [
    BulkChange,
    {
      example: { action: 'visibility', documents: [EXAMPLE_IDS.document], maskedFromProfessionals: true },
      fields: {
        maskedFromProfessionals: VISIBILITY.maskedFromProfessionals,
        hiddenFromRepresentatives: VISIBILITY.hiddenFromRepresentatives,
      },
    },
  ],
  [
    ContentQuery,
    {
      example: { disposition: 'inline' },
      fields: {
        disposition: { description: 'To be shown in place: PDF, JPEG and plain text only. Default: `attachment`' },
      },
    },
  ],
  [
    DocumentsQuery,
    {
      example: { category: 'CPT_REND', from: '2026-01-01', sort: '-date', limit: 20 },
      fields: {
        ...PAGE,
        category: { named: 'Category' },
        from: { description: 'Day of the act, included' },
        to: { description: 'Day of the act, included' },
        author: { description: 'RPPS or FINESS of the depositor, or `holder`' },
        q: { description: 'Looked for in titles; case and accents do not matter' },
        pinned: { description: 'Kept at hand by the holder; to a professional, none is' },
        sort: { description: 'Minus: the other way round. Default: `-date`' },
      },
    },
  ],
  [
    Authorise,
    {
      example: { until: '2027-11-20T00:00:00Z' },
      fields: {
        until: { description: 'End of validity, excluded. Default: none' },
        evidence: {
          description:
            'What shows the holder’s agreement; required from a professional who records it. `CARTE_VITALE`: the card was ' +
            'read; `CARTE_VITALE_SERIAL`: its number was copied. Both want `vitaleSerial`',
        },
        vitaleSerial: {
          description:
            'Number of the card that was shown; it must be one of the person’s. With a card only; never kept',
        },
      },
    },
  ],
  [
    InviteDelegate,
    {
      example: {
        relation: 'CARER',
        ins: '146026322000196',
        firstName: 'Gérard',
        birthName: 'ESSAI',
        birthDate: '1946-02-17',
      },
      fields: {
        relation: { description: '`SECOND_REPRESENTATIVE`: of a minor, by the first' },
        firstName: { description: 'The first of the first names; case and accents do not matter' },
      },
    },
  ],
  [
    ActivateForChild,
    {
      example: { termsVersion: '1', privacyVersion: '1', certifiesLegalRepresentation: true },
      fields: {
        termsVersion: { description: 'Edition of the terms that was accepted' },
        privacyVersion: { description: 'Edition of the privacy policy that was accepted' },
        certifiesLegalRepresentation: { description: 'The parent certifies to be the child’s legal representative' },
      },
    },
  ],
  [
    DeclareGuardianship,
    {
      example: {
        measure: 'TUTELLE',
        ins: '146026322000196',
        firstName: 'Gérard',
        birthName: 'ESSAI',
        birthDate: '1946-02-17',
        judgment: 'TJ Reims, 2026/0412',
        from: '2026-11-20T00:00:00Z',
        until: '2031-11-20T00:00:00Z',
      },
      fields: {
        ins: { description: 'Of the guardian or curator' },
        judgment: { description: 'Reference of the judge’s decision' },
        until: { description: 'End of the measure, excluded. Default: none' },
      },
    },
  ],
  [SetDefaults, { example: { professionals: 'open', documents: 'masked' } }],
  [
    SetEmergency,
    {
      example: { callCentre: true, breakGlass: true, masked: false },
      fields: {
        callCentre: { description: 'Regulating physicians of the emergency call centre may read' },
        breakGlass: { description: 'Professionals may break the glass, with a reason' },
        masked: { description: 'Masked documents too; only where one of the other two is on' },
      },
    },
  ],
  [DeclareAttendingDoctor, { example: { professional: GENERAL_PRACTITIONER } }],
  [
    ExplainedActor,
    {
      description: 'A professional, as the rules look at them',
      example: { rpps: GENERAL_PRACTITIONER, profession: 'G15_10', specialty: 'SM54', organisation: '990000028' },
      fields: {
        profession: { description: 'Author role code (JDV_J01)', labels: PROFESSIONS },
        specialty: { description: 'Specialty or pharmacist’s section, e.g. `SM54`' },
        sector: { description: 'Activity sector (JDV_J02), e.g. `SA07`' },
        regulation: { description: 'Regulates emergency calls' },
      },
    },
  ],
  [
    Explain,
    {
      example: {
        actor: { rpps: GENERAL_PRACTITIONER, profession: 'G15_10' },
        purpose: 'TREAT',
        document: EXAMPLE_IDS.document,
      },
      fields: {
        actor: { nested: ExplainedActor },
        purpose: { description: 'Default: `TREAT`' },
        reason: { description: 'Why the glass would be broken' },
        at: { description: 'Default: now' },
      },
    },
  ],
  [
    AtQuery,
    { example: { at: '2026-11-20T10:00:00Z' }, fields: { at: { description: 'As things stood then. Default: now' } } },
  ],
  [
    JournalQuery,
    {
      example: { from: '2026-11-01T00:00:00Z', kind: 'AccessedBy', limit: 20 },
      fields: {
        ...PAGE,
        from: { description: 'Included' },
        to: { description: 'Excluded' },
        actor: { description: 'RPPS or FINESS of who acted, or `holder`' },
        document: { description: 'Id of a document' },
        kind: { description: 'What happened' },
      },
    },
  ],
  [
    JournalExportQuery,
    {
      example: { format: 'csv' },
      fields: { from: { description: 'Included' }, to: { description: 'Excluded' } },
    },
  ],
  [ReportAccess, { example: { comment: 'Je ne connais pas ce médecin.' } }],
  [ReportDeath, { example: { diedOn: '2026-11-18' } }],
  [SuspendEspace, { example: { reason: 'FRAUD' } }],
  [
    OpenCase,
    { example: { nir: NIR }, fields: { nir: { description: 'Matricule of the INS, as the person says it' } } },
  ],
  [
    StartIdentityCheck,
    {
      example: { method: 'CODE', channel: 'SMS' },
      fields: { channel: { description: 'Where the code goes; with `CODE` only. A letter takes days' } },
    },
  ],
  [
    GiveProof,
    {
      example: { proof: '482913' },
      fields: {
        proof: {
          description: 'As the person read it out: six digits of a code, or the last five characters of the IBAN',
        },
      },
    },
  ],
  [
    ResendCode,
    {
      example: { channel: 'INVITATION' },
      fields: { channel: { description: '`INVITATION`: a new one, by e-mail, else by post' } },
    },
  ],
  [CorrectContact, { description: 'One of the two', example: { mobile: '0612345678' } }],
  [PageQuery, { example: { limit: 20 }, fields: PAGE }],
  [
    QueueQuery,
    {
      example: { status: 'OPEN', limit: 20 },
      fields: { ...PAGE, takenBy: { description: '`me`: those that the agent has taken' } },
    },
  ],
  [
    OpenTicket,
    {
      example: { kind: 'QUESTION', subject: 'Mon code', message: 'Je ne reçois pas mon code par SMS.' },
      fields: {
        entry: { description: 'Entry of the journal it is about' },
        document: { description: 'Document it is about' },
        service: { description: 'Name of the service it is about' },
        shareAttachmentsWithSupport: { description: 'The help desk may open what is attached. Default: false' },
      },
    },
  ],
  [WriteMessage, { example: { message: 'Merci, je l’ai reçu.' } }],
  [AttachFile, { description: 'Nothing beside the file', example: {}, maxFileBytes: MAX_ATTACHMENT_BYTES }],
  [ShareAttachments, { example: { shareAttachmentsWithSupport: true } }],
  [
    ProfessionalsQuery,
    {
      example: { name: 'legrand bru', profession: 'G15_10', specialty: 'SM54', place: '51100', limit: 20 },
      fields: {
        ...PAGE,
        ...NAME_AND_PLACE,
        profession: { description: 'Author role code (JDV_J01)', labels: PROFESSIONS },
        specialty: { description: 'Specialty or pharmacist’s section, e.g. `SM54`' },
      },
    },
  ],
  [
    StructuresQuery,
    { example: { name: 'cabinet parc', place: 'Reims', limit: 20 }, fields: { ...PAGE, ...NAME_AND_PLACE } },
  ],
  [AdvanceClock, { example: { seconds: 86_400 }, fields: { seconds: { description: 'Forward only' } } }],
  [
    AskForToken,
    {
      example: { professional: 'general-practitioner', expiresIn: 3_600 },
      fields: {
        professional: { description: 'Key of a test professional, as `GET /dev/tokens` lists them' },
        staff: { description: 'In its place: key of one of the test staff' },
        expiresIn: { description: 'Seconds of validity. Default: an hour' },
      },
    },
  ],
]);
