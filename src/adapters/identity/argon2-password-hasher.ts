import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Hashed, PasswordHasher } from '../../ports/password-hasher.ts';
import type { Random } from '../../ports/random.ts';
import { createGate } from './gate.ts';

const argon2id = promisify(argon2);

/**
 * How a password is hashed: Argon2id (RFC 9106) with 19 MiB (in KiB here), 2 passes, 1 lane. OWASP Password Storage Cheat
 * Sheet, its first recommendation; a test holds it to no less.
 */
export const ARGON2ID = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Above this a stored string is damaged, or somebody wants to keep us busy. KiB, passes, lanes. */
const MOST = { memory: 1_048_576, passes: 16, parallelism: 4 } as const;

/** Hashes computed at once: they share Node's four worker threads with every file that is read or written. */
const AT_ONCE = 2;
/** More would wait for seconds. */
const MAX_WAITING = 100;

type Parameters = { readonly memory: number; readonly passes: number; readonly parallelism: number };
type Parsed = Parameters & { readonly salt: Buffer; readonly tag: Buffer };

/** Argon2id of the password in Unicode NFC, as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`. */
export const createArgon2PasswordHasher = (deps: {
  readonly random: Random;
  /** Cheaper ones in tests. */
  readonly parameters?: Parameters;
}): PasswordHasher => {
  const parameters = deps.parameters ?? ARGON2ID;
  const gate = createGate(AT_ONCE, MAX_WAITING);

  const derive = (password: string, salt: Uint8Array, { memory, passes, parallelism }: Parameters, tagLength: number) =>
    argon2id('argon2id', { message: password.normalize('NFC'), nonce: salt, memory, passes, parallelism, tagLength });

  const matches = async (password: string, { salt, tag, ...cost }: Parsed): Promise<boolean> =>
    timingSafeEqual(await derive(password, salt, cost, tag.byteLength), tag);

  const nobody: Parsed = { ...parameters, salt: bytes(deps.random, SALT_BYTES), tag: bytes(deps.random, TAG_BYTES) };

  return {
    hash: password =>
      gate(async () => {
        const salt = bytes(deps.random, SALT_BYTES);
        return format(parameters, salt, await derive(password, salt, parameters, TAG_BYTES));
      }),
    verify: (password, phc) => gate(async () => matches(password, parse(phc))),
    async verifyForNobody(password): Promise<Hashed<boolean>> {
      const worked = await gate(() => matches(password, nobody));
      return worked.ok ? { ok: true, value: false } : worked;
    },
  };
};

const bytes = (random: Random, count: number): Buffer => Buffer.from(random.bytes(count));

const base64 = (data: Buffer): string => data.toString('base64').replaceAll('=', '');

const format = ({ memory, passes, parallelism }: Parameters, salt: Buffer, tag: Buffer): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

const parse = (phc: string): Parsed => {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(phc) ?? [];
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const sound = cost.memory <= MOST.memory && cost.passes <= MOST.passes && cost.parallelism <= MOST.parallelism;
  if (!sound) throw new Error('a stored password hash is not one of ours');
  return { ...cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
};
