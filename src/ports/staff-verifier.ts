import type { Staff } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';

export type VerifiedStaff =
  | { readonly ok: true; readonly staff: Staff; readonly expiresAt: Instant }
  /** `keys-unreachable`: the issuer's keys cannot be had now, so nothing can be said of the token. */
  | { readonly ok: false; readonly refusal: 'token-invalid' | 'token-expired' | 'keys-unreachable' };

/** Who of the service's own staff (help desk, health insurance fund) a bearer token identifies. */
export interface StaffVerifier {
  /** Never rejects, whatever `token` is. */
  verify(token: string, at: Instant): Promise<VerifiedStaff>;
}
