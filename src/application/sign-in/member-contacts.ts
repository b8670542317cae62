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
 * one that they gave up must not go on receiving codes.
 */
export const verifyMemberContact = async (
  deps: MemberContactsDeps,
  { personId }: SignedIn,
  { channel, code }: { readonly channel: CodeChannel; readonly code: string },
  request: Request,
): Promise<Outcome<object, AccountRefusal | 'code-wrong'>> => {
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) => {
    const waiting = state.renewal.pending[channel];
    const codeMatches = waiting !== null && deps.codes.matches('contact', waiting.code.codeId, code);
    return decided(decideAccount(state, { type: 'verify-contact', at, channel, codeMatches }));
  });
  if (!handled.ok) return handled;
  const { result } = handled;
  if (!result.ok) return result;
  const changed = result.events.find(event => event.type === 'MemberContactChanged');
  if (changed === undefined) return { ok: false, refusal: 'code-wrong' };
  const { codeId, value } = changed.data;
  const enrolled = await deps.streams.enrolments.handle(personId, stepOf(request, 'correct contact'), (state, at) =>
    decided(decideEnrolment(state, { type: 'correct-contact', at, channel, value, codeId })),
  );
  if (!enrolled.ok) return enrolled;
  const what = channel === 'EMAIL' ? 'EMAIL' : 'MOBILE';
  const note = { type: 'HolderCredentialsChanged', data: { what, device: null } } as const;
  await deps.espaces.noteAccount(personId, note, stepOf(request, 'note changed contact'));
  return { ok: true };
};
