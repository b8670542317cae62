/**
 * Mutants that these tests caught: answers before the commit; no busy timeout. That a commit waits for the disk, only a
 * power cut could show.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import type { StreamName } from '../../src/ports/event-store.ts';
import { follow } from '../contracts/event-store/following.ts';
import { freshStream, idsOf, samples } from '../contracts/event-store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('./sqlite-append-child.ts', import.meta.url));
const KILLS = 5;
const LINES_BEFORE_KILL = 40;

type Acknowledged = { readonly stream: StreamName; readonly version: number; readonly id: string };

/** Every whole line of `file`: the last may be cut off by the kill. */
const acknowledgedIn = (file: string): readonly Acknowledged[] =>
  (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [stream, version, id] = line.split(' ');
      return { stream: stream as StreamName, version: Number(version), id: id ?? '' };
    });

const startChild = (file: string, writers: number, appends: number) => {
  // A file and not a pipe: a pipe that nobody empties in time refuses the child's next line.
  const lines = `${file}-acknowledged`;
  const args = ['--no-warnings', CHILD, file, lines, String(writers), String(appends)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return {
    child,
    acknowledged: () => acknowledgedIn(lines),
    ended: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  };
};

const fileOfTest = async (): Promise<string> => {
  const folder = await temporaryFolder();
  onTestFinished(folder.remove);
  return join(folder.path, 'events.sqlite');
};

describe('a process killed at any moment', () => {
  it('has lost nothing that it acknowledged, and left no gap', { timeout: 60_000 }, async () => {
    const file = await fileOfTest();
    let acknowledged: readonly Acknowledged[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const run = startChild(file, 8, 1_000_000);
      const enough = acknowledged.length + LINES_BEFORE_KILL * (kill + 1);
      while (run.acknowledged().length < enough) await setTimeout(2);
      run.child.kill('SIGKILL');
      expect(await run.ended).toEqual([null, 'SIGKILL']);
      acknowledged = run.acknowledged();

      const store = createSqliteEventStore({ file });
      const streams = new Set(acknowledged.map(({ stream }) => stream));
      const stored = new Map<string, string>();
      for (const stream of streams) {
        const events = await store.readStream(stream);
        expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
        for (const { version, id } of events) stored.set(`${stream} ${version}`, id);
      }
      for (const { stream, version, id } of acknowledged) expect(stored.get(`${stream} ${version}`)).toBe(id);
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * LINES_BEFORE_KILL);
  });
});

describe('two processes on one file', () => {
  it('both get through, and a subscriber here sees all that was committed there', { timeout: 60_000 }, async () => {
    const file = await fileOfTest();
    const store = createSqliteEventStore({ file });
    const following = follow(store, { types: ['Noted'] });
    await following.history();
    const run = startChild(file, 4, 100);
    const mine = freshStream();
    let version = 0;
    while (run.child.exitCode === null) {
      const result = await store.appendToStream(mine, version, samples(1, 'Seen'));
      expect(result).toEqual({ ok: true, version: version + 1 });
      version += 1;
    }
    expect(await run.ended).toEqual([0, null]);
    const theirs = run.acknowledged();
    expect(theirs).toHaveLength(400);
    const seen = await following.nextEvents(400);
    expect([...idsOf(seen)].sort()).toEqual([...idsOf(theirs)].sort());
    expect(await store.readStream(mine)).toHaveLength(version);
    await following.stop();
    await store.close();
  });
});
