import { type AccessEvent, type Origin, traceOf } from '../access/access.ts';
import { evolveCardTries } from '../access/card-tries.ts';
import { judge, type Verdict } from '../access/judge.ts';
import type { Question } from '../access/question.ts';
import {
  type ConsentCommand,
  type ConsentEvent,
  type ConsentRefusal,
  decideConsent,
  evolveConsent,
  withoutRights,
} from '../consent/consent.ts';
import { type DelegationCommand, type DelegationRefusal, decideDelegations } from '../delegation/decide-delegation.ts';
import {
  type DelegationEvent,
  endsOfGivenRights,
  evolveDelegations,
  withoutGivenRights,
} from '../delegation/delegation.ts';
import {
  type DocumentCommand,
  type DocumentEvent,
  type DocumentId,
  type DocumentRefusal,
  decideDocuments,
  evolveDocuments,
} from '../document/document.ts';
import {
  decideEspace,
  type EspaceCommand,
  type EspaceEvent,
  type EspaceRefusal,
  evolveEspace,
  isOpen,
} from '../espace/espace.ts';
import type { Actor } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { Instant } from '../shared/time.ts';
import {
  decideSupport,
  evolveSupport,
  type SupportCommand,
  type SupportEvent,
  type SupportRefusal,
} from '../support/support.ts';
import { careDayOf, erasedRecord, isKeptFromRepresentatives, type RecordState } from './state.ts';

/**
 * One stream per person: Espace, Consent, Document, Delegation and every access to them share one order and one lock, so that a
 * grant can never stand after the revocation that forbids it. The modules know nothing of each other; here they meet.
 */
export type RecordEvent = EspaceEvent | ConsentEvent | DocumentEvent | DelegationEvent | AccessEvent | SupportEvent;

export type Change =
  | { readonly module: 'espace'; readonly command: EspaceCommand }
  | { readonly module: 'consent'; readonly command: ConsentCommand }
  | { readonly module: 'document'; readonly command: DocumentCommand }
  | { readonly module: 'delegation'; readonly command: DelegationCommand }
  | { readonly module: 'support'; readonly command: SupportCommand }
  /** Something to write down that changes nothing: a report. */
  | { readonly module: 'access'; readonly event: AccessEvent };

export type RecordRefusal = EspaceRefusal | ConsentRefusal | DocumentRefusal | DelegationRefusal | SupportRefusal;

/** Exhaustive on purpose: a new event that belongs to no module does not compile. */
type Module = 'espace' | 'consent' | 'document' | 'delegation' | 'access' | 'support';

const MODULE_OF: { readonly [T in RecordEvent['type']]: Module } = {
  Registered: 'espace',
  Created: 'espace',
  Activated: 'espace',
  Opposed: 'espace',
  Closed: 'espace',
  Reopened: 'espace',
  OpenedAutomatically: 'espace',
  ErasureRequested: 'espace',
  ErasureCancelled: 'espace',
  ClosedAfterDeath: 'espace',
  Suspended: 'espace',
  SuspensionObjected: 'espace',
  SuspensionLifted: 'espace',
  ClosedAfterSuspension: 'espace',
  Erased: 'espace',
  ProfessionalAuthorised: 'consent',
  AuthorisationWithdrawn: 'consent',
  ProfessionalBlocked: 'consent',
  ProfessionalUnblocked: 'consent',
  AccessDefaultsSet: 'consent',
  EmergencyAccessSet: 'consent',
  AdministratorNamed: 'consent',
  AdministratorRemoved: 'consent',
  AttendingDoctorDeclared: 'consent',
  AttendingDoctorRemoved: 'consent',
  ReferringProfessionalDeclared: 'consent',
  ReferringProfessionalRemoved: 'consent',
  DocumentDeposited: 'document',
  DocumentDescribed: 'document',
  DocumentMasked: 'document',
  DocumentUnmasked: 'document',
  DocumentHiddenFromRepresentatives: 'document',
  DocumentShownToRepresentatives: 'document',
  DocumentHiddenFromHolder: 'document',
  HolderToldOfHiddenDocument: 'document',
  DocumentRevealedToHolder: 'document',
  DocumentPinned: 'document',
  DocumentUnpinned: 'document',
  DocumentDeleted: 'document',
  ParentDeclared: 'delegation',
  DelegateInvited: 'delegation',
  DelegationAccepted: 'delegation',
  DelegationRefused: 'delegation',
  DelegationInvitationWithdrawn: 'delegation',
  DelegationInvitationExpired: 'delegation',
  DelegationRenewed: 'delegation',
  DelegationEnded: 'delegation',
  GuardianshipDeclared: 'delegation',
  MajorityReached: 'delegation',
  AccessedBy: 'access',
  AccessDenied: 'access',
  NoticeOwed: 'access',
  HolderSignedIn: 'access',
  HolderSignInFailed: 'access',
  HolderPasswordRejected: 'access',
  HolderCredentialsChanged: 'access',
  HolderSessionsClosed: 'access',
  HolderRecoveryAsked: 'access',
  AccessReported: 'access',
  HelpNoted: 'access',
  IdentityCheckStarted: 'support',
  IdentityCheckFailed: 'support',
  IdentityConfirmed: 'support',
  ContactCorrectionRequested: 'support',
  ContactCorrectionFailed: 'support',
  ContactCorrected: 'support',
};

