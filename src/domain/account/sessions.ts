import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusMs } from '../shared/time.ts';
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

/**
 * SIGNED_OUT: by that session itself; REVOKED: from another one. REFRESH_TOKEN_REUSED: somebody has a copy of it, and we
 * cannot tell who is the thief.
 */
export type SessionEnd = 'SIGNED_OUT' | 'REVOKED' | 'PASSWORD_CHANGED' | 'TOO_MANY_SESSIONS' | 'REFRESH_TOKEN_REUSED';

// Commands

export type SessionCommand =
  /** `generation`: the one the refresh token was made for. */
  | {
      readonly type: 'refresh-session';
      readonly at: Instant;
      readonly sessionId: string;
      readonly generation: number;
    }
  | { readonly type: 'close-session'; readonly at: Instant; readonly sessionId: string; readonly reason: SessionEnd }
  /** All but `kept`; null: all. */
  | {
      readonly type: 'close-other-sessions';
      readonly at: Instant;
      readonly kept: string | null;
      readonly reason: SessionEnd;
    };

// Refusals

export type SessionRefusal = 'session-closed';

// State

export type Session = {
  readonly sessionId: string;
  /** How the one-time code was sent. */
  readonly channel: CodeChannel;
  /** What it was opened on, in words for its owner; null where nothing is known of it. */
  readonly device: string | null;
  readonly openedAt: Instant;
  /** When it was opened or last refreshed. */
  readonly lastUsedAt: Instant;
  /** 0 at first, one more at each refresh. */
  readonly generation: number;
  readonly expiresAt: Instant;
};

/** Oldest first; closed ones are gone. */
export type Sessions = readonly Session[];

/** Without a refresh a session ends after this long. OWASP ASVS 4.0.3, 3.3.2 for level 2; NIST SP 800-63B, AAL2. */
export const SESSION_IDLE_MS = 30 * 60_000;
/** A session ends after this long, however busy it is: then both factors are given again. The same sources. */
export const SESSION_MAX_MS = 12 * 3_600_000;
/** Decided: the published application does not say how many. */
export const MAX_LIVE_SESSIONS = 10;
/** An access token is good for this long without a look at its session's refresh token. */
export const ACCESS_TOKEN_MS = 15 * 60_000;

export const accessTokenEnd = (issuedAt: Instant): Instant => plusMs(issuedAt, ACCESS_TOKEN_MS);

/** Oldest first. */
export const liveSessions = (sessions: Sessions, at: Instant): Sessions =>
  sessions.filter(session => at < session.expiresAt);

export const liveSession = (sessions: Sessions, sessionId: string, at: Instant): Session | undefined =>
  sessions.find(session => session.sessionId === sessionId && at < session.expiresAt);

// Evolve

/** `device`: of the sign-in that a session is opened for. */
export const evolveSessions = (sessions: Sessions, event: SessionEvent, device: string | null): Sessions => {
  switch (event.type) {
    case 'SessionOpened': {
      const { at } = event;
      const { sessionId, channel, expiresAt } = event.data;
      const opened = { sessionId, channel, device, openedAt: at, lastUsedAt: at, generation: 0, expiresAt };
      return [...liveSessions(sessions, at), opened];
    }
    case 'SessionRefreshed': {
      const { sessionId, generation, expiresAt } = event.data;
      return sessions.map(session =>
        session.sessionId === sessionId ? { ...session, lastUsedAt: event.at, generation, expiresAt } : session,
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
  const live = liveSessions(sessions, at);
  const surplus = live.slice(0, Math.max(0, live.length + 1 - MAX_LIVE_SESSIONS));
  return accept(...surplus.map(({ sessionId }) => closed(sessionId, 'TOO_MANY_SESSIONS', at)), {
    type: 'SessionOpened',
    at,
    data: { ...opened, expiresAt: expiryOf(at, at) },
  });
};

export const decideSessions = (sessions: Sessions, command: SessionCommand): Decided => {
  const { at } = command;
  switch (command.type) {
    case 'refresh-session': {
      const session = liveSession(sessions, command.sessionId, at);
      if (!session) return refuse('session-closed');
      const { sessionId, generation, openedAt } = session;
      if (command.generation !== generation) return accept(closed(sessionId, 'REFRESH_TOKEN_REUSED', at));
      const data = { sessionId, generation: generation + 1, expiresAt: expiryOf(openedAt, at) };
      return accept({ type: 'SessionRefreshed', at, data });
    }
    case 'close-session':
      return liveSession(sessions, command.sessionId, at)
        ? accept(closed(command.sessionId, command.reason, at))
        : accept();
    case 'close-other-sessions':
      return accept(...closedButFor(sessions, command.kept, command.reason, at));
  }
};

/** The end of every session that lives at `at`, but for `kept`. */
export const closedButFor = (
  sessions: Sessions,
  kept: string | null,
  reason: SessionEnd,
  at: Instant,
): readonly SessionEvent[] =>
  liveSessions(sessions, at)
    .filter(({ sessionId }) => sessionId !== kept)
    .map(({ sessionId }) => closed(sessionId, reason, at));

const expiryOf = (openedAt: Instant, at: Instant): Instant => {
  const idle = plusMs(at, SESSION_IDLE_MS);
  const most = plusMs(openedAt, SESSION_MAX_MS);
  if (most < idle) return most;
  return idle;
};

const closed = (sessionId: string, reason: SessionEnd, at: Instant): SessionEvent => ({
  type: 'SessionClosed',
  at,
  data: { sessionId, reason },
});
