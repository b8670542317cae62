import type { Accompaniment } from '../espace/espace.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusMs } from '../shared/time.ts';
import { type CodeChannel, type Contacts, contactOf, withContact } from './contacts.ts';
import { type LoginFlaw, loginFlaw } from './login-rules.ts';
import { CODE_VALIDITY_MS, issued, judge, type OneTimeCode, withWrongTry } from './one-time-code.ts';
import {
  decideSessions,
  evolveSessions,
  liveSession,
  openSession,
  type SessionCommand,
  type SessionEvent,
  type SessionRefusal,
  type Sessions,
} from './sessions.ts';

/** A login and who may use it: password, one-time code, sessions, and what stops somebody who guesses. */

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };

export type AccountEvent =
  | Event<
      'AccountOpened',
      {
        readonly login: string;
        /** PHC string. */
        readonly passwordHash: string;
        readonly contacts: Contacts;
        readonly termsVersion: string;
        readonly privacyVersion: string;
        readonly accompaniment: Accompaniment;
      }
    >
  /** The password was right and a code is sent. */
  | Event<
      'SignInChallenged',
      {
        readonly challengeId: string;
        readonly codeId: string;
        readonly channel: CodeChannel;
        readonly expiresAt: Instant;
      }
    >
  /** `challengeId`: null where the password was wrong. */
  | Event<'SignInFailed', { readonly reason: 'PASSWORD' | 'CODE'; readonly challengeId: string | null }>
  /** `until`: first instant at which it is unlocked again. */
  | Event<'AccountLocked', { readonly until: Instant }>
  /** By the help desk, for somebody whose identity it made sure of. */
  | Event<'AccountUnlocked', Record<never, never>>
  | Event<'AccountContactCorrected', { readonly channel: CodeChannel; readonly value: string }>
  /** The code was right; the session opens when the journal has it. */
  | Event<'SignInVerified', { readonly challengeId: string }>
  /** For good, with every session: the person is being erased. */
  | Event<'AccountClosed', Record<never, never>>
  | SessionEvent;

// Commands

type Command<T extends string, D> = D & { readonly type: T; readonly at: Instant };

export type AccountCommand =
  | Command<'open-account', (AccountEvent & { readonly type: 'AccountOpened' })['data']>
  | Command<
      'start-sign-in',
      {
        readonly passwordMatches: boolean;
        readonly channel: CodeChannel;
        readonly challengeId: string;
        readonly codeId: string;
      }
    >
  | Command<'unlock', Record<never, never>>
  /** `value`: verified, by a code that was sent there. */
  | Command<'correct-contact', { readonly channel: CodeChannel; readonly value: string }>
  | Command<'complete-sign-in', { readonly challengeId: string; readonly codeMatches: boolean }>
  | Command<'open-session', { readonly challengeId: string; readonly sessionId: string }>
  | Command<'close-account', Record<never, never>>
  | SessionCommand;

// Refusals

export type AccountRefusal =
  | LoginFlaw
  | SessionRefusal
  | 'account-unknown'
  | 'account-already-open'
  | 'contact-missing'
  | 'account-locked'
  | 'channel-unknown'
  | 'too-many-codes'
  | 'challenge-unknown'
  | 'too-many-tries'
  | 'code-used'
  | 'code-expired';

// State

export type AccountState = {
  /** Null as long as no account was opened. */
  readonly credentials: { readonly login: string; readonly passwordHash: string } | null;
  readonly contacts: Contacts;
  /** The newest sign-in under way; a new one voids it. */
  readonly challenge: {
    readonly challengeId: string;
    readonly channel: CodeChannel;
    readonly code: OneTimeCode;
    /** Whether its session was opened. */
    readonly opened: boolean;
  } | null;
  /** In a row, since the last right one or the last lock. */
  readonly wrongPasswords: number;
  readonly wrongCodes: number;
  /** When codes were sent since the last one that came back; the newest `MAX_UNANSWERED_CODES`. */
  readonly unanswered: readonly Instant[];
  readonly lockedUntil: Instant | null;
  readonly sessions: Sessions;
};

export const initialAccount: AccountState = {
  credentials: null,
  contacts: { email: null, mobile: null },
  challenge: null,
  wrongPasswords: 0,
  wrongCodes: 0,
  unanswered: [],
  lockedUntil: null,
  sessions: [],
};

/** Wrong passwords in a row that lock. Decided: the published number is not known. */
export const MAX_WRONG_PASSWORDS = 5;
/** Wrong codes in a row that lock, over all sign-ins: a new sign-in must not give new tries for ever. Decided. */
export const MAX_WRONG_CODES = 10;
export const LOCK_MS = 15 * 60_000;
/** Codes sent for one account within `CODE_VALIDITY_MS` without one coming back. Decided. */
export const MAX_UNANSWERED_CODES = 10;

export const isLocked = ({ lockedUntil }: AccountState, at: Instant): boolean =>
  lockedUntil !== null && at < lockedUntil;

/** Whether a token of this session still opens anything. */
export const isLive = (state: AccountState, sessionId: string, at: Instant): boolean =>
  liveSession(state.sessions, sessionId, at) !== undefined;

// Evolve

