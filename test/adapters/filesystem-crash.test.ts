import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFilesystemContentStore } from '../../src/adapters/filesystem/filesystem-content-store.ts';
import { collect } from '../support/bytes.ts';
import { createFixedKeyVault } from '../support/fixed-key-vault.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const OWNER = '0d1b6c86-5b5f-4a39-8a55-1f6a4a1f0001';
const CHILD = new URL('./filesystem-crash-child.ts', import.meta.url).pathname;
const KILLS = 8;

/** Lets a process store contents, kills it `afterMs` after its first answer, and returns `id → sha256` of what it was answered. */
const storeUntilKilled = (folder: string, afterMs: number): Promise<Map<string, string>> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, folder, OWNER], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
    child.stdout.on('data', text => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error('the child ended by itself'));
      const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
      resolve(new Map(lines.map(line => line.split(' ') as [string, string])));
    });
  });

it('a process killed at any moment loses nothing that was answered and leaves nothing half written', async () => {
  const { path: folder, remove } = await temporaryFolder();
  const keys = createFixedKeyVault();
  const answered = new Map<string, string>();
  let leftovers = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (const [id, sha256] of await storeUntilKilled(folder, kill * 7)) answered.set(id, sha256);
    leftovers += (await readdir(join(folder, 'incoming'))).length;
    await new Promise(resolve => setTimeout(resolve, 20));
    const store = createFilesystemContentStore({ folder, keys, now: () => '', abandonedAfterMs: 0 });
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    const found = new Map<string, string>();
    for await (const { id } of store.list()) {
      const bytes = await collect((await store.read(id, OWNER)) as AsyncIterable<Uint8Array>);
      found.set(id, createHash('sha256').update(bytes).digest('hex'));
    }
    for (const [id, sha256] of answered) expect(found.get(id)).toBe(sha256);
  }
  expect(answered.size).toBeGreaterThanOrEqual(KILLS);
  expect(leftovers).toBeGreaterThan(0);
  await remove();
});
