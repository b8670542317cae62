import { createHash } from 'node:crypto';
import type { Checkpoint, EventStore, NewEvent, RecordedEvent, StreamName } from '../ports/event-store.ts';

export type Progress = { readonly copied: number; readonly checkpoint: Checkpoint | null };

/** The target holds something else where an event of the source belongs: it is not a copy, and is left as it is. */
export class TargetDiffersError extends Error {
  constructor(stream: StreamName, version: number) {
    super(`the target holds other events in ${stream} from version ${version} on`);
    this.name = 'TargetDiffersError';
  }
}

/** Events of the source gathered before they are appended, stream by stream. */
const GATHERED = 512;

/**
 * Copies every event of `source` to `target`, each stream in its order, and keeps ids, so that it may be cut off and run
 * again: what is there already is recognised. Neither side is opened or changed in between; sealed events stay sealed, as
 * they are bound to stream, version and type only. `after`: where an earlier run got to.
 */
export const copyLog = async (
  source: EventStore,
  target: EventStore,
  options: {
    readonly after: Checkpoint | null;
    readonly onProgress: (progress: Progress) => Promise<void> | void;
  },
): Promise<Progress> => {
  let progress: Progress = { copied: 0, checkpoint: options.after };
  let gathered: RecordedEvent[] = [];
  const flush = async (): Promise<void> => {
    if (gathered.length === 0) return;
    const streams = Map.groupBy(gathered, event => event.stream);
    await Promise.all([...streams.values()].map(events => copyStream(target, events)));
    progress = { copied: progress.copied + gathered.length, checkpoint: gathered.at(-1)?.checkpoint ?? null };
    gathered = [];
    await options.onProgress(progress);
  };
  for await (const event of history(source, options.after)) {
    gathered.push(event);
    if (gathered.length >= GATHERED) await flush();
  }
  await flush();
  return progress;
};

const copyStream = async (target: EventStore, events: readonly RecordedEvent[]): Promise<void> => {
  for (const event of events) {
    const appended = await target.appendToStream(event.stream, event.version - 1, [bare(event)]);
    if (!appended.ok) throw new TargetDiffersError(event.stream, event.version);
  }
};

const bare = ({ id, type, at, requestId, data }: RecordedEvent): NewEvent => ({ id, type, at, requestId, data });

/** How many streams there are in `source`, and those that `target` holds otherwise or not at all. */
export const verifyCopy = async (
  source: EventStore,
  target: EventStore,
): Promise<{ readonly streams: number; readonly events: number; readonly differing: readonly StreamName[] }> => {
  const there = await digests(source);
  const here = await digests(target);
  const differing = [...there].filter(([stream, { digest }]) => here.get(stream)?.digest !== digest);
  const events = [...there.values()].reduce((sum, { count }) => sum + count, 0);
  return { streams: there.size, events, differing: differing.map(([stream]) => stream) };
};

type StreamDigest = { readonly count: number; readonly digest: string };

/** Each stream as a chain of digests, so that neither its events nor their keys are held in memory. */
const digests = async (store: EventStore): Promise<ReadonlyMap<StreamName, StreamDigest>> => {
  const found = new Map<StreamName, StreamDigest>();
  for await (const event of history(store, null)) {
    const { count, digest } = found.get(event.stream) ?? { count: 0, digest: '' };
    const { id, type, at, requestId, data } = event;
    const text = JSON.stringify([digest, event.version, id, type, at, requestId, data]);
    found.set(event.stream, { count: count + 1, digest: createHash('sha256').update(text).digest('base64') });
  }
  return found;
};

/** What stands in the log after `after`, up to the present. */
async function* history(store: EventStore, after: Checkpoint | null): AsyncGenerator<RecordedEvent> {
  const abort = new AbortController();
  try {
    for await (const delivery of store.subscribe({ after, signal: abort.signal })) {
      if (delivery.kind === 'caught-up') return;
      if (delivery.kind === 'event') yield delivery.event;
    }
  } finally {
    abort.abort();
  }
}
