import { generateKeySync, type KeyObject } from 'node:crypto';
import { KeyDestroyedError, type KeyId, type KeyVault } from '../../ports/key-vault.ts';
import { KeyVaultClosedError } from '../shared/key-vault-errors.ts';

/** Keys for tests and trials: they are gone with the process, and what they sealed with them. */
export const createMemoryKeyVault = (): KeyVault => {
  const keys = new Map<KeyId, KeyObject>();
  const destroyed = new Set<KeyId>();
  let isClosed = false;

  const assertOpen = () => {
    if (isClosed) throw new KeyVaultClosedError();
  };

  return {
    async sealingKey(id) {
      assertOpen();
      if (destroyed.has(id)) throw new KeyDestroyedError();
      const key = keys.get(id) ?? generateKeySync('aes', { length: 256 });
      keys.set(id, key);
      return key;
    },
    async openingKey(id) {
      assertOpen();
      return keys.get(id) ?? null;
    },
    async destroy(id) {
      assertOpen();
      keys.delete(id);
      destroyed.add(id);
    },
    async close() {
      isClosed = true;
    },
  };
};
