import type { EventStore } from '../../ports/event-store.ts';
import { EventStoreClosedError } from '../shared/event-store-errors.ts';
import { createAppender } from './appender.ts';
import { parseConnectionString } from './connection-string.ts';
import { LIMITS, type Limits } from './limits.ts';
import { createNaming } from './naming.ts';
import { SteadyClient } from './steady-client.ts';
import { createStreamReader } from './stream-reader.ts';
import { createSubscriber } from './subscriber.ts';

/**
 * The event store on an EventStoreDB server or cluster, 22.6 or later. Nothing is connected before the first call; what
 * breaks later is connected again by itself, and each call waits for that as long as its limits say.
 *
 * @param options.connectionString `esdb://…` or `esdb+discover://…`, as the client takes it; throws
 *   `ConnectionStringError` where it cannot be used
 * @param options.prefix sets the streams of this installation apart on a server that others use too: 1 to 40 letters,
 *   digits and underscores. At most one of them may go without.
 */
export const createEventStoreDbStore = (options: {
  readonly connectionString: string;
  readonly prefix?: string;
  readonly limits?: Partial<Limits>;
}): EventStore => {
  const limits = { ...LIMITS, ...options.limits };
  const naming = createNaming(options.prefix);
  const client = new SteadyClient(parseConnectionString(options.connectionString));
  const append = createAppender(client, naming, limits);
  const reader = createStreamReader(client, naming, limits);
  const subscribe = createSubscriber(client, naming, limits);
  const closing = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;

  /** Nothing new once it is closed; and what was begun before is waited for. */
  const run = async <T>(call: () => Promise<T>): Promise<T> => {
    if (closed !== undefined) throw new EventStoreClosedError();
    const running = call();
    underWay.add(running);
    try {
      return await running;
    } finally {
      underWay.delete(running);
    }
  };

  const close = async () => {
    closing.abort();
    await Promise.allSettled(underWay);
    await client.shutDown();
  };

  return {
    readStream: (stream, after) => run(() => reader.readStream(stream, after)),
    readStreamBackwards: (stream, page) => run(() => reader.readStreamBackwards(stream, page)),

    appendToStream(stream, expected, events) {
      if (events.length > 0) return run(() => append(stream, expected, events));
      // The server has no way to ask for a version without writing at it.
      return run(async () => {
        const actual = await reader.versionOf(stream);
        return actual === expected ? { ok: true, version: actual } : { ok: false, actual };
      });
    },

    async *subscribe({ after, types, signal }) {
      if (closed !== undefined) throw new EventStoreClosedError();
      const ending = AbortSignal.any([signal, closing.signal]);
      yield* subscribe({ after, ...(types && { types }), signal: ending });
    },

    close() {
      closed ??= close();
      return closed;
    },
  };
};
