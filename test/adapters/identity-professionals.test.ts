import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createDevelopmentIssuer,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
} from '../../src/adapters/identity/development-issuer.ts';
import { createJwksProfessionalVerifier } from '../../src/adapters/identity/jwks-professional-verifier.ts';
import { identityOfClaims } from '../../src/adapters/identity/pro-sante-connect-claims.ts';
import { cachingProfessionalVerifier } from '../../src/adapters/identity/verified-token-cache.ts';
import { selectActivity } from '../../src/application/sign-in/select-activity.ts';
import { isFiness, isRpps } from '../../src/domain/shared/identifiers.ts';
import { PROFESSIONS } from '../../src/domain/shared/professions.ts';
import type { ProfessionalIdentity, ProfessionalVerifier } from '../../src/ports/professional-verifier.ts';

/*
 * Mutants killed: HS256 allowed; no issuer, no audience, no expiry asked for; a skew of minutes; an instant of issue in
 * the future let through; claims that throw; a wrong RPPS taken; the category E ignored; keys fetched for each token, or
 * never again; a fault of the network told as a fault of the token; the first of several organisations chosen unasked.
 */

const T0 = '2026-11-20T08:00:00.000Z';
const seconds = Date.parse(T0) / 1_000;
const at = (offset: number): string => new Date((seconds + offset) * 1_000).toISOString();
const ISSUER = 'https://auth.exemple.fr/realms/esante';
const AUDIENCE = 'espace-sante';
const invalid = { ok: false, refusal: 'token-invalid' };

const activity = (finess: string | null, sector = 'SA07') => ({
  codeModeExercice: 'L',
  codeSecteurDactivite: `${sector}^1.2.250.1.71.4.2.4`,
  numeroFinessSite: finess,
  raisonSocialeSite: finess && `Site ${finess}`,
});
const CLAIMS = {
  sub: 'f:1:899700218896',
  SubjectNameID: '899700218896',
  given_name: 'ALICE',
  family_name: 'MARTINEAU',
  azp: 'logiciel-1',
  Acces_Regulation_Medicale: false,
  SubjectRefPro: {
    codeCivilite: 'MME',
    exercices: [
      {
        codeProfession: '10',
        codeCategorieProfessionnelle: 'C',
        codeSavoirFaire: 'SM26',
        activities: [activity('990000010')],
      },
    ],
  },
};
const IDENTITY: ProfessionalIdentity = {
  rpps: '99700218896',
  name: 'ALICE MARTINEAU',
  exercises: [
    {
      profession: 'G15_10',
      specialty: 'SM26',
      activities: [{ organisation: '990000010', organisationName: 'Site 990000010', sector: 'SA07' }],
    },
  ],
  regulation: false,
  software: 'logiciel-1',
};

type Key = { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey; readonly jwk: JWK };
const keyOf = async (alg: string, kid: string): Promise<Key> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' } };
};

type Signing = {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: CryptoKey;
  iat?: number;
  exp?: number | null;
};
let rsa: Key;
let ec: Key;
let rs512: Key;
let verifier: ProfessionalVerifier;

const sign = ({ header = {}, claims = {}, key = rsa.privateKey, iat = seconds, exp = seconds + 300 }: Signing = {}) => {
  const jwt = new SignJWT({ ...CLAIMS, iss: ISSUER, aud: AUDIENCE, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header })
    .setIssuedAt(iat);
  return (exp === null ? jwt : jwt.setExpirationTime(exp)).sign(key);
};

beforeAll(async () => {
  rsa = await keyOf('RS256', 'rsa');
  ec = await keyOf('ES256', 'ec');
  rs512 = await keyOf('RS512', 'rs512');
  const jwks = { keys: [rsa.jwk, ec.jwk, rs512.jwk] };
  verifier = createJwksProfessionalVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: { jwks } });
});

