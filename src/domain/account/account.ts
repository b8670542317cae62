import type { ContactChangeCommand, ContactChangeRefusal } from '../enrolment/contact-change.ts';
import type { Accompaniment } from '../espace/espace.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusDays, plusMs } from '../shared/time.ts';
import {
  type ContactRenewal,
  type ContactRenewalEvent,
  decideRenewal,
  evolveRenewal,
  initialRenewal,
} from './contact-renewal.ts';
import { type CodeChannel, type Contacts, contactOf, withContact } from './contacts.ts';
import {
  type Credentials,
  type PasswordChangeCause,
  type PasswordChangeEvent,
  type PasswordObjection,
  withPassword,
} from './credentials.ts';
import { type DeviceEvent, type Devices, isKnownDevice, withDevice, withoutDevice } from './devices.ts';
import { type LoginFlaw, loginFlaw } from './login-rules.ts';
import { issued, type OneTimeCode, withWrongTry } from './one-time-code.ts';
import {
  decidePasswordResets,
  evolvePasswordResets,
  type PasswordResetCommand,
  type PasswordResetEvent,
  type PasswordResetRefusal,
  type PasswordResets,
  resetOf,
} from './password-reset.ts';
import {
  closedButFor,
  decideSessions,
  evolveSessions,
  liveSession,
  liveSessions,
  type SessionCommand,
  type SessionEnd,
  type SessionEvent,
  type SessionRefusal,
  type Sessions,
} from './sessions.ts';
import { completeSignIn, MAX_UNANSWERED_CODES, openVerifiedSession, SHELTER_MS, startSignIn } from './sign-in.ts';

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
  /** The login was sent to a contact of the account. */
  | Event<'LoginReminded', { readonly channel: CodeChannel }>
  | SessionEvent
  | DeviceEvent
  | PasswordChangeEvent
  | PasswordResetEvent
  | ContactRenewalEvent;

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
        /** What it begins on; null where nothing is known of it. */
        readonly device: string | null;
      }
    >
  | Command<'unlock', Record<never, never>>
  /** `value`: verified, by a code that was sent there. */
  | Command<'correct-contact', { readonly channel: CodeChannel; readonly value: string }>
  | Command<'complete-sign-in', { readonly challengeId: string; readonly codeMatches: boolean }>
  | Command<'open-session', { readonly challengeId: string; readonly sessionId: string }>
  | Command<'remind-login', { readonly channel: CodeChannel }>
  /** `kept`: the session that it is changed from. */
  | Command<
      'change-password',
      {
        readonly currentMatches: boolean;
        readonly objection: PasswordObjection | null;
        readonly passwordHash: string;
        readonly kept: string;
      }
    >
  /** After `verify-password-reset`. */
  | Command<'reset-password', { readonly resetId: string; readonly passwordHash: string }>
  | PasswordResetCommand
  | ContactChangeCommand
  /** Every session on it ends but `kept`, which asks for it. */
  | Command<'forget-device', { readonly device: string; readonly kept: string }>
  | Command<'close-account', Record<never, never>>
  | SessionCommand;

// Refusals

export type AccountRefusal =
  | LoginFlaw
  | SessionRefusal
  | PasswordResetRefusal
  | ContactChangeRefusal
  | 'password-wrong'
  | 'account-unknown'
  | 'account-already-open'
  | 'contact-missing'
  | 'account-locked'
  | 'channel-unknown'
  | 'too-many-codes'
  | 'challenge-unknown'
  | 'device-unknown'
  | 'too-many-tries'
  | 'code-used'
  | 'code-expired';

// State

