import type { Actor } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { CalendarDate, Instant } from '../shared/time.ts';
import { decideEnd } from './closing.ts';
import { decideSuspension } from './suspension.ts';

/**
 * The life of one espace: registered where somebody is helped who is not invited yet, created with the invitation, then activated, opened by itself or opposed; suspended, closed,
 * reopened; closed for good by a death; erased. L.1111-13-1, L.1111-18, R.1111-28, R.1111-36 of the Code de la santé publique.
 */

/** INS: matricule (15 characters) and the OID that says which kind it is, with the traits that qualify it. */
export type Identity = {
  readonly ins: { readonly value: string; readonly oid: string };
  readonly birthName: string;
  readonly firstNames: string;
  readonly birthDate: CalendarDate;
  readonly sex: 'F' | 'M' | 'U';
};

/** Who stood beside the person when they activated. */
export type Accompaniment = 'ALONE' | 'GUARDIAN' | 'PROFESSIONAL' | 'AMBASSADOR';

/** Why the health insurance fund suspends an espace (R.1111-36). */
export const SUSPENSION_REASONS = ['FRAUD', 'MALFUNCTION'] as const;
export type SuspensionReason = (typeof SUSPENSION_REASONS)[number];

/** ARCHIVE_ENDED: ten years have gone by. REQUESTED: the holder asked for it. */
export type ErasureReason = 'ARCHIVE_ENDED' | 'REQUESTED';

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };
type By = { readonly by: Actor };

export type EspaceEvent =
  /** It is there for the help desk and the fund; the person was not invited, so no six weeks begin. Decided. */
  | Event<'Registered', { readonly identity: Identity }>
  /** With the invitation: from now on it opens after six weeks. */
  | Event<'Created', { readonly identity: Identity }>
  /** Six weeks went by without an opposition. */
  | Event<'OpenedAutomatically', Record<never, never>>
  | Event<
      'Activated',
      { readonly termsVersion: string; readonly privacyVersion: string; readonly accompaniment: Accompaniment }
    >
  | Event<'Opposed', { readonly reference: string }>
  | Event<'Closed', Record<never, never>>
  /** `dueAt`: from then on it is carried out. */
  | Event<'ErasureRequested', { readonly dueAt: Instant }>
  | Event<'ErasureCancelled', Record<never, never>>
  | Event<'Reopened', Record<never, never>>
  | Event<'ClosedAfterDeath', By & { readonly diedOn: CalendarDate }>
  | Event<'Suspended', By & { readonly reason: SuspensionReason }>
  | Event<'SuspensionObjected', By>
  | Event<'SuspensionLifted', By>
  /** Nobody objected in six weeks. */
  | Event<'ClosedAfterSuspension', Record<never, never>>
  /** The last event that anybody can read: the key is destroyed next. */
  | Event<'Erased', { readonly reason: ErasureReason }>;

// Commands

export type EspaceCommand =
  | { readonly type: 'register' | 'create'; readonly at: Instant; readonly identity: Identity }
  | { readonly type: 'open'; readonly at: Instant }
  /** `reopens`: by the person, who had no account before; what was closed is reopened for them. */
  | {
      readonly type: 'activate';
      readonly at: Instant;
      readonly termsVersion: string;
      readonly privacyVersion: string;
      readonly accompaniment: Accompaniment;
      readonly reopens?: boolean;
    }
  /** `reference`: what the proof of opposition is known by, UUID. */
  | { readonly type: 'oppose'; readonly at: Instant; readonly reference: string }
  | EndCommand
  | SuspensionCommand;

export type EndCommand =
  /** `erase`: have everything erased soon; absent: archived only. */
  | { readonly type: 'close'; readonly at: Instant; readonly erase?: boolean }
  | { readonly type: 'reopen'; readonly at: Instant }
  | { readonly type: 'report-death'; readonly at: Instant; readonly by: Actor; readonly diedOn: CalendarDate }
  | { readonly type: 'erase'; readonly at: Instant; readonly reason: ErasureReason };

