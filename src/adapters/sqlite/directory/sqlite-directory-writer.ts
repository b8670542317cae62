import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type DirectoryEntry,
  professionalKey,
  type Structure,
  structureKey,
  structureOf,
} from '../../../domain/directory/directory.ts';
import type { DirectoryWriter, Edition, EditionDraft } from '../../../ports/directory.ts';
import { DraftEndedError } from '../../shared/directory-errors.ts';
import { openEditionFile } from './edition-file.ts';
import { ACTIVITY_COLUMNS, EDITION_SCHEMA, RANKING, STAGING_SCHEMA, STRUCTURE_COLUMNS } from './schema.ts';
import { activityTerms, nameTerms, structureTerms } from './terms.ts';

/** KiB of memory for pages of a draft. */
const CACHE_KIB = 16 * 1024;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Writes editions beside `file`, and renames the finished one over it: whoever reads has the old one or the new one, also
 * when the machine stops in between. What is cut off leaves drafts that the next one clears away.
 */
export const createSqliteDirectoryWriter = ({ file }: { readonly file: string }): DirectoryWriter => {
  let drafts = 0;
  const own = new Set<string>();
  return {
    async current() {
      try {
        const opened = openEditionFile(file);
        opened?.close();
        return opened?.edition ?? null;
      } catch {
        // Not there, or damaged, which an import mends.
        return null;
      }
    },
    async draft(date) {
      mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
      clearAway(file, own);
      const draft = `${file}.draft-${process.pid}-${drafts++}`;
      own.add(basename(draft));
      return openDraft(draft, date, () => {
        renameSync(draft, file);
        syncToDisk(dirname(file));
      });
    },
  };
};

const DRAFT = /\.draft-(?<pid>\d+)-\d+(?:-lines)?$/;

/** Drafts whose process is no more, or had the number that ours has now. */
const clearAway = (file: string, own: ReadonlySet<string>): void => {
  for (const name of readdirSync(dirname(file))) {
    const pid = name.startsWith(`${basename(file)}.`) ? Number(DRAFT.exec(name)?.groups?.pid) : Number.NaN;
    const isAbandoned = pid === process.pid ? !own.has(name.replace(/-lines$/, '')) : !isRunning(pid);
    if (!Number.isNaN(pid) && isAbandoned) rmSync(join(dirname(file), name), { force: true });
  }
};

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const openDraft = (draft: string, date: string, replace: () => void): EditionDraft => {
  const lines = `${draft}-lines`;
  closeSync(openSync(draft, 'wx', FILE_MODE));
  closeSync(openSync(lines, 'wx', FILE_MODE));
  const db = new DatabaseSync(draft);
  // Nothing to recover: a draft that fails is thrown away. (No journal at all is what Node's defensive mode forbids.)
  db.exec(`
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -${CACHE_KIB};
    ATTACH '${lines.replaceAll("'", "''")}' AS staging;
    PRAGMA staging.journal_mode = MEMORY;
    PRAGMA staging.synchronous = OFF;
    ${EDITION_SCHEMA}
    ${STAGING_SCHEMA}
  `);
  const add = addingTo(db);
  let isEnded = false;
  const remove = (path: string): void => rmSync(path, { force: true });
  const end = (): void => {
    isEnded = true;
    if (db.isOpen) db.close();
    remove(lines);
  };

  return {
    async add(entries) {
      if (isEnded) throw new DraftEndedError();
      db.exec('BEGIN');
      for (const entry of entries) add(entry);
      db.exec('COMMIT');
    },
    async publish() {
      if (isEnded) throw new DraftEndedError();
      const edition = rank(db, date);
      end();
      syncToDisk(draft);
      replace();
      return edition;
    },
    async discard() {
      end();
      // Not there any more where it was published.
      remove(draft);
    },
  };
};

/** How one entry is put with the others. Of what is there already the first line stands. */
const addingTo = (db: DatabaseSync): ((entry: DirectoryEntry) => void) => {
  const insert = (table: string, columns: readonly string[], or = '') =>
    db.prepare(
      `INSERT ${or} INTO staging.${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
  const professional = insert('professionals', ['rpps', 'familyName', 'givenName', 'sortKey', 'terms'], 'OR IGNORE');
  const activity = insert('activities', ['rpps', 'terms', ...ACTIVITY_COLUMNS]);
  const structure = insert('structures', ['sortKey', 'terms', ...STRUCTURE_COLUMNS], 'OR IGNORE');
  const valuesOf = (columns: readonly string[], of: object): (string | null)[] =>
    columns.map(column => (of as Readonly<Record<string, string | null>>)[column] ?? null);
  const addStructure = (found: Structure): void =>
    void structure.run(structureKey(found), structureTerms(found), ...valuesOf(STRUCTURE_COLUMNS, found));

  return entry => {
    const { rpps, familyName, givenName } = entry;
    professional.run(rpps, familyName, givenName, professionalKey(entry), nameTerms(entry));
    activity.run(rpps, activityTerms(entry.activity), ...valuesOf(ACTIVITY_COLUMNS, entry.activity));
    const found = structureOf(entry.activity);
    if (found !== null) addStructure(found);
  };
};

const rank = (db: DatabaseSync, date: string): Edition => {
  db.exec('BEGIN');
  for (const step of RANKING) db.exec(step);
  const count = (table: string): number => Number(db.prepare(`SELECT count(*) AS rows FROM main.${table}`).get()?.rows);
  const edition = { date, professionals: count('professionals'), structures: count('structures') };
  db.prepare('INSERT INTO edition VALUES (?, ?, ?)').run(date, edition.professionals, edition.structures);
  db.exec('COMMIT');
  return edition;
};

const syncToDisk = (path: string): void => {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
};
