import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusDays, plusMs } from '../shared/time.ts';
import type { CodeChannel } from './contacts.ts';

/** Where a person is signed in. Each session's refresh token is used once: it counts generations. */

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };

export type SessionEvent =
  /** `channel`: how the one-time code was sent. `expiresAt`: unless it is refreshed before. */
  | Event<
      'SessionOpened',
      {
        readonly sessionId: string;
        readonly challengeId: string;
        readonly channel: CodeChannel;
        readonly expiresAt: Instant;
      }
    >
  | Event<'SessionRefreshed', { readonly sessionId: string; readonly generation: number; readonly expiresAt: Instant }>
  | Event<'SessionClosed', { readonly sessionId: string; readonly reason: SessionEnd }>;

/** REFRESH_TOKEN_REUSED: somebody has a copy of it, and we cannot tell who is the thief. */
export type SessionEnd = 'SIGNED_OUT' | 'TOO_MANY_SESSIONS' | 'REFRESH_TOKEN_REUSED';

// Commands

export type SessionCommand =
  /** `generation`: the one the refresh token was made for. */
  | {
      readonly type: 'refresh-session';
      readonly at: Instant;
      readonly sessionId: string;
      readonly generation: number;
    }
  | { readonly type: 'close-session'; readonly at: Instant; readonly sessionId: string };

// Refusals

export type SessionRefusal = 'session-closed';

// State

export type Session = {
  readonly sessionId: string;
  /** 0 at first, one more at each refresh. */
  readonly generation: number;
  readonly expiresAt: Instant;
};

/** Oldest first; closed ones are gone. */
export type Sessions = readonly Session[];

/** Decided: the published application says neither how long nor how many. */
export const SESSION_DAYS = 30;
export const MAX_LIVE_SESSIONS = 10;
/** An access token is good for this long without a look at its session's refresh token. */
export const ACCESS_TOKEN_MS = 15 * 60_000;

export const accessTokenEnd = (issuedAt: Instant): Instant => plusMs(issuedAt, ACCESS_TOKEN_MS);

export const liveSession = (sessions: Sessions, sessionId: string, at: Instant): Session | undefined =>
  sessions.find(session => session.sessionId === sessionId && at < session.expiresAt);

// Evolve

export const evolveSessions = (sessions: Sessions, event: SessionEvent): Sessions => {
  switch (event.type) {
    case 'SessionOpened': {
      const { sessionId, expiresAt } = event.data;
      const live = sessions.filter(session => event.at < session.expiresAt);
      return [...live, { sessionId, generation: 0, expiresAt }];
    }
    case 'SessionRefreshed': {
      const { sessionId, generation, expiresAt } = event.data;
      return sessions.map(session =>
        session.sessionId === sessionId ? { sessionId, generation, expiresAt } : session,
      );
    }
    case 'SessionClosed':
      return sessions.filter(session => session.sessionId !== event.data.sessionId);
  }
};

// Decide

type Decided = Decision<SessionEvent, SessionRefusal>;

/** The oldest make room where there are as many as may be. */
export const openSession = (
  sessions: Sessions,
  {
    at,
    ...opened
  }: Omit<(SessionEvent & { readonly type: 'SessionOpened' })['data'], 'expiresAt'> & {
    readonly at: Instant;
  },
): Decided => {
  const live = sessions.filter(session => at < session.expiresAt);
  const surplus = live.slice(0, Math.max(0, live.length + 1 - MAX_LIVE_SESSIONS));
  return accept(...surplus.map(({ sessionId }) => closed(sessionId, 'TOO_MANY_SESSIONS', at)), {
    type: 'SessionOpened',
    at,
    data: { ...opened, expiresAt: plusDays(at, SESSION_DAYS) },
  });
};

export const decideSessions = (sessions: Sessions, command: SessionCommand): Decided => {
  const { at, sessionId } = command;
  const session = liveSession(sessions, sessionId, at);
  switch (command.type) {
    case 'refresh-session': {
      if (!session) return refuse('session-closed');
      if (command.generation !== session.generation) return accept(closed(sessionId, 'REFRESH_TOKEN_REUSED', at));
      const data = { sessionId, generation: session.generation + 1, expiresAt: plusDays(at, SESSION_DAYS) };
      return accept({ type: 'SessionRefreshed', at, data });
    }
    case 'close-session':
      return session ? accept(closed(sessionId, 'SIGNED_OUT', at)) : accept();
  }
};

const closed = (sessionId: string, reason: SessionEnd, at: Instant): SessionEvent => ({
  type: 'SessionClosed',
  at,
  data: { sessionId, reason },
});
