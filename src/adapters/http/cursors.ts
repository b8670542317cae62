import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { ProblemError } from './problems.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A place is sealed as so many bytes, or a multiple: enough for all but a long name of the public directory (decided). */
const PLACE_BYTES = 128;

/**
 * Places in lists, unreadable and unforgeable: a place may stand between things its bearer must not know of. Nor does the
 * length tell of it: how many digits a version has is how much there is.
 */
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
    const sealed = Buffer.concat([cipher.update(padded(JSON.stringify(place))), cipher.final()]);
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

/** White space at the end of JSON means nothing. */
const padded = (json: string): Buffer => {
  const bytes = Buffer.from(json);
  const length = Math.ceil(bytes.length / PLACE_BYTES) * PLACE_BYTES;
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length, ' ')]);
};
