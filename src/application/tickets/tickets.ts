import type { HelpAct } from '../../domain/access/access.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { refuse } from '../../domain/shared/decider.ts';
import {
  decideTickets,
  evolveTickets,
  forgottenTickets,
  initialTickets,
  type Ticket,
  type TicketCommand,
  type TicketEvent,
  type TicketRefusal,
  type TicketsState,
  type Writer,
} from '../../domain/ticket/ticket.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import type { EventStore } from '../../ports/event-store.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import { type IfMatch, staleVersion } from '../if-match.ts';
import type { Records } from '../records.ts';
import { createStreamHandler, type Request, type StreamHandler } from '../stream-handler.ts';

/** States kept in memory; most people never write to the desk. */
const CACHED_PERSONS = 1_000;

/** `ticket-<person>`: everything somebody asked the help desk. */
export type Tickets = StreamHandler<TicketsState, TicketEvent>;

export const createTickets = (deps: { readonly store: EventStore; readonly clock: Clock }): Tickets =>
  createStreamHandler<TicketsState, TicketEvent>({
    ...deps,
    kind: 'ticket',
    initial: initialTickets,
    evolve: evolveTickets,
    erased: () => forgottenTickets,
    cacheSize: CACHED_PERSONS,
  });

/** A command on one ticket. */
type TicketOwnCommand = Exclude<TicketCommand, { readonly type: 'forget' }>;

/** What of a command a use case says; the rest is who, when and on which ticket. */
export type Said = TicketOwnCommand extends infer C
  ? C extends TicketOwnCommand
    ? Omit<C, 'at' | 'by' | 'ticketId'>
    : never
  : never;

const ticketStep = (person: PersonId, request: Request): Request => stepOf(request, `ticket ${person}`);

/** Whether this very request changed a ticket of `person`. */
export const wasTicketChanged = (tickets: Tickets, person: PersonId, request: Request): Promise<boolean> =>
  tickets.remembers(person, ticketStep(person, request));

/**
 * Carries out one command on the tickets of `person`; whoever calls has asked the rule book. The journal of the person is
 * told of it (`act`) once it is done, and of nothing that was refused or was so already.
 */
export const changeTicket = async (
  deps: { readonly tickets: Tickets; readonly records: Pick<Records, 'note'> },
  { person, by }: { readonly person: PersonId; readonly by: Writer },
  ticketId: string,
  request: Request,
  said: Said,
  act: HelpAct,
  ifMatch?: IfMatch<Ticket>,
): Promise<Outcome<{ readonly ticket: Ticket }, TicketRefusal | 'version-mismatch'>> => {
  const handled = await deps.tickets.handle(person, ticketStep(person, request), (state, at) => {
    const known = state.byId.get(ticketId);
    const isStale = known !== undefined && staleVersion(ifMatch, known) !== null;
    const command = { ...said, at, by, ticketId } as TicketOwnCommand;
    return decided<TicketEvent, TicketRefusal | 'version-mismatch'>(
      isStale ? refuse('version-mismatch') : decideTickets(state, command),
    );
  });
  if (!handled.ok) return handled;
  const { result, state } = handled;
  if (!result.ok) return result;
  if (result.events.length > 0)
    await deps.records.note(person, stepOf(request, `note ticket ${person}`), at => ({
      type: 'HelpNoted',
      at,
      data: { by, act, ticket: ticketId },
    }));
  const ticket = state.byId.get(ticketId);
  return ticket === undefined ? { ok: false, refusal: 'ticket-unknown' } : { ok: true, ticket };
};

/**
 * Of somebody who is being erased: the attachments' bytes go, and every node lets go of the rest and takes nothing more.
 * Repeating it is harmless, with the same request: what was attached is what was there when it was forgotten.
 */
export const forgetTickets = async (
  deps: { readonly tickets: Tickets; readonly contents: Pick<ContentStore, 'remove'> },
  person: PersonId,
  request: Request,
): Promise<Outcome<object, TicketRefusal>> => {
  const handled = await deps.tickets.handle(person, stepOf(request, 'forget tickets'), (current, at) => {
    const { events, result } = decided(decideTickets(current, { type: 'forget', at }));
    return { events, result: { decision: result, attached: [...current.byId.values()].flatMap(contentsOf) } };
  });
  if (!handled.ok) return handled;
  for (const contentId of handled.result.attached) await deps.contents.remove(contentId);
  return handled.result.decision;
};

const contentsOf = ({ attachments }: Ticket): readonly string[] => attachments.map(({ content }) => content.contentId);
