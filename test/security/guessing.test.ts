import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { networkOf } from '../../src/adapters/http/network.ts';
import { type AccountEvent, decideAccount, evolveAccount, initialAccount } from '../../src/domain/account/account.ts';
import { plusMs } from '../../src/domain/shared/time.ts';
import { expectProblem } from '../support/http-problems.ts';
import { PASSWORD, startServer, type TestServer } from '../support/server.ts';

/**
 * What stops somebody who guesses, by account and by address: OWASP ASVS 4.0.3, 2.2.1 and 2.5.4.
 *
 * Mutants seen to fail: a shelter without a limit of its own; wrong guesses that cost no more than any request, or that cost
 * another address; IPv6 addresses each for themselves; IPv4 addresses all as one, where they are written as IPv6.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Wrong passwords that are looked at where somebody tries one every second for an hour. */
const failuresWithinAnHour = (before: readonly AccountEvent[]): number => {
  const from = '2026-11-20T08:00:00.000Z';
  let state = before.reduce(evolveAccount, initialAccount);
  let failures = 0;
  for (let second = 0; second < 3_600; second++) {
    const at = plusMs(from, second * 1_000);
    const given = { passwordMatches: false, channel: 'SMS', challengeId: 'c', codeId: 'c', device: null } as const;
    const decision = decideAccount(state, { type: 'start-sign-in', at, ...given });
    const events = decision.ok ? decision.events : [];
    failures += events.filter(({ type }) => type === 'SignInFailed').length;
    state = events.reduce(evolveAccount, state);
  }
  return failures;
};
const OPENED: AccountEvent = {
  type: 'AccountOpened',
  at: '2026-11-20T08:00:00.000Z',
  data: {
    login: 'quelquun',
    passwordHash: '$argon2id$',
    contacts: { email: null, mobile: '+33699000001' },
    termsVersion: '1',
    privacyVersion: '1',
    accompaniment: 'ALONE',
  },
};

describe('an account', () => {
  test('takes far less than a hundred wrong passwords an hour', () => {
    expect(failuresWithinAnHour([OPENED])).toBe(20);
  });

  test('takes less than a hundred an hour even where its password was just reset', () => {
    const data = { passwordHash: '$argon2id$', cause: 'RESET' } as const;
    const failures = failuresWithinAnHour([OPENED, { type: 'PasswordChanged', at: OPENED.at, data }]);
    expect(failures).toBeGreaterThan(60);
    expect(failures).toBeLessThanOrEqual(100);
  });

  test('is not there before somebody opened it', async () => {
    const logins = ['root', 'admin', 'sa', 'administrator', 'guest', 'support', 'test', 'demo', 'postgres', 'user'];
    const replies = await Promise.all(
      logins.map(login => server.http.post('/v1/sessions', { body: { login, password: login, channel: 'EMAIL' } })),
    );
    for (const reply of replies) expectProblem(reply, 401, 'credentials-wrong');
    expect((await server.everyEvent()).filter(({ stream }) => stream.startsWith('account-'))).toEqual([]);
  });
});

describe('an address', () => {
  test('that guesses wrong is stopped five times sooner than one that asks', async () => {
    const own = await startServer({ ANONYMOUS_REQUESTS_PER_MINUTE: '12', TRUST_PROXY: 'true' });
    try {
      const guess = (from: string, login: string) =>
        own.http.post('/v1/sessions', {
          headers: { 'X-Forwarded-For': from },
          body: { login, password: PASSWORD, channel: 'SMS' },
        });
      // Each time another login, so that no account is tried twice.
      const heard = [];
      for (const login of ['premier.essai', 'deuxieme.essai', 'troisieme.essai', 'quatrieme.essai'])
        heard.push(await guess('203.0.113.7', login));
      expect(heard.map(({ body }) => body.code)).toEqual([...Array(3).fill('credentials-wrong'), 'too-many-requests']);
      expect(heard.map(({ headers }) => headers.get('RateLimit-Remaining'))).toEqual(['11', '6', '1', '0']);
      expect(Number(heard[3]?.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect((await guess('203.0.113.8', 'cinquieme.essai')).body.code).toBe('credentials-wrong');
    } finally {
      await own.stop();
    }
  });

  test('counts with all others that one customer can choose from', () => {
    const one = networkOf('2001:db8:1:2::1');
    expect(['2001:db8:1:2:ffff:1:2:3', '2001:0DB8:0001:0002::', '2001:db8:1:2::1%eth0'].map(networkOf)).toEqual([
      one,
      one,
      one,
    ]);
    const others = ['2001:db8:1:3::1', '2001:db8:1::2', '::1', '203.0.113.7', '203.0.113.8'].map(networkOf);
    expect(new Set([one, ...others]).size).toBe(6);
    expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7');
    expect(['203.0.113.7:1001', '203.0.113.7:1002', '[::ffff:203.0.113.7]:1'].map(networkOf)).toEqual(
      Array(3).fill('203.0.113.7'),
    );
    expect(['[2001:db8:1:2::1]:443', '[2001:db8:1:2::9]'].map(networkOf)).toEqual([one, one]);
    const mapped = ['::ffff:cb00:7107', '::FFFF:203.0.113.7', '0:0:0:0:0:ffff:cb00:7107', '[::ffff:cb00:7107]:443'];
    const behindNat64 = ['64:ff9b::cb00:7107', '64:ff9b::203.0.113.7', '0064:ff9b:0:0:0:0:cb00:7107'];
    for (const within of [...mapped, ...behindNat64]) expect(networkOf(within)).toBe('203.0.113.7');
    expect(['64:ff9b:1::cb00:7107', '::cb00:7107', '::fffe:cb00:7107', '64:ff9b::1:cb00:7107'].map(networkOf)).toEqual([
      '64:ff9b:1:0::/64',
      '0:0:0:0::/64',
      '0:0:0:0::/64',
      '64:ff9b:0:0::/64',
    ]);
    expect(networkOf('not an address')).toBe(networkOf('nor this one'));
  });
});
