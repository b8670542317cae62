import {
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
  MAX_MESSAGE,
  MAX_MESSAGES,
  MAX_SUBJECT,
  TICKET_KINDS,
  TICKET_STATUSES,
} from '../../../../domain/ticket/ticket.ts';
import { listOf, nullable, object, oneOf, ref, type Schema } from '../json-schema.ts';
import { BOOLEAN, CURSOR, INSTANT, TEXT, UUID } from '../values.ts';
import { EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

const SUMMARY = {
  id: UUID,
  kind: oneOf(TICKET_KINDS),
  subject: { type: 'string', maxLength: MAX_SUBJECT },
  status: oneOf(
    TICKET_STATUSES,
    'OPEN: nobody has it yet; TAKEN: an answer is owed; ANSWERED: it is the person’s turn',
  ),
  openedAt: INSTANT,
  updatedAt: INSTANT,
} as const;

export const TICKET: Schema = object('A ticket in a list', SUMMARY);

const EXAMPLE_SUMMARY = {
  id: EXAMPLE_IDS.ticket,
  kind: 'QUESTION',
  subject: 'Mon code',
  status: 'ANSWERED',
  openedAt: '2026-11-20T10:00:00.000Z',
  updatedAt: '2026-11-20T11:00:00.000Z',
} as const;

const EXAMPLE_ATTACHMENT = {
  id: EXAMPLE_IDS.attachment,
  at: '2026-11-20T10:01:00.000Z',
  fileName: 'capture.png',
  mediaType: 'image/png',
  size: 48_213,
} as const;

const ATTACHMENT: Schema = object('', {
  id: UUID,
  at: INSTANT,
  fileName: nullable({ ...TEXT, description: 'For the help desk: null where the agent may not open it' }),
  mediaType: TEXT,
  size: { type: 'integer', minimum: 1, maximum: MAX_ATTACHMENT_BYTES, description: 'Bytes' },
});

export const TICKET_ANSWERS: NamedAnswers = {
  Ticket: {
    schema: object('A ticket with what was written', {
      ...SUMMARY,
      about: object('Ids, and the name of a service', {
        entry: nullable(UUID),
        document: nullable(UUID),
        service: nullable(TEXT),
      }),
      attachmentsShared: {
        ...BOOLEAN,
        description: 'The agent who has taken it may open what is attached, until it is closed',
      },
      messages: listOf(
        object('', {
          id: UUID,
          at: INSTANT,
          by: ref('Actor'),
          text: { type: 'string', maxLength: MAX_MESSAGE },
        }),
        { minItems: 1, maxItems: MAX_MESSAGES, description: 'Oldest first' },
      ),
      attachments: listOf(ATTACHMENT, { maxItems: MAX_ATTACHMENTS }),
    }),
    example: {
      ...EXAMPLE_SUMMARY,
      about: { entry: null, document: null, service: null },
      attachmentsShared: false,
      messages: [
        {
          id: EXAMPLE_IDS.message,
          at: '2026-11-20T10:00:00.000Z',
          by: { kind: 'holder' },
          text: 'Je ne reçois pas mon code par SMS.',
        },
      ],
      attachments: [EXAMPLE_ATTACHMENT],
    },
    headers: { ETag: true, Location: false },
  },
  TicketPage: {
    schema: object('One page of one’s own tickets, newest first', {
      items: listOf(ref('TicketSummary'), { maxItems: 200 }),
      next: CURSOR,
    }),
    example: { items: [EXAMPLE_SUMMARY], next: null },
    headers: { Link: false },
  },
};
