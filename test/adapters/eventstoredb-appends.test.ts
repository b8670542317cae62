/**
 * Appends when something goes wrong on the way: an append that stands is acknowledged and stands once, and what is
 * refused does not stand.
 *
 * Mutants that these tests caught: a cancellation, an unknown error, a time-out, an unavailable server or a node that does
 * not lead taken for final; nothing taken for final; no second attempt; attempts without end; no deadline; the dead
 * connection kept; a new connection left for the sins of the old one; a read begun from the start again after it broke;
 * patience that does not begin anew; holes and events of others passed over; a silent read waited for; a read that nobody
 * waits for left on the server, or its stream destroyed (then the store ends a second late); what the server wrote in an
 * error of ours; no bound on appends or bytes that wait, or on one append; bytes never given back; an empty append sent,
 * or always fine; closing without waiting, or without ending the connection.
 */
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  EventStoreRefusedError,
  EventStoreUnreachableError,
  StreamSpoiltError,
} from '../../src/adapters/eventstoredb/failures.ts';
import { MAX_APPEND_BYTES, SHUT_DOWN_MS } from '../../src/adapters/eventstoredb/limits.ts';
import {
  AppendTooLargeError,
  EventStoreClosedError,
  EventStoreOverloadedError,
} from '../../src/adapters/shared/event-store-errors.ts';
import {
  asRecorded,
  freshStream,
  idsOf,
  sample,
  samples,
  withoutCheckpoints,
} from '../contracts/event-store/samples.ts';
import { type AppendFault, inTurn } from '../support/eventstoredb/faults.ts';
import { doubleForTest, IMPATIENT } from '../support/eventstoredb/impatient.ts';
import { NO_STREAM } from '../support/eventstoredb/log.ts';

const MIB = 1024 * 1024;

