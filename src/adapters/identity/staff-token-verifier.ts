import type { JWTPayload } from 'jose';
import type { Staff } from '../../domain/shared/actor.ts';
import type { StaffVerifier, VerifiedStaff } from '../../ports/staff-verifier.ts';
import { readableLine } from '../shared/readable.ts';
import { expiryOf, type TrustedIssuer, tokenRefusal, verifyIssuedToken } from './issued-token.ts';

const MAX_NAME = 100;
/** What may stand in a journal and in a cursor's name. */
const STAFF_ID = /^[\w.:@-]{1,60}$/;

/** Verifies tokens of the staff's own issuer: `sub` (agent id), `name`, `role` (`support` or `fund`), `exp`, `iat`. */
export const createStaffVerifier = (settings: TrustedIssuer): StaffVerifier => ({
  async verify(token, at): Promise<VerifiedStaff> {
    try {
      const { payload } = await verifyIssuedToken(settings, token, at);
      const staff = staffOf(payload);
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

const staffOf = ({ sub, name, role }: JWTPayload): Staff | null => {
  if (role !== 'support' && role !== 'fund') return null;
  if (typeof sub !== 'string' || !STAFF_ID.test(sub)) return null;
  const shown = typeof name === 'string' ? readableLine(name.slice(0, MAX_NAME)) : '';
  return shown === '' ? null : { kind: role, id: sub, name: shown };
};
