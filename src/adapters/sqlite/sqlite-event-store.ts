import { DatabaseSync } from 'node:sqlite';
import type { EventStore } from '../../ports/event-store.ts';
import { type Bell, createBell } from '../shared/bell.ts';
import { followLog } from '../shared/follow-log.ts';
import { createCommitter } from './committer.ts';
import { createEventReader, type EventReader } from './event-reader.ts';
import { EVENT_MIGRATIONS } from './event-schema.ts';
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
  const committer = createCommitter(options.file, bell.ring, bell.ring);
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
      return reader.forwards(stream, after);
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
      const readPage: typeof reader.logPage = (from, wanted) => {
        committer.assertUsable();
        return reader.logPage(from, wanted);
      };
      yield* followLog(readPage, bell, { after, types, signal: AbortSignal.any([signal, closing.signal]) });
    },

    close() {
      closed ??= close();
      return closed;
    },
  };
};
