import type { EventStore } from '../../ports/event-store.ts';

export type StoreOperation = 'readStream' | 'readStreamBackwards' | 'appendToStream';
/** `conflict`: an append was refused because the stream is at another version. */
export type StoreOutcome = 'ok' | 'conflict' | 'failed';

const MS_PER_SECOND = 1_000;

/** A store that tells `observe` how long each call took, in seconds, and how it ended. Subscriptions are not measured. */
export const measuring = (
  store: EventStore,
  observe: (operation: StoreOperation, seconds: number, outcome: StoreOutcome) => void,
): EventStore => {
  const measure = async <T>(
    operation: StoreOperation,
    call: () => Promise<T>,
    outcomeOf: (result: T) => StoreOutcome = () => 'ok',
  ): Promise<T> => {
    const startedMs = performance.now();
    let outcome: StoreOutcome = 'failed';
    try {
      const result = await call();
      outcome = outcomeOf(result);
      return result;
    } finally {
      observe(operation, (performance.now() - startedMs) / MS_PER_SECOND, outcome);
    }
  };

  return {
    readStream: (stream, after) => measure('readStream', () => store.readStream(stream, after)),
    readStreamBackwards: (stream, page) =>
      measure('readStreamBackwards', () => store.readStreamBackwards(stream, page)),
    appendToStream: (stream, expected, events) =>
      measure(
        'appendToStream',
        () => store.appendToStream(stream, expected, events),
        result => (result.ok ? 'ok' : 'conflict'),
      ),
    subscribe: options => store.subscribe(options),
    close: () => store.close(),
  };
};
