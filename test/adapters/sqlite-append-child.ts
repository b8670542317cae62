/**
 * Appends one event after the other to a few streams, and writes down each that was acknowledged, a line
 * `<stream> <version> <id>`. To be run, and killed at any moment, as
 * `node sqlite-append-child.ts <file of the store> <file of the lines> <number of writers> <appends of each>`.
 */
import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import type { StreamName } from '../../src/ports/event-store.ts';

const [file = '', linesFile = '', writers = '1', appends = '1'] = process.argv.slice(2);
const lines = openSync(linesFile, 'a');
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
    // Handed to the system before the next append: a kill does not take it back.
    writeSync(lines, `${stream} ${result.version} ${event.id}\n`);
  }
};

await Promise.all(Array.from({ length: Number(writers) }, () => write(`espace-${randomUUID()}`)));
await store.close();
