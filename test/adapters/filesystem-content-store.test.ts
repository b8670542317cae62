import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesystemContentStore } from '../../src/adapters/filesystem/filesystem-content-store.ts';
import { contentStoreContract } from '../contracts/content-store.contract.ts';

contentStoreContract('filesystem', async deps => {
  const folder = await mkdtemp(join(tmpdir(), 'contents-'));
  return {
    store: createFilesystemContentStore({ folder, ...deps }),
    dispose: () => rm(folder, { recursive: true }),
  };
});
