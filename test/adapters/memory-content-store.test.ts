import { createMemoryContentStore } from '../../src/adapters/memory/memory-content-store.ts';
import { contentStoreContract } from '../contracts/content-store.contract.ts';

contentStoreContract('memory', async deps => ({ store: createMemoryContentStore(deps), dispose: async () => {} }));
