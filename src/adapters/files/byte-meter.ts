import { createHash } from 'node:crypto';
import { ContentTooLargeError, type StoredContent } from '../../ports/content-store.ts';

/** Counts and digests a content while it comes in. */
export interface ByteMeter {
  /** Throws `ContentTooLargeError` at the first byte past the limit. */
  add(piece: Uint8Array): void;
  /** Once, after the last piece. */
  result(): StoredContent;
}

export const createByteMeter = (maxBytes: number): ByteMeter => {
  const hash = createHash('sha256');
  let size = 0;
  return {
    add: piece => {
      size += piece.length;
      if (size > maxBytes) throw new ContentTooLargeError(maxBytes);
      hash.update(piece);
    },
    result: () => ({ size, sha256: hash.digest('hex') }),
  };
};
