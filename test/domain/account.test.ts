import { describe, expect, it } from 'vitest';
import {
  type AccountCommand,
  type AccountEvent,
  type AccountRefusal,
  type AccountState,
  decideAccount,
  evolveAccount,
  initialAccount,
  isLive,
} from '../../src/domain/account/account.ts';
import { decideChallenge, evolveChallenge, initialChallenge } from '../../src/domain/account/challenge-owner.ts';
import type { CodeChannel } from '../../src/domain/account/contacts.ts';
import { decideLoginClaim, evolveLoginClaim, initialLoginClaim } from '../../src/domain/account/login-claim.ts';
import type { SessionEnd } from '../../src/domain/account/sessions.ts';
import type { Decider } from '../../src/domain/shared/decider.ts';
import { fold, given } from '../support/decider-spec.ts';

/*
 * Mutants that these tests, or those of account-properties.test.ts, kill: a sixth wrong password before the lock; a lock
 * that lets the right password in, ends a moment late, or starts the count where it was; wrong passwords counted over a
 * right one; wrong codes forgotten with each new sign-in; an earlier challenge that still works; a code good twice, or
 * at its expiry; a session opened twice for one code, or before it; eleven sessions; the newest closed instead of the
 * oldest; an expired session that counts, lives or is refreshed; a generation used twice that leaves the session open;
 * codes sent without end; a login that others can release.
 */

const decider: Decider<AccountState, AccountCommand, AccountEvent, AccountRefusal> = {
  initial: initialAccount,
  evolve: evolveAccount,
  decide: decideAccount,
};

const T0 = '2026-11-20T08:00:00.000Z';
const MINUTE_1 = '2026-11-20T08:01:00.000Z';
const LAST_OF_15_MINUTES = '2026-11-20T08:14:59.999Z';
const MINUTES_15 = '2026-11-20T08:15:00.000Z';
const IDLE_END = '2026-11-20T08:30:00.000Z';

const data = {
  login: 'dominique.53',
  passwordHash: '$argon2id$…',
  contacts: { email: 'dominique@exemple.fr', mobile: null },
  termsVersion: '3',
  privacyVersion: '2',
  accompaniment: 'ALONE',
} as const;
const opened: AccountEvent = { type: 'AccountOpened', at: T0, data };
const challenged = (name = 'one', at = T0): AccountEvent => ({
  type: 'SignInChallenged',
  at,
  data: { challengeId: name, codeId: `code ${name}`, channel: 'EMAIL', expiresAt: MINUTES_15 },
});
const failed = (challengeId: string | null = null, at = T0): AccountEvent => ({
  type: 'SignInFailed',
  at,
  data: { reason: challengeId === null ? 'PASSWORD' : 'CODE', challengeId },
});
const locked = (at = T0, until = MINUTES_15): AccountEvent => ({ type: 'AccountLocked', at, data: { until } });
const verified = (challengeId = 'one', at = T0): AccountEvent => ({
  type: 'SignInVerified',
  at,
  data: { challengeId },
});
const session = (name: string, at = T0, expiresAt = IDLE_END): AccountEvent => ({
  type: 'SessionOpened',
  at,
  data: { sessionId: name, challengeId: 'one', channel: 'EMAIL', expiresAt },
});
const closed = (sessionId: string, reason: SessionEnd, at = T0): AccountEvent => ({
  type: 'SessionClosed',
  at,
  data: { sessionId, reason },
});
const times = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));

const start = (changes: Partial<AccountCommand & { type: 'start-sign-in' }> = {}): AccountCommand => ({
  type: 'start-sign-in',
  at: T0,
  passwordMatches: true,
  channel: 'EMAIL',
  challengeId: 'one',
  codeId: 'code one',
  device: null,
  ...changes,
});
const complete = (changes: Partial<AccountCommand & { type: 'complete-sign-in' }> = {}): AccountCommand => ({
  type: 'complete-sign-in',
  at: T0,
  challengeId: 'one',
  codeMatches: true,
  ...changes,
});

