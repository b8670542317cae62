/**
 * Mutants that these tests caught: a tail that goes on after a commit of somebody else; that keeps the version of a stream
 * it has written to, or of all streams after a commit of somebody else; that does not ask for the end; that forgets the
 * types of a commit; that answers about times before it began to look; whose newest types stand at the first position of
 * a commit.
 */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogTail } from '../../src/adapters/sqlite/log-tail.ts';
import type { EventStore, StreamName } from '../../src/ports/event-store.ts';
import { follow } from '../contracts/event-store/following.ts';
import { freshStream, idsOf, sample } from '../contracts/event-store/samples.ts';
import { eventFile } from '../support/event-file.ts';

const commitOf = (stream: string, type: string) => [[stream, 0, [['id', type, '', '', '{}']]]] as const;

describe('what is known of the end of the log', () => {
  it('is the version that was found, until the stream is written to', () => {
    const tail = createLogTail(7);
    expect(tail.isNewest(7, 'espace-a', 3)).toBe(false);
    tail.sawNewest('espace-a', 3);
    tail.sawNewest('espace-b', 2);
    expect(tail.isNewest(7, 'espace-a', 3)).toBe(true);
    expect(tail.isNewest(7, 'espace-a', 2)).toBe(false);
    tail.committed({ first: 8, last: 8 }, commitOf('espace-b', 'Noted'));
    expect(tail.isNewest(8, 'espace-a', 3)).toBe(true);
    expect(tail.isNewest(8, 'espace-b', 2)).toBe(false);
  });

  it('is nothing while the log ends elsewhere, and nothing of before once somebody else has written', () => {
    const tail = createLogTail(7);
    tail.sawNewest('espace-a', 3);
    expect(tail.isNewest(8, 'espace-a', 3)).toBe(false);
    tail.sawNewest('espace-b', 3);
    tail.committed({ first: 9, last: 9 }, commitOf('espace-c', 'Noted'));
    expect(tail.isNewest(9, 'espace-a', 3)).toBe(false);
    expect(tail.isNewest(9, 'espace-b', 3)).toBe(false);
    expect(tail.holdsNone(9, ['Other'], 7)).toBe(false);
    expect(tail.holdsNone(9, ['Other'], 8)).toBe(true);
  });

  it('tells which types a reader has nothing to expect of', () => {
    const tail = createLogTail(7);
    expect(tail.holdsNone(7, ['Noted'], 7)).toBe(true);
    expect(tail.holdsNone(7, ['Noted'], 6)).toBe(false);
    tail.committed({ first: 8, last: 9 }, commitOf('espace-a', 'Noted'));
    expect(tail.holdsNone(9, ['Noted', 'Other'], 8)).toBe(false);
    expect(tail.holdsNone(9, ['Noted'], 9)).toBe(true);
    expect(tail.holdsNone(9, ['Other'], 7)).toBe(true);
  });
});

type Step = { readonly store: number; readonly stream: number; readonly isAppend: boolean; readonly waits: boolean };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    store: fc.nat({ max: 1 }),
    stream: fc.nat({ max: 2 }),
    isAppend: fc.boolean(),
    waits: fc.boolean(),
  }),
  { minLength: 5, maxLength: 30 },
);

describe('two stores on one file, as two processes have them', () => {
  it('find at every read what was acknowledged before it, and their subscribers find everything', async () => {
    const { open } = await eventFile();
    const stores = [open(), open()] as const;
    await fc.assert(
      fc.asyncProperty(steps, async planned => {
        const streams = [freshStream(), freshStream(), freshStream()] as const;
        const followers = stores.map(store => follow(store, { types: ['Wanted'] }));
        await Promise.all(followers.map(each => each.history()));
        const wanted = await play(planned, stores, streams);
        for (const follower of followers) {
          const found = await follower.nextEvents(wanted.length);
          expect([...idsOf(found)].sort()).toEqual([...wanted].sort());
          await follower.stop();
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

/** Gives the ids of the events of the wanted type. Appends to one stream wait for each other; all else may overlap. */
const play = async (
  planned: readonly Step[],
  stores: readonly EventStore[],
  streams: readonly StreamName[],
): Promise<readonly string[]> => {
  const acknowledged = streams.map(() => [] as string[]);
  const underWay = streams.map(() => Promise.resolve());
  const read = stores.map(() => streams.map(() => [] as string[]));
  const wanted: string[] = [];
  for (const [index, { store, stream, isAppend, waits }] of planned.entries()) {
    const name = streams[stream] as StreamName;
    const known = acknowledged[stream] as string[];
    if (isAppend) {
      await underWay[stream];
      const event = sample({}, index % 3 === 0 ? 'Wanted' : 'Noted');
      if (event.type === 'Wanted') wanted.push(event.id);
      const appending = (stores[store] as EventStore).appendToStream(name, known.length, [event]).then(appended => {
        expect(appended.ok).toBe(true);
        known.push(event.id);
      });
      underWay[stream] = appending;
      await (waits ? appending : setImmediate());
    } else {
      const seen = read[store]?.[stream] as string[];
      const before = [...known];
      seen.push(...idsOf(await (stores[store] as EventStore).readStream(name, seen.length)));
      expect(seen.slice(0, before.length)).toEqual(before);
    }
  }
  await Promise.all(underWay);
  return wanted;
};
