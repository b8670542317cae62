import type { PersonId } from '../../domain/shared/actor.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { AccountNote, Espaces } from '../enrolment/espaces.ts';
import { stepOf } from '../enrolment/outcome.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { unrepeatable } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import type { AttemptLimit } from './attempt-limits.ts';

/** What the password is asked for. */
export type Confirming = (AccountNote & { readonly type: 'HolderPasswordRejected' })['data']['what'];

/** What wrong passwords of somebody who is signed in are counted by. */
export const confirmation = (personId: PersonId): string => `confirm ${personId}`;

/**
 * Asks somebody who is signed in for their password again, before something that cannot be undone by chance. A wrong one is
 * in their journal before it is told: at most as many as the limit lets through.
 */
export const confirmPassword = async (
  deps: {
    readonly streams: Pick<IdentityStreams, 'accounts'>;
    readonly espaces: Pick<Espaces, 'noteAccount'>;
    readonly passwords: PasswordHasher;
    /** Wrong ones count by person; the limit is that of signing in. */
    readonly limit: AttemptLimit;
    readonly clock: Clock;
  },
  personId: PersonId,
  given: { readonly password: string; readonly what: Confirming },
  request: Request,
): Promise<'confirmed' | 'password-wrong' | 'account-locked' | 'busy'> => {
  const subject = confirmation(personId);
  if (deps.limit.isReached(subject, deps.clock.now())) return 'account-locked';
  // Counted before it is judged, so that tries made at once do not all pass for the first.
  deps.limit.count(subject, deps.clock.now());
  const { credentials } = (await deps.streams.accounts.load(personId)).state;
  const checked = credentials
    ? await deps.passwords.verify(given.password, credentials.passwordHash)
    : await deps.passwords.verifyForNobody(given.password);
  if (!checked.ok) {
    deps.limit.uncount(subject);
    return checked.refusal;
  }
  if (!checked.value) {
    await noteRejected(deps.espaces, personId, given.what, request);
    return 'password-wrong';
  }
  deps.limit.forget(subject);
  return 'confirmed';
};

/** Each try has a line of its own, as it is counted on its own, even where the request is a repeat. */
export const noteRejected = (
  espaces: Pick<Espaces, 'noteAccount'>,
  personId: PersonId,
  what: Confirming,
  request: Request,
): Promise<void> => {
  const step = stepOf(request, 'note wrong password');
  const note = { type: 'HolderPasswordRejected', data: { what } } as const;
  return espaces.noteAccount(personId, note, { ...step, id: unrepeatable(step.id) });
};
