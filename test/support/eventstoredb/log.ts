import { type Filter, isAllowed } from './filters.ts';
import { type Position, positionOf, precedes } from './positions.ts';
import { createStreamMetadata, DELETED_BEFORE, metadataStreamOf } from './stream-metadata.ts';

export type ProposedEvent = {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

export type StoredEvent = ProposedEvent & {
  readonly stream: string;
  /** 0 for the first event of its stream. */
  readonly revision: number;
  /** Byte offset of the record in the log, and of what follows it. */
  readonly start: number;
  readonly end: number;
  readonly createdAt: Date;
};

/** Negative numbers stand for these three, as inside the server; any other is an exact revision. */
export const ANY = -2;
export const NO_STREAM = -1;
export const STREAM_EXISTS = -4;

export type Outcome =
  | { readonly kind: 'written'; readonly revision: number; readonly position: Position | null }
  | { readonly kind: 'wrong-version'; readonly current: number }
  | { readonly kind: 'deleted' };

/** What one look through a stretch of the log gives. */
export type LogPage = {
  readonly events: readonly StoredEvent[];
  readonly considered: number;
  readonly next: Position;
  readonly isEnd: boolean;
};

/** A server's log begins with a record of its own: no event ever stands at 0. */
const FIRST_RECORD_AT = 256;
/** Record header, checksum and lengths: only there to make positions sparse. */
const RECORD_OVERHEAD_BYTES = 120;
/** Ids that the server remembers for appends at `any` and `stream_exists`; the first in is the first out. */
const REMEMBERED_IDS = 75_000;

export type Log = ReturnType<typeof createLog>;

/** The database of the double: one log, its streams, and the rules of section 4 about what may be appended to them. */
export const createLog = () => {
  const records: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const tombstones = new Set<string>();
  const remembered = new Map<string, { readonly stream: string; readonly revision: number }>();
  const listeners = new Set<(event: StoredEvent) => void>();

  const eventsOf = (stream: string): readonly StoredEvent[] => streams.get(stream) ?? [];
  const lastRevisionOf = (stream: string): number => eventsOf(stream).length - 1;
  const metadata = createStreamMetadata(stream => eventsOf(stream).at(-1)?.data);

  const write = (stream: string, event: ProposedEvent): StoredEvent => {
    const start = records.at(-1)?.end ?? FIRST_RECORD_AT;
    const size = RECORD_OVERHEAD_BYTES + stream.length + event.type.length + event.data.length + event.metadata.length;
    const revision = lastRevisionOf(stream) + 1;
    const stored = { ...event, stream, revision, start, end: start + size, createdAt: new Date() };
    records.push(stored);
    const own = streams.get(stream);
    if (own) own.push(stored);
    else streams.set(stream, [stored]);
    if (!remembered.has(event.id)) remembered.set(event.id, { stream, revision });
    if (remembered.size > REMEMBERED_IDS) remembered.delete(remembered.keys().next().value as string);
    return stored;
  };

  /** At `any` and `stream_exists` the repeat is known by the ids alone, as long as they are remembered. */
  const weaklyRepeated = (stream: string, ids: readonly string[]): number | 'new' | 'corrupted' => {
    let last = -1;
    for (const [index, id] of ids.entries()) {
      const known = remembered.get(id);
      if (known?.stream !== stream) return index === 0 ? 'new' : 'corrupted';
      last = known.revision;
    }
    return ids.length === 0 ? 'new' : last;
  };

  const decide = (stream: string, expected: number, ids: readonly string[]): Outcome | 'append' => {
    const current = lastRevisionOf(stream);
    const wrong: Outcome = { kind: 'wrong-version', current };
    if (tombstones.has(stream)) return { kind: 'deleted' };
    if (expected === STREAM_EXISTS && metadata.isSoftDeleted(stream)) return { kind: 'deleted' };
    if (expected === STREAM_EXISTS && current < 0 && eventsOf(metadataStreamOf(stream)).length === 0) return wrong;
    if (expected === ANY || expected === STREAM_EXISTS) {
      const repeated = weaklyRepeated(stream, ids);
      if (repeated === 'corrupted') return wrong;
      return repeated === 'new' ? 'append' : repeatOf(stream, repeated);
    }
    if (expected === current) return 'append';
    if (expected > current || ids.length === 0) return wrong;
    const mismatch = ids.findIndex((id, index) => eventsOf(stream)[expected + 1 + index]?.id !== id);
    if (mismatch < 0) return repeatOf(stream, expected + ids.length);
    return mismatch === 0 && expected === NO_STREAM && metadata.isSoftDeleted(stream) ? 'append' : wrong;
  };

  /** A repeated append tells the position of its last event only while that event can be read. */
  const repeatOf = (stream: string, revision: number): Outcome => {
    const event = eventsOf(stream)[revision] as StoredEvent;
    const isReadable = revision >= metadata.truncatedBefore(stream);
    return { kind: 'written', revision, position: isReadable ? positionOf(event.start) : null };
  };

  const announce = (events: readonly StoredEvent[]) => {
    for (const event of events) for (const listener of listeners) listener(event);
  };

  const log = {
    records,
    listeners,
    eventsOf,
    lastRevisionOf,

    append(stream: string, expected: number, events: readonly ProposedEvent[]): Outcome {
      const ids = events.map(({ id }) => id);
      const decision = decide(stream, expected, ids);
      if (decision !== 'append') return decision;
      const wasSoftDeleted = events.length > 0 && metadata.isSoftDeleted(stream);
      const firstRevision = lastRevisionOf(stream) + 1;
      const written = events.map(event => write(stream, event));
      if (wasSoftDeleted) written.push(write(metadataStreamOf(stream), metadata.revived(stream, firstRevision)));
      announce(written);
      const last = eventsOf(stream).at(-1);
      return {
        kind: 'written',
        revision: lastRevisionOf(stream),
        position: last && events.length > 0 ? positionOf(last.start) : null,
      };
    },

    /** Marks everything as gone but for the numbering, which goes on. */
    softDelete(stream: string, expected: number): Outcome {
      const current = lastRevisionOf(stream);
      if (tombstones.has(stream)) return { kind: 'deleted' };
      const isThere = current >= 0 || eventsOf(metadataStreamOf(stream)).length > 0;
      const asExpected = expected === ANY || expected === STREAM_EXISTS || expected === current;
      if (!isThere || !asExpected) return { kind: 'wrong-version', current };
      const event = write(metadataStreamOf(stream), metadata.revived(stream, DELETED_BEFORE));
      announce([event]);
      return { kind: 'written', revision: current, position: positionOf(event.start) };
    },

    tombstone(stream: string, expected: number): Outcome {
      const current = lastRevisionOf(stream);
      if (tombstones.has(stream)) return { kind: 'deleted' };
      if (expected >= NO_STREAM && expected !== current) return { kind: 'wrong-version', current };
      tombstones.add(stream);
      return { kind: 'written', revision: current, position: positionOf(records.at(-1)?.start ?? FIRST_RECORD_AT) };
    },

    /** Oldest first, without what was truncated; null: no such stream. */
    readable(stream: string): readonly StoredEvent[] | 'deleted' | null {
      if (tombstones.has(stream)) return 'deleted';
      const all = eventsOf(stream);
      if (all.length === 0 || metadata.isSoftDeleted(stream)) return null;
      return all.slice(metadata.truncatedBefore(stream));
    },

    /** Position of the last event; null while the log is empty. */
    lastPosition(): Position | null {
      const last = records.at(-1);
      return last ? positionOf(last.start) : null;
    },

    /** Looks at up to `window` events from `from` (inclusive), gives up to `limit` of those that the filter lets through. */
    page(from: Position, limit: number, window: number, filter: Filter | null): LogPage {
      let index = indexAt(records, from);
      const events: StoredEvent[] = [];
      let considered = 0;
      let next = from;
      while (events.length < limit && considered < window) {
        const event = records[index];
        if (event === undefined) return { events, considered, next, isEnd: true };
        if (filter === null || isAllowed(filter, event)) events.push(event);
        considered += 1;
        index += 1;
        next = { commit: event.end, prepare: 0 };
      }
      return { events, considered, next, isEnd: false };
    },

    /** Newest first, strictly before `before` (null: from the end). */
    backwards(before: Position | null, limit: number): readonly StoredEvent[] {
      const end = before === null ? records.length : indexAt(records, before);
      return records.slice(Math.max(0, end - limit), end).reverse();
    },

    /** What a restarted server does not know any more. */
    forgetIds(): void {
      remembered.clear();
    },
  };
  return log;
};

/** Index of the first record that is not before `position`. */
const indexAt = (records: readonly StoredEvent[], position: Position): number => {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (precedes(positionOf((records[middle] as StoredEvent).start), position)) low = middle + 1;
    else high = middle;
  }
  return low;
};
