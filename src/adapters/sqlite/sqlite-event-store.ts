import { DatabaseSync } from 'node:sqlite';
import type { EventStore } from '../../ports/event-store.ts';
import { type Bell, createBell } from '../shared/bell.ts';
import { followLog, type ReadLogPage } from '../shared/follow-log.ts';
import { checkpointOf, positionOf } from '../shared/log-position.ts';
import { createCommitter } from './committer.ts';
import { createEventReader, type EventReader } from './event-reader.ts';
import { EVENT_MIGRATIONS } from './event-schema.ts';
import { createLogTail } from './log-tail.ts';
import { migrate } from './migrate.ts';
import { BUSY_TIMEOUT_MS, openDatabase } from './open-database.ts';

/** How often a waiting subscription looks for what other processes committed. Commits of this store wake it at once. */
const FOREIGN_COMMIT_POLL_MS = 200;

/** Rings `bell` when the file has changed, while somebody waits for that. */
const watchFile = (reader: EventReader, bell: Bell) => {
  let mark = reader.changeMark();
  return setInterval(() => {
    if (bell.waiting === 0) return;
    const next = reader.changeMark();
    if (next !== mark) bell.ring();
    mark = next;
  }, FOREIGN_COMMIT_POLL_MS);
};

/**
 * The event store in one SQLite file, made where missing. Other processes may use the same file at the same time. Reads
 * are short and run on the calling thread; appends wait for the disk on a thread of their own, in groups. Throws where
 * the file cannot be opened or is of a later version. Keeps the process alive until it is closed.
 */
export const createSqliteEventStore = (options: { readonly file: string }): EventStore => {
  const writable = openDatabase(options.file);
  try {
    migrate(writable, EVENT_MIGRATIONS);
  } finally {
    writable.close();
  }
  const database = new DatabaseSync(options.file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  const reader = createEventReader(database);
  const bell = createBell();
  const closing = new AbortController();
  const watch = watchFile(reader, bell);
  const tail = createLogTail(reader.end());
  const onCommit: Parameters<typeof createCommitter>[1] = (written, batch) => {
    tail.committed(written, batch);
    bell.ring();
  };
  const committer = createCommitter(options.file, onCommit, bell.ring);
  let closed: Promise<void> | undefined;

  const close = async () => {
    closing.abort();
    clearInterval(watch);
    // Before the writer, so that the writer is the last to leave and tidies up: it moves the write-ahead log into the file.
    database.close();
    await committer.close();
  };

  return {
    async readStream(stream, after = 0) {
      committer.assertUsable();
      // The end first: what is committed after it was read shows itself as another end.
      const end = reader.end();
      if (tail.isNewest(end, stream, after)) return [];
      const events = reader.forwards(stream, after);
      tail.sawNewest(stream, events.at(-1)?.version ?? after);
      return events;
    },

    async readStreamBackwards(stream, { before = Number.MAX_SAFE_INTEGER, limit }) {
      committer.assertUsable();
      return reader.backwards(stream, before, limit);
    },

    appendToStream(stream, expected, events) {
      // Written out before the first wait: what the caller does with its objects afterwards does not reach the log.
      const rows = events.map(
        ({ id, type, at, requestId, data }) => [id, type, at, requestId, JSON.stringify(data)] as const,
      );
      return committer.append([stream, expected, rows]);
    },

    async *subscribe({ after, types, signal }) {
      committer.assertUsable();
      const readPage: ReadLogPage = (from, wanted) => {
        committer.assertUsable();
        // The end first: what is committed between the two reads belongs to the next page.
        const end = reader.end();
        if (wanted !== undefined && tail.holdsNone(end, wanted, positionOf(from)))
          return { events: [], upTo: end === 0 ? null : checkpointOf(end), more: false };
        return reader.logPage(end, from, wanted);
      };
      yield* followLog(readPage, bell, { after, types, signal: AbortSignal.any([signal, closing.signal]) });
    },

    close() {
      closed ??= close();
      return closed;
    },
  };
};
