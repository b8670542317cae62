import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusMs } from '../shared/time.ts';
import type { AccountCommand, AccountEvent, AccountRefusal, AccountState } from './account.ts';
import { contactOf } from './contacts.ts';
import { isNewDevice } from './devices.ts';
import { CODE_VALIDITY_MS, judge } from './one-time-code.ts';
import { openSession } from './sessions.ts';

/** Signing in: the password, then the code, then the session; and what stops somebody who guesses. */

/** Wrong passwords in a row that lock. Decided: the published number is not known. */
export const MAX_WRONG_PASSWORDS = 5;
/** Wrong codes in a row that lock, over all sign-ins: a new sign-in must not give new tries for ever. Decided. */
export const MAX_WRONG_CODES = 10;
export const LOCK_MS = 15 * 60_000;
/** Codes sent for one account within `CODE_VALIDITY_MS` without one coming back. Decided. */
export const MAX_UNANSWERED_CODES = 10;

/**
 * After a password was reset, a stranger who goes on guessing cannot lock the person out again before they have signed in:
 * for this long it takes `MAX_WRONG_PASSWORDS_SHELTERED`. The second factor is asked for all the same. Decided.
 */
export const SHELTER_MS = LOCK_MS;
/** OWASP ASVS 4.0.3, 2.2.1: at most 100 failures an hour on one account. */
export const MAX_WRONG_PASSWORDS_SHELTERED = 60;

export const isSheltered = ({ shelteredUntil }: AccountState, at: Instant): boolean =>
  shelteredUntil !== null && at < shelteredUntil;

export const isLocked = ({ lockedUntil }: AccountState, at: Instant): boolean =>
  lockedUntil !== null && at < lockedUntil;

type Decided = Decision<AccountEvent, AccountRefusal>;
type CommandOf<T extends AccountCommand['type']> = AccountCommand & { readonly type: T };

export const startSignIn = (
  state: AccountState,
  { at, passwordMatches, channel, challengeId, codeId, device }: CommandOf<'start-sign-in'>,
): Decided => {
  if (isLocked(state, at)) return refuse('account-locked');
  const most = isSheltered(state, at) ? MAX_WRONG_PASSWORDS_SHELTERED : MAX_WRONG_PASSWORDS;
  if (!passwordMatches) return failed(at, 'PASSWORD', null, state.wrongPasswords + 1 >= most);
  if (contactOf(state.contacts, channel) === null) return refuse('channel-unknown');
  const recent = state.unanswered.filter(sentAt => at < plusMs(sentAt, CODE_VALIDITY_MS));
  if (recent.length >= MAX_UNANSWERED_CODES) return refuse('too-many-codes');
  const expiresAt = plusMs(at, CODE_VALIDITY_MS);
  const challenged: AccountEvent = {
    type: 'SignInChallenged',
    at,
    data: { challengeId, codeId, channel, expiresAt },
  };
  return device === null
    ? accept(challenged)
    : accept<AccountEvent>(challenged, { type: 'DeviceNamed', at, data: { challengeId, device } });
};

export const completeSignIn = (
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

export const openVerifiedSession = (
  { sessions, devices, challenge }: AccountState,
  { at, challengeId, sessionId }: CommandOf<'open-session'>,
): Decided => {
  if (challenge?.challengeId !== challengeId || !challenge.code.used) return refuse('challenge-unknown');
  if (challenge.opened) return refuse('code-used');
  const { channel, device } = challenge;
  const opened = openSession(sessions, { at, sessionId, challengeId, channel });
  if (!opened.ok || !isNewDevice(devices, device)) return opened;
  return accept<AccountEvent>(...opened.events, { type: 'NewDeviceUsed', at, data: { sessionId, device } });
};
