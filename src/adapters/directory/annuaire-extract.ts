import type { Readable } from 'node:stream';
import { DIRECTORY_COLUMNS, type DirectoryColumn } from '../../application/import/directory-line.ts';
import type { DirectoryLine } from '../../application/import/import-directory.ts';
import { searchWords } from '../../domain/directory/search-words.ts';
import { linesOf } from '../shared/lines.ts';

/** Characters; the longest lines of the extract have some 600. A longer one is skipped as it comes, without being kept. */
const MAX_LINE_LENGTH = 10_000;

const SEPARATOR = '|';

/** Also what old systems end a file with. */
const BLANK = /^[\s\p{Cc}]*$/u;

/** The first line is not that of the extract: nothing was read. Names columns, and nothing of the file. */
export class NotTheExtractError extends Error {
  constructor(missing: readonly string[]) {
    super(
      'the first line is not the header of PS_LibreAcces_Personne_activite in UTF-8; ' +
        `missing, or there twice: ${missing.join(', ')}`,
    );
    this.name = 'NotTheExtractError';
  }
}

/**
 * Reads the public extract of the Annuaire santé: UTF-8, columns separated by `|` without quotes, and one more `|` at the
 * end of each line, or of none: as the header does. Columns are found by name, so that others may come, go or move; case and
 * accents of the names do not matter, since editions differ in them. A line that cannot be read, or that is not whole,
 * comes with `cells` null; blank ones do not come. Rejects with `NotTheExtractError`, and where the file cannot be read.
 */
export async function* readAnnuaireExtract(input: Readable): AsyncGenerator<DirectoryLine> {
  let header: Header | null = null;
  let line = 0;
  for await (const text of linesOf(input, MAX_LINE_LENGTH)) {
    line += 1;
    if (text !== null && BLANK.test(text)) continue;
    const cells = text?.split(SEPARATOR);
    if (header === null) header = headerOf(cells ?? []);
    else yield { line, cells: cells?.length === header.width ? cellsOf(header, cells) : null };
  }
  if (header === null) throw new NotTheExtractError(Object.values(DIRECTORY_COLUMNS));
}

type Header = {
  /** Cells of a line; where each ends with a separator, that begins an empty one. */
  readonly width: number;
  readonly at: readonly (readonly [DirectoryColumn, number])[];
};

const plain = (name: string): string => searchWords(name).join(' ');

const headerOf = (cells: readonly string[]): Header => {
  const names = cells.map(plain);
  const wanted = Object.entries(DIRECTORY_COLUMNS) as [DirectoryColumn, string][];
  const missing = wanted.filter(([, name]) => names.filter(each => each === plain(name)).length !== 1);
  if (missing.length > 0) throw new NotTheExtractError(missing.map(([, name]) => name));
  return { width: cells.length, at: wanted.map(([column, name]) => [column, names.indexOf(plain(name))]) };
};

const cellsOf = ({ at }: Header, cells: readonly string[]): NonNullable<DirectoryLine['cells']> => {
  const named = {} as Record<DirectoryColumn, string>;
  for (const [column, index] of at) named[column] = cells[index] ?? '';
  return named;
};
