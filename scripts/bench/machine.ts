import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { spreadOf } from './alternating.ts';

/** On what the figures were taken: without it they say little. */
export type Machine = {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly sqlite: string;
  readonly date: string;
  /** Median time until 4 KiB, appended to a file in the folder of the measurements, are on the disk. */
  readonly fsyncMs: number;
};

const SYNCS = 200;
const PAGE_BYTES = 4_096;
const GIB = 1024 ** 3;

export const describeMachine = (folder: string): Machine => ({
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / GIB),
  node: process.versions.node,
  sqlite: sqliteVersion(),
  date: new Date().toISOString(),
  fsyncMs: Number(medianFsyncMs(folder).toFixed(3)),
});

const sqliteVersion = (): string => {
  const database = new DatabaseSync(':memory:');
  const version = String(database.prepare('SELECT sqlite_version() AS version').get()?.version);
  database.close();
  return version;
};

const medianFsyncMs = (folder: string): number => {
  const file = join(folder, 'fsync-probe');
  const descriptor = openSync(file, 'wx', 0o600);
  const page = Buffer.alloc(PAGE_BYTES, 'x');
  const times = Array.from({ length: SYNCS }, () => {
    const startedMs = performance.now();
    writeSync(descriptor, page);
    fsyncSync(descriptor);
    return performance.now() - startedMs;
  });
  closeSync(descriptor);
  rmSync(file);
  return spreadOf(times).median;
};
