import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Deadline, Deadlines } from '../../ports/deadlines.ts';
import type { Checkpoint } from '../../ports/event-store.ts';
import type { QueuedTicket, TicketQueue } from '../../ports/ticket-queue.ts';
import type { Turns } from '../../ports/turns.ts';

/**
 * What is read across espaces, each kept with its checkpoint in one transaction. All of it can be thrown away and read
 * again from the log, so commits do not wait for the disk (`synchronous=NORMAL`): what a power cut takes is done again.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS logs (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS checkpoints (reactor TEXT PRIMARY KEY, checkpoint TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deadlines (
    espace TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, due_at TEXT NOT NULL,
    PRIMARY KEY (espace, kind, subject)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS deadlines_by_due ON deadlines (due_at);
  CREATE TABLE IF NOT EXISTS tickets (
    ticket TEXT PRIMARY KEY, person TEXT NOT NULL, status TEXT NOT NULL, opened_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, taken_by TEXT
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS tickets_by_opening ON tickets (opened_at, ticket);
  CREATE INDEX IF NOT EXISTS tickets_by_person ON tickets (person);
`;

/**
 * Of the tables above and of what is read into them: another version's deadlines and tickets are read anew. What reactors
 * have sent or removed stays known.
 */
const SCHEMA_VERSION = 5;
/** The version from which on checkpoints are as above. */
const CHECKPOINTS_SINCE = 4;

const BEFORE_ALL: Deadline = { dueAt: '', espace: '', kind: '', subject: '' };

export type Projections = {
  readonly deadlines: Deadlines;
  readonly tickets: TicketQueue;
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
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000; PRAGMA secure_delete=ON;');
  forgetAnotherSchema(db);
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
    'INSERT OR REPLACE INTO deadlines (espace, kind, subject, due_at) VALUES (?, ?, ?, ?)',
  );
  const dropDeadline = db.prepare('DELETE FROM deadlines WHERE espace = ? AND kind = ? AND subject = ?');
  const finishDeadline = db.prepare(
    'DELETE FROM deadlines WHERE espace = ? AND kind = ? AND subject = ? AND due_at = ?',
  );
  const putOffDeadline = db.prepare(
    'UPDATE deadlines SET due_at = ? WHERE espace = ? AND kind = ? AND subject = ? AND due_at = ?',
  );
  const forgetEspace = db.prepare('DELETE FROM deadlines WHERE espace = ?');
  const dueDeadlines = db.prepare(
    `SELECT espace, kind, subject, due_at AS dueAt FROM deadlines
      WHERE due_at <= ? AND (due_at, espace, kind, subject) > (?, ?, ?, ?) ORDER BY due_at, espace, kind, subject LIMIT ?`,
  );
  const deadlines: Deadlines = {
    checkpoint: () => checkpointOf('deadlines'),
    async apply({ set, cancel }, checkpoint) {
      commit('deadlines', checkpoint, () => {
        for (const { espace, kind, subject, dueAt } of set) setDeadline.run(espace, kind, subject, dueAt);
        for (const { espace, kind, subject } of cancel) dropDeadline.run(espace, kind, subject);
      });
    },
    async due(now, limit, after) {
      const { dueAt, espace, kind, subject } = after ?? BEFORE_ALL;
      return dueDeadlines.all(now, dueAt, espace, kind, subject, limit) as unknown as Deadline[];
    },
    async forget(espace) {
      forgetEspace.run(espace);
    },
    async finish({ espace, kind, subject, dueAt }) {
      finishDeadline.run(espace, kind, subject, dueAt);
    },
    async putOff({ espace, kind, subject, dueAt }, until) {
      putOffDeadline.run(until, espace, kind, subject, dueAt);
    },
  };

  const putTicket = db.prepare(
    'INSERT OR REPLACE INTO tickets (ticket, person, status, opened_at, updated_at, taken_by) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const TICKET =
    'ticket AS ticketId, person, status, opened_at AS openedAt, updated_at AS updatedAt, taken_by AS takenBy';
  const findTicket = db.prepare(`SELECT ${TICKET} FROM tickets WHERE ticket = ?`);
  const pageOfTickets = db.prepare(
    `SELECT ${TICKET} FROM tickets WHERE (opened_at, ticket) > (?, ?) AND (? = '' OR status = ?)
      AND (? = '' OR taken_by = ?) ORDER BY opened_at, ticket LIMIT ?`,
  );
  const forgetTickets = db.prepare('DELETE FROM tickets WHERE person = ?');
  const tickets: TicketQueue = {
    checkpoint: () => checkpointOf('tickets'),
    async put(queued, checkpoint) {
      commit('tickets', checkpoint, () => {
        if (queued === null) return;
        const { ticketId, person, status, openedAt, updatedAt, takenBy } = queued;
        putTicket.run(ticketId, person, status, openedAt, updatedAt, takenBy);
      });
    },
    find: async ticketId => (findTicket.get(ticketId) as unknown as QueuedTicket | undefined) ?? null,
    async page({ status = '', takenBy = '' }, after, limit) {
      const place = [after?.openedAt ?? '', after?.ticketId ?? ''] as const;
      return pageOfTickets.all(...place, status, status, takenBy, takenBy, limit) as unknown as QueuedTicket[];
    },
    async forget(person) {
      forgetTickets.run(person);
    },
  };

  return {
    deadlines,
    tickets,
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

const forgetAnotherSchema = (db: DatabaseSync): void => {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (version === SCHEMA_VERSION) return;
  if (version < CHECKPOINTS_SINCE) db.exec('DROP TABLE IF EXISTS checkpoints; DROP TABLE IF EXISTS logs');
  db.exec(`BEGIN IMMEDIATE; DROP TABLE IF EXISTS deadlines; DROP TABLE IF EXISTS tickets; ${SCHEMA}
    DELETE FROM checkpoints WHERE reactor IN ('deadlines', 'tickets');
    PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
};

const forgetAnotherLog = (db: DatabaseSync, log: string): void => {
  if (db.prepare('SELECT name FROM logs').get()?.name === log) return;
  db.exec('BEGIN IMMEDIATE; DELETE FROM logs; DELETE FROM checkpoints; DELETE FROM deadlines; DELETE FROM tickets');
  db.prepare('INSERT INTO logs (name) VALUES (?)').run(log);
  db.exec('COMMIT');
};
