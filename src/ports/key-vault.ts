import type { KeyObject } from 'node:crypto';

/** Whose data a key seals: the id of the espace, UUID. */
export type KeyId = string;

/** One AES-256 key a person. Erasure of a person is `destroy`: no event is ever rewritten. */
export interface KeyVault {
  /** The person's key, made and durable at the first call. Rejects with `KeyDestroyedError` once it was destroyed. */
  sealingKey(id: KeyId): Promise<KeyObject>;
  /** The key, or null where it was destroyed or never made. */
  openingKey(id: KeyId): Promise<KeyObject | null>;
  /** For good; repeating it is harmless. Nothing can be sealed for this person again. */
  destroy(id: KeyId): Promise<void>;
  close(): Promise<void>;
}

/** Somebody tried to seal for a person whose key is destroyed. */
export class KeyDestroyedError extends Error {
  constructor() {
    super('the key of this person was destroyed');
    this.name = 'KeyDestroyedError';
  }
}
