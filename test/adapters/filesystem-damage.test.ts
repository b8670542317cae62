/*
 * Damage and disasters of the folder of contents. Mutants that a test here or in the contract catches: the id, the header,
 * the index or the last mark left out of what a box opens for; the salt not random; a box that does not open taken for
 * empty; an empty last chunk taken for whole; a file too short for a box read; a range past the end, or off by one at either
 * side, or opening chunks that it does not touch; the header kept in the shared buffer; a descriptor left open, or
 * taken before the iteration starts; a vanished file reported as any other error; rename instead of link; incoming files
 * not removed after an error, not collected at the start, or collected whatever their age; modes 644 and 755; the
 * instant not kept, or kept rounded down; foreign files listed; the size limit off by one either way; half the bytes
 * digested; chunks regrouped one byte short or marked last too early.
 */
import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFilesystemContentStore } from '../../src/adapters/filesystem/filesystem-content-store.ts';
import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { ContentDamagedError, type ContentStore } from '../../src/ports/content-store.ts';
import { countedBytes, inPieces } from '../support/bytes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CHUNK = 65_536;
const TAG = 16;
const BOX = 12 + TAG;
const HEADER = 12;
const SEALED_CHUNK = CHUNK + BOX;
const OWNER = '0d1b6c86-5b5f-4a39-8a55-1f6a4a1f0001';
const ANY_SIZE = 10_000_000;

