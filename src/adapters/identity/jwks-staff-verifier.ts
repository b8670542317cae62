import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Staff } from '../../domain/shared/actor.ts';
import type { StaffVerifier, VerifiedStaff } from '../../ports/staff-verifier.ts';

/** Asymmetric only: with an HMAC, or `none`, the public key would be enough to forge. */
const ALGORITHMS = ['RS256', 'ES256', 'PS256'];
/** How far the issuer's clock and ours may be apart, in seconds. */
const CLOCK_SKEW_S = 60;
/** No longer than what Node takes as headers. */
const MAX_TOKEN_LENGTH = 16_384;
/** Time to fetch the keys; how long they are kept; and before they are fetched again for a key id that is unknown. */
const FETCH_TIMEOUT_MS = 5_000;
const KEYS_KEPT_MS = 600_000;
const REFETCH_AFTER_MS = 30_000;

const MAX_NAME = 100;
/** What may stand in a journal and in a cursor's name. */
const STAFF_ID = /^[\w.:@-]{1,60}$/;

export type StaffSettings = {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: { readonly jwksUrl: URL } | { readonly jwks: JSONWebKeySet };
};

class KeysUnreachableError extends Error {
  constructor(cause: unknown) {
    super('the keys of the issuer cannot be fetched', { cause });
    this.name = 'KeysUnreachableError';
  }
}

/** Verifies tokens of the staff's own issuer: `sub` (agent id), `name`, `role` (`support` or `fund`), `exp`, `iat`. */
export const createJwksStaffVerifier = (settings: StaffSettings): StaffVerifier => {
  const { issuer, audience } = settings;
  const keys = 'jwks' in settings.keys ? createLocalJWKSet(settings.keys.jwks) : remoteKeys(settings.keys.jwksUrl);
  return {
    async verify(token, at): Promise<VerifiedStaff> {
      if (token.length > MAX_TOKEN_LENGTH) return { ok: false, refusal: 'token-invalid' };
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ALGORITHMS,
          issuer,
          audience,
          currentDate: new Date(at),
          clockTolerance: CLOCK_SKEW_S,
          requiredClaims: ['exp', 'iat'],
        });
        const staff = staffOf(payload);
        const isFromTheFuture = Number(payload.iat) > Date.parse(at) / 1_000 + CLOCK_SKEW_S;
        if (staff === null || isFromTheFuture) return { ok: false, refusal: 'token-invalid' };
        return { ok: true, staff, expiresAt: new Date(Number(payload.exp) * 1_000).toISOString() };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, refusal: 'token-expired' };
        if (error instanceof KeysUnreachableError) return { ok: false, refusal: 'keys-unreachable' };
        return { ok: false, refusal: 'token-invalid' };
      }
    },
  };
};

/** Where no issuer of staff tokens is configured: nobody is staff. */
export const nobodyIsStaff: StaffVerifier = {
  verify: async () => ({ ok: false, refusal: 'token-invalid' }),
};

const staffOf = ({ sub, name, role }: JWTPayload): Staff | null => {
  if (role !== 'support' && role !== 'fund') return null;
  if (typeof sub !== 'string' || !STAFF_ID.test(sub)) return null;
  if (typeof name !== 'string' || name.trim() === '') return null;
  return { kind: role, id: sub, name: name.trim().slice(0, MAX_NAME) };
};

const remoteKeys = (url: URL): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cacheMaxAge: KEYS_KEPT_MS,
    cooldownDuration: REFETCH_AFTER_MS,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const ofTheToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw ofTheToken ? error : new KeysUnreachableError(error);
    }
  };
};
