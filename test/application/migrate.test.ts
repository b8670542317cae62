import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { copyLog, TargetDiffersError, verifyCopy } from '../../src/application/migrate.ts';
import type { EventStore, NewEvent, StreamName } from '../../src/ports/event-store.ts';

/*
 * Mutants that these tests kill: events copied under new ids; a stream begun anew at each batch; the rest of a batch that is
 * not written out at the end; a verification that looks at counts, or at the source alone; a conflict taken for a copy.
 */
const event = (id: string, text = ''): NewEvent => ({
  id,
  type: 'Happened',
  at: '2026-11-20T08:30:00.000Z',
  requestId: 'r',
  data: { text },
});

const filled = async (streams: Readonly<Record<string, number>>): Promise<EventStore> => {
  const store = createMemoryEventStore();
  for (const [name, count] of Object.entries(streams))
    for (let version = 0; version < count; version++)
      await store.appendToStream(`espace-${name}`, version, [event(`${name} ${version}`, `${version}`)]);
  return store;
};
const streamsOf = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 400 }));
const inOneGo = { after: null, onProgress: () => {} };

describe('copying a log', () => {
  it('gives the same streams, whatever they are', () =>
    fc.assert(
      fc.asyncProperty(streamsOf, async streams => {
        const [source, target] = [await filled(streams), createMemoryEventStore()];
        const { copied } = await copyLog(source, target, inOneGo);
        const total = Object.values(streams).reduce((sum, count) => sum + count, 0);
        expect(copied).toBe(total);
        expect(await verifyCopy(source, target)).toEqual({
          streams: Object.keys(streams).length,
          events: total,
          differing: [],
        });
      }),
      { numRuns: 25 },
    ));

  it('goes on where it was cut off, from the last place it told of or from the beginning', async () => {
    const [source, target] = [await filled({ a: 700, b: 700 }), createMemoryEventStore()];
    let told: string | null = null;
    const cut = copyLog(source, target, {
      after: null,
      onProgress({ checkpoint }) {
        told = checkpoint;
        throw new Error('cut off');
      },
    });
    await expect(cut).rejects.toThrow('cut off');
    expect((await verifyCopy(source, target)).differing.length).toBeGreaterThan(0);
    expect((await copyLog(source, target, { after: told, onProgress: () => {} })).copied).toBeLessThan(1_400);
    expect((await copyLog(source, target, inOneGo)).copied).toBe(1_400);
    expect((await verifyCopy(source, target)).differing).toEqual([]);
    expect(await target.readStream('espace-a')).toHaveLength(700);
  });

  it('stops before a target that holds something else, and leaves it as it is', async () => {
    const [source, target] = [await filled({ a: 2 }), createMemoryEventStore()];
    await target.appendToStream('espace-a', 0, [event('another')]);
    await expect(copyLog(source, target, inOneGo)).rejects.toThrow(TargetDiffersError);
    expect((await target.readStream('espace-a')).map(({ id }) => id)).toEqual(['another']);
  });

  it.each([
    ['lacks a stream', async () => createMemoryEventStore()],
    ['lacks an event', () => filled({ a: 1 })],
    [
      'holds other data',
      async () => {
        const store = createMemoryEventStore();
        await store.appendToStream('espace-a', 0, [event('a 0', '0'), event('a 1', 'another')]);
        return store;
      },
    ],
  ])('is told apart from a target that %s', async (_, other) => {
    const differing: readonly StreamName[] = (await verifyCopy(await filled({ a: 2 }), await other())).differing;
    expect(differing).toEqual(['espace-a']);
  });
});
