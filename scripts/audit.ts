import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { auditReplay } from '../src/adapters/cli/audit.ts';
import { systemRandom } from '../src/adapters/identity/system-random.ts';
import { openParts } from '../src/application.ts';
import { TOKENS } from '../src/composition-root.ts';
import { readConfig } from '../src/config.ts';
import { isUuid } from '../src/domain/shared/identifiers.ts';

const USAGE = `usage: npm run audit -- replay <espace> [--at <instant>] [--auditor <name>]

  replay   prints the whole history of an espace in order, takes every decision again on the events before it,
           and says how many it checked and whether any differs (exit code 1 if one does)
  --at     stops at that instant (RFC 3339) and prints the state of the espace at it
  --auditor  who looks; written into the history (default: the user of this machine)
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { at: { type: 'string' }, auditor: { type: 'string' } },
});
const [command, espace = ''] = positionals;
const at = values.at === undefined ? null : new Date(values.at);

if (command !== 'replay' || !isUuid(espace.toLowerCase()) || (at !== null && Number.isNaN(at.getTime()))) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const { parts, close } = openParts(readConfig(process.env));
  try {
    const deps = { store: parts.get(TOKENS.store), records: parts.get(TOKENS.records), random: systemRandom };
    const auditor = values.auditor ?? userInfo().username;
    const result = await auditReplay(deps, espace.toLowerCase(), auditor, at === null ? null : at.toISOString());
    process.stdout.write(result === null ? 'there is no such espace\n' : `${result.text}\n`);
    process.exitCode = result === null || result.differing > 0 ? 1 : 0;
  } finally {
    await close();
  }
}
