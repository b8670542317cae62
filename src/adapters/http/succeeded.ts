import type { Outcome } from '../../application/enrolment/outcome.ts';
import { ProblemError } from './problems.ts';

/** What a use case gave, or its refusal as a problem. */
export const succeeded = <T>(outcome: Outcome<T, string>): T => {
  if (outcome.ok) return outcome;
  throw new ProblemError(outcome.refusal, RETRY_AFTER[outcome.refusal] ?? {});
};

/** Seconds after which asking again may help. */
const RETRY_AFTER: Readonly<Record<string, { readonly headers: Readonly<Record<string, string>> }>> = {
  'code-asked-too-soon': { headers: { 'Retry-After': '30' } },
  'too-many-tries': { headers: { 'Retry-After': '900' } },
  'too-many-codes': { headers: { 'Retry-After': '900' } },
  'account-locked': { headers: { 'Retry-After': '900' } },
  busy: { headers: { 'Retry-After': '1' } },
  'stream-busy': { headers: { 'Retry-After': '1' } },
};
