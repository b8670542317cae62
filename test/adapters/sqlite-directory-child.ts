/** Imports one edition after the other without end, and tells each that was published. Run by the crash test, which kills it. */
import { createSqliteDirectoryWriter } from '../../src/adapters/sqlite/directory/sqlite-directory-writer.ts';
import { entry, publish } from '../support/directory-entries.ts';

const [file, first] = process.argv.slice(2) as [string, string];
const PEOPLE = 3_000;
const writer = createSqliteDirectoryWriter({ file });
process.stdout.write('began\n');
for (let edition = Number(first); ; edition += 1) {
  const people = Array.from({ length: PEOPLE }, (_, at) =>
    entry(String(99_700_000_000 + at), `Nom${at}`, `Edition${edition}`),
  );
  await publish(writer, people, `${2000 + edition}-01-01`);
  process.stdout.write(`${2000 + edition}-01-01\n`);
}
