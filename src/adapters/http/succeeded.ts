import type { Outcome } from '../../application/enrolment/outcome.ts';
import { ProblemError } from './problems.ts';

/** What a use case gave, or its refusal as a problem. */
export const succeeded = <T>(outcome: Outcome<T, string>): T => {
  if (outcome.ok) return outcome;
  throw new ProblemError(outcome.refusal);
};
