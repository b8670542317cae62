import type { DatabaseSync } from 'node:sqlite';
import type { AppendResult, Version } from '../../ports/event-store.ts';
import type { EventRow, PendingAppend, WrittenPositions } from './commit-protocol.ts';
import { inTransaction } from './open-database.ts';

export type Committed = {
  /** For each append, in the same order. */
  readonly results: readonly AppendResult[];
  readonly written: WrittenPositions | null;
};

/**
 * Commits appends, of any streams, in one transaction: one wait for the disk for all of them. A version conflict refuses
 * its own append only; later ones of the batch see what earlier ones wrote.
 *
 * Positions become visible in their order: they are given out inside the write transaction, SQLite has one of these at a
 * time over all processes, and what it wrote is seen all at once. So a subscriber that has seen a position will never
 * find a lower one that it has not.
 */
export const createBatchCommit = (database: DatabaseSync) => {
  const selectVersion = database.prepare('SELECT max(version) AS version FROM events WHERE stream = ?');
  const selectIds = database.prepare(
    'SELECT id FROM events WHERE stream = ? AND version > ? AND version <= ? ORDER BY version',
  );
  const insert = database.prepare(
    'INSERT INTO events (stream, version, id, type, at, request_id, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );

  const isRepeat = (stream: string, expected: Version, events: readonly EventRow[]): boolean => {
    if (events.length === 0) return false;
    const stored = selectIds.all(stream, expected, expected + events.length);
    return events.every(([id], index) => stored[index]?.id === id);
  };

  let written: WrittenPositions | null = null;

  const append = ([stream, expected, events]: PendingAppend): AppendResult => {
    const actual = Number(selectVersion.get(stream)?.version ?? 0);
    if (actual !== expected) {
      return isRepeat(stream, expected, events)
        ? { ok: true, version: expected + events.length }
        : { ok: false, actual };
    }
    let version = expected;
    for (const [id, type, at, requestId, data] of events) {
      version += 1;
      const last = Number(insert.run(stream, version, id, type, at, requestId, data).lastInsertRowid);
      written = { first: written?.first ?? last, last };
    }
    return { ok: true, version };
  };

  return (batch: readonly PendingAppend[]): Committed =>
    inTransaction(database, () => {
      written = null;
      return { results: batch.map(append), written };
    });
};