export const evolveAccount = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'AccountOpened': {
      const { login, passwordHash, contacts } = event.data;
      return { ...state, credentials: { login, passwordHash }, contacts };
    }
    case 'SignInChallenged': {
      const { challengeId, codeId, channel, expiresAt } = event.data;
      const challenge = { challengeId, channel, code: issued(codeId, event.at, expiresAt), opened: false };
      const unanswered = [...state.unanswered, event.at].slice(-MAX_UNANSWERED_CODES);
      return { ...state, challenge, unanswered, wrongPasswords: 0 };
    }
    case 'SignInFailed': {
      if (event.data.reason === 'PASSWORD') return { ...state, wrongPasswords: state.wrongPasswords + 1 };
      const challenge = state.challenge && { ...state.challenge, code: withWrongTry(state.challenge.code) };
      return { ...state, challenge, wrongCodes: state.wrongCodes + 1 };
    }
    case 'AccountLocked':
      return { ...state, lockedUntil: event.data.until, wrongPasswords: 0, wrongCodes: 0 };
    case 'AccountUnlocked':
      return { ...state, lockedUntil: null, wrongPasswords: 0, wrongCodes: 0, unanswered: [] };
    case 'AccountContactCorrected':
      return { ...state, contacts: withContact(state.contacts, event.data.channel, event.data.value) };
    case 'SignInVerified': {
      const challenge = state.challenge && { ...state.challenge, code: { ...state.challenge.code, used: true } };
      return { ...state, challenge, wrongCodes: 0, unanswered: [] };
    }
    case 'SessionOpened': {
      const challenge = state.challenge && { ...state.challenge, opened: true };
      return { ...state, challenge, sessions: evolveSessions(state.sessions, event) };
    }
    case 'AccountClosed':
      return initialAccount;
    case 'SessionRefreshed':
    case 'SessionClosed':
      return { ...state, sessions: evolveSessions(state.sessions, event) };
  }
};

// Decide

type Decided = Decision<AccountEvent, AccountRefusal>;
type CommandOf<T extends AccountCommand['type']> = AccountCommand & { readonly type: T };

export const decideAccount = (state: AccountState, command: AccountCommand): Decided => {
  if (command.type === 'open-account') return openAccount(state, command);
  if (state.credentials === null) return refuse('account-unknown');
  switch (command.type) {
    case 'start-sign-in':
      return startSignIn(state, command);
    case 'unlock':
      return accept({ type: 'AccountUnlocked', at: command.at, data: {} });
    case 'correct-contact': {
      const { at, channel, value } = command;
      if (contactOf(state.contacts, channel) === value) return accept();
      return accept({ type: 'AccountContactCorrected', at, data: { channel, value } });
    }
    case 'complete-sign-in':
      return completeSignIn(state, command);
    case 'open-session': {
      const { at, challengeId, sessionId } = command;
      const { challenge } = state;
      if (challenge?.challengeId !== challengeId || !challenge.code.used) return refuse('challenge-unknown');
      if (challenge.opened) return refuse('code-used');
      return openSession(state.sessions, { at, sessionId, challengeId, channel: challenge.channel });
    }
    case 'close-account':
      return accept({ type: 'AccountClosed', at: command.at, data: {} });
    case 'refresh-session':
    case 'close-session':
      return decideSessions(state.sessions, command);
  }
};

const openAccount = (state: AccountState, { type, at, ...data }: CommandOf<'open-account'>): Decided => {
  if (state.credentials !== null) return refuse('account-already-open');
  const flaw = loginFlaw(data.login);
  if (flaw) return refuse(flaw);
  if (data.contacts.email === null && data.contacts.mobile === null) return refuse('contact-missing');
  return accept({ type: 'AccountOpened', at, data });
};

const startSignIn = (
  state: AccountState,
  { at, passwordMatches, channel, challengeId, codeId }: CommandOf<'start-sign-in'>,
): Decided => {
  if (isLocked(state, at)) return refuse('account-locked');
  if (!passwordMatches) return failed(at, 'PASSWORD', null, state.wrongPasswords + 1 >= MAX_WRONG_PASSWORDS);
  if (contactOf(state.contacts, channel) === null) return refuse('channel-unknown');
  const recent = state.unanswered.filter(sentAt => at < plusMs(sentAt, CODE_VALIDITY_MS));
  if (recent.length >= MAX_UNANSWERED_CODES) return refuse('too-many-codes');
  const expiresAt = plusMs(at, CODE_VALIDITY_MS);
  return accept({ type: 'SignInChallenged', at, data: { challengeId, codeId, channel, expiresAt } });
};

const completeSignIn = (
  state: AccountState,
  { at, challengeId, codeMatches }: CommandOf<'complete-sign-in'>,
): Decided => {
  if (isLocked(state, at)) return refuse('account-locked');
  if (state.challenge?.challengeId !== challengeId) return refuse('challenge-unknown');
  const verdict = judge(state.challenge.code, codeMatches, at);
  if (verdict === 'code-wrong') return failed(at, 'CODE', challengeId, state.wrongCodes + 1 >= MAX_WRONG_CODES);
  if (verdict !== 'code-right') return refuse(verdict);
  return accept({ type: 'SignInVerified', at, data: { challengeId } });
};

/** A wrong password or code is something that happened: accepted, and counted. */
const failed = (at: Instant, reason: 'PASSWORD' | 'CODE', challengeId: string | null, locks: boolean): Decided => {
  const failure: AccountEvent = { type: 'SignInFailed', at, data: { reason, challengeId } };
  const lock: AccountEvent = { type: 'AccountLocked', at, data: { until: plusMs(at, LOCK_MS) } };
  return locks ? accept<AccountEvent>(failure, lock) : accept<AccountEvent>(failure);
};
