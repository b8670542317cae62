import { type AccountRefusal, type AccountState, decideAccount } from '../../domain/account/account.ts';
import { decideChallenge } from '../../domain/account/challenge-owner.ts';
import type { CodeChannel } from '../../domain/account/contacts.ts';
import type { PasswordObjection } from '../../domain/account/credentials.ts';
import { resetOf } from '../../domain/account/password-reset.ts';
import { PASSWORD_FLAWS } from '../../domain/account/password-rules.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { refuse } from '../../domain/shared/decider.ts';
import type { CalendarDate } from '../../domain/shared/time.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import { loginSubject } from '../enrolment/persons.ts';
import { derivedId } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import { preparePassword } from './new-password.ts';
import { noteClosed } from './note-closed.ts';
import type { RecoveryDeps } from './recovery.ts';

/**
 * Has a code for a new password sent to a contact of the account. The answer is the same, and as fast, whether the login,
 * the birth date or the contact are known or not. Asking too soon is judged by login and network: a stranger elsewhere
 * must not be able to keep the person from asking.
 */
export const askPasswordReset = (
  deps: RecoveryDeps,
  asked: {
    readonly login: string;
    readonly birthDate: CalendarDate | null;
    readonly channel: CodeChannel;
    /** Where it was asked from: addresses that one customer can choose from count as one. */
    readonly network: string;
  },
  request: Request,
): Promise<Outcome<{ readonly resetId: string }, 'code-asked-too-soon'>> =>
  deps.pace(async () => {
    const { login, network } = asked;
    const subject = loginSubject(deps.hash, login);
    if (deps.recoveryLimits.asked(`${subject} ${network}`, request.id, deps.clock.now()) === 'too-soon')
      return { ok: false, refusal: 'code-asked-too-soon' };
    // Of this request and login alone, so that it says nothing of whose the login is.
    const resetId = derivedId(request.id, `password reset ${subject}`);
    const owner = await ownerOf(deps, subject, asked);
    if (owner === null) return { ok: true, resetId };
    const issued = await issueReset(deps, owner, resetId, asked, request);
    return issued.ok ? { ok: true, resetId } : issued;
  });

/** Whose login it is, if the birth date, where it is given, is theirs too. */
const ownerOf = async (
  { streams }: RecoveryDeps,
  subject: string,
  { login, birthDate }: { readonly login: string; readonly birthDate: CalendarDate | null },
): Promise<PersonId | null> => {
  const { owner } = (await streams.logins.load(subject)).state;
  if (owner === null) return null;
  const { credentials } = (await streams.accounts.load(owner)).state;
  const { person } = (await streams.enrolments.load(owner)).state;
  if (credentials?.login !== login) return null;
  return birthDate === null || person?.birthDate === birthDate ? owner : null;
};

const issueReset = async (
  deps: RecoveryDeps,
  owner: PersonId,
  resetId: string,
  { channel, birthDate }: { readonly channel: CodeChannel; readonly birthDate: CalendarDate | null },
  request: Request,
): Promise<Outcome<object, never>> => {
  const codeId = derivedId(request.id, `reset code ${owner}`);
  const withBirthDate = birthDate !== null;
  const handled = await deps.streams.accounts.handle(owner, stepOf(request, 'ask password reset'), (state, at) =>
    decided(decideAccount(state, { type: 'ask-password-reset', at, resetId, codeId, channel, withBirthDate })),
  );
  if (!handled.ok) return handled;
  if (!handled.result.ok) return { ok: true };
  const claimed = await deps.streams.challenges.handle(resetId, stepOf(request, 'claim reset'), (state, at) =>
    decided(decideChallenge(state, { type: 'claim', at, owner })),
  );
  if (!claimed.ok) return claimed;
  const note = { type: 'HolderRecoveryAsked', data: { what: 'PASSWORD', channel } } as const;
  await deps.espaces.noteAccount(owner, note, stepOf(request, 'note recovery'));
  return { ok: true };
};

export type ResetRefusal =
  | PasswordObjection
  | 'code-wrong'
  | 'code-used'
  | 'code-expired'
  | 'too-many-tries'
  | 'account-unknown'
  | 'busy';

