/**
 * Mutants that these tests caught: request or answer not delayed; a lost request carried out; a lost answer's request, or
 * a late one, not carried out.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import type { EventStore, NewEvent } from '../../src/ports/event-store.ts';
import { idsOf, sample } from '../contracts/event-store/samples.ts';
import { lossy, type Wire, WireError } from './lossy-store.ts';

const STREAM = 'espace-1';
const WRITERS = 4;
const APPENDS = 3;

const chances = fc.noBias(fc.infiniteStream(fc.nat(999).map(thousandths => thousandths / 1_000)));

const GOOD_WIRE: Wire = { random: () => 0.5, delay: async () => {}, lostRequests: 0, lateRequests: 0, lostAnswers: 0 };

/** Asks again until there is an answer. */
const insistently = async <T>(call: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }
};

/** Appends `event` whatever happens on the way: the same append again where there was no answer, later where it lost. */
const append = async (store: EventStore, event: NewEvent): Promise<void> => {
  let expected = 0;
  for (;;) {
    const at = expected;
    const result = await insistently(() => store.appendToStream(STREAM, at, [event]));
    if (result.ok) return;
    expected = result.actual;
  }
};

describe('a lossy wire', () => {
  it('carries everything where it loses nothing', async () => {
    const store = lossy(createMemoryEventStore(), GOOD_WIRE);
    expect(await store.appendToStream(STREAM, 0, [sample()])).toEqual({ ok: true, version: 1 });
    expect(await store.appendToStream(STREAM, 0, [sample()])).toEqual({ ok: false, actual: 1 });
    expect(await store.readStream(STREAM)).toHaveLength(1);
    expect(await store.readStreamBackwards(STREAM, { limit: 1 })).toHaveLength(1);
    await store.close();
    await expect(store.readStream(STREAM)).rejects.toThrow('closed');
  });

  it.each([
    ['a lost request is not carried out', { lostRequests: 1 }, 0],
    ['a lost answer leaves what was carried out', { lostAnswers: 1 }, 1],
    ['a late request is carried out all the same', { lateRequests: 1 }, 1],
  ])('rejects, and %s', async (_, changes, stored) => {
    const raw = createMemoryEventStore();
    const store = lossy(raw, { ...GOOD_WIRE, ...changes });
    await expect(store.appendToStream(STREAM, 0, [sample()])).rejects.toThrow(WireError);
    await expect(store.readStream(STREAM)).rejects.toThrow(WireError);
    await expect(store.readStreamBackwards(STREAM, { limit: 1 })).rejects.toThrow(WireError);
    expect(await raw.readStream(STREAM)).toHaveLength(stored);
  });

  it('delays requests and answers apart: what others do in between comes first', async () => {
    const raw = createMemoryEventStore();
    const gates = new Map<string, () => void>();
    const delay = (message: string) => new Promise<void>(resolve => gates.set(message.split(' ')[0] ?? '', resolve));
    const store = lossy(raw, { ...GOOD_WIRE, delay });
    let isAnswered = false;
    const reading = store.readStream(STREAM).finally(() => {
      isAnswered = true;
    });
    await raw.appendToStream(STREAM, 0, [sample()]);
    gates.get('request')?.();
    await new Promise(resolve => setImmediate(resolve));
    await raw.appendToStream(STREAM, 1, [sample()]);
    expect(isAnswered).toBe(false);
    gates.get('answer')?.();
    expect(await reading).toHaveLength(1);
  });

  it('lets every insistent writer through exactly once, whatever is lost, late or out of order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), chances, async (scheduler, chance) => {
        const raw = createMemoryEventStore();
        const store = lossy(raw, {
          random: () => chance.next().value,
          delay: message => scheduler.schedule(Promise.resolve(), message),
          lostRequests: 0.2,
          lateRequests: 0.2,
          lostAnswers: 0.2,
        });
        const events = Array.from({ length: WRITERS * APPENDS }, () => sample());
        const writers = Array.from({ length: WRITERS }, async (_, writer) => {
          for (const event of events.slice(writer * APPENDS, (writer + 1) * APPENDS)) await append(store, event);
        });
        await scheduler.waitFor(Promise.all(writers));
        await scheduler.waitIdle();
        const stored = idsOf(await raw.readStream(STREAM));
        expect([...stored].sort()).toEqual([...idsOf(events)].sort());
      }),
      { numRuns: 100 },
    );
  });

  it('plays the same history again from the same seed', async () => {
    const play = async (seed: number) => {
      const histories: (readonly string[])[] = [];
      const property = fc.asyncProperty(fc.scheduler(), chances, async (scheduler, chance) => {
        const raw = createMemoryEventStore();
        const delay = (message: string) => scheduler.schedule(Promise.resolve(), message);
        const random = () => chance.next().value;
        const store = lossy(raw, { random, delay, lostRequests: 0.2, lateRequests: 0.2, lostAnswers: 0.2 });
        const events = Array.from({ length: WRITERS }, (_, index) => ({ ...sample(), id: `event ${index}` }));
        await scheduler.waitFor(Promise.all(events.map(event => append(store, event))));
        await scheduler.waitIdle();
        histories.push(idsOf(await raw.readStream(STREAM)));
      });
      await fc.assert(property, { seed, numRuns: 20 });
      return histories;
    };
    const once = await play(42);
    expect(await play(42)).toEqual(once);
    expect(await play(43)).not.toEqual(once);
  });
});
