import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long a statement waits for the lock that another process holds on the file. */
export const BUSY_TIMEOUT_MS = 10_000;
/** Pages of 4 KiB in the write-ahead log before they are copied into the main file: 16 MiB. */
const CHECKPOINT_EVERY_PAGES = 4_000;

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * SQLite gives its companions (-wal, -shm) the mode of the main file. A file that exists is not touched: closing it here
 * would drop the locks that every connection of this process holds on it (POSIX), and with them its integrity.
 */
const createWhereMissing = (file: string): void => {
  try {
    closeSync(openSync(file, 'ax', FILE_MODE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/**
 * Opens `file` for writing, made with its folder where missing (only the owner may read them), so that a commit is on
 * the disk when it returns and other connections, also of other processes, go on reading meanwhile.
 */
export const openDatabase = (file: string): DatabaseSync => {
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
  createWhereMissing(file);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  // fullfsync: on macOS a plain fsync leaves the data in the drive's own cache.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_EVERY_PAGES};
  `);
  return database;
};

/** Runs `work` in one write transaction: all of it is durable when this returns, or nothing of it is stored. */
export const inTransaction = <T>(database: DatabaseSync, work: () => T): T => {
  // IMMEDIATE takes the write lock now: what is read inside cannot change before the commit, not by another process either.
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
};
