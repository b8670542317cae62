import { parseArgs } from 'node:util';
import { carryTurns, copyLog, verifyCopy } from '../src/application/migrate.ts';
import { CONTENT } from '../src/application/reactors/content-keeper.ts';
import { NOTICES } from '../src/application/reactors/notices.ts';
import { readConfig } from '../src/config.ts';
import { openLog, openProjectionsOf, turnsOf } from '../src/stores.ts';

const USAGE = `usage: npm run migrate -- --from sqlite --to eventstoredb   (or the other way round)

  Copies every event from the one store to the other, each stream in its order, compares both, and carries over how far
  messages have been sent. It may be cut off and run again: what is there already is recognised. Stop the servers first,
  when they have nothing left to send. Keys and contents stay where they are, in DATA_FOLDER. ESDB_URL says which
  EventStoreDB.
`;

type Kind = 'sqlite' | 'eventstoredb';
const isKind = (text: string | undefined): text is Kind => text === 'sqlite' || text === 'eventstoredb';

const openSide = (kind: Kind) => {
  const config = readConfig({ ...process.env, EVENT_STORE: kind });
  const store = openLog(config);
  const projections = openProjectionsOf(config);
  const close = async (): Promise<void> => {
    await store.close();
    await projections.close();
  };
  return { store, turns: turnsOf(config, store, projections), close };
};

const run = async (from: Kind, to: Kind): Promise<string> => {
  const source = openSide(from);
  const target = openSide(to);
  const say = (text: string): void => void process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  try {
    const copied = await copyLog(source.store, target.store, soFar => say(`${soFar} events copied`));
    if (copied === 0) return 'There is nothing to copy: is this the right DATA_FOLDER, or ESDB_URL?';
    say('comparing');
    const { streams, events, differing } = await verifyCopy(source.store, target.store);
    say('');
    const [first] = differing;
    if (first !== undefined)
      return `${differing.length} of ${streams} streams DIFFER, ${first.slice(0, first.indexOf('-'))} among them.`;
    const behind = await carryTurns(source, target, [...NOTICES, CONTENT]);
    if (behind.length > 0)
      return `Not all has been sent yet (${behind.join(', ')}): start the server once more on the old store, then run this again.`;
    process.stdout.write(`${streams} streams with ${events} events are the same in both.\n`);
    return '';
  } finally {
    await source.close();
    await target.close();
  }
};

const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
if (isKind(values.from) && isKind(values.to) && values.from !== values.to) {
  const problem = await run(values.from, values.to);
  if (problem !== '') process.stderr.write(`${problem}\n`);
  process.exitCode = problem === '' ? 0 : 1;
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
