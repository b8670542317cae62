import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { sealing } from '../../src/adapters/sealing/sealing.ts';
import { createReactor } from '../../src/application/reactors/reactor.ts';
import { createSetAside, GivenUpError, type SetAside, settingAside } from '../../src/application/reactors/set-aside.ts';
import type { Checkpoint, EventStore, RecordedEvent } from '../../src/ports/event-store.ts';
import { TurnLostError } from '../../src/ports/turns.ts';
import { sample } from '../contracts/event-store/samples.ts';
import { createFakeRandom } from '../support/fake-random.ts';

/*
 * Mutants that these tests kill: an event that is passed by and forgotten, in this process or by the next; one that is let
 * go before it was acted on, or acted on again afterwards; those behind it that wait for ever; all passed by where it is
 * not the events that are at fault; one tried again by a node whose turn it is not; one writer's event lost in another's.
 */

const clock = { now: () => '2026-11-20T08:30:00.000Z' };
const random = createFakeRandom('aside');
const asideIn = (log: EventStore): SetAside => createSetAside({ log, clock, random }, 'counting');
const STREAM = 'espace-1';
const appended = async (store: EventStore, ...numbers: readonly number[]): Promise<void> => {
  for (const number of numbers) {
    const { length } = await store.readStream(STREAM);
    await store.appendToStream(STREAM, length, [sample({ number }, 'Noted')]);
  }
};

const stopping: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of stopping.splice(0)) await end();
});

type World = { readonly store: EventStore; readonly log: EventStore; readonly kept: { checkpoint: Checkpoint | null } };
const createWorld = (): World => {
  const log = createMemoryEventStore();
  return { log, store: sealing(log, createMemoryKeyVault(), stream => stream), kept: { checkpoint: null } };
};

/** A reactor over `world`, of a process of its own; `fails` says which numbers it cannot act on. */
const reacting = (
  { store, log, kept }: World,
  fails: (number: number) => boolean,
  changes: {
    readonly aside?: SetAside;
    readonly keep?: () => Promise<void>;
    readonly newestCount?: boolean;
    readonly ofUseMs?: number;
  } = {},
) => {
  const tried: number[] = [];
  const done: number[] = [];
  const onFailure = vi.fn();
  const { act, again } = settingAside({
    reactor: 'counting',
    store,
    aside: changes.aside ?? asideIn(log),
    turns: { keep: changes.keep ?? (async () => {}) },
    clock,
    ofUseMs: changes.ofUseMs ?? 1_000 * 365 * 86_400_000,
    newestCount: changes.newestCount ?? false,
    async act({ data }: RecordedEvent) {
      const number = Number(data.number);
      tried.push(number);
      if (fails(number)) throw new Error('not taken');
      done.push(number);
    },
    onFailure,
    againEveryMs: 20,
  });
  const reactor = createReactor({
    name: 'counting',
    store,
    types: ['Noted'],
    checkpoint: async () => kept.checkpoint,
    async handle(event) {
      await act(event);
      kept.checkpoint = event.checkpoint;
    },
    onFailure,
  });
  const stop = new AbortController();
  const running = Promise.all([reactor.run(stop.signal), again(stop.signal)]);
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  stopping.push(end);
  return { reactor, tried, done, onFailure, end };
};

