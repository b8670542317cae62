import type { SignedIn } from '../../application/sign-in/sessions.ts';
import { ProblemError } from './problems.ts';
import type { Call } from './route.ts';

/** Who is signed in, and in which session. Throws `unauthenticated` for anybody else. */
export const signedIn = ({ principal }: Call): SignedIn => {
  if (principal.kind !== 'holder') throw new ProblemError('unauthenticated');
  return principal;
};
