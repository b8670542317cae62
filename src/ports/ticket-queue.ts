import type { PersonId } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';
import type { TicketStatus } from '../domain/ticket/ticket.ts';
import type { Checkpoint } from './event-store.ts';

/** A ticket as the queue of the help desk knows it: nothing of what it says, or of whom it is about beyond an id. */
export type QueuedTicket = {
  readonly ticketId: string;
  readonly person: PersonId;
  readonly status: TicketStatus;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  /** Id of the agent who answers for it. */
  readonly takenBy: string | null;
};

/** Where a page ends: tickets are in the order in which they were opened, those of one instant by id. */
export type QueuePlace = { readonly openedAt: Instant; readonly ticketId: string };

export type QueueFilter = { readonly status?: TicketStatus; readonly takenBy?: string };

/** Tickets across all persons, kept with the place in the log up to which they were read. Rebuilt from the log at will. */
export interface TicketQueue {
  checkpoint(): Promise<Checkpoint | null>;
  /** In the place of the same ticket where it is there already; with the checkpoint, in one transaction. */
  put(ticket: QueuedTicket | null, checkpoint: Checkpoint): Promise<void>;
  find(ticketId: string): Promise<QueuedTicket | null>;
  /** Oldest first, at most `limit`. */
  page(filter: QueueFilter, after: QueuePlace | null, limit: number): Promise<readonly QueuedTicket[]>;
  /** Of somebody who was erased. Repeating it is harmless. */
  forget(person: PersonId): Promise<void>;
}
