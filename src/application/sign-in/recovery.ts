import { CODE_SPACING_MS, CODE_VALIDITY_MS, MAX_WRONG_TRIES } from '../../domain/account/one-time-code.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { type AttemptLimit, createAttemptLimit, createSpacing, type Pace, type Spacing } from './attempt-limits.ts';

/** `asked`: by what was asked, known or not; `tried`: codes, by the id of the reset, known or not. */
export type RecoveryLimits = { readonly asked: Spacing; readonly tried: AttemptLimit };

export const createRecoveryLimits = (): RecoveryLimits => ({
  asked: createSpacing(CODE_SPACING_MS),
  tried: createAttemptLimit(MAX_WRONG_TRIES, CODE_VALIDITY_MS),
});

/** What somebody needs who forgot their login or password, and has nothing else to show yet. */
export type RecoveryDeps = {
  readonly streams: IdentityStreams;
  readonly espaces: Pick<Espaces, 'recordSignIn' | 'noteAccount'>;
  readonly hash: KeyedHash;
  readonly codes: OneTimeCodes;
  readonly passwords: PasswordHasher;
  readonly recoveryLimits: RecoveryLimits;
  /** Of signing in: a new password begins with a clean slate. */
  readonly limit: AttemptLimit;
  readonly pace: Pace;
  readonly clock: Clock;
};
