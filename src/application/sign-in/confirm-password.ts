import type { PersonId } from '../../domain/shared/actor.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import type { AttemptLimit } from './attempt-limits.ts';

/** What wrong passwords of somebody who is signed in are counted by. */
export const confirmation = (personId: PersonId): string => `confirm ${personId}`;

/** Asks somebody who is signed in for their password again, before something that cannot be undone by chance. */
export const confirmPassword = async (
  deps: {
    readonly streams: Pick<IdentityStreams, 'accounts'>;
    readonly passwords: PasswordHasher;
    /** Wrong ones count by person; the limit is that of signing in. */
    readonly limit: AttemptLimit;
    readonly clock: Clock;
  },
  personId: PersonId,
  password: string,
): Promise<'confirmed' | 'password-wrong' | 'account-locked' | 'busy'> => {
  const subject = confirmation(personId);
  if (deps.limit.isReached(subject, deps.clock.now())) return 'account-locked';
  // Counted before it is judged, so that tries made at once do not all pass for the first.
  deps.limit.count(subject, deps.clock.now());
  const { credentials } = (await deps.streams.accounts.load(personId)).state;
  const checked = credentials
    ? await deps.passwords.verify(password, credentials.passwordHash)
    : await deps.passwords.verifyForNobody(password);
  if (!checked.ok) return checked.refusal;
  if (!checked.value) return 'password-wrong';
  deps.limit.forget(subject);
  return 'confirmed';
};
