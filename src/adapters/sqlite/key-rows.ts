import type { KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { KeyId } from '../../ports/key-vault.ts';
import { WrongMasterKeyError } from '../shared/key-vault-errors.ts';
import { inTransaction } from './open-database.ts';
import { makeKey, masterKeyIdOf, unwrapKey } from './wrapped-key.ts';

/** What the file says of a person's key. */
export type FoundKey = KeyObject | 'destroyed' | 'never-made';

/** The keys of the file, in the clear on this side and wrapped on that. All at once, on the calling thread. */
export type KeyRows = {
  find(id: KeyId): FoundKey;
  /** Finds or makes the keys of `ids`, all in one transaction; durable when it returns. */
  findOrMake(ids: readonly KeyId[]): readonly (KeyObject | 'destroyed')[];
  /** Leaves a tombstone and no trace of the key in the file or its write-ahead log. */
  destroy(id: KeyId): void;
  /** Differs from the last answer once another process has changed the file. */
  changeMark(): number;
};

/** Throws `WrongMasterKeyError` where the file was made under another master key. */
export const createKeyRows = (database: DatabaseSync, masterKey: KeyObject): KeyRows => {
  const masterKeyId = masterKeyIdOf(masterKey);
  inTransaction(database, () => {
    const known = database.prepare('SELECT id FROM master_keys').all();
    if (known.length === 0) database.prepare('INSERT INTO master_keys (id) VALUES (?)').run(masterKeyId);
    else if (!known.some(({ id }) => id === masterKeyId)) throw new WrongMasterKeyError();
  });

  const select = database.prepare('SELECT wrapped FROM keys WHERE id = ?');
  const insert = database.prepare('INSERT INTO keys (id, master_key_id, wrapped) VALUES (?, ?, ?)');
  // The instant is for whoever looks into the file; no decision depends on it, so it is the machine's own.
  const bury = database.prepare(`
    INSERT INTO keys (id, destroyed_at) VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
    ON CONFLICT (id) DO UPDATE SET wrapped = NULL, master_key_id = NULL, destroyed_at = excluded.destroyed_at
    WHERE destroyed_at IS NULL
  `);
  const truncateLog = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  const dataVersion = database.prepare('PRAGMA data_version');

  const find = (id: KeyId): FoundKey => {
    const row = select.get(id);
    if (row === undefined) return 'never-made';
    return row.wrapped instanceof Uint8Array ? unwrapKey(masterKey, id, row.wrapped) : 'destroyed';
  };

  const findOrMake = (id: KeyId): KeyObject | 'destroyed' => {
    const found = find(id);
    if (found !== 'never-made') return found;
    const { key, wrapped } = makeKey(masterKey, id);
    insert.run(id, masterKeyId, wrapped);
    return key;
  };

  return {
    find,
    // Looked for again inside the transaction: another process may have made or destroyed it meanwhile.
    findOrMake: ids => inTransaction(database, () => ids.map(findOrMake)),
    destroy(id) {
      bury.run(id);
      // The log still holds the page as it was. Cutting it off waits until no other connection reads from it.
      if (truncateLog.get()?.busy !== 0) {
        throw new Error(
          'a key was destroyed, but its trace in the write-ahead log is still being read: destroy it again',
        );
      }
    },
    changeMark: () => Number(dataVersion.get()?.data_version),
  };
};
