/**
 * Subscriptions when something goes wrong on the way: every wanted event is given once, in order, and nothing is said to
 * be passed that was not given.
 *
 * Mutants that these tests caught: types compared by how they begin; no filter on the server; checkpoints told ahead of the
 * events before them; a progress past what is wanted; the log begun from the start after a break; the tail of the log
 * never looked at, or taken for the end too early, or looked at as often for ever; a debt of the server never noticed; a
 * look that fails forgiven; caught-up never derived, or told again; the server's word for it ignored; never giving up, or
 * giving up at once after a long quiet; refusals asked again; checkpoints without leading zeros; prefixes without a
 * separator; streams of the server or of other installations taken; events without our metadata taken; buffers without
 * bound; a call left on the server; an abort that wakes nobody; no bound on the end of the client's calls.
 * One that they did not: no listener for errors of the stream. The loop over it has one of its own; ours is for its edges.
 */
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventStoreRefusedError, EventStoreUnreachableError } from '../../src/adapters/eventstoredb/failures.ts';
import { SHUT_DOWN_MS } from '../../src/adapters/eventstoredb/limits.ts';
import type { EventStore, StreamName } from '../../src/ports/event-store.ts';
import { type Following, follow } from '../contracts/event-store/following.ts';
import { freshStream, idsOf, sample, samples } from '../contracts/event-store/samples.ts';
import { inTurn, type ReadFault } from '../support/eventstoredb/faults.ts';
import { doubleForTest } from '../support/eventstoredb/impatient.ts';

const append = async (store: EventStore, stream: StreamName, from: number, count: number, type?: string) => {
  const events = samples(count, type);
  expect(await store.appendToStream(stream, from, events)).toEqual({ ok: true, version: from + count });
  return events;
};

/** Takes what comes until nothing came for `quietMs`. */
const everything = async (following: Following, quietMs: number) => {
  const found = [];
  for (;;) {
    const delivery = await Promise.race([
      following.next(),
      new Promise<'quiet'>(resolve => setTimeout(resolve, quietMs, 'quiet')),
    ]);
    if (delivery === 'quiet' || delivery === undefined) return found;
    found.push(delivery);
  }
};

const FAULTS: readonly ReadFault['shows'][] = [
  'drop',
  'silence',
  'too-busy',
  'no-leader',
  'cancelled',
  'not-leader',
  'end',
];

