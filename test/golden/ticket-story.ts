import {
  decideTickets,
  evolveTickets,
  initialTickets,
  type TicketEvent,
  type TicketsState,
} from '../../src/domain/ticket/ticket.ts';
import { HOLDER_ACTOR } from '../support/history-cast.ts';
import { contentOf } from '../support/questions.ts';
import { decidedBy, storyOf } from './story.ts';

const at = '2026-11-20T08:30:00.000Z';
const agent = { kind: 'support', id: 'agent-12', name: 'Nadia Essai' } as const;
const ticketId = '7b2c4f0e-0000-5000-8000-000000000003';
const on = { at, ticketId, by: HOLDER_ACTOR };
const tickets = { initial: initialTickets, evolve: evolveTickets, decide: decideTickets };
const one = (state: TicketsState) => state.byId.get(ticketId);

/** What one person asked the help desk, and what it answered. */
export const TICKET_STORY = storyOf<TicketsState, TicketEvent>({
  stream: 'ticket',
  ...tickets,
  produced: decidedBy(tickets, [
    {
      ...on,
      type: 'open',
      kind: 'SERVICE',
      subject: 'Un service',
      messageId: 'message-1',
      message: 'Il me demande trop.',
      about: { entry: null, document: null, service: 'Carnet de pas' },
      attachmentsShared: false,
    },
    { ...on, type: 'attach', attachmentId: 'attachment-1', content: contentOf(2) },
    { ...on, type: 'share-attachments', shared: true },
    { ...on, type: 'take', by: agent },
    { ...on, type: 'write', by: agent, messageId: 'message-2', message: 'Nous regardons.' },
    { ...on, type: 'close' },
    { type: 'forget', at },
  ]),
  effects: {
    TicketOpened: [state => [one(state)?.status, one(state)?.subject], ['OPEN', 'Un service']],
    TicketAttachmentAdded: [state => one(state)?.attachments.map(({ content }) => content), [contentOf(2)]],
    TicketAttachmentsShared: [state => one(state)?.attachmentsShared, true],
    TicketTaken: [state => [one(state)?.status, one(state)?.takenBy], ['TAKEN', 'agent-12']],
    TicketMessageWritten: [state => [one(state)?.status, one(state)?.messages.length], ['ANSWERED', 2]],
    TicketClosed: [state => one(state)?.status, 'CLOSED'],
    TicketsForgotten: [state => [state.byId.size, state.forgotten], [0, true]],
  },
});
