import type { PersonId } from '../../domain/shared/actor.ts';
import type { TicketEvent } from '../../domain/ticket/ticket.ts';
import type { EventStore } from '../../ports/event-store.ts';
import type { TicketQueue } from '../../ports/ticket-queue.ts';
import { createReactor, type Reactor } from '../reactors/reactor.ts';
import type { Tickets } from './tickets.ts';

/** Events that change where a ticket stands, or when it last changed. */
export const QUEUED_TYPES = [
  'TicketOpened',
  'TicketMessageWritten',
  'TicketAttachmentAdded',
  'TicketAttachmentsShared',
  'TicketTaken',
  'TicketClosed',
  'TicketsForgotten',
] as const satisfies readonly TicketEvent['type'][];

/**
 * Follows the tickets of all persons for the desk's queue. Each ticket is put down as it stands by now, whichever of its
 * events brings it up, so that repeating one is harmless.
 */
export const createTicketQueueKeeper = (deps: {
  readonly store: EventStore;
  readonly tickets: Tickets;
  readonly queue: TicketQueue;
  readonly onFailure: (reactor: string, error: unknown) => void;
}): Reactor =>
  createReactor({
    name: 'tickets',
    store: deps.store,
    types: QUEUED_TYPES,
    checkpoint: () => deps.queue.checkpoint(),
    async handle({ stream, data, checkpoint }) {
      const person: PersonId = stream.slice('ticket-'.length);
      // Read whatever happened: what this node has in memory of somebody who is forgotten goes with it.
      const { byId, forgotten } = (await deps.tickets.load(person)).state;
      if (forgotten) await deps.queue.forget(person);
      const ticket = byId.get(String(data.ticketId));
      if (ticket === undefined) return deps.queue.put(null, checkpoint);
      const { id, status, openedAt, updatedAt, takenBy } = ticket;
      return deps.queue.put({ ticketId: id, person, status, openedAt, updatedAt, takenBy }, checkpoint);
    },
    onFailure: deps.onFailure,
  });
