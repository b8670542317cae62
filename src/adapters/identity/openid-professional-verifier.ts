import { errors, type JWTPayload } from 'jose';
import { psIdNatKind } from '../../domain/shared/identifiers.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { ProfessionalVerifier, VerifiedProfessional } from '../../ports/professional-verifier.ts';
import { expiryOf, type TrustedIssuer, tokenRefusal, verifyIssuedToken } from './issued-token.ts';
import type { OpenIdIssuer } from './openid-issuer.ts';
import { identityOfClaims } from './pro-sante-connect-claims.ts';

/**
 * How the professional was authenticated: Pro Santé Connect says `eidas1` of its card and of its app; the two levels above
 * are as good. No level at all, and any other (a password alone), is refused.
 */
const ACCEPTED_ACR: readonly unknown[] = ['eidas1', 'eidas2', 'eidas3'];

/**
 * Verifies access tokens of Pro Santé Connect. They are JWTs for our audience; where one does not say all that is needed,
 * the issuer's userinfo completes it. A token that is no JWT names no audience, so it may have been given to anybody: it
 * is refused.
 */
export const createOpenIdProfessionalVerifier = (settings: TrustedIssuer & OpenIdIssuer): ProfessionalVerifier => {
  const { userinfo } = settings;

  /** With what userinfo adds; what the token itself says stands. An issuer without userinfo has said all (decided). */
  const completed = async (token: string, payload: JWTPayload, at: Instant): Promise<JWTPayload> => {
    if (NEEDED.every(claim => isSaid(payload[claim]))) return payload;
    const added = (await userinfo?.(token, expiryOf(payload), at)) ?? null;
    if (added === null) return payload;
    // Core, section 5.3.2: without the same subject they are somebody else's.
    if (payload.sub === undefined || added.sub !== payload.sub) throw new errors.JWTInvalid();
    return { ...added, ...Object.fromEntries(Object.entries(payload).filter(([, value]) => isSaid(value))) };
  };

  const verified = async (token: string, at: Instant): Promise<VerifiedProfessional> => {
    const { payload } = await verifyIssuedToken(settings, token, at);
    const claims = await completed(token, payload, at);
    if (!ACCEPTED_ACR.includes(claims.acr)) return { ok: false, refusal: 'authentication-too-weak' };
    const identifier = psIdNatKind(String(claims.SubjectNameID));
    if (identifier !== null && identifier !== 'RPPS') return { ok: false, refusal: 'professional-without-rpps' };
    const identity = identityOfClaims(claims);
    if (!identity) return { ok: false, refusal: 'token-invalid' };
    return { ok: true, identity, expiresAt: expiryOf(payload) };
  };

  return {
    async verify(token, at) {
      try {
        return await verified(token, at);
      } catch (error) {
        return { ok: false, refusal: tokenRefusal(error) };
      }
    },
  };
};

/** Who somebody is, how they were authenticated, and what they may: a professional is turned away for none of it unasked. */
const NEEDED = [
  'SubjectNameID',
  'SubjectRefPro',
  'given_name',
  'family_name',
  'acr',
  'Acces_Regulation_Medicale',
] as const;
const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