export type AccountState = {
  /** Null as long as no account was opened. */
  readonly credentials: Credentials | null;
  readonly contacts: Contacts;
  readonly renewal: ContactRenewal;
  /** The newest sign-in under way; a new one voids it. */
  readonly challenge: {
    readonly challengeId: string;
    readonly channel: CodeChannel;
    readonly device: string | null;
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
  /** Until then wrong passwords do not lock as soon as they do otherwise: see `SHELTER_MS`. */
  readonly shelteredUntil: Instant | null;
  readonly resets: PasswordResets;
  /** When the login was sent, within a day. */
  readonly reminders: readonly Instant[];
  readonly sessions: Sessions;
  readonly devices: Devices;
};

export const initialAccount: AccountState = {
  credentials: null,
  contacts: { email: null, mobile: null },
  renewal: initialRenewal,
  challenge: null,
  wrongPasswords: 0,
  wrongCodes: 0,
  unanswered: [],
  lockedUntil: null,
  shelteredUntil: null,
  resets: [],
  reminders: [],
  sessions: [],
  devices: null,
};

/** Times the login of one account is sent within 24 hours. Decided. */
export const MAX_REMINDERS_A_DAY = 10;

/** Whether a token of this session still opens anything. */
export const isLive = (state: AccountState, sessionId: string, at: Instant): boolean =>
  liveSession(state.sessions, sessionId, at) !== undefined;

// Evolve

export const evolveAccount = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'AccountOpened': {
      const { login, passwordHash, contacts } = event.data;
      return { ...state, credentials: { login, passwordHash, formerHashes: [] }, contacts };
    }
    case 'SignInChallenged': {
      const { challengeId, codeId, channel, expiresAt } = event.data;
      const code = issued(codeId, event.at, expiresAt);
      const challenge = { challengeId, channel, device: null, code, opened: false };
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
      return withNewContact(state, event.data.channel, event.data.value);
    case 'SignInVerified': {
      const challenge = state.challenge && { ...state.challenge, code: { ...state.challenge.code, used: true } };
      return { ...state, challenge, wrongCodes: 0, unanswered: [] };
    }
    case 'DeviceNamed': {
      const challenge = state.challenge && { ...state.challenge, device: event.data.device };
      return { ...state, challenge };
    }
    case 'AccountClosed':
      return initialAccount;
    case 'SessionOpened': {
      const device = state.challenge?.device ?? null;
      const challenge = state.challenge && { ...state.challenge, opened: true };
      const devices = withDevice(state.devices, device, event.at);
      return { ...state, challenge, devices, sessions: evolveSessions(state.sessions, event, device) };
    }
    case 'NewDeviceUsed':
      return state;
    case 'DeviceForgotten':
      return { ...state, devices: withoutDevice(state.devices, event.data.device) };
    case 'SessionRefreshed':
      return { ...state, sessions: evolveSessions(state.sessions, event, null) };
    case 'SessionClosed': {
      const closed = state.sessions.find(({ sessionId }) => sessionId === event.data.sessionId);
      const sessions = evolveSessions(state.sessions, event, null);
      const device = closed?.device ?? null;
      const isDistrusted = isDeviceDistrusted(event.data.reason, device, liveSessions(sessions, event.at));
      const devices = isDistrusted ? withoutDevice(state.devices, device) : state.devices;
      return { ...state, devices, sessions };
    }
    case 'LoginReminded':
      return { ...state, reminders: [...ofTheLastDay(state.reminders, event.at), event.at] };
    case 'PasswordChanged':
      return withNewPassword(state, event);
    case 'PasswordResetRequested':
    case 'PasswordResetFailed':
    case 'PasswordResetVerified':
      return { ...state, resets: evolvePasswordResets(state.resets, event) };
    case 'MemberContactsConfirmed':
    case 'MemberContactRequested':
    case 'MemberContactRejected':
      return { ...state, ...evolveRenewal(state, event) };
    case 'MemberContactChanged':
      return withNewContact(state, event.data.channel, event.data.value);
  }
};

/**
 * Whatever was under way by this channel is void: codes that went to the contact before, to sign in or to reset the
 * password, and another contact that waits for its own. Decided.
 */
