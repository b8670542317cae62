import { createHash } from 'node:crypto';
import type { Checkpoint, EventStore, NewEvent, RecordedEvent, StreamName } from '../ports/event-store.ts';
import type { Turns } from '../ports/turns.ts';
import { type TurnTaker, takeTurn } from './reactors/reactor.ts';

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
 * they are bound to stream, version and type only. Turns are left out: they name places in the log of the source.
 */
export const copyLog = async (
  source: EventStore,
  target: EventStore,
  onProgress: (copied: number) => void,
): Promise<number> => {
  let copied = 0;
  let gathered: RecordedEvent[] = [];
  const flush = async (): Promise<void> => {
    if (gathered.length === 0) return;
    const streams = Map.groupBy(gathered, event => event.stream);
    await Promise.all([...streams.values()].map(events => copyStream(target, events)));
    copied += gathered.length;
    gathered = [];
    onProgress(copied);
  };
  for await (const event of history(source)) {
    gathered.push(event);
    if (gathered.length >= GATHERED) await flush();
  }
  await flush();
  return copied;
};

const copyStream = async (target: EventStore, events: readonly RecordedEvent[]): Promise<void> => {
  for (const event of events) {
    const appended = await target.appendToStream(event.stream, event.version - 1, [bare(event)]);
    if (!appended.ok) throw new TargetDiffersError(event.stream, event.version);
  }
};

const bare = ({ id, type, at, requestId, data }: RecordedEvent): NewEvent => ({ id, type, at, requestId, data });

/** How many streams there are in `source`, and those that `target` holds otherwise, or that only one of them holds. */
export const verifyCopy = async (
  source: EventStore,
  target: EventStore,
): Promise<{ readonly streams: number; readonly events: number; readonly differing: readonly StreamName[] }> => {
  const there = await digests(source);
  const here = await digests(target);
  const differing = [...there.keys(), ...[...here.keys()].filter(stream => !there.has(stream))].filter(
    stream => here.get(stream)?.digest !== there.get(stream)?.digest,
  );
  const events = [...there.values()].reduce((sum, { count }) => sum + count, 0);
  return { streams: there.size, events, differing };
};

type StreamDigest = { readonly count: number; readonly digest: string };

/** Each stream as a chain of digests, so that neither its events nor their keys are held in memory. */
const digests = async (store: EventStore): Promise<ReadonlyMap<StreamName, StreamDigest>> => {
  const found = new Map<StreamName, StreamDigest>();
  for await (const event of history(store)) {
    const { count, digest } = found.get(event.stream) ?? { count: 0, digest: '' };
    const { id, type, at, requestId, data } = event;
    const text = JSON.stringify([digest, event.version, id, type, at, requestId, data]);
    found.set(event.stream, { count: count + 1, digest: createHash('sha256').update(text).digest('base64') });
  }
  return found;
};

/** A reactor whose progress has to come along, and the events that it acts on. */
export type MovedReactor = TurnTaker & { readonly types: readonly string[] };

/**
 * Says in the target that `reactors` have acted on everything that stands there, so that nothing is sent again. Gives
 * those that have not: they have to finish where they are first, and then nothing is written for any of them. A reactor
 * that never had a turn in the source has nothing to come along.
 */
export const carryTurns = async (
  from: { readonly store: EventStore; readonly turns: Turns },
  to: { readonly store: EventStore; readonly turns: Turns },
  reactors: readonly MovedReactor[],
): Promise<readonly string[]> => {
  const { signal } = new AbortController();
  const reached = new Map<string, Checkpoint>();
  const behind: string[] = [];
  for (const reactor of reactors) {
    const { name, types } = reactor;
    const checkpoint = await takeTurn(from.turns, reactor, signal);
    await from.turns.release(name);
    if (checkpoint === null) continue;
    reached.set(name, checkpoint);
    for await (const _ of history(from.store, checkpoint, types)) {
      behind.push(name);
      break;
    }
  }
  if (behind.length > 0) return behind;
  let end: Checkpoint | null = null;
  for await (const { checkpoint } of history(to.store)) end = checkpoint;
  for (const name of reached.keys()) {
    await to.turns.take(name, signal);
    if (end !== null) await to.turns.reached(name, end);
    await to.turns.release(name);
  }
  return [];
};

const isTurn = (stream: StreamName): boolean => stream.startsWith('turn-');

/** What stands in the log after `after`, up to the present; turns apart. */
async function* history(
  store: EventStore,
  after: Checkpoint | null = null,
  types?: readonly string[],
): AsyncGenerator<RecordedEvent> {
  const abort = new AbortController();
  try {
    for await (const delivery of store.subscribe({ after, signal: abort.signal, ...(types && { types }) })) {
      if (delivery.kind === 'caught-up') return;
      if (delivery.kind === 'event' && !isTurn(delivery.event.stream)) yield delivery.event;
    }
  } finally {
    abort.abort();
  }
}