describe('a professional’s token', () => {
  it.each(['RS256', 'ES256'])('signed with %s says who they are', async alg => {
    const key = alg === 'RS256' ? rsa : ec;
    const token = await sign({ header: { alg, kid: key.jwk.kid }, key: key.privateKey });
    expect(await verifier.verify(token, T0)).toStrictEqual({ ok: true, identity: IDENTITY, expiresAt: at(300) });
  });

  it('is good between its issue and its expiry, give or take a minute', async () => {
    const token = await sign();
    expect((await verifier.verify(token, at(-60))).ok).toBe(true);
    expect(await verifier.verify(token, at(-61))).toStrictEqual(invalid);
    expect((await verifier.verify(token, at(359))).ok).toBe(true);
    expect(await verifier.verify(token, at(360))).toStrictEqual({ ok: false, refusal: 'token-expired' });
    const later = await sign({ claims: { nbf: seconds + 100 } });
    expect(await verifier.verify(later, T0)).toStrictEqual(invalid);
    expect((await verifier.verify(later, at(40))).ok).toBe(true);
  });

  it.each<[string, () => Promise<string>]>([
    ['another issuer', () => sign({ claims: { iss: 'https://autre.exemple.fr' } })],
    ['another audience', () => sign({ claims: { aud: 'another' } })],
    ['no audience', () => sign({ claims: { aud: undefined } })],
    ['no expiry', () => sign({ exp: null })],
    ['an unknown key', async () => sign({ header: { kid: 'x' } })],
    ['a key of somebody else', async () => sign({ key: (await keyOf('RS256', 'rsa')).privateKey })],
    [
      'the key of another algorithm',
      () => sign({ header: { alg: 'RS512' }, key: rsa.privateKey }).catch(() => 'x.y.z'),
    ],
    [
      'its own key in its header',
      async () => {
        const own = await keyOf('ES256', 'own');
        return sign({ header: { alg: 'ES256', kid: 'own', jwk: own.jwk }, key: own.privateKey });
      },
    ],
  ])('with %s is refused', async (_, make) => expect(await verifier.verify(await make(), T0)).toStrictEqual(invalid));

  it('signed with the public key as a secret is refused', async () => {
    const body = { ...CLAIMS, iss: ISSUER, aud: AUDIENCE, iat: seconds, exp: seconds + 300 };
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const kid of ['rsa', 'ec']) {
      for (const secret of [await exportSPKI(rsa.publicKey), JSON.stringify(rsa.jwk), String(rsa.jwk.n)]) {
        const signed = `${encoded({ alg: 'HS256', kid })}.${encoded(body)}`;
        const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
        expect(await verifier.verify(token, T0)).toStrictEqual(invalid);
      }
      const bare = `${encoded({ alg: 'none', kid })}.${encoded(body)}.`;
      expect(await verifier.verify(bare, T0)).toStrictEqual(invalid);
    }
  });

  it('is refused where any part was changed, or where it is too long', async () => {
    const token = await sign();
    for (let place = 0; place < token.length; place += 29) {
      const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1);
      expect((await verifier.verify(changed, T0)).ok).toBe(false);
    }
    expect(await verifier.verify(await sign({ claims: { pad: 'x'.repeat(16_384) } }), T0)).toStrictEqual(invalid);
    expect(await verifier.verify('a'.repeat(10_000_000), T0)).toStrictEqual(invalid);
  });

  it('never fails, whatever it is', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async garbage => {
        expect((await verifier.verify(garbage, T0)).ok).toBe(false);
      }),
    ));

  it('with claims of any shape is taken or refused, and never fails', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(
          'SubjectNameID',
          'given_name',
          'family_name',
          'SubjectRefPro',
          'azp',
          'Acces_Regulation_Medicale',
        ),
        fc.oneof(
          fc.jsonValue(),
          fc.record({ exercices: fc.jsonValue() }),
          fc.record({ exercices: fc.array(fc.jsonValue()) }),
        ),
        (claim, value) => {
          const identity = identityOfClaims({ ...CLAIMS, [claim]: value } as JWTPayload);
          if (identity) expect(isRpps(identity.rpps) && identity.exercises.length > 0).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    ));
});

