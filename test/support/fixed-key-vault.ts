import { createSecretKey } from 'node:crypto';
import type { KeyVault } from '../../src/ports/key-vault.ts';

/** One key for everybody, the same in every process: for tests that end one process and go on in another. */
export const createFixedKeyVault = (): KeyVault => {
  const key = createSecretKey(Buffer.alloc(32, 7));
  return {
    sealingKey: async () => key,
    openingKey: async () => key,
    destroy: () => Promise.reject(new Error('these keys last')),
    close: async () => {},
  };
};
