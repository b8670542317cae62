import { type Instant, plusMs } from '../shared/time.ts';

/** One code that was sent. What it reads nobody keeps: whether a given one matches comes with the command. */
export type OneTimeCode = {
  /** UUID from which the code derives. */
  readonly codeId: string;
  readonly issuedAt: Instant;
  /** First instant at which it is no longer valid. */
  readonly expiresAt: Instant;
  readonly wrongTries: number;
  readonly used: boolean;
};

/** Wrong tries after which a code is void, even for the right one. Decided: the published number is not known. */
export const MAX_WRONG_TRIES = 5;

/** Codes that are sent while somebody waits. Published: 15 minutes. */
export const CODE_VALIDITY_MS = 15 * 60_000;

/** Published: a new code at most every 30 seconds. */
export const CODE_SPACING_MS = 30_000;

export const isTooSoonAfter = (earlier: Instant | null, at: Instant): boolean =>
  earlier !== null && at < plusMs(earlier, CODE_SPACING_MS);

export type CodeVerdict = 'code-right' | 'code-wrong' | 'too-many-tries' | 'code-used' | 'code-expired';

export const issued = (codeId: string, issuedAt: Instant, expiresAt: Instant): OneTimeCode => ({
  codeId,
  issuedAt,
  expiresAt,
  wrongTries: 0,
  used: false,
});

/** That it was used or is too old is told only to whoever has the right code. */
export const judge = (code: OneTimeCode, matches: boolean, at: Instant): CodeVerdict => {
  if (code.wrongTries >= MAX_WRONG_TRIES) return 'too-many-tries';
  if (!matches) return 'code-wrong';
  if (code.used) return 'code-used';
  return at >= code.expiresAt ? 'code-expired' : 'code-right';
};

export const withWrongTry = (code: OneTimeCode): OneTimeCode => ({ ...code, wrongTries: code.wrongTries + 1 });
