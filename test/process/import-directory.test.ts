import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSqliteDirectory } from '../../src/adapters/sqlite/directory/sqlite-directory.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { buildProgram, type Ended, type Program } from './program.ts';

/**
 * The program that imports the directory. Mutants seen to fail: another exit code; a wrong file told with a stack; the date
 * of the command line let fall.
 */

const FIXTURE = 'test/fixtures/annuaire-sante.txt';
let program: Program;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [program, folder] = [await buildProgram(), await temporaryFolder()];
});
afterAll(async () => {
  await program.remove();
  await folder.remove();
});

const run = (...args: readonly string[]): Promise<Ended> =>
  program.run('import-directory', args, { DATA_FOLDER: folder.path });

test('imports a file beside whatever runs, tells bad lines, and dates the edition', async () => {
  const { code, stdout, stderr } = await run(FIXTURE, '--date', '2026-11-19');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('line 23: not-rpps\n');
  const directory = createSqliteDirectory({ file: join(folder.path, 'directory.db') });
  expect((await directory.professional('99700024450')).edition?.date).toBe('2026-11-19');
  await directory.close();
});

test('takes no file older than the directory in use, unless told to', async () => {
  const dated = ['--date', '2026-11-18'];
  const older = await run(FIXTURE, ...dated);
  expect([older.code, older.stderr]).toEqual([
    2,
    'the directory stays as it was: it is of 2026-11-19, newer than the file, which is of 2026-11-18\n',
  ]);
  expect((await run(FIXTURE, ...dated, '--older')).code).toBe(1);
});

test('tells in a sentence what cannot be imported, and changes nothing', async () => {
  const other = join(folder.path, 'other.txt');
  await writeFile(other, 'a|b|\n1|2|\n');
  const wrong = await run(other);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/^the first line is not the header of [^\n]+\n$/),
  ]);
  const missing = await run(join(folder.path, 'missing.txt'));
  expect([missing.code, missing.stderr]).toEqual([2, 'the file cannot be read: ENOENT\n']);
  for (const args of [[], [FIXTURE, '--date', '2026-02-30'], [FIXTURE, other], [FIXTURE, '--x']]) {
    const { code, stderr } = await run(...args);
    expect([code, stderr.slice(0, 6)]).toEqual([2, 'usage:']);
  }
});
