import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventStore } from '../../src/ports/event-store.ts';
import { follow } from './event-store/following.ts';
import {
  asRecorded,
  freshStream,
  freshType,
  idsOf,
  sample,
  samples,
  withoutCheckpoints,
} from './event-store/samples.ts';

/** `reopen` opens the same log once more, as a new process would; the first store is closed by then. */
export type OpenedDurableEventStore = {
  readonly store: EventStore;
  readonly reopen: () => Promise<EventStore>;
  readonly dispose: () => Promise<void>;
};

/** What every event store does that outlives its process, besides the event store contract. */
export const durableEventStoreContract = (name: string, open: () => Promise<OpenedDurableEventStore>): void => {
  describe(`${name}: the contract of event stores that last`, () => {
    /** Runs `before` on a new store, and `after` on the same log opened again. */
    const acrossReopening = async <T>(
      before: (store: EventStore) => Promise<T>,
      after: (store: EventStore, kept: T) => Promise<void>,
    ): Promise<void> => {
      const opened = await open();
      onTestFinished(opened.dispose);
      const kept = await before(opened.store);
      await opened.store.close();
      const reopened = await opened.reopen();
      try {
        await after(reopened, kept);
      } finally {
        await reopened.close();
      }
    };

    it('has every event that it had, at the same checkpoint', () =>
      acrossReopening(
        async store => {
          const stream = freshStream();
          await store.appendToStream(stream, 0, samples(3));
          return { stream, events: await store.readStream(stream) };
        },
        async (store, { stream, events }) => {
          expect(await store.readStream(stream)).toEqual(events);
        },
      ));

    it('has what was under way when it was closed', () =>
      acrossReopening(
        async store => {
          const streams = Array.from({ length: 20 }, freshStream);
          const events = samples(2);
          for (const stream of streams) void store.appendToStream(stream, 0, events);
          return { streams, events };
        },
        async (store, { streams, events }) => {
          for (const stream of streams) {
            expect(withoutCheckpoints(await store.readStream(stream))).toEqual(asRecorded(stream, events));
          }
        },
      ));

    it('goes on where a stream ended, and recognises a repeated append', () =>
      acrossReopening(
        async store => {
          const stream = freshStream();
          const events = samples(2);
          await store.appendToStream(stream, 0, events);
          return { stream, events };
        },
        async (store, { stream, events }) => {
          expect(await store.appendToStream(stream, 0, events)).toEqual({ ok: true, version: 2 });
          expect(await store.appendToStream(stream, 0, samples(2))).toEqual({ ok: false, actual: 2 });
          expect(await store.appendToStream(stream, 2, samples(1))).toEqual({ ok: true, version: 3 });
        },
      ));

    it('resumes a subscription from a checkpoint of before, without gap or repeat', () =>
      acrossReopening(
        async store => {
          const type = freshType('Noted');
          const stream = freshStream();
          const events = samples(4, type);
          await store.appendToStream(stream, 0, events);
          return { type, stream, events, after: (await store.readStream(stream))[1]?.checkpoint ?? null };
        },
        async (store, { type, stream, events, after }) => {
          const following = follow(store, { after, types: [type] });
          expect(idsOf(await following.history())).toEqual(idsOf(events.slice(2)));
          const next = sample({}, type);
          await store.appendToStream(stream, 4, [next]);
          expect((await following.nextEvent()).id).toBe(next.id);
          await following.stop();
        },
      ));
  });
};
