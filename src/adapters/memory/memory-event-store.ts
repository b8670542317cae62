import type { JsonObject } from '../../domain/shared/json.ts';
import type { AppendResult, EventStore, RecordedEvent, StreamName, Version } from '../../ports/event-store.ts';
import { createBell } from '../shared/bell.ts';
import { EventStoreClosedError } from '../shared/event-store-errors.ts';
import { followLog, type ReadLogPage } from '../shared/follow-log.ts';
import { checkpointOf, positionOf } from '../shared/log-position.ts';

/** How many events of the log a subscription looks at in one step. */
const PAGE_EVENTS = 256;

/** Data is kept as text, as on disk: nobody holds an object that the log holds, and what JSON loses is lost here too. */
type StoredEvent = Omit<RecordedEvent, 'data'> & { readonly text: string };

const recorded = ({ text, ...rest }: StoredEvent): RecordedEvent => ({ ...rest, data: JSON.parse(text) as JsonObject });

/** An event store for tests and trials: it forgets everything with the process. */
export const createMemoryEventStore = (): EventStore => {
  const log: StoredEvent[] = [];
  const streams = new Map<StreamName, StoredEvent[]>();
  const bell = createBell();
  const closing = new AbortController();

  const assertOpen = () => {
    if (closing.signal.aborted) throw new EventStoreClosedError();
  };

  const eventsOf = (stream: StreamName): readonly StoredEvent[] => streams.get(stream) ?? [];

  const readPage: ReadLogPage = (after, types) => {
    const start = positionOf(after);
    const end = Math.min(start + PAGE_EVENTS, log.length);
    const page = log.slice(start, end);
    return {
      events: page.filter(event => types === undefined || types.includes(event.type)).map(recorded),
      upTo: page.at(-1)?.checkpoint ?? after,
      more: end < log.length,
    };
  };

  const append = (stream: StreamName, expected: Version, events: readonly Omit<StoredEvent, 'checkpoint'>[]) => {
    const stored = streams.get(stream) ?? [];
    streams.set(stream, stored);
    for (const event of events) {
      const next = { ...event, checkpoint: checkpointOf(log.length + 1) };
      log.push(next);
      stored.push(next);
    }
    bell.ring();
    return expected + events.length;
  };

  return {
    async readStream(stream, after = 0) {
      assertOpen();
      return eventsOf(stream).slice(after).map(recorded);
    },

    async readStreamBackwards(stream, { before = Number.MAX_SAFE_INTEGER, limit }) {
      assertOpen();
      const earlier = eventsOf(stream).slice(0, Math.max(0, before - 1));
      return earlier
        .slice(Math.max(0, earlier.length - limit))
        .reverse()
        .map(recorded);
    },

    async appendToStream(stream, expected, events): Promise<AppendResult> {
      assertOpen();
      const stored = eventsOf(stream);
      const actual = stored.length;
      if (actual === expected) {
        if (events.length === 0) return { ok: true, version: expected };
        const rows = events.map(({ id, type, at, requestId, data }, index) => ({
          id,
          type,
          at,
          requestId,
          stream,
          version: expected + 1 + index,
          text: JSON.stringify(data),
        }));
        return { ok: true, version: append(stream, expected, rows) };
      }
      const isRepeat = events.length > 0 && events.every((event, index) => stored[expected + index]?.id === event.id);
      return isRepeat ? { ok: true, version: expected + events.length } : { ok: false, actual };
    },

    async *subscribe({ after, types, signal }) {
      assertOpen();
      yield* followLog(readPage, bell, { after, types, signal: AbortSignal.any([signal, closing.signal]) });
    },

    async close() {
      closing.abort();
    },
  };
};
