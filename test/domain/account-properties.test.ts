import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type AccountCommand,
  type AccountEvent,
  decideAccount,
  evolveAccount,
  initialAccount,
  isLive,
} from '../../src/domain/account/account.ts';
import { isLocked, isSheltered, MAX_WRONG_PASSWORDS_SHELTERED } from '../../src/domain/account/sign-in.ts';
import { plusMs } from '../../src/domain/shared/time.ts';
import { deepFreeze } from '../support/decider-spec.ts';

/*
 * Laws of signing in and of the way back in, over random histories with random clocks, read from the events alone.
 *
 * Mutants: see account.test.ts; and a lock that lets the right password in; a reset's code good twice, late or after five
 * wrong tries; a password reset without its code; sessions, codes or a sign-in that outlive the password they began with.
 */

const T0 = '2026-11-20T08:00:00.000Z';

const step = fc.record({
  waitMs: fc.oneof(
    { weight: 12, arbitrary: fc.nat(1_000) },
    { weight: 2, arbitrary: fc.nat(60_000) },
    { weight: 2, arbitrary: fc.constantFrom(899_999, 900_000) },
    { weight: 1, arbitrary: fc.nat(86_400_000 * 31) },
  ),
  what: fc.constantFrom(
    ...(['start', 'start', 'start', 'complete', 'complete', 'complete', 'open', 'open', 'open'] as const),
    ...(['refresh', 'refresh', 'refresh', 'close'] as const),
    ...(['close others', 'ask reset', 'verify reset', 'verify reset', 'reset', 'change password'] as const),
  ),
  right: fc.boolean(),
  /** How many challenges, sessions or generations ago. */
  ago: fc.constantFrom(0, 0, 0, 1, 2),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const commandOf = (
  { what, right, ago }: Step,
  at: string,
  index: number,
  events: readonly AccountEvent[],
): AccountCommand => {
  const challenges = events.filter(event => event.type === 'SignInChallenged');
  const sessions = events.filter(event => event.type === 'SessionOpened');
  const challengeId = challenges.at(-1 - ago)?.data.challengeId ?? 'none';
  const sessionId = sessions.at(-1 - ago)?.data.sessionId ?? 'none';
  const resetId = events.filter(event => event.type === 'PasswordResetRequested').at(-1 - ago)?.data.resetId ?? 'none';
  const refreshed = events.filter(event => event.type === 'SessionRefreshed' && event.data.sessionId === sessionId);
  switch (what) {
    case 'start':
      return {
        type: 'start-sign-in',
        at,
        passwordMatches: right,
        channel: 'SMS',
        challengeId: `c${index}`,
        codeId: `c${index}`,
        device: null,
      };
    case 'complete':
      return { type: 'complete-sign-in', at, challengeId, codeMatches: right };
    case 'open':
      return { type: 'open-session', at, challengeId, sessionId: `s${index}` };
    case 'refresh':
      return { type: 'refresh-session', at, sessionId, generation: refreshed.length - (right ? 0 : 1) };
    case 'close':
      return { type: 'close-session', at, sessionId, reason: 'SIGNED_OUT' };
    case 'close others':
      return { type: 'close-other-sessions', at, kept: right ? sessionId : null, reason: 'REVOKED' };
    case 'ask reset': {
      const asked = { resetId: `r${index}`, codeId: `r${index}`, channel: 'SMS', withBirthDate: right } as const;
      return { type: 'ask-password-reset', at, ...asked };
    }
    case 'verify reset':
      return { type: 'verify-password-reset', at, resetId, codeMatches: right, objection: null };
    case 'reset':
      return { type: 'reset-password', at, resetId, passwordHash: `h${index}` };
    case 'change password': {
      const passwordHash = `h${index}`;
      return { type: 'change-password', at, currentMatches: right, objection: null, passwordHash, kept: sessionId };
    }
  }
};

const play = (steps: readonly Step[]): readonly AccountEvent[] => {
  const events: AccountEvent[] = [];
  let state = deepFreeze(initialAccount);
  let at = T0;
  const run = (command: AccountCommand): void => {
    const decision = decideAccount(state, deepFreeze(command));
    if (!decision.ok) return;
    for (const event of decision.events) {
      events.push(event);
      state = deepFreeze(evolveAccount(state, deepFreeze(event)));
    }
  };
  run({
    type: 'open-account',
    at,
    login: 'dominique',
    passwordHash: 'x',
    contacts: { email: null, mobile: '+33612302858' },
    termsVersion: '1',
    privacyVersion: '1',
    accompaniment: 'ALONE',
  });
  for (const [index, each] of steps.entries()) {
    at = plusMs(at, each.waitMs);
    run(commandOf(each, at, index, events));
  }
  return events;
};

const histories = fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }).map(play);
const runs = { numRuns: 1_000 };
const ofType = <T extends AccountEvent['type']>(events: readonly AccountEvent[], type: T) =>
  events.filter((event): event is AccountEvent & { type: T } => event.type === type);

