import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint, EventStore, RecordedEvent } from '../../ports/event-store.ts';
import { TurnLostError, type Turns } from '../../ports/turns.ts';

/** Something that follows the log and acts on some of its events, each at least once and in order. */
export interface Reactor {
  readonly name: string;
  /** Follows until `signal` aborts. A failure is reported and the event tried again: none is ever skipped. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when everything that stood in the log at the time of the call has been acted on, or `run` has ended. */
  settled(): Promise<void>;
  /** History has been worked through and nothing is being tried again; or another node is at it. */
  isCaughtUp(): boolean;
}

/** A reactor as its turns know it; `formerly`: the one whose work it goes on with where it never got anywhere itself. */
export type TurnTaker = { readonly name: string; readonly formerly?: string };

/** Waits for the turn; then where to begin (null: at the beginning). A former reactor's place is read and left as it is. */
export const takeTurn = async (
  turns: Turns,
  { name, formerly }: TurnTaker,
  signal: AbortSignal,
): Promise<Checkpoint | null> => {
  const reached = await turns.take(name, signal);
  if (reached !== null || formerly === undefined) return reached;
  const before = await turns.take(formerly, signal);
  await turns.release(formerly);
  return before;
};

/** Acting by turns, so that of several nodes one acts: where a reactor begins, and how it handles an event. */
export const inTurn = (
  turns: Turns,
  reactor: TurnTaker,
  act: (event: RecordedEvent) => Promise<void>,
): {
  readonly checkpoint: (signal: AbortSignal) => Promise<Checkpoint | null>;
  readonly handle: (event: RecordedEvent) => Promise<void>;
  readonly release: () => Promise<void>;
} => ({
  checkpoint: signal => takeTurn(turns, reactor, signal),
  async handle(event) {
    await turns.keep(reactor.name);
    await act(event);
    await turns.reached(reactor.name, event.checkpoint);
  },
  release: () => turns.release(reactor.name),
});

/** Wait before an event is tried again, doubled at each failure in a row. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;

export const createReactor = (deps: {
  readonly name: string;
  readonly store: EventStore;
  readonly types: readonly string[];
  /** Where to begin, once this node's turn has come; null: at the beginning. */
  readonly checkpoint: (signal: AbortSignal) => Promise<Checkpoint | null>;
  /** Acts, and remembers `event.checkpoint` in the same transaction or after; repeating it is harmless. */
  readonly handle: (event: RecordedEvent) => Promise<void>;
  /** Called once `run` has ended. */
  readonly release?: () => Promise<void>;
  readonly onFailure: (reactor: string, error: unknown) => void;
}): Reactor => {
  const { name, store, types } = deps;
  let reached: Checkpoint = '';
  let caughtUp = false;
  let ended = false;
  /** Waiting for a turn: another node acts meanwhile. */
  let standingBy = false;
  let waiting: { readonly until: Checkpoint; readonly resolve: () => void }[] = [];

  const reach = (checkpoint: Checkpoint): void => {
    reached = checkpoint;
    for (const { until, resolve } of waiting) if (until <= reached) resolve();
    waiting = waiting.filter(({ until }) => until > reached);
  };

  const follow = async (signal: AbortSignal, onProgress: () => void): Promise<void> => {
    standingBy = true;
    const after = await deps.checkpoint(signal).finally(() => {
      standingBy = false;
    });
    if (signal.aborted) return;
    if (after !== null) reach(after);
    for await (const delivery of store.subscribe({ after, types, signal })) {
      if (delivery.kind === 'caught-up') caughtUp = true;
      else if (delivery.kind === 'progress') reach(delivery.checkpoint);
      else {
        await deps.handle(delivery.event);
        reach(delivery.event.checkpoint);
      }
      onProgress();
    }
  };

  return {
    name,
    isCaughtUp: () => caughtUp || standingBy,

    async run(signal) {
      let wait = FIRST_RETRY_MS;
      while (!signal.aborted) {
        try {
          await follow(signal, () => {
            wait = FIRST_RETRY_MS;
          });
        } catch (error) {
          caughtUp = false;
          if (!(error instanceof TurnLostError)) deps.onFailure(name, error);
          await sleep(wait, undefined, { signal }).catch(() => {});
          wait = Math.min(wait * 2, LAST_RETRY_MS);
        }
      }
      ended = true;
      await deps.release?.();
      for (const { resolve } of waiting) resolve();
    },

    async settled() {
      let last: Checkpoint = '';
      const abort = new AbortController();
      for await (const delivery of store.subscribe({ after: reached || null, types, signal: abort.signal })) {
        if (delivery.kind === 'event') last = delivery.event.checkpoint;
        if (delivery.kind === 'caught-up') break;
      }
      abort.abort();
      if (last > reached && !ended) await new Promise<void>(resolve => waiting.push({ until: last, resolve }));
    },
  };
};
