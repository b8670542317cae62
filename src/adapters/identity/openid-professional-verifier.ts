import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Instant } from '../../domain/shared/time.ts';
import type { ProfessionalVerifier, VerifiedProfessional } from '../../ports/professional-verifier.ts';
import { identityOfClaims } from './pro-sante-connect-claims.ts';

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

export type ProfessionalKeys =
  /** `https:`; `http:` for this very machine only. */
  { readonly jwksUrl: URL } | { readonly jwks: JSONWebKeySet };

class KeysUnreachableError extends Error {
  constructor(cause: unknown) {
    super('the keys of the issuer cannot be fetched', { cause });
    this.name = 'KeysUnreachableError';
  }
}

/** Verifies tokens of Pro Santé Connect with the issuer's published keys, whose rotation is followed. */
export const createJwksProfessionalVerifier = (settings: {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: ProfessionalKeys;
}): ProfessionalVerifier => {
  const { issuer, audience } = settings;
  const keys = 'jwks' in settings.keys ? createLocalJWKSet(settings.keys.jwks) : remoteKeys(settings.keys.jwksUrl);

  return {
    async verify(token, at): Promise<VerifiedProfessional> {
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
        if (Number(payload.iat) > secondsOf(at) + CLOCK_SKEW_S) return { ok: false, refusal: 'token-invalid' };
        const identity = identityOfClaims(payload);
        if (!identity) return { ok: false, refusal: 'token-invalid' };
        return { ok: true, identity, expiresAt: new Date(Number(payload.exp) * 1_000).toISOString() };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, refusal: 'token-expired' };
        if (error instanceof KeysUnreachableError) return { ok: false, refusal: 'keys-unreachable' };
        return { ok: false, refusal: 'token-invalid' };
      }
    },
  };
};

const secondsOf = (instant: Instant): number => Date.parse(instant) / 1_000;

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

const remoteKeys = (url: URL): JWTVerifyGetKey => {
  if (url.protocol !== 'https:' && !LOCAL_HOSTS.includes(url.hostname))
    throw new Error('the address of the professionals’ keys must begin with https:');
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
