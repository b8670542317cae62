import { errors, type JWTPayload, type JWTVerifyResult, jwtVerify } from 'jose';
import type { Instant } from '../../domain/shared/time.ts';
import { IssuerUnreachableError } from './issuer-fetch.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** Asymmetric only: with an HMAC, or `none`, the public key would be enough to forge. */
const ALGORITHMS = ['RS256', 'ES256', 'PS256'];
/** How far the issuer's clock and ours may be apart, in seconds. */
const CLOCK_SKEW_S = 60;
/** No longer than what Node takes as headers. */
const MAX_TOKEN_LENGTH = 16_384;

/** Of access tokens (RFC 9068). A token that says it is something else was not made to be shown here. */
const TOKEN_TYPES: readonly unknown[] = [undefined, 'JWT', 'at+jwt', 'application/at+jwt'];
/** The claim `typ`, by which Keycloak tells its access tokens from its ID tokens. */
const CLAIMED_TYPES: readonly unknown[] = [undefined, 'Bearer'];

/** Whose tokens are taken, and whom they must be for. */
export type TrustedIssuer = { readonly issuer: string; readonly audience: string; readonly keys: IssuerKeys };

/** What an access token of this issuer for this audience says, at `at`. Rejects with what `tokenRefusal` understands. */
export const verifyIssuedToken = async (
  { issuer, audience, keys }: TrustedIssuer,
  token: string,
  at: Instant,
): Promise<JWTVerifyResult<JWTPayload>> => {
  if (token.length > MAX_TOKEN_LENGTH) throw new errors.JWTInvalid();
  const verified = await jwtVerify(token, (header, signed) => keys.keyFor(header, signed, at), {
    algorithms: ALGORITHMS,
    issuer,
    audience,
    currentDate: new Date(at),
    clockTolerance: CLOCK_SKEW_S,
    requiredClaims: ['exp', 'iat'],
  });
  const { payload, protectedHeader } = verified;
  if (!TOKEN_TYPES.includes(protectedHeader.typ) || !CLAIMED_TYPES.includes(payload.typ)) throw new errors.JWTInvalid();
  if (Number(payload.iat) > Date.parse(at) / 1_000 + CLOCK_SKEW_S) throw new errors.JWTInvalid();
  return verified;
};

/** First instant at which the token counts for nothing. */
export const expiryOf = ({ exp }: JWTPayload): Instant => new Date(Number(exp) * 1_000).toISOString();

export const tokenRefusal = (error: unknown): 'token-expired' | 'keys-unreachable' | 'token-invalid' => {
  if (error instanceof errors.JWTExpired) return 'token-expired';
  return error instanceof IssuerUnreachableError ? 'keys-unreachable' : 'token-invalid';
};
