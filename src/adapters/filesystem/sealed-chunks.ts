import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { ContentDamagedError, type ContentId } from '../../ports/content-store.ts';

/*
 * A sealed file: format mark (4 bytes) · nonce prefix (8 random bytes) · chunks. A chunk is up to 64 KiB of plaintext
 * under AES-256-GCM, then its tag (16 bytes). Every chunk but the last is full; empty content is one empty chunk. The
 * nonce is the prefix and the chunk's index (32 bits, big-endian). What a tag also vouches for: the content's id, the
 * index, and whether the chunk is the last; so a file that was cut, extended, put in another order or exchanged for
 * another one does not open. Two files of one person share a prefix with a probability of 3e-10 at 100 000 files.
 */

/** Bytes of plaintext in every chunk but the last. */
export const CHUNK_BYTES = 65_536;
const MARK = Buffer.from('SCF1', 'latin1');
const PREFIX_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NOTHING = Buffer.alloc(0);
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
export const HEADER_BYTES = MARK.length + PREFIX_BYTES;

/** The most bytes that a sealed file of one chunk has. */
export const ONE_CHUNK_FILE_BYTES = HEADER_BYTES + SEALED_CHUNK_BYTES;

/** Where things are in a sealed file, known from its size alone. */
export type SealedLayout = {
  /** Bytes of the plaintext. */
  readonly size: number;
  readonly chunks: number;
  /** First byte of a sealed chunk in the file, and the byte after its tag. */
  readonly extent: (index: number) => { readonly start: number; readonly end: number };
};

/** Throws `ContentDamagedError` where no sealed file can have this size. */
export const layoutOf = (fileBytes: number): SealedLayout => {
  const body = fileBytes - HEADER_BYTES;
  const chunks = Math.ceil(body / SEALED_CHUNK_BYTES);
  const size = body - chunks * TAG_BYTES;
  const lastChunkBytes = size - (chunks - 1) * CHUNK_BYTES;
  if (body < TAG_BYTES || lastChunkBytes < (chunks === 1 ? 0 : 1)) throw new ContentDamagedError();
  const startOf = (index: number): number => HEADER_BYTES + index * SEALED_CHUNK_BYTES;
  return {
    size,
    chunks,
    extent: index => ({ start: startOf(index), end: Math.min(startOf(index + 1), fileBytes) }),
  };
};

/** What a file is sealed with, beside its own nonce prefix. */
export type Seal = { readonly key: KeyObject; readonly id: ContentId };

/** Makes the bytes of one new file: to be called with its chunks in order, and the results written one after the other. */
export const createSealer = ({ key, id }: Seal): ((plaintext: Uint8Array, last: boolean) => Buffer) => {
  const header = Buffer.concat([MARK, randomBytes(PREFIX_BYTES)]);
  let index = 0;
  return (plaintext, last) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(header, index), { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(id, index, last));
    const before = index === 0 ? header : NOTHING;
    index += 1;
    return Buffer.concat([before, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  };
};

/** The plaintext of one sealed chunk. Throws `ContentDamagedError` unless every bit is as it was sealed. */
export const openChunk = (
  { key, id }: Seal,
  header: Buffer,
  chunk: { readonly index: number; readonly last: boolean; readonly sealed: Buffer },
): Buffer => {
  if (!header.subarray(0, MARK.length).equals(MARK)) throw new ContentDamagedError();
  const tagStart = chunk.sealed.length - TAG_BYTES;
  const nonce = nonceOf(header, chunk.index);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(id, chunk.index, chunk.last));
  decipher.setAuthTag(chunk.sealed.subarray(tagStart));
  const plaintext = decipher.update(chunk.sealed.subarray(0, tagStart));
  try {
    decipher.final();
  } catch {
    throw new ContentDamagedError();
  }
  return plaintext;
};

const nonceOf = (header: Buffer, index: number): Buffer => {
  const nonce = Buffer.allocUnsafe(NONCE_BYTES);
  header.copy(nonce, 0, MARK.length, HEADER_BYTES);
  nonce.writeUInt32BE(index, PREFIX_BYTES);
  return nonce;
};

const boundTo = (id: string, index: number, last: boolean): Buffer => {
  const bound = Buffer.allocUnsafe(id.length + 5);
  bound.write(id, 0, 'latin1');
  bound.writeUInt32BE(index, id.length);
  bound[id.length + 4] = last ? 1 : 0;
  return bound;
};
