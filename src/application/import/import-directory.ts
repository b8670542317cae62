import type { DirectoryEntry } from '../../domain/directory/directory.ts';
import type { DirectoryWriter, Edition } from '../../ports/directory.ts';
import { type DirectoryCells, type DirectoryLineFlaw, entryOfLine } from './directory-line.ts';

/** A line of the file as it was read; `cells` null where it could not be. Lines count from 1, the header included. */
export type DirectoryLine = { readonly line: number; readonly cells: DirectoryCells | null };

export type DirectoryProgress = { readonly read: number; readonly refused: number };
export type DirectoryReport = DirectoryProgress & { readonly edition: Edition };

/** What was read is no directory to put in the place of another: the current one stays. */
export class DirectoryNotPublishedError extends Error {
  constructor(reason: string) {
    super(`the directory stays as it was: ${reason}`);
    this.name = 'DirectoryNotPublishedError';
  }
}

export type ImportDirectoryOptions = {
  /** Of the edition, `YYYY-MM-DD`. */
  readonly date: string;
  /** Taken even where the current edition is of a later day. */
  readonly older?: boolean;
  readonly onRefused: (line: number, flaws: readonly DirectoryLineFlaw[]) => void;
  readonly onProgress?: (progress: DirectoryProgress) => void;
  /** Everything was read; the index is made. */
  readonly onRanking?: () => void;
};

/** Entries handed over at once. */
const BATCH = 2_000;

/**
 * Takes over a whole directory, line by line in constant memory. A bad line is told and skipped. The new edition takes the
 * place of the current one at the end, all at once; where anything fails before, nothing has changed, and it is run again.
 * Rejects with `DirectoryNotPublishedError` where the current edition is newer, no line was any good or the last is not
 * whole, and where the file or the store fails.
 */
export const importDirectory = async (
  writer: DirectoryWriter,
  lines: AsyncIterable<DirectoryLine>,
  { date, older = false, onRefused, onProgress, onRanking }: ImportDirectoryOptions,
): Promise<DirectoryReport> => {
  const current = await writer.current();
  if (current !== null && date < current.date && !older)
    throw new DirectoryNotPublishedError(`it is of ${current.date}, newer than the file, which is of ${date}`);
  const draft = await writer.draft(date);
  try {
    let read = 0;
    let refused = 0;
    let isCutOff = false;
    let batch: DirectoryEntry[] = [];
    const handOver = async (): Promise<void> => {
      await draft.add(batch);
      batch = [];
      onProgress?.({ read, refused });
    };
    for await (const { line, cells } of lines) {
      read += 1;
      isCutOff = cells === null;
      const result = cells === null ? ({ ok: false, flaws: ['unreadable'] } as const) : entryOfLine(cells);
      if (result.ok) batch.push(result.entry);
      else {
        refused += 1;
        onRefused(line, result.flaws);
      }
      if (batch.length === BATCH) await handOver();
    }
    await handOver();
    if (read === refused) throw new DirectoryNotPublishedError('no line of the file could be taken');
    if (isCutOff) throw new DirectoryNotPublishedError('the last line is not whole, so the file was cut off');
    onRanking?.();
    return { read, refused, edition: await draft.publish() };
  } finally {
    await draft.discard();
  }
};
