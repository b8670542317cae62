import { DatabaseSync } from 'node:sqlite';
import {
  type Activity,
  type DirectoryProfessional,
  MAX_ACTIVITIES,
  type Structure,
} from '../../../domain/directory/directory.ts';
import type { ProfessionalSearch, StructureSearch } from '../../../domain/directory/search.ts';
import type { Edition, ListPlace, PageOf } from '../../../ports/directory.ts';
import { ACTIVITY_COLUMNS, SCHEMA_VERSION, STRUCTURE_COLUMNS } from './schema.ts';
import { professionalQuery, structureQuery } from './terms.ts';

type Page = { readonly limit: number; readonly after: ListPlace | null };

/** One edition, open for reading. */
export type EditionFile = {
  readonly edition: Edition;
  findProfessionals(search: ProfessionalSearch, page: Page): PageOf<DirectoryProfessional>;
  professional(rpps: string): DirectoryProfessional | null;
  findStructures(search: StructureSearch, page: Page): PageOf<Structure>;
  structure(finess: string): Structure | null;
  close(): void;
};

type ProfessionalRow = Omit<DirectoryProfessional, 'activities'> & { readonly rank: number; readonly sortKey: string };
type StructureRow = Structure & { readonly sortKey: string };

/** Null where the file is of another schema. Throws where it is no database. */
export const openEditionFile = (file: string): EditionFile | null => {
  const db = new DatabaseSync(file, { readOnly: true });
  if (db.prepare('PRAGMA user_version').get()?.user_version !== SCHEMA_VERSION) {
    db.close();
    return null;
  }
  const edition = { ...db.prepare('SELECT date, professionals, structures FROM edition').get() } as Edition;
  const professionalAt = db.prepare('SELECT * FROM professionals WHERE rank = ?');
  const professionalBy = db.prepare('SELECT * FROM professionals WHERE rpps = ?');
  const activitiesOf = db.prepare(
    `SELECT ${ACTIVITY_COLUMNS.join(', ')} FROM activities WHERE id BETWEEN ? AND ? ORDER BY id`,
  );
  const structure = `SELECT sortKey, ${STRUCTURE_COLUMNS.join(', ')} FROM structures`;
  const structureAt = db.prepare(`${structure} WHERE rank = ?`);
  const structureBy = db.prepare(`${structure} WHERE finess = ?`);
  const professionals = ranksIn(db, { table: 'professionals', id: 'rpps', perRank: MAX_ACTIVITIES });
  const structures = ranksIn(db, { table: 'structures', id: 'finess', perRank: 1 });

  const withActivities = ({ rank, rpps, familyName, givenName }: ProfessionalRow): DirectoryProfessional => {
    const first = rank * MAX_ACTIVITIES;
    const activities = activitiesOf.all(first, first + MAX_ACTIVITIES - 1).map(row => ({ ...row }) as Activity);
    return { rpps, familyName, givenName, activities };
  };
  const asStructure = ({ sortKey, ...found }: StructureRow): Structure => found;

  return {
    edition,
    findProfessionals(search, { limit, after }) {
      const ranks = professionals.find(professionalQuery(search), after, limit + 1);
      const rows = ranks.slice(0, limit).map(rank => professionalAt.get(rank) as unknown as ProfessionalRow);
      const last = ranks.length > limit ? rows.at(-1) : undefined;
      return {
        items: rows.map(withActivities),
        next: last === undefined ? null : { key: last.sortKey, id: last.rpps },
      };
    },
    professional(rpps) {
      const row = professionalBy.get(rpps) as unknown as ProfessionalRow | undefined;
      return row === undefined ? null : withActivities(row);
    },
    findStructures(search, { limit, after }) {
      const ranks = structures.find(structureQuery(search), after, limit + 1);
      const rows = ranks.slice(0, limit).map(rank => structureAt.get(rank) as unknown as StructureRow);
      const last = ranks.length > limit ? rows.at(-1) : undefined;
      return { items: rows.map(asStructure), next: last === undefined ? null : { key: last.sortKey, id: last.finess } };
    },
    structure(finess) {
      const row = structureBy.get(finess) as unknown as StructureRow | undefined;
      return row === undefined ? null : asStructure(row);
    },
    close: () => db.close(),
  };
};

/** Numbers in a list, ascending. `perRank`: numbers in the index to one in the list. */
const ranksIn = (
  db: DatabaseSync,
  { table, id, perRank }: { readonly table: 'professionals' | 'structures'; readonly id: string; perRank: number },
) => {
  const terms = table === 'professionals' ? 'professional_terms' : 'structure_terms';
  const next = db.prepare(`SELECT rank FROM ${table} WHERE (sortKey, ${id}) > (?, ?) ORDER BY sortKey, ${id} LIMIT 1`);
  const from = db.prepare(`SELECT rank FROM ${table} WHERE rank >= ? ORDER BY rank LIMIT ?`);
  const matching = db.prepare(`SELECT rowid AS id FROM ${terms} WHERE ${terms} MATCH ? AND rowid >= ? ORDER BY rowid`);

  return {
    /** At most `most`, after `after`, of what `query` matches; of all where it is null. */
    find(query: string | null, after: ListPlace | null, most: number): readonly number[] {
      const first = after === null ? 0 : (next.get(after.key, after.id)?.rank as number | undefined);
      if (first === undefined) return [];
      if (query === null) return from.all(first, most).map(row => Number(row.rank));
      const found = new Set<number>();
      // As few as are needed: the index is read as the loop asks.
      for (const row of matching.iterate(query, first * perRank)) {
        found.add(Math.floor(Number(row.id) / perRank));
        if (found.size === most) break;
      }
      return [...found];
    },
  };
};
