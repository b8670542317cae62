import { type AccountRefusal, type AccountState, decideAccount } from '../../domain/account/account.ts';
import { decideChallenge } from '../../domain/account/challenge-owner.ts';
import { type CodeChannel, contactOf } from '../../domain/account/contacts.ts';
import { isNewDevice } from '../../domain/account/devices.ts';
import { accessTokenEnd } from '../../domain/account/sessions.ts';
import { isSheltered, LOCK_MS, MAX_WRONG_PASSWORDS } from '../../domain/account/sign-in.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { TokenIssuer } from '../../ports/token-issuer.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import { loginSubject } from '../enrolment/persons.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId, unrepeatable } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import { type AttemptLimit, createAttemptLimit, type Pace } from './attempt-limits.ts';
import { noteClosed } from './note-closed.ts';

export const createSignInLimit = (): AttemptLimit => createAttemptLimit(MAX_WRONG_PASSWORDS, LOCK_MS);

export type SignInDeps = {
  readonly streams: Pick<IdentityStreams, 'logins' | 'accounts' | 'challenges'>;
  readonly espaces: Pick<Espaces, 'recordSignIn' | 'noteAccount'>;
  readonly hash: KeyedHash;
  readonly codes: OneTimeCodes;
  readonly passwords: PasswordHasher;
  readonly tokens: TokenIssuer;
  readonly limit: AttemptLimit;
  readonly pace: Pace;
  readonly clock: Clock;
};

export type Challenge = {
  readonly challengeId: string;
  /** Whole: whoever shows it masks it. */
  readonly sentTo: string;
  readonly channel: CodeChannel;
  readonly expiresAt: Instant;
};

export type StartRefusal = 'credentials-wrong' | 'account-locked' | 'channel-unknown' | 'too-many-codes' | 'busy';

/**
 * Login and password; a code is then sent by `channel`. An unknown login costs the same work, meets the same limit and
 * hears the same as a wrong password; what is known of an account is told only to whoever has its password.
 */
export const startSignIn = (
  deps: SignInDeps,
  given: {
    readonly login: string;
    readonly password: string;
    readonly channel: CodeChannel;
    /** See `DeviceNamed`. */
    readonly device: string | null;
  },
  request: Request,
): Promise<Outcome<Challenge, StartRefusal>> =>
  deps.pace(async () => {
    const subject = loginSubject(deps.hash, given.login);
    const isReached = deps.limit.isReached(subject, deps.clock.now());
    const { owner } = (await deps.streams.logins.load(subject)).state;
    const account = owner === null ? null : (await deps.streams.accounts.load(owner)).state;
    // A login that was claimed and never got its account is nobody's.
    const known = account?.credentials?.login === given.login ? account.credentials : null;
    // Somebody who has just reset the password gets in, whoever goes on guessing; all others hear the same as ever.
    if (isReached && !(account && isSheltered(account, deps.clock.now()))) {
      if (owner !== null && known) await recordLocked(deps, owner, given.channel, request);
      return { ok: false, refusal: 'account-locked' };
    }
    const checked = known
      ? await deps.passwords.verify(given.password, known.passwordHash)
      : await deps.passwords.verifyForNobody(given.password);
    if (!checked.ok) return checked;
    const outcome =
      owner === null || known === null
        ? ({ ok: false, refusal: 'credentials-wrong' } as const)
        : await challenge(deps, owner, { ...given, passwordMatches: checked.value }, request);
    if (outcome.ok) deps.limit.forget(subject);
    else if (outcome.refusal === 'credentials-wrong') {
      deps.limit.count(subject, deps.clock.now());
      if (isReached) return { ok: false, refusal: 'account-locked' };
    }
    return outcome;
  });

const challenge = async (
  deps: SignInDeps,
  owner: PersonId,
  {
    channel,
    device,
    passwordMatches,
  }: { readonly channel: CodeChannel; readonly device: string | null; readonly passwordMatches: boolean },
  request: Request,
): Promise<Outcome<Challenge, StartRefusal>> => {
  // Of this person and this request alone: the same key sent for somebody else must not give their code or challenge.
  const challengeId = derivedId(request.id, `challenge ${owner}`);
  const codeId = derivedId(request.id, `sign-in code ${owner}`);
  const handled = await deps.streams.accounts.handle(owner, request, (state, at) =>
    decided(decideAccount(state, { type: 'start-sign-in', at, passwordMatches, channel, challengeId, codeId, device })),
  );
  if (!handled.ok) return handled;
  const { result } = handled;
  if (!result.ok) {
    if (result.refusal === 'account-locked') await recordLocked(deps, owner, channel, request);
    return { ok: false, refusal: passwordMatches ? toldAtStart(result.refusal) : 'credentials-wrong' };
  }
  const [event] = result.events;
  if (event?.type !== 'SignInChallenged') {
    await recordFailure(deps, owner, { reason: 'PASSWORD', channel }, result.events, request);
    return { ok: false, refusal: 'credentials-wrong' };
  }
  const claimed = await deps.streams.challenges.handle(challengeId, stepOf(request, 'claim challenge'), (state, at) =>
    decided(decideChallenge(state, { type: 'claim', at, owner })),
  );
  if (!claimed.ok) return claimed;
  const sentTo = contactOf(handled.state.contacts, channel) ?? '';
  return { ok: true, challengeId, sentTo, channel, expiresAt: event.data.expiresAt };
};

const toldAtStart = (refusal: AccountRefusal): StartRefusal =>
  refusal === 'account-locked' || refusal === 'channel-unknown' || refusal === 'too-many-codes'
    ? refusal
    : 'credentials-wrong';

