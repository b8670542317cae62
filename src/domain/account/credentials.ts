import type { Instant } from '../shared/time.ts';
import type { PasswordFlaw } from './password-rules.ts';

/** What a login is used with. A changed password leaves its hash behind, so that it is not taken again. */

/** RESET: with a code, by somebody who forgot the one before. */
export type PasswordChangeCause = 'CHANGED' | 'RESET';

export type PasswordChangeEvent = {
  readonly type: 'PasswordChanged';
  readonly at: Instant;
  /** `passwordHash`: PHC string. */
  readonly data: { readonly passwordHash: string; readonly cause: PasswordChangeCause };
};

/** Why a password cannot be the new one. Which were used before, only their hashes tell: it comes with the command. */
export type PasswordObjection = PasswordFlaw | 'password-reused';

export type Credentials = {
  readonly login: string;
  /** PHC string. */
  readonly passwordHash: string;
  /** Newest first. */
  readonly formerHashes: readonly string[];
};

/** Published: no reuse. How many are remembered is decided. */
export const MAX_FORMER_PASSWORDS = 4;

/** Hashes of the passwords that may not be chosen, the one in use first. */
export const usedHashes = ({ passwordHash, formerHashes }: Credentials): readonly string[] => [
  passwordHash,
  ...formerHashes,
];

export const withPassword = (credentials: Credentials, passwordHash: string): Credentials => ({
  ...credentials,
  passwordHash,
  formerHashes: usedHashes(credentials).slice(0, MAX_FORMER_PASSWORDS),
});
