import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { declaredTests } from '../support/declared-tests.ts';

/**
 * The table in `asvs-authentication.md`: it has every requirement of the two chapters at levels 1 and 2, in order, and what it
 * names as proof exists and runs.
 *
 * Mutants seen to fail: a row left out; a test renamed, skipped alone or with its group, or put into a comment; a verdict
 * without a reason.
 */

const TABLE = readFileSync(new URL('asvs-authentication.md', import.meta.url), 'utf8');

/** How many requirements of levels 1 and 2 each section has in ASVS 4.0.3; 2.8.7 is recommended at level 2. */
const SECTIONS = {
  ...{ '2.1': 12, '2.2': 3, '2.3': 3, '2.4': 5, '2.5': 7, '2.6': 3, '2.7': 6, '2.8': 7, '2.9': 3, '2.10': 4 },
  ...{ '3.1': 1, '3.2': 4, '3.3': 4, '3.4': 5, '3.5': 3, '3.7': 1 },
} as const;
const REQUIREMENTS = Object.entries(SECTIONS).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
);

type Row = {
  readonly id: string;
  readonly verdict: string;
  /** File and name of each test. */
  readonly tests: readonly (readonly [file: string, name: string])[];
  /** What is said besides. */
  readonly reason: string;
};

const ROWS: readonly Row[] = TABLE.split('\n').flatMap(line => {
  const [, id = '', , verdict = '', proof = ''] = line
    .split(' | ')
    .join('|')
    .split('|')
    .map(cell => cell.trim());
  if (!/^\d+\.\d+\.\d+$/.test(id)) return [];
  const tests = [...proof.matchAll(/`(test\/[^`:]+): ([^`]+)`/g)].map(
    ([, file = '', name = '']) => [file, name] as const,
  );
  return [{ id, verdict, tests, reason: proof.replace(/`test\/[^`]+`/g, '').trim() }];
});

test('every requirement has its row, in order', () => {
  expect(ROWS.map(({ id }) => id)).toEqual(REQUIREMENTS);
});

describe('each row', () => {
  test.each(ROWS.map(row => [row.id, row] as const))('%s says how it stands', (_, { verdict, tests, reason }) => {
    expect(['met', 'otherwise', 'partly', 'departs', 'not here']).toContain(verdict);
    if (verdict === 'met' || verdict === 'otherwise') expect(tests.length).toBeGreaterThan(0);
    if (verdict !== 'met') expect(reason).toMatch(/^[\p{Lu}\d"].{12,}\.$/u);
  });

  const named = ROWS.flatMap(({ id, tests }) => tests.map(([file, name]) => [id, file, name] as const));
  test.each(named)('%s rests on a test that runs: %s: %s', (_, file, name) => {
    expect(declaredTests(readFileSync(file, 'utf8'))).toContain(name);
  });
});

test.each<[string, string]>([
  ['in a comment', "// test('it holds', () => check());"],
  ['in a comment of several lines', "/* test('it holds', () => check()); */"],
  ['in a text', "const code = `test('it holds', () => check());`;"],
  ['skipped', "test.skip('it holds', () => check());"],
  ['skipped where something is so', "test.skipIf(isSo)('it holds', () => check());"],
  ['skipped for every case', "test.skip.each([1])('it holds', () => check());"],
  ['skipped by its options', "test('it holds', { skip: true }, () => check());"],
  ['skipped with its group', "describe.skip('a group', () => { it('it holds', () => check()); });"],
  [
    'skipped with the group around its group',
    "describe('all', { skip: true }, () => { describe('some', () => { it('it holds', () => check()); }); });",
  ],
  ['still to be written', "test.todo('it holds');"],
  ['expected to fail', "it.fails('it holds', () => check());"],
  ['without a body', "test('it holds', () => {});"],
  ['of another name', "test('it holds not', () => check());"],
])('a test %s is no proof', (_, code) => expect(declaredTests(code)).not.toContain('it holds'));

test.each([
  "test('it holds', () => check());",
  "describe('a group', () => { it('it holds', async () => { const text: string = 'a'; await check(text); }); });",
  "test.each<[string, number]>([['(', 1]])('it holds', (text, number) => check(text, number));",
  "test.runIf(process.platform === 'linux')('it holds', () => check());",
  'test(`it holds`, { timeout: 1_000 }, () => check());',
])('a test that runs is: %s', code => expect(declaredTests(code)).toEqual(['it holds']));
