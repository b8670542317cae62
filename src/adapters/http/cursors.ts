import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { ProblemError } from './problems.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Places in lists, unreadable and unforgeable: a place may stand between things its bearer must not know of. */
export interface Cursors {
  /** `list` names the list with its filters and its reader; a cursor of one list is refused by every other. */
  write(list: string, place: unknown): string;
  /** Throws the problem `invalid-cursor`. */
  read(list: string, cursor: string): unknown;
}

export const createCursors = (key: KeyObject): Cursors => ({
  write(list, place) {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(list));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(place)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  },
  read(list, cursor) {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new ProblemError('invalid-cursor');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(list))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const place = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
      return JSON.parse(place.toString());
    } catch {
      throw new ProblemError('invalid-cursor');
    }
  },
});
