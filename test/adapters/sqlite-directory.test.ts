/**
 * Mutants that these tests caught: the file written in place; readers that keep the edition they opened; a draft left
 * behind by a failure, or by a process that was killed; the draft of a process that runs cleared away; a file of another
 * schema read; modes left to the umask.
 */
import { spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteDirectory } from '../../src/adapters/sqlite/directory/sqlite-directory.ts';
import { createSqliteDirectoryWriter } from '../../src/adapters/sqlite/directory/sqlite-directory-writer.ts';
import { directoryContract } from '../contracts/directory.contract.ts';
import { ANYBODY, entry, everybodyFound, FIRST_PAGE, publish } from '../support/directory-entries.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

directoryContract('sqlite', async () => {
  const { path, remove } = await temporaryFolder();
  const file = join(path, 'data', 'directory.db');
  return {
    directory: createSqliteDirectory({ file }),
    writer: createSqliteDirectoryWriter({ file }),
    dispose: remove,
  };
});

const CHILD = new URL('./sqlite-directory-child.ts', import.meta.url).pathname;
const KILLS = 6;

describe('the file of a sqlite directory', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  const names = (): readonly string[] => readdirSync(folder.path).toSorted();

  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'directory.db');
  });
  afterEach(() => folder.remove());

  it('is all there is once it is published, and only its owner may read it', async () => {
    await publish(createSqliteDirectoryWriter({ file }), [entry('99700000001', 'A', 'A')]);
    expect(names()).toEqual(['directory.db']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing behind where a draft fails or is discarded', async () => {
    const writer = createSqliteDirectoryWriter({ file });
    const draft = await writer.draft('2026-11-20');
    await draft.add([entry('99700000001', 'A', 'A')]);
    expect(names()).toHaveLength(2);
    await draft.discard();
    expect(names()).toEqual([]);
  });

  it('clears away the drafts of processes that are no more, and no others', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise(resolve => gone.once('close', resolve));
    const left = [`directory.db.draft-${gone.pid}-0`, `directory.db.draft-${gone.pid}-0-lines`];
    const kept = [`directory.db.draft-${process.ppid}-0`, 'directory.db.draft', `events.db.draft-${gone.pid}-0`];
    const ofOurNumber = `directory.db.draft-${process.pid}-7`;
    for (const name of [...left, ...kept, ofOurNumber]) writeFileSync(join(folder.path, name), '');
    const writer = createSqliteDirectoryWriter({ file });
    const first = await writer.draft('2026-11-20');
    const second = await writer.draft('2026-11-21');
    await first.add([entry('99700000001', 'A', 'A')]);
    await first.publish();
    await second.discard();
    expect(names()).toEqual([...kept, 'directory.db'].toSorted());
  });

  it('that is damaged is none to whoever imports the next', async () => {
    writeFileSync(file, 'nothing that is a database');
    const writer = createSqliteDirectoryWriter({ file });
    expect(await writer.current()).toBeNull();
    expect(await publish(writer, [entry('99700024450', 'LEGRAND', 'Bruno')])).toEqual(await writer.current());
  });

  it('of another schema is as good as none, until the next import', async () => {
    const other = new DatabaseSync(file);
    other.exec('PRAGMA user_version = 999; CREATE TABLE edition (date TEXT)');
    other.close();
    const directory = createSqliteDirectory({ file });
    expect((await directory.findProfessionals(ANYBODY, FIRST_PAGE)).edition).toBeNull();
    await publish(createSqliteDirectoryWriter({ file }), [entry('99700000001', 'A', 'A')]);
    expect(await everybodyFound(directory, ANYBODY)).toEqual(['99700000001']);
    await directory.close();
  });

  it('of a process killed at any moment is the edition it published last, or the next one, whole', async () => {
    const directory = createSqliteDirectory({ file });
    let leftovers = 0;
    let edition = 1;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const told = await importUntilKilled(file, edition, 30 + kill * 45);
      leftovers += names().length - 1;
      const { edition: current, found } = await directory.findProfessionals(ANYBODY, FIRST_PAGE);
      const number = current === null ? 0 : Number(current.date.slice(0, 4)) - 2000;
      const last = told.at(-1);
      if (last !== undefined) expect([last, last + 1]).toContain(number);
      expect(new Set(found.items.map(({ givenName }) => givenName)).size).toBeLessThan(2);
      if (number > 0) {
        expect(current?.professionals).toBe(3_000);
        expect(found.items[0]?.givenName).toBe(`Edition${number}`);
        expect(await everybodyFound(directory, { ...ANYBODY, name: ['nom2999'] })).toEqual(['99700002999']);
      }
      edition = number + 1;
    }
    expect(leftovers).toBeGreaterThan(0);
    await publish(createSqliteDirectoryWriter({ file }), [entry('99700000001', 'A', 'A')]);
    expect(names()).toEqual(['directory.db']);
    await directory.close();
  });
});

/** Numbers of the editions that a process told before it was killed, `afterMs` after it began. */
const importUntilKilled = (file: string, first: number, afterMs: number): Promise<readonly number[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, file, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
    child.stdout.on('data', text => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error('the child ended by itself'));
      const whole = output.slice(0, output.lastIndexOf('\n')).split('\n').slice(1);
      resolve(whole.map(date => Number(date.slice(0, 4)) - 2000));
    });
  });
