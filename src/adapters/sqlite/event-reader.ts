import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { Checkpoint, RecordedEvent, StreamName, Version } from '../../ports/event-store.ts';
import type { LogPage } from '../shared/follow-log.ts';
import { checkpointOf, positionOf } from '../shared/log-position.ts';

/** How far a subscription looks through the log in one step, and how much of it is in memory at once. */
const SCAN_POSITIONS = 1_000;
const PAGE_EVENTS = 256;
const PAGE_CHARACTERS = 4 * 1024 * 1024;

type Row = {
  readonly position: number;
  readonly stream: StreamName;
  readonly version: Version;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly request_id: string;
  readonly data: string;
};

const COLUMNS = 'position, stream, version, id, type, at, request_id, data';

const recorded = (row: Row): RecordedEvent => ({
  id: row.id,
  type: row.type,
  at: row.at,
  requestId: row.request_id,
  data: JSON.parse(row.data) as JsonObject,
  stream: row.stream,
  version: row.version,
  checkpoint: checkpointOf(row.position),
});

/** What the store reads, on a connection of its own: it sees what is committed, and that is on the disk already. */
export type EventReader = {
  /** The last position of the log; 0 while it is empty. */
  end(): number;
  forwards(stream: StreamName, after: Version): readonly RecordedEvent[];
  backwards(stream: StreamName, before: Version, limit: number): readonly RecordedEvent[];
  /** `end` is the last position, as just read. */
  logPage(end: number, after: Checkpoint | null, types: readonly string[] | undefined): LogPage;
  /** Differs from the last answer once another connection has committed, in this process or another. */
  changeMark(): number;
};

export const createEventReader = (database: DatabaseSync): EventReader => {
  const selectForwards = database.prepare(
    `SELECT ${COLUMNS} FROM events WHERE stream = ? AND version > ? ORDER BY version`,
  );
  const selectBackwards = database.prepare(
    `SELECT ${COLUMNS} FROM events WHERE stream = ? AND version < ? ORDER BY version DESC LIMIT ?`,
  );
  const selectEnd = database.prepare('SELECT coalesce(max(position), 0) AS position FROM events');
  const selectAll = database.prepare(
    `SELECT ${COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ${PAGE_EVENTS}`,
  );
  const selectTypes = database.prepare(
    `SELECT ${COLUMNS} FROM events WHERE position > ? AND position <= ?
     AND type IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ${PAGE_EVENTS}`,
  );
  const dataVersion = database.prepare('PRAGMA data_version');

  const logPage: EventReader['logPage'] = (end, after, types) => {
    const start = positionOf(after);
    const scannedTo = Math.min(start + SCAN_POSITIONS, end);
    const rows =
      types === undefined
        ? selectAll.iterate(start, scannedTo)
        : selectTypes.iterate(start, scannedTo, JSON.stringify(types));
    const events: RecordedEvent[] = [];
    let characters = 0;
    let upTo = scannedTo;
    for (const row of rows as Iterable<Row>) {
      events.push(recorded(row));
      characters += row.data.length;
      if (events.length === PAGE_EVENTS || characters > PAGE_CHARACTERS) {
        upTo = row.position;
        break;
      }
    }
    return { events, upTo: upTo > start ? checkpointOf(upTo) : after, more: upTo < end };
  };

  return {
    end: () => Number(selectEnd.get()?.position),
    forwards: (stream, after) => (selectForwards.all(stream, after) as Row[]).map(recorded),
    backwards: (stream, before, limit) =>
      (selectBackwards.all(stream, before, Math.max(0, limit)) as Row[]).map(recorded),
    logPage,
    changeMark: () => Number(dataVersion.get()?.data_version),
  };
};
