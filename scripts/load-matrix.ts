/**
 * Takes the official matrice d'habilitation as a CSV table and shows what it would change against the version in force.
 *
 *     node scripts/load-matrix.ts <table.csv>                        check, and print the changes
 *     node scripts/load-matrix.ts <table.csv> --write 2026-12-01     also write src/domain/access/matrix/2026-12-01.ts
 *     node scripts/load-matrix.ts --export > table.csv               the version in force, as a table to start from
 *
 * The table has a header, commas or semicolons, UTF-8, and one line per cell: `profession` (a key of COLUMNS), `type` (a code
 * of DOCUMENT_TYPES), `read`: oui/non, true/false, 1/0, or the letters of the data files (Y/N official, y/n a default of ours).
 * Other columns are ignored. Every cell must be there. Exit code 0; 1 where the table has problems; 2 for wrong arguments.
 */
import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CsvError, parse } from 'csv-parse/sync';
import { CURRENT_MATRIX, MATRICES } from '../src/domain/access/matrix/matrices.ts';
import type { Column, Letter, Matrix, MatrixData } from '../src/domain/access/matrix/matrix.ts';
import { basisOf, COLUMNS, matrixFrom, mayRead } from '../src/domain/access/matrix/matrix.ts';
import { DOCUMENT_TYPES, documentType } from '../src/domain/document/document-types.ts';
import { isCalendarDate } from '../src/domain/shared/identifiers.ts';

const MATRIX_FOLDER = 'src/domain/access/matrix';
/** About twenty times a whole table with its labels. */
const TABLE_BYTES_MAX = 5_000_000;

const ALL_COLUMNS = Object.keys(COLUMNS) as Column[];
const ALL_TYPES = DOCUMENT_TYPES.map(({ code }) => code);
const isColumn = (text: string): text is Column => Object.hasOwn(COLUMNS, text);

const LETTERS: ReadonlyMap<string, Letter> = new Map([
  ...(['Y', 'N', 'y', 'n'] as const).map(letter => [letter, letter] as const),
  ...['oui', 'true', '1'].map(word => [word, 'Y'] as const),
  ...['non', 'false', '0'].map(word => [word, 'N'] as const),
]);

/** `line` counts from 1, the header included; null where something is missing from the whole table. */
export type Problem = { readonly line: number | null; readonly message: string };

export type ParsedTable =
  | { readonly ok: true; readonly data: MatrixData }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads and checks a whole table; or every problem in it, in the order of its lines, then what is missing. */
export const parseTable = (csv: string, version: string): ParsedTable => {
  const { lines, problems } = linesOf(csv);
  if (problems.length > 0) return { ok: false, problems };
  const cells = new Map<string, { readonly letter: Letter; readonly line: number }>();
  for (const { record, line } of lines) {
    const { profession = '', type = '', read = '' } = record;
    const letter = LETTERS.get(read.length > 1 ? read.toLowerCase() : read);
    const wrong = [
      isColumn(profession) ? null : `unknown profession "${profession}"`,
      documentType(type) ? null : `unknown document type "${type}"`,
      letter ? null : `"${read}" is not an answer: oui, non, true, false, 1, 0, Y, N, y or n`,
    ].filter(message => message !== null);
    problems.push(...wrong.map(message => ({ line, message })));
    if (letter === undefined || wrong.length > 0) continue;
    const cell = cellOf(profession, type);
    const earlier = cells.get(cell);
    if (earlier === undefined) cells.set(cell, { letter, line });
    else {
      const verb = earlier.letter === letter ? 'repeats' : 'contradicts';
      problems.push({ line, message: `${verb} line ${earlier.line}: ${cell}` });
    }
  }
  for (const column of ALL_COLUMNS) {
    const missing = ALL_TYPES.filter(type => !cells.has(cellOf(column, type)));
    const which = missing.length === ALL_TYPES.length ? 'any type' : missing.join(', ');
    if (missing.length > 0) problems.push({ line: null, message: `no answer for ${column} and ${which}` });
  }
  if (problems.length > 0) return { ok: false, problems };
  const lettersOf = (type: string) => ALL_COLUMNS.map(column => cells.get(cellOf(column, type))?.letter).join('');
  return { ok: true, data: { version, columns: ALL_COLUMNS, rows: ALL_TYPES.map(type => [lettersOf(type), type]) } };
};

const cellOf = (profession: string, type: string): string => `${profession}, ${type}`;

type Line = { readonly record: Readonly<Record<string, string | undefined>>; readonly line: number };

