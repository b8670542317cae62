import { CODE_SPACING_MS, MAX_WRONG_TRIES } from '../../domain/account/one-time-code.ts';
import type { Person } from '../../domain/enrolment/person.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import { type AttemptLimit, createAttemptLimit, createSpacing, type Spacing } from '../sign-in/attempt-limits.ts';

/** `codesTried`: by NIR and card, so that nobody without the card uses up what its owner can try. */
export type EnrolmentLimits = { readonly codesAsked: Spacing; readonly codesTried: AttemptLimit };

/** How long tries with a NIR and a card are refused after the last wrong one. */
const TRIES_WINDOW_MS = 15 * 60_000;

export const createEnrolmentLimits = (): EnrolmentLimits => ({
  codesAsked: createSpacing(CODE_SPACING_MS),
  codesTried: createAttemptLimit(MAX_WRONG_TRIES, TRIES_WINDOW_MS),
});

/** What the tries with this NIR and this card are counted by, whether they belong to anybody or not. */
export const triedSubject = (hash: KeyedHash, nir: string, vitaleSerial: string): string =>
  hash.of('code-tried', [nir, vitaleSerial].join('\0'));

/** A new code has tries of its own. */
export const withNewTries = (
  { hash, limits }: { readonly hash: KeyedHash; readonly limits: EnrolmentLimits },
  { ins, vitaleSerials }: Person,
): void => {
  for (const serial of vitaleSerials) limits.codesTried.forget(triedSubject(hash, ins.value, serial));
};
