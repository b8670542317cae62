import type { Evidence, Target } from '../consent/consent.ts';
import type { DocumentId } from '../document/document.ts';
import type { Actor } from '../shared/actor.ts';
import type { Instant } from '../shared/time.ts';

/** PurposeOfUse: TREAT (care), BTG (break glass), ETREAT (emergency call centre). */
export const PURPOSES = ['TREAT', 'BTG', 'ETREAT'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Reading what care needs; the matrix and the emergencies speak of these. */
const CARE_READING = ['read-espace', 'list-documents', 'read-document', 'read-content'] as const;
/** Reading what concerns the holder alone: who read, who may, and why. */
const PRIVATE_READING = [
  'read-journal',
  'export-journal',
  'export-espace',
  'report-access',
  'read-access',
  'explain-access',
] as const;
const DEPOSITING = ['look-up', 'deposit-document'] as const;
const DOCUMENT_MANAGING = [
  'describe-document',
  'mask-document',
  'hide-from-representatives',
  'announce-document',
  'delete-document',
] as const;
/** How the holder keeps their documents, which is nobody else's business. */
const ARRANGING = ['pin-document'] as const;
const ACCESS_MANAGING = [
  'authorise',
  'withdraw-authorisation',
  'block',
  'unblock',
  'set-defaults',
  'set-emergency',
  'name-administrator',
  'remove-administrator',
  'declare-attending-doctor',
  'remove-attending-doctor',
  'declare-referring-professional',
  'remove-referring-professional',
] as const;
const LIFE_MANAGING = ['close', 'reopen', 'object-to-suspension'] as const;
/** What the health insurance fund does to the life of an espace (R.1111-36); it shows nothing of what is in it. */
const LIFE_SUPERVISING = ['fund-look-up', 'report-death', 'suspend', 'lift-suspension'] as const;
/** Who else acts for the person: looked at, invited, ended. */
const DELEGATING = [
  'read-delegations',
  'invite-carer',
  'invite-representative',
  'withdraw-invitation',
  'end-delegation',
  'renew-delegation',
] as const;
/** What only the other side can do: whoever is invited, is a delegate, declared the child, or is the person's guardian. */
const ANSWERING = [
  'answer-invitation',
  'renounce-delegation',
  'activate-for-child',
  'oppose-for-child',
  'activate-for-ward',
  'oppose-for-ward',
  'read-opposition-proof',
] as const;
/** What a judge decided, told by the health insurance. */
const GUARDIANSHIP = ['declare-guardianship', 'end-guardianship', 'read-guardianships'] as const;
/** Whoever supervises the service replays a history: not a reading of documents, but a look all the same. */
const AUDITING = ['replay-history'] as const;
/** What the help desk does for somebody who calls or writes; the last three once it knows who they are. */
const SUPPORTING = [
  'support-look-up',
  'confirm-identity',
  'handle-ticket',
  'resend-code',
  'correct-contact',
  'unlock-account',
] as const;
/** Asking the help desk for something: with the service, not in the espace. */
const ASKING_FOR_HELP = ['write-ticket', 'read-tickets'] as const;

export const ACTIONS = [
  ...CARE_READING,
  ...PRIVATE_READING,
  ...DEPOSITING,
  ...DOCUMENT_MANAGING,
  ...ARRANGING,
  ...ACCESS_MANAGING,
  ...LIFE_MANAGING,
  ...LIFE_SUPERVISING,
  ...DELEGATING,
  ...ANSWERING,
  ...GUARDIANSHIP,
  ...AUDITING,
  ...SUPPORTING,
  ...ASKING_FOR_HELP,
] as const;
export type Action = (typeof ACTIONS)[number];

export type ActionGroup =
  | 'care-reading'
  | 'private-reading'
  | 'depositing'
  | 'document-managing'
  | 'arranging'
  | 'access-managing'
  | 'life-managing'
  | 'life-supervising'
  | 'delegating'
  | 'answering'
  | 'guardianship'
  | 'auditing'
  | 'supporting'
  | 'asking-for-help';

const GROUPS: ReadonlyMap<Action, ActionGroup> = new Map<Action, ActionGroup>([
  ...CARE_READING.map(action => [action, 'care-reading'] as const),
  ...PRIVATE_READING.map(action => [action, 'private-reading'] as const),
  ...DEPOSITING.map(action => [action, 'depositing'] as const),
  ...DOCUMENT_MANAGING.map(action => [action, 'document-managing'] as const),
  ...ARRANGING.map(action => [action, 'arranging'] as const),
  ...ACCESS_MANAGING.map(action => [action, 'access-managing'] as const),
  ...LIFE_MANAGING.map(action => [action, 'life-managing'] as const),
  ...LIFE_SUPERVISING.map(action => [action, 'life-supervising'] as const),
  ...DELEGATING.map(action => [action, 'delegating'] as const),
  ...ANSWERING.map(action => [action, 'answering'] as const),
  ...GUARDIANSHIP.map(action => [action, 'guardianship'] as const),
  ...AUDITING.map(action => [action, 'auditing'] as const),
  ...SUPPORTING.map(action => [action, 'supporting'] as const),
  ...ASKING_FOR_HELP.map(action => [action, 'asking-for-help'] as const),
]);

export const groupOf = (action: Action): ActionGroup => GROUPS.get(action) as ActionGroup;

/** Actions about one document that must exist already. */
export const concernsOneDocument = (action: Action): boolean =>
  action === 'read-document' ||
  action === 'read-content' ||
  groupOf(action) === 'document-managing' ||
  groupOf(action) === 'arranging';

/** What somebody shows for it. `FOREIGN_CARD`: a carte Vitale that is not the holder's, which is evidence of nothing. */
export type ShownEvidence = Evidence | 'FOREIGN_CARD';

/** Who wants to do what, and what they say of it. With the events before it, it has exactly one answer. */
export type Question = {
  readonly actor: Actor;
  readonly action: Action;
  readonly purpose: Purpose;
  /** Why the glass is broken, in the actor's words; at most 500 characters. */
  readonly reason: string | null;
  readonly documentId: DocumentId | null;
  /** RPPS or FINESS of whose access is to change. */
  readonly target: Target | null;
  /** What shows the holder's agreement, where a professional records it. */
  readonly evidence: ShownEvidence | null;
  /** Where a professional deposits: that the patient was told (R.1111-47). */
  readonly patientInformed: boolean;
  readonly at: Instant;
};
