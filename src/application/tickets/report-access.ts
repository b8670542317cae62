import type { Actor, PersonId } from '../../domain/shared/actor.ts';
import { MAX_MESSAGE } from '../../domain/ticket/ticket.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import { changeTicket, type Tickets } from './tickets.ts';

const SUBJECT = 'Accès suspect';
const NO_COMMENT = 'Signalé depuis l’historique d’accès, sans commentaire.';

/**
 * A suspicious access that was reported becomes a ticket of the help desk, which is told the entry's id and no more. The
 * ticket's id; null where the person has as many open as may be: the report stands in the journal all the same.
 */
export const openReport = async (
  deps: { readonly tickets: Tickets; readonly records: Pick<Records, 'note'> },
  person: PersonId,
  by: Actor,
  { entry, comment }: { readonly entry: string; readonly comment: string | null },
  request: Request,
): Promise<string | null> => {
  if (by.kind !== 'holder' && by.kind !== 'representative' && by.kind !== 'carer') return null;
  const ticketId = derivedId(request.id, `report ${person}`);
  const opened = await changeTicket(
    deps,
    { person, by },
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