export type Tokens = {
  readonly personId: PersonId;
  readonly sessionId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Instant;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Instant;
};

export type CompleteRefusal = AccountRefusal | 'code-wrong';

/**
 * The code that was sent, for a session and its tokens. Three durable steps: the code is used up, the journal has the
 * sign-in, the session is open; so no session is ever open that the journal does not tell of.
 */
export const completeSignIn = async (
  deps: SignInDeps,
  { challengeId, code }: { readonly challengeId: string; readonly code: string },
  request: Request,
): Promise<Outcome<Tokens, CompleteRefusal>> => {
  const { accounts, challenges } = deps.streams;
  const { owner } = (await challenges.load(challengeId)).state;
  if (owner === null) return { ok: false, refusal: 'challenge-unknown' };

  const tried = await accounts.handle(owner, stepOf(request, 'try code'), (state, at) => {
    const codeMatches = matches(deps.codes, state, code);
    const decision = decideAccount(state, { type: 'complete-sign-in', at, challengeId, codeMatches });
    const { events, result } = decided(decision);
    const { channel = 'EMAIL', device = null } = state.challenge ?? {};
    return {
      events,
      result: { decision: result, channel, newDevice: isNewDevice(state.devices, device) ? device : null },
    };
  });
  if (!tried.ok) return tried;
  const { decision, channel, newDevice } = tried.result;
  if (!decision.ok) {
    if (decision.refusal === 'account-locked') await recordLocked(deps, owner, channel, request);
    return decision;
  }
  if (decision.events[0]?.type !== 'SignInVerified') {
    await recordFailure(deps, owner, { reason: 'CODE', channel }, decision.events, request);
    return { ok: false, refusal: 'code-wrong' };
  }

  const trace = { outcome: 'SUCCESS', reason: null, channel, locked: false } as const;
  await deps.espaces.recordSignIn(owner, trace, stepOf(request, 'record sign-in'));
  if (newDevice !== null) {
    const note = { type: 'HolderCredentialsChanged', data: { what: 'DEVICE', device: newDevice } } as const;
    await deps.espaces.noteAccount(owner, note, stepOf(request, 'note new device'));
  }

  const sessionId = derivedId(request.id, `session ${owner}`);
  const opened = await accounts.handle(owner, stepOf(request, 'open session'), (state, at) =>
    decided(decideAccount(state, { type: 'open-session', at, challengeId, sessionId })),
  );
  if (!opened.ok) return opened;
  if (!opened.result.ok) return opened.result;
  const event = opened.result.events.find(each => each.type === 'SessionOpened');
  if (!event) return { ok: false, refusal: 'session-closed' };
  await noteClosed(deps.espaces, owner, opened.result.events, request);
  return { ok: true, ...(await tokensOf(deps, owner, { ...event.data, generation: 0, issuedAt: event.at })) };
};

/** Of the newest sign-in; whether it is the one that is meant, the account decides. */
const matches = (codes: OneTimeCodes, { challenge }: AccountState, code: string): boolean =>
  challenge !== null && codes.matches('sign-in', challenge.code.codeId, code);

const recordFailure = (
  deps: SignInDeps,
  owner: PersonId,
  failure: { readonly reason: 'PASSWORD' | 'CODE'; readonly channel: CodeChannel },
  events: readonly { readonly type: string }[],
  request: Request,
): Promise<void> => {
  const locked = events.some(({ type }) => type === 'AccountLocked');
  return deps.espaces.recordSignIn(
    owner,
    { outcome: 'FAILURE', ...failure, locked },
    stepOf(request, 'record failed sign-in'),
  );
};

/**
 * A try at a locked account, password or code: the journal has the first `MAX_WRONG_PASSWORDS`, and then none until `LOCK_MS`
 * have passed since the last that it has, so that a stranger who goes on for ever does not fill it. With the failures that
 * lock that is 40 lines an hour at most (decided). Each try has its own, even where the request is a repeat.
 */
const recordLocked = async (
  deps: Pick<SignInDeps, 'espaces' | 'limit' | 'clock'>,
  owner: PersonId,
  channel: CodeChannel,
  request: Request,
): Promise<void> => {
  const subject = `locked ${owner}`;
  if (deps.limit.isReached(subject, deps.clock.now())) return;
  deps.limit.count(subject, deps.clock.now());
  const step = stepOf(request, 'record try while locked');
  const trace = { outcome: 'FAILURE', reason: 'LOCKED', channel, locked: false } as const;
  await deps.espaces.recordSignIn(owner, trace, { ...step, id: unrepeatable(step.id) });
};

/** The same for the same session, generation and instant: a repeated request is answered with the same tokens. */
export const tokensOf = async (
  { tokens }: Pick<SignInDeps, 'tokens'>,
  personId: PersonId,
  session: {
    readonly sessionId: string;
    readonly generation: number;
    readonly issuedAt: Instant;
    readonly expiresAt: Instant;
  },
): Promise<Tokens> => {
  const { sessionId, generation, issuedAt } = session;
  const claims = { personId, sessionId, generation, issuedAt };
  const accessTokenExpiresAt = accessTokenEnd(issuedAt);
  const refreshTokenExpiresAt = session.expiresAt;
  return {
    personId,
    sessionId,
    accessToken: await tokens.issue({ ...claims, audience: 'espace', expiresAt: accessTokenExpiresAt }),
    accessTokenExpiresAt,
    refreshToken: await tokens.issue({ ...claims, audience: 'refresh', expiresAt: refreshTokenExpiresAt }),
    refreshTokenExpiresAt,
  };
};
