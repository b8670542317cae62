import { errors, type JWTPayload, jwtVerify } from 'jose';
import { psIdNatKind } from '../../domain/shared/identifiers.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { ProfessionalVerifier, VerifiedProfessional } from '../../ports/professional-verifier.ts';
import { IssuerUnreachableError } from './issuer-fetch.ts';
import type { OpenIdIssuer } from './openid-issuer.ts';
import { identityOfClaims } from './pro-sante-connect-claims.ts';

/** Asymmetric only: with an HMAC, or `none`, the public key would be enough to forge. */
const ALGORITHMS = ['RS256', 'ES256', 'PS256'];
/** How far the issuer's clock and ours may be apart, in seconds. */
const CLOCK_SKEW_S = 60;
/** No longer than what Node takes as headers. */
const MAX_TOKEN_LENGTH = 16_384;
/**
 * How the professional was authenticated: Pro Santé Connect says `eidas1` of its card and of its app; the two levels above
 * are as good. No level at all, and any other (a password alone), is refused.
 */
const ACCEPTED_ACR: readonly unknown[] = ['eidas1', 'eidas2', 'eidas3'];
/** Of access tokens (RFC 9068). A token that says it is something else was not made to be shown here. */
const TOKEN_TYPES: readonly unknown[] = [undefined, 'JWT', 'at+jwt', 'application/at+jwt'];
/** The claim `typ`, by which Keycloak tells its access tokens from its ID tokens. */
const CLAIMED_TYPES: readonly unknown[] = [undefined, 'Bearer'];

/**
 * Verifies access tokens of Pro Santé Connect. They are JWTs for our audience; where one says nothing of the professional,
 * the issuer's userinfo completes it. A token that is no JWT names no audience, so it may have been given to anybody: it
 * is refused.
 */
export const createOpenIdProfessionalVerifier = (
  settings: { readonly issuer: string; readonly audience: string } & OpenIdIssuer,
): ProfessionalVerifier => {
  const { issuer, audience, keys, userinfo } = settings;

  const verifiedPayload = async (token: string, at: Instant): Promise<JWTPayload> => {
    const { payload, protectedHeader } = await jwtVerify(token, (header, signed) => keys.keyFor(header, signed, at), {
      algorithms: ALGORITHMS,
      issuer,
      audience,
      currentDate: new Date(at),
      clockTolerance: CLOCK_SKEW_S,
      requiredClaims: ['exp', 'iat'],
    });
    const isAccessToken = TOKEN_TYPES.includes(protectedHeader.typ) && CLAIMED_TYPES.includes(payload.typ);
    if (!isAccessToken || Number(payload.iat) > secondsOf(at) + CLOCK_SKEW_S) throw new errors.JWTInvalid();
    return payload;
  };

  /** With what userinfo adds; what the token itself says stands. */
  const completed = async (token: string, payload: JWTPayload, at: Instant): Promise<JWTPayload> => {
    if (saysWho(payload)) return payload;
    const added = (await userinfo?.(token, instantOf(payload.exp), at)) ?? null;
    // Core, section 5.3.2: without the same subject they are somebody else's.
    if (added === null || payload.sub === undefined || added.sub !== payload.sub) throw new errors.JWTInvalid();
    return { ...added, ...payload };
  };

  const verified = async (token: string, at: Instant): Promise<VerifiedProfessional> => {
    const payload = await verifiedPayload(token, at);
    const claims = await completed(token, payload, at);
    if (!ACCEPTED_ACR.includes(claims.acr)) return { ok: false, refusal: 'authentication-too-weak' };
    const identifier = psIdNatKind(String(claims.SubjectNameID));
    if (identifier !== null && identifier !== 'RPPS') return { ok: false, refusal: 'professional-without-rpps' };
    const identity = identityOfClaims(claims);
    if (!identity) return { ok: false, refusal: 'token-invalid' };
    return { ok: true, identity, expiresAt: instantOf(payload.exp) };
  };

  return {
    async verify(token, at) {
      if (token.length > MAX_TOKEN_LENGTH) return { ok: false, refusal: 'token-invalid' };
      try {
        return await verified(token, at);
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, refusal: 'token-expired' };
        if (error instanceof IssuerUnreachableError) return { ok: false, refusal: 'keys-unreachable' };
        return { ok: false, refusal: 'token-invalid' };
      }
    },
  };
};

const saysWho = ({ SubjectNameID, SubjectRefPro }: JWTPayload): boolean =>
  SubjectNameID !== undefined && SubjectRefPro !== undefined;

const secondsOf = (instant: Instant): number => Date.parse(instant) / 1_000;
const instantOf = (seconds: number | undefined): Instant => new Date(Number(seconds) * 1_000).toISOString();
