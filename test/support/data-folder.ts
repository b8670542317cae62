import { createSecretKey } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createFilesystemContentStore } from '../../src/adapters/filesystem/filesystem-content-store.ts';
import { subSecret } from '../../src/adapters/identity/secrets.ts';
import { sealing } from '../../src/adapters/sealing/sealing.ts';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import { createSqliteKeyVault } from '../../src/adapters/sqlite/sqlite-key-vault.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A data folder as a thief finds it who has the master secret too. */

/** Every file, by its path in the folder. */
export const filesIn = async (folder: string): Promise<ReadonlyMap<string, Buffer>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const read = await Promise.all(
    paths.map(async path => [path.slice(folder.length + 1), await readFile(path)] as const),
  );
  return new Map(read);
};

/** The bytes that a person's key is kept as; null where none is there. */
export const wrappedKeyIn = (folder: string, personId: string): Buffer | null => {
  const database = new DatabaseSync(join(folder, 'keys.db'), { readOnly: true });
  try {
    const wrapped = database.prepare('SELECT wrapped FROM keys WHERE id = ?').get(personId)?.wrapped;
    return wrapped instanceof Uint8Array ? Buffer.from(wrapped) : null;
  } finally {
    database.close();
  }
};

/** All that opens with what is in a copy of the folder: the data of every event, and the bytes of every content of `owners`. */
export const openedIn = async (
  folder: string,
  masterSecret: Buffer,
  owners: readonly string[],
): Promise<readonly string[]> => {
  const copy = await temporaryFolder();
  await cp(folder, copy.path, { recursive: true });
  const keys = createSqliteKeyVault({
    file: join(copy.path, 'keys.db'),
    masterKey: createSecretKey(subSecret(masterSecret, 'key vault')),
  });
  const store = sealing(createSqliteEventStore({ file: join(copy.path, 'events.db') }), keys, () => '');
  const contents = createFilesystemContentStore({ keys, folder: join(copy.path, 'contents'), now: () => '' });
  const opened: string[] = [];
  try {
    const abort = new AbortController();
    for await (const delivery of store.subscribe({ after: null, signal: abort.signal })) {
      if (delivery.kind === 'caught-up') break;
      if (delivery.kind === 'event' && !delivery.event.erased) opened.push(JSON.stringify(delivery.event.data));
    }
    abort.abort();
    for await (const { id } of contents.list())
      for (const owner of owners) opened.push(await textOf(contents.read(id, owner)));
    return opened;
  } finally {
    await store.close();
    await keys.close();
    await copy.remove();
  }
};

/** Empty where it is somebody else's, or nobody's. */
const textOf = async (reading: Promise<AsyncIterable<Uint8Array> | null>): Promise<string> => {
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await reading) ?? []) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  } catch {
    return '';
  }
};
