import { type AccountRefusal, decideAccount } from '../../domain/account/account.ts';
import { CODE_CHANNELS, type CodeChannel } from '../../domain/account/contacts.ts';
import { decideEnrolment } from '../../domain/enrolment/enrolment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { PendingContact } from '../enrolment/contacts.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import type { AttemptLimit } from './attempt-limits.ts';
import { confirmPassword } from './confirm-password.ts';
import type { SignedIn } from './sessions.ts';

export type MemberContactsDeps = {
  readonly streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>;
  readonly espaces: Pick<Espaces, 'noteAccount'>;
  readonly codes: OneTimeCodes;
  readonly passwords: PasswordHasher;
  readonly limit: AttemptLimit;
  readonly clock: Clock;
};

/**
 * Somebody who is signed in asks for other contacts, with their password: codes go there, and so does the way back to the
 * account. A code is sent to each new one, which counts once its code came back. Contacts not named stay.
 */
export const changeMemberContacts = async (
  deps: MemberContactsDeps,
  { personId }: SignedIn,
  password: string,
  wanted: Partial<Record<CodeChannel, string>>,
  request: Request,
): Promise<
  Outcome<
    { readonly pending: readonly PendingContact[] },
    AccountRefusal | 'password-wrong' | 'account-locked' | 'busy'
  >
> => {
  const confirmed = await confirmPassword(deps, personId, { password, what: 'CONTACTS' }, request);
  if (confirmed !== 'confirmed') return { ok: false, refusal: confirmed };
  const changes = Object.fromEntries(
    CODE_CHANNELS.flatMap(channel => {
      const value = wanted[channel];
      const codeId = derivedId(request.id, `member contact code ${channel} ${personId}`);
      return value === undefined ? [] : [[channel, { value, codeId }]];
    }),
  );
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) =>
    decided(decideAccount(state, { type: 'change-contacts', at, changes })),
  );
  if (!handled.ok) return handled;
  if (!handled.result.ok) return handled.result;
  const { pending } = handled.state.renewal;
  return {
    ok: true,
    pending: CODE_CHANNELS.flatMap(channel => {
      const waiting = pending[channel];
      return waiting ? [{ channel, value: waiting.value, expiresAt: waiting.code.expiresAt }] : [];
    }),
  };
};

/**
 * Gives back the code that was sent to a new contact; from then on it is the contact, to sign in and to identify oneself:
 * one that they gave up must not go on receiving codes. The account comes last and ends what is asked for, so that whatever
 * was cut off is finished by giving the code again, with its key or without.
 */
export const verifyMemberContact = async (
  deps: MemberContactsDeps,
  { personId }: SignedIn,
  { channel, code }: { readonly channel: CodeChannel; readonly code: string },
  request: Request,
): Promise<Outcome<object, AccountRefusal | 'code-wrong'>> => {
  const { accounts, enrolments } = deps.streams;
  /** A wrong code counts at once, so that tries made together are not all judged as the first; a right one, where `done`. */
  const verify = async (done: boolean) => {
    const handled = await accounts.handle(personId, request, (state, at) => {
      const waiting = state.renewal.pending[channel];
      const codeMatches = waiting !== null && deps.codes.matches('contact', waiting.code.codeId, code);
      const decision = decideAccount(state, { type: 'verify-contact', at, channel, codeMatches });
      const { events, result } = decided(decision);
      const changed = events.find(({ type }) => type === 'MemberContactChanged');
      return { events: changed && !done ? [] : events, result };
    });
    if (!handled.ok) return handled;
    const { result, repeated } = handled;
    if (!result.ok) return result;
    const changed = result.events.find(event => event.type === 'MemberContactChanged');
    return changed === undefined
      ? ({ ok: false, refusal: 'code-wrong' } as const)
      : ({ ok: true, verified: changed.data, repeated } as const);
  };

  const judged = await verify(false);
  if (!judged.ok || judged.repeated) return judged;
  const { codeId, value } = judged.verified;
  const enrolled = await enrolments.handle(personId, stepOf(request, 'correct contact'), (state, at) =>
    decided(decideEnrolment(state, { type: 'correct-contact', at, channel, value, codeId })),
  );
  if (!enrolled.ok) return enrolled;
  const what = channel === 'EMAIL' ? 'EMAIL' : 'MOBILE';
  const note = { type: 'HolderCredentialsChanged', data: { what, device: null } } as const;
  // By the code, which changes one contact once, and not by the request: the same again, it leaves one line.
  await deps.espaces.noteAccount(personId, note, { id: derivedId(codeId, 'note changed contact'), fingerprint: '' });
  return verify(true);
};