export type SuspensionCommand =
  | { readonly type: 'suspend'; readonly at: Instant; readonly by: Actor; readonly reason: SuspensionReason }
  | { readonly type: 'object-to-suspension' | 'lift-suspension'; readonly at: Instant; readonly by: Actor }
  /** Six weeks have gone by without an objection. */
  | { readonly type: 'close-suspended'; readonly at: Instant };

// Refusals

export type EspaceRefusal =
  | 'espace-unknown'
  | 'espace-already-activated'
  | 'espace-closed'
  | 'espace-not-closed'
  | 'espace-not-activated'
  | 'espace-erased'
  | 'espace-suspended'
  | 'espace-not-suspended'
  | 'holder-deceased'
  /** Not yet, or before they were born. */
  | 'death-date-impossible'
  /** Only of what deadlines do. */
  | 'not-due-yet';

// State

export const ESPACE_STATUSES = [
  'unknown',
  'created',
  'opened',
  'activated',
  'opposed',
  'suspended',
  'closed',
  'deceased',
  'erased',
] as const;
export type EspaceStatus = (typeof ESPACE_STATUSES)[number];

/** Those in which professionals may feed it, and those whom the rule book lets may read it. */
export type OpenStatus = 'created' | 'opened' | 'activated';

export type EspaceState = {
  readonly status: EspaceStatus;
  readonly identity: Identity | null;
  /** It is registered only: the person was not told of it. */
  readonly awaitsInvitation: boolean;
  /** Instant of the last change of status; null before there is one. */
  readonly since: Instant | null;
  /** The last opposition, kept when the person changed their mind. */
  readonly opposition: { readonly reference: string; readonly at: Instant } | null;
  /** While it is suspended, or closed because of that: why, and what it goes back to. */
  readonly suspension: { readonly reason: SuspensionReason; readonly status: OpenStatus } | null;
  /** Since when it is kept for nobody but its return; null: it is in use. */
  readonly archivedSince: Instant | null;
  /** When the erasure that the holder asked for is carried out; null: none was asked for. */
  readonly erasureDueAt: Instant | null;
};

export const initialEspace: EspaceState = {
  status: 'unknown',
  identity: null,
  awaitsInvitation: false,
  since: null,
  opposition: null,
  suspension: null,
  archivedSince: null,
  erasureDueAt: null,
};

/** Nothing is left of it but that there was one. */
export const erasedEspace: EspaceState = { ...initialEspace, status: 'erased' };

export const isOpen = (status: EspaceStatus): status is OpenStatus =>
  status === 'created' || status === 'opened' || status === 'activated';

// Evolve

export const evolveEspace = (state: EspaceState, event: EspaceEvent): EspaceState => {
  const { at } = event;
  switch (event.type) {
    case 'Registered':
      return { ...state, status: 'created', identity: event.data.identity, awaitsInvitation: true, since: at };
    case 'Created':
      if (state.awaitsInvitation) return { ...state, awaitsInvitation: false };
      return { ...state, status: 'created', identity: event.data.identity, since: at };
    case 'OpenedAutomatically':
      // Suspended before the six weeks were over: it is open once the suspension ends.
      return state.suspension
        ? { ...state, suspension: { ...state.suspension, status: 'opened' } }
        : { ...state, status: 'opened', since: at };
    case 'Activated':
      return {
        ...state,
        status: 'activated',
        awaitsInvitation: false,
        since: at,
        suspension: null,
        archivedSince: null,
      };
    case 'Opposed': {
      const opposition = { reference: event.data.reference, at };
      return {
        ...state,
        status: 'opposed',
        awaitsInvitation: false,
        since: at,
        suspension: null,
        archivedSince: at,
        opposition,
      };
    }
    case 'Closed':
    case 'ClosedAfterSuspension':
      return { ...state, status: 'closed', since: at, archivedSince: at };
    case 'ErasureRequested':
      return { ...state, erasureDueAt: event.data.dueAt };
    case 'ErasureCancelled':
      return { ...state, erasureDueAt: null };
    case 'Reopened': {
      const status = state.suspension?.status ?? 'activated';
      return { ...state, status, since: at, suspension: null, archivedSince: null };
    }
    case 'ClosedAfterDeath':
      // What was closed already is not kept for longer.
      return { ...state, status: 'deceased', since: at, suspension: null, archivedSince: state.archivedSince ?? at };
    case 'Suspended': {
      const status = isOpen(state.status) ? state.status : 'created';
      return { ...state, status: 'suspended', since: at, suspension: { reason: event.data.reason, status } };
    }
    case 'SuspensionObjected':
    case 'SuspensionLifted':
      return { ...state, status: state.suspension?.status ?? 'created', since: at, suspension: null };
    case 'Erased':
      return erasedEspace;
  }
};