/**
 * The code that was sent, for a new password: every session ends, and a lock is lifted. All but `code-wrong` and
 * `too-many-tries` is told only to whoever gave the right code; an id that nobody has meets the same answers at the same try.
 */
export const resetPassword = (
  deps: RecoveryDeps,
  given: { readonly resetId: string; readonly code: string; readonly password: string },
  request: Request,
): Promise<Outcome<object, ResetRefusal>> =>
  deps.pace(async () => {
    const { tried } = deps.recoveryLimits;
    if (tried.isReached(given.resetId, deps.clock.now())) return { ok: false, refusal: 'too-many-tries' };
    const { owner } = (await deps.streams.challenges.load(given.resetId)).state;
    const outcome =
      owner === null ? ({ ok: false, refusal: 'code-wrong' } as const) : await reset(deps, owner, given, request);
    if (!outcome.ok && outcome.refusal === 'code-wrong') tried.count(given.resetId, deps.clock.now());
    return outcome;
  });

/** Three durable steps, as for signing in: the code is used up, the journal has it, the password is another. */
const reset = async (
  deps: RecoveryDeps,
  owner: PersonId,
  { resetId, code, password }: { readonly resetId: string; readonly code: string; readonly password: string },
  request: Request,
): Promise<Outcome<object, ResetRefusal>> => {
  const { accounts } = deps.streams;
  const typed = code.replace(/[\s-]/g, '');
  const matches = (state: AccountState): boolean => {
    const sent = resetOf(state.resets, resetId);
    return sent !== undefined && deps.codes.matches('password-reset', sent.code.codeId, typed);
  };
  const { state } = await accounts.load(owner);
  // For a wrong code no work is done. Nor where a request is repeated whose answer got lost: the code is gone by then.
  const prepared = matches(state) ? await preparePassword(deps, owner, state, password) : null;
  if (prepared?.ok === false) return prepared;

  const verified = await accounts.handle(owner, stepOf(request, 'verify password reset'), (current, at) => {
    const codeMatches = matches(current);
    const objection = prepared?.objectionIn(current) ?? null;
    const command = { type: 'verify-password-reset', at, resetId, codeMatches, objection } as const;
    const channel = resetOf(current.resets, resetId)?.channel ?? 'EMAIL';
    const { events, result } = decided(decideAccount(current, command));
    return { events, result: { decision: result, codeMatches, channel } };
  });
  if (!verified.ok) return verified;
  const { decision, codeMatches, channel } = verified.result;
  if (!decision.ok) return { ok: false, refusal: codeMatches ? told(decision.refusal) : 'code-wrong' };
  if (decision.events[0]?.type !== 'PasswordResetVerified') {
    const trace = { outcome: 'FAILURE', reason: 'RESET_CODE', channel, locked: false } as const;
    await deps.espaces.recordSignIn(owner, trace, stepOf(request, 'record wrong reset code'));
    return { ok: false, refusal: 'code-wrong' };
  }

  const note = { type: 'HolderCredentialsChanged', data: { what: 'PASSWORD_RESET', device: null } } as const;
  await deps.espaces.noteAccount(owner, note, stepOf(request, 'note reset password'));
  const changed = await accounts.handle(owner, stepOf(request, 'reset password'), (current, at) =>
    decided(
      prepared === null
        ? refuse('reset-unknown')
        : decideAccount(current, { type: 'reset-password', at, resetId, passwordHash: prepared.passwordHash }),
    ),
  );
  if (!changed.ok) return changed;
  if (!changed.result.ok) return changed.repeated ? { ok: true } : { ok: false, refusal: 'code-wrong' };
  const login = changed.state.credentials?.login;
  if (login !== undefined) deps.limit.forget(loginSubject(deps.hash, login));
  await noteClosed(deps.espaces, owner, changed.result.events, request);
  return { ok: true };
};

/** What the state alone would refuse, whatever the code, looks like a wrong code. */
const told = (refusal: AccountRefusal): ResetRefusal => TOLD.find(each => each === refusal) ?? 'code-wrong';
const TOLD: readonly ResetRefusal[] = [
  ...PASSWORD_FLAWS,
  'password-reused',
  'code-used',
  'code-expired',
  'too-many-tries',
];