it('no code is accepted twice, late, after five wrong tries, or after a newer one', () => {
  fc.assert(
    fc.property(histories, events => {
      for (const challenge of ofType(events, 'SignInChallenged')) {
        const { challengeId, expiresAt } = challenge.data;
        const verified = ofType(events, 'SignInVerified').filter(event => event.data.challengeId === challengeId);
        const wrong = ofType(events, 'SignInFailed').filter(event => event.data.challengeId === challengeId);
        expect(verified.length).toBeLessThanOrEqual(1);
        expect(wrong.length).toBeLessThanOrEqual(5);
        for (const event of verified) {
          expect(event.at < expiresAt).toBe(true);
          expect(wrong.filter(each => events.indexOf(each) < events.indexOf(event)).length).toBeLessThan(5);
          const newer = events.slice(events.indexOf(challenge) + 1).find(each => each.type === 'SignInChallenged');
          expect(newer === undefined || events.indexOf(event) < events.indexOf(newer)).toBe(true);
        }
      }
    }),
    runs,
  );
});

it('every session follows its own verified code', () => {
  fc.assert(
    fc.property(histories, events => {
      for (const session of ofType(events, 'SessionOpened')) {
        const same = (event: AccountEvent) =>
          (event.type === 'SignInVerified' || event.type === 'SessionOpened') &&
          event.data.challengeId === session.data.challengeId;
        expect(events.filter(same).map(({ type }) => type)).toStrictEqual(['SignInVerified', 'SessionOpened']);
      }
    }),
    runs,
  );
});

it('a locked account answers a right password and a wrong one alike, whatever came before', () => {
  let locked = 0;
  fc.assert(
    fc.property(histories, events => {
      let state = initialAccount;
      for (const event of events) {
        state = evolveAccount(state, event);
        if (!isLocked(state, event.at)) continue;
        locked += 1;
        const start = { type: 'start-sign-in', at: event.at, channel: 'SMS', challengeId: 'c', codeId: 'c' } as const;
        const [right, wrong] = [true, false].map(passwordMatches =>
          decideAccount(state, { ...start, passwordMatches, device: null }),
        );
        expect(right).toStrictEqual(wrong);
        expect(right).toStrictEqual({ ok: false, refusal: 'account-locked' });
      }
    }),
    runs,
  );
  expect(locked).toBeGreaterThan(10);
});

it('no code for a new password is accepted twice, late, or after five wrong tries, and each is followed by one change', () => {
  fc.assert(
    fc.property(histories, events => {
      for (const { data } of ofType(events, 'PasswordResetRequested')) {
        const verified = ofType(events, 'PasswordResetVerified').filter(each => each.data.resetId === data.resetId);
        const wrong = ofType(events, 'PasswordResetFailed').filter(each => each.data.resetId === data.resetId);
        expect(verified.length).toBeLessThanOrEqual(1);
        expect(wrong.length).toBeLessThanOrEqual(5);
        for (const event of verified) {
          expect(event.at < data.expiresAt).toBe(true);
          expect(wrong.filter(each => events.indexOf(each) < events.indexOf(event)).length).toBeLessThan(5);
        }
      }
      const resets = events.filter(({ type }) => type === 'PasswordResetVerified' || type === 'PasswordChanged');
      for (const [index, event] of resets.entries())
        if (event.type === 'PasswordChanged' && event.data.cause === 'RESET')
          expect(resets[index - 1]?.type).toBe('PasswordResetVerified');
    }),
    runs,
  );
});

