import { derivedId } from '../../../application/ids.ts';
import type { Records } from '../../../application/records.ts';
import type { Request } from '../../../application/stream-handler.ts';
import { changeTicket, type Said, type Tickets, wasTicketChanged } from '../../../application/tickets/tickets.ts';
import type { HelpAct } from '../../../domain/access/access.ts';
import type { PersonId } from '../../../domain/shared/actor.ts';
import { keepsAttachments, type Ticket } from '../../../domain/ticket/ticket.ts';
import type { ContentStore } from '../../../ports/content-store.ts';
import type { QueuePlace, TicketQueue } from '../../../ports/ticket-queue.ts';
import { askerOf, idIn, listAnswer, permitted } from '../asking.ts';
import { contentAnswer } from '../content-answer.ts';
import type { Cursors } from '../cursors.ts';
import { ticketAnswer } from '../present-ticket.ts';
import { ProblemError } from '../problems.ts';
import { Empty } from '../requests/espaces.ts';
import { DEFAULT_PAGE } from '../requests/page.ts';
import { QueueQuery } from '../requests/support.ts';
import { WriteMessage } from '../requests/tickets.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';
import { staffOf } from '../staff.ts';
import { succeeded } from '../succeeded.ts';

const PATH = '/v1/support/tickets';
const ONE = `${PATH}/:ticket`;

/**
 * The queue of the help desk. That an agent turns to a ticket is in its writer's journal first; what they did of it, once
 * it is done: of what was refused the journal tells no more than that.
 */
export const supportTicketRoutes = (deps: {
  readonly records: Records;
  readonly tickets: Tickets;
  readonly queue: TicketQueue;
  readonly contents: ContentStore;
  readonly cursors: Cursors;
}): readonly Route[] => {
  const { records, tickets, queue, contents, cursors } = deps;
  const common = { tag: 'Help desk', audience: 'support' } as const;

  const whoseTicket = async (ticketId: string): Promise<PersonId> => {
    const queued = await queue.find(ticketId);
    if (queued === null) throw new ProblemError('not-found');
    return queued.person;
  };

  /** Written down, and only then read. */
  const read = async (call: Call, what: string): Promise<{ readonly person: PersonId; readonly ticket: Ticket }> => {
    const ticketId = idIn(call, 'ticket');
    const person = await whoseTicket(ticketId);
    const details = `ticket=${ticketId}${what}`;
    await permitted(records, person, call.request(), askerOf(call.principal, person), {
      action: 'handle-ticket',
      details,
    });
    const ticket = (await tickets.load(person)).state.byId.get(ticketId);
    if (ticket === undefined) throw new ProblemError('not-found');
    return { person, ticket };
  };

  const change = async (
    call: Call,
    status: number,
    act: HelpAct,
    said: (request: Request) => Said,
  ): Promise<Answer> => {
    const ticketId = idIn(call, 'ticket');
    const by = staffOf(call);
    const person = await whoseTicket(ticketId);
    const request = call.request();
    await permitted(records, person, request, askerOf(call.principal, person), {
      action: 'handle-ticket',
      details: `ticket=${ticketId}`,
      isDoneElsewhere: () => wasTicketChanged(tickets, person, request),
    });
    const changed = succeeded(await changeTicket(deps, { person, by }, ticketId, request, said(request), act));
    return ticketAnswer(status, changed.ticket, by);
  };

  return [
    route({
      ...common,
      method: 'GET',
      path: PATH,
      operation: 'listQueue',
      summary: 'The queue, oldest first: that tickets are there, not what they say',
      query: QueueQuery,
      answers: { 200: 'QueuePage' },
      problems: ['invalid-cursor'],
      async handle(call) {
        const { limit = DEFAULT_PAGE, after, status, takenBy } = call.query;
        const agent = staffOf(call);
        const filter = {
          ...(status === undefined ? {} : { status }),
          ...(takenBy === undefined ? {} : { takenBy: agent.id }),
        };
        const name = JSON.stringify(['queue', agent.id, filter]);
        const place = after === undefined ? null : (cursors.read(name, after) as QueuePlace);
        const found = await queue.page(filter, place, limit + 1);
        const page = found.slice(0, limit);
        const last = page.at(-1);
        const next =
          last === undefined || found.length === page.length
            ? null
            : cursors.write(name, { openedAt: last.openedAt, ticketId: last.ticketId });
        const items = page.map(({ ticketId, person, ...shown }) => ({ id: ticketId, ...shown }));
        return listAnswer(call, PATH, items, next);
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: ONE,
      operation: 'readTicket',
      summary: 'What somebody wrote to the help desk',
      answers: { 200: 'Ticket' },
      async handle(call) {
        return ticketAnswer(200, (await read(call, '')).ticket, staffOf(call));
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${ONE}/attachments/:attachment`,
      operation: 'readAttachment',
      summary:
        'What somebody attached and shared, for the agent who has taken the ticket; it may say something of their health',
      answers: { 200: 'application/octet-stream', 206: 'application/octet-stream', 304: null },
      problems: [
        'attachments-not-shared',
        'ticket-closed',
        'ticket-not-taken',
        'range-not-satisfiable',
        'content-damaged',
      ],
      async handle(call) {
        const attachmentId = idIn(call, 'attachment');
        const { person, ticket } = await read(call, ` attachment=${attachmentId}`);
        const kept = keepsAttachments(ticket, staffOf(call).id);
        if (kept !== null) throw new ProblemError(kept);
        const attachment = ticket.attachments.find(({ id }) => id === attachmentId);
        if (attachment === undefined) throw new ProblemError('not-found');
        return contentAnswer(call, contents, person, attachment.content);
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/assignment`,
      operation: 'takeTicket',
      summary: 'Take it, from the queue or over from a colleague',
      body: Empty,
      answers: { 200: 'Ticket' },
      problems: ['ticket-closed'],
      handle: call => change(call, 200, 'TICKET_TAKEN', () => ({ type: 'take' })),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/messages`,
      operation: 'answerTicket',
      summary: 'Answer; the person is told that there is an answer, not what it says',
      body: WriteMessage,
      answers: { 201: 'Ticket' },
      problems: ['ticket-closed', 'ticket-not-taken', 'too-many-messages'],
      handle(call) {
        const { message } = call.body;
        const said = ({ id }: Request): Said => ({ type: 'write', messageId: derivedId(id, 'message'), message });
        return change(call, 201, 'TICKET_ANSWERED', said);
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/closure`,
      operation: 'closeHandledTicket',
      summary: 'Nothing more is to be done',
      body: Empty,
      answers: { 200: 'Ticket' },
      problems: ['ticket-not-taken'],
      handle: call => change(call, 200, 'TICKET_CLOSED', () => ({ type: 'close' })),
    }),
  ];
};
