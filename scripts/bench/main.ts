import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import type { MeasureOrder, MeasureReport } from './measure-process.ts';
import { MEASURES } from './measures.ts';
import { type Measured, resultTable } from './results.ts';
import type { SizeName } from './sizes.ts';

const NAMES = Object.keys(MEASURES);
const USAGE = `usage: npm run bench -- [--quick] [--only <name>] [--profile <folder>] [--results <file>]

  Measures how fast the record is, as ratios of two sides that take turns in one run, and says which floors hold.
  Exit code 1 if one does not.

  --quick     a shorter run; its figures are rougher
  --smoke     seconds: shows that everything runs, its figures say nothing
  --only      one of ${NAMES.join(', ')}
  --profile   keeps a CPU profile of the server under load in this folder
  --results   where the figures go (default: bench-results.json)
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Resolves with what was measured; rejects where the process ends without having said so. */
const measureApart = (order: MeasureOrder): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL(`./measure-process${extname(import.meta.url)}`, import.meta.url), {
      execArgv: ['--enable-source-maps'],
      // What the record logs while it is measured goes nowhere.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    child.on('message', (report: MeasureReport) => {
      if (report.kind === 'progress') say(`  ${order.name}: ${report.text}`);
      else resolve(report.measured);
    });
    child.once('exit', code => reject(new Error(`the measure ${order.name} ended with ${code}`)));
    child.send(order);
  });

const run = async (size: SizeName, names: readonly string[], profileFolder: string | null, file: string) => {
  // Beside the project and not in the system's folder for temporary files, which may be in memory.
  mkdirSync('data', { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join('data', 'bench-'));
  try {
    const machine = describeMachine(folder);
    say(`${machine.cores} cores (${machine.processor}), Node ${machine.node}, SQLite ${machine.sqlite}`);
    say(`4 KiB are on the disk after ${machine.fsyncMs} ms (median)\n`);
    const measured: Measured[] = [];
    for (const name of names) measured.push(await measureApart({ name, size, folder, profileFolder }));
    const results = measured.flatMap(each => each.results);
    const notes = measured.flatMap(each => each.notes);
    say(`\nmedian (least to most) of the rounds; sealing and synchronous=FULL on\n\n${resultTable(results)}`);
    for (const { title, lines } of notes) say(`\n${title}\n${lines.map(line => `  ${line}`).join('\n')}`);
    writeFileSync(file, `${JSON.stringify({ machine, size, results, notes }, null, 2)}\n`);
    const missed = results.filter(({ ok }) => !ok);
    say(missed.length === 0 ? '\nEvery floor holds.' : `\nMISSED: ${missed.map(({ what }) => what).join('; ')}`);
    process.exitCode = missed.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    smoke: { type: 'boolean' },
    only: { type: 'string' },
    profile: { type: 'string' },
    results: { type: 'string', default: 'bench-results.json' },
  },
});
const names = values.only === undefined ? NAMES : NAMES.filter(name => name === values.only);
if (names.length === 0) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const size = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
  await run(size, names, values.profile === undefined ? null : resolve(values.profile), values.results);
}
