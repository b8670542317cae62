import type { JWTPayload } from 'jose';
import type { Staff } from '../../domain/shared/actor.ts';
import type { StaffVerifier, VerifiedStaff } from '../../ports/staff-verifier.ts';
import { readableLine } from '../shared/readable.ts';
import { expiryOf, type TrustedIssuer, tokenRefusal, verifyIssuedToken } from './issued-token.ts';

const MAX_NAME = 100;
/** What may stand in a journal and in a cursor's name. */
const STAFF_ID = /^[\w.:@-]{1,60}$/;
/** How long a token may be good for, in seconds: what an agent may do is not to be found with a forgotten one. Decided. */
export const STAFF_TOKEN_MAX_S = 12 * 3_600;

/**
 * Verifies access tokens of the staff's own issuer: `sub` (agent id), `name`, `role` (`support` or `fund`), `exp`, `iat`. How
 * the agent was authenticated is the issuer's to see to: no source names levels (`acr`) for staff.
 */
export const createStaffVerifier = (settings: TrustedIssuer): StaffVerifier => ({
  async verify(token, at): Promise<VerifiedStaff> {
    try {
      const { payload } = await verifyIssuedToken(settings, token, at);
      const staff = isShortLived(payload) ? staffOf(payload) : null;
      return staff === null
        ? { ok: false, refusal: 'token-invalid' }
        : { ok: true, staff, expiresAt: expiryOf(payload) };
    } catch (error) {
      return { ok: false, refusal: tokenRefusal(error) };
    }
  },
});

/** Where no issuer of staff tokens is configured: nobody is staff. */
export const nobodyIsStaff: StaffVerifier = {
  verify: async () => ({ ok: false, refusal: 'token-invalid' }),
};

const isShortLived = ({ exp, iat }: JWTPayload): boolean => Number(exp) - Number(iat) <= STAFF_TOKEN_MAX_S;

const staffOf = ({ sub, name, role }: JWTPayload): Staff | null => {
  if (role !== 'support' && role !== 'fund') return null;
  if (typeof sub !== 'string' || !STAFF_ID.test(sub)) return null;
  const shown = typeof name === 'string' ? readableLine(name.slice(0, MAX_NAME)) : '';
  return shown === '' ? null : { kind: role, id: sub, name: shown };
};
