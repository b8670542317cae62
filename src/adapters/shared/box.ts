import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { NONCE_BYTES, nextNonce } from './nonces.ts';

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;

/** Nonce, ciphertext and tag in one; `context` is not stored, and has to be the same to open it. */
export const lockBox = (key: KeyObject, context: string, plaintext: string | Uint8Array): Buffer => {
  const nonce = nextNonce();
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(context));
  const ciphertext = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
};

/** The plaintext; null where key, context or a byte of the box is not what it was. */
export const openBox = (key: KeyObject, context: string, box: Buffer): Buffer | null => {
  if (box.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  const plaintext = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plaintext;
};
