import { statSync } from 'node:fs';
import type { Directory, InEdition } from '../../../ports/directory.ts';
import { DirectoryClosedError } from '../../shared/directory-errors.ts';
import { type EditionFile, openEditionFile } from './edition-file.ts';

/**
 * Reads the edition in `file`, whichever it is: another one that takes its place is noticed at the next question, and
 * until then the one that was opened stays whole, name or no name.
 */
export const createSqliteDirectory = ({ file }: { readonly file: string }): Directory => {
  let opened: { readonly identity: string; readonly edition: EditionFile | null } | null = null;
  let isClosed = false;

  const current = (): EditionFile | null => {
    if (isClosed) throw new DirectoryClosedError();
    const identity = identityOf(file);
    if (identity !== opened?.identity) {
      opened?.edition?.close();
      opened = null;
      if (identity !== null) opened = { identity, edition: openEditionFile(file) };
    }
    return opened?.edition ?? null;
  };
  const inEdition = <T>(find: (edition: EditionFile) => T, none: T): InEdition<T> => {
    const edition = current();
    return edition === null ? { edition: null, found: none } : { edition: edition.edition, found: find(edition) };
  };

  return {
    async findProfessionals(search, page) {
      return inEdition(edition => edition.findProfessionals(search, page), NO_PAGE);
    },
    async professional(rpps) {
      return inEdition(edition => edition.professional(rpps), null);
    },
    async findStructures(search, page) {
      return inEdition(edition => edition.findStructures(search, page), NO_PAGE);
    },
    async structure(finess) {
      return inEdition(edition => edition.structure(finess), null);
    },
    async close() {
      isClosed = true;
      opened?.edition?.close();
      opened = null;
    },
  };
};

const NO_PAGE = { items: [], next: null };

/** Which file has the name now; null: none. */
const identityOf = (file: string): string | null => {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev} ${stats.ino} ${stats.mtimeNs}`;
};