describe('a subscription to EventStoreDB', () => {
  it.each(FAULTS.flatMap(shows => [0, 1, 70].map(afterEvents => [shows, afterEvents] as const)))(
    'goes on where it was, without gap or repeat: %s after %i events',
    async (shows, afterEvents) => {
      const { double, open } = await doubleForTest();
      const store = open();
      const stream = freshStream();
      const past = await append(store, stream, 0, 100);
      double.faults.subscribe = inTurn<ReadFault>({ shows, afterEvents }, { shows, afterEvents });
      const following = follow(store, { types: ['Noted'] });
      expect(idsOf(await following.history())).toEqual(idsOf(past));
      const live = await append(store, stream, 100, 50);
      expect(idsOf(await following.nextEvents(50))).toEqual(idsOf(live));
      expect((await everything(following, 300)).filter(({ kind }) => kind !== 'progress')).toEqual([]);
    },
  );

  it('outlives a server that is away for a while', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await append(store, stream, 0, 3);
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    await double.halt();
    await new Promise(resolve => setTimeout(resolve, 300));
    await double.resume();
    const live = await append(store, stream, 3, 40);
    expect(idsOf(await following.nextEvents(40))).toEqual(idsOf(live));
  });

  it('outlives a connection that goes silent', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await append(store, stream, 0, 3);
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    double.wire.strand();
    const live = await append(store, stream, 3, 40);
    expect(idsOf(await following.nextEvents(40))).toEqual(idsOf(live));
  });

  it('is begun anew where the server forgets it and goes on to answer otherwise', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    const events = await append(store, stream, 0, 100);
    double.faults.subscribe = inTurn<ReadFault>({ shows: 'silence', afterEvents: 30 });
    const following = follow(store, { types: ['Noted'] });
    expect(idsOf(await following.nextEvents(100))).toEqual(idsOf(events));
    expect(double.calls('subscribe')).toBe(2);
  });

  it.each([
    ['nothing', 0, 0],
    ['what is wanted', 70, 0],
    ['what is not wanted', 0, 300],
    ['both', 70, 300],
  ] as const)('says that history is over to a server that does not: %s', async (_, wanted, others) => {
    const { open } = await doubleForTest({ tellsCaughtUp: false });
    const store = open();
    const events = wanted === 0 ? [] : await append(store, freshStream(), 0, wanted, 'Wanted');
    const stream = freshStream();
    if (others > 0) await append(store, stream, 0, others, 'Other');
    const following = follow(store, { types: ['Wanted'] });
    expect(idsOf(await following.history())).toEqual(idsOf(events));
    const live = await append(store, freshStream(), 0, 3, 'Wanted');
    expect(idsOf(await following.nextEvents(3))).toEqual(idsOf(live));
    const rest = await everything(following, 300);
    expect(rest.filter(({ kind }) => kind !== 'progress')).toEqual([]);
  });

  it('says once that history is over, however often it is begun anew', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    for (const _ of [1, 2, 3]) {
      double.wire.drop();
      await append(store, freshStream(), 0, 1);
      await following.nextEvent();
    }
    expect((await everything(following, 300)).filter(({ kind }) => kind === 'caught-up')).toEqual([]);
  });

  it('tells its progress to the very end, though the server stops short of it', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    const following = follow(store, { types: ['Wanted'] });
    await following.history();
    for (const count of [1, 31, 64, 100]) {
      const version = double.log.eventsOf(stream).length;
      await append(store, stream, version, count, 'Other');
      const [last] = await store.readStreamBackwards(stream, { limit: 1 });
      expect((await following.progressPast(last?.checkpoint ?? '')).events).toEqual([]);
    }
  });

  it('asks less and less while nothing happens', async () => {
    const { double, open } = await doubleForTest();
    const store = open({ firstTailLookMs: 20, lastTailLookMs: 10_000 });
    const following = follow(store, { types: ['Wanted'] });
    await following.history();
    const reads = double.calls('read');
    void following.next();
    await new Promise(resolve => setTimeout(resolve, 1_000));
    // After 20, 60, 140, 300, 620 ms.
    expect(double.calls('read') - reads).toBeLessThanOrEqual(6);
    following.abort();
  });

  it('gives the exact types, though the server sends all that begin like them', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    const wanted = sample({}, 'Noted');
    await store.appendToStream(stream, 0, [sample({}, 'NotedAgain'), wanted, sample({}, 'Note')]);
    await append(store, stream, 3, 500, 'Other');
    const sent = double.node.sentToSubscribers;
    const following = follow(store, { types: ['Noted'] });
    expect(idsOf(await following.history())).toEqual([wanted.id]);
    // Two events, confirmation, caught-up, and a checkpoint for every 64 events: the others stay where they are.
    expect(double.node.sentToSubscribers - sent).toBeLessThanOrEqual(14);
  });

  it('gives nothing where no type is wanted, but tells its progress', async () => {
    const { open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await append(store, stream, 0, 10);
    const [last] = await store.readStreamBackwards(stream, { limit: 1 });
    const following = follow(store, { types: [] });
    expect((await following.progressPast(last?.checkpoint ?? '')).events).toEqual([]);
  });

  it('leaves out what the server writes for itself and what others write', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stranger = EventStoreDBClient.connectionString(double.connectionString);
    onTestFinished(() => stranger.dispose());
    const stream = freshStream();
    await append(store, stream, 0, 1);
    await stranger.setStreamMetadata(stream, { cacheControl: 3 });
    await stranger.appendToStream('$settings', jsonEvent({ type: 'settings', data: {} }));
    await stranger.appendToStream('invoice-1', jsonEvent({ type: 'Noted', data: {} }));
    await stranger.appendToStream('invoice', jsonEvent({ type: 'Noted', data: {}, metadata: { at: 1 } }));
    const following = follow(store);
    expect((await following.history()).map(event => event.stream)).toEqual([stream]);
  });

  it('keeps installations apart that share a server', async () => {
    const { double, open } = await doubleForTest();
    const stores = [open(), open({}, { prefix: 'north' }), open({}, { prefix: 'north_2' })];
    const stream = freshStream();
    const written = [];
    for (const store of stores) written.push(await append(store, stream, 0, 2));
    for (const [index, store] of stores.entries()) {
      const mine = idsOf(written[index] ?? []);
      expect(idsOf(await store.readStream(stream))).toEqual(mine);
      for (const types of [{}, { types: ['Noted'] }]) {
        const following = follow(store, types);
        const history = await following.history();
        expect(idsOf(history)).toEqual(mine);
        expect(history.map(event => event.stream)).toEqual([stream, stream]);
        await following.stop();
      }
    }
    const names = new Set(double.log.records.map(record => record.stream));
    expect([...names]).toEqual([stream, `north.${stream}`, `north_2.${stream}`]);
  });

  it.each(['', '$all', 'a.b', 'a-b', 'x'.repeat(41)])('takes no prefix like %j', async prefix => {
    const { open } = await doubleForTest();
    expect(() => open({}, { prefix })).toThrow('prefix');
  });

  it.each(['$all-1', 'a.b-1', '-1'] as const)('takes no stream like %j', async stream => {
    const { open } = await doubleForTest();
    await expect(open().appendToStream(stream, 0, samples(1))).rejects.toThrow(TypeError);
  });

  it('fetches no more than its consumer takes', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    const events = Array.from({ length: 20 }, () => sample({ text: 'x'.repeat(20_000) }));
    for (let version = 0; version < 1_000; version += 20)
      await store.appendToStream(
        stream,
        version,
        events.map(event => ({ ...event, id: randomUUID() })),
      );
    const following = follow(store, { types: ['Noted'] });
    await following.nextEvents(3);
    await new Promise(resolve => setTimeout(resolve, 300));
    // 20 MB of history: of them, what the buffers of the client and of the connection hold.
    expect(double.node.sentToSubscribers).toBeLessThan(100);
    expect(await following.nextEvents(997)).toHaveLength(997);
  });

  it('is refused for good where reading is not allowed', async () => {
    const { open } = await doubleForTest({ users: { admin: 'changeit' } });
    const following = follow(open(), { types: ['Noted'] });
    await expect(following.next()).rejects.toThrow(EventStoreRefusedError);
  });

  it('gives up where nothing is heard for too long, and not before', async () => {
    const { double, open } = await doubleForTest();
    const following = follow(open({ subscribePatienceMs: 400 }), { types: ['Noted'] });
    await following.history();
    const next = following.next();
    await new Promise(resolve => setTimeout(resolve, 600));
    await double.halt();
    const haltedMs = performance.now();
    await expect(next).rejects.toThrow(EventStoreUnreachableError);
    expect(performance.now() - haltedMs).toBeGreaterThan(390);
  });

  it('gives up, too, where the server takes every call and answers none', async () => {
    const { double, open } = await doubleForTest();
    double.faults.read = () => ({ shows: 'silence' });
    double.faults.subscribe = () => ({ shows: 'silence' });
    const following = follow(open({ subscribePatienceMs: 400 }), { types: ['Noted'] });
    await expect(following.next()).rejects.toThrow(EventStoreUnreachableError);
  });

  it.each(['', '1', 'C:1/P:1', '0000000000000001', `${'0'.repeat(19)}-x`])(
    'refuses a checkpoint that is none of its own: %j',
    async after => {
      const { open } = await doubleForTest();
      await expect(follow(open(), { after }).next()).rejects.toThrow('not a checkpoint');
    },
  );

  it('ends at once when it is aborted while nothing happens', async () => {
    const { open } = await doubleForTest();
    const following = follow(open({ firstTailLookMs: 20_000 }), { types: ['Noted'] });
    await following.history();
    const startedMs = performance.now();
    await following.stop();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('ends without an error while it is being begun anew', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const [aborted, closed] = [follow(store), follow(store)];
    await Promise.all([aborted.history(), closed.history()]);
    const ends = [aborted.next(), closed.next()];
    await double.halt();
    await new Promise(resolve => setTimeout(resolve, 200));
    aborted.abort();
    await store.close();
    expect(await Promise.all(ends)).toEqual([undefined, undefined]);
  });

  it('does not hold up the end of the store, though it was left with something untaken', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    await append(store, freshStream(), 0, 200);
    // As many as fit into the buffers, so that the end has come and nobody gets to it.
    double.faults.subscribe = inTurn<ReadFault>({ shows: 'end', afterEvents: 40 });
    const following = follow(store, { types: ['Noted'] });
    await following.nextEvent();
    await new Promise(resolve => setTimeout(resolve, 50));
    await following.stop();
    const startedMs = performance.now();
    await store.close();
    expect(performance.now() - startedMs).toBeLessThan(SHUT_DOWN_MS * 2);
  });

  it('leaves nothing behind on the server when it ends', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    await append(store, freshStream(), 0, 100);
    const followings = Array.from({ length: 5 }, () => follow(store, { types: ['Noted'] }));
    for (const following of followings) await following.nextEvent();
    expect(double.log.listeners.size).toBe(5);
    for (const following of followings) await following.stop();
    await expect.poll(() => double.log.listeners.size).toBe(0);
  });
});
