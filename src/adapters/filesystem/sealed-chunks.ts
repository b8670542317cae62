import { type KeyObject, randomBytes } from 'node:crypto';
import { ContentDamagedError, type ContentId } from '../../ports/content-store.ts';
import { lockBox, openBox } from '../shared/box.ts';

/*
 * A sealed file: format mark (4 bytes) · salt (8 random bytes) · chunks. A chunk is up to 64 KiB of plaintext in a box of
 * its own (AES-256-GCM: nonce, ciphertext, tag). Every chunk but the last is full; empty content is one empty chunk. A
 * box opens only for the content's id, the file's salt, the chunk's index, and the last one as the last: so a file
 * that was cut, extended, put in another order or exchanged for another one does not open.
 */

/** Bytes of plaintext in every chunk but the last. */
export const CHUNK_BYTES = 65_536;
const MARK = Buffer.from('SCF1', 'latin1');
const SALT_BYTES = 8;
/** What a box adds: nonce and tag. */
const BOX_BYTES = 28;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + BOX_BYTES;
export const HEADER_BYTES = MARK.length + SALT_BYTES;

/** The most bytes that a sealed file of one chunk has. */
export const ONE_CHUNK_FILE_BYTES = HEADER_BYTES + SEALED_CHUNK_BYTES;

/** Where things are in a sealed file, known from its size alone. */
export type SealedLayout = {
  /** Bytes of the plaintext. */
  readonly size: number;
  readonly chunks: number;
  /** First byte of a sealed chunk in the file, and the byte after its end. */
  readonly extent: (index: number) => { readonly start: number; readonly end: number };
};

/** Throws `ContentDamagedError` where no sealed file can have this size. */
export const layoutOf = (fileBytes: number): SealedLayout => {
  const body = fileBytes - HEADER_BYTES;
  const chunks = Math.ceil(body / SEALED_CHUNK_BYTES);
  const size = body - chunks * BOX_BYTES;
  const lastChunkBytes = size - (chunks - 1) * CHUNK_BYTES;
  if (lastChunkBytes < (chunks === 1 ? 0 : 1)) throw new ContentDamagedError();
  const startOf = (index: number): number => HEADER_BYTES + index * SEALED_CHUNK_BYTES;
  return {
    size,
    chunks,
    extent: index => ({ start: startOf(index), end: Math.min(startOf(index + 1), fileBytes) }),
  };
};

/** What a file is sealed with, beside its own salt. */
export type Seal = { readonly key: KeyObject; readonly id: ContentId };

/** Makes the bytes of one new file: to be called with its chunks in order, and the results written one after the other. */
export const createSealer = ({ key, id }: Seal): ((plaintext: Uint8Array, last: boolean) => Buffer) => {
  const header = Buffer.concat([MARK, randomBytes(SALT_BYTES)]);
  let index = 0;
  return (plaintext, last) => {
    const box = lockBox(key, contextOf(id, header, index, last), plaintext);
    index += 1;
    return index === 1 ? Buffer.concat([header, box]) : box;
  };
};

/** The plaintext of one sealed chunk. Throws `ContentDamagedError` unless every bit is as it was sealed. */
export const openChunk = (
  { key, id }: Seal,
  header: Buffer,
  chunk: { readonly index: number; readonly last: boolean; readonly sealed: Buffer },
): Buffer => {
  const plaintext = openBox(key, contextOf(id, header, chunk.index, chunk.last), chunk.sealed);
  if (plaintext === null) throw new ContentDamagedError();
  return plaintext;
};

/** The header is in it whole, so its mark and salt are vouched for as well. */
const contextOf = (id: ContentId, header: Buffer, index: number, last: boolean): string =>
  `${header.toString('latin1')} ${id} ${index} ${last ? 'last' : 'more'}`;
