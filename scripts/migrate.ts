import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyLog, verifyCopy } from '../src/application/migrate.ts';
import { openLog } from '../src/composition-root.ts';
import { type Config, readConfig } from '../src/config.ts';

const USAGE = `usage: npm run migrate -- --from sqlite --to eventstoredb   (or the other way round)

  Copies every event from the one store to the other, each stream in its order, and compares both at the end. It may be
  cut off and run again. Stop the servers first: what is written meanwhile would not be compared. Keys and contents stay
  where they are, in DATA_FOLDER. ESDB_URL says which EventStoreDB.
`;

type Kind = 'sqlite' | 'eventstoredb';
const isKind = (text: string | undefined): text is Kind => text === 'sqlite' || text === 'eventstoredb';

const configOf = (kind: Kind): Config => readConfig({ ...process.env, EVENT_STORE: kind });

const run = async (from: Kind, to: Kind): Promise<void> => {
  const source = openLog(configOf(from));
  const target = openLog(configOf(to));
  const note = join(configOf(from).dataFolder, `migration-${from}-${to}.json`);
  const earlier = existsSync(note) ? (JSON.parse(readFileSync(note, 'utf8')) as { checkpoint: string }) : null;
  const say = (text: string): void => void process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  try {
    const { copied } = await copyLog(source, target, {
      after: earlier?.checkpoint ?? null,
      onProgress({ copied: soFar, checkpoint }) {
        writeFileSync(note, JSON.stringify({ checkpoint }));
        say(`${soFar} events copied`);
      },
    });
    say(`${copied} events copied${earlier ? ' in this run' : ''}; comparing\n`);
    const { streams, events, differing } = await verifyCopy(source, target);
    const [first] = differing;
    process.stdout.write(
      first === undefined
        ? `${streams} streams with ${events} events are the same in both.\n`
        : `${differing.length} of ${streams} streams DIFFER, ${first.slice(0, first.indexOf('-'))} among them.\n`,
    );
    process.exitCode = first === undefined ? 0 : 1;
  } finally {
    await source.close();
    await target.close();
  }
};

const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
if (isKind(values.from) && isKind(values.to) && values.from !== values.to) await run(values.from, values.to);
else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
