import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { DirectoryLineFlaw } from '../../application/import/directory-line.ts';
import { type DirectoryReport, importDirectory } from '../../application/import/import-directory.ts';
import { isCalendarDate } from '../../domain/shared/identifiers.ts';
import type { DirectoryWriter } from '../../ports/directory.ts';
import { readAnnuaireExtract } from './annuaire-extract.ts';

/** Between two lines of progress on a terminal. */
const PROGRESS_EVERY_MS = 200;
/** Bad lines told one by one; of two million some hundred thousand may be of people without an RPPS number. */
const MAX_LINES_TOLD = 100;

export type DirectoryImportOutput = {
  readonly write: (text: string) => unknown;
  /** A terminal, which shows progress in place. */
  readonly isTTY?: boolean | undefined;
};

/**
 * Imports the file at `path` as the edition of `date` (`older`: though the current one is of a later day) and tells on `output` which lines were refused, and why: the first
 * hundred by number, all of them counted by reason.
 */
export const importDirectoryFile = async (
  writer: DirectoryWriter,
  path: string,
  {
    date,
    older = false,
    output,
  }: { readonly date: string; readonly older?: boolean; readonly output: DirectoryImportOutput },
): Promise<DirectoryReport> => {
  const clearLine = output.isTTY ? '\r\u001b[K' : '';
  const reasons = new Map<DirectoryLineFlaw, number>();
  let told = 0;
  let shownAt = 0;
  const report = await importDirectory(writer, readAnnuaireExtract(createReadStream(path)), {
    date,
    older,
    onRefused(line, flaws) {
      for (const flaw of flaws) reasons.set(flaw, (reasons.get(flaw) ?? 0) + 1);
      told += 1;
      if (told <= MAX_LINES_TOLD) output.write(`${clearLine}line ${line}: ${flaws.join(', ')}\n`);
      if (told === MAX_LINES_TOLD + 1) output.write(`${clearLine}further lines are counted only\n`);
    },
    onProgress({ read, refused }) {
      if (!output.isTTY || performance.now() - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = performance.now();
      output.write(`${clearLine}${read} lines read, ${refused} refused`);
    },
    onRanking: () => output.write(`${clearLine}making the index${output.isTTY ? '' : '\n'}`),
  });
  const { edition, read, refused } = report;
  const counted = [...reasons].map(([reason, times]) => `${times} ${reason}`).join(', ');
  output.write(
    `${clearLine}${read} lines: ${refused} refused${counted && ` (${counted})`}; edition of ${edition.date}: ` +
      `${edition.professionals} professionals, ${edition.structures} structures\n`,
  );
  return report;
};

/** `PS_LibreAcces_Personne_activite_202611200839.txt` says its day; any other file is of the day it was written. */
export const dateOfExtract = (path: string): string => {
  const [, year = '', month = '', day = ''] = /_(\d{4})(\d{2})(\d{2})\d{4}\.\w+$/.exec(basename(path)) ?? [];
  const named = `${year}-${month}-${day}`;
  return isCalendarDate(named) ? named : statSync(path).mtime.toISOString().slice(0, 'YYYY-MM-DD'.length);
};
