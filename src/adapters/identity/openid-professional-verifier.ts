import { errors, type JWTPayload } from 'jose';
import { psIdNatKind } from '../../domain/shared/identifiers.ts';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import type { ProfessionalVerifier, VerifiedProfessional } from '../../ports/professional-verifier.ts';
import { expiryOf, type TrustedIssuer, tokenRefusal, verifyIssuedToken } from './issued-token.ts';
import { IssuerUnreachableError } from './issuer-fetch.ts';
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

  /**
   * With what userinfo adds; what the token itself says stands. An issuer without userinfo has said all (decided). Where it
   * cannot be asked, a token that is enough by itself is taken without the rest, for moments (decided).
   */
  const completed = async (token: string, payload: JWTPayload, at: Instant): Promise<Completed> => {
    const expiresAt = expiryOf(payload);
    if (says(payload, [...NEEDED, ...ADDED])) return { claims: payload, expiresAt };
    try {
      const added = (await userinfo?.(token, expiresAt, at)) ?? null;
      if (added === null) return { claims: payload, expiresAt };
      // Core, section 5.3.2: without the same subject they are somebody else's.
      if (payload.sub === undefined || added.sub !== payload.sub) throw new errors.JWTInvalid();
      const said = Object.fromEntries(Object.entries(payload).filter(([, value]) => isSaid(value)));
      return { claims: { ...added, ...said }, expiresAt };
    } catch (error) {
      if (!(error instanceof IssuerUnreachableError) || !says(payload, NEEDED)) throw error;
      return { claims: payload, expiresAt: earlier(plusMs(at, UNCOMPLETED_MS), expiresAt) };
    }
  };

  const verified = async (token: string, at: Instant): Promise<VerifiedProfessional> => {
    const { payload } = await verifyIssuedToken(settings, token, at);
    const { claims, expiresAt } = await completed(token, payload, at);
    if (!ACCEPTED_ACR.includes(claims.acr)) return { ok: false, refusal: 'authentication-too-weak' };
    const identifier = psIdNatKind(String(claims.SubjectNameID));
    if (identifier !== null && identifier !== 'RPPS') return { ok: false, refusal: 'professional-without-rpps' };
    const identity = identityOfClaims(claims);
    if (!identity) return { ok: false, refusal: 'token-invalid' };
    return { ok: true, identity, expiresAt };
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

/** `expiresAt`: as of `VerifiedProfessional`. */
type Completed = { readonly claims: JWTPayload; readonly expiresAt: Instant };

/** Who somebody is, and how they were authenticated: a professional is turned away for none of it unasked. */
const NEEDED = ['SubjectNameID', 'SubjectRefPro', 'family_name', 'acr'] as const;
/** Without them somebody is as well known, and may less. */
const ADDED = ['given_name', 'Acces_Regulation_Medicale'] as const;
/** How long a token goes without them before userinfo, which was away, is asked again. */
const UNCOMPLETED_MS = 10_000;

const earlier = (one: Instant, other: Instant): Instant => (one < other ? one : other);
const says = (payload: JWTPayload, claims: readonly string[]): boolean => claims.every(claim => isSaid(payload[claim]));
const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
