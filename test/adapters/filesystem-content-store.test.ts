import { createFilesystemContentStore } from '../../src/adapters/filesystem/filesystem-content-store.ts';
import { contentStoreContract } from '../contracts/content-store.contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

contentStoreContract('filesystem', async deps => {
  const { path: folder, remove } = await temporaryFolder();
  return { store: createFilesystemContentStore({ folder, ...deps }), dispose: remove };
});
