import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createJwtTokenIssuer } from '../../src/adapters/identity/jwt-token-issuer.ts';
import { subSecret } from '../../src/adapters/identity/secrets.ts';
import { cachingTokenIssuer } from '../../src/adapters/identity/verified-token-cache.ts';
import type { TokenAudience, TokenClaims, TokenIssuer } from '../../src/ports/token-issuer.ts';

/*
 * Mutants killed: any algorithm; no audience, no issuer, no expiry asked for; time taken from the machine; the subject
 * not a UUID; the length unbounded; a cache that forgets the audience, the expiry or the minute, that keeps refusals, or
 * that believes an answer from the future.
 */

const T0 = '2026-11-20T08:00:00.000Z';
const MINUTES_15 = '2026-11-20T08:15:00.000Z';
const secret = subSecret(Buffer.alloc(32, 1), 'tokens');
const plain = createJwtTokenIssuer(secret);
const claims: TokenClaims = {
  audience: 'espace',
  personId: '5a0c1c52-6c0d-4d5c-9d7c-1f4f0f0e0d0c',
  sessionId: '0b8a7c1e-52a4-5f7e-8f6e-2a2b2c2d2e2f',
  generation: 3,
  issuedAt: T0,
  expiresAt: MINUTES_15,
};
const invalid = { ok: false, refusal: 'token-invalid' };
const expired = { ok: false, refusal: 'token-expired' };

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (instant: string): number => Date.parse(instant) / 1_000;
const payload = {
  iss: 'urn:espace-sante:identity',
  sub: claims.personId,
  aud: 'espace',
  sid: claims.sessionId,
  gen: 3,
  iat: seconds(T0),
  exp: seconds(MINUTES_15),
};
const forge = (header: unknown, body: unknown, key: string | Buffer = secret): string => {
  const signed = `${base64(header)}.${base64(body)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
};
const HEADER = { alg: 'HS256', typ: 'JWT' };

describe.each<[string, () => TokenIssuer]>([
  ['a token', () => plain],
  ['a token through the cache', () => cachingTokenIssuer(plain)],
])('%s', (_, create) => {
  const issuer = create();
  const verify = (token: string, audience: TokenAudience = 'espace', at = T0) => issuer.verify(token, audience, at);

  it('says what was put into it', async () => {
    expect(await verify(await issuer.issue(claims))).toStrictEqual({ ok: true, claims });
    const odd = { ...claims, issuedAt: '2026-11-20T08:00:00.999Z', expiresAt: '2026-11-20T08:15:00.999Z' };
    expect(await verify(await issuer.issue(odd))).toStrictEqual({ ok: true, claims });
  });

  it('is the same for the same claims', async () =>
    expect(await issuer.issue(claims)).toBe(await createJwtTokenIssuer(secret).issue(claims)));

  it('is what this test forges, where the secret is known', async () =>
    expect(await verify(forge(HEADER, payload))).toStrictEqual({ ok: true, claims }));

  it('is good until its expiry, by the clock that is handed in', async () => {
    const token = await issuer.issue(claims);
    expect((await verify(token, 'espace', '2026-11-20T08:14:59.999Z')).ok).toBe(true);
    expect(await verify(token, 'espace', MINUTES_15)).toStrictEqual(expired);
    expect(await verify(token, 'espace', '2031-01-01T00:00:00.000Z')).toStrictEqual(expired);
    expect((await verify(token, 'espace', T0)).ok).toBe(true);
  });

  it('is good for its own audience only', async () => {
    for (const audience of ['espace', 'refresh', 'enrolment'] as const) {
      const token = await issuer.issue({ ...claims, audience });
      for (const other of ['espace', 'refresh', 'enrolment'] as const)
        expect((await verify(token, other)).ok).toBe(other === audience);
    }
  });

  it.each([
    ['none', forge({ alg: 'none' }, payload)],
    ['none, without a signature', `${base64({ alg: 'none' })}.${base64(payload)}.`],
    ['NONE, without a signature', `${base64({ alg: 'NONE' })}.${base64(payload)}.`],
    ['another HMAC in its header', forge({ alg: 'HS512' }, payload)],
    ['an asymmetric one in its header', forge({ alg: 'RS256' }, payload)],
    ['a key of its own in its header', forge({ ...HEADER, jwk: { kty: 'oct', k: 'AA' } }, payload, Buffer.from([0]))],
    ['a critical extension', forge({ ...HEADER, crit: ['exp'] }, payload)],
    ['another key', forge(HEADER, payload, 'guess')],
    ['an empty key', forge(HEADER, payload, '')],
    ['another issuer', forge(HEADER, { ...payload, iss: 'https://exemple.fr' })],
    ['no issuer', forge(HEADER, { ...payload, iss: undefined })],
    ['no audience', forge(HEADER, { ...payload, aud: undefined })],
    ['no expiry', forge(HEADER, { ...payload, exp: undefined })],
    ['an expiry in words', forge(HEADER, { ...payload, exp: 'never' })],
    ['an expiry beyond time', forge(HEADER, { ...payload, exp: 1e300 })],
    ['no subject', forge(HEADER, { ...payload, sub: undefined })],
    ['a subject that is no id', forge(HEADER, { ...payload, sub: '../admin' })],
    ['a session that is no id', forge(HEADER, { ...payload, sid: 7 })],
    ['no generation', forge(HEADER, { ...payload, gen: undefined })],
    ['no instant of issue', forge(HEADER, { ...payload, iat: undefined })],
    ['a beginning in the future', forge(HEADER, { ...payload, nbf: seconds(T0) + 1 })],
    ['a list for a body', forge(HEADER, [payload])],
    ['five parts', 'a.b.c.d.e'],
    ['nothing', ''],
    ['dots', '..'],
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['a true one, padded', `${forge(HEADER, { ...payload, pad: 'x'.repeat(2_000) })}`],
  ])('with %s is refused', async (_what, token) => expect(await verify(token)).toStrictEqual(invalid));

  it('is refused where any part was changed', async () => {
    const token = await issuer.issue(claims);
    const other = await issuer.issue({ ...claims, generation: 4 });
    for (let place = 0; place < token.length; place += 7) {
      const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1);
      expect((await verify(changed)).ok).toBe(false);
    }
    const [header, body] = token.split('.');
    expect(await verify(`${header}.${body}.${other.split('.')[2]}`)).toStrictEqual(invalid);
  });

  it('never fails, whatever it is', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async garbage => {
        expect((await verify(garbage)).ok).toBe(false);
        expect((await verify(`${base64(HEADER)}.${garbage}.${garbage}`)).ok).toBe(false);
      }),
    ));

  it('of another kind, signed with the same bytes, is refused', async () => {
    const token = await new SignJWT({ sid: claims.sessionId, gen: 0 })
      .setProtectedHeader({ alg: 'HS384' })
      .setIssuer('urn:espace-sante:identity')
      .setSubject(claims.personId)
      .setAudience('espace')
      .setExpirationTime(seconds(MINUTES_15))
      .sign(secret);
    expect(await verify(token)).toStrictEqual(invalid);
  });
});

describe('the cache', () => {
  const counting = () => {
    let asked = 0;
    const inner: TokenIssuer = {
      issue: plain.issue,
      verify(...question) {
        asked += 1;
        return plain.verify(...question);
      },
    };
    return { issuer: cachingTokenIssuer(inner), asked: () => asked };
  };

  it('asks once a minute', async () => {
    const { issuer, asked } = counting();
    const token = await issuer.issue(claims);
    for (const at of [T0, T0, '2026-11-20T08:00:59.999Z'])
      expect((await issuer.verify(token, 'espace', at)).ok).toBe(true);
    expect(asked()).toBe(1);
    await issuer.verify(token, 'espace', '2026-11-20T08:01:00.000Z');
    expect(asked()).toBe(2);
  });

  it('asks again once the token has expired, or the clock went back', async () => {
    const { issuer, asked } = counting();
    const token = await issuer.issue(claims);
    expect((await issuer.verify(token, 'espace', '2026-11-20T08:14:50.000Z')).ok).toBe(true);
    expect(await issuer.verify(token, 'espace', MINUTES_15)).toStrictEqual(expired);
    expect((await issuer.verify(token, 'espace', T0)).ok).toBe(true);
    expect(asked()).toBe(3);
  });

  it('remembers access tokens only', async () => {
    const { issuer, asked } = counting();
    const token = await issuer.issue({ ...claims, audience: 'refresh' });
    for (let round = 0; round < 3; round++) expect((await issuer.verify(token, 'refresh', T0)).ok).toBe(true);
    expect(asked()).toBe(3);
  });

  it('remembers no refusal', async () => {
    const { issuer, asked } = counting();
    for (let round = 0; round < 3; round++) expect(await issuer.verify('garbage', 'espace', T0)).toStrictEqual(invalid);
    expect(asked()).toBe(3);
  });
});
