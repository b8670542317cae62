import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import type { EventStore } from '../../src/ports/event-store.ts';

/** A store in memory, of a process that dies before its write of a number, counted from when it is said; null: it does not. */
export const createCrashingStore = (): { readonly store: EventStore; crashAt(write: number | null): void } => {
  const memory = createMemoryEventStore();
  let left = Number.POSITIVE_INFINITY;
  return {
    store: {
      ...memory,
      appendToStream: (...appended) =>
        --left < 0 ? Promise.reject(new Error('crashed')) : memory.appendToStream(...appended),
    },
    crashAt(write) {
      left = write === null ? Number.POSITIVE_INFINITY : write - 1;
    },
  };
};
