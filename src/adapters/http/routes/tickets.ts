import { type RegisterDeps, registerEspace } from '../../../application/enrolment/register.ts';
import type { IdentityStreams } from '../../../application/enrolment/streams.ts';
import { derivedId } from '../../../application/ids.ts';
import { journalEntry } from '../../../application/journal.ts';
import type { Asker, Records } from '../../../application/records.ts';
import type { Request } from '../../../application/stream-handler.ts';
import { changeTicket, type Said, type Tickets } from '../../../application/tickets/tickets.ts';
import type { HelpAct } from '../../../domain/access/access.ts';
import { judge } from '../../../domain/access/judge.ts';
import type { Action } from '../../../domain/access/question.ts';
import { isVerified } from '../../../domain/enrolment/enrolment.ts';
import type { Holder, PersonId } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import type { Ticket } from '../../../domain/ticket/ticket.ts';
import type { ContentStore } from '../../../ports/content-store.ts';
import type { EventStore } from '../../../ports/event-store.ts';
import { askerOf, idIn, listAnswer, listName, permitted, questionOf } from '../asking.ts';
import { contentAnswer } from '../content-answer.ts';
import type { Cursors } from '../cursors.ts';
import { versionMismatch } from '../etags.ts';
import { presentTicketSummary, ticketAnswer, ticketEtag } from '../present-ticket.ts';
import { ProblemError } from '../problems.ts';
import { Empty } from '../requests/espaces.ts';
import { DEFAULT_PAGE, PageQuery } from '../requests/page.ts';
import { AttachFile, OpenTicket, ShareAttachments, WriteMessage } from '../requests/tickets.ts';
import { type Call, type Route, route } from '../route.ts';
import { succeeded } from '../succeeded.ts';
import type { Uploads } from '../uploads.ts';
import { validatedText } from '../validate.ts';

const PATH = '/v1/tickets';
const ONE = `${PATH}/:ticket`;

type Writing = { readonly person: PersonId; readonly asker: Asker; readonly by: Holder };

/**
 * Writing to the help desk: for those who are signed in, and for those who were only identified so far. Who has an account
 * and does not sign in may open a ticket, and sees no other: a card and a code sent to a contact are less than what their
 * account asks for (decided).
 */