export const RECORD_EVENT_TYPES = Object.keys(MODULE_OF) as RecordEvent['type'][];

/** Events that end every right on the espace; what the holder restricted stays. */
const ENDS_RIGHTS: ReadonlySet<string> = new Set(['Closed', 'Opposed', 'ClosedAfterDeath', 'ClosedAfterSuspension']);

export const evolveRecord = (state: RecordState, event: RecordEvent): RecordState => {
  // What came after the erasure, before the key was destroyed, brings nothing back.
  if (event.type === 'Erased' || state.espace.status === 'erased') return erasedRecord;
  switch (MODULE_OF[event.type]) {
    case 'access': {
      const cardTries = evolveCardTries(state.cardTries, event as AccessEvent);
      const after = cardTries === state.cardTries ? state : { ...state, cardTries };
      return event.type === 'AccessedBy' || event.type === 'AccessDenied'
        ? withSecretCare(state, after, event.data.actor, event.data.documentId, event.at)
        : after;
    }
    case 'document': {
      const changed = event as DocumentEvent;
      const documents = evolveDocuments(state.documents, changed);
      const after = withKeptSecrets(state, { ...state, documents }, changed);
      return withSecretCare(state, after, changed.data.by, changed.data.documentId, event.at);
    }
    case 'delegation':
      return { ...state, delegations: evolveDelegations(state.delegations, event as DelegationEvent) };
    case 'support':
      return { ...state, support: evolveSupport(state.support, event as SupportEvent) };
    case 'consent':
      return { ...state, consent: evolveConsent(state.consent, event as ConsentEvent) };
    case 'espace': {
      const ends = ENDS_RIGHTS.has(event.type);
      const consent = ends ? withoutRights(state.consent) : state.consent;
      const delegations = ends ? withoutGivenRights(state.delegations, event.at) : state.delegations;
      return { ...state, consent, delegations, espace: evolveEspace(state.espace, event as EspaceEvent) };
    }
  }
};

/** A secret of a minor outlives the document: who must not know of it, must not learn that it was deleted. */
const withKeptSecrets = (before: RecordState, after: RecordState, { type, data }: DocumentEvent): RecordState =>
  type === 'DocumentDeleted' && before.documents.get(data.documentId)?.hiddenFromRepresentatives
    ? { ...after, keptSecrets: after.keptSecrets.set(data.documentId, true) }
    : after;

/** On which days a professional's care was a secret, so that what names no document does not tell of it. */
const withSecretCare = (
  before: RecordState,
  after: RecordState,
  by: Actor,
  documentId: DocumentId | null,
  at: Instant,
): RecordState => {
  if (by.kind !== 'professional') return after;
  if (!isKeptFromRepresentatives(before, documentId) && !isKeptFromRepresentatives(after, documentId)) return after;
  const day = careDayOf(by.rpps, at);
  return after.secretCare.has(day) ? after : { ...after, secretCare: after.secretCare.set(day, true) };
};

/** What became of a question: the verdict, the events to make durable first, and why a permitted change was refused. */
export type Ruling = {
  readonly verdict: Verdict;
  readonly events: readonly RecordEvent[];
  readonly refusal: RecordRefusal | null;
};