describe('a folder of sealed contents', () => {
  const keys = createMemoryKeyVault();
  const now = () => '2026-11-20T08:30:00.000Z';
  let folder: string;
  let removeFolder: () => Promise<void>;
  let store: ContentStore;

  beforeEach(async () => {
    ({ path: folder, remove: removeFolder } = await temporaryFolder());
    store = createFilesystemContentStore({ folder, keys, now });
  });
  afterEach(() => removeFolder());

  const put = async (bytes: Uint8Array): Promise<string> => {
    const id = randomUUID();
    await store.put(id, OWNER, inPieces(bytes), ANY_SIZE);
    return id;
  };
  const pathOf = (id: string): string => join(folder, id.slice(0, 2), id);
  const incoming = (): Promise<string[]> => readdir(join(folder, 'incoming'));

  /** What is given out before the end or the error. */
  const readUntilDamage = async (id: string, range?: { first: number; last: number }) => {
    const given: Uint8Array[] = [];
    let damaged = false;
    try {
      for await (const piece of (await store.read(id, OWNER, range)) ?? []) given.push(piece);
    } catch (error) {
      expect(error).toBeInstanceOf(ContentDamagedError);
      damaged = true;
    }
    return { given: Buffer.concat(given), damaged };
  };
  const expectDamaged = async (id: string, original: Buffer): Promise<void> => {
    const { given, damaged } = await readUntilDamage(id);
    expect(damaged).toBe(true);
    expect(given.length).toBeLessThan(Math.max(original.length, 1));
    expect(given.equals(original.subarray(0, given.length))).toBe(true);
  };
  const flip = async (path: string, at: number, mask = 1): Promise<void> => {
    const file = await open(path, 'r+');
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] = (byte[0] as number) ^ mask;
    await file.write(byte, 0, 1, at);
    await file.close();
  };

  it('is one private file per content, in private folders, and shows nothing of it', async () => {
    const text = Buffer.from('Compte rendu : patient fictif. '.repeat(3_000));
    const id = await put(text);
    expect((await readdir(folder)).sort()).toEqual([id.slice(0, 2), 'incoming'].sort());
    expect(await readdir(join(folder, id.slice(0, 2)))).toEqual([id]);
    expect(await incoming()).toEqual([]);
    expect((await stat(pathOf(id))).mode & 0o777).toBe(0o600);
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o700);
    const sealed = await readFile(pathOf(id));
    expect(sealed.length).toBe(HEADER + text.length + 2 * BOX);
    expect(sealed.includes('patient')).toBe(false);
  });

  it('seals the same content differently each time', async () => {
    const [a, b] = [await put(Buffer.from('the same')), await put(Buffer.from('the same'))];
    const [sealedA, sealedB] = [await readFile(pathOf(a)), await readFile(pathOf(b))];
    expect(sealedA.subarray(4, HEADER).equals(sealedB.subarray(4, HEADER))).toBe(false);
    expect(sealedA.subarray(HEADER).equals(sealedB.subarray(HEADER))).toBe(false);
    const sealed = await readFile(pathOf(await put(Buffer.alloc(2 * CHUNK))));
    const [first, second] = [
      sealed.subarray(HEADER + 12, HEADER + 12 + CHUNK),
      sealed.subarray(HEADER + SEALED_CHUNK + 12, -TAG),
    ];
    expect(first.equals(second)).toBe(false);
  });

  it('finds a changed bit in every region of a file', async () => {
    for (const size of [0, 1, 1_000, CHUNK, 2 * CHUNK + 500]) {
      const bytes = countedBytes(size);
      const id = await put(bytes);
      const fileBytes = (await stat(pathOf(id))).size;
      const regions = [
        0,
        3,
        4,
        11,
        HEADER,
        HEADER + 11,
        HEADER + 12,
        HEADER + BOX,
        fileBytes - TAG - 1,
        fileBytes - TAG,
        fileBytes - 1,
      ];
      const edges = [1, 2].flatMap(n => [-TAG - 1, -TAG, -1, 0, 1, 12].map(off => HEADER + n * SEALED_CHUNK + off));
      for (const at of [...regions, ...edges].filter(place => place >= 0 && place < fileBytes)) {
        await flip(pathOf(id), at);
        await expectDamaged(id, bytes);
        await flip(pathOf(id), at);
      }
      expect(await readUntilDamage(id)).toEqual({ given: bytes, damaged: false });
    }
  });

  it('finds any changed bit anywhere', async () => {
    const bytes = countedBytes(CHUNK + 3_000);
    const id = await put(bytes);
    const fileBytes = (await stat(pathOf(id))).size;
    await fc.assert(
      fc.asyncProperty(fc.nat(fileBytes - 1), fc.nat(7), async (at, bit) => {
        await flip(pathOf(id), at, 1 << bit);
        await expectDamaged(id, bytes);
        await flip(pathOf(id), at, 1 << bit);
      }),
      { numRuns: 100 },
    );
  });

  it('finds a file cut short, at the edge of a chunk too', async () => {
    const bytes = countedBytes(3 * CHUNK);
    const id = await put(bytes);
    const whole = await readFile(pathOf(id));
    const edges = [0, 1, 2, 3].flatMap(n =>
      [-BOX, -TAG, -1, 0, 1, TAG, BOX, BOX + 1].map(off => HEADER + n * SEALED_CHUNK + off),
    );
    for (const length of [0, 3, 4, ...edges].filter(size => size < whole.length)) {
      await writeFile(pathOf(id), whole.subarray(0, length));
      await expectDamaged(id, bytes);
    }
  });

  it('finds bytes added to a file', async () => {
    for (const size of [0, 1_000, CHUNK, 2 * CHUNK]) {
      const bytes = countedBytes(size);
      const id = await put(bytes);
      const whole = await readFile(pathOf(id));
      for (const tail of [Buffer.alloc(1), Buffer.alloc(BOX), whole.subarray(HEADER)]) {
        await writeFile(pathOf(id), Buffer.concat([whole, tail]));
        const { given, damaged } = await readUntilDamage(id);
        expect(damaged).toBe(true);
        expect(given.equals(bytes.subarray(0, given.length))).toBe(true);
      }
    }
  });

  it('finds two files exchanged, two chunks exchanged, and a chunk repeated', async () => {
    for (const size of [0, 1_000, 2 * CHUNK]) {
      const [a, b] = [await put(countedBytes(size, 1)), await put(countedBytes(size, 2))];
      const [sealedA, sealedB] = [await readFile(pathOf(a)), await readFile(pathOf(b))];
      await writeFile(pathOf(a), sealedB);
      await writeFile(pathOf(b), sealedA);
      for (const id of [a, b]) expect(await readUntilDamage(id)).toEqual({ given: Buffer.alloc(0), damaged: true });
    }
    const bytes = countedBytes(3 * CHUNK);
    const id = await put(bytes);
    const sealed = await readFile(pathOf(id));
    const chunk = (n: number) => sealed.subarray(HEADER + n * SEALED_CHUNK, HEADER + (n + 1) * SEALED_CHUNK);
    const header = sealed.subarray(0, HEADER);
    for (const order of [
      [1, 0, 2],
      [0, 2, 1],
      [0, 0, 2],
      [0, 1, 1],
    ]) {
      await writeFile(pathOf(id), Buffer.concat([header, ...order.map(chunk)]));
      await expectDamaged(id, bytes);
    }
  });

  it('opens for a range only the chunks that it touches', async () => {
    const bytes = countedBytes(4 * CHUNK);
    const id = await put(bytes);
    await flip(pathOf(id), HEADER + 2 * SEALED_CHUNK + 100);
    const expectWhole = async (first: number, last: number) =>
      expect(await readUntilDamage(id, { first, last })).toEqual({
        given: bytes.subarray(first, last + 1),
        damaged: false,
      });
    await expectWhole(0, 2 * CHUNK - 1);
    await expectWhole(CHUNK, CHUNK);
    await expectWhole(3 * CHUNK, 4 * CHUNK - 1);
    await flip(pathOf(id), HEADER);
    await expectWhole(CHUNK, CHUNK);
    await flip(pathOf(id), HEADER);
    for (const [first, last] of [
      [2 * CHUNK - 1, 2 * CHUNK],
      [2 * CHUNK + 5_000, 2 * CHUNK + 5_001],
      [0, 4 * CHUNK - 1],
    ] as const) {
      const { given, damaged } = await readUntilDamage(id, { first, last });
      expect(damaged).toBe(true);
      expect(given.equals(bytes.subarray(first, first + given.length))).toBe(true);
    }
  });

  it('says damaged, not absent, when a content vanishes while it is read', async () => {
    const id = await put(countedBytes(2 * CHUNK));
    const pieces = await store.read(id, OWNER);
    await rm(pathOf(id));
    const reading = async () => {
      for await (const _piece of pieces ?? []);
    };
    await expect(reading()).rejects.toThrow(ContentDamagedError);
  });

  it('reads on when a content is removed under a reader half-way', async () => {
    const bytes = countedBytes(4 * CHUNK);
    const id = await put(bytes);
    const given: Uint8Array[] = [];
    for await (const piece of (await store.read(id, OWNER)) ?? []) {
      given.push(piece);
      if (given.length === 2) await store.remove(id);
    }
    expect(Buffer.concat(given).equals(bytes)).toBe(true);
  });

  it('holds no descriptor for what is not being read', async () => {
    const id = await put(countedBytes(3 * CHUNK));
    const before = (await readdir('/dev/fd')).length;
    for (let n = 0; n < 20; n += 1) await store.remove(await put(Buffer.from('x')));
    const never = await Promise.all(Array.from({ length: 20 }, () => store.read(id, OWNER)));
    for (let n = 0; n < 20; n += 1) for await (const _piece of (await store.read(id, OWNER)) ?? []) break;
    for (let n = 0; n < 20; n += 1)
      for await (const piece of (await store.read(id, OWNER)) ?? []) if (piece.at(0) === 300) break;
    expect((await readdir('/dev/fd')).length).toBe(before);
    expect(never).toHaveLength(20);
  });

  it('keeps a file on its way out of sight, and removes it when the client goes away', async () => {
    const seen: number[] = [];
    const broken = (async function* () {
      yield countedBytes(2 * CHUNK);
      yield countedBytes(1);
      seen.push((await incoming()).length);
      throw new Error('the client went away');
    })();
    await expect(store.put(randomUUID(), OWNER, broken, ANY_SIZE)).rejects.toThrow('the client went away');
    expect(seen).toEqual([1]);
    expect(await incoming()).toEqual([]);
    expect(await readdir(folder)).toEqual(['incoming']);
  });

  it('leaves nothing when the id is in use or is no id', async () => {
    const id = await put(Buffer.from('first'));
    await expect(store.put(id, OWNER, inPieces(countedBytes(2 * CHUNK)), ANY_SIZE)).rejects.toThrow('EEXIST');
    for (const odd of ['../escape', 'incoming', '', id.toUpperCase(), `${id}/x`, `${id}\n`]) {
      await expect(store.put(odd, OWNER, inPieces(Buffer.from('x')), ANY_SIZE)).rejects.toThrow('lower-case UUID');
      expect(await store.read(odd, OWNER)).toBeNull();
    }
    expect(await incoming()).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual([id.slice(0, 2), 'incoming'].sort());
  });

  it('removes at the start what a dead process left, and not what another is writing', async () => {
    await writeFile(join(folder, 'incoming', randomUUID()), 'half a file');
    createFilesystemContentStore({ folder, keys, now });
    expect(await incoming()).toHaveLength(1);
    await new Promise(resolve => setTimeout(resolve, 1_100));
    await writeFile(join(folder, 'incoming', 'young'), 'half a file');
    createFilesystemContentStore({ folder, keys, now, abandonedAfterMs: 1_000 });
    expect(await incoming()).toEqual(['young']);
  });

  it('ignores files that are not contents', async () => {
    const id = await put(Buffer.from('x'));
    await writeFile(join(folder, 'README'), 'notes');
    await writeFile(join(folder, id.slice(0, 2), '.DS_Store'), 'notes');
    const ids = [];
    for await (const entry of store.list()) ids.push(entry.id);
    expect(ids).toEqual([id]);
  });
});
