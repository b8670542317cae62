import { onTestFinished } from 'vitest';
import { createEventStoreDbStore } from '../../../src/adapters/eventstoredb/eventstoredb-event-store.ts';
import type { Limits } from '../../../src/adapters/eventstoredb/limits.ts';
import type { EventStore } from '../../../src/ports/event-store.ts';
import { type Options, startDouble } from './double.ts';

/** Limits with which a test need not wait long for what goes wrong on purpose. */
export const IMPATIENT: Limits = {
  appendAttemptMs: 250,
  appendPatienceMs: 5_000,
  readSilenceMs: 250,
  readPatienceMs: 5_000,
  subscribePatienceMs: 10_000,
  firstTailLookMs: 40,
  lastTailLookMs: 160,
  stallMs: 400,
  firstRetryMs: 5,
  lastRetryMs: 50,
  maxWaitingAppends: 100,
  maxWaitingBytes: 8 * 1024 * 1024,
};

/** A double of its own for one test, and stores on it; all of them end with the test. */
export const doubleForTest = async (options: Options = {}) => {
  const double = await startDouble(options);
  const stores: EventStore[] = [];
  onTestFinished(async () => {
    double.wire.thaw();
    Object.assign(double.faults, { append: undefined, read: undefined, subscribe: undefined });
    await Promise.all(stores.map(store => store.close()));
    await double.stop();
  });
  const open = (limits: Partial<Limits> = {}, more: { connectionString?: string; prefix?: string } = {}) => {
    const store = createEventStoreDbStore({
      connectionString: double.connectionString,
      ...more,
      limits: { ...IMPATIENT, ...limits },
    });
    stores.push(store);
    return store;
  };
  return { double, open };
};
