import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createReactor } from '../../src/application/reactors/reactor.ts';
import type { Checkpoint, EventStore, RecordedEvent } from '../../src/ports/event-store.ts';
import { sample } from '../contracts/event-store/samples.ts';

/*
 * Mutants that these tests kill: a failed event skipped, or the one after it handled first; a checkpoint overtaken; a
 * failure unreported; a reactor that begins at the beginning after a restart; `settled` that does not wait, waits for
 * events that came after it was called, or for ever where there is nothing to do or everything was done before a restart;
 * `isCaughtUp` from the start, or while it cannot even begin.
 */

/** The waits of the reactor: counted, and over at once; or, where `held`, only when they are broken off. */
const waits = vi.hoisted(() => ({ ms: [] as number[], held: false }));
vi.mock('node:timers/promises', async original => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: async (ms: number, _: unknown, { signal }: { signal: AbortSignal }) => {
    waits.ms.push(ms);
    if (waits.held) await new Promise(resolve => signal.addEventListener('abort', resolve));
    else await new Promise(setImmediate);
  },
}));
beforeEach(() => Object.assign(waits, { ms: [], held: false }));

const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5));

const STREAM = 'espace-1';

const appended = async (store: EventStore, ...numbers: readonly number[]): Promise<void> => {
  for (const number of numbers) {
    const { length } = await store.readStream(STREAM);
    await store.appendToStream(STREAM, length, [sample({ number }, number < 0 ? 'Other' : 'Noted')]);
  }
};

const numberOf = (event: RecordedEvent): number => Number(event.data.number);

