import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A file and how to open it, as often as wanted; whatever is open is closed with the test, and the file removed. */
export const eventFile = async (name = 'events.sqlite') => {
  const folder = await temporaryFolder();
  const file = join(folder.path, name);
  const stores: EventStore[] = [];
  onTestFinished(async () => {
    await Promise.all(stores.map(store => store.close()));
    await folder.remove();
  });
  const open = () => {
    const store = createSqliteEventStore({ file });
    stores.push(store);
    return store;
  };
  /** Runs `sql` on the file past every store. */
  const change = (sql: string) => {
    using database = new DatabaseSync(file, { timeout: 5_000 });
    database.exec(sql);
  };
  return { folder: folder.path, file, open, change };
};
