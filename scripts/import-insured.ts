import { parseArgs } from 'node:util';
import { importInsuredFile } from '../src/adapters/identity/import-file.ts';
import { UnknownColumnsError } from '../src/adapters/identity/insured-csv.ts';
import { systemRandom } from '../src/adapters/identity/system-random.ts';
import { openParts } from '../src/application.ts';
import { TOKENS } from '../src/composition-root.ts';
import { ConfigError, readConfig } from '../src/config.ts';

const USAGE = `usage: npm run import -- <file.csv> [--no-invitation]

  Imports insured persons (CSV, UTF-8, one a line, a header with the columns' names) and invites them. Lines that are
  wrong are told by number and reason, and skipped. It can be cut off and run again, beside a running server or without.

  --no-invitation   imports only: nobody is written to, no espace is created

exit code: 0 every line was taken, 1 some were refused, 2 nothing was done
`;

const optionsOf = (args: readonly string[]) => {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'no-invitation': { type: 'boolean', default: false } },
    });
    const [path, ...others] = positionals;
    return path === undefined || others.length > 0 ? null : { path, invite: !values['no-invitation'] };
  } catch {
    return null;
  }
};

/** Faults that whoever runs this can do something about are told in a sentence; anything else is ours, and thrown. */
const sentenceOf = (error: unknown): string | null => {
  if (error instanceof UnknownColumnsError || error instanceof ConfigError) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'open' || syscall === 'read' ? `the file cannot be read: ${code}` : null;
};

const run = async ({ path, invite }: { readonly path: string; readonly invite: boolean }): Promise<number> => {
  const config = readConfig(process.env);
  const { parts, close } = openParts(config);
  try {
    const options = { production: config.production, invite, output: process.stderr };
    const { refused } = await importInsuredFile({ ...parts.get(TOKENS.identity), random: systemRandom }, path, options);
    return refused > 0 ? 1 : 0;
  } finally {
    await close();
  }
};

const options = optionsOf(process.argv.slice(2));
if (options === null) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(options);
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === null) throw error;
    process.stderr.write(`${sentence}\n`);
    process.exitCode = 2;
  }
}
