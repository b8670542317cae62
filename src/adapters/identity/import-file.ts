import { createReadStream } from 'node:fs';
import { type ImportDeps, type ImportReport, importInsured } from '../../application/import/import-insured.ts';
import { readInsuredCsv } from './insured-csv.ts';

/** Between two lines of progress on a terminal. */
const PROGRESS_EVERY_MS = 200;

export type ImportOutput = {
  readonly write: (text: string) => unknown;
  /** A terminal, which shows progress in place. */
  readonly isTTY?: boolean | undefined;
};

/**
 * Imports the file at `path` and tells on `output` which lines were refused, and why: their numbers and reasons, nothing
 * that stands in them.
 */
export const importInsuredFile = async (
  deps: ImportDeps,
  path: string,
  options: { readonly production: boolean; readonly invite: boolean; readonly output: ImportOutput },
): Promise<ImportReport> => {
  const { output, production, invite } = options;
  const clearLine = output.isTTY ? '\r\u001b[K' : '';
  let shownAt = 0;
  const report = await importInsured(deps, readInsuredCsv(createReadStream(path)), {
    production,
    invite,
    onRefused: (line, reasons) => output.write(`${clearLine}line ${line}: ${reasons.join(', ')}\n`),
    onProgress(progress) {
      if (!output.isTTY || performance.now() - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = performance.now();
      output.write(`${clearLine}${progress.read} lines read, ${progress.refused} refused`);
    },
  });
  output.write(
    `${clearLine}${report.read} lines: ${report.imported} imported (${report.invited} invited), ` +
      `${report.alreadyImported} already there, ${report.refused} refused\n`,
  );
  return report;
};
