import { decideAccount } from '../../domain/account/account.ts';
import { type PasswordObjection, usedHashes } from '../../domain/account/credentials.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import type { Request } from '../stream-handler.ts';
import type { AttemptLimit } from './attempt-limits.ts';
import { confirmation, noteRejected } from './confirm-password.ts';
import { matching, type NewPasswordDeps, preparePassword } from './new-password.ts';
import { noteClosed } from './note-closed.ts';
import type { SignedIn } from './sessions.ts';

export type ChangePasswordDeps = NewPasswordDeps & {
  readonly streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>;
  readonly espaces: Pick<Espaces, 'noteAccount'>;
  readonly limit: AttemptLimit;
  readonly clock: Clock;
};

/** In use, and the one before: a change whose answer was lost is sent again with the password that it changed. */
const LOOKED_AT = 2;

/**
 * Another password for somebody who is signed in and gives the one in use. Every other session ends. Wrong ones count by
 * person, and the limit is that of signing in.
 */
export const changePassword = async (
  deps: ChangePasswordDeps,
  { personId, sessionId }: SignedIn,
  given: { readonly current: string; readonly wanted: string },
  request: Request,
): Promise<Outcome<object, PasswordObjection | 'password-wrong' | 'account-locked' | 'account-unknown' | 'busy'>> => {
  const subject = confirmation(personId);
  if (deps.limit.isReached(subject, deps.clock.now())) return { ok: false, refusal: 'account-locked' };
  // Counted before it is judged, so that tries made at once do not all pass for the first.
  deps.limit.count(subject, deps.clock.now());
  const { state: before } = await deps.streams.accounts.load(personId);
  if (!before.credentials) return { ok: false, refusal: 'account-unknown' };
  const current = await matching(deps.passwords, given.current, usedHashes(before.credentials).slice(0, LOOKED_AT));
  if (!current.ok) {
    deps.limit.uncount(subject);
    return current;
  }
  if (current.value.size === 0) {
    await noteRejected(deps.espaces, personId, 'PASSWORD', request);
    return { ok: false, refusal: 'password-wrong' };
  }
  const prepared = await preparePassword(deps, personId, before, given.wanted);
  if (!prepared.ok) return prepared;

  const { passwordHash, objectionIn } = prepared;
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) => {
    const currentMatches = current.value.has(state.credentials?.passwordHash ?? '');
    const objection = objectionIn(state);
    const kept = sessionId;
    return decided(
      decideAccount(state, { type: 'change-password', at, currentMatches, objection, passwordHash, kept }),
    );
  });
  if (!handled.ok) return handled;
  const { result } = handled;
  if (!result.ok) {
    // The one in use was given: it is the new one that is at fault.
    if (result.refusal === 'password-wrong') await noteRejected(deps.espaces, personId, 'PASSWORD', request);
    else deps.limit.forget(subject);
    return { ok: false, refusal: result.refusal as PasswordObjection | 'password-wrong' };
  }
  deps.limit.forget(subject);
  const note = { type: 'HolderCredentialsChanged', data: { what: 'PASSWORD', device: null } } as const;
  await deps.espaces.noteAccount(personId, note, stepOf(request, 'note changed password'));
  await noteClosed(deps.espaces, personId, result.events, request);
  return { ok: true };
};
