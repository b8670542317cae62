import { createECDH } from 'node:crypto';
import { calculateJwkThumbprint, importJWK, type JSONWebKeySet, SignJWT } from 'jose';
import type { Clock } from '../../ports/clock.ts';
import { subSecret } from './secrets.ts';
import { STAFF_TOKEN_MAX_S } from './staff-token-verifier.ts';
import { TEST_PROFESSIONALS, type TestProfessional } from './test-professionals.ts';
import { TEST_STAFF, type TestStaff } from './test-staff.ts';

export const DEVELOPMENT_ISSUER = 'urn:espace-sante:development-professionals';
export const DEVELOPMENT_AUDIENCE = 'espace-sante';
const SOFTWARE = 'essais';
/** Of the service's own staff, so that no professional's token is ever taken for one of theirs. */
export const DEVELOPMENT_STAFF_ISSUER = 'urn:espace-sante:development-staff';
export const DEVELOPMENT_STAFF_AUDIENCE = 'espace-sante-staff';

/** Validity where none is asked for, and at most; seconds. */
const DEFAULT_EXPIRES_IN_S = 3_600;
const MAX_EXPIRES_IN_S = 86_400;

/** Plays Pro Santé Connect for a set of professionals who do not exist, and the issuer of the service's own staff. */
export interface DevelopmentIssuer {
  /** A bearer token; null where there is no such test professional. `expiresIn`: seconds, at most a day. */
  tokenFor(key: string, options?: { readonly expiresIn?: number }): Promise<string | null>;
  list(): readonly TestProfessional[];
  /** The same for the test staff; at most what is taken of staff. */
  staffTokenFor(key: string, options?: { readonly expiresIn?: number }): Promise<string | null>;
  listStaff(): readonly TestStaff[];
  /** Public keys only. */
  jwks(): JSONWebKeySet;
}

/** Where professionals come from elsewhere, in development too. */
export const NO_TEST_PROFESSIONALS: DevelopmentIssuer = {
  tokenFor: async () => null,
  list: () => [],
  staffTokenFor: async () => null,
  listStaff: () => [],
  jwks: () => ({ keys: [] }),
};

/**
 * Its key derives from `master`, so that tokens outlive a restart. Throws in production, whatever the caller thinks: with
 * it anyone could become a physician.
 */
export const createDevelopmentIssuer = async (deps: {
  readonly master: Uint8Array;
  readonly clock: Clock;
}): Promise<DevelopmentIssuer> => {
  if (process.env.NODE_ENV === 'production') throw new Error('there is no development issuer in production');
  const { publicJwk, privateKey } = await keysOf(subSecret(deps.master, 'development issuer'));

  return {
    async tokenFor(key, { expiresIn = DEFAULT_EXPIRES_IN_S } = {}) {
      const professional = TEST_PROFESSIONALS.find(each => each.key === key);
      if (!professional) return null;
      const now = Math.floor(Date.parse(deps.clock.now()) / 1_000);
      return new SignJWT(claimsOf(professional))
        .setProtectedHeader({ alg: publicJwk.alg, kid: publicJwk.kid, typ: 'JWT' })
        .setIssuer(DEVELOPMENT_ISSUER)
        .setAudience(DEVELOPMENT_AUDIENCE)
        .setSubject(`f:development:${professional.rpps}`)
        .setIssuedAt(now)
        .setExpirationTime(now + Math.min(expiresIn, MAX_EXPIRES_IN_S))
        .sign(privateKey);
    },
    list: () => TEST_PROFESSIONALS,
    async staffTokenFor(key, { expiresIn = DEFAULT_EXPIRES_IN_S } = {}) {
      const staff = TEST_STAFF.find(each => each.key === key);
      if (!staff) return null;
      const now = Math.floor(Date.parse(deps.clock.now()) / 1_000);
      return new SignJWT({ name: staff.name, role: staff.role })
        .setProtectedHeader({ alg: publicJwk.alg, kid: publicJwk.kid, typ: 'JWT' })
        .setIssuer(DEVELOPMENT_STAFF_ISSUER)
        .setAudience(DEVELOPMENT_STAFF_AUDIENCE)
        .setSubject(staff.key)
        .setIssuedAt(now)
        .setExpirationTime(now + Math.min(expiresIn, STAFF_TOKEN_MAX_S))
        .sign(privateKey);
    },
    listStaff: () => TEST_STAFF,
    jwks: () => ({ keys: [publicJwk] }),
  };
};

/** A P-256 key pair whose private part is `secret`: 32 bytes, below the curve's order but for one in 2^32. */
const keysOf = async (secret: Buffer) => {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(secret);
  const point = ecdh.getPublicKey();
  const coordinates = { x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33) };
  const bare = { kty: 'EC', crv: 'P-256', ...coordinates } as const;
  const publicJwk = { ...bare, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(bare) } as const;
  return { publicJwk, privateKey: await importJWK({ ...publicJwk, d: secret.toString('base64url') }, 'ES256') };
};

/** The shape of Pro Santé Connect's userinfo. */
const claimsOf = (professional: TestProfessional) => ({
  SubjectNameID: `8${professional.rpps}`,
  preferred_username: `8${professional.rpps}`,
  given_name: professional.givenName,
  family_name: professional.familyName,
  acr: 'eidas1',
  azp: SOFTWARE,
  Acces_Regulation_Medicale: professional.regulation,
  SubjectRefPro: {
    exercices: [
      {
        codeProfession: professional.profession,
        codeCategorieProfessionnelle: 'C',
        codeSavoirFaire: professional.specialty,
        activities: professional.places.map(({ finess, name, sector }) => ({
          numeroFinessSite: finess,
          raisonSocialeSite: name,
          codeSecteurDactivite: `${sector}^1.2.250.1.71.4.2.4`,
        })),
      },
    ],
  },
});