const FAULTS: readonly (readonly [name: string, fault: AppendFault])[] = [
  ['the connection is lost after the write', { shows: 'drop', write: 'written' }],
  ['the connection is lost before the write', { shows: 'drop', write: 'lost' }],
  ['no answer after the write', { shows: 'silence', write: 'written' }],
  ['no answer, and no write', { shows: 'silence', write: 'lost' }],
  ['a time-out of the server after the write', { shows: 'timeout', write: 'written' }],
  ['a time-out of the server, and no write', { shows: 'timeout', write: 'lost' }],
  ['a time-out of the server, and the write comes late', { shows: 'timeout', write: 'late', lateMs: 100 }],
  ['an answer that comes too late', { shows: 'delay', delayMs: 600 }],
  ['a cancellation by the server', { shows: 'cancelled' }],
  ['a server that is too busy', { shows: 'too-busy' }],
  ['an election under way', { shows: 'no-leader' }],
  ['a node that is not the leader', { shows: 'not-leader' }],
];

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('an append to EventStoreDB', () => {
  it.each(FAULTS)('stands once, and is acknowledged: %s', async (_, fault) => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(2));
    const events = samples(3);
    double.faults.append = inTurn(fault);
    expect(await store.appendToStream(stream, 2, events)).toEqual({ ok: true, version: 5 });
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(withoutCheckpoints(await store.readStream(stream, 2))).toEqual(asRecorded(stream, events, 3));
  });

  it.each(FAULTS)('is a conflict where another was faster, and does not stand: %s', async (_, fault) => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    const rival = {
      id: randomUUID(),
      type: 'Noted',
      isJson: true,
      data: Buffer.from('{}'),
      metadata: Buffer.from('{}'),
    };
    double.faults.append = () => {
      double.faults.append = undefined;
      double.log.append(stream, NO_STREAM, [rival]);
      return fault;
    };
    expect(await store.appendToStream(stream, 0, samples(2))).toEqual({ ok: false, actual: 1 });
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(double.log.eventsOf(stream).map(({ id }) => id)).toEqual([rival.id]);
  });

  it('stands once where every attempt but the last goes wrong, each in another way', async () => {
    const { double, open } = await doubleForTest();
    const store = open({ appendPatienceMs: 20_000 });
    const stream = freshStream();
    const events = samples(3);
    double.faults.append = inTurn(...FAULTS.map(([, fault]) => fault));
    expect(await store.appendToStream(stream, 0, events)).toEqual({ ok: true, version: 3 });
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
  });

  it('is given up after a bounded time, and may be sent again', async () => {
    const { double, open } = await doubleForTest();
    const store = open({ appendPatienceMs: 500 });
    const stream = freshStream();
    const events = samples(2);
    double.faults.append = () => ({ shows: 'silence', write: 'written' });
    const startedMs = performance.now();
    const error = await errorOf(store.appendToStream(stream, 0, events));
    expect(error).toBeInstanceOf(EventStoreUnreachableError);
    expect((error as Error).message).toContain('deadline-exceeded');
    expect(performance.now() - startedMs).toBeLessThan(1_500);
    double.faults.append = undefined;
    expect(await store.appendToStream(stream, 0, events)).toEqual({ ok: true, version: 2 });
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
  });

  it('waits for a server that is not there yet', async () => {
    const { double, open } = await doubleForTest();
    await double.halt();
    const store = open();
    const appending = store.appendToStream(freshStream(), 0, samples(1));
    await new Promise(resolve => setTimeout(resolve, 300));
    await double.resume();
    expect(await appending).toEqual({ ok: true, version: 1 });
  });

  it('is given up where there is no server, and works again once there is', async () => {
    const { double, open } = await doubleForTest();
    await double.halt();
    const store = open({ appendPatienceMs: 200, readPatienceMs: 200 });
    const stream = freshStream();
    expect(await errorOf(store.appendToStream(stream, 0, samples(1)))).toBeInstanceOf(EventStoreUnreachableError);
    expect(await errorOf(store.readStream(stream))).toBeInstanceOf(EventStoreUnreachableError);
    await double.resume();
    await expect
      .poll(() =>
        store.appendToStream(stream, 0, samples(1)).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
      .toBe(true);
  });

  it('is recognised by a server that was started again meanwhile', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    const events = samples(2);
    double.faults.append = () => ({ shows: 'drop', write: 'written' });
    const appending = store.appendToStream(stream, 0, events);
    await expect.poll(() => double.log.records.length).toBe(2);
    double.faults.append = undefined;
    await double.halt();
    await double.resume();
    expect(await appending).toEqual({ ok: true, version: 2 });
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
  });

  it('leaves a connection over which nothing comes any more', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    await store.appendToStream(freshStream(), 0, samples(1));
    double.wire.strand();
    const stream = freshStream();
    expect(await store.appendToStream(stream, 0, samples(1))).toEqual({ ok: true, version: 1 });
    expect(await store.readStream(stream)).toHaveLength(1);
  });

  it('leaves it once, however many find out that nothing comes', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    await store.appendToStream(freshStream(), 0, samples(1));
    double.wire.strand();
    const appending = [];
    for (let count = 0; count < 20; count += 1) {
      appending.push(store.appendToStream(freshStream(), 0, samples(1)));
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    const results = await Promise.all(appending);
    expect(results).toEqual(results.map(() => ({ ok: true, version: 1 })));
    expect(double.wire.accepted).toBe(2);
  });

  it('does not hear of the trouble of other clients in the process', async () => {
    const { double, open } = await doubleForTest();
    const { double: other } = await doubleForTest();
    const store = open();
    const stranger = EventStoreDBClient.connectionString(other.connectionString);
    onTestFinished(() => stranger.dispose());
    await stranger.appendToStream('stranger-1', jsonEvent({ type: 'Noted', data: {} }));
    double.faults.append = () => ({ shows: 'delay', delayMs: 200 });
    const appending = store.appendToStream(freshStream(), 0, samples(1));
    await expect.poll(() => double.calls('append')).toBe(1);
    other.wire.drop();
    expect(await appending).toEqual({ ok: true, version: 1 });
    expect(double.calls('append')).toBe(1);
  });

  it('is one call of its own: nothing is shared with other appends, and nothing asked before', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    await Promise.all(Array.from({ length: 20 }, () => store.appendToStream(freshStream(), 0, samples(2))));
    expect(double.calls('append')).toBe(20);
    expect(double.calls('batchAppend')).toBe(0);
    expect(double.calls('features')).toBe(0);
  });

  it('reads the version and writes nothing where it is empty', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(3));
    const calls = double.calls('append');
    expect(await store.appendToStream(stream, 3, [])).toEqual({ ok: true, version: 3 });
    expect(await store.appendToStream(stream, 2, [])).toEqual({ ok: false, actual: 3 });
    expect(await store.appendToStream(freshStream(), 0, [])).toEqual({ ok: true, version: 0 });
    expect(double.calls('append')).toBe(calls);
    expect(double.log.records).toHaveLength(3);
  });

  it('is refused at once where it is larger than the server takes, whatever that is', async () => {
    const { double, open } = await doubleForTest({ maxAppendBytes: 2 * MIB });
    const store = open();
    const stream = freshStream();
    const half = { text: 'x'.repeat(MIB - 200) };
    expect(await store.appendToStream(stream, 0, [sample(half), sample(half)])).toEqual({ ok: true, version: 2 });
    const error = await errorOf(
      store.appendToStream(stream, 2, [sample(half), sample(half), sample({ text: 'x'.repeat(500) })]),
    );
    expect(error).toBeInstanceOf(AppendTooLargeError);
    expect((error as Error).message).toContain(String(2 * MIB));
    expect(double.calls('append')).toBe(2);
    expect(await store.readStream(stream)).toHaveLength(2);
  });

  it('is not even sent where no server would take it', async () => {
    const { double, open } = await doubleForTest();
    const error = await errorOf(
      open().appendToStream(freshStream(), 0, [sample({ text: 'x'.repeat(MAX_APPEND_BYTES) })]),
    );
    expect(error).toBeInstanceOf(AppendTooLargeError);
    expect(double.calls('append')).toBe(0);
  });

  it('is refused at once where too many wait, and those that wait are not forgotten', async () => {
    const { double, open } = await doubleForTest();
    const store = open({ appendAttemptMs: 10_000, appendPatienceMs: 20_000 });
    await store.appendToStream(freshStream(), 0, samples(1));
    double.wire.freeze();
    const waiting = Array.from({ length: IMPATIENT.maxWaitingAppends }, () =>
      store.appendToStream(freshStream(), 0, samples(1)),
    );
    expect(await errorOf(store.appendToStream(freshStream(), 0, samples(1)))).toBeInstanceOf(EventStoreOverloadedError);
    double.wire.thaw();
    const results = await Promise.all(waiting);
    expect(results.every(({ ok }) => ok)).toBe(true);
  });

  it('is refused at once where too much waits', async () => {
    const { double, open } = await doubleForTest({ maxAppendBytes: 16 * MIB });
    const store = open({ appendAttemptMs: 10_000 });
    double.wire.freeze();
    const large = () => store.appendToStream(freshStream(), 0, [sample({ text: 'x'.repeat(3 * MIB) })]);
    const waiting = [large(), large()];
    expect(await errorOf(large())).toBeInstanceOf(EventStoreOverloadedError);
    double.wire.thaw();
    await Promise.all(waiting);
  });

  it('is refused for good to a stream that was deleted there, without a word about which', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(1));
    double.log.tombstone(stream, 0);
    for (const call of [() => store.appendToStream(stream, 1, samples(1)), () => store.readStream(stream)]) {
      const error = await errorOf(call());
      expect(error).toBeInstanceOf(EventStoreRefusedError);
      expect((error as Error).message).toBe('the event store refuses: stream-deleted');
    }
    expect(double.calls('append')).toBe(2);
  });

  it('is waited for when the store is closed, and nothing new is taken', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    double.faults.append = inTurn({ shows: 'drop', write: 'written' }, { shows: 'timeout', write: 'lost' });
    const appending = store.appendToStream(freshStream(), 0, samples(1));
    const closing = store.close();
    expect(await errorOf(store.appendToStream(freshStream(), 0, samples(1)))).toBeInstanceOf(EventStoreClosedError);
    await closing;
    expect(await appending).toEqual({ ok: true, version: 1 });
    await expect.poll(() => double.wire.connections).toBe(0);
  });
});

