import type { AppendResult, EventStore } from '../../src/ports/event-store.ts';

/** How bad the wire is. Every share is between 0 and 1; together they are 1 at most. */
export type Wire = {
  /**
   * At least 0, less than 1, evenly spread (`fc.double` is not: it draws exponents). Drawn once for each call, when it
   * is made: the order of calls decides who is unlucky.
   */
  readonly random: () => number;
  /** Resolves when a message gets through; asked once for each request and each answer, e.g. of `fc.scheduler()`. */
  readonly delay: (message: string) => Promise<void>;
  /** Share of the requests that never reach the store. */
  readonly lostRequests: number;
  /** Share of the requests that the caller gives up, and that are carried out at some later time all the same. */
  readonly lateRequests: number;
  /** Share of the answers that are lost after the request was carried out. */
  readonly lostAnswers: number;
};

/** The caller cannot know whether what it asked for was done, or will be. */
export class WireError extends Error {
  constructor() {
    super('no answer came over the wire');
    this.name = 'WireError';
  }
}

/**
 * `store` at the far end of a bad wire. Subscriptions and closing do not go over it. The same random numbers and the
 * same delays give the same history again.
 */
export const lossy = (store: EventStore, wire: Wire): EventStore => {
  const { lostRequests, lateRequests, lostAnswers } = wire;

  const call = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    const fate = wire.random();
    const request = wire.delay(`request ${name}`);
    if (fate < lostRequests) {
      await request;
      throw new WireError();
    }
    if (fate < lostRequests + lateRequests) {
      // The answer, good or bad, finds nobody waiting any more.
      void request.then(run).catch(() => {});
      await wire.delay(`giving up ${name}`);
      throw new WireError();
    }
    await request;
    const [outcome] = await Promise.allSettled([run()]);
    await wire.delay(`answer ${name}`);
    if (fate < lostRequests + lateRequests + lostAnswers) throw new WireError();
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  };

  return {
    readStream: (stream, after) => call(`read ${stream}`, () => store.readStream(stream, after)),
    readStreamBackwards: (stream, page) =>
      call(`read backwards ${stream}`, () => store.readStreamBackwards(stream, page)),
    appendToStream(stream, expected, events): Promise<AppendResult> {
      // What travels is what was sent, whatever becomes of the caller's objects on the way.
      const sent = structuredClone(events);
      return call(`append ${stream}`, () => store.appendToStream(stream, expected, sent));
    },
    subscribe: options => store.subscribe(options),
    close: () => store.close(),
  };
};
