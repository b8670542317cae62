import { notOwnAffairs } from '../../application/enrolment/own-affairs.ts';
import type { IdentityStreams } from '../../application/enrolment/streams.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import { ProblemError } from './problems.ts';
import type { Call } from './route.ts';

/** Problems of `identifiedPerson`, beside those of the token. */
export const IDENTIFIED_PROBLEMS = ['identity-not-verified', 'minor-represented', 'sign-in-needed'] as const;

/**
 * Who asks, where the audience is `person`: signed in, or with no account and lately identified, so that what the law lets
 * everybody do does not wait for an account. Throws one of `IDENTIFIED_PROBLEMS`.
 */
export const identifiedPerson = async (
  deps: { readonly streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>; readonly now: () => Instant },
  { principal }: Call,
): Promise<PersonId> => {
  if (principal.kind === 'holder') return principal.personId;
  if (principal.kind !== 'enrolling') throw new ProblemError('unauthenticated');
  const { personId, verification } = principal;
  const { state } = await deps.streams.enrolments.load(personId);
  const obstacle = notOwnAffairs(state, verification, deps.now());
  if (obstacle !== null) throw new ProblemError(obstacle);
  // A card and a code sent to a contact are less than what their account asks for.
  if ((await deps.streams.accounts.load(personId)).state.credentials !== null) throw new ProblemError('sign-in-needed');
  return personId;
};
