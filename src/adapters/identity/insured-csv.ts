import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse/sync';
import type { ReadLine } from '../../application/import/import-insured.ts';
import { COLUMNS, type Column, REQUIRED_COLUMNS } from '../../application/import/insured-line.ts';
import { linesOf } from '../shared/lines.ts';

/** Characters. A longer line is no person: it is skipped as it comes, without being kept. */
const MAX_LINE_LENGTH = 10_000;

/**
 * The header names a column we do not know, or lacks one we need: nothing of the file was read. The message does not
 * repeat the header: where it is missing, that would be a person.
 */
export class UnknownColumnsError extends Error {
  constructor() {
    super(`the first line must name columns; known: ${COLUMNS.join(', ')}; needed: ${REQUIRED_COLUMNS.join(', ')}`);
    this.name = 'UnknownColumnsError';
  }
}

/**
 * Reads a file of insured persons: CSV (RFC 4180) in UTF-8, its header `COLUMNS` in any order, one person a line: a cell
 * holds no line break, so that a stray quote spoils its own line and no other. A line that cannot be read comes with
 * `cells` null; empty ones do not come. Rejects with `UnknownColumnsError`, and where the file cannot be read.
 */
export async function* readInsuredCsv(input: Readable): AsyncGenerator<ReadLine> {
  let columns: readonly Column[] | null = null;
  let line = 0;
  for await (const text of linesOf(input, MAX_LINE_LENGTH)) {
    line += 1;
    if (text === '') continue;
    const cells = text === null ? null : cellsOf(text);
    if (columns === null) columns = columnsOf(cells ?? []);
    else yield { line, cells: cells?.length === columns.length ? named(columns, cells) : null };
  }
}

/** Trimmed, which takes the byte order mark off the first line as well. */
const cellsOf = (text: string): readonly string[] | null => {
  try {
    const [cells = []] = parse(text, { trim: true }) as string[][];
    return cells;
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
};

const columnsOf = (names: readonly string[]): readonly Column[] => {
  const known = names.every(name => COLUMNS.includes(name as Column)) && new Set(names).size === names.length;
  if (!known || REQUIRED_COLUMNS.some(column => !names.includes(column))) throw new UnknownColumnsError();
  return names as readonly Column[];
};

const named = (columns: readonly Column[], cells: readonly string[]): Partial<Record<Column, string>> =>
  Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