describe('opening an account', () => {
  it('is done once', () => {
    given(decider, [])
      .when({ type: 'open-account', at: T0, ...data })
      .gives(opened);
    given(decider, [opened])
      .when({ type: 'open-account', at: T0, ...data })
      .refuses('account-already-open');
  });

  it('needs a login that may be one, and a way to be reached', () => {
    given(decider, [])
      .when({ type: 'open-account', at: T0, ...data, login: 'short' })
      .refuses('login-too-short');
    given(decider, [])
      .when({ type: 'open-account', at: T0, ...data, contacts: { email: null, mobile: null } })
      .refuses('contact-missing');
  });

  it('comes before anything else', () => {
    given(decider, []).when(start()).refuses('account-unknown');
    given(decider, []).when(complete()).refuses('account-unknown');
  });
});

describe('the password', () => {
  it('has a code sent that is good for 15 minutes', () => given(decider, [opened]).when(start()).gives(challenged()));

  it('is needed, and so is a contact for the channel', () => {
    given(decider, [opened])
      .when(start({ passwordMatches: false }))
      .gives(failed());
    given(decider, [opened])
      .when(start({ channel: 'SMS' }))
      .refuses('channel-unknown');
  });

  it('locks for 15 minutes when it is wrong five times in a row', () => {
    const wrong = start({ passwordMatches: false });
    given(decider, [opened, ...times(3, () => failed())])
      .when(wrong)
      .gives(failed());
    given(decider, [opened, ...times(4, () => failed())])
      .when(wrong)
      .gives(failed(), locked());
  });

  it('is not even looked at while the account is locked', () => {
    const history = [opened, ...times(5, () => failed()), locked()];
    for (const passwordMatches of [true, false])
      given(decider, history)
        .when(start({ passwordMatches, at: LAST_OF_15_MINUTES }))
        .refuses('account-locked');
    given(decider, history)
      .when(start({ at: MINUTES_15 }))
      .gives({
        ...challenged('one', MINUTES_15),
        data: { challengeId: 'one', codeId: 'code one', channel: 'EMAIL', expiresAt: '2026-11-20T08:30:00.000Z' },
      } as AccountEvent);
    given(decider, history)
      .when(start({ at: MINUTES_15, passwordMatches: false }))
      .gives(failed(null, MINUTES_15));
  });

  it('counts anew after a right one', () =>
    given(decider, [opened, ...times(4, () => failed()), challenged()])
      .when(start({ passwordMatches: false }))
      .gives(failed()));

  it('sends ten codes in 15 minutes that nobody gives back, and no more', () => {
    const tenth = [opened, ...times(10, index => challenged(`c${index}`))];
    given(decider, tenth.slice(0, -1)).when(start()).gives(challenged());
    given(decider, tenth)
      .when(start({ at: LAST_OF_15_MINUTES }))
      .refuses('too-many-codes');
    given(decider, [...tenth, verified('c9')])
      .when(start())
      .gives(challenged());
    const [event] = given15Later(tenth);
    expect(event).toBe('SignInChallenged');
  });
});

const given15Later = (history: readonly AccountEvent[]): string[] => {
  const decision = decideAccount(fold(decider, history), start({ at: MINUTES_15 }));
  return decision.ok ? decision.events.map(({ type }) => type) : [decision.refusal];
};