it('a changed password ends every session but one, every sign-in under way, and every other code', () => {
  fc.assert(
    fc.property(histories, events => {
      let state = initialAccount;
      for (const [index, event] of events.entries()) {
        state = evolveAccount(state, event);
        if (event.type !== 'PasswordChanged') continue;
        expect([state.challenge, state.resets, isLocked(state, event.at)]).toStrictEqual([null, [], false]);
        expect(isSheltered(state, event.at) || event.data.cause === 'CHANGED').toBe(true);
        let after = state;
        for (const next of events.slice(index + 1)) {
          if (next.type !== 'SessionClosed') break;
          after = evolveAccount(after, next);
        }
        const live = after.sessions.filter(({ sessionId }) => isLive(after, sessionId, event.at));
        expect(live.length).toBeLessThanOrEqual(event.data.cause === 'RESET' ? 0 : 1);
      }
    }),
    runs,
  );
});

it('nothing is tried while the account is locked, and five wrong passwords or ten wrong codes in a row lock it', () => {
  fc.assert(
    fc.property(histories, events => {
      let lockedUntil = '';
      let shelteredUntil = '';
      let passwords = 0;
      let codes = 0;
      for (const event of events) {
        if (event.type.startsWith('SignIn')) expect(event.at >= lockedUntil).toBe(true);
        if (event.type === 'SignInChallenged') passwords = 0;
        if (event.type === 'SignInVerified') codes = 0;
        if (event.type === 'SignInFailed' && event.data.reason === 'PASSWORD') passwords += 1;
        if (event.type === 'SignInFailed' && event.data.reason === 'CODE') codes += 1;
        const isShelter = event.at < shelteredUntil;
        if (event.type === 'PasswordChanged') {
          if (event.data.cause === 'RESET') shelteredUntil = plusMs(event.at, 900_000);
          lockedUntil = '';
          passwords = 0;
          codes = 0;
        } else if (event.type === 'AccountLocked') {
          expect(passwords >= (isShelter ? MAX_WRONG_PASSWORDS_SHELTERED : 5) || codes === 10).toBe(true);
          lockedUntil = event.data.until;
          passwords = 0;
          codes = 0;
        } else if (event.type === 'SignInFailed' && passwords >= 5) {
          const next = events[events.indexOf(event) + 1];
          expect(isShelter || next?.type === 'AccountLocked').toBe(true);
        } else if (event.type !== 'SignInFailed') expect(codes).toBeLessThan(10);
      }
    }),
    runs,
  );
});

it('at most ten sessions live at any time, and a closed one never again', () => {
  fc.assert(
    fc.property(histories, events => {
      let state = initialAccount;
      const gone = new Set<string>();
      for (const event of events) {
        state = evolveAccount(state, event);
        if (event.type === 'SessionClosed') gone.add(event.data.sessionId);
        const opened = ofType(events, 'SessionOpened').map(({ data }) => data.sessionId);
        const live = opened.filter(sessionId => isLive(state, sessionId, event.at));
        expect(live.length).toBeLessThanOrEqual(10);
        expect(live.filter(sessionId => gone.has(sessionId))).toStrictEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});

it('a generation is refreshed once', () => {
  fc.assert(
    fc.property(histories, events => {
      const used = ofType(events, 'SessionRefreshed').map(({ data }) => `${data.sessionId} ${data.generation}`);
      expect(new Set(used).size).toBe(used.length);
    }),
    runs,
  );
});

it('the histories reach what they are about', () => {
  const seen = fc.sample(histories, 2_000).flat();
  expect([...new Set(seen.map(({ type }) => type))].sort()).toStrictEqual([
    'AccountLocked',
    'AccountOpened',
    'PasswordChanged',
    'PasswordResetFailed',
    'PasswordResetRequested',
    'PasswordResetVerified',
    'SessionClosed',
    'SessionOpened',
    'SessionRefreshed',
    'SignInChallenged',
    'SignInFailed',
    'SignInVerified',
  ]);
  expect(new Set(ofType(seen, 'SessionClosed').map(({ data }) => data.reason)).size).toBeGreaterThanOrEqual(4);
});
