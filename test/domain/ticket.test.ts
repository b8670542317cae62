import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideTickets,
  evolveTickets,
  forgottenTickets,
  initialTickets,
  keepsAttachments,
  MAX_ATTACHMENTS,
  MAX_MESSAGES,
  MAX_OPEN_TICKETS,
  MAX_TICKETS,
  type TicketCommand,
  type TicketEvent,
  type TicketsState,
} from '../../src/domain/ticket/ticket.ts';
import { HOLDER_ACTOR } from '../support/history-cast.ts';
import { contentOf } from '../support/questions.ts';

/*
 * Mutants that these tests kill: a limit off by one; closed tickets counted as open ones; an agent who answers, or closes,
 * what they have not taken; an answer that leaves the ticket TAKEN; a ticket opened twice, or once its person is forgotten;
 * a sharing that a closure makes final; attachments open to an agent who has not taken the ticket, or after its closure; a
 * report counted as a ticket, or a second one of the same entry not counted.
 */

const at = '2026-11-20T08:30:00.000Z';
const nadia = { kind: 'support', id: 'support-1', name: 'Nadia' } as const;
const olivier = { kind: 'support', id: 'support-2', name: 'Olivier' } as const;
const by = HOLDER_ACTOR;

const open = (ticketId: string): TicketCommand => ({
  type: 'open',
  at,
  by,
  ticketId,
  kind: 'QUESTION',
  subject: 'Sujet',
  messageId: 'm',
  message: 'Texte',
  about: { entry: null, document: null, service: null },
  attachmentsShared: false,
});
const write = (who: typeof by | typeof nadia | typeof olivier, ticketId = 't'): TicketCommand => ({
  type: 'write',
  at,
  by: who,
  ticketId,
  messageId: 'm',
  message: 'Texte',
});
const take = (who: typeof nadia | typeof olivier): TicketCommand => ({ type: 'take', at, by: who, ticketId: 't' });
const close = (who: typeof by | typeof nadia | typeof olivier, ticketId = 't'): TicketCommand => ({
  type: 'close',
  at,
  by: who,
  ticketId,
});
const attach = (number: number): TicketCommand => ({
  type: 'attach',
  at,
  by,
  ticketId: 't',
  attachmentId: `a${number}`,
  content: contentOf(number),
});
const share = (shared: boolean): TicketCommand => ({ type: 'share-attachments', at, by, ticketId: 't', shared });
const report = (ticketId: string, entry = `entry ${ticketId}`): TicketCommand => ({
  ...(open(ticketId) as TicketCommand & { readonly type: 'open' }),
  kind: 'SUSPICIOUS_ACCESS',
  about: { entry, document: null, service: null },
});

const stateAfter = (...commands: readonly TicketCommand[]): TicketsState =>
  commands.reduce((state, command) => {
    const decision = decideTickets(state, command);
    if (!decision.ok) throw new Error(decision.refusal);
    return decision.events.reduce<TicketsState>(evolveTickets, state);
  }, initialTickets);
const result = (state: TicketsState, command: TicketCommand): string => {
  const decision = decideTickets(state, command);
  return decision.ok ? decision.events.map(({ type }: TicketEvent) => type).join() || 'already so' : decision.refusal;
};
const status = (...commands: readonly TicketCommand[]) => stateAfter(...commands).byId.get('t')?.status;

