import { type AccountCommand, decideAccount, isLive } from '../../domain/account/account.ts';
import { liveSession, liveSessions, type Sessions } from '../../domain/account/sessions.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TokenIssuer } from '../../ports/token-issuer.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { decided, type Outcome } from '../enrolment/outcome.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import type { Request } from '../stream-handler.ts';
import { noteClosed } from './note-closed.ts';
import { type Tokens, tokensOf } from './sign-in.ts';

export type SessionDeps = {
  readonly streams: Pick<IdentityStreams, 'accounts'>;
  readonly espaces: Pick<Espaces, 'noteAccount'>;
  readonly tokens: TokenIssuer;
  readonly clock: Clock;
};

/** Somebody who is signed in. */
export type SignedIn = { readonly personId: PersonId; readonly sessionId: string };

/** `session-closed`: signed out, replaced, expired, or its refresh token was used twice. */
export type TokenRefusal = 'token-invalid' | 'token-expired' | 'session-closed';

/** Whose access token this is, if its session is still open: a session that was closed is closed at once. */
export const authenticate = async (
  deps: SessionDeps,
  accessToken: string,
): Promise<({ readonly ok: true } & SignedIn) | { readonly ok: false; readonly refusal: TokenRefusal }> => {
  const at = deps.clock.now();
  const verified = await deps.tokens.verify(accessToken, 'espace', at);
  if (!verified.ok) return verified;
  const { personId, sessionId } = verified.claims;
  const { state } = await deps.streams.accounts.load(personId);
  return isLive(state, sessionId, at) ? { ok: true, personId, sessionId } : { ok: false, refusal: 'session-closed' };
};

/**
 * New tokens for a refresh token, which is good once: if it comes again in another request, somebody has a copy, and
 * the session is closed.
 */
export const refreshSession = async (
  deps: SessionDeps,
  refreshToken: string,
  request: Request,
): Promise<Outcome<Tokens, TokenRefusal>> => {
  const verified = await deps.tokens.verify(refreshToken, 'refresh', deps.clock.now());
  if (!verified.ok) return verified;
  const { personId, sessionId, generation } = verified.claims;
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) =>
    decided(decideAccount(state, { type: 'refresh-session', at, sessionId, generation })),
  );
  if (!handled.ok) return handled;
  const events = handled.result.ok ? handled.result.events : [];
  await noteClosed(deps.espaces, personId, events, request);
  const [event] = events;
  if (event?.type !== 'SessionRefreshed') return { ok: false, refusal: 'session-closed' };
  return { ok: true, ...(await tokensOf(deps, personId, { ...event.data, issuedAt: event.at })) };
};

/** Those that are open, the newest first. */
export const sessionsOf = async (deps: SessionDeps, personId: PersonId): Promise<Sessions> =>
  liveSessions((await deps.streams.accounts.load(personId)).state.sessions, deps.clock.now()).toReversed();

/** Signing out; already so is a success. */
export const closeSession = (
  deps: SessionDeps,
  { personId, sessionId }: SignedIn,
  request: Request,
): Promise<Outcome<object, never>> =>
  close(deps, personId, at => ({ type: 'close-session', at, sessionId, reason: 'SIGNED_OUT' }), request);

/** Ends another session of the same person. `session-unknown`: theirs or not, it is not open. */
export const revokeSession = async (
  deps: SessionDeps,
  { personId }: SignedIn,
  sessionId: string,
  request: Request,
): Promise<Outcome<object, 'session-unknown'>> => {
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) => {
    const isOpen = liveSession(state.sessions, sessionId, at) !== undefined;
    const { events, result } = decided(
      decideAccount(state, { type: 'close-session', at, sessionId, reason: 'REVOKED' }),
    );
    return { events, result: { isOpen, result } };
  });
  if (!handled.ok) return handled;
  await noteClosed(deps.espaces, personId, handled.result.result.ok ? handled.result.result.events : [], request);
  return handled.result.isOpen ? { ok: true } : { ok: false, refusal: 'session-unknown' };
};

/** Ends every session of the person but the one that asks. */
export const revokeOtherSessions = (
  deps: SessionDeps,
  { personId, sessionId }: SignedIn,
  request: Request,
): Promise<Outcome<object, never>> =>
  close(deps, personId, at => ({ type: 'close-other-sessions', at, kept: sessionId, reason: 'REVOKED' }), request);

const close = async (
  deps: SessionDeps,
  personId: PersonId,
  command: (at: Instant) => AccountCommand,
  request: Request,
): Promise<Outcome<object, never>> => {
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) =>
    decided(decideAccount(state, command(at))),
  );
  if (!handled.ok) return handled;
  await noteClosed(deps.espaces, personId, handled.result.ok ? handled.result.events : [], request);
  return { ok: true };
};
