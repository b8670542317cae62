/**
 * Mutants that these tests caught: destroyed keys not overwritten, or left in the write-ahead log; no tombstone; a copy
 * kept after destruction here or by another process; the person not bound to the wrapped key; keys stored in the clear; a
 * key made twice for two that ask at once, in one vault or in two; a key given out before it is stored; one key a
 * transaction; close forgetting what waits; the master key unchecked.
 */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoredKeyDamagedError, WrongMasterKeyError } from '../../src/adapters/shared/key-vault-errors.ts';
import { createSqliteKeyVault } from '../../src/adapters/sqlite/sqlite-key-vault.ts';
import { KeyDestroyedError, type KeyVault } from '../../src/ports/key-vault.ts';
import { keyVaultContract } from '../contracts/key-vault.contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MIB = 1024 * 1024;
const POLL_PATIENCE_MS = 5_000;

const masterKey = createSecretKey(randomBytes(32));

keyVaultContract('sqlite', async () => {
  const folder = await temporaryFolder();
  const vault = createSqliteKeyVault({ file: join(folder.path, 'keys.sqlite'), masterKey });
  return { vault, dispose: folder.remove };
});

describe('the sqlite key vault', () => {
  /** A vault and how to open the same file again; whatever is open is closed with the test. */
  const openFile = async (name = 'keys.sqlite') => {
    const folder = await temporaryFolder();
    const file = join(folder.path, name);
    const vaults: KeyVault[] = [];
    onTestFinished(async () => {
      for (const vault of vaults) await vault.close();
      await folder.remove();
    });
    const open = (key = masterKey) => {
      const vault = createSqliteKeyVault({ file, masterKey: key });
      vaults.push(vault);
      return vault;
    };
    const bytesAtRest = () =>
      Buffer.concat(readdirSync(folder.path).map(entry => readFileSync(join(folder.path, entry))));
    return { folder: folder.path, file, open, bytesAtRest };
  };

  const wrappedOf = (file: string, id: string): Buffer => {
    using database = new DatabaseSync(file);
    return Buffer.from(database.prepare('SELECT wrapped FROM keys WHERE id = ?').get(id)?.wrapped as Uint8Array);
  };

  it('has its keys, and the lack of them, when it is opened again', async () => {
    const { open } = await openFile();
    const [alice, bruno] = [randomUUID(), randomUUID()];
    const first = open();
    const key = await first.sealingKey(alice);
    await first.destroy(bruno);
    await first.close();
    const second = open();
    expect((await second.openingKey(alice))?.equals(key)).toBe(true);
    expect((await second.sealingKey(alice)).equals(key)).toBe(true);
    await expect(second.sealingKey(bruno)).rejects.toThrow(KeyDestroyedError);
  });

  it('has stored a key before it gives it out', async () => {
    const { open, file } = await openFile();
    const alice = randomUUID();
    await open().sealingKey(alice);
    expect(wrappedOf(file, alice)).toHaveLength(12 + 32 + 16);
  });

  it('is refused under another master key, and is unharmed by the attempt', async () => {
    const { open } = await openFile();
    const alice = randomUUID();
    const key = await open().sealingKey(alice);
    expect(() => open(createSecretKey(randomBytes(32)))).toThrow(WrongMasterKeyError);
    expect((await open().openingKey(alice))?.equals(key)).toBe(true);
  });

  it('is refused under another master key even before the first key was made', async () => {
    const { open } = await openFile();
    await open().close();
    expect(() => open(createSecretKey(randomBytes(32)))).toThrow(WrongMasterKeyError);
  });

  it.each([16, 24, 31, 33])('takes no master key of %i bytes', async size => {
    const { open } = await openFile();
    expect(() => open(createSecretKey(randomBytes(size)))).toThrow('32 bytes');
  });

  it('holds neither a key nor the master key in the clear', async () => {
    const { open, bytesAtRest } = await openFile();
    const vault = open();
    const keys = await Promise.all(Array.from({ length: 20 }, () => vault.sealingKey(randomUUID())));
    const atRest = bytesAtRest();
    for (const key of [masterKey, ...keys]) expect(atRest.includes(key.export())).toBe(false);
  });

  it('leaves nothing of a destroyed key in its files, the write-ahead log included', async () => {
    const { open, file, bytesAtRest } = await openFile();
    const vault = open();
    const ids = Array.from({ length: 50 }, () => randomUUID());
    for (const id of ids) await vault.sealingKey(id);
    const [alice = '', bruno = ''] = ids;
    const [hers, his] = [wrappedOf(file, alice), wrappedOf(file, bruno)];
    expect(bytesAtRest().includes(hers)).toBe(true);
    await vault.destroy(alice);
    expect(bytesAtRest().includes(hers)).toBe(false);
    expect(bytesAtRest().includes(his)).toBe(true);
    using database = new DatabaseSync(file);
    const tombstone = database.prepare('SELECT * FROM keys WHERE id = ?').get(alice);
    expect(tombstone).toEqual({
      id: alice,
      master_key_id: null,
      wrapped: null,
      destroyed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it('finds out that a row was given the key of somebody else, and opens the others', async () => {
    const { open, file } = await openFile();
    const [alice, bruno] = [randomUUID(), randomUUID()];
    const first = open();
    await first.sealingKey(alice);
    const his = await first.sealingKey(bruno);
    await first.close();
    {
      using database = new DatabaseSync(file);
      const change = database.prepare('UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE id = ?) WHERE id = ?');
      change.run(bruno, alice);
    }
    const second = open();
    await expect(second.openingKey(alice)).rejects.toThrow(StoredKeyDamagedError);
    await expect(second.sealingKey(alice)).rejects.toThrow(StoredKeyDamagedError);
    expect((await second.openingKey(bruno))?.equals(his)).toBe(true);
  });

  it('gives the same key to two that ask through two vaults on one file', async () => {
    const { open } = await openFile();
    const [one, other] = [open(), open()];
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const [keys, others] = await Promise.all([
      Promise.all(ids.map(id => one.sealingKey(id))),
      Promise.all(ids.map(id => other.sealingKey(id))),
    ]);
    for (const [index, key] of keys.entries()) expect(key.equals(others[index] ?? key)).toBe(true);
    expect(others).toHaveLength(20);
  });

  it('forgets its copy of a key that another process destroyed', async () => {
    const { open } = await openFile();
    const [one, other] = [open(), open()];
    const alice = randomUUID();
    await one.sealingKey(alice);
    await other.destroy(alice);
    const giveUpAt = Date.now() + POLL_PATIENCE_MS;
    while ((await one.openingKey(alice)) !== null && Date.now() < giveUpAt) await setTimeout(10);
    expect(await one.openingKey(alice)).toBeNull();
    await expect(one.sealingKey(alice)).rejects.toThrow(KeyDestroyedError);
  });

  it('stores the keys that wait together in one transaction', async () => {
    const { open, file } = await openFile();
    const vault = open();
    await Promise.all(Array.from({ length: 3_000 }, () => vault.sealingKey(randomUUID())));
    // One by one they would leave a page of 4 KiB each in the log: 12 MB.
    expect(statSync(`${file}-wal`).size).toBeLessThan(3 * MIB);
  });

  it('makes its folder and file for the owner alone', async () => {
    const { open, file, folder } = await openFile('deep/keys.sqlite');
    await open().sealingKey(randomUUID());
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(`${file}${suffix}`).mode & 0o777).toBe(0o600);
  });

  it('is refused where the file is of a later version', async () => {
    const { open, file } = await openFile();
    await open().close();
    {
      using database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 99');
    }
    expect(() => open()).toThrow('schema version 99');
  });
});
