import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { CalendarDate, Instant } from '../shared/time.ts';

/**
 * The life of one espace: created with the invitation, then activated or opposed, closed, reopened.
 * L.1111-13-1, R.1111-28, R.1111-36 of the Code de la santé publique.
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

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };

export type EspaceEvent =
  | Event<'Created', { readonly identity: Identity }>
  | Event<
      'Activated',
      { readonly termsVersion: string; readonly privacyVersion: string; readonly accompaniment: Accompaniment }
    >
  | Event<'Opposed', { readonly reference: string }>
  | Event<'Closed', Record<never, never>>
  | Event<'Reopened', Record<never, never>>;

// Commands

export type EspaceCommand =
  | { readonly type: 'create'; readonly at: Instant; readonly identity: Identity }
  | {
      readonly type: 'activate';
      readonly at: Instant;
      readonly termsVersion: string;
      readonly privacyVersion: string;
      readonly accompaniment: Accompaniment;
    }
  /** `reference`: what the proof of opposition is known by, UUID. */
  | { readonly type: 'oppose'; readonly at: Instant; readonly reference: string }
  | { readonly type: 'close'; readonly at: Instant }
  | { readonly type: 'reopen'; readonly at: Instant };

// Refusals

export type EspaceRefusal =
  | 'espace-unknown'
  | 'espace-already-activated'
  | 'espace-closed'
  | 'espace-not-closed'
  | 'espace-erased';

// State

export type EspaceStatus = 'unknown' | 'created' | 'activated' | 'opposed' | 'closed' | 'erased';

export type EspaceState = {
  readonly status: EspaceStatus;
  readonly identity: Identity | null;
  /** Instant of the last change of status; null before there is one. */
  readonly since: Instant | null;
  /** The last opposition, kept when the person changed their mind. */
  readonly opposition: { readonly reference: string; readonly at: Instant } | null;
};

export const initialEspace: EspaceState = { status: 'unknown', identity: null, since: null, opposition: null };

/** Created, activated or not: professionals may feed it, and those whom the rule book lets may read it. */
export const isOpen = (status: EspaceStatus): boolean => status === 'created' || status === 'activated';

// Evolve

export const evolveEspace = (state: EspaceState, event: EspaceEvent): EspaceState => {
  switch (event.type) {
    case 'Created':
      return { ...state, status: 'created', identity: event.data.identity, since: event.at };
    case 'Activated':
      return { ...state, status: 'activated', since: event.at };
    case 'Opposed':
      return {
        ...state,
        status: 'opposed',
        since: event.at,
        opposition: { reference: event.data.reference, at: event.at },
      };
    case 'Closed':
      return { ...state, status: 'closed', since: event.at };
    case 'Reopened':
      return { ...state, status: 'activated', since: event.at };
  }
};

// Decide

export const decideEspace = (state: EspaceState, command: EspaceCommand): Decision<EspaceEvent, EspaceRefusal> => {
  if (state.status === 'erased') return refuse('espace-erased');
  if (state.status === 'unknown') return command.type === 'create' ? create(command) : refuse('espace-unknown');
  const { at } = command;
  switch (command.type) {
    case 'create':
      return accept();
    case 'activate': {
      if (state.status === 'closed') return refuse('espace-closed');
      if (state.status === 'activated') return refuse('espace-already-activated');
      const { termsVersion, privacyVersion, accompaniment } = command;
      return accept({ type: 'Activated', at, data: { termsVersion, privacyVersion, accompaniment } });
    }
    case 'oppose':
      if (state.status === 'opposed') return accept();
      if (state.status === 'closed') return refuse('espace-closed');
      // Opposition is what one does before; afterwards one closes (R.1111-28, R.1111-36).
      if (state.status === 'activated') return refuse('espace-already-activated');
      return accept({ type: 'Opposed', at, data: { reference: command.reference } });
    case 'close':
      if (state.status === 'closed') return accept();
      return state.status === 'activated' ? accept({ type: 'Closed', at, data: {} }) : refuse('espace-unknown');
    case 'reopen':
      if (state.status === 'activated') return accept();
      return state.status === 'closed' ? accept({ type: 'Reopened', at, data: {} }) : refuse('espace-not-closed');
  }
};

const create = (command: EspaceCommand & { readonly type: 'create' }): Decision<EspaceEvent, EspaceRefusal> =>
  accept({ type: 'Created', at: command.at, data: { identity: command.identity } });
