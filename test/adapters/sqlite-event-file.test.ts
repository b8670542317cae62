/**
 * Mutants that these tests caught: BEGIN instead of BEGIN IMMEDIATE; no busy timeout; foreign commits unnoticed; modes left
 * to the umask; a later schema accepted; the reader closed last. Not caught: opening the file in between with other
 * means, which drops this process's locks on it.
 */
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { follow } from '../contracts/event-store/following.ts';
import { freshStream, freshType, idsOf, sample, samples } from '../contracts/event-store/samples.ts';
import { eventFile } from '../support/event-file.ts';

describe('the file of a sqlite event store', () => {
  it('shows a waiting subscriber what another store on the same file commits', async () => {
    const { open } = await eventFile();
    const [here, there] = [open(), open()];
    const type = freshType('Noted');
    const following = follow(here, { types: [type] });
    await following.history();
    const stream = freshStream();
    for (const event of samples(3, type)) {
      const version = (await here.readStream(stream)).length;
      await there.appendToStream(stream, version, [event]);
      expect((await following.nextEvent()).id).toBe(event.id);
    }
    await following.stop();
  });

  it('lets exactly one win between two stores on one file', async () => {
    const { open } = await eventFile();
    const stores = [open(), open()];
    const stream = freshStream();
    for (let version = 0; version < 20; version += 1) {
      const results = await Promise.all(stores.map(store => store.appendToStream(stream, version, samples(1))));
      expect(results.filter(({ ok }) => ok)).toEqual([{ ok: true, version: version + 1 }]);
      expect(results.filter(({ ok }) => !ok)).toEqual([{ ok: false, actual: version + 1 }]);
    }
  });

  it('gives subscribers of two stores that both append the same log in the same order', async () => {
    const { open } = await eventFile();
    const stores = [open(), open()];
    const type = freshType('Noted');
    const followings = stores.map(store => follow(store, { types: [type] }));
    const appending = stores.map(async store => {
      const stream = freshStream();
      for (let version = 0; version < 50; version += 1) {
        await store.appendToStream(stream, version, [sample({}, type)]);
      }
    });
    const [one, other] = await Promise.all(followings.map(following => following.nextEvents(100)));
    await Promise.all(appending);
    expect(one).toHaveLength(100);
    expect(idsOf(one ?? [])).toEqual(idsOf(other ?? []));
    await Promise.all(followings.map(following => following.stop()));
  });

  it('makes its folder and files for the owner alone', async () => {
    const { open, file, folder } = await eventFile('deep/down/events.sqlite');
    await open().appendToStream(freshStream(), 0, samples(1));
    for (const made of ['deep', 'deep/down']) expect(statSync(join(folder, made)).mode & 0o777).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(`${file}${suffix}`).mode & 0o777).toBe(0o600);
  });

  it('leaves one file behind, with everything in it, when the last store on it is closed', async () => {
    const { open, file } = await eventFile();
    const stores = [open(), open()];
    await stores[0]?.appendToStream(freshStream(), 0, samples(1));
    for (const store of stores) await store.close();
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined();
    using database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare('SELECT count(*) AS count FROM events').get()).toEqual({ count: 1 });
  });

  it('is refused where the file is of a later version', async () => {
    const { open, change } = await eventFile();
    await open().close();
    change('PRAGMA user_version = 99');
    expect(() => open()).toThrow('schema version 99');
  });

  it('is refused where the file is something else', async () => {
    const { open, file, folder } = await eventFile();
    chmodSync(folder, 0o700);
    writeFileSync(file, 'not a database, but long enough to be taken for one at first sight\n'.repeat(20));
    expect(() => open()).toThrow('not a database');
  });
});