describe('a read from EventStoreDB', () => {
  it.each(
    (['drop', 'silence', 'too-busy', 'no-leader', 'cancelled', 'not-leader'] as const).flatMap(shows => [
      [shows, 0] as const,
      [shows, 70] as const,
    ]),
  )('is whole, though the first attempt fails: %s after %i events', async (shows, afterEvents) => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    const events = samples(100);
    await store.appendToStream(stream, 0, events);
    double.faults.read = inTurn({ shows, afterEvents });
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
    double.faults.read = inTurn({ shows, afterEvents });
    const backwards = await store.readStreamBackwards(stream, { before: 96, limit: 90 });
    expect(idsOf(backwards)).toEqual(idsOf(events.slice(5, 95)).toReversed());
  });

  it('is taken off the server where nobody waits for it any more', async () => {
    const { double, open } = await doubleForTest();
    const store = open({ readPatienceMs: 300 });
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(100));
    double.faults.read = () => ({ shows: 'silence', afterEvents: 10 });
    expect(await store.readStream(stream)).toHaveLength(100);
    await expect.poll(() => double.node.openReads).toBe(0);
  });

  it('does not hold up the end of the store where it was left early', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(10));
    const operator = EventStoreDBClient.connectionString(double.connectionString);
    onTestFinished(() => operator.dispose());
    await operator.setStreamMetadata(stream, { truncateBefore: 5 });
    expect(await errorOf(store.readStream(stream))).toBeInstanceOf(StreamSpoiltError);
    await new Promise(resolve => setTimeout(resolve, 50));
    const startedMs = performance.now();
    await store.close();
    expect(performance.now() - startedMs).toBeLessThan(SHUT_DOWN_MS / 2);
  });

  it('goes on after what came already', async () => {
    const { double, open } = await doubleForTest();
    const store = open({ readPatienceMs: 600 });
    const stream = freshStream();
    const events = samples(200);
    await store.appendToStream(stream, 0, events);
    // Each attempt gets somewhere; all together take longer than the patience that one of them is given.
    double.faults.read = () => ({ shows: 'silence', afterEvents: 50 });
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
  });

  it('is given up after a bounded time', async () => {
    const { double, open } = await doubleForTest();
    const store = open({ readPatienceMs: 300 });
    double.faults.read = () => ({ shows: 'silence' });
    expect(await errorOf(store.readStream(freshStream()))).toBeInstanceOf(EventStoreUnreachableError);
  });

  it('refuses a stream that holds an event of somebody else', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(1));
    const stranger = EventStoreDBClient.connectionString(double.connectionString);
    onTestFinished(() => stranger.dispose());
    await stranger.appendToStream(stream, jsonEvent({ type: 'Noted', data: {} }));
    expect(await errorOf(store.readStream(stream))).toBeInstanceOf(StreamSpoiltError);
  });

  it('refuses a stream whose beginning the server was told to forget', async () => {
    const { double, open } = await doubleForTest();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(5));
    const operator = EventStoreDBClient.connectionString(double.connectionString);
    onTestFinished(() => operator.dispose());
    await operator.setStreamMetadata(stream, { truncateBefore: 2 });
    expect(await errorOf(store.readStream(stream))).toBeInstanceOf(StreamSpoiltError);
    expect(await store.readStream(stream, 3)).toHaveLength(2);
  });
});
