import type { PersonId } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';

/** What a token opens: the API, a new pair of tokens, or the rest of the enrolment. One is never taken for another. */
export type TokenAudience = 'espace' | 'refresh' | 'enrolment';

export type TokenClaims = {
  readonly audience: TokenAudience;
  readonly personId: PersonId;
  /** The session; for `enrolment` the code by which the person was identified. UUID. */
  readonly sessionId: string;
  /** How often the session was refreshed before this token; 0 where it plays no part. */
  readonly generation: number;
  /** Whole seconds: anything finer is cut off. */
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
};

export type VerifiedToken =
  | { readonly ok: true; readonly claims: TokenClaims }
  | { readonly ok: false; readonly refusal: 'token-invalid' | 'token-expired' };

/** Tokens of those whose espace it is: signed by us, read by us. The same claims give the same token. */
export interface TokenIssuer {
  issue(claims: TokenClaims): Promise<string>;
  /** Never rejects, whatever `token` is. `token-expired` only where everything else is right. */
  verify(token: string, audience: TokenAudience, at: Instant): Promise<VerifiedToken>;
}
