import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createDevelopmentIssuer,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
} from '../../src/adapters/identity/development-issuer.ts';
import { fixedKeys } from '../../src/adapters/identity/issuer-keys.ts';
import { createOpenIdProfessionalVerifier } from '../../src/adapters/identity/openid-professional-verifier.ts';
import { identityOfClaims } from '../../src/adapters/identity/pro-sante-connect-claims.ts';
import { cachingVerifier } from '../../src/adapters/identity/verified-token-cache.ts';
import { selectActivity } from '../../src/application/sign-in/select-activity.ts';
import { isFiness, isRpps } from '../../src/domain/shared/identifiers.ts';
import { PROFESSIONS } from '../../src/domain/shared/professions.ts';
import type { ProfessionalIdentity, ProfessionalVerifier } from '../../src/ports/professional-verifier.ts';

/*
 * Mutants killed: HS256 allowed; no issuer, no audience, no expiry asked for; a skew of minutes; an instant of issue in the
 * future let through; claims that throw; a wrong RPPS taken; the category E ignored; any level of authentication taken; an
 * ID token taken for an access token; the first of several organisations, or of several professions, chosen unasked; one
 * odd exercise or activity that shuts out of all; places that cannot be read taken for none; codes with their system; what
 * is unseen in a name; a token remembered over a change of keys.
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
  acr: 'eidas1',
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
      activities: [
        { place: '990000010', organisation: '990000010', organisationName: 'Site 990000010', sector: 'SA07' },
      ],
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
  verifier = createOpenIdProfessionalVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: fixedKeys(jwks),
    userinfo: null,
  });
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
    ['the type of an ID token', () => sign({ claims: { typ: 'ID' } })],
    ['the type of a refresh token', () => sign({ claims: { typ: 'Refresh' } })],
    ['the type of a logout token', () => sign({ header: { typ: 'logout+jwt' } })],
    ['nothing professional, where nobody adds it', () => sign({ claims: { SubjectRefPro: undefined } })],
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

  it.each(['JWT', 'at+jwt', 'application/at+jwt'])('of type %s is an access token', async typ => {
    expect((await verifier.verify(await sign({ header: { typ }, claims: { typ: 'Bearer' } }), T0)).ok).toBe(true);
  });

  it.each(['eidas1', 'eidas2', 'eidas3'])('of level %s is good enough', async acr => {
    expect((await verifier.verify(await sign({ claims: { acr } }), T0)).ok).toBe(true);
  });

  it.each([undefined, null, '', '1', 'eidas', 'eidas0', 'eidas10', 'EIDAS1', ['eidas1'], 1])(
    'of level %j is too weak',
    async acr => {
      const refused = { ok: false, refusal: 'authentication-too-weak' };
      expect(await verifier.verify(await sign({ claims: { acr } }), T0)).toStrictEqual(refused);
    },
  );

  it.each([
    ['ADELI', '0759012345'],
    ['of a practice, by ADELI', '175901234500'],
    ['of an establishment, by FINESS', '3990000010/0000001'],
    ['of an establishment, by SIREN', '4123456789/7'],
    ['of an establishment, by SIRET', '512345678900011/7'],
    ['of a practice, by RPPS', '699700218896/3'],
  ])('of somebody known by another number is told so: %s', async (_, SubjectNameID) => {
    const refused = { ok: false, refusal: 'professional-without-rpps' };
    expect(await verifier.verify(await sign({ claims: { SubjectNameID } }), T0)).toStrictEqual(refused);
  });

  it.each(['', '8', '899700218897', '299700218896', '799700218896', '999700218896', 'x', '0'.repeat(65)])(
    'of nobody’s number is none: "%s"',
    async SubjectNameID => {
      expect(await verifier.verify(await sign({ claims: { SubjectNameID } }), T0)).toStrictEqual(invalid);
    },
  );

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
    ['no exercise that can be read', { ...CLAIMS, SubjectRefPro: { exercices: [null, { codeProfession: '' }] } }],
    [
      'exercises that are no list',
      { ...CLAIMS, SubjectRefPro: { exercices: { 0: CLAIMS.SubjectRefPro.exercices[0] } } },
    ],
    ['a name that nobody sees', { ...CLAIMS, family_name: '\u202E\u0000\n' }],
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

  it.each([
    [{ numeroFinessSite: '990000010', numeroSiretSite: '12345678900011' }, '990000010', '990000010'],
    [{ numeroFinessSite: '', numeroSiretSite: '12345678900011' }, '12345678900011', null],
    [{ numeroSiretSite: '12345678900011', identifiantTechniqueDeLaStructure: 'R1' }, '12345678900011', null],
    [{ numeroSiretSite: 'x', identifiantTechniqueDeLaStructure: 'R10100000123456' }, 'R10100000123456', null],
    [{ identifiantTechniqueDeLaStructure: 'R 1' }, null, null],
    [{}, null, null],
  ])('of a place %j call it %j', (activity, place, organisation) => {
    const [only] = identityOfClaims(exercise({ activities: [activity] }))?.exercises[0]?.activities ?? [];
    expect(only).toMatchObject({ place, organisation });
  });

  it.each<[string, object]>([
    ['without a profession', { ...CLAIMS.SubjectRefPro.exercices[0], codeProfession: '' }],
    ['with a number for a profession', { ...CLAIMS.SubjectRefPro.exercices[0], codeProfession: 10 }],
    ['without a place that can be read', { codeProfession: '60', activities: [activity('99000001', 'SA23')] }],
    ['with places that are no list', { codeProfession: '60', activities: 'SA07' }],
  ])('with one exercise %s speak of the others', (_, odd) => {
    const exercices = [odd, ...CLAIMS.SubjectRefPro.exercices];
    const identity = identityOfClaims({ ...CLAIMS, SubjectRefPro: { exercices } } as JWTPayload);
    expect(identity).toStrictEqual(IDENTITY);
  });

  it.each<[string, unknown]>([
    ['with a name without end', { ...activity('990000028'), raisonSocialeSite: 'x'.repeat(201) }],
    ['with a FINESS in small letters', activity('2a0000010')],
    ['with a number for a FINESS', { ...activity(null), numeroFinessSite: 990000028 }],
    ['that is null', null],
  ])('with one activity %s speak of the others', (_, odd) => {
    const identity = identityOfClaims(exercise({ activities: [odd, activity('990000010')] }));
    expect(identity).toStrictEqual(IDENTITY);
  });

  it('say codes with or without their code system', () => {
    const claims = exercise({
      codeProfession: '10^1.2.250.1.71.1.2.7',
      codeCategorieProfessionnelle: 'E^1.2.250.1.213.1.1.5.1',
      codeSavoirFaire: 'SM26^1.2.250.1.71.1.2.5',
      activities: [activity('990000010')],
    });
    expect(identityOfClaims(claims)?.exercises).toMatchObject([
      { profession: 'G16_10', specialty: 'SM26', activities: [{ sector: 'SA07' }] },
    ]);
    expect(identityOfClaims(exercise({ codeProfession: '^1.2.250.1.71.1.2.7' }))).toBeNull();
  });

  it('bring nothing unseen into the journal', () => {
    const place = { ...activity('990000010'), raisonSocialeSite: 'Site\n990000010\u2069' };
    const claims = {
      ...exercise({ codeSavoirFaire: 'SM26\u0000', activities: [place] }),
      given_name: '\u202EALICE\r\n',
      family_name: ' MAR\u0000TINEAU\uD800',
      azp: '\tlogiciel-1\u007F',
    };
    expect(identityOfClaims(claims)).toStrictEqual(IDENTITY);
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

describe('the cache', () => {
  it('spares the signature, until the token expires', async () => {
    let asked = 0;
    let edition = 1;
    const counting: ProfessionalVerifier = {
      verify(...question) {
        asked += 1;
        return verifier.verify(...question);
      },
    };
    const cached = cachingVerifier(counting, () => edition);
    const token = await sign({ exp: seconds + 30 });
    for (const offset of [0, 10, 29]) expect((await cached.verify(token, at(offset))).ok).toBe(true);
    expect(asked).toBe(1);
    // Within the allowed skew it is still good, but asked for each time.
    for (const offset of [30, 31]) expect((await cached.verify(token, at(offset))).ok).toBe(true);
    expect(asked).toBe(3);
    expect(await cached.verify(token, at(90))).toStrictEqual({ ok: false, refusal: 'token-expired' });
    const later = await sign();
    for (const offset of [0, 1]) await cached.verify(later, at(offset));
    expect(asked).toBe(5);
    // Other keys are published: the one it was signed with may be gone.
    edition += 1;
    for (const offset of [2, 3]) await cached.verify(later, at(offset));
    expect(asked).toBe(6);
  });

  it('does not outlive keys that went away while the token was being verified', async () => {
    const token = await sign();
    let edition = 1;
    let asked = 0;
    const slow: ProfessionalVerifier = {
      async verify(...question) {
        asked += 1;
        if (asked > 1) return { ok: false, refusal: 'token-invalid' };
        const verified = await verifier.verify(...question);
        edition = 2;
        return verified;
      },
    };
    const cached = cachingVerifier(slow, () => edition);
    expect((await cached.verify(token, at(0))).ok).toBe(true);
    expect(await cached.verify(token, at(1))).toStrictEqual({ ok: false, refusal: 'token-invalid' });
  });
});

describe('the development issuer', () => {
  const master = Buffer.alloc(32, 3);
  const clock = { now: () => T0 };
  const create = () => createDevelopmentIssuer({ master, clock });

  it('plays Pro Santé Connect for each of its test professionals', async () => {
    const issuer = await create();
    const own = createOpenIdProfessionalVerifier({
      issuer: DEVELOPMENT_ISSUER,
      audience: DEVELOPMENT_AUDIENCE,
      keys: fixedKeys(issuer.jwks()),
      userinfo: null,
    });
    for (const professional of issuer.list()) {
      const token = await issuer.tokenFor(professional.key);
      const verified = await own.verify(token ?? '', T0);
      if (!verified.ok) throw new Error(professional.key);
      expect(verified.expiresAt).toBe(at(3_600));
      expect(verified.identity.rpps).toBe(professional.rpps);
      expect(PROFESSIONS.has(verified.identity.exercises[0]?.profession ?? '')).toBe(true);
      const selected = selectActivity(verified.identity, { organisation: null, profession: null });
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
