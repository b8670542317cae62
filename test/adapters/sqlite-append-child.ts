/**
 * Appends one event after the other to a few streams, and prints each that was acknowledged: `<stream> <version> <id>`.
 * Run as `node sqlite-append-child.ts <file> <number of writers> <appends of each>`, also to be killed at any moment.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import type { StreamName } from '../../src/ports/event-store.ts';

const STDOUT = 1;
const [file = '', writers = '1', appends = '1'] = process.argv.slice(2);
const store = createSqliteEventStore({ file });

const write = async (stream: StreamName): Promise<void> => {
  for (let count = 0; count < Number(appends); count += 1) {
    const event = {
      id: randomUUID(),
      type: 'Noted',
      at: '2026-11-20T08:30:00.000Z',
      requestId: randomUUID(),
      data: { count, filler: 'x'.repeat(count % 7_000) },
    };
    const result = await store.appendToStream(stream, count, [event]);
    if (!result.ok) throw new Error('a stream of this process has another writer');
    // At once and whole, so that a kill leaves no acknowledged line unprinted half.
    writeSync(STDOUT, `${stream} ${result.version} ${event.id}\n`);
  }
};

await Promise.all(Array.from({ length: Number(writers) }, () => write(`espace-${randomUUID()}`)));
await store.close();
