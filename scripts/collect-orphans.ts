import { collectOrphans } from '../src/application/reactors/content-keeper.ts';
import { openParts } from '../src/application.ts';
import { TOKENS } from '../src/composition-root.ts';
import { readConfig } from '../src/config.ts';

/** Removes stored files that no event speaks of: what a crash left between the bytes and their event. */
const { parts, close } = openParts(readConfig(process.env));
try {
  const removed = await collectOrphans({
    store: parts.get(TOKENS.store),
    contents: parts.get(TOKENS.contents),
    clock: parts.get(TOKENS.clock),
  });
  process.stdout.write(`${removed} contents removed that no event speaks of\n`);
} finally {
  await close();
}
