import type { Document, DocumentId } from '../document/document.ts';
import type { Actor, PersonId } from '../shared/actor.ts';
import type { Instant } from '../shared/time.ts';
import { EDITIONS_IN_FORCE, type Verdict } from './judge.ts';
import type { Question } from './question.ts';
import type { Told } from './rule-book.ts';

/**
 * The trail. Each event says who, for whom, in what role, with what, for what purpose, on what, when, the verdict and
 * the rule that gave it, in which edition of rule book and matrix: enough to explain a decision and to take it again.
 * R.1111-43 of the Code de la santé publique.
 */

/** What was asked, kept whole: with the events before it, it can be judged again. */
export type Trace = Omit<Question, 'at'> & {
  /** Software or origin the request came from (client id of the token); at most 100 characters. */
  readonly software: string;
  /** The person on whose behalf a representative, a carer or a professional acted; null for the holder. */
  readonly onBehalfOf: PersonId | null;
  /** Type and category of the document, or of the document about to be. */
  readonly documentType: string | null;
  readonly category: string | null;
  /** What else was asked, e.g. the filters of a list, as text; at most 500 characters. */
  readonly details: string | null;
  readonly rule: string;
  readonly legalBasis: string;
  readonly ruleBook: string;
  readonly matrix: string;
};

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };

export type AccessEvent =
  | Event<'AccessedBy', Trace>
  | Event<'AccessDenied', Trace>
  /** Follows an access that somebody is to be written to about: whoever writes need not read every access to find it. */
  | Event<
      'NoticeOwed',
      { readonly rule: string; readonly to: readonly Told[]; readonly documentId: Trace['documentId'] }
    >
  /** The holder's own doings, which no rule has to allow. */
  | Event<'HolderSignedIn', { readonly channel: string }>
  | Event<'HolderSignInFailed', { readonly reason: string; readonly channel: string; readonly locked: boolean }>
  /** Somebody who was signed in gave a wrong password to go on: to close an espace, or to change PASSWORD or CONTACTS. */
  | Event<'HolderPasswordRejected', { readonly what: 'CLOSURE' | 'PASSWORD' | 'CONTACTS' }>
  /** PASSWORD, PASSWORD_RESET, EMAIL, MOBILE; DEVICE: `device` is a new one that was signed in on; or DEVICE_FORGOTTEN. */
  | Event<'HolderCredentialsChanged', { readonly what: string; readonly device: string | null }>
  /** `sessions`: how many ended. */
  | Event<'HolderSessionsClosed', { readonly reason: string; readonly sessions: number }>
  /** Somebody who is not signed in had the login, or a code for a new password, sent to the holder. */
  | Event<'HolderRecoveryAsked', { readonly what: 'LOGIN' | 'PASSWORD'; readonly channel: string }>
  /** `documentId`: of the entry, null where it is about none; absent where that was not written down. */
  | Event<
      'AccessReported',
      {
        readonly by: Actor;
        readonly entry: string;
        readonly documentId?: DocumentId | null;
        readonly comment: string | null;
      }
    >
  /** Something done with or by the help desk beside the record: `ticket` where it is about one. Never what it says. */
  | Event<'HelpNoted', { readonly by: Actor; readonly act: HelpAct; readonly ticket: string | null }>;

export type HelpAct =
  | 'TICKET_OPENED'
  | 'TICKET_MESSAGE'
  | 'TICKET_ATTACHMENT'
  | 'TICKET_ATTACHMENTS_SHARED'
  | 'TICKET_ATTACHMENTS_KEPT'
  | 'TICKET_TAKEN'
  | 'TICKET_ANSWERED'
  | 'TICKET_CLOSED'
  | 'CODE_RESENT'
  | 'ACCOUNT_UNLOCKED';

/** What a request says of itself besides its question. */
export type Origin = {
  readonly software: string;
  readonly onBehalfOf: PersonId | null;
  readonly details: string | null;
};

/** Of the holder's own actions, those that the journal shows; their changes are events already. */
const TRACED_FOR_HOLDER: ReadonlySet<string> = new Set([
  'read-content',
  'read-journal',
  'export-journal',
  'export-espace',
]);

/** A holder who asks for what must stay unknown to them leaves no trace that would tell. */
const isTraced = (question: Question, verdict: Verdict): boolean =>
  question.actor.kind !== 'holder' || (verdict.permit ? TRACED_FOR_HOLDER.has(question.action) : !verdict.hidden);

/** The event that must be durable before anything is shown or changed; none where the holder minds their own business. */
export const traceOf = (
  question: Question,
  verdict: Verdict,
  origin: Origin,
  document: Pick<Document, 'typeCode' | 'category'> | undefined,
): AccessEvent[] => {
  if (!isTraced(question, verdict)) return [];
  const { at, ...asked } = question;
  const data: Trace = {
    ...asked,
    software: origin.software,
    onBehalfOf: origin.onBehalfOf,
    documentType: document?.typeCode ?? null,
    category: document?.category ?? null,
    details: origin.details,
    rule: verdict.rule.id,
    legalBasis: verdict.rule.legalBasis,
    ...EDITIONS_IN_FORCE,
  };
  if (!verdict.permit) return [{ type: 'AccessDenied', at, data }];
  const to = verdict.rule.tells ?? [];
  const trace: AccessEvent = { type: 'AccessedBy', at, data };
  return to.length === 0
    ? [trace]
    : [trace, { type: 'NoticeOwed', at, data: { rule: data.rule, to, documentId: data.documentId } }];
};

/** The question a trace answered. */
export const questionOf = (trace: Trace, at: Instant): Question => ({
  actor: trace.actor,
  action: trace.action,
  purpose: trace.purpose,
  reason: trace.reason,
  documentId: trace.documentId,
  target: trace.target,
  evidence: trace.evidence,
  patientInformed: trace.patientInformed,
  at,
});
