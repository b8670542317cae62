import { CODE_CHANNELS, type CodeChannel, type Contacts, contactOf, withContact } from '../account/contacts.ts';
import {
  CODE_VALIDITY_MS,
  issued,
  isTooSoonAfter,
  judge,
  type OneTimeCode,
  withWrongTry,
} from '../account/one-time-code.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusMs } from '../shared/time.ts';

/** A person who was identified confirms the contacts known of them, or changes them: a new one counts once its code came back. */

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };

export type ContactChangeEvent =
  | Event<'ContactsConfirmed', { readonly channels: readonly CodeChannel[] }>
  | Event<
      'ContactChangeRequested',
      { readonly channel: CodeChannel; readonly value: string; readonly codeId: string; readonly expiresAt: Instant }
    >
  | Event<'ContactCodeRejected', { readonly codeId: string }>
  | Event<'ContactVerified', { readonly codeId: string; readonly channel: CodeChannel; readonly value: string }>;

// Commands

export type ContactChangeCommand =
  /** Contacts not named stay as they are. `value` as `emailAddress` and `mobileNumber` give it. */
  | {
      readonly type: 'change-contacts';
      readonly at: Instant;
      readonly changes: Partial<Record<CodeChannel, { readonly value: string; readonly codeId: string }>>;
    }
  | {
      readonly type: 'verify-contact';
      readonly at: Instant;
      readonly channel: CodeChannel;
      readonly codeMatches: boolean;
    };

// Refusals

export type ContactChangeRefusal =
  | 'code-asked-too-soon'
  | 'contact-not-pending'
  | 'too-many-tries'
  | 'code-used'
  | 'code-expired';

// State

type PendingContact = { readonly value: string; readonly code: OneTimeCode };

export type ContactsState = {
  /** Those to be used: the fund's, or what the person verified instead. */
  readonly current: Contacts;
  /** New ones whose code was sent and did not come back yet. */
  readonly pending: Readonly<Record<CodeChannel, PendingContact | null>>;
  /** When the last code was sent, whatever became of it. */
  readonly lastSentAt: Readonly<Record<CodeChannel, Instant | null>>;
};

export const initialContacts: ContactsState = {
  current: { email: null, mobile: null },
  pending: { EMAIL: null, SMS: null },
  lastSentAt: { EMAIL: null, SMS: null },
};

// Evolve

export const evolveContacts = (state: ContactsState, event: ContactChangeEvent): ContactsState => {
  switch (event.type) {
    case 'ContactsConfirmed':
      return event.data.channels.reduce((confirmed, channel) => withPending(confirmed, channel, null), state);
    case 'ContactChangeRequested': {
      const { channel, value, codeId, expiresAt } = event.data;
      const code = issued(codeId, event.at, expiresAt);
      const sent = { ...state, lastSentAt: { ...state.lastSentAt, [channel]: event.at } };
      return withPending(sent, channel, { value, code });
    }
    case 'ContactCodeRejected': {
      const channel = CODE_CHANNELS.find(each => state.pending[each]?.code.codeId === event.data.codeId);
      const pending = channel && state.pending[channel];
      return pending ? withPending(state, channel, { ...pending, code: withWrongTry(pending.code) }) : state;
    }
    case 'ContactVerified': {
      const { channel, value } = event.data;
      return withPending({ ...state, current: withContact(state.current, channel, value) }, channel, null);
    }
  }
};

const withPending = (state: ContactsState, channel: CodeChannel, pending: PendingContact | null): ContactsState => ({
  ...state,
  pending: { ...state.pending, [channel]: pending },
});

// Decide

type Decided = Decision<ContactChangeEvent, ContactChangeRefusal>;

export const decideContacts = (state: ContactsState, command: ContactChangeCommand): Decided => {
  switch (command.type) {
    case 'change-contacts':
      return change(state, command);
    case 'verify-contact':
      return verify(state, command);
  }
};

/** All of what is asked, or nothing of it. */
const change = (
  state: ContactsState,
  { at, changes }: ContactChangeCommand & { readonly type: 'change-contacts' },
): Decided => {
  const channels: CodeChannel[] = [];
  const requests: ContactChangeEvent[] = [];
  for (const channel of CODE_CHANNELS) {
    const wanted = changes[channel];
    if (!wanted) continue;
    if (wanted.value === contactOf(state.current, channel)) channels.push(channel);
    else if (isTooSoonAfter(state.lastSentAt[channel], at)) return refuse('code-asked-too-soon');
    else {
      const data = { channel, ...wanted, expiresAt: plusMs(at, CODE_VALIDITY_MS) };
      requests.push({ type: 'ContactChangeRequested', at, data });
    }
  }
  if (channels.length === 0) return accept(...requests);
  return accept({ type: 'ContactsConfirmed', at, data: { channels } }, ...requests);
};

const verify = (
  state: ContactsState,
  { at, channel, codeMatches }: ContactChangeCommand & { readonly type: 'verify-contact' },
): Decided => {
  const pending = state.pending[channel];
  if (!pending) return refuse('contact-not-pending');
  const { value, code } = pending;
  const { codeId } = code;
  const verdict = judge(code, codeMatches, at);
  if (verdict === 'code-wrong') return accept({ type: 'ContactCodeRejected', at, data: { codeId } });
  if (verdict !== 'code-right') return refuse(verdict);
  return accept({ type: 'ContactVerified', at, data: { codeId, channel, value } });
};