const linesOf = (csv: string): { readonly lines: readonly Line[]; readonly problems: Problem[] } => {
  let names: readonly string[] = [];
  try {
    const parsed = parse<{ record: Line['record']; info: { lines: number } }>(csv, {
      columns: header => {
        names = header;
        return header;
      },
      delimiter: csv.split('\n', 1)[0]?.includes(';') ? ';' : ',',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      // Takes away a byte order mark, too.
      trim: true,
    });
    const lacking = ['profession', 'type', 'read'].filter(name => !names.includes(name));
    if (lacking.length === 0)
      return { lines: parsed.map(({ record, info }) => ({ record, line: info.lines })), problems: [] };
    return { lines: [], problems: lacking.map(name => ({ line: 1, message: `the header has no "${name}"` })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { lines: [], problems: [{ line: Number(error.lines), message: error.message }] };
  }
};

const KINDS = ['deny -> permit', 'permit -> deny', 'now official', 'now a default'] as const;

/** One cell that answers otherwise than before, or on another ground. */
export type Change = { readonly kind: (typeof KINDS)[number]; readonly column: Column; readonly type: string };

/** Cell by cell, column after column. */
export const changesBetween = (before: Matrix, after: Matrix): readonly Change[] =>
  ALL_COLUMNS.flatMap(column =>
    ALL_TYPES.flatMap((type): readonly Change[] => {
      const reads = mayRead(after, column, type);
      const basis = basisOf(after, column, type);
      if (reads !== mayRead(before, column, type)) return [{ kind: reads ? KINDS[0] : KINDS[1], column, type }];
      if (basis !== basisOf(before, column, type)) {
        return [{ kind: basis === 'official' ? KINDS[2] : KINDS[3], column, type }];
      }
      return [];
    }),
  );

/** What a maintainer reads before deciding: every cell that answers otherwise, then the counts by column. */
export const reportOf = (changes: readonly Change[]): string => {
  if (changes.length === 0) return 'No change.';
  const answers = changes
    .filter(({ kind }) => kind === KINDS[0] || kind === KINDS[1])
    .map(({ kind, column, type }) => `${kind}  ${column.padEnd(24)}  ${type.padEnd(16)}  ${documentType(type)?.label}`);
  const counts = (name: string, of: readonly Change[]): string =>
    name.padEnd(24) + KINDS.map(kind => String(of.filter(change => change.kind === kind).length).padStart(16)).join('');
  const byColumn = ALL_COLUMNS.map(column => [column, changes.filter(change => change.column === column)] as const)
    .filter(([, of]) => of.length > 0)
    .map(([column, of]) => counts(column, of));
  const head = ' '.repeat(24) + KINDS.map(kind => kind.padStart(16)).join('');
  return [...answers, head, ...byColumn, counts('all', changes)].join('\n');
};

/** A matrix as a table that `parseTable` takes, with the types' labels for whoever edits it. */
export const csvOf = (matrix: Matrix): string => {
  const lines = [...matrix.cells].flatMap(([column, cells]) =>
    [...cells].map(([type, letter]) => `${column};${type};${letter};"${documentType(type)?.label ?? ''}"`),
  );
  return `${['profession;type;read;label', ...lines].join('\n')}\n`;
};

/** The text of a dated file, formatted as the linter wants it; `source`: where the table came from, a sentence. */
export const dataFileOf = ({ version, columns, rows }: MatrixData, source: string): string =>
  `import type { MatrixData } from './matrix.ts';

/**
 * ${source}
 * Capitals: what the table says is official. Small letters: conservative defaults of ours that it leaves, not official.
 */
export const MATRIX_${version.replaceAll('-', '_')}: MatrixData = {
  version: '${version}',
  columns: [
${columns.map(column => `    '${column}',\n`).join('')}  ],
  rows: [
${columns.map((column, at) => `    //${'│'.repeat(at)}┌ ${column}\n`).join('')}${rows
  .map(([letters, type]) => `    ['${letters}', '${type}'],\n`)
  .join('')}  ],
};
`;

type Surroundings = {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Where the dated files are. */
  readonly folder: string;
};

/** The command itself; gives the exit code. Rejects where a file cannot be written. */
export const run = async (args: readonly string[], { print, complain, folder }: Surroundings): Promise<0 | 1 | 2> => {
  const order = await orderOf(args);
  if ('misuse' in order) {
    complain(order.misuse);
    return 2;
  }
  if ('export' in order) {
    print(csvOf(CURRENT_MATRIX).trimEnd());
    return 0;
  }
  const bytes = await readFile(order.path);
  const table = parseTable(bytes.toString('utf8'), order.version ?? 'unwritten');
  if (!table.ok) {
    for (const { line, message } of table.problems) complain(`${line === null ? 'table' : `line ${line}`}: ${message}`);
    complain(`${table.problems.length} problems; nothing was written`);
    return 1;
  }
  print(`Against the version in force, ${CURRENT_MATRIX.version}:`);
  print(reportOf(changesBetween(CURRENT_MATRIX, matrixFrom(table.data))));
  if (order.version === null) return 0;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const source = `Written by scripts/load-matrix.ts from ${basename(order.path)}, SHA-256\n * ${sha256}.`;
  const file = join(folder, `${order.version}.ts`);
  await writeFile(file, dataFileOf(table.data, source), { flag: 'wx' });
  print(`Wrote ${file}. To put it in force, add it to MATRICES in matrices.ts.`);
  return 0;
};

type Order =
  | { readonly misuse: string }
  | { readonly export: true }
  | { readonly path: string; readonly version: string | null };

const orderOf = async (args: readonly string[]): Promise<Order> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { write: { type: 'string' }, export: { type: 'boolean' } },
  });
  const { write: version = null, export: exporting, ...unknown } = values;
  const [path, ...others] = positionals;
  if (exporting === true && version === null && path === undefined) return { export: true };
  if (path === undefined || others.length > 0 || exporting !== undefined || Object.keys(unknown).length > 0) {
    return { misuse: 'usage: load-matrix.ts <table.csv> [--write YYYY-MM-DD] | --export' };
  }
  if (version !== null && !(typeof version === 'string' && isCalendarDate(version))) {
    return { misuse: '--write wants a date, YYYY-MM-DD' };
  }
  if (version !== null && MATRICES.has(version)) {
    return { misuse: `version ${version} exists: traces refer to it, choose another date` };
  }
  const size = await stat(path).then(
    found => found.size,
    () => null,
  );
  if (size === null) return { misuse: `cannot read ${path}` };
  if (size > TABLE_BYTES_MAX) return { misuse: `the table is larger than ${TABLE_BYTES_MAX} bytes` };
  return { path, version };
};

if (import.meta.main) {
  process.exitCode = await run(process.argv.slice(2), {
    print: text => console.log(text),
    complain: text => console.error(text),
    folder: MATRIX_FOLDER,
  });
}
