import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './open-database.ts';

const schemaVersion = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.user_version);

/**
 * Brings the file to the newest schema: `migrations[n]` leads from version n to n + 1, and is never changed once released.
 * Throws where the file is of a later version of this program.
 */
export const migrate = (database: DatabaseSync, migrations: readonly string[]): void => {
  if (schemaVersion(database) === migrations.length) return;
  inTransaction(database, () => {
    // Asked again under the lock: another process may have done it meanwhile.
    const version = schemaVersion(database);
    if (version > migrations.length) {
      throw new Error(`the file has schema version ${version}; this program knows ${migrations.length} at most`);
    }
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
};