describe('an event that fails again and again', () => {
  it('is passed by after four tries, and acted on once it can be', async () => {
    const world = createWorld();
    await appended(world.store, 1, 2, 3);
    let isTaken = false;
    const { tried, done, onFailure, reactor } = reacting(world, number => number === 2 && !isTaken);
    await reactor.settled();
    expect(done).toEqual([1, 3]);
    expect(tried.slice(0, 5)).toEqual([1, 2, 2, 2, 2]);
    expect(onFailure.mock.calls.slice(0, 4)).toEqual(Array(4).fill(['counting', new Error('not taken')]));
    isTaken = true;
    await expect.poll(() => done).toEqual([1, 3, 2]);
    await expect.poll(() => asideIn(world.log).all()).toEqual([]);
    await appended(world.store, 4);
    await reactor.settled();
    expect(done).toEqual([1, 3, 2, 4]);
  });

  it('is acted on by the process that comes after', async () => {
    const world = createWorld();
    await appended(world.store, 1, 2, 3);
    const first = reacting(world, number => number === 2);
    await first.reactor.settled();
    await first.end();
    expect(first.done).toEqual([1, 3]);
    const second = reacting(world, () => false);
    await expect.poll(() => second.done).toEqual([2]);
    await expect.poll(() => asideIn(world.log).all()).toEqual([]);
  });

  it('holds up those behind it where there is no room to set it aside', async () => {
    const world = createWorld();
    await appended(world.store, 1, 2, 3);
    let isTaken = false;
    const full: SetAside = { all: async () => [], add: async () => false, remove: async () => {} };
    const { tried, done, reactor } = reacting(world, number => number === 2 && !isTaken, { aside: full });
    await expect.poll(() => tried.length, { timeout: 5_000 }).toBeGreaterThan(5);
    expect(done).toEqual([1]);
    isTaken = true;
    await reactor.settled();
    expect(done).toEqual([1, 2, 3]);
  });

  it('is given up once it is of no use, and reported', async () => {
    const world = createWorld();
    await appended(world.store, 1, 2);
    const { tried, done, onFailure, reactor } = reacting(world, number => number === 1, {
      ofUseMs: -1_000 * 365 * 86_400_000,
    });
    await reactor.settled();
    await expect.poll(() => onFailure.mock.calls.at(-1)).toEqual(['counting', new GivenUpError()]);
    await expect.poll(() => asideIn(world.log).all()).toEqual([]);
    expect([tried, done]).toEqual([[1, 1, 1, 1, 2], [2]]);
  });

  it('is left to the node whose turn it is', async () => {
    const world = createWorld();
    await appended(world.store, 1);
    await asideIn(world.log).add({ stream: STREAM, version: 1 }, false);
    const [end] = await world.log.readStreamBackwards('aside-counting', { limit: 1 });
    world.kept.checkpoint = end?.checkpoint ?? null;
    const keep = vi.fn(() => Promise.reject(new TurnLostError()));
    const { tried, onFailure } = reacting(world, () => false, { keep });
    await expect.poll(() => keep.mock.calls.length).toBeGreaterThan(1);
    expect([tried, onFailure.mock.calls]).toEqual([[], []]);
    expect(await asideIn(world.log).all()).toHaveLength(1);
  });
});

describe('what is set aside', () => {
  const place = (version: number) => ({ stream: STREAM, version }) as const;

  it('is there once, in its order, whoever else writes', async () => {
    const log = createMemoryEventStore();
    const [one, other] = [asideIn(log), asideIn(log)];
    expect(await one.add(place(1), false)).toBe(true);
    expect(await Promise.all([one.add(place(1), false), one.add(place(2), false), other.add(place(3), false)])).toEqual(
      [true, true, true],
    );
    await Promise.all([one.remove(place(1)), other.remove(place(1)), other.add(place(4), false)]);
    expect(new Set((await one.all()).map(({ version }) => version))).toEqual(new Set([2, 3, 4]));
    expect(await one.all()).toHaveLength(3);
  });

  it('is two hundred events at most', async () => {
    const aside = asideIn(createMemoryEventStore());
    for (let version = 1; version <= 200; version++) expect(await aside.add(place(version), false)).toBe(true);
    expect([await aside.add(place(201), false), await aside.add(place(7), false)]).toEqual([false, true]);
    await aside.remove(place(7));
    expect(await aside.add(place(201), false)).toBe(true);
  });

  it('makes room for a newer one where those count more', async () => {
    const aside = asideIn(createMemoryEventStore());
    for (let version = 1; version <= 200; version++) await aside.add(place(version), true);
    expect([await aside.add(place(200), true), await aside.add(place(201), true)]).toEqual([true, true]);
    const versions = (await aside.all()).map(({ version }) => version);
    expect([versions.length, versions[0], versions.at(-1)]).toEqual([200, 2, 201]);
  });

  it('is passed over by whoever reads the sealed log', async () => {
    const { store, log } = createWorld();
    await appended(store, 1);
    await asideIn(log).add(place(1), false);
    const types: string[] = [];
    const abort = new AbortController();
    for await (const delivery of store.subscribe({ after: null, signal: abort.signal })) {
      if (delivery.kind === 'caught-up') break;
      if (delivery.kind === 'event') types.push(delivery.event.type);
    }
    abort.abort();
    expect(types).toEqual(['Noted']);
  });
});
