import { decideAccount } from '../../domain/account/account.ts';
import type { CodeChannel } from '../../domain/account/contacts.ts';
import { decideEnrolment } from '../../domain/enrolment/enrolment.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import { decided, type HandlerRefusal, type Outcome, stepOf } from '../enrolment/outcome.ts';
import { loginSubject } from '../enrolment/persons.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import type { AttemptLimit } from '../sign-in/attempt-limits.ts';
import type { Request } from '../stream-handler.ts';

export type AccountHelpDeps = {
  readonly streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>;
  readonly hash: KeyedHash;
  /** Of signing in. */
  readonly limit: AttemptLimit;
};

const unlockStep = (person: PersonId, request: Request): Request => stepOf(request, `unlock ${person}`);

/** Whether this very request unlocked the account. */
export const wasUnlocked = (
  { streams }: Pick<AccountHelpDeps, 'streams'>,
  person: PersonId,
  request: Request,
): Promise<boolean> => streams.accounts.remembers(person, unlockStep(person, request));

/** Undoes what wrong passwords and codes brought about, once: a repeat leaves those that came since. */
export const unlockAccount = async (
  deps: AccountHelpDeps,
  person: PersonId,
  request: Request,
): Promise<Outcome<object, 'account-unknown'>> => {
  const handled = await deps.streams.accounts.handle(person, unlockStep(person, request), (state, at) =>
    decided(decideAccount(state, { type: 'unlock', at })),
  );
  if (!handled.ok) return handled;
  const { credentials } = handled.state;
  if (!handled.result.ok || credentials === null) return { ok: false, refusal: 'account-unknown' };
  if (!handled.repeated) deps.limit.forget(loginSubject(deps.hash, credentials.login));
  return { ok: true };
};

/** A contact that was verified counts everywhere: to identify oneself, and to sign in where there is an account. */
export const applyCorrection = async (
  deps: AccountHelpDeps,
  person: PersonId,
  corrected: { readonly codeId: string; readonly channel: CodeChannel; readonly value: string },
  request: Request,
): Promise<Outcome<object, HandlerRefusal>> => {
  const { enrolments, accounts } = deps.streams;
  const { channel, value } = corrected;
  const enrolled = await enrolments.handle(person, stepOf(request, `correct contact ${person}`), (state, at) =>
    decided(decideEnrolment(state, { type: 'correct-contact', at, ...corrected })),
  );
  if (!enrolled.ok) return enrolled;
  // Nobody who has no account has one corrected: that is no failure.
  const opened = await accounts.handle(person, stepOf(request, `correct account contact ${person}`), (state, at) =>
    decided(decideAccount(state, { type: 'correct-contact', at, channel, value })),
  );
  return opened.ok ? { ok: true } : opened;
};