export const ticketRoutes = (
  deps: RegisterDeps & {
    readonly records: Records;
    readonly tickets: Tickets;
    readonly streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>;
    readonly store: EventStore;
    readonly contents: ContentStore;
    /** Of attachments: their own limit. */
    readonly uploads: Uploads;
    readonly cursors: Cursors;
    readonly now: () => Instant;
  },
): readonly Route[] => {
  const { records, tickets, contents, uploads, cursors } = deps;
  const common = { tag: 'Tickets', audience: 'person' } as const;

  /** Judged each time; what is written to the desk stands in the person's journal, what they read of their own does not. */
  const asPerson = async (call: Call, action: Action, isOpening = false): Promise<Writing> => {
    const { principal } = call;
    const person = principal.kind === 'enrolling' || principal.kind === 'holder' ? principal.personId : '';
    const request = call.request();
    if (principal.kind === 'enrolling') {
      const { state } = await deps.streams.enrolments.load(person);
      if (!isVerified(state, principal.verification, deps.now())) throw new ProblemError('identity-not-verified');
      const isMember = (await deps.streams.accounts.load(person)).state.credentials !== null;
      if (isMember && !isOpening) throw new ProblemError('sign-in-needed');
      succeeded(await registerEspace(deps, person, request));
    }
    const asker = askerOf({ kind: 'holder', personId: person, sessionId: '' }, person);
    await permitted(records, person, request, asker, { action });
    return { person, asker, by: { kind: 'holder', id: person } };
  };

  const change = async (
    writing: Writing,
    ticketId: string,
    request: Request,
    said: Said,
    act: HelpAct,
    wanted: string | null = null,
  ): Promise<Ticket> => {
    const ifMatch = wanted === null ? undefined : { wanted, current: ticketEtag };
    const changed = await changeTicket(deps, writing, ticketId, request, said, act, ifMatch);
    if (!changed.ok && changed.refusal === 'version-mismatch')
      throw versionMismatch(ticketEtag(await ownTicket(writing.person, ticketId)));
    return succeeded(changed).ticket;
  };

  const ownTicket = async (person: PersonId, ticketId: string): Promise<Ticket> => {
    const ticket = (await tickets.load(person)).state.byId.get(ticketId);
    if (ticket === undefined) throw new ProblemError('not-found');
    return ticket;
  };

  const changeOne = async (
    call: Call,
    said: (request: Request) => Said,
    act: HelpAct,
    wanted: string | null = null,
  ): Promise<Ticket> => {
    const ticketId = idIn(call, 'ticket');
    const writing = await asPerson(call, 'write-ticket');
    await ownTicket(writing.person, ticketId);
    const request = call.request();
    return change(writing, ticketId, request, said(request), act, wanted);
  };

  /** What a ticket is about is there, and known to its writer: somebody who is not signed in names nothing of an espace. */
  const checkAbout = async (call: Call, { person, asker }: Writing, { entry, document }: OpenTicket): Promise<void> => {
    if (entry === undefined && document === undefined) return;
    if (call.principal.kind !== 'holder') throw new ProblemError('not-found');
    const known = await records.load(person);
    if (document !== undefined) {
      const question = { ...questionOf(asker, 'read-document', deps.now()), documentId: document.toLowerCase() };
      if (!judge(question, known.state).permit) throw new ProblemError('not-found');
    }
    if (entry !== undefined && (await journalEntry(deps.store, person, known, entry.toLowerCase())) === null)
      throw new ProblemError('not-found');
  };

  return [
    route({
      ...common,
      method: 'POST',
      path: PATH,
      operation: 'openTicket',
      summary: 'Ask the help desk, or tell it of a wrong document, a service or a suspicious access',
      body: OpenTicket,
      answers: { 201: 'Ticket' },
      problems: ['identity-not-verified', 'too-many-tickets'],
      async handle(call) {
        const writing = await asPerson(call, 'write-ticket', true);
        await checkAbout(call, writing, call.body);
        const { kind, subject, message, entry, document, service, shareAttachmentsWithSupport } = call.body;
        const request = call.request();
        const ticketId = derivedId(request.id, `ticket ${writing.person}`);
        const said: Said = {
          type: 'open',
          kind,
          subject,
          message,
          messageId: derivedId(request.id, `message ${writing.person}`),
          about: { entry: lower(entry), document: lower(document), service: service ?? null },
          attachmentsShared: shareAttachmentsWithSupport ?? false,
        };
        const ticket = await change(writing, ticketId, request, said, 'TICKET_OPENED');
        return ticketAnswer(201, ticket, 'person', { Location: `${PATH}/${ticketId}` });
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: PATH,
      operation: 'listTickets',
      summary: 'One’s own tickets, newest first',
      query: PageQuery,
      answers: { 200: 'TicketPage' },
      problems: ['identity-not-verified', 'sign-in-needed', 'invalid-cursor'],
      async handle(call) {
        const { limit = DEFAULT_PAGE, after } = call.query;
        const { person, asker } = await asPerson(call, 'read-tickets');
        const name = listName('tickets', person, asker, {});
        const before = after === undefined ? null : (cursors.read(name, after) as string);
        const { byId } = (await tickets.load(person)).state;
        const all = [...byId.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
        const rest = before === null ? all : all.filter(ticket => placeOf(ticket) < before);
        const page = rest.slice(0, limit);
        const last = page.at(-1);
        const next = last === undefined || rest.length === page.length ? null : cursors.write(name, placeOf(last));
        return listAnswer(call, PATH, page.map(presentTicketSummary), next);
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: ONE,
      operation: 'getTicket',
      summary: 'One ticket with what was written',
      answers: { 200: 'Ticket' },
      problems: ['identity-not-verified', 'sign-in-needed'],
      async handle(call) {
        const ticketId = idIn(call, 'ticket');
        const { person } = await asPerson(call, 'read-tickets');
        return ticketAnswer(200, await ownTicket(person, ticketId), 'person');
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/messages`,
      operation: 'writeMessage',
      summary: 'Write to the help desk again',
      body: WriteMessage,
      answers: { 201: 'Ticket' },
      problems: ['identity-not-verified', 'sign-in-needed', 'ticket-closed', 'too-many-messages'],
      async handle(call) {
        const { message } = call.body;
        const ticket = await changeOne(
          call,
          ({ id }) => ({ type: 'write', messageId: derivedId(id, 'message'), message }),
          'TICKET_MESSAGE',
        );
        return ticketAnswer(201, ticket, 'person');
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/attachments`,
      operation: 'attachFile',
      summary: 'Attach one file; the help desk opens it only where one says so',
      upload: AttachFile,
      answers: { 201: 'Ticket' },
      problems: [
        'identity-not-verified',
        'sign-in-needed',
        'ticket-closed',
        'too-many-attachments',
        'too-many-requests',
      ],
      async handle(call) {
        const ticketId = idIn(call, 'ticket');
        const writing = await asPerson(call, 'write-ticket');
        await ownTicket(writing.person, ticketId);
        const { fields, content } = await uploads.receive(call.raw, writing.person, writing.by);
        const { ticket } = await uploads.keepingOnly(content.contentId, async () => {
          validatedText(AttachFile, fields);
          const request = call.request(JSON.stringify([content.fileName, content.sha256]));
          const attachmentId = derivedId(request.id, `attachment ${writing.person}`);
          const said: Said = { type: 'attach', attachmentId, content };
          const changed = await change(writing, ticketId, request, said, 'TICKET_ATTACHMENT');
          const kept = changed.attachments.find(({ id }) => id === attachmentId);
          return { ticket: changed, contentId: kept?.content.contentId };
        });
        return ticketAnswer(201, ticket, 'person');
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${ONE}/attachments/:attachment`,
      operation: 'getAttachment',
      summary: 'The bytes of what one attached',
      answers: { 200: 'application/octet-stream', 206: 'application/octet-stream', 304: null },
      problems: ['identity-not-verified', 'sign-in-needed', 'range-not-satisfiable', 'content-damaged'],
      async handle(call) {
        const ticketId = idIn(call, 'ticket');
        const attachmentId = idIn(call, 'attachment');
        const { person } = await asPerson(call, 'read-tickets');
        const ticket = await ownTicket(person, ticketId);
        const attachment = ticket.attachments.find(({ id }) => id === attachmentId);
        if (attachment === undefined) throw new ProblemError('not-found');
        return contentAnswer(call, contents, person, attachment.content);
      },
    }),
    route({
      ...common,
      method: 'PUT',
      path: `${ONE}/sharing`,
      operation: 'shareAttachments',
      summary: 'Let the help desk open the attachments of this ticket, or no longer',
      body: ShareAttachments,
      answers: { 200: 'Ticket' },
      problems: ['identity-not-verified', 'sign-in-needed', 'version-mismatch', 'ticket-closed'],
      async handle(call) {
        const shared = call.body.shareAttachmentsWithSupport;
        const act = shared ? 'TICKET_ATTACHMENTS_SHARED' : 'TICKET_ATTACHMENTS_KEPT';
        // Optional here: what was shared can be taken back without a look at it first (decided).
        const wanted = call.header('If-Match');
        const ticket = await changeOne(call, () => ({ type: 'share-attachments', shared }), act, wanted);
        return ticketAnswer(200, ticket, 'person');
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/closure`,
      operation: 'closeTicket',
      summary: 'Nothing more is to be done',
      body: Empty,
      answers: { 200: 'Ticket' },
      problems: ['identity-not-verified', 'sign-in-needed'],
      async handle(call) {
        const ticket = await changeOne(call, () => ({ type: 'close' }), 'TICKET_CLOSED');
        return ticketAnswer(200, ticket, 'person');
      },
    }),
  ];
};

const lower = (id: string | undefined): string | null => id?.toLowerCase() ?? null;

/** Newest last, as text. */
const placeOf = ({ openedAt, id }: Ticket): string => `${openedAt} ${id}`;
