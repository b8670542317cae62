import { type Activity, MAX_ACTIVITIES, type Structure } from '../../../domain/directory/directory.ts';

/**
 * One edition is one file that never changes. Everything is numbered in the order in which it is listed, so that the
 * search index, which gives its numbers in ascending order, gives a page without sorting, and stops at its end:
 * a professional's number is `rank`, their activities follow from `rank * MAX_ACTIVITIES`.
 */

/** Of the tables below; a file of another is as good as none, and is made anew by an import. */
export const SCHEMA_VERSION = 1;

/** By column; by type complete. */
const columnsOf = <T>(fields: { readonly [F in keyof Required<T>]: true }): readonly string[] => Object.keys(fields);

const SITE = { sign: true, sector: true, sectorLabel: true, street: true, postalCode: true } as const;
const WHERE = { communeCode: true, commune: true, phone: true } as const;

export const ACTIVITY_COLUMNS = columnsOf<Activity>({
  profession: true,
  professionLabel: true,
  specialty: true,
  specialtyLabel: true,
  finess: true,
  name: true,
  ...SITE,
  ...WHERE,
});
export const STRUCTURE_COLUMNS = columnsOf<Structure>({ finess: true, name: true, ...SITE, ...WHERE });

const PROFESSIONAL = 'rpps TEXT NOT NULL, familyName TEXT NOT NULL, givenName TEXT NOT NULL, sortKey TEXT NOT NULL';
const texts = (columns: readonly string[]): string => columns.map(column => `${column} TEXT`).join(', ');

/**
 * Terms are words with a letter in front that says what they are, so that one column without positions is enough;
 * beginnings of two to four letters are indexed with the letter.
 */
const INDEX = `terms, content='', detail=none, tokenize="ascii tokenchars '_'", prefix='2 3 4 5'`;

export const EDITION_SCHEMA = `
  PRAGMA user_version = ${SCHEMA_VERSION};
  CREATE TABLE edition (date TEXT NOT NULL, professionals INTEGER NOT NULL, structures INTEGER NOT NULL);
  CREATE TABLE professionals (rank INTEGER PRIMARY KEY, ${PROFESSIONAL});
  CREATE TABLE activities (id INTEGER PRIMARY KEY, ${texts(ACTIVITY_COLUMNS)});
  CREATE VIRTUAL TABLE professional_terms USING fts5(${INDEX});
  CREATE TABLE structures (rank INTEGER PRIMARY KEY, sortKey TEXT NOT NULL, ${texts(STRUCTURE_COLUMNS)});
  CREATE VIRTUAL TABLE structure_terms USING fts5(${INDEX});
`;

/** Lines as they come, in a file of their own that goes when they are ranked. */
export const STAGING_SCHEMA = `
  CREATE TABLE staging.professionals (${PROFESSIONAL}, terms TEXT NOT NULL, PRIMARY KEY (rpps)) WITHOUT ROWID;
  CREATE TABLE staging.activities (
    line INTEGER PRIMARY KEY, rpps TEXT NOT NULL, terms TEXT NOT NULL, ${texts(ACTIVITY_COLUMNS)}
  );
  CREATE TABLE staging.ranked (id INTEGER PRIMARY KEY, line INTEGER NOT NULL);
  CREATE TABLE staging.structures (
    sortKey TEXT NOT NULL, terms TEXT NOT NULL, ${texts(STRUCTURE_COLUMNS)}, PRIMARY KEY (finess)
  ) WITHOUT ROWID;
`;

const ACTIVITIES = ACTIVITY_COLUMNS.join(', ');
const STRUCTURES = STRUCTURE_COLUMNS.join(', ');

/** From the lines to the edition. In this order; each step reads what the one before has written. */
export const RANKING = [
  `INSERT INTO main.professionals (rpps, familyName, givenName, sortKey)
     SELECT rpps, familyName, givenName, sortKey FROM staging.professionals ORDER BY sortKey, rpps`,
  'CREATE UNIQUE INDEX professionals_by_rpps ON professionals (rpps)',
  'CREATE UNIQUE INDEX professionals_in_order ON professionals (sortKey, rpps)',
  `INSERT INTO staging.ranked (id, line)
     SELECT id, line FROM (
       SELECT rank * ${MAX_ACTIVITIES} + row_number() OVER (PARTITION BY rank ORDER BY line) - 1 AS id, rank, line
       FROM (
         SELECT rank, min(line) AS line
         FROM staging.activities JOIN main.professionals USING (rpps)
         GROUP BY rank, ${ACTIVITIES}
       )
     ) WHERE id < (rank + 1) * ${MAX_ACTIVITIES} ORDER BY id`,
  `INSERT INTO main.activities (id, ${ACTIVITIES})
     SELECT id, ${ACTIVITIES} FROM staging.ranked JOIN staging.activities USING (line) ORDER BY id`,
  `INSERT INTO main.professional_terms (rowid, terms)
     SELECT id, person.terms || ' ' || activity.terms
     FROM staging.ranked
     JOIN staging.activities AS activity USING (line)
     JOIN staging.professionals AS person USING (rpps)
     ORDER BY id`,
  `INSERT INTO main.professional_terms (professional_terms) VALUES ('optimize')`,
  `INSERT INTO main.structures (sortKey, ${STRUCTURES})
     SELECT sortKey, ${STRUCTURES} FROM staging.structures ORDER BY sortKey, finess`,
  'CREATE UNIQUE INDEX structures_by_finess ON structures (finess)',
  'CREATE UNIQUE INDEX structures_in_order ON structures (sortKey, finess)',
  `INSERT INTO main.structure_terms (rowid, terms)
     SELECT rank, terms FROM staging.structures JOIN main.structures USING (finess) ORDER BY rank`,
  `INSERT INTO main.structure_terms (structure_terms) VALUES ('optimize')`,
];
