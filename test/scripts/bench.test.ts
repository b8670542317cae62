/**
 * The benchmark runs: every measure, with next to nothing to do. What it measures then says nothing; that it measures,
 * compares and decides is what is tested here.
 *
 * Mutants tried, each caught: a floor that does not hold at its very value, or is a ceiling; a ceiling on the least figure;
 * ratios of theirs to ours; the least for the median; rounds to warm up that count; a table that says yes to all; the exit
 * code the other way round; a measure left out; answers that are no 200 expected; transactions of other sizes than ours.
 */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alternate, ratiosOf, spreadOf } from '../../scripts/bench/alternating.ts';
import { ceiling, comparison, type Result, resultTable } from '../../scripts/bench/results.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const run = promisify(execFile);

describe('figures', () => {
  test('median, least and most', () => {
    expect(spreadOf([3, 1, 2])).toStrictEqual({ median: 2, least: 1, most: 3 });
    expect(spreadOf([4, 1, 10, 2])).toStrictEqual({ median: 3, least: 1, most: 10 });
  });

  test('each round of ours is compared with the same round of theirs', () => {
    expect(ratiosOf([10, 40, 90], [10, 20, 30])).toStrictEqual({ median: 2, least: 1, most: 3 });
  });

  test('the sides take turns, and rounds to warm up do not count', async () => {
    const order: string[] = [];
    const side = (name: string, first: number) => async () => {
      order.push(name);
      return first + order.length;
    };
    const speeds = await alternate({ rounds: 2, warmUpRounds: 1 }, [side('a', 0), side('b', 100)], () => {});
    expect(order).toStrictEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(speeds).toStrictEqual([
      [3, 5],
      [104, 106],
    ]);
  });

  test('a floor holds at its very value and not below', () => {
    const against = { what: 'theirs', speeds: [100, 100, 100] };
    expect(comparison('a', '1/s', [40, 40, 40], against, 0.4).ok).toBe(true);
    expect(comparison('a', '1/s', [39, 41, 39], against, 0.4).ok).toBe(false);
    expect(ceiling('a', 'µs', [3, 9, 1], 3).ok).toBe(true);
    expect(ceiling('a', 'µs', [4, 4, 1], 3).ok).toBe(false);
  });

  test('the table says what missed its floor', () => {
    const against = { what: 'theirs', speeds: [100_000] };
    const lines = resultTable([comparison('quick', '1/s', [50_000], against, 0.4), ceiling('slow', 'µs', [3.5], 3)])
      .split('\n')
      .slice(2)
      .map(line => line.split(/ {2,}/));
    expect(lines).toStrictEqual([
      [
        'quick',
        '50,000 (50,000 to 50,000) 1/s',
        'theirs: 100,000 (100,000 to 100,000)',
        '0.50 (0.50 to 0.50)',
        'at least 0.40',
        'yes',
      ],
      ['slow', '3.50 (3.50 to 3.50) µs', '–', '–', 'at most 3.00', 'NO'],
    ]);
  });
});

describe('npm run bench', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const compiled = join(PROJECT, 'dist', `bench-test-${process.pid}`);
  beforeAll(async () => {
    folder = await temporaryFolder();
    await run(process.execPath, [
      join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc'),
      ...['-p', join(PROJECT, 'tsconfig.build.json'), '--outDir', compiled],
    ]);
  });
  afterAll(async () => {
    await folder.remove();
    await rm(compiled, { recursive: true, force: true });
  });

  test('measures everything, says so, and keeps the figures with the machine they are of', async () => {
    const main = join(compiled, 'scripts', 'bench', 'main.js');
    const { stdout, exitCode } = await run(process.execPath, [main, '--smoke'], { cwd: folder.path }).then(
      ended => ({ ...ended, exitCode: 0 }),
      (error: { readonly stdout: string; readonly code: number }) => ({ ...error, exitCode: error.code }),
    );
    const kept = JSON.parse(await readFile(join(folder.path, 'bench-results.json'), 'utf8')) as {
      readonly machine: Readonly<Record<string, unknown>>;
      readonly size: string;
      readonly results: readonly Result[];
      readonly notes: readonly { readonly title: string }[];
    };
    expect(kept.size).toBe('smoke');
    expect(Object.keys(kept.machine)).toStrictEqual([
      ...['cores', 'processor', 'memoryGiB', 'node', 'sqlite', 'date', 'fsyncMs'],
    ]);
    expect(kept.results.map(({ what, floor }) => [what, floor?.kind, floor?.value])).toStrictEqual(EXPECTED);
    for (const { what, ours } of kept.results) {
      expect(ours.median, what).toBeGreaterThan(0);
      expect(stdout).toContain(what);
    }
    expect(exitCode).toBe(kept.results.every(({ ok }) => ok) ? 0 : 1);
  }, 120_000);
});

const CROWD = 1 / 1.2;
const EXPECTED = [
  ['audited read, 64 espaces', 'at least', 0.4],
  ['audited read, one espace', 'at least', 0.4],
  ['durable appends, 64 writers', 'at least', 0.5],
  ['replay, every decision taken again', 'at least', 0.5],
  ...['decision', 'document page', 'journal page'].flatMap(what => [
    [`${what}, 40 espaces, first visit`, 'at least', CROWD],
    [`${what}, 40 espaces, later visits`, 'at least', CROWD],
  ]),
  ...['10 documents', '20 documents', 'after 100 events', 'after 200 events'].map(what => [
    `one decision, ${what}`,
    'at most',
    3,
  ]),
  ['flat in documents: 20 documents', 'at least', CROWD],
  ['flat in events: after 200 events', 'at least', CROWD],
];