describe('the code', () => {
  const underWay = [opened, challenged()];

  it('is taken once, until its expiry', () => {
    given(decider, underWay)
      .when(complete({ at: LAST_OF_15_MINUTES }))
      .gives(verified('one', LAST_OF_15_MINUTES));
    given(decider, underWay)
      .when(complete({ at: MINUTES_15 }))
      .refuses('code-expired');
    given(decider, [...underWay, verified()])
      .when(complete())
      .refuses('code-used');
  });

  it('is tried five times', () => {
    given(decider, underWay)
      .when(complete({ codeMatches: false }))
      .gives(failed('one'));
    given(decider, [...underWay, ...times(4, () => failed('one'))])
      .when(complete())
      .gives(verified());
    given(decider, [...underWay, ...times(5, () => failed('one'))])
      .when(complete())
      .refuses('too-many-tries');
  });

  it('is void once another sign-in began', () => {
    given(decider, [...underWay, challenged('two')])
      .when(complete())
      .refuses('challenge-unknown');
    given(decider, [...underWay, challenged('two')])
      .when(complete({ challengeId: 'two' }))
      .gives(verified('two'));
    given(decider, [opened]).when(complete()).refuses('challenge-unknown');
  });

  it('locks when it is wrong ten times in a row, over as many sign-ins as you like', () => {
    const nine = [...times(5, () => failed('one')), challenged('two'), ...times(4, () => failed('two'))];
    given(decider, [...underWay, ...nine])
      .when(complete({ challengeId: 'two', codeMatches: false }))
      .gives(failed('two'), locked());
    given(decider, [...underWay, ...nine, verified('two'), challenged('three')])
      .when(complete({ challengeId: 'three', codeMatches: false }))
      .gives(failed('three'));
    given(decider, [...underWay, locked()])
      .when(complete())
      .refuses('account-locked');
  });
});

describe('a new contact', () => {
  const ask = (channel: CodeChannel): AccountEvent[] => [
    {
      type: 'PasswordResetRequested',
      at: T0,
      data: { resetId: `reset ${channel}`, codeId: 'code', channel, withBirthDate: false, expiresAt: MINUTES_15 },
    },
    {
      type: 'PasswordResetRequested',
      at: T0,
      data: { resetId: `proven ${channel}`, codeId: 'code', channel, withBirthDate: false, expiresAt: MINUTES_15 },
    },
    { type: 'PasswordResetVerified', at: T0, data: { resetId: `proven ${channel}` } },
    {
      type: 'MemberContactRequested',
      at: T0,
      data: { channel, value: `thief ${channel}`, codeId: 'code', expiresAt: MINUTES_15 },
    },
  ];
  const history = [opened, ...ask('EMAIL'), ...ask('SMS'), challenged()];
  const changed = { codeId: 'c', channel: 'EMAIL', value: 'neuf@exemple.fr', former: 'dominique@exemple.fr' } as const;
  const { channel, value } = changed;

  it.each<AccountEvent>([
    { type: 'AccountContactCorrected', at: T0, data: { channel, value } },
    { type: 'MemberContactChanged', at: T0, data: changed },
  ])('voids what was under way with the one before, and nothing of the other channel ($type)', event => {
    const verify = { type: 'verify-password-reset', at: T0, codeMatches: true, objection: null } as const;
    const reset = { type: 'reset-password', at: T0, passwordHash: '$new' } as const;
    const contact = { type: 'verify-contact', at: T0, codeMatches: true } as const;
    const after = given(decider, [...history, event]);
    after.when({ ...verify, resetId: 'reset EMAIL' }).refuses('reset-unknown');
    after.when({ ...reset, resetId: 'proven EMAIL' }).refuses('reset-unknown');
    after.when({ ...contact, channel }).refuses('contact-not-pending');
    after.when(complete()).refuses('challenge-unknown');
    after
      .when({ ...verify, resetId: 'reset SMS' })
      .gives({ type: 'PasswordResetVerified', at: T0, data: { resetId: 'reset SMS' } });
    after.when({ ...contact, channel: 'SMS' }).gives({
      type: 'MemberContactChanged',
      at: T0,
      data: { codeId: 'code', channel: 'SMS', value: 'thief SMS', former: null },
    });
    const bySms = challenged('two');
    const sms = { ...bySms, data: { ...bySms.data, channel: 'SMS' } } as AccountEvent;
    given(decider, [...history, sms, event])
      .when(complete({ challengeId: 'two' }))
      .gives(verified('two'));
  });
});

