import { createMemoryDirectory } from '../../src/adapters/memory/memory-directory.ts';
import { directoryContract } from '../contracts/directory.contract.ts';

directoryContract('memory', async () => {
  const directory = createMemoryDirectory();
  return { directory, writer: directory, dispose: async () => {} };
});
