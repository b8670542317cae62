import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldsOf } from '../../src/adapters/http/openapi/request-schemas.ts';
import { expectProblem } from '../support/http-problems.ts';
import { ROUTES } from '../support/route-table.ts';
import { PASSWORD, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * Tokens as OWASP ASVS 4.0.3, V3 wants them: never in a URL, new at each sign-in, nothing kept in a cookie.
 *
 * Mutants seen to fail: a session that keeps its id over a second sign-in; an answer that may be cached.
 */

let server: TestServer;
let her: SignedInHolder;
beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
});
afterAll(() => server.stop());

/** Names of what nobody may read over a shoulder, in a history or in a log. */
const SECRET = /token|password|secret|^code$|nir|session/i;

describe('a secret', () => {
  test('has no place in any path or query', () => {
    for (const { operation, path, query } of ROUTES) {
      const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
      // The id of a session opens nothing without its token.
      expect([operation, named.filter(name => SECRET.test(name) && name !== 'session')]).toEqual([operation, []]);
      const fields = query === undefined ? [] : fieldsOf(query).map(({ name }) => name);
      expect([operation, fields.filter(name => SECRET.test(name))]).toEqual([operation, []]);
    }
  });

  test('in the query is not taken for a token', async () => {
    expectProblem(await server.http.get(`/v1/me?access_token=${her.token}`), 401, 'unauthenticated');
    expectProblem(
      await server.http.get(`/v1/me?access_token=${her.token}`, { token: her.token }),
      400,
      'invalid-request',
      ['access_token'],
    );
  });

  test('leaves no cookie and no copy behind', async () => {
    const replies = [
      await server.http.post('/v1/sessions', { body: { login: her.login, password: PASSWORD, channel: 'SMS' } }),
      await server.http.post('/v1/sessions/refresh', { body: { refreshToken: her.refreshToken } }),
      await server.http.get('/v1/sessions', { token: her.token }),
      await server.http.post('/v1/sessions', { body: { login: 'personne', password: PASSWORD, channel: 'SMS' } }),
    ];
    for (const { headers } of replies) {
      expect(headers.get('Set-Cookie')).toBeNull();
      expect(headers.get('Cache-Control')).toBe('no-store');
    }
  });
});

describe('a sign-in', () => {
  test('makes a session and tokens of its own, whatever is sent with it', async () => {
    const [one, other] = [await server.signIn(her.person, her.login), await server.signIn(her.person, her.login)];
    expect(one.session).not.toBe(other.session);
    expect(one.accessToken).not.toBe(other.accessToken);
    expect(one.refreshToken).not.toBe(other.refreshToken);
    const started = await server.http.post('/v1/sessions', {
      token: one.accessToken,
      body: { login: her.login, password: PASSWORD, channel: 'SMS' },
    });
    const code = await server.codeFor(her.person, 'sign-in-code');
    const { body } = await server.http.post(`/v1/sessions/${started.body.challengeId}`, {
      token: one.accessToken,
      body: { code },
    });
    expect([one.session, other.session]).not.toContain(body.session);
  });

  test('signs its tokens with HMAC-SHA256, and says in them nothing but whose and until when', async () => {
    const { accessToken, refreshToken, session } = await server.signIn(her.person, her.login);
    for (const [token, audience] of [
      [accessToken, 'espace'],
      [refreshToken, 'refresh'],
    ] as const) {
      expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
      expect(decodeJwt(token)).toEqual({
        sid: session,
        gen: 0,
        iss: 'urn:espace-sante:identity',
        sub: her.id,
        aud: audience,
        iat: expect.any(Number),
        exp: expect.any(Number),
      });
      // 256 bits of signature stand between a guess and a token.
      expect(Buffer.from(token.split('.')[2] ?? '', 'base64url').byteLength * 8).toBe(256);
    }
  });
});