describe('the claims of Pro Santé Connect', () => {
  const exercise = (changes: object) => ({
    ...CLAIMS,
    SubjectRefPro: { exercices: [{ ...CLAIMS.SubjectRefPro.exercices[0], ...changes }] },
  });

  it.each([
    ['no RPPS', { ...CLAIMS, SubjectNameID: undefined }],
    ['an RPPS that fails its check', { ...CLAIMS, SubjectNameID: '899700218897' }],
    ['another kind of identifier', { ...CLAIMS, SubjectNameID: '099700218896' }],
    ['no name', { ...CLAIMS, family_name: '' }],
    ['a name without end', { ...CLAIMS, family_name: 'x'.repeat(201) }],
    ['no exercise', { ...CLAIMS, SubjectRefPro: { exercices: [] } }],
    ['nothing professional', { ...CLAIMS, SubjectRefPro: undefined }],
    ['no profession', exercise({ codeProfession: null })],
    ['a number for a profession', exercise({ codeProfession: 10 })],
    ['activities that are none', exercise({ activities: 'SA07' })],
    ['a FINESS that is none', exercise({ activities: [activity('99000001')] })],
    ['null for an activity', exercise({ activities: [null] })],
  ])('with %s are refused', (_, claims) => expect(identityOfClaims(claims as JWTPayload)).toBeNull());

  it.each([
    ['10', 'C', 'G15_10'],
    ['10', 'M', 'G15_10'],
    ['10', 'E', 'G16_10'],
    ['60', 'E', 'G16_60'],
    ['60', null, 'G15_60'],
    ['301', 'C', '301'],
    ['71', 'C', '71'],
  ])('profession %s, category %s is %s', (codeProfession, codeCategorieProfessionnelle, profession) => {
    const identity = identityOfClaims(exercise({ codeProfession, codeCategorieProfessionnelle }));
    expect(identity?.exercises[0]?.profession).toBe(profession);
  });

  it('may lack what not everybody has', () => {
    const claims = { ...exercise({ codeSavoirFaire: '', activities: undefined }), given_name: null, azp: undefined };
    expect(identityOfClaims(claims as unknown as JWTPayload)).toStrictEqual({
      ...IDENTITY,
      name: 'MARTINEAU',
      software: null,
      exercises: [{ profession: 'G15_10', specialty: null, activities: [] }],
    });
  });

  it.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    [1, false],
    [undefined, false],
  ])('regulation %j is %s', (value, regulation) =>
    expect(identityOfClaims({ ...CLAIMS, Acces_Regulation_Medicale: value })?.regulation).toBe(regulation),
  );
});

describe('the place somebody works at', () => {
  const place = (organisation: string | null) => ({ organisation, organisationName: null, sector: null });
  const working = (...activities: ReturnType<typeof place>[]): ProfessionalIdentity => ({
    ...IDENTITY,
    exercises: [{ profession: 'G15_10', specialty: 'SM26', activities }],
  });
  const chosen = (identity: ProfessionalIdentity, finess: string | null) => {
    const selected = selectActivity(identity, finess);
    return selected.ok ? selected.professional.organisation : selected.refusal;
  };

  it('is the only one, or the one that is named', () => {
    expect(selectActivity(IDENTITY, null)).toStrictEqual({
      ok: true,
      professional: {
        kind: 'professional',
        rpps: '99700218896',
        name: 'ALICE MARTINEAU',
        profession: 'G15_10',
        specialty: 'SM26',
        organisation: '990000010',
        organisationName: 'Site 990000010',
        sector: 'SA07',
        regulation: false,
      },
    });
    const two = working(place('990000010'), place('990000028'));
    expect(chosen(two, null)).toBe('organisation-required');
    expect(chosen(two, '990000028')).toBe('990000028');
    expect(chosen(two, '990000036')).toBe('organisation-unknown');
    expect(chosen(IDENTITY, '990000036')).toBe('organisation-unknown');
  });

  it('may be none', () => {
    expect(chosen(working(), null)).toBeNull();
    expect(chosen(working(), '990000010')).toBe('organisation-unknown');
    expect(chosen(working(place(null)), null)).toBeNull();
  });

  it('of two professions in one place is that of the first', () => {
    const [doctor] = IDENTITY.exercises;
    const pharmacist = { profession: 'G15_21', specialty: 'A', activities: doctor?.activities ?? [] };
    const both = { ...IDENTITY, exercises: [...IDENTITY.exercises, pharmacist] };
    expect(chosen(both, null)).toBe('organisation-required');
    const selected = selectActivity(both, '990000010');
    expect(selected.ok && selected.professional.profession).toBe('G15_10');
  });
});

describe('published keys', () => {
  let server: Server;
  let keys: JWK[] = [];
  let fetched = 0;
  let healthy = true;

  const listen = async (): Promise<URL> => {
    server = createServer((_, response) => {
      fetched += 1;
      response.writeHead(healthy ? 200 : 503, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ keys }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
  };
  afterEach(() => {
    vi.useRealTimers();
    server?.close();
    healthy = true;
    fetched = 0;
  });

  it('are fetched once, and again for a key that is new', async () => {
    keys = [rsa.jwk];
    const remote = createJwksProfessionalVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: { jwksUrl: await listen() },
    });
    for (let round = 0; round < 5; round++) expect((await remote.verify(await sign(), T0)).ok).toBe(true);
    expect(fetched).toBe(1);

    const rotated = await sign({ header: { alg: 'ES256', kid: 'ec' }, key: ec.privateKey });
    keys = [rsa.jwk, ec.jwk];
    // Not for each forged key id at once: only when the last fetch is some time ago.
    expect(await remote.verify(rotated, T0)).toStrictEqual(invalid);
    expect(fetched).toBe(1);
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] });
    expect((await remote.verify(rotated, T0)).ok).toBe(true);
    expect(fetched).toBe(2);
  });

  it('that cannot be had are not the token’s fault', async () => {
    healthy = false;
    const jwksUrl = await listen();
    const remote = createJwksProfessionalVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: { jwksUrl } });
    expect(await remote.verify(await sign(), T0)).toStrictEqual({ ok: false, refusal: 'keys-unreachable' });
    expect(await remote.verify('garbage', T0)).toStrictEqual(invalid);
    healthy = true;
    keys = [rsa.jwk];
    expect((await remote.verify(await sign(), T0)).ok).toBe(true);
  });

  it('are not fetched in the clear from another machine', () =>
    expect(() =>
      createJwksProfessionalVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: { jwksUrl: new URL('http://auth.exemple.fr/jwks') },
      }),
    ).toThrow('must begin with https:'));
});

