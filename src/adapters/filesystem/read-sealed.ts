import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ByteRange, ContentDamagedError } from '../../ports/content-store.ts';
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  layoutOf,
  ONE_CHUNK_FILE_BYTES,
  openChunk,
  type Seal,
  type SealedLayout,
} from './sealed-chunks.ts';

/**
 * The plaintext of a sealed file, or the part in `range`, of which only the chunks touched are read. Null where there is
 * no such file. Throws `ContentDamagedError` now or in the iteration, always before a damaged byte is given out.
 */
export const readSealed = (path: string, seal: Seal, range?: ByteRange): AsyncIterable<Uint8Array> | null => {
  const head = readHead(path);
  return head && openSealed(path, head, seal, range);
};

type Head = {
  /** The file up to the end of its first chunk; good until the next file is read. */
  readonly start: Buffer;
  readonly fileBytes: number;
};

const headBuffer = Buffer.allocUnsafeSlow(ONE_CHUNK_FILE_BYTES);

/**
 * Null where there is no such file. Most documents are small and warm: three calls on this thread take 4 µs, where
 * `fs.promises.readFile` takes four trips through the thread pool and 130 µs. At most one chunk is read in this way.
 */
const readHead = (path: string): Head | null => {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const start = headBuffer.subarray(0, readSync(descriptor, headBuffer, 0, headBuffer.length, 0));
    const whole = start.length < headBuffer.length;
    return { start, fileBytes: whole ? start.length : fstatSync(descriptor).size };
  } finally {
    closeSync(descriptor);
  }
};

/** The first chunk, if wanted, is opened before this answers; the others one by one as they are asked for. */
const openSealed = (
  path: string,
  { start, fileBytes }: Head,
  seal: Seal,
  range: ByteRange | undefined,
): AsyncIterable<Uint8Array> => {
  const layout = layoutOf(fileBytes);
  // What is recorded of this content says more bytes than there are: it was cut.
  if (range && range.last >= layout.size) throw new ContentDamagedError();
  const wanted = range ?? { first: 0, last: layout.size - 1 };
  const header = Buffer.from(start.subarray(0, HEADER_BYTES));
  const openAt = (index: number, sealed: Buffer): Uint8Array => {
    const plaintext = openChunk(seal, header, { index, last: index === layout.chunks - 1, sealed });
    const offset = index * CHUNK_BYTES;
    return plaintext.subarray(Math.max(wanted.first - offset, 0), wanted.last + 1 - offset);
  };
  const first = wanted.first < CHUNK_BYTES ? openAt(0, start.subarray(HEADER_BYTES, layout.extent(0).end)) : null;
  return wantedPieces(path, layout, wanted, first, openAt);
};

async function* wantedPieces(
  path: string,
  layout: SealedLayout,
  wanted: ByteRange,
  first: Uint8Array | null,
  openAt: (index: number, sealed: Buffer) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  if (first) yield first;
  const lastIndex = Math.floor(wanted.last / CHUNK_BYTES);
  const nextIndex = first ? 1 : Math.floor(wanted.first / CHUNK_BYTES);
  if (nextIndex > lastIndex) return;
  // Opened here and not before: an iteration that never starts holds no descriptor.
  const file = await open(path, 'r').catch(damagedIfMissing);
  try {
    for (let index = nextIndex; index <= lastIndex; index += 1) {
      const { start, end } = layout.extent(index);
      const sealed = Buffer.allocUnsafe(end - start);
      if ((await file.read(sealed, 0, sealed.length, start)).bytesRead < sealed.length) throw new ContentDamagedError();
      yield openAt(index, sealed);
    }
  } finally {
    await file.close();
  }
}

/** It was there when the reading began. */
const damagedIfMissing = (error: NodeJS.ErrnoException): never => {
  throw error.code === 'ENOENT' ? new ContentDamagedError() : error;
};
