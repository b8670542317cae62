import { parseArgs } from 'node:util';
import { NotTheExtractError } from '../src/adapters/directory/annuaire-extract.ts';
import { dateOfExtract, importDirectoryFile } from '../src/adapters/directory/import-directory-file.ts';
import { createSqliteDirectoryWriter } from '../src/adapters/sqlite/directory/sqlite-directory-writer.ts';
import { DirectoryNotPublishedError } from '../src/application/import/import-directory.ts';
import { ConfigError, readConfig } from '../src/config.ts';
import { isCalendarDate } from '../src/domain/shared/identifiers.ts';
import { directoryFileOf } from '../src/stores.ts';

const USAGE = `usage: npm run import-directory -- <PS_LibreAcces_Personne_activite_….txt> [--date YYYY-MM-DD] [--older]

  Imports the public extract of the Annuaire santé, with which professionals and structures are looked up. Lines that are
  wrong are told by number and reason, and skipped. The new directory takes the place of the old one at the end, all at
  once; until then, and where it is cut off, the old one stays. It can be run beside a running server.

  --date   of the edition; default: the date in the file's name, or the day the file was written
  --older  take it though the directory in use is of a later day, which is refused otherwise

exit code: 0 every line was taken, 1 some were refused, 2 nothing was changed
`;

const optionsOf = (args: readonly string[]) => {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { date: { type: 'string' }, older: { type: 'boolean' } },
    });
    const [path, ...others] = positionals;
    const isDated = values.date === undefined || isCalendarDate(values.date);
    return path === undefined || others.length > 0 || !isDated
      ? null
      : { path, date: values.date, older: values.older === true };
  } catch {
    return null;
  }
};

/** Faults that whoever runs this can do something about are told in a sentence; anything else is ours, and thrown. */
const sentenceOf = (error: unknown): string | null => {
  if (
    error instanceof NotTheExtractError ||
    error instanceof DirectoryNotPublishedError ||
    error instanceof ConfigError
  )
    return error.message;
  const { code, syscall = '' } = error as NodeJS.ErrnoException;
  return ['stat', 'open', 'read'].includes(syscall) ? `the file cannot be read: ${code}` : null;
};

const run = async (path: string, date: string, older: boolean): Promise<number> => {
  const writer = createSqliteDirectoryWriter({ file: directoryFileOf(readConfig(process.env)) });
  const { refused } = await importDirectoryFile(writer, path, { date, older, output: process.stderr });
  return refused > 0 ? 1 : 0;
};

const options = optionsOf(process.argv.slice(2));
if (options === null) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(options.path, options.date ?? dateOfExtract(options.path), options.older);
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === null) throw error;
    process.stderr.write(`${sentence}\n`);
    process.exitCode = 2;
  }
}
