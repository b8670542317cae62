/** Mutants that these tests caught: milliseconds; a conflict told as success; failures untold. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { measuring, type StoreOperation, type StoreOutcome } from '../../src/adapters/wrappers/measuring.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { freshStream, samples } from '../contracts/event-store/samples.ts';
import { eventStoreContract } from '../contracts/event-store.contract.ts';

eventStoreContract('measuring over memory', async () => ({
  store: measuring(createMemoryEventStore(), () => {}),
  dispose: async () => {},
}));

describe('measuring', () => {
  const DELAY_MS = 20;

  const observed = (changes: Partial<EventStore> = {}) => {
    const calls: (readonly [StoreOperation, number, StoreOutcome])[] = [];
    const store = measuring({ ...createMemoryEventStore(), ...changes }, (...call) => calls.push(call));
    return { store, calls, endings: () => calls.map(([operation, , outcome]) => [operation, outcome]) };
  };

  it('tells each call once, and how it ended', async () => {
    const { store, endings } = observed();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(1));
    await store.appendToStream(stream, 0, samples(1));
    await store.readStream(stream);
    await store.readStreamBackwards(stream, { limit: 1 });
    await store.close();
    await expect(store.readStream(stream)).rejects.toThrow();
    await expect(store.appendToStream(stream, 1, samples(1))).rejects.toThrow();
    await expect(store.readStreamBackwards(stream, { limit: 1 })).rejects.toThrow();
    expect(endings()).toEqual([
      ['appendToStream', 'ok'],
      ['appendToStream', 'conflict'],
      ['readStream', 'ok'],
      ['readStreamBackwards', 'ok'],
      ['readStream', 'failed'],
      ['appendToStream', 'failed'],
      ['readStreamBackwards', 'failed'],
    ]);
  });

  it('tells the time a call took in seconds, whether it succeeds or fails', async () => {
    const { store, calls } = observed({
      readStream: () => setTimeout(DELAY_MS, []),
      readStreamBackwards: async () => {
        await setTimeout(DELAY_MS);
        throw new Error('out of reach');
      },
    });
    await store.readStream(freshStream());
    await expect(store.readStreamBackwards(freshStream(), { limit: 1 })).rejects.toThrow('out of reach');
    for (const [, seconds] of calls) {
      expect(seconds).toBeGreaterThan((DELAY_MS - 2) / 1_000);
      expect(seconds).toBeLessThan(10);
    }
    expect(calls).toHaveLength(2);
  });
});