/**
 * Judges every question, and where all are permitted carries out `change`; null: a look; `stale`: one was asked for, of a
 * version that is gone. The traces come first, and stand alone where a verdict denies (then only its own), or the change
 * is refused or stale; nobody is written to of a change that was not made (decided).
 */
export const rule = (
  state: RecordState,
  questions: readonly [Question, ...Question[]],
  origin: Origin,
  change: Change | 'stale' | null,
): Ruling => {
  const deposit =
    change !== null && change !== 'stale' && change.module === 'document' && change.command.type === 'deposit'
      ? change.command
      : null;
  const judged = questions.map(question => {
    const verdict = judge(question, state);
    const existing = question.documentId === null ? undefined : state.documents.get(question.documentId);
    return { verdict, trace: traceOf(question, verdict, origin, deposit?.description ?? existing) };
  });
  const decisive = judged.find(({ verdict }) => !verdict.permit);
  if (decisive) return { verdict: decisive.verdict, events: decisive.trace, refusal: null };
  const [{ verdict }] = judged as [(typeof judged)[number]];
  const traces = judged.flatMap(({ trace }) => trace);
  if (change === null) return { verdict, events: traces, refusal: null };
  const untold = traces.filter(({ type }) => type !== 'NoticeOwed');
  if (change === 'stale') return { verdict, events: untold, refusal: null };
  const decision = decideChange(state, change);
  if (!decision.ok) return { verdict, events: untold, refusal: decision.refusal };
  return { verdict, events: [...traces, ...decision.events], refusal: null };
};

/** Carries out a change that no person asked for (enrolment, deadlines), so that no rule is asked. */
export const decideChange = (state: RecordState, change: Change): Decision<RecordEvent, RecordRefusal> => {
  if (comesToNothing(state, change)) return accept();
  switch (change.module) {
    case 'espace': {
      const decision = decideEspace(state.espace, change.command);
      if (!decision.ok || !decision.events.some(({ type }) => ENDS_RIGHTS.has(type))) return decision;
      return accept<RecordEvent>(...endsOfGivenRights(state.delegations, change.command.at), ...decision.events);
    }
    case 'consent':
      return decideConsent(state.consent, change.command);
    case 'support':
      // Nobody who calls is somebody who has died (decided).
      return state.espace.status === 'deceased'
        ? refuse('holder-deceased')
        : decideSupport(state.support, change.command);
    case 'delegation':
      return decideDelegations(state.delegations, change.command, state.espace.identity);
    case 'access':
      return accept(change.event);
    case 'document':
      return decideDocuments(state.documents, withDefaults(state, change.command));
  }
};

/**
 * What time would have brought (decided). Of the dead nothing more is written, but that somebody who acted for them was
 * erased; and nobody is told to look at a document in an espace that is closed, opposed or suspended, as long as it is.
 */
const comesToNothing = ({ espace: { status } }: RecordState, change: Change): boolean => {
  if (change.module !== 'delegation' && change.module !== 'document') return false;
  const { type, by } = change.command;
  if (type === 'tell-holder') return !isOpen(status);
  return status === 'deceased' && by.kind === 'system' && type !== 'delegate-gone';
};

/** A new document is masked where the holder wants it by default; only the holder can say otherwise for one of theirs. */
const withDefaults = (state: RecordState, command: DocumentCommand): DocumentCommand => {
  const { kind } = command.by;
  // Nobody who acts for the person keeps something from the others who do; to mask is not a carer's business at all.
  if (command.type === 'deposit' && (kind === 'representative' || kind === 'carer')) {
    const { hiddenFromRepresentatives: _, maskedFromProfessionals, ...visibility } = command.visibility;
    const isMaskable = kind === 'representative' && maskedFromProfessionals !== undefined;
    const kept = isMaskable ? { ...visibility, maskedFromProfessionals } : visibility;
    return withMasking(state, { ...command, visibility: kept });
  }
  return withMasking(state, command);
};

const withMasking = (state: RecordState, command: DocumentCommand): DocumentCommand => {
  if (command.type !== 'deposit' || !state.consent.defaults.documentsMasked) return command;
  const masked = command.by.kind === 'holder' ? (command.visibility.maskedFromProfessionals ?? true) : true;
  return { ...command, visibility: { ...command.visibility, maskedFromProfessionals: masked } };
};
