import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EVENT_MIGRATIONS } from '../../../src/adapters/sqlite/event-schema.ts';
import { migrate } from '../../../src/adapters/sqlite/migrate.ts';
import { openDatabase } from '../../../src/adapters/sqlite/open-database.ts';
import { TOKENS } from '../../../src/composition-root.ts';
import type { EventStore } from '../../../src/ports/event-store.ts';
import { alternate, type Speed, spreadOf } from '../alternating.ts';
import { asNew } from '../histories.ts';
import { createLife, PRACTITIONER } from '../life.ts';
import { comparison } from '../results.ts';
import type { Measure } from '../row.ts';
import { freshFolder, openFresh } from '../workspace.ts';

const WRITERS = 64;
const FLOOR = 0.5;

/**
 * Durable appends of traces, each writer on a stream of its own and with the next when the last is on the disk, through
 * the store as it is composed (measured, sealed, committed in groups); against prepared inserts of the very rows that
 * came of it, in transactions of the sizes that it made.
 */
export const durableAppends: Measure = async ({ size, folder, onProgress }) => {
  const data = freshFolder(folder);
  const { parts, close } = openFresh(data);
  const store = parts.get(TOKENS.store);
  const plain = openPlain(join(data, 'plain.db'));
  const written = new DatabaseSync(join(data, 'events.db'), { readOnly: true });
  const rowsOf = written.prepare(
    'SELECT stream, version, id, type, at, request_id, data FROM events WHERE position > ? ORDER BY position',
  );
  const end = written.prepare('SELECT coalesce(max(position), 0) AS position FROM events');
  const batches: number[][] = [];
  let from = 0;

  const ours = async (): Promise<Speed> => {
    from = Number(end.get()?.position);
    const { seconds, sizes } = await appendAll(store, size.appendedEvents);
    batches.push(sizes);
    return size.appendedEvents / seconds;
  };
  const theirs = async (): Promise<Speed> => {
    const rows = rowsOf.all(from) as Row[];
    return rows.length / plain.insertAll(rows, batches.at(-1) ?? []);
  };

  const [oursSpeeds = [], theirSpeeds = []] = await alternate(size, [ours, theirs], onProgress);
  written.close();
  plain.close();
  await close();
  const sizes = spreadOf(batches.flat());
  return {
    results: [
      comparison(
        `durable appends, ${WRITERS} writers`,
        'events/s',
        oursSpeeds,
        { what: 'plain inserts', speeds: theirSpeeds },
        FLOOR,
      ),
    ],
    notes: [
      {
        title: 'Events in one transaction',
        lines: [`median ${sizes.median}, from ${sizes.least} to ${sizes.most}`],
      },
    ],
  };
};

/** Appends `count` traces, and how many became durable together each time. */
const appendAll = async (store: EventStore, count: number) => {
  const sizes: number[] = [];
  let together = 0;
  const isDurable = (): void => {
    // All answers of one commit come in one turn of the event loop, and the next commit begins in a later one.
    if (together === 0)
      setImmediate(() => {
        sizes.push(together);
        together = 0;
      });
    together += 1;
  };

  let left = count;
  const write = async (): Promise<void> => {
    const espace = randomUUID();
    const [event] = createTrace(espace);
    for (let version = 0; left > 0; version += 1) {
      left -= 1;
      const appended = await store.appendToStream(`espace-${espace}`, version, asNew([event]));
      if (!appended.ok) throw new Error('a stream of one writer has another one');
      isDurable();
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: WRITERS }, write));
  const seconds = (performance.now() - startedMs) / 1_000;
  await new Promise(setImmediate);
  return { seconds, sizes };
};

/** What a permitted read leaves behind. */
const createTrace = (espace: string) => {
  const life = createLife(espace);
  const documentId = randomUUID();
  life.create();
  life.authorise(PRACTITIONER.rpps);
  life.deposit({ kind: 'holder', id: espace }, documentId, randomUUID());
  const [trace] = life.ask(PRACTITIONER, 'read-content', documentId);
  if (trace?.type !== 'AccessedBy') throw new Error('the read was not permitted');
  return [trace] as const;
};

type Row = {
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly request_id: string;
  readonly data: string;
};

/** The same table with the same settings, and nothing but inserts. */
const openPlain = (file: string) => {
  const database = openDatabase(file);
  migrate(database, EVENT_MIGRATIONS);
  const insert = database.prepare(
    'INSERT INTO events (stream, version, id, type, at, request_id, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    /** Seconds until all `rows` are on the disk, so many of them in each transaction. */
    insertAll(rows: readonly Row[], sizes: readonly number[]): number {
      const startedMs = performance.now();
      let next = 0;
      for (const count of sizes) {
        database.exec('BEGIN IMMEDIATE');
        for (const row of rows.slice(next, next + count))
          insert.run(row.stream, row.version, row.id, row.type, row.at, row.request_id, row.data);
        database.exec('COMMIT');
        next += count;
      }
      if (next !== rows.length) throw new Error('the transactions do not add up to the rows');
      return (performance.now() - startedMs) / 1_000;
    },
    close: () => database.close(),
  };
};
