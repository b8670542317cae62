import { hkdfSync } from 'node:crypto';

/** Bytes of every secret of this folder. */
const SECRET_BYTES = 32;
const MASTER_MIN_BYTES = 32;

/** One secret for one purpose (HKDF-SHA256): none of them tells anything of another, or of the master secret. */
export const subSecret = (master: Uint8Array, purpose: string): Buffer => {
  if (master.byteLength < MASTER_MIN_BYTES) throw new Error(`the master secret needs ${MASTER_MIN_BYTES} bytes`);
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, SECRET_BYTES));
};
