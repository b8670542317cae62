import type { Staff } from '../../domain/shared/actor.ts';
import { ProblemError } from './problems.ts';
import type { Call } from './route.ts';

/** Who of the staff asks; routes of their audiences let nobody else through. */
export const staffOf = ({ principal }: Call): Staff => {
  if (principal.kind !== 'staff') throw new ProblemError('access-refused');
  return principal.actor;
};
