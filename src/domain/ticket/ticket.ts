import type { Content } from '../document/document.ts';
import type { Delegate, Holder, Staff } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { PersistentMap } from '../shared/persistent-map.ts';
import type { Instant } from '../shared/time.ts';

/**
 * What somebody asks the help desk in writing, and what it answers. All tickets of one person are one stream, sealed with
 * their key and erased with it; the desk's queue knows of them no more than that they are there. Attachments may hold
 * health data, so the desk opens them only where the person said so on this very ticket, and then only the agent who
 * answers for it, until it is closed. Limits: decided.
 */

export const TICKET_KINDS = ['QUESTION', 'SUSPICIOUS_ACCESS', 'WRONG_DOCUMENT', 'SERVICE'] as const;
export type TicketKind = (typeof TICKET_KINDS)[number];

/** OPEN: nobody has it yet. TAKEN: an agent owes an answer. ANSWERED: it is the person's turn. */
export const TICKET_STATUSES = ['OPEN', 'TAKEN', 'ANSWERED', 'CLOSED'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** What it is about: ids, and the name of a service. */
export type TicketAbout = {
  readonly entry: string | null;
  readonly document: string | null;
  readonly service: string | null;
};

/** Whose ticket it is, somebody who acts for them, or an agent. */
export type Writer = Holder | Delegate | Staff;

const isAgent = (by: Writer): boolean => by.kind === 'support' || by.kind === 'fund';

// Events

type Event<T extends string, D> = {
  readonly type: T;
  readonly at: Instant;
  readonly data: D & { readonly ticketId: string; readonly by: Writer };
};

export type TicketEvent =
  | Event<
      'TicketOpened',
      {
        readonly kind: TicketKind;
        readonly subject: string;
        readonly messageId: string;
        readonly message: string;
        readonly about: TicketAbout;
        readonly attachmentsShared: boolean;
      }
    >
  | Event<'TicketMessageWritten', { readonly messageId: string; readonly message: string }>
  | Event<'TicketAttachmentAdded', { readonly attachmentId: string; readonly content: Content }>
  /** Whether the help desk may open the attachments of this ticket. */
  | Event<'TicketAttachmentsShared', { readonly shared: boolean }>
  | Event<'TicketTaken', Record<never, never>>
  | Event<'TicketClosed', Record<never, never>>
  /** The person is being erased: no node goes on serving what it has of them, and nothing more is taken. */
  | { readonly type: 'TicketsForgotten'; readonly at: Instant; readonly data: Record<never, never> };

// Commands

type Command<T extends string, D> = D & {
  readonly type: T;
  readonly at: Instant;
  readonly ticketId: string;
  readonly by: Writer;
};

export type TicketCommand =
  | Command<'open', Omit<(TicketEvent & { readonly type: 'TicketOpened' })['data'], 'ticketId' | 'by'>>
  | Command<'write', { readonly messageId: string; readonly message: string }>
  | Command<'attach', { readonly attachmentId: string; readonly content: Content }>
  | Command<'share-attachments', { readonly shared: boolean }>
  /** By an agent, who answers for it from now on; it may be taken over from another. */
  | Command<'take', Record<never, never>>
  | Command<'close', Record<never, never>>
  | { readonly type: 'forget'; readonly at: Instant };

// Refusals

export type TicketRefusal =
  | 'ticket-unknown'
  | 'ticket-closed'
  | 'ticket-not-taken'
  | 'too-many-tickets'
  | 'too-many-messages'
  | 'too-many-attachments';

// State

export type TicketMessage = {
  readonly id: string;
  readonly at: Instant;
  readonly by: Writer;
  readonly text: string;
};

export type TicketAttachment = { readonly id: string; readonly at: Instant; readonly content: Content };

export type Ticket = {
  readonly id: string;
  readonly kind: TicketKind;
  readonly subject: string;
  readonly about: TicketAbout;
  readonly status: TicketStatus;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  /** Id of the agent who answers for it. */
  readonly takenBy: string | null;
  readonly attachmentsShared: boolean;
  /** Oldest first. */
  readonly messages: readonly TicketMessage[];
  readonly attachments: readonly TicketAttachment[];
};

export type TicketsState = {
  readonly byId: PersistentMap<Ticket>;
  /** The person is erased: there is nothing, and nothing comes any more. */
  readonly forgotten: boolean;
};

export const initialTickets: TicketsState = { byId: PersistentMap.empty(), forgotten: false };
/** The same once their key is destroyed. */
export const forgottenTickets: TicketsState = { ...initialTickets, forgotten: true };

export const MAX_SUBJECT = 100;
export const MAX_MESSAGE = 2_000;
/**
 * Of one person, closed ones included; of them, open ones. Beside these there may be as many reports of an access, open or
 * not, each of another entry: neither keeps the others away.
 */
export const MAX_TICKETS = 1_000;
export const MAX_OPEN_TICKETS = 20;
export const MAX_MESSAGES = 200;
export const MAX_ATTACHMENTS = 5;
/** Published: "10 Mo". */
export const MAX_ATTACHMENT_BYTES = 10_000_000;

/** The entry of the journal that shows a suspicious access; null where nothing of the kind is reported. */
const reportedEntry = ({ kind, about }: Pick<Ticket, 'kind' | 'about'>): string | null =>
  kind === 'SUSPICIOUS_ACCESS' ? about.entry : null;

/** The entries that `tickets` report, once each. */
const reportedEntries = (tickets: readonly Ticket[]): ReadonlySet<string> =>
  new Set(tickets.map(reportedEntry).filter(entry => entry !== null));

/** Why `agent` (an id) may not open what is attached to this ticket, nor learn what it is called; null where they may. */
export const keepsAttachments = (
  { attachmentsShared, status, takenBy }: Ticket,
  agent: string,
): 'attachments-not-shared' | 'ticket-closed' | 'ticket-not-taken' | null => {
  if (!attachmentsShared) return 'attachments-not-shared';
  if (status === 'CLOSED') return 'ticket-closed';
  return takenBy === agent ? null : 'ticket-not-taken';
};

// Evolve

export const evolveTickets = (state: TicketsState, event: TicketEvent): TicketsState => {
  // What came after it, decided by somebody who had not heard of it, brings nothing back.
  if (event.type === 'TicketsForgotten' || state.forgotten) return forgottenTickets;
  const { at } = event;
  const { ticketId, by } = event.data;
  const put = (one: Ticket): TicketsState => ({ ...state, byId: state.byId.set(ticketId, one) });
  const ticket = state.byId.get(ticketId);
  if (event.type === 'TicketOpened') {
    const { kind, subject, about, attachmentsShared, messageId, message } = event.data;
    const messages = [{ id: messageId, at, by, text: message }];
    const opened = { id: ticketId, kind, subject, about, attachmentsShared, messages, attachments: [] };
    return put({ ...opened, status: 'OPEN', openedAt: at, updatedAt: at, takenBy: null });
  }
  return ticket === undefined ? state : put({ ...evolveTicket(ticket, event), updatedAt: at });
};

const evolveTicket = (
  ticket: Ticket,
  event: Exclude<TicketEvent, { readonly type: 'TicketOpened' | 'TicketsForgotten' }>,
): Ticket => {
  const { at } = event;
  switch (event.type) {
    case 'TicketMessageWritten': {
      const { messageId: id, message: text, by } = event.data;
      const status = isAgent(by) ? 'ANSWERED' : ticket.takenBy === null ? 'OPEN' : 'TAKEN';
      return { ...ticket, status, messages: [...ticket.messages, { id, at, by, text }] };
    }
    case 'TicketAttachmentAdded': {
      const { attachmentId: id, content } = event.data;
      return { ...ticket, attachments: [...ticket.attachments, { id, at, content }] };
    }
    case 'TicketAttachmentsShared':
      return { ...ticket, attachmentsShared: event.data.shared };
    case 'TicketTaken':
      return { ...ticket, status: 'TAKEN', takenBy: event.data.by.id };
    case 'TicketClosed':
      return { ...ticket, status: 'CLOSED' };
  }
};

// Decide

type Decided = Decision<TicketEvent, TicketRefusal>;

export const decideTickets = (state: TicketsState, command: TicketCommand): Decided => {
  // Of somebody without a ticket too: one may be on its way.
  if (command.type === 'forget')
    return state.forgotten ? accept() : accept({ type: 'TicketsForgotten', at: command.at, data: {} });
  if (state.forgotten) return refuse('ticket-unknown');
  if (command.type === 'open') return open(state.byId, command);
  const ticket = state.byId.get(command.ticketId);
  if (ticket === undefined) return refuse('ticket-unknown');
  const { type, at, ...data } = command;
  const { ticketId, by } = data;
  // What was shared can be taken back at any time: a restriction never has to wait.
  const isRestriction = command.type === 'share-attachments' && !command.shared;
  if (ticket.status === 'CLOSED' && !isRestriction) return type === 'close' ? accept() : refuse('ticket-closed');
  // Who answers, or closes for the desk, has taken it: so that the person hears one voice.
  const isStrangers = isAgent(by) && ticket.takenBy !== by.id;
  switch (command.type) {
    case 'write': {
      if (isStrangers) return refuse('ticket-not-taken');
      if (ticket.messages.length >= MAX_MESSAGES) return refuse('too-many-messages');
      const { messageId, message } = command;
      return accept({ type: 'TicketMessageWritten', at, data: { ticketId, by, messageId, message } });
    }
    case 'attach': {
      const { attachmentId, content } = command;
      if (ticket.attachments.length >= MAX_ATTACHMENTS) return refuse('too-many-attachments');
      return accept({ type: 'TicketAttachmentAdded', at, data: { ticketId, by, attachmentId, content } });
    }
    case 'share-attachments': {
      const { shared } = command;
      if (ticket.attachmentsShared === shared) return accept();
      return accept({ type: 'TicketAttachmentsShared', at, data: { ticketId, by, shared } });
    }
    case 'take':
      return isStrangers ? accept({ type: 'TicketTaken', at, data: { ticketId, by } }) : accept();
    case 'close':
      return isStrangers ? refuse('ticket-not-taken') : accept({ type: 'TicketClosed', at, data: { ticketId, by } });
  }
};

const open = (known: TicketsState['byId'], command: TicketCommand & { readonly type: 'open' }): Decided => {
  const { type, at, ...data } = command;
  if (known.has(data.ticketId)) return accept();
  const tickets = [...known.values()];
  const isFull = isFirstReport(tickets, data) ? reportedEntries(tickets).size >= MAX_TICKETS : isFullOfOthers(tickets);
  return isFull ? refuse('too-many-tickets') : accept({ type: 'TicketOpened', at, data });
};

const isFirstReport = (tickets: readonly Ticket[], opened: Pick<Ticket, 'kind' | 'about'>): boolean => {
  const entry = reportedEntry(opened);
  return entry !== null && !reportedEntries(tickets).has(entry);
};

/** A second ticket of the same entry is one like any other. */
const isFullOfOthers = (tickets: readonly Ticket[]): boolean => {
  const others = (some: readonly Ticket[]): number => some.length - reportedEntries(some).size;
  const open = tickets.filter(({ status }) => status !== 'CLOSED');
  return others(tickets) >= MAX_TICKETS || others(open) >= MAX_OPEN_TICKETS;
};
