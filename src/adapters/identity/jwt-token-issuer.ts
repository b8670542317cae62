import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { isUuid } from '../../domain/shared/identifiers.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { TokenAudience, TokenClaims, TokenIssuer, VerifiedToken } from '../../ports/token-issuer.ts';

const ISSUER = 'urn:espace-sante:identity';
/** Pinned: what the token's header says of it is only ever compared with this. */
const ALGORITHM = 'HS256';
/** Ours are about 400 long. */
const MAX_TOKEN_LENGTH = 2_048;

/** JWTs signed with HMAC-SHA256 under `secret` (32 bytes): who reads them is who made them. */
export const createJwtTokenIssuer = (secret: Uint8Array): TokenIssuer => {
  const key = crypto.subtle.importKey('raw', Uint8Array.from(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);

  return {
    issue: async ({ audience, personId, sessionId, generation, issuedAt, expiresAt }) =>
      new SignJWT({ sid: sessionId, gen: generation })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setSubject(personId)
        .setAudience(audience)
        .setIssuedAt(secondsOf(issuedAt))
        .setExpirationTime(secondsOf(expiresAt))
        .sign(await key),

    async verify(token, audience, at): Promise<VerifiedToken> {
      if (token.length > MAX_TOKEN_LENGTH) return { ok: false, refusal: 'token-invalid' };
      try {
        const { payload } = await jwtVerify(token, await key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience,
          currentDate: new Date(at),
        });
        const claims = claimsOf(payload, audience);
        return claims ? { ok: true, claims } : { ok: false, refusal: 'token-invalid' };
      } catch (error) {
        return { ok: false, refusal: error instanceof errors.JWTExpired ? 'token-expired' : 'token-invalid' };
      }
    },
  };
};

const claimsOf = ({ sub, sid, gen, iat, exp }: JWTPayload, audience: TokenAudience): TokenClaims | null => {
  if (typeof sub !== 'string' || !isUuid(sub) || typeof sid !== 'string' || !isUuid(sid)) return null;
  if (typeof gen !== 'number' || iat === undefined || exp === undefined) return null;
  return {
    audience,
    personId: sub,
    sessionId: sid,
    generation: gen,
    issuedAt: instantOf(iat),
    expiresAt: instantOf(exp),
  };
};

const secondsOf = (instant: Instant): number => Math.floor(Date.parse(instant) / 1_000);
const instantOf = (seconds: number): Instant => new Date(seconds * 1_000).toISOString();
