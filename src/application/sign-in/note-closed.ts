import type { AccountEvent } from '../../domain/account/account.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { stepOf } from '../enrolment/outcome.ts';
import type { Request } from '../stream-handler.ts';

/**
 * Tells the journal of the sessions that `events` ended, all of them for one reason. Afterwards: a session is closed at
 * once, whether or not the journal has room now; the same request, sent again, makes up for it.
 */
export const noteClosed = async (
  espaces: Pick<Espaces, 'noteAccount'>,
  personId: PersonId,
  events: readonly AccountEvent[],
  request: Request,
): Promise<void> => {
  const closed = events.filter(event => event.type === 'SessionClosed');
  const [first] = closed;
  if (!first) return;
  const data = { reason: first.data.reason, sessions: closed.length };
  await espaces.noteAccount(personId, { type: 'HolderSessionsClosed', data }, stepOf(request, 'note closed sessions'));
};
