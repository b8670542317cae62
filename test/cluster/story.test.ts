import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Program } from '../process/program.ts';
import { importFile } from '../process/story.ts';
import { type Double, startDouble } from '../support/eventstoredb/double.ts';
import { insured, startServer } from '../support/server.ts';

/** The same program on EventStoreDB (the double, or the server that ESDB_URL names): the story, and the way there. */
let double: Double | undefined;
let program: Program;
let folder: string;
let run = 0;
const cluster = () => ({
  EVENT_STORE: 'eventstoredb',
  ESDB_URL: process.env.ESDB_URL ?? double?.directConnectionString ?? '',
  ESDB_PREFIX: `story_${Date.now().toString(36)}_${run++}`,
});

beforeAll(async () => {
  if (process.env.ESDB_URL === undefined) {
    console.warn('ESDB_URL is not set: the story is played on the double, NOT on a real server.');
    double = await startDouble({ maxAppendBytes: 4 * 1024 * 1024 });
  }
  folder = await mkdtemp(join(tmpdir(), 'story-'));
  program = await buildProgram();
});
afterAll(async () => {
  await program?.remove();
  await double?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the demonstration', () => {
  test.each([
    ['SQLite', () => ({})],
    ['EventStoreDB', cluster],
  ])('answers as expected at every step on %s', { timeout: 60_000 }, async (_, env) => {
    const { code, stdout } = await program.run('demo', [], env());
    expect(stdout.split('\n').filter(line => line.includes('✗'))).toEqual([]);
    expect([code, stdout.includes('Every step answered as expected.')]).toEqual([0, true]);
  });
});

test('what was begun on SQLite goes on where it was moved to', { timeout: 60_000 }, async () => {
  const env = cluster();
  const here = { DATA_FOLDER: join(folder, 'moving'), NODE_ENV: 'development' };
  const persons = [1, 2, 3].map(order => insured(order));
  expect((await importFile(program, here, folder, persons)).code).toBe(0);

  const moving = () => program.run('migrate', ['--from', 'sqlite', '--to', 'eventstoredb'], { ...here, ...env });
  const moved = await moving();
  expect([moved.code, moved.stdout]).toEqual([
    0,
    expect.stringMatching(/^9 streams with \d+ events are the same in both\.\n$/),
  ]);
  // Again, and nothing is there twice.
  expect((await moving()).stdout).toBe(moved.stdout);

  const server = await startServer({ ...env, PROJECTIONS_FOLDER: join(folder, 'there') }, here.DATA_FOLDER);
  try {
    const [one] = persons as [(typeof persons)[number]];
    const code = await server.codeFor(one, 'invitation');
    const given = { code, nir: one.nir, vitaleSerial: one.vitaleSerial };
    const { status, body } = await server.http.post('/v1/enrolment/verifications', { body: given });
    expect([status, body.espaceStatus]).toEqual([201, 'created']);
  } finally {
    await server.stop();
  }
});
