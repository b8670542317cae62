import { decideAccount, isLive } from '../../domain/account/account.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TokenIssuer } from '../../ports/token-issuer.ts';
import { decided, type Outcome } from '../enrolment/outcome.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import type { Request } from '../stream-handler.ts';
import { type Tokens, tokensOf } from './sign-in.ts';

export type SessionDeps = {
  readonly streams: Pick<IdentityStreams, 'accounts'>;
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
  const event = handled.result.ok ? handled.result.events[0] : undefined;
  if (event?.type !== 'SessionRefreshed') return { ok: false, refusal: 'session-closed' };
  return { ok: true, ...(await tokensOf(deps, personId, { ...event.data, issuedAt: event.at })) };
};

/** Signing out; already so is a success. */
export const closeSession = async (
  deps: SessionDeps,
  { personId, sessionId }: SignedIn,
  request: Request,
): Promise<Outcome<object, never>> => {
  const handled = await deps.streams.accounts.handle(personId, request, (state, at) =>
    decided(decideAccount(state, { type: 'close-session', at, sessionId })),
  );
  return handled.ok ? { ok: true } : handled;
};
