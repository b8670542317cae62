import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyedHash } from '../../ports/keyed-hash.ts';

/** 128 bits: among a hundred million NIRs two the same are less likely than 1 in 10^22. */
const HEX_DIGITS = 32;

export const createHmacKeyedHash = (secret: Uint8Array): KeyedHash => {
  const key = createSecretKey(secret);
  return {
    of: (purpose, value) =>
      createHmac('sha256', key).update(purpose).update('\0').update(value).digest('hex').slice(0, HEX_DIGITS),
  };
};
