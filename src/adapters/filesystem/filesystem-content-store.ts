import type { ContentStore } from '../../ports/content-store.ts';
import type { KeyVault } from '../../ports/key-vault.ts';
import { type ByteMeter, createByteMeter } from '../files/byte-meter.ts';
import { ABANDONED_AFTER_MS, type IncomingFile, openContentFolder } from './content-folder.ts';
import { readSealed } from './read-sealed.ts';
import { CHUNK_BYTES, createSealer } from './sealed-chunks.ts';

/**
 * Document bytes in a folder, one sealed file per content; several processes may share it. Memory for a content of any
 * size is a few chunks of 64 KiB. `now` gives the instant that `list` tells. Content ids are lower-case UUIDs.
 */
export const createFilesystemContentStore = ({
  folder,
  keys,
  now,
  abandonedAfterMs = ABANDONED_AFTER_MS,
}: {
  readonly folder: string;
  readonly keys: KeyVault;
  readonly now: () => string;
  readonly abandonedAfterMs?: number;
}): ContentStore => {
  const files = openContentFolder(folder, abandonedAfterMs);

  return {
    async put(id, owner, bytes, maxBytes) {
      const path = files.pathOf(id);
      if (path === null) throw new Error('a content id is a lower-case UUID');
      const seal = createSealer({ key: await keys.sealingKey(owner), id });
      const meter = createByteMeter(maxBytes);
      let file: IncomingFile | undefined;
      try {
        for await (const { plaintext, last } of inChunks(metered(bytes, meter))) {
          const sealed = seal(plaintext, last);
          file ??= await files.receive();
          await file.write(sealed);
        }
        await file?.publish(path, now());
      } finally {
        await file?.discard();
      }
      return meter.result();
    },

    async read(id, owner, range) {
      const path = files.pathOf(id);
      const key = await keys.openingKey(owner);
      return path !== null && key !== null ? readSealed(path, { key, id }, range) : null;
    },

    async remove(id) {
      const path = files.pathOf(id);
      if (path !== null) await files.remove(path);
    },

    list: files.list,
  };
};

async function* metered(bytes: AsyncIterable<Uint8Array>, meter: ByteMeter): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    meter.add(piece);
    yield piece;
  }
}

/** Regroups pieces of any size into full chunks; the last one, full or not, is marked. Each is good until the next. */
async function* inChunks(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly plaintext: Uint8Array; readonly last: boolean }> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    for (let taken = 0; taken < piece.length; ) {
      if (filled === CHUNK_BYTES) {
        yield { plaintext: chunk, last: false };
        filled = 0;
      }
      const more = piece.subarray(taken, taken + CHUNK_BYTES - filled);
      chunk.set(more, filled);
      filled += more.length;
      taken += more.length;
    }
  }
  yield { plaintext: chunk.subarray(0, filled), last: true };
}
