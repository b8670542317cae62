import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { keyVaultContract } from '../contracts/key-vault.contract.ts';

keyVaultContract('memory', async () => ({ vault: createMemoryKeyVault(), dispose: async () => {} }));
