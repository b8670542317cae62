import type { Staff } from '../../domain/shared/actor.ts';
import { keepsAttachments, type Ticket } from '../../domain/ticket/ticket.ts';
import { etagOf } from './etags.ts';
import { presentActor } from './presenters.ts';
import type { Answer } from './route.ts';

export const presentTicketSummary = ({ id, kind, subject, status, openedAt, updatedAt }: Ticket) => ({
  id,
  kind,
  subject,
  status,
  openedAt,
  updatedAt,
});

/** `reader`: an agent is not told what the files are called that they may not open: a name can say enough. */
const presentTicket = (ticket: Ticket, reader: 'person' | Staff) => {
  const namesFiles = reader === 'person' || keepsAttachments(ticket, reader.id) === null;
  return {
    ...presentTicketSummary(ticket),
    about: ticket.about,
    attachmentsShared: ticket.attachmentsShared,
    messages: ticket.messages.map(({ id, at, by, text }) => ({ id, at, by: presentActor(by), text })),
    attachments: ticket.attachments.map(({ id, at, content: { fileName, mediaType, size } }) => ({
      id,
      at,
      fileName: namesFiles ? fileName : null,
      mediaType,
      size,
    })),
  };
};

/** The version of a ticket, as whoever wrote it is shown it. */
export const ticketEtag = (ticket: Ticket): string => etagOf(presentTicket(ticket, 'person'));

/** A ticket with its version, as this reader is shown it. */
export const ticketAnswer = (
  status: number,
  ticket: Ticket,
  reader: 'person' | Staff,
  headers: Answer['headers'] = {},
): Answer => {
  const body = presentTicket(ticket, reader);
  return { status, body, headers: { ETag: etagOf(body), ...headers } };
};
