import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersistentMap } from '../../src/domain/shared/persistent-map.ts';

/*
 * Mutants that these tests kill: `size` not counted at a replacement, or counted twice; a replacement that keeps the old
 * value; a delete that takes all keys of its hash, or leaves an empty branch counted; a changed slot of the old map; a
 * bucket split at the wrong level; a collision taken for the same key; the order of colliding keys by their arrival.
 */

/** Keys that share all 32 bits of their FNV-1a hash, two by two. */
const COLLIDING: readonly (readonly [string, string])[] = [
  ['d1ioa1pp', 'd18f52rw'],
  ['d8sgko', 'dehfmt6'],
  ['dxjjt66', 'd8dxo0g'],
  ['d1rv7xx8', 'd19f1n6o'],
];

const fnv1a = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

const POOL = [...COLLIDING.flat(), 'a', 'b', 'q', 'toString', '', 'é', '99700024450'];

type Change = { readonly key: string; readonly value: number | null };
/** `value` null: the key is deleted. Few keys, so that they meet; some of them collide. */
const changes = fc.array(
  fc.record<Change>({
    key: fc.oneof(fc.constantFrom(...POOL), fc.string({ maxLength: 2 })),
    value: fc.option(fc.nat(9), { nil: null }),
  }),
  { maxLength: 60 },
);

const apply = (map: PersistentMap<number>, { key, value }: Change): PersistentMap<number> =>
  value === null ? map.delete(key) : map.set(key, value);

const check = (map: PersistentMap<number>, model: ReadonlyMap<string, number>): void => {
  expect(map.size).toBe(model.size);
  const entries = [...map.entries()];
  expect(entries.length).toBe(model.size);
  expect(new Map(entries)).toEqual(model);
  expect([...map.values()]).toEqual(entries.map(([, value]) => value));
  for (const key of [...POOL, ...model.keys()]) {
    expect(map.get(key)).toBe(model.get(key));
    expect(map.has(key)).toBe(model.has(key));
  }
};

describe('a persistent map', () => {
  it('is a Map, and stays what it was when a new one is made of it', () => {
    fc.assert(
      fc.property(changes, list => {
        let map = PersistentMap.empty<number>();
        let model: ReadonlyMap<string, number> = new Map();
        const versions = [{ map, model }];
        for (const change of list) {
          map = apply(map, change);
          const next = new Map(model);
          if (change.value === null) next.delete(change.key);
          else next.set(change.key, change.value);
          model = next;
          versions.push({ map, model });
        }
        for (const version of versions) check(version.map, version.model);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps keys apart whose hashes are the same', () => {
    for (const [a, b] of COLLIDING) {
      expect(fnv1a(a)).toBe(fnv1a(b));
      const both = PersistentMap.empty<number>().set(a, 1).set(b, 2);
      expect([both.get(a), both.get(b), both.size]).toEqual([1, 2, 2]);
      expect([both.delete(a).get(a), both.delete(a).get(b), both.delete(a).size]).toEqual([undefined, 2, 1]);
      expect([both.set(a, 3).get(a), both.set(a, 3).get(b), both.set(a, 3).size]).toEqual([3, 2, 2]);
      expect(PersistentMap.empty<number>().set(a, 1).get(b)).toBeUndefined();
      expect(PersistentMap.empty<number>().set(a, 1).delete(b).size).toBe(1);
    }
  });

  it('is gone through in an order that its keys alone decide', () => {
    const keys = fc.uniqueArray(fc.oneof(fc.constantFrom(...POOL), fc.string()), { maxLength: 40 });
    const orders = keys.chain(list =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length }),
        fc.uniqueArray(fc.constantFrom(...POOL)),
      ),
    );
    fc.assert(
      fc.property(orders, ([list, shuffled, passing]) => {
        const straight = list.reduce((map, key) => map.set(key, 0), PersistentMap.empty<number>());
        const extra = passing.filter(key => !list.includes(key));
        const detour = [...extra, ...shuffled, ...shuffled].reduce(
          (map, key) => map.set(key, 0),
          PersistentMap.empty<number>(),
        );
        const cleaned = extra.reduce((map, key) => map.delete(key), detour);
        expect([...cleaned.entries()]).toEqual([...straight.entries()]);
      }),
      { numRuns: 150 },
    );
  });

  it('gives itself back where there is nothing to delete', () => {
    const map = PersistentMap.empty<number>().set('a', 1);
    expect(map.delete('b')).toBe(map);
  });
});
