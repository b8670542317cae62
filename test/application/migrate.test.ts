import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../src/adapters/identity/system-random.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { createStreamTurns } from '../../src/adapters/turns/stream-turns.ts';
import { carryTurns, copyLog, TargetDiffersError, verifyCopy } from '../../src/application/migrate.ts';
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
const quietly = () => {};

describe('copying a log', () => {
  it('gives the same streams, whatever they are', () =>
    fc.assert(
      fc.asyncProperty(streamsOf, async streams => {
        const [source, target] = [await filled(streams), createMemoryEventStore()];
        const copied = await copyLog(source, target, quietly);
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

  it('is finished by another run where it was cut off', async () => {
    const [source, target] = [await filled({ a: 700, b: 700 }), createMemoryEventStore()];
    const cut = copyLog(source, target, () => {
      throw new Error('cut off');
    });
    await expect(cut).rejects.toThrow('cut off');
    expect((await verifyCopy(source, target)).differing.length).toBeGreaterThan(0);
    expect(await copyLog(source, target, quietly)).toBe(1_400);
    expect((await verifyCopy(source, target)).differing).toEqual([]);
    expect(await target.readStream('espace-a')).toHaveLength(700);
  });

  const twoStores = async () => {
    const [source, target] = [await filled({ a: 3 }), createMemoryEventStore()];
    const turnsIn = (store: EventStore) => createStreamTurns({ store, clock: systemClock, random: systemRandom });
    const [from, to] = [
      { store: source, turns: turnsIn(source) },
      { store: target, turns: turnsIn(target) },
    ] as const;
    return { source, target, turnsIn, from, to, signal: new AbortController().signal };
  };

  it('leaves turns behind, and carries over that everything was acted on', async () => {
    const { source, target, turnsIn, from, to, signal } = await twoStores();
    const [, second, third] = await source.readStream('espace-a');
    const actedOn = async (checkpoint = ''): Promise<void> => {
      await from.turns.take('notices', signal);
      await from.turns.reached('notices', checkpoint);
      await from.turns.release('notices');
    };
    await actedOn(second?.checkpoint);
    expect(await copyLog(source, target, quietly)).toBe(3);
    expect(await target.readStream('turn-notices')).toEqual([]);
    expect((await verifyCopy(source, target)).differing).toEqual([]);
    const reactors = [
      { name: 'notices', types: ['Happened'] },
      { name: 'content', types: ['Happened'] },
    ];
    expect(await carryTurns(from, to, reactors)).toEqual(['notices']);
    expect(await target.readStream('turn-notices')).toEqual([]);
    await actedOn(third?.checkpoint);
    expect(await carryTurns(from, to, reactors)).toEqual([]);
    expect(await turnsIn(target).take('notices', signal)).toBe(
      (await target.readStream('espace-a')).at(-1)?.checkpoint,
    );
    expect(await target.readStream('turn-content')).toEqual([]);
  });

  it('carries over what a former reactor did to those that go on with its work', async () => {
    const { source, target, from, to, signal } = await twoStores();
    await from.turns.take('notices', signal);
    await from.turns.reached('notices', (await source.readStream('espace-a')).at(-1)?.checkpoint ?? '');
    await from.turns.release('notices');
    await copyLog(source, target, quietly);
    const reactors = ['codes', 'letters'].map(name => ({ name, formerly: 'notices', types: ['Happened'] }));
    expect(await carryTurns(from, to, reactors)).toEqual([]);
    const end = (await target.readStream('espace-a')).at(-1)?.checkpoint;
    for (const name of ['codes', 'letters']) expect(await to.turns.take(name, signal)).toBe(end);
  });

  it('stops before a target that holds something else, and leaves it as it is', async () => {
    const [source, target] = [await filled({ a: 2 }), createMemoryEventStore()];
    await target.appendToStream('espace-a', 0, [event('another')]);
    await expect(copyLog(source, target, quietly)).rejects.toThrow(TargetDiffersError);
    expect((await target.readStream('espace-a')).map(({ id }) => id)).toEqual(['another']);
  });

  it.each([
    ['lacks a stream', async () => createMemoryEventStore()],
    ['lacks an event', () => filled({ a: 1 })],
    ['holds a stream more', () => filled({ a: 2, b: 1 })],
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
    expect(differing).toHaveLength(1);
  });
});
