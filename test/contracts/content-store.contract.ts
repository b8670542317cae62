import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { ContentDamagedError, type ContentStore, ContentTooLargeError } from '../../src/ports/content-store.ts';
import { KeyDestroyedError, type KeyVault } from '../../src/ports/key-vault.ts';
import { collect, countedBytes, inPieces } from '../support/bytes.ts';

const CHUNK = 65_536;
const ANY_SIZE = 10_000_000;
const ALICE = '0d1b6c86-5b5f-4a39-8a55-1f6a4a1f0001';
const BRUNO = '0d1b6c86-5b5f-4a39-8a55-1f6a4a1f0002';

export type OpenedContentStore = { readonly store: ContentStore; readonly dispose: () => Promise<void> };

/** What every content store does, whatever it is made of. */
export const contentStoreContract = (
  name: string,
  open: (deps: { readonly keys: KeyVault; readonly now: () => string }) => Promise<OpenedContentStore>,
): void => {
  describe(`${name}: the content store contract`, () => {
    let opened: OpenedContentStore;
    let store: ContentStore;
    let keys: KeyVault;
    let instant: string;

    beforeEach(async () => {
      keys = createMemoryKeyVault();
      instant = '2026-11-20T08:30:00.123Z';
      opened = await open({ keys, now: () => instant });
      store = opened.store;
    });
    afterEach(() => opened.dispose());

    const put = async (bytes: Uint8Array, owner = ALICE): Promise<string> => {
      const id = randomUUID();
      await store.put(id, owner, inPieces(bytes), ANY_SIZE);
      return id;
    };
    const read = async (id: string, owner = ALICE, range?: { first: number; last: number }) => {
      const pieces = await store.read(id, owner, range);
      return pieces && collect(pieces);
    };
    const listed = async (): Promise<{ id: string; storedAt: string }[]> => {
      const all = [];
      for await (const entry of store.list()) all.push(entry);
      return all.sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    const expectNothingLeft = async (id: string): Promise<void> => {
      expect(await store.read(id, ALICE)).toBeNull();
      expect(await listed()).toEqual([]);
    };

    it('gives back what it was given, with its size and digest, however it came in', async () => {
      const sizes = fc.oneof(
        fc.constantFrom(0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7),
        fc.nat(200_000),
      );
      await fc.assert(
        fc.asyncProperty(
          sizes,
          fc.constantFrom(1_000, 16_384, CHUNK - 1, CHUNK, CHUNK + 1, 300_000),
          async (size, piece) => {
            const id = randomUUID();
            const bytes = countedBytes(size);
            expect(await store.put(id, ALICE, inPieces(bytes, piece), ANY_SIZE)).toEqual({
              size,
              sha256: createHash('sha256').update(bytes).digest('hex'),
            });
            expect((await read(id))?.equals(bytes)).toBe(true);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('gives any part of it, both ends included', async () => {
      const bytes = countedBytes(3 * CHUNK + 1_000);
      const id = await put(bytes);
      const edge = fc.tuple(
        fc.constantFrom(0, CHUNK, 2 * CHUNK, 3 * CHUNK, bytes.length),
        fc.integer({ min: -2, max: 2 }),
      );
      const place = fc.oneof(
        edge.map(([at, off]) => Math.min(Math.max(at + off, 0), bytes.length - 1)),
        fc.nat(bytes.length - 1),
      );
      await fc.assert(
        fc.asyncProperty(place, place, async (a, b) => {
          const range = { first: Math.min(a, b), last: Math.max(a, b) };
          expect((await read(id, ALICE, range))?.equals(bytes.subarray(range.first, range.last + 1))).toBe(true);
        }),
        { numRuns: 150 },
      );
    });

    it('gives any part of a small content', async () => {
      const id = await put(Buffer.from('0123456789'));
      expect((await read(id, ALICE, { first: 0, last: 0 }))?.toString()).toBe('0');
      expect((await read(id, ALICE, { first: 3, last: 6 }))?.toString()).toBe('3456');
      expect((await read(id, ALICE, { first: 9, last: 9 }))?.toString()).toBe('9');
      expect((await read(id, ALICE, { first: 0, last: 9 }))?.toString()).toBe('0123456789');
    });

    it('calls it damage when there is less than the caller knows there to be', async () => {
      const small = await put(Buffer.from('0123456789'));
      await expect(read(small, ALICE, { first: 5, last: 10 })).rejects.toThrow(ContentDamagedError);
      const large = await put(countedBytes(CHUNK + 10));
      await expect(read(large, ALICE, { first: CHUNK, last: CHUNK + 10 })).rejects.toThrow(ContentDamagedError);
    });

    it('takes exactly the largest size, and not one byte more', async () => {
      for (const max of [10, CHUNK, 2 * CHUNK + 5]) {
        const id = randomUUID();
        expect((await store.put(id, ALICE, inPieces(countedBytes(max)), max)).size).toBe(max);
        await store.remove(id);
        const tooLarge = store.put(id, ALICE, inPieces(countedBytes(max + 1)), max);
        await expect(tooLarge).rejects.toEqual(new ContentTooLargeError(max));
        await expectNothingLeft(id);
        expect((await store.put(id, ALICE, inPieces(countedBytes(max)), max)).size).toBe(max);
        await store.remove(id);
      }
    });

    it('stops reading what is too large', async () => {
      let given = 0;
      let closed = false;
      const endless = (async function* () {
        try {
          for (;;) {
            given += 1;
            yield countedBytes(CHUNK);
          }
        } finally {
          closed = true;
        }
      })();
      await expect(store.put(randomUUID(), ALICE, endless, 5 * CHUNK)).rejects.toThrow(ContentTooLargeError);
      expect({ given, closed }).toEqual({ given: 6, closed: true });
    });

    it('leaves nothing of what broke off, and says why', async () => {
      for (const size of [0, 10, CHUNK, CHUNK + 1, 3 * CHUNK]) {
        const id = randomUUID();
        const cut = new Error('the client went away');
        const broken = (async function* () {
          yield* inPieces(countedBytes(size));
          throw cut;
        })();
        await expect(store.put(id, ALICE, broken, ANY_SIZE)).rejects.toBe(cut);
        await expectNothingLeft(id);
      }
    });

    it('refuses an id in use and keeps what has it', async () => {
      const id = await put(Buffer.from('first'));
      await expect(store.put(id, ALICE, inPieces(Buffer.from('second')), ANY_SIZE)).rejects.toThrow(Error);
      await expect(store.put(id, BRUNO, inPieces(countedBytes(2 * CHUNK)), ANY_SIZE)).rejects.toThrow(Error);
      expect((await read(id))?.toString()).toBe('first');
      expect(await listed()).toEqual([{ id, storedAt: instant }]);
    });

    it('lets exactly one of two win an id', async () => {
      const id = randomUUID();
      const contents = [countedBytes(CHUNK + 1, 1), countedBytes(CHUNK + 1, 2)];
      const ends = await Promise.allSettled(contents.map(bytes => store.put(id, ALICE, inPieces(bytes), ANY_SIZE)));
      const winner = ends.findIndex(end => end.status === 'fulfilled');
      expect(ends.map(end => end.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await read(id))?.equals(contents[winner] as Buffer)).toBe(true);
    });

    it('knows nothing of an id never stored', async () => {
      await put(Buffer.from('other'));
      expect(await store.read(randomUUID(), ALICE)).toBeNull();
      expect(await store.read('../../etc/passwd', ALICE)).toBeNull();
      await store.remove(randomUUID());
      await store.remove('../../etc/passwd');
    });

    it('forgets what is removed, once or twice, and nothing else', async () => {
      const [gone, kept] = [await put(countedBytes(CHUNK + 1)), await put(Buffer.from('kept'))];
      await read(gone);
      await store.remove(gone);
      await store.remove(gone);
      expect(await store.read(gone, ALICE)).toBeNull();
      expect((await read(kept))?.toString()).toBe('kept');
      expect(await listed()).toEqual([{ id: kept, storedAt: instant }]);
    });

    it('lists every content with the instant it was stored', async () => {
      const first = await put(Buffer.from('a'));
      const earlier = instant;
      instant = '2039-06-13T07:21:04.003Z';
      const second = await put(countedBytes(CHUNK + 1), BRUNO);
      const expected = [
        { id: first, storedAt: earlier },
        { id: second, storedAt: instant },
      ];
      expect(await listed()).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
    });

    it("hides a person's contents once the key is destroyed, and nobody else's", async () => {
      const [hers, his] = [await put(countedBytes(CHUNK + 1)), await put(Buffer.from('his'), BRUNO)];
      const unread = await put(Buffer.from('never read'));
      await read(hers);
      await keys.destroy(ALICE);
      expect(await store.read(hers, ALICE)).toBeNull();
      expect(await store.read(hers, ALICE, { first: 0, last: 0 })).toBeNull();
      expect(await store.read(unread, ALICE)).toBeNull();
      expect((await read(his, BRUNO))?.toString()).toBe('his');
    });

    it('stores nothing for a person whose key is destroyed', async () => {
      await keys.destroy(ALICE);
      const id = randomUUID();
      await expect(store.put(id, ALICE, inPieces(Buffer.from('x')), ANY_SIZE)).rejects.toThrow(KeyDestroyedError);
      await expectNothingLeft(id);
    });

    it('does not open under the key of somebody else', async () => {
      const id = await put(Buffer.from('hers'));
      expect(await store.read(id, BRUNO)).toBeNull();
      await put(Buffer.from('his'), BRUNO);
      await expect(read(id, BRUNO)).rejects.toThrow(ContentDamagedError);
    });

    it('shares no memory with those who give or take', async () => {
      const id = randomUUID();
      const reused = Buffer.alloc(4);
      const source = (async function* () {
        for (const text of ['abcd', 'efgh']) {
          reused.write(text);
          yield reused;
        }
      })();
      await store.put(id, ALICE, source, ANY_SIZE);
      for await (const piece of (await store.read(id, ALICE)) ?? []) piece.fill(0);
      expect((await read(id))?.toString()).toBe('abcdefgh');
    });

    it('can be read by many at once, and by some who stop half-way', async () => {
      const contents = [countedBytes(4 * CHUNK, 1), countedBytes(100, 2), countedBytes(2 * CHUNK + 3, 3)];
      const ids = await Promise.all(contents.map(bytes => put(bytes)));
      const readers = Array.from({ length: 30 }, async (_, n) => {
        const pieces = await store.read(ids[n % 3] as string, ALICE);
        if (n % 5 === 0) for await (const _piece of pieces ?? []) return true;
        return (await collect(pieces ?? inPieces(Buffer.alloc(0)))).equals(contents[n % 3] as Buffer);
      });
      expect(await Promise.all(readers)).toEqual(Array(30).fill(true));
    });
  });
};