describe('a session', () => {
  const open = { type: 'open-session', at: T0, challengeId: 'one', sessionId: 's' } as const;
  const signedIn = [opened, challenged(), verified(), session('s')];

  it('opens for a code that was right, once', () => {
    given(decider, [opened, challenged(), verified()]).when(open).gives(session('s'));
    given(decider, [opened, challenged()]).when(open).refuses('challenge-unknown');
    given(decider, [opened, challenged(), verified()])
      .when({ ...open, challengeId: 'two' })
      .refuses('challenge-unknown');
    given(decider, signedIn)
      .when({ ...open, sessionId: 'another' })
      .refuses('code-used');
  });

  it('makes room for itself when there are ten: the oldest goes', () => {
    const ten = [opened, ...times(10, index => session(`s${index}`)), challenged(), verified()];
    given(decider, ten)
      .when({ ...open, sessionId: 'new' })
      .gives(closed('s0', 'TOO_MANY_SESSIONS'), session('new'));
    given(decider, [...ten, closed('s4', 'SIGNED_OUT')])
      .when({ ...open, sessionId: 'new' })
      .gives(session('new'));
  });

  it('counts only while it lives', () => {
    const at = IDLE_END;
    const expired = [opened, ...times(10, index => session(`s${index}`)), challenged('one', at), verified('one', at)];
    given(decider, expired)
      .when({ ...open, at, sessionId: 'new' })
      .gives(session('new', at, '2026-11-20T09:00:00.000Z'));
    expect(fold(decider, [...expired, session('new', at)]).sessions).toHaveLength(1);
  });

  it('lives half an hour, or until it is closed', () => {
    const state = fold(decider, signedIn);
    expect(isLive(state, 's', '2026-11-20T08:29:59.999Z')).toBe(true);
    expect(isLive(state, 's', IDLE_END)).toBe(false);
    expect(isLive(state, 'another', T0)).toBe(false);
    expect(isLive(fold(decider, [...signedIn, closed('s', 'SIGNED_OUT')]), 's', T0)).toBe(false);
  });

  it('is refreshed with the newest generation, for another half an hour', () => {
    const refreshed: AccountEvent = {
      type: 'SessionRefreshed',
      at: MINUTE_1,
      data: { sessionId: 's', generation: 1, expiresAt: '2026-11-20T08:31:00.000Z' },
    };
    const refresh = { type: 'refresh-session', at: MINUTE_1, sessionId: 's', generation: 0 } as const;
    given(decider, signedIn).when(refresh).gives(refreshed);
    given(decider, [...signedIn, refreshed])
      .when(refresh)
      .gives(closed('s', 'REFRESH_TOKEN_REUSED', MINUTE_1));
    expect(isLive(fold(decider, [...signedIn, refreshed]), 's', IDLE_END)).toBe(true);
    given(decider, signedIn)
      .when({ ...refresh, generation: 1 })
      .gives(closed('s', 'REFRESH_TOKEN_REUSED', MINUTE_1));
    given(decider, signedIn)
      .when({ ...refresh, at: IDLE_END })
      .refuses('session-closed');
    given(decider, [...signedIn, closed('s', 'SIGNED_OUT')])
      .when(refresh)
      .refuses('session-closed');
  });

  it('ends twelve hours after it was opened, however busy it is', () => {
    const last = '2026-11-20T19:59:00.000Z';
    const end = '2026-11-20T20:00:00.000Z';
    const busy: AccountEvent = {
      type: 'SessionRefreshed',
      at: '2026-11-20T19:45:00.000Z',
      data: { sessionId: 's', generation: 1, expiresAt: end },
    };
    given(decider, [...signedIn, busy])
      .when({ type: 'refresh-session', at: last, sessionId: 's', generation: 1 })
      .gives({ type: 'SessionRefreshed', at: last, data: { sessionId: 's', generation: 2, expiresAt: end } });
    given(decider, [...signedIn, busy])
      .when({ type: 'refresh-session', at: end, sessionId: 's', generation: 1 })
      .refuses('session-closed');
  });

  it('can be ended from another one, alone or with all others', () => {
    const three = [...signedIn, session('t'), session('u')];
    const others = { type: 'close-other-sessions', at: T0, reason: 'REVOKED' } as const;
    given(decider, three)
      .when({ type: 'close-session', at: T0, sessionId: 't', reason: 'REVOKED' })
      .gives(closed('t', 'REVOKED'));
    given(decider, three)
      .when({ ...others, kept: 't' })
      .gives(closed('s', 'REVOKED'), closed('u', 'REVOKED'));
    given(decider, three)
      .when({ ...others, kept: null })
      .gives(closed('s', 'REVOKED'), closed('t', 'REVOKED'), closed('u', 'REVOKED'));
    given(decider, signedIn)
      .when({ ...others, kept: 's' })
      .gives();
  });

  it('remembers what it was opened on, when, and when it was used last', () => {
    const named: AccountEvent = { type: 'DeviceNamed', at: T0, data: { challengeId: 'one', device: 'Ma tablette' } };
    const refreshed: AccountEvent = {
      type: 'SessionRefreshed',
      at: MINUTE_1,
      data: { sessionId: 's', generation: 1, expiresAt: '2026-11-20T08:31:00.000Z' },
    };
    expect(fold(decider, [opened, challenged(), named, verified(), session('s'), refreshed]).sessions).toStrictEqual([
      {
        sessionId: 's',
        channel: 'EMAIL',
        device: 'Ma tablette',
        openedAt: T0,
        lastUsedAt: MINUTE_1,
        generation: 1,
        expiresAt: '2026-11-20T08:31:00.000Z',
      },
    ]);
  });

  it('is closed once', () => {
    const close = { type: 'close-session', at: T0, sessionId: 's', reason: 'SIGNED_OUT' } as const;
    given(decider, signedIn).when(close).gives(closed('s', 'SIGNED_OUT'));
    given(decider, [...signedIn, closed('s', 'SIGNED_OUT')])
      .when(close)
      .gives();
  });
});

