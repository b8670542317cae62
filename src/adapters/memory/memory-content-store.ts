import { type ByteRange, ContentDamagedError, type ContentId, type ContentStore } from '../../ports/content-store.ts';
import type { KeyId, KeyVault } from '../../ports/key-vault.ts';
import { createByteMeter } from '../files/byte-meter.ts';

type Kept = { readonly owner: KeyId; readonly bytes: Buffer; readonly storedAt: string };

/** For tests and trials: nothing survives the process, and nothing is encrypted; a destroyed key hides all the same. */
export const createMemoryContentStore = ({
  keys,
  now,
}: {
  readonly keys: KeyVault;
  readonly now: () => string;
}): ContentStore => {
  const contents = new Map<ContentId, Kept>();

  const assertFresh = (id: ContentId): void => {
    if (contents.has(id)) throw new Error('a content is stored under this id already');
  };

  return {
    async put(id, owner, bytes, maxBytes) {
      assertFresh(id);
      await keys.sealingKey(owner);
      const meter = createByteMeter(maxBytes);
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) {
        meter.add(piece);
        pieces.push(Buffer.from(piece));
      }
      assertFresh(id);
      contents.set(id, { owner, bytes: Buffer.concat(pieces), storedAt: now() });
      return meter.result();
    },

    async read(id, owner, range) {
      const key = await keys.openingKey(owner);
      const kept = contents.get(id);
      if (key === null || kept === undefined) return null;
      if (kept.owner !== owner) throw new ContentDamagedError();
      return piecesOf(kept.bytes, range);
    },

    async remove(id) {
      contents.delete(id);
    },

    async *list() {
      for (const [id, { storedAt }] of contents) yield { id, storedAt };
    },
  };
};

const piecesOf = (bytes: Buffer, range: ByteRange | undefined): AsyncIterable<Uint8Array> => {
  if (range && range.last >= bytes.length) throw new ContentDamagedError();
  const wanted = range ? bytes.subarray(range.first, range.last + 1) : bytes;
  return (async function* () {
    yield Buffer.from(wanted);
  })();
};
