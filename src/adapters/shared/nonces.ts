import { randomFillSync } from 'node:crypto';

/** What AES-GCM takes. Chance alone keeps nonces apart: good for 2^32 events under one key. */
export const NONCE_BYTES = 12;
/** One trip to the operating system's chance for so many nonces, instead of one each. */
const POOL_NONCES = 4_096;

const pool = Buffer.alloc(NONCE_BYTES * POOL_NONCES);
let used = pool.length;

/** A fresh random nonce. It is a view of the pool: copy it, or be done with it, before waiting for anything. */
export const nextNonce = (): Uint8Array => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const nonce = pool.subarray(used, used + NONCE_BYTES);
  used += NONCE_BYTES;
  return nonce;
};
