import { type KeyObject, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyDestroyedError, type KeyId, type KeyVault } from '../../src/ports/key-vault.ts';

/** `dispose` removes what is left once the vault is closed. */
export type OpenedKeyVault = { readonly vault: KeyVault; readonly dispose: () => Promise<void> };

type Action = { readonly kind: 'seal' | 'open' | 'destroy'; readonly person: number };

const PERSONS = 3;
const actions = fc.array(
  fc.record<Action>({
    kind: fc.constantFrom('seal', 'seal', 'open', 'open', 'destroy'),
    person: fc.nat(PERSONS - 1),
  }),
  { maxLength: 30 },
);

const bytesOf = (key: KeyObject | null): string => key?.export().toString('hex') ?? 'none';

/**
 * What every key vault does, whatever it is made of: called word for word, without options.
 *
 * Mutants that it caught: a destroyed key made anew; a key that survives its destruction; a key made twice for two that
 * ask at once; close forgetting what waits.
 */
export const keyVaultContract = (name: string, open: () => Promise<OpenedKeyVault>): void => {
  describe(`${name}: the key vault contract`, () => {
    let opened: OpenedKeyVault;
    let vault: KeyVault;
    let alice: KeyId;
    let bruno: KeyId;

    beforeEach(async () => {
      opened = await open();
      vault = opened.vault;
      alice = randomUUID();
      bruno = randomUUID();
    });
    afterEach(async () => {
      await vault.close();
      await opened.dispose();
    });

    it('makes a key of 256 bits at the first call, and gives the same ever after', async () => {
      const key = await vault.sealingKey(alice);
      expect(key.type).toBe('secret');
      expect(key.symmetricKeySize).toBe(32);
      expect(bytesOf(await vault.sealingKey(alice))).toBe(bytesOf(key));
      expect(bytesOf(await vault.openingKey(alice))).toBe(bytesOf(key));
    });

    it('has no key to open with for somebody for whom nothing was sealed, and makes none', async () => {
      expect(await vault.openingKey(alice)).toBeNull();
      expect(await vault.openingKey(alice)).toBeNull();
    });

    it('gives each person a key of their own', async () => {
      const ids = Array.from({ length: 100 }, () => randomUUID());
      const keys = await Promise.all(ids.map(id => vault.sealingKey(id)));
      expect(new Set(keys.map(bytesOf)).size).toBe(100);
      const again = await Promise.all(ids.map(id => vault.openingKey(id)));
      expect(again.map(bytesOf)).toEqual(keys.map(bytesOf));
    });

    it('makes one key where it is asked for many times at once', async () => {
      const keys = await Promise.all(Array.from({ length: 100 }, () => vault.sealingKey(alice)));
      expect(new Set(keys.map(bytesOf)).size).toBe(1);
      expect(bytesOf(await vault.openingKey(alice))).toBe(bytesOf(keys[0] ?? null));
    });

    it('makes 3 000 keys that are asked for at once', async () => {
      const ids = Array.from({ length: 3_000 }, () => randomUUID());
      const keys = await Promise.all(ids.map(id => vault.sealingKey(id)));
      expect(new Set(keys.map(bytesOf)).size).toBe(3_000);
      expect(bytesOf(await vault.openingKey(ids[2_999] ?? ''))).toBe(bytesOf(keys[2_999] ?? null));
    });

    it('has no key any more once it is destroyed, and makes no new one', async () => {
      const other = await vault.sealingKey(bruno);
      await vault.sealingKey(alice);
      await vault.destroy(alice);
      expect(await vault.openingKey(alice)).toBeNull();
      await expect(vault.sealingKey(alice)).rejects.toThrow(KeyDestroyedError);
      expect(await vault.openingKey(alice)).toBeNull();
      expect(bytesOf(await vault.openingKey(bruno))).toBe(bytesOf(other));
      expect(bytesOf(await vault.sealingKey(bruno))).toBe(bytesOf(other));
    });

    it('takes a repeated destruction for done', async () => {
      await vault.sealingKey(alice);
      await vault.destroy(alice);
      await vault.destroy(alice);
      await expect(vault.sealingKey(alice)).rejects.toThrow(KeyDestroyedError);
    });

    it('never makes a key for somebody whose key was destroyed before there was one', async () => {
      await vault.destroy(alice);
      await expect(vault.sealingKey(alice)).rejects.toThrow(KeyDestroyedError);
      expect(await vault.openingKey(alice)).toBeNull();
    });

    it('leaves no key where one is made and destroyed at the same time', async () => {
      const made = vault.sealingKey(alice).then(
        () => 'made',
        error => error,
      );
      await vault.destroy(alice);
      const outcome = await made;
      if (outcome !== 'made') expect(outcome).toBeInstanceOf(KeyDestroyedError);
      expect(await vault.openingKey(alice)).toBeNull();
      await expect(vault.sealingKey(alice)).rejects.toThrow(KeyDestroyedError);
    });

    it('says nothing of the person in its refusal', async () => {
      await vault.destroy(alice);
      const error = await vault.sealingKey(alice).catch((reason: unknown) => reason);
      expect(String(error)).not.toContain(alice);
    });

    it('behaves in any order of calls like a list of who has a key and who lost it', async () => {
      await fc.assert(
        fc.asyncProperty(actions, async steps => {
          const ids = Array.from({ length: PERSONS }, () => randomUUID());
          const known = new Map<KeyId, string>();
          for (const { kind, person } of steps) {
            const id = ids[person] ?? '';
            const isDestroyed = known.get(id) === 'destroyed';
            if (kind === 'destroy') {
              await vault.destroy(id);
              known.set(id, 'destroyed');
            } else if (kind === 'open') {
              expect(bytesOf(await vault.openingKey(id))).toBe(isDestroyed ? 'none' : (known.get(id) ?? 'none'));
            } else if (isDestroyed) {
              await expect(vault.sealingKey(id)).rejects.toThrow(KeyDestroyedError);
            } else {
              const bytes = bytesOf(await vault.sealingKey(id));
              expect(bytes).toBe(known.get(id) ?? bytes);
              known.set(id, bytes);
            }
          }
        }),
        { numRuns: 30 },
      );
    });

    it('finishes what is under way when it is closed, and nothing after', async () => {
      const ids = Array.from({ length: 50 }, () => randomUUID());
      const making = ids.map(id => vault.sealingKey(id));
      await vault.close();
      await vault.close();
      expect(new Set((await Promise.all(making)).map(bytesOf)).size).toBe(50);
      await expect(vault.sealingKey(alice)).rejects.toThrow();
      await expect(vault.openingKey(ids[0] ?? '')).rejects.toThrow();
      await expect(vault.destroy(alice)).rejects.toThrow();
    });
  });
};