// Decide

type Decided = Decision<EspaceEvent, EspaceRefusal>;

export const decideEspace = (state: EspaceState, command: EspaceCommand): Decided => {
  if (state.status === 'erased') return command.type === 'erase' ? accept() : refuse('espace-erased');
  if (state.status === 'unknown') return begin(command);
  const { at } = command;
  switch (command.type) {
    case 'register':
      return accept();
    case 'create':
      return state.awaitsInvitation && isUndecided(state) ? create(command) : accept();
    case 'open':
      return isUndecided(state) && !state.awaitsInvitation
        ? accept({ type: 'OpenedAutomatically', at, data: {} })
        : accept();
    case 'activate': {
      const refusal = notActivatable(state);
      // Somebody else closed it, while the person could not: it is brought back as by reopening (decided).
      if (refusal === 'espace-closed' && command.reopens) return decideEnd(state, { type: 'reopen', at });
      if (refusal) return refuse(refusal);
      const { termsVersion, privacyVersion, accompaniment } = command;
      return accept({ type: 'Activated', at, data: { termsVersion, privacyVersion, accompaniment } });
    }
    case 'oppose': {
      if (state.status === 'opposed') return accept();
      if (state.status === 'closed') return refuse('espace-closed');
      if (state.status === 'deceased') return refuse('holder-deceased');
      // Opposition is what one does before; afterwards one closes (R.1111-28, R.1111-36).
      const isActivated = (state.suspension?.status ?? state.status) === 'activated';
      if (isActivated) return refuse('espace-already-activated');
      return accept({ type: 'Opposed', at, data: { reference: command.reference } });
    }
    case 'close':
    case 'reopen':
    case 'report-death':
    case 'erase':
      return decideEnd(state, command);
    case 'suspend':
    case 'object-to-suspension':
    case 'lift-suspension':
    case 'close-suspended':
      return decideSuspension(state, command);
  }
};

const begin = (command: EspaceCommand): Decided => {
  if (command.type === 'create') return create(command);
  if (command.type !== 'register') return refuse('espace-unknown');
  return accept({ type: 'Registered', at: command.at, data: { identity: command.identity } });
};

const create = ({ at, identity }: { readonly at: Instant; readonly identity: Identity }): Decided =>
  accept({ type: 'Created', at, data: { identity } });

/** Neither activated nor opposed yet, even while it is suspended. */
const isUndecided = ({ status, suspension }: EspaceState): boolean =>
  status === 'created' || (status === 'suspended' && suspension?.status === 'created');

const notActivatable = ({ status, suspension }: EspaceState): EspaceRefusal | null => {
  switch (status) {
    case 'activated':
      return 'espace-already-activated';
    case 'suspended':
      return 'espace-suspended';
    case 'deceased':
      return 'holder-deceased';
    case 'closed':
      // Whoever never activated has no other way back after a suspension.
      return suspension === null || suspension.status === 'activated' ? 'espace-closed' : null;
    default:
      return null;
  }
};
