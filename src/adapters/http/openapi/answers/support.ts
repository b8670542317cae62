import { CODE_CHANNELS } from '../../../../domain/account/contacts.ts';
import { CHECK_CHANNELS, CHECK_METHODS } from '../../../../domain/support/support.ts';
import { TICKET_STATUSES } from '../../../../domain/ticket/ticket.ts';
import { listOf, nullable, object, oneOf, type Schema } from '../json-schema.ts';
import { BOOLEAN, CURSOR, INSTANT, TEXT, UUID } from '../values.ts';
import { ESPACE_STATUS } from './espaces.ts';
import { EXAMPLE_CASE, EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

const SENT_TO: Schema = { ...TEXT, description: 'Where the code went, masked: `*****02858`, `m****@exemple.fr`' };

/** What the help desk is shown: nothing that is of anybody's health. */
export const SUPPORT_ANSWERS: NamedAnswers = {
  SupportCase: {
    schema: object('Somebody who calls', {
      case: { type: 'string', maxLength: 400, description: 'By what this agent names them from now on' },
      expiresAt: INSTANT,
      espaceStatus: ESPACE_STATUS,
      contacts: object('Masked', {
        email: nullable(TEXT),
        mobile: nullable(TEXT),
        postalAddressKnown: BOOLEAN,
      }),
      identityConfirmedUntil: nullable({ ...INSTANT, description: 'For this agent; null: they have to ask' }),
      letter: nullable(
        object('A code that was sent by post and waits for its answer, whoever had it sent', {
          id: UUID,
          expiresAt: INSTANT,
        }),
      ),
      ibanKnown: { ...BOOLEAN, description: 'The end of their IBAN can be asked for' },
    }),
    example: {
      case: EXAMPLE_CASE,
      expiresAt: '2026-11-20T18:00:00.000Z',
      espaceStatus: 'created',
      contacts: { email: 'd****@exemple.fr', mobile: '*****02858', postalAddressKnown: true },
      identityConfirmedUntil: null,
      letter: null,
      ibanKnown: true,
    },
  },
  IdentityCheck: {
    schema: object('A question that shows who calls', {
      id: UUID,
      method: oneOf(CHECK_METHODS),
      channel: nullable(oneOf(CHECK_CHANNELS)),
      sentTo: nullable(SENT_TO),
      expiresAt: INSTANT,
    }),
    example: {
      id: EXAMPLE_IDS.check,
      method: 'CODE',
      channel: 'SMS',
      sentTo: '*****02858',
      expiresAt: '2026-11-20T10:15:00.000Z',
    },
  },
  ConfirmedIdentity: {
    schema: object('Identified, for the agent who asked', { confirmedUntil: INSTANT }),
    example: { confirmedUntil: '2026-11-20T10:32:00.000Z' },
  },
  ContactCorrection: {
    schema: object('A new contact, waiting for its code', {
      id: UUID,
      channel: oneOf(CODE_CHANNELS),
      sentTo: SENT_TO,
      expiresAt: INSTANT,
    }),
    example: {
      id: EXAMPLE_IDS.correction,
      channel: 'SMS',
      sentTo: '*****45678',
      expiresAt: '2026-11-20T10:15:00.000Z',
    },
  },
  FundEspace: {
    schema: object('All that the fund is shown of an espace', { id: UUID, status: ESPACE_STATUS }),
    example: { id: EXAMPLE_IDS.espace, status: 'suspended' },
  },
  QueuePage: {
    schema: object('One page of the queue, oldest first; what a ticket says is shown one by one', {
      items: listOf(
        object('', {
          id: UUID,
          status: oneOf(TICKET_STATUSES),
          openedAt: INSTANT,
          updatedAt: INSTANT,
          takenBy: nullable({ ...TEXT, description: 'Id of the agent who answers for it' }),
        }),
        { maxItems: 200 },
      ),
      next: CURSOR,
    }),
    example: {
      items: [
        {
          id: EXAMPLE_IDS.ticket,
          status: 'OPEN',
          openedAt: '2026-11-20T10:00:00.000Z',
          updatedAt: '2026-11-20T10:00:00.000Z',
          takenBy: null,
        },
      ],
      next: null,
    },
    headers: { Link: false },
  },
};