describe('a ticket', () => {
  it('goes from hand to hand', () => {
    expect(status(open('t'))).toBe('OPEN');
    expect(status(open('t'), write(by))).toBe('OPEN');
    expect(status(open('t'), take(nadia))).toBe('TAKEN');
    expect(status(open('t'), take(nadia), write(nadia))).toBe('ANSWERED');
    expect(status(open('t'), take(nadia), write(nadia), write(by))).toBe('TAKEN');
    expect(status(open('t'), close(by))).toBe('CLOSED');
  });

  it('is answered and closed for the desk by whoever has taken it', () => {
    const taken = stateAfter(open('t'), take(nadia));
    expect(result(taken, write(olivier))).toBe('ticket-not-taken');
    expect(result(taken, close(olivier))).toBe('ticket-not-taken');
    expect(result(taken, close(nadia))).toBe('TicketClosed');
    expect(result(taken, take(nadia))).toBe('already so');
    expect(result(taken, take(olivier))).toBe('TicketTaken');
    expect(result(stateAfter(open('t')), write(nadia))).toBe('ticket-not-taken');
  });

  it('that is closed stays as it is', () => {
    const closed = stateAfter(open('t'), close(by));
    for (const command of [write(by), take(nadia), attach(1)]) expect(result(closed, command)).toBe('ticket-closed');
    expect(result(closed, close(by))).toBe('already so');
    expect(result(initialTickets, write(by))).toBe('ticket-unknown');
    expect(result(closed, open('t'))).toBe('already so');
  });

  it('opens what is attached for whoever has taken it, while it is shared and open', () => {
    const kept = (agent: string, ...commands: readonly TicketCommand[]) => {
      const ticket = stateAfter(open('t'), attach(1), ...commands).byId.get('t');
      return ticket && keepsAttachments(ticket, agent);
    };
    expect(kept(nadia.id, take(nadia))).toBe('attachments-not-shared');
    expect(kept(nadia.id, share(true))).toBe('ticket-not-taken');
    expect(kept(nadia.id, share(true), take(nadia))).toBeNull();
    expect(kept(olivier.id, share(true), take(nadia))).toBe('ticket-not-taken');
    expect(kept(nadia.id, share(true), take(nadia), take(olivier))).toBe('ticket-not-taken');
    expect(kept(nadia.id, share(true), take(nadia), close(nadia))).toBe('ticket-closed');
    expect(kept(nadia.id, share(true), take(nadia), share(false))).toBe('attachments-not-shared');
  });

  it('that is closed can still be shared no longer, and not be shared', () => {
    const closed = stateAfter(open('t'), share(true), close(by));
    expect(result(closed, share(false))).toBe('TicketAttachmentsShared');
    expect(result(stateAfter(open('t'), close(by)), share(false))).toBe('already so');
    expect(result(stateAfter(open('t'), close(by)), share(true))).toBe('ticket-closed');
  });

  it('holds so many messages and attachments', () => {
    const full = Array.from({ length: MAX_MESSAGES - 1 }, () => write(by));
    expect(result(stateAfter(open('t'), ...full), write(by))).toBe('too-many-messages');
    expect(result(stateAfter(open('t'), ...full.slice(1)), write(by))).toBe('TicketMessageWritten');
    const files = Array.from({ length: MAX_ATTACHMENTS }, (_, number) => attach(number));
    expect(result(stateAfter(open('t'), ...files), attach(9))).toBe('too-many-attachments');
    expect(result(stateAfter(open('t'), ...files.slice(1)), attach(9))).toBe('TicketAttachmentAdded');
  });

  it('is one of twenty that are open', () => {
    const many = Array.from({ length: MAX_OPEN_TICKETS }, (_, number) => open(`t${number}`));
    expect(result(stateAfter(...many), open('t'))).toBe('too-many-tickets');
    expect(result(stateAfter(...many, close(by, 't3')), open('t'))).toBe('TicketOpened');
  });

  it('that reports an access is never one too many, nor in the way of another', () => {
    const many = Array.from({ length: MAX_OPEN_TICKETS }, (_, number) => open(`t${number}`));
    expect(result(stateAfter(...many), report('t'))).toBe('TicketOpened');
    const reports = Array.from({ length: MAX_OPEN_TICKETS }, (_, number) => report(`t${number}`));
    expect(result(stateAfter(...reports), open('t'))).toBe('TicketOpened');
  });

  it('is one of a thousand in all, reports beside the others', () => {
    const numbers = Array.from({ length: MAX_TICKETS }, (_, number) => `t${number}`);
    const reports = stateAfter(...numbers.map(id => report(id)));
    expect(result(reports, open('t'))).toBe('TicketOpened');
    expect(result(reports, report('t'))).toBe('too-many-tickets');
    const others = stateAfter(...numbers.flatMap(id => [open(id), close(by, id)]));
    expect(result(others, open('t'))).toBe('too-many-tickets');
    expect(result(others, report('t'))).toBe('TicketOpened');
  });

  it('that reports an entry again is one like any other', () => {
    const again = Array.from({ length: MAX_OPEN_TICKETS }, (_, number) => report(`t${number}`, 'e'));
    const state = stateAfter(report('first', 'e'), ...again);
    for (const command of [open('t'), report('t', 'e')]) expect(result(state, command)).toBe('too-many-tickets');
    expect(result(state, report('t', 'f'))).toBe('TicketOpened');
  });

  it('is forgotten with its person', () => {
    const forget: TicketCommand = { type: 'forget', at };
    for (const before of [[], [open('t')]]) {
      const state = stateAfter(...before, forget);
      expect(state).toEqual(forgottenTickets);
      expect(result(state, forget)).toBe('already so');
      expect(result(state, open('t'))).toBe('ticket-unknown');
      expect(result(state, write(by))).toBe('ticket-unknown');
    }
    const late = decideTickets(initialTickets, open('t'));
    expect((late.ok ? late.events : []).reduce(evolveTickets, forgottenTickets)).toEqual(forgottenTickets);
  });
});

it('no agent’s word stands in a ticket they had not taken, in any history', () => {
  const command = fc.oneof(
    fc.constantFrom(open('t'), take(nadia), take(olivier), close(by), attach(1)),
    fc.constantFrom(by, nadia, olivier).map(who => write(who)),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), commands => {
      let state = initialTickets;
      for (const one of commands) {
        const before = state.byId.get('t');
        const decision = decideTickets(state, one);
        for (const event of decision.ok ? decision.events : []) {
          state = evolveTickets(state, event);
          if (event.type === 'TicketMessageWritten' && event.data.by.kind === 'support')
            expect([before?.takenBy, before?.status !== 'CLOSED']).toEqual([event.data.by.id, true]);
        }
      }
    }),
  );
});
