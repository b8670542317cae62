/**
 * Several writers on a server where everything may go wrong at any time: whatever was acknowledged stands once, at the
 * version that was told; what was refused does not stand; a subscription gives all of it once, in the order of the log.
 *
 * It found a mistake of the double: a connection cut in the middle of an append ended it there, and a part was written.
 * Mutants that it caught: see the fault tests; of its own, a server that writes a part, and one that forgets ids when it is
 * started again.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppendResult, EventStore, NewEvent, StreamName } from '../../src/ports/event-store.ts';
import { follow } from '../contracts/event-store/following.ts';
import { freshStream, idsOf, samples } from '../contracts/event-store/samples.ts';
import type { AppendFault, ReadFault } from '../support/eventstoredb/faults.ts';
import { doubleForTest } from '../support/eventstoredb/impatient.ts';

const RUNS = 60;
const WRITERS = 6;
const STREAMS = 2;
const APPENDS = 8;

const appendFault: fc.Arbitrary<AppendFault | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record({
      shows: fc.constantFrom('drop' as const, 'timeout' as const),
      write: fc.constantFrom('written' as const, 'lost' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      shows: fc.constant('silence' as const),
      write: fc.constantFrom('written' as const, 'lost' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      shows: fc.constant('timeout' as const),
      write: fc.constant('late' as const),
      lateMs: fc.integer({ min: 0, max: 60 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      shows: fc.constantFrom('too-busy' as const, 'no-leader' as const, 'cancelled' as const, 'not-leader' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ shows: fc.constant('delay' as const), delayMs: fc.integer({ min: 0, max: 40 }) }),
  },
);

const readFault: fc.Arbitrary<ReadFault | undefined> = fc.option(
  fc.record({
    shows: fc.constantFrom(
      'drop' as const,
      'too-busy' as const,
      'no-leader' as const,
      'cancelled' as const,
      'not-leader' as const,
    ),
    afterEvents: fc.nat(20),
  }),
  { nil: undefined, freq: 2 },
);

const chaos = fc.record({
  appends: fc.array(appendFault, { minLength: 5, maxLength: 40 }),
  reads: fc.array(readFault, { minLength: 5, maxLength: 20 }),
  subscriptions: fc.array(readFault, { minLength: 0, maxLength: 5 }),
  /** When the server is started again, in milliseconds from the start. */
  restarts: fc.array(fc.integer({ min: 10, max: 300 }), { maxLength: 2 }),
});

/** What one writer did: an append and what it was told in the end. */
type Told = {
  readonly stream: StreamName;
  readonly expected: number;
  readonly events: readonly NewEvent[];
  readonly result: AppendResult;
};

/** As a caller does: what is unknown is sent again, and a lost race is tried again at the version that was told. */
const writer = async (store: EventStore, stream: StreamName, appends: number): Promise<readonly Told[]> => {
  const told: Told[] = [];
  let version = 0;
  for (let done = 0; done < appends; ) {
    const events = samples(1 + (done % 3));
    const result = await store
      .appendToStream(stream, version, events)
      .catch(() => store.appendToStream(stream, version, events));
    told.push({ stream, expected: version, events, result });
    version = result.ok ? result.version : result.actual;
    if (result.ok) done += 1;
  }
  return told;
};

const inTurnThenNothing = <F>(faults: readonly F[]): (() => F | undefined) => {
  const left = [...faults];
  return () => left.shift();
};

describe('any faults at any time', () => {
  it('leave every acknowledged append there once, and no other', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(chaos, async ({ appends, reads, subscriptions, restarts }) => {
        const { double, open } = await doubleForTest();
        double.faults.append = inTurnThenNothing(appends);
        double.faults.read = inTurnThenNothing(reads);
        double.faults.subscribe = inTurnThenNothing(subscriptions);
        const limits = { appendPatienceMs: 20_000, readPatienceMs: 20_000 };
        const [north, south] = [open(limits), open(limits)];
        const streams = Array.from({ length: STREAMS }, freshStream);
        const following = follow(south, { types: ['Noted'] });
        const timers = restarts.map(ms =>
          setTimeout(
            () =>
              void double
                .halt()
                .then(() => double.resume())
                .catch(() => {}),
            ms,
          ),
        );
        const told = (
          await Promise.all(
            Array.from({ length: WRITERS }, (_, index) =>
              writer(index % 2 === 0 ? north : south, streams[index % STREAMS] as StreamName, APPENDS),
            ),
          )
        ).flat();
        for (const timer of timers) clearTimeout(timer);
        const acknowledged = told.filter(({ result }) => result.ok);
        expect(acknowledged).toHaveLength(WRITERS * APPENDS);
        for (const stream of streams) {
          const stored = idsOf(await north.readStream(stream));
          const mine = acknowledged.filter(append => append.stream === stream);
          for (const { expected, events } of mine)
            expect(stored.slice(expected, expected + events.length)).toEqual(idsOf(events));
          // Acknowledged appends fill the stream: nothing stands there that was refused, and nothing twice.
          expect(stored).toHaveLength(mine.reduce((sum, { events }) => sum + events.length, 0));
          expect(new Set(stored).size).toBe(stored.length);
        }
        const log = double.log.records.map(({ id }) => id);
        expect(idsOf(await following.nextEvents(log.length))).toEqual(log);
        await following.stop();
      }),
      { numRuns: RUNS },
    );
  });
});
