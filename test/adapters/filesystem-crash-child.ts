/** Stores contents of mixed sizes without end, and tells each one that was answered. Run by the crash test, which kills it. */
import { randomUUID } from 'node:crypto';
import { createFilesystemContentStore } from '../../src/adapters/filesystem/filesystem-content-store.ts';
import { countedBytes, inPieces } from '../support/bytes.ts';
import { createFixedKeyVault } from '../support/fixed-key-vault.ts';

const [folder, owner] = process.argv.slice(2) as [string, string];
const store = createFilesystemContentStore({
  folder,
  keys: createFixedKeyVault(),
  now: () => new Date().toISOString(),
});

const SIZES = [0, 1_000, 65_536, 200_000, 1_000_000, 3_000_000];

const storeForEver = async (writer: number): Promise<void> => {
  for (let n = writer; ; n += 1) {
    const id = randomUUID();
    const bytes = countedBytes(SIZES[n % SIZES.length] as number, n);
    const { sha256 } = await store.put(id, owner, inPieces(bytes), 5_000_000);
    process.stdout.write(`${id} ${sha256}\n`);
  }
};

await Promise.all([0, 1, 2, 3].map(storeForEver));
