import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createDevelopmentIssuer,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  DEVELOPMENT_STAFF_AUDIENCE,
  DEVELOPMENT_STAFF_ISSUER,
} from '../../src/adapters/identity/development-issuer.ts';
import { fixedKeys } from '../../src/adapters/identity/issuer-keys.ts';
import { createOpenIdProfessionalVerifier } from '../../src/adapters/identity/openid-professional-verifier.ts';
import { createStaffVerifier, nobodyIsStaff } from '../../src/adapters/identity/staff-token-verifier.ts';
import { readConfig } from '../../src/config.ts';
import type { StaffVerifier } from '../../src/ports/staff-verifier.ts';

/*
 * Mutants killed: no audience asked for; a role that is none of the two taken; a token from the future; an issuer that is no
 * URL. (Of HS256 the token library itself thinks better, whatever it is told.)
 */

const T0 = '2026-11-20T08:00:00.000Z';
const seconds = Date.parse(T0) / 1_000;
const ISSUER = 'https://agents.exemple.fr';
const AUDIENCE = 'espace-sante-agents';
const CLAIMS = { sub: 'agent-12', name: 'Nadia Essai', role: 'support' };
const invalid = { ok: false, refusal: 'token-invalid' };

let verifier: StaffVerifier;
let token: (
  claims?: JWTPayload,
  change?: Partial<Record<'iss' | 'aud', string>> & { iat?: number; exp?: number },
  header?: { typ?: string },
) => Promise<string>;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
  verifier = createStaffVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: fixedKeys({ keys: [jwk] }) });
  token = (claims = CLAIMS, { iss = ISSUER, aud = AUDIENCE, iat = seconds, exp = seconds + 600 } = {}, header = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
      .setIssuer(iss)
      .setAudience(aud)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(privateKey);
});

describe('a token of the staff', () => {
  it('says who, and in which of two roles', async () => {
    expect(await verifier.verify(await token(), T0)).toEqual({
      ok: true,
      staff: { kind: 'support', id: 'agent-12', name: 'Nadia Essai' },
      expiresAt: '2026-11-20T08:10:00.000Z',
    });
    const fund = await verifier.verify(await token({ ...CLAIMS, role: 'fund' }), T0);
    expect(fund).toMatchObject({ ok: true, staff: { kind: 'fund' } });
    const unseen = await verifier.verify(await token({ ...CLAIMS, name: '\u202ENadia\nEssai\u0000' }), T0);
    expect(unseen).toMatchObject({ ok: true, staff: { name: 'Nadia Essai' } });
  });

  it.each([
    ['another role', { ...CLAIMS, role: 'admin' }],
    ['no role', { sub: 'agent-12', name: 'Nadia' }],
    ['no name', { ...CLAIMS, name: ' ' }],
    ['a name that nobody sees', { ...CLAIMS, name: '\u202E\u0000' }],
    ['no id', { name: 'Nadia', role: 'support' }],
    ['an id that is no word', { ...CLAIMS, sub: 'agent 12\n' }],
    ['a list of roles', { ...CLAIMS, role: ['support'] }],
  ])('with %s is nobody’s', async (_, claims) => {
    expect(await verifier.verify(await token(claims as JWTPayload), T0)).toEqual(invalid);
  });

  it.each([
    ['another issuer', { iss: 'https://exemple.fr' }],
    ['another audience', { aud: 'espace-sante' }],
    ['an instant of issue in the future', { iat: seconds + 120 }],
  ])('of %s is refused', async (_, change) => {
    expect(await verifier.verify(await token(CLAIMS, change), T0)).toEqual(invalid);
  });

  it.each([
    ['a header that calls it a logout token', { typ: 'logout+jwt' }, {}, {}],
    ['a claim that calls it an ID token', {}, { typ: 'ID' }, {}],
    ['a claim that calls it a refresh token', {}, { typ: 'Refresh' }, {}],
    ['more than twelve hours to live', {}, {}, { exp: seconds + 12 * 3_600 + 1 }],
  ])('with %s is refused', async (_, header, claims, change) => {
    expect(await verifier.verify(await token({ ...CLAIMS, ...claims }, change, header), T0)).toEqual(invalid);
  });

  it('is taken as an access token, for twelve hours', async () => {
    const longest = { exp: seconds + 12 * 3_600 };
    for (const typ of ['JWT', 'at+jwt', undefined]) {
      const header = typ === undefined ? {} : { typ };
      const verified = await verifier.verify(await token({ ...CLAIMS, typ: 'Bearer' }, longest, header), T0);
      expect(verified.ok).toBe(true);
    }
  });

  it('that has run out says so; nonsense is refused', async () => {
    const old = await token(CLAIMS, { iat: seconds - 900, exp: seconds - 300 });
    expect(await verifier.verify(old, T0)).toEqual({ ok: false, refusal: 'token-expired' });
    for (const text of ['', 'a.b.c', 'x'.repeat(20_000)]) expect(await verifier.verify(text, T0)).toEqual(invalid);
    const symmetric = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 600)
      .sign(new Uint8Array(32));
    expect(await verifier.verify(symmetric, T0)).toEqual(invalid);
    expect(await nobodyIsStaff.verify(await token(), T0)).toEqual(invalid);
  });
});

