import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint, Delivery, RecordedEvent } from '../../ports/event-store.ts';
import type { Bell } from './bell.ts';

/** A stretch of the log: its events of the wanted types, in log order. */
export type LogPage = {
  readonly events: readonly RecordedEvent[];
  /** The last place that was looked at; null while the log is empty. */
  readonly upTo: Checkpoint | null;
  /** Whether the log went on after `upTo` when it was read. */
  readonly more: boolean;
};

/** Time between two looks at a busy log: one look then finds what many commits brought. The first after a rest is not delayed. */
const PACE_MS = 20;

/** Reads at once what is durable and visible after `after`, a bounded page of it. */
export type ReadLogPage = (after: Checkpoint | null, types: readonly string[] | undefined) => LogPage;

/**
 * The subscription of a store that can read its log by pages: history, `caught-up`, then each time `bell` rings what is
 * new. Ends without an error when `signal` aborts; rejects with what `readPage` throws.
 */
export async function* followLog(
  readPage: ReadLogPage,
  bell: Bell,
  options: {
    readonly after: Checkpoint | null;
    readonly types?: readonly string[] | undefined;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Delivery, void, void> {
  const { types, signal } = options;
  let told = options.after;
  let isCaughtUp = false;
  while (!signal.aborted) {
    const readAtMs = performance.now();
    const rings = bell.rings;
    const page = readPage(told, types);
    for (const event of page.events) {
      yield { kind: 'event', event };
      if (signal.aborted) return;
      told = event.checkpoint;
    }
    if (page.upTo !== null && page.upTo !== told) {
      told = page.upTo;
      yield { kind: 'progress', checkpoint: told };
    }
    if (page.more) {
      // A long history must not keep the event loop to itself: the pages are read at once, without waiting for anything.
      await setImmediate();
      continue;
    }
    if (!isCaughtUp) {
      if (signal.aborted) return;
      isCaughtUp = true;
      yield { kind: 'caught-up' };
    }
    await bell.rungSince(rings, signal);
    const waitMs = PACE_MS - (performance.now() - readAtMs);
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}
