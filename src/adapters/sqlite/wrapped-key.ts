import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyId } from '../../ports/key-vault.ts';
import { lockBox, openBox } from '../shared/box.ts';
import { StoredKeyDamagedError } from '../shared/key-vault-errors.ts';

const KEY_BYTES = 32;

export type MadeKey = { readonly key: KeyObject; readonly wrapped: Uint8Array };

/** A name for the master key that tells nothing of it; two keys with one name do not occur. Throws unless it is AES-256. */
export const masterKeyIdOf = (masterKey: KeyObject): string => {
  if (masterKey.symmetricKeySize !== KEY_BYTES) throw new Error(`the master key must have ${KEY_BYTES} bytes`);
  return createHmac('sha256', masterKey).update('key vault: id of the master key').digest('hex');
};

/** A new random key, and what to store of it: it opens with the master key only, and for `id` only. */
export const makeKey = (masterKey: KeyObject, id: KeyId): MadeKey => {
  const bytes = randomBytes(KEY_BYTES);
  const made = { key: createSecretKey(bytes), wrapped: lockBox(masterKey, id, bytes) };
  bytes.fill(0);
  return made;
};

/** Throws `StoredKeyDamagedError`. */
export const unwrapKey = (masterKey: KeyObject, id: KeyId, wrapped: Uint8Array): KeyObject => {
  const bytes = openBox(masterKey, id, Buffer.from(wrapped));
  if (bytes === null) throw new StoredKeyDamagedError();
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
};
