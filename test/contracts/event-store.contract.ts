import { afterEach, beforeEach, describe } from 'vitest';
import type { EventStore } from '../../src/ports/event-store.ts';
import { appending } from './event-store/appending.ts';
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
 * adapter and each wrapper. The log may hold events of others; they are left out of account.
 */
export const eventStoreContract = (name: string, open: () => Promise<OpenedEventStore>): void => {
  describe(`${name}: the event store contract`, () => {
    let opened: OpenedEventStore;
    const storeOf = () => opened.store;

    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened.store.close();
      await opened.dispose();
    });

    appending(storeOf);
    repeating(storeOf);
    reading(storeOf);
    racing(storeOf);
    subscribing(storeOf);
    ending(storeOf);
    model(storeOf);
  });
};