describe('a login', () => {
  const logins = { initial: initialLoginClaim, evolve: evolveLoginClaim, decide: decideLoginClaim };
  const claimed = (owner: string) => ({ type: 'LoginClaimed', at: T0, data: { owner } }) as const;
  const released = { type: 'LoginReleased', at: T0, data: { owner: 'one' } } as const;
  const command = (type: 'claim' | 'release', owner: string) => ({ type, at: T0, owner });

  it('belongs to the first who claims it, until they release it', () => {
    given(logins, []).when(command('claim', 'one')).gives(claimed('one'));
    given(logins, [claimed('one')])
      .when(command('claim', 'one'))
      .gives();
    given(logins, [claimed('one')])
      .when(command('claim', 'two'))
      .refuses('login-taken');
    given(logins, [claimed('one')])
      .when(command('release', 'two'))
      .gives();
    given(logins, [claimed('one')])
      .when(command('release', 'one'))
      .gives(released);
    given(logins, [claimed('one'), released])
      .when(command('claim', 'two'))
      .gives(claimed('two'));
    given(logins, []).when(command('release', 'one')).gives();
  });
});

describe('a challenge', () => {
  const challenges = { initial: initialChallenge, evolve: evolveChallenge, decide: decideChallenge };
  const claimed = { type: 'ChallengeClaimed', at: T0, data: { owner: 'one' } } as const;

  it('belongs to one person', () => {
    given(challenges, []).when({ type: 'claim', at: T0, owner: 'one' }).gives(claimed);
    given(challenges, [claimed]).when({ type: 'claim', at: T0, owner: 'one' }).gives();
    given(challenges, [claimed]).when({ type: 'claim', at: T0, owner: 'two' }).refuses('challenge-taken');
  });
});
