/**
 * One row a person, found by the id that is also the place of the row. A destroyed key leaves its row as a tombstone.
 * `master_keys` tells whether the file was made under the master key at hand; a rotation will have two rows for a while.
 */
export const KEY_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE master_keys (
    id TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE keys (
    id            TEXT PRIMARY KEY,
    master_key_id TEXT REFERENCES master_keys (id),
    wrapped       BLOB,
    destroyed_at  TEXT,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
    CHECK ((master_key_id IS NULL) = (wrapped IS NULL))
  ) STRICT, WITHOUT ROWID;
  `,
];