describe('the development issuer', () => {
  const made = () => createDevelopmentIssuer({ master: new Uint8Array(32).fill(7), clock: { now: () => T0 } });

  it('gives tokens of test staff, which no professional’s verifier takes, nor the other way round', async () => {
    const issuer = await made();
    const keys = fixedKeys(issuer.jwks());
    const staff = createStaffVerifier({
      issuer: DEVELOPMENT_STAFF_ISSUER,
      audience: DEVELOPMENT_STAFF_AUDIENCE,
      keys,
    });
    const settings = { issuer: DEVELOPMENT_ISSUER, audience: DEVELOPMENT_AUDIENCE, keys, userinfo: null };
    const agent = (await issuer.staffTokenFor('support-1')) as string;
    const doctor = (await issuer.tokenFor('general-practitioner')) as string;
    expect(await staff.verify(agent, T0)).toMatchObject({ ok: true, staff: { kind: 'support', id: 'support-1' } });
    expect(await staff.verify(doctor, T0)).toEqual(invalid);
    expect(await createOpenIdProfessionalVerifier(settings).verify(agent, T0)).toEqual(invalid);
    expect(await issuer.staffTokenFor('nobody')).toBeNull();
  });

  it('is not there in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await expect(made()).rejects.toThrow('production');
    vi.unstubAllEnvs();
  });
});

describe('the configuration', () => {
  const PRODUCTION = {
    NODE_ENV: 'production',
    MASTER_SECRET: Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7)).toString('base64'),
    PSC_ISSUER: 'https://psc.exemple.fr',
    PSC_AUDIENCE: 'a',
    PSC_JWKS_URL: 'https://psc.exemple.fr/jwks',
    MESSAGE_GATEWAY_URL: 'https://messages.exemple.fr',
    MESSAGE_GATEWAY_TOKEN: 't',
  };
  const STAFF = { STAFF_ISSUER: ISSUER, STAFF_AUDIENCE: AUDIENCE, STAFF_JWKS_URL: 'https://agents.exemple.fr/jwks' };

  it('names an issuer whole, or nobody is staff', () => {
    expect(readConfig(PRODUCTION).staff).toEqual({ kind: 'nobody' });
    expect(readConfig({ ...PRODUCTION, ...STAFF }).staff).toMatchObject({ kind: 'issuer', issuer: ISSUER });
    for (const missing of Object.keys(STAFF))
      expect(() => readConfig({ ...PRODUCTION, ...STAFF, [missing]: '' })).toThrow('STAFF_ISSUER');
    const insecure = { ...PRODUCTION, ...STAFF, STAFF_JWKS_URL: 'http://agents.exemple.fr/jwks' };
    expect(() => readConfig(insecure)).toThrow('https');
    for (const issuer of ['anything at all', 'http://agents.exemple.fr', `${ISSUER}?a=b`, `${ISSUER}#a`])
      expect(() => readConfig({ ...PRODUCTION, ...STAFF, STAFF_ISSUER: issuer })).toThrow('STAFF_ISSUER');
    expect(() => readConfig({ ...PRODUCTION, ...STAFF, STAFF_ISSUER: PRODUCTION.PSC_ISSUER })).toThrow('two different');
  });
});
