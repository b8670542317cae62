import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { KeyDestroyedError, type KeyId, type KeyVault } from '../../ports/key-vault.ts';
import { KeyVaultClosedError, KeyVaultOverloadedError } from '../shared/key-vault-errors.ts';
import { createKeyRows, type KeyRows } from './key-rows.ts';
import { KEY_MIGRATIONS } from './key-schema.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';

/** Keys in the clear in memory at once. */
const MAX_CACHED_KEYS = 10_000;
/** New keys in one transaction; the event loop turns between two of them. */
const MAX_BATCH_KEYS = 1_000;
/** New keys that may wait to be stored. */
export const MAX_WAITING_KEYS = 100_000;
/** How often the file is asked whether another process destroyed a key: so long may a copy of it live here. */
const FOREIGN_CHANGE_POLL_MS = 200;

type WaitingKey = { readonly promise: Promise<KeyObject> } & Pick<
  PromiseWithResolvers<KeyObject>,
  'resolve' | 'reject'
>;

const openRows = (file: string, masterKey: KeyObject) => {
  const database = openDatabase(file);
  try {
    // What is deleted is overwritten with zeros.
    database.exec('PRAGMA secure_delete = ON');
    migrate(database, KEY_MIGRATIONS);
    return { database, rows: createKeyRows(database, masterKey) };
  } catch (error) {
    database.close();
    throw error;
  }
};

const keyOrThrow = (found: KeyObject | 'destroyed'): KeyObject => {
  if (found === 'destroyed') throw new KeyDestroyedError();
  return found;
};

/** Empties `cache` soon after another process changed the file. */
const watchFile = (rows: KeyRows, cache: LRUCache<KeyId, KeyObject>) => {
  let mark = rows.changeMark();
  const check = () => {
    const next = rows.changeMark();
    if (next !== mark) cache.clear();
    mark = next;
  };
  return setInterval(check, FOREIGN_CHANGE_POLL_MS).unref();
};

/**
 * Keys in one SQLite file of their own, made where missing, wrapped by `masterKey` (AES-256). Other processes may use the
 * same file. Throws `WrongMasterKeyError` where it was made under another master key. What a backup of this file holds
 * can be unwrapped again for as long as backup and master key exist: keep such backups apart and short.
 */
export const createSqliteKeyVault = (options: { readonly file: string; readonly masterKey: KeyObject }): KeyVault => {
  const { database, rows } = openRows(options.file, options.masterKey);
  const cache = new LRUCache<KeyId, KeyObject>({ max: MAX_CACHED_KEYS });
  const watch = watchFile(rows, cache);
  const waiting = new Map<KeyId, WaitingKey>();
  let isScheduled = false;
  let isClosed = false;

  const assertOpen = () => {
    if (isClosed) throw new KeyVaultClosedError();
  };

  const takeWaiting = (): readonly (readonly [KeyId, WaitingKey])[] => {
    const batch: (readonly [KeyId, WaitingKey])[] = [];
    for (const [id, key] of waiting) {
      if (batch.length === MAX_BATCH_KEYS) break;
      batch.push([id, key]);
      waiting.delete(id);
    }
    return batch;
  };

  const makeWaiting = () => {
    const batch = takeWaiting();
    try {
      const made = rows.findOrMake(batch.map(([id]) => id));
      batch.forEach(([id, { resolve, reject }], index) => {
        const key = made[index] as KeyObject | 'destroyed';
        if (key === 'destroyed') {
          reject(new KeyDestroyedError());
        } else {
          cache.set(id, key);
          resolve(key);
        }
      });
    } catch (error) {
      for (const [, { reject }] of batch) reject(error);
    }
  };

  // Not at once: keys asked for in the same turn of the event loop are stored in one transaction.
  const schedule = () => {
    if (isScheduled || waiting.size === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (waiting.size > 0) makeWaiting();
      schedule();
    });
  };

  const make = (id: KeyId): Promise<KeyObject> => {
    const other = waiting.get(id);
    if (other !== undefined) return other.promise;
    if (waiting.size >= MAX_WAITING_KEYS) throw new KeyVaultOverloadedError(MAX_WAITING_KEYS);
    const mine = Promise.withResolvers<KeyObject>();
    waiting.set(id, mine);
    schedule();
    return mine.promise;
  };

  const stored = (id: KeyId) => {
    const found = rows.find(id);
    if (typeof found !== 'string') cache.set(id, found);
    return found;
  };

  return {
    async sealingKey(id) {
      assertOpen();
      const found = cache.get(id) ?? stored(id);
      return found === 'never-made' ? make(id) : keyOrThrow(found);
    },
    async openingKey(id) {
      assertOpen();
      const found = cache.get(id) ?? stored(id);
      return typeof found === 'string' ? null : found;
    },
    async destroy(id) {
      assertOpen();
      cache.delete(id);
      rows.destroy(id);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(watch);
      while (waiting.size > 0) makeWaiting();
      cache.clear();
      database.close();
    },
  };
};