describe('the cache', () => {
  it('spares the signature, until the token expires', async () => {
    let asked = 0;
    const cached = cachingProfessionalVerifier({
      verify(...question) {
        asked += 1;
        return verifier.verify(...question);
      },
    });
    const token = await sign({ exp: seconds + 30 });
    for (const offset of [0, 10, 29]) expect((await cached.verify(token, at(offset))).ok).toBe(true);
    expect(asked).toBe(1);
    // Within the allowed skew it is still good, but asked for each time.
    for (const offset of [30, 31]) expect((await cached.verify(token, at(offset))).ok).toBe(true);
    expect(asked).toBe(3);
    expect(await cached.verify(token, at(90))).toStrictEqual({ ok: false, refusal: 'token-expired' });
  });
});

describe('the development issuer', () => {
  const master = Buffer.alloc(32, 3);
  const clock = { now: () => T0 };
  const create = () => createDevelopmentIssuer({ master, clock });

  it('plays Pro Santé Connect for each of its test professionals', async () => {
    const issuer = await create();
    const own = createJwksProfessionalVerifier({
      issuer: DEVELOPMENT_ISSUER,
      audience: DEVELOPMENT_AUDIENCE,
      keys: { jwks: issuer.jwks() },
    });
    for (const professional of issuer.list()) {
      const token = await issuer.tokenFor(professional.key);
      const verified = await own.verify(token ?? '', T0);
      if (!verified.ok) throw new Error(professional.key);
      expect(verified.expiresAt).toBe(at(3_600));
      expect(verified.identity.rpps).toBe(professional.rpps);
      expect(PROFESSIONS.has(verified.identity.exercises[0]?.profession ?? '')).toBe(true);
      const selected = selectActivity(verified.identity, null);
      expect(selected.ok).toBe(professional.key !== 'two-places-doctor');
    }
    expect(await issuer.tokenFor('nobody')).toBeNull();
  });

  it('keeps its keys over a restart, and shows the public one only', async () => {
    const [one, two] = [await create(), await create()];
    expect(two.jwks()).toStrictEqual(one.jwks());
    expect(Object.keys(one.jwks().keys[0] ?? {}).sort()).toStrictEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    const other = await createDevelopmentIssuer({ master: Buffer.alloc(32, 4), clock });
    expect(other.jwks()).not.toStrictEqual(one.jwks());
  });

  it('gives tokens that have expired, and none that lasts for ever', async () => {
    const issuer = await create();
    const expiry = async (expiresIn: number) => {
      const [, body = ''] = (await issuer.tokenFor('nurse', { expiresIn }))?.split('.') ?? [];
      return JSON.parse(Buffer.from(body, 'base64url').toString()).exp - seconds;
    };
    expect(await expiry(-120)).toBe(-120);
    expect(await expiry(10)).toBe(10);
    expect(await expiry(1e9)).toBe(86_400);
  });

  it('knows one of each kind, with identifiers that pass their checks and repeat none', async () => {
    const list = (await create()).list();
    expect(list).toHaveLength(13);
    expect(new Set(list.map(({ key }) => key)).size).toBe(13);
    expect(new Set(list.map(({ rpps }) => rpps)).size).toBe(13);
    for (const { rpps, places } of list) {
      expect(isRpps(rpps) && rpps.startsWith('997')).toBe(true);
      expect(places.every(({ finess }) => isFiness(finess))).toBe(true);
    }
  });

  it('does not exist in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await expect(create()).rejects.toThrow('there is no development issuer in production');
    vi.unstubAllEnvs();
  });
});