const withNewContact = (state: AccountState, channel: CodeChannel, value: string): AccountState => ({
  ...state,
  contacts: withContact(state.contacts, channel, value),
  renewal: { ...state.renewal, pending: { ...state.renewal.pending, [channel]: null } },
  challenge: state.challenge?.channel === channel ? null : state.challenge,
  resets: state.resets.filter(reset => reset.channel !== channel),
});

/**
 * Whether the device that a session was on is as any stranger's after its end (decided): somebody has a copy of the session,
 * or it was ended from elsewhere, and none of those that `live` is on a device of that name.
 */
const isDeviceDistrusted = (reason: SessionEnd, device: string | null, live: Sessions): boolean =>
  reason === 'REFRESH_TOKEN_REUSED' || (reason === 'REVOKED' && !live.some(session => session.device === device));

/** Whatever was under way with the password before is void: a lock, a sign-in, other codes to reset it. */
const withNewPassword = (state: AccountState, { at, data }: PasswordChangeEvent): AccountState => ({
  ...state,
  credentials: state.credentials && withPassword(state.credentials, data.passwordHash),
  challenge: null,
  wrongPasswords: 0,
  wrongCodes: 0,
  lockedUntil: null,
  shelteredUntil: data.cause === 'RESET' ? plusMs(at, SHELTER_MS) : state.shelteredUntil,
  resets: [],
});

const ofTheLastDay = (instants: readonly Instant[], at: Instant): readonly Instant[] =>
  instants.filter(instant => at < plusDays(instant, 1));

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
    case 'open-session':
      return openVerifiedSession(state, command);
    case 'close-account':
      return accept({ type: 'AccountClosed', at: command.at, data: {} });
    case 'refresh-session':
    case 'close-session':
    case 'close-other-sessions':
      return decideSessions(state.sessions, command);
    case 'forget-device': {
      const { at, device, kept } = command;
      if (!isKnownDevice(state.devices, device)) return refuse('device-unknown');
      const onIt = state.sessions.filter(session => session.device === device);
      const ended = closedButFor(onIt, kept, 'REVOKED', at);
      return accept<AccountEvent>({ type: 'DeviceForgotten', at, data: { device } }, ...ended);
    }
    case 'remind-login': {
      const { at, channel } = command;
      if (contactOf(state.contacts, channel) === null) return refuse('channel-unknown');
      if (ofTheLastDay(state.reminders, at).length >= MAX_REMINDERS_A_DAY) return refuse('too-many-codes');
      return accept({ type: 'LoginReminded', at, data: { channel } });
    }
    case 'change-password': {
      const { at, passwordHash, kept } = command;
      if (!command.currentMatches) return refuse('password-wrong');
      if (command.objection !== null) return refuse(command.objection);
      return changePassword(state, at, passwordHash, 'CHANGED', kept);
    }
    case 'ask-password-reset':
    case 'verify-password-reset':
      return decidePasswordResets(state.resets, state.contacts, command);
    case 'reset-password': {
      const { at, resetId, passwordHash } = command;
      if (!resetOf(state.resets, resetId)?.code.used) return refuse('reset-unknown');
      return changePassword(state, at, passwordHash, 'RESET', null);
    }
    case 'change-contacts':
    case 'verify-contact':
      return decideRenewal(state, command);
  }
};

/** Whoever signed in with the password before is signed out, but for the session that changes it. */
const changePassword = (
  { sessions }: AccountState,
  at: Instant,
  passwordHash: string,
  cause: PasswordChangeCause,
  kept: string | null,
): Decided =>
  accept<AccountEvent>(
    { type: 'PasswordChanged', at, data: { passwordHash, cause } },
    ...closedButFor(sessions, kept, 'PASSWORD_CHANGED', at),
  );

const openAccount = (state: AccountState, { type, at, ...data }: CommandOf<'open-account'>): Decided => {
  if (state.credentials !== null) return refuse('account-already-open');
  const flaw = loginFlaw(data.login);
  if (flaw) return refuse(flaw);
  if (data.contacts.email === null && data.contacts.mobile === null) return refuse('contact-missing');
  return accept({ type: 'AccountOpened', at, data });
};
