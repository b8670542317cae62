import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Deadline, Deadlines } from '../../ports/deadlines.ts';
import type { Checkpoint } from '../../ports/event-store.ts';
import type { Turns } from '../../ports/turns.ts';

/**
 * What is read across espaces, each kept with its checkpoint in one transaction. All of it can be thrown away and read
 * again from the log, so commits do not wait for the disk (`synchronous=NORMAL`): what a power cut takes is done again.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS logs (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS checkpoints (reactor TEXT PRIMARY KEY, checkpoint TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deadlines (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, espace TEXT NOT NULL, document_id TEXT NOT NULL, due_at TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS deadlines_by_due ON deadlines (due_at);
`;

export type Projections = {
  readonly deadlines: Deadlines;
  /** Of a node that is alone: it is always its turn. */
  readonly turns: Turns;
  close(): Promise<void>;
};

/**
 * `file`: a path, or `:memory:`. `log`: names the log that is read; what was read of another is thrown away, since its
 * checkpoints mean nothing here. Throws where it cannot be opened.
 */
export const openProjections = (file: string, log = ''): Projections => {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(file);
  if (file !== ':memory:') chmodSync(file, 0o600);
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;');
  db.exec(SCHEMA);
  forgetAnotherLog(db, log);

  const readCheckpoint = db.prepare('SELECT checkpoint FROM checkpoints WHERE reactor = ?');
  const writeCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoints (reactor, checkpoint) VALUES (?, ?)');
  const checkpointOf = async (reactor: string): Promise<Checkpoint | null> =>
    (readCheckpoint.get(reactor)?.checkpoint as string | undefined) ?? null;
  const commit = (reactor: string, checkpoint: Checkpoint, change: () => void): void => {
    db.exec('BEGIN IMMEDIATE');
    try {
      change();
      writeCheckpoint.run(reactor, checkpoint);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    if (db.isOpen) db.close();
  };

  const setDeadline = db.prepare(
    'INSERT OR REPLACE INTO deadlines (id, kind, espace, document_id, due_at) VALUES (?, ?, ?, ?, ?)',
  );
  const dropDeadline = db.prepare('DELETE FROM deadlines WHERE id = ?');
  const dueDeadlines = db.prepare(
    'SELECT id, kind, espace, document_id AS documentId, due_at AS dueAt FROM deadlines WHERE due_at <= ? ORDER BY due_at, id LIMIT ?',
  );
  const deadlines: Deadlines = {
    checkpoint: () => checkpointOf('deadlines'),
    async apply({ set, cancel }, checkpoint) {
      commit('deadlines', checkpoint, () => {
        for (const { id, kind, espace, documentId, dueAt } of set) setDeadline.run(id, kind, espace, documentId, dueAt);
        for (const id of cancel) dropDeadline.run(id);
      });
    },
    due: async (now, limit) => dueDeadlines.all(now, limit) as unknown as Deadline[],
    async finish(id) {
      dropDeadline.run(id);
    },
  };

  return {
    deadlines,
    turns: {
      take: checkpointOf,
      keep: async () => {},
      release: async () => {},
      async reached(reactor, checkpoint) {
        writeCheckpoint.run(reactor, checkpoint);
      },
    },
    close,
  };
};

const forgetAnotherLog = (db: DatabaseSync, log: string): void => {
  if (db.prepare('SELECT name FROM logs').get()?.name === log) return;
  db.exec('BEGIN IMMEDIATE; DELETE FROM logs; DELETE FROM checkpoints; DELETE FROM deadlines');
  db.prepare('INSERT INTO logs (name) VALUES (?)').run(log);
  db.exec('COMMIT');
};
