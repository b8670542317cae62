import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { EventStore } from '../../src/ports/event-store.ts';
import { appending } from './event-store/appending.ts';
import { closing } from './event-store/closing.ts';
import { ending } from './event-store/ending.ts';
import { model } from './event-store/model.ts';
import { racing } from './event-store/racing.ts';
import { reading } from './event-store/reading.ts';
import { repeating } from './event-store/repeating.ts';
import { subscribing } from './event-store/subscribing.ts';

/** `dispose` removes what is left once the store is closed. */
export type OpenedEventStore = { readonly store: EventStore; readonly dispose: () => Promise<void> };

/**
 * What every event store does, whatever it is made of: called word for word, without options, by the tests of each
 * adapter and each wrapper. The tests share a log, which may hold the events of others too: each asks only for its own.
 *
 * Mutants of the memory store that it caught: a repeat recognised by its first id only, or not at all, or when empty;
 * objects kept instead of text; a page backwards one too far; subscribers not woken by an append, an abort or a close, or
 * a wake-up lost between looking and waiting; events after an abort; no progress, or the same again and again; no
 * `caught-up`, or before history is over; types by prefix; checkpoints whose text order is not theirs.
 */
export const eventStoreContract = (name: string, open: () => Promise<OpenedEventStore>): void => {
  describe(`${name}: the event store contract`, () => {
    let opened: OpenedEventStore;
    const storeOf = () => opened.store;
    const openStore = async () => {
      opened = await open();
    };
    const disposeOfStore = async () => {
      await opened.store.close();
      await opened.dispose();
    };

    describe('while it is open', () => {
      beforeAll(openStore);
      afterAll(disposeOfStore);

      appending(storeOf);
      repeating(storeOf);
      reading(storeOf);
      racing(storeOf);
      subscribing(storeOf);
      ending(storeOf);
      model(storeOf);
    });

    describe('when it is closed', () => {
      beforeEach(openStore);
      afterEach(disposeOfStore);

      closing(storeOf);
    });
  });
};
