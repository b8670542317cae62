import type { Actor } from '../../domain/shared/actor.ts';
import { MAX_MESSAGE } from '../../domain/ticket/ticket.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import { changeTicket, type Tickets } from './tickets.ts';

const SUBJECT = 'Accès suspect';
const NO_COMMENT = 'Signalé depuis l’historique d’accès, sans commentaire.';

/**
 * A suspicious access that was reported becomes a ticket of the help desk, which is told the entry's id and no more. It is
 * the ticket of whoever reported it, in whosever journal the entry stands: they read it, and the answer, and nobody else
 * does, neither the person represented nor another who represents them (decided). Reported again, an entry has the same
 * ticket, as it stands; what is said the second time stands in the journal (decided). The ticket's id; null where they have
 * as many as may be: the report stands in the journal all the same.
 */
export const openReport = async (
  deps: { readonly tickets: Tickets; readonly records: Pick<Records, 'note'> },
  reporter: Actor,
  { entry, comment }: { readonly entry: string; readonly comment: string | null },
  request: Request,
): Promise<string | null> => {
  if (reporter.kind !== 'holder' && reporter.kind !== 'representative' && reporter.kind !== 'carer') return null;
  const person = reporter.id;
  const ticketId = derivedId(person, `report ${entry}`);
  const opened = await changeTicket(
    deps,
    { person, by: { kind: 'holder', id: person } },
    ticketId,
    request,
    {
      type: 'open',
      kind: 'SUSPICIOUS_ACCESS',
      subject: SUBJECT,
      messageId: derivedId(request.id, `report message ${person}`),
      message: (comment ?? NO_COMMENT).slice(0, MAX_MESSAGE),
      about: { entry, document: null, service: null },
      attachmentsShared: false,
    },
    'TICKET_OPENED',
  );
  return opened.ok ? ticketId : null;
};
