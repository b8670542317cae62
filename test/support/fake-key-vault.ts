import { createHash, createSecretKey } from 'node:crypto';
import { KeyDestroyedError, type KeyId, type KeyVault } from '../../src/ports/key-vault.ts';

/** Keys that follow from the id, so that a second process has the same ones. */
export const createFakeKeyVault = (): KeyVault => {
  const made = new Set<KeyId>();
  const destroyed = new Set<KeyId>();
  const keyOf = (id: KeyId) => createSecretKey(createHash('sha256').update(id).digest());
  return {
    async sealingKey(id) {
      if (destroyed.has(id)) throw new KeyDestroyedError();
      made.add(id);
      return keyOf(id);
    },
    async openingKey(id) {
      return made.has(id) && !destroyed.has(id) ? keyOf(id) : null;
    },
    async destroy(id) {
      destroyed.add(id);
    },
    async close() {},
  };
};
