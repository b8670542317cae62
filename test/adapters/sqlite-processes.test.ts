/**
 * Mutants that these tests caught: answers before the commit; no transaction; a batch that failed or conflicted leaves the
 * next one waiting; foreign commits unnoticed. That commits reach the disk, only a power cut could show.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** Every whole line: the last may be cut off by the kill. */
const acknowledgedIn = (output: string): readonly Acknowledged[] =>
  output
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [stream, version, id] = line.split(' ');
      return { stream: stream as StreamName, version: Number(version), id: id ?? '' };
    });

const startChild = (file: string, writers: number, appends: number) => {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--no-warnings', CHILD, file, String(writers), String(appends)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    child,
    lines: () => output.split('\n').length - 1,
    acknowledged: () => acknowledgedIn(output),
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
    const acknowledged: Acknowledged[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const run = startChild(file, 8, 1_000_000);
      while (run.lines() < LINES_BEFORE_KILL * (kill + 1)) await setTimeout(1);
      run.child.kill('SIGKILL');
      expect(await run.ended).toEqual([null, 'SIGKILL']);
      acknowledged.push(...run.acknowledged());

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