/** A reactor that keeps its checkpoint here; `act` is what it does with each event. */
const reacting = (
  store: EventStore,
  act: (event: RecordedEvent) => Promise<void> = async () => {},
  kept: { checkpoint: Checkpoint | null } = { checkpoint: null },
) => {
  const handled: number[] = [];
  const onFailure = vi.fn();
  const reactor = createReactor({
    name: 'counting',
    store,
    types: ['Noted'],
    checkpoint: async () => kept.checkpoint,
    async handle(event) {
      await act(event);
      handled.push(numberOf(event));
      kept.checkpoint = event.checkpoint;
    },
    onFailure,
  });
  const stop = new AbortController();
  const running = reactor.run(stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  return { reactor, handled, onFailure, kept, end, [Symbol.asyncDispose]: end };
};

describe('a reactor', () => {
  it('acts on every event of its types, in order, then on what comes', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1, -1, 2);
    await using one = reacting(store);
    await one.reactor.settled();
    expect(one.handled).toEqual([1, 2]);
    await appended(store, -2, 3);
    await one.reactor.settled();
    expect(one.handled).toEqual([1, 2, 3]);
    expect(one.onFailure).not.toHaveBeenCalled();
    expect(one.reactor.name).toBe('counting');
  });

  it('tries a failed event again until it succeeds, skips none, and says so each time', async () => {
    const store = createMemoryEventStore();
    const tried: number[] = [];
    await using one = reacting(store, async event => {
      tried.push(numberOf(event));
      if (numberOf(event) === 2 && tried.length < 4) throw new Error('not now');
    });
    await appended(store, 1, 2, 3);
    await one.reactor.settled();
    expect(tried).toEqual([1, 2, 2, 2, 3]);
    expect(one.handled).toEqual([1, 2, 3]);
    expect(one.onFailure.mock.calls).toEqual([
      ['counting', new Error('not now')],
      ['counting', new Error('not now')],
    ]);
  });

  it('waits longer at each failure in a row, and as at first after a success', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1, 2);
    const failures = [3, 2];
    await using one = reacting(store, async event => {
      const left = failures[numberOf(event) - 1] ?? 0;
      failures[numberOf(event) - 1] = left - 1;
      if (left > 0) throw new Error('not now');
    });
    await one.reactor.settled();
    expect(waits.ms).toEqual([100, 200, 400, 100, 200]);
    expect(one.handled).toEqual([1, 2]);
  });

  it('never waits longer than half a minute', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1);
    let left = 12;
    await using one = reacting(store, async () => {
      left -= 1;
      if (left > 0) throw new Error('not now');
    });
    await one.reactor.settled();
    expect(waits.ms.slice(-3)).toEqual([25_600, 30_000, 30_000]);
  });

  it('tries again where its checkpoint cannot be read, or the log breaks off', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1);
    vi.spyOn(store, 'subscribe').mockImplementationOnce(async function* () {
      yield { kind: 'caught-up' };
      throw new Error('broken off');
    });
    const checkpoint = vi
      .fn<() => Promise<null>>()
      .mockRejectedValueOnce(new Error('unreadable'))
      .mockResolvedValue(null);
    const onFailure = vi.fn();
    const handled: number[] = [];
    const reactor = createReactor({
      name: 'counting',
      store,
      types: ['Noted'],
      checkpoint,
      handle: async event => void handled.push(numberOf(event)),
      onFailure,
    });
    const stop = new AbortController();
    const running = reactor.run(stop.signal);
    await vi.waitFor(() => expect(handled).toEqual([1]));
    stop.abort();
    await running;
    expect(onFailure.mock.calls.map(([, error]) => (error as Error).message)).toEqual(['unreadable', 'broken off']);
  });

  it('goes on where it was after a restart, and handles again what was not remembered', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1, 2);
    const first = reacting(store);
    await first.reactor.settled();
    await first.end();
    const remembered = first.kept.checkpoint;
    await appended(store, 3);
    const second = reacting(store, undefined, { checkpoint: remembered });
    await second.reactor.settled();
    await second.end();
    expect(second.handled).toEqual([3]);
    await using third = reacting(store, undefined, { checkpoint: remembered });
    await third.reactor.settled();
    expect(third.handled).toEqual([3]);
  });

  it('knows when it has worked through history', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1);
    let letGo = (): void => {};
    const held = new Promise<void>(resolve => {
      letGo = resolve;
    });
    await using one = reacting(store, () => held);
    await turn();
    expect(one.reactor.isCaughtUp()).toBe(false);
    letGo();
    await one.reactor.settled();
    await turn();
    expect(one.reactor.isCaughtUp()).toBe(true);
  });

  it('is not ready while it cannot even begin', async () => {
    waits.held = true;
    const onFailure = vi.fn();
    const reactor = createReactor({
      name: 'counting',
      store: createMemoryEventStore(),
      types: ['Noted'],
      checkpoint: async () => Promise.reject(new Error('unreadable')),
      handle: async () => {},
      onFailure,
    });
    const stop = new AbortController();
    const running = reactor.run(stop.signal);
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalled());
    expect(reactor.isCaughtUp()).toBe(false);
    stop.abort();
    await running;
  });

  it('ends when it is told to, in the middle of a wait too', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1);
    waits.held = true;
    const one = reacting(store, async () => {
      throw new Error('never');
    });
    await vi.waitFor(() => expect(one.onFailure).toHaveBeenCalled());
    const settled = one.reactor.settled();
    await one.end();
    await settled;
    expect(one.handled).toEqual([]);
  });
});

describe('settled', () => {
  it('waits for what stood in the log, and not for what came after', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1, 2);
    const gates: (() => void)[] = [];
    await using one = reacting(store, () => new Promise<void>(resolve => gates.push(resolve)));
    let isSettled = false;
    const settled = one.reactor.settled().then(() => {
      isSettled = true;
    });
    await vi.waitFor(() => expect(gates.length).toBe(1));
    await appended(store, 3);
    gates[0]?.();
    await vi.waitFor(() => expect(gates.length).toBe(2));
    expect(isSettled).toBe(false);
    gates[1]?.();
    await settled;
    expect(one.handled).toEqual([1, 2]);
    await vi.waitFor(() => expect(gates.length).toBe(3));
    gates[2]?.();
  });

  it('does not wait where there is nothing to do', async () => {
    const store = createMemoryEventStore();
    await using one = reacting(store);
    await one.reactor.settled();
    await appended(store, -1);
    await one.reactor.settled();
    expect(one.handled).toEqual([]);
  });

  it('does not wait for what was done before a restart', async () => {
    const store = createMemoryEventStore();
    await appended(store, 1, 2);
    const [, second] = await store.readStream(STREAM);
    await using one = reacting(store, undefined, { checkpoint: second?.checkpoint ?? null });
    await one.reactor.settled();
    expect(one.handled).toEqual([]);
  });
});
