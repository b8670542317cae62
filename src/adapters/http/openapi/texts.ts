import type { SecurityScheme } from './open-api.ts';

export const TITLE = 'Personal health record';

/** The package's; a test compares them. */
export const VERSION = '0.1.0';

export const SUMMARY = 'A person’s documents, who may see them, and the trail of who did';

/** CommonMark, a paragraph a line. */
export const DESCRIPTION = [
  'JSON in UTF-8; ids are UUIDs; instants are RFC 3339 in UTC; dates are YYYY-MM-DD. Unknown fields are refused.',
  'Every answer other than the one asked for is a problem (RFC 9457); programs tell problems apart by `code`.',
  'Nothing is shown to, or changed by, anyone but the holder before the trace of it is durable. What somebody may not ' +
    'know of is answered as an unknown id: 404.',
  'A change with an `Idempotency-Key` may be sent again: it is done once and answered alike. What can be edited has a ' +
    'strong `ETag`; a change of it names that version in `If-Match`.',
  'Lists take `limit` and `after`; an answer’s `next` is the cursor of the page that follows.',
].join('\n\n');

/** In the order in which somebody meets them. */
export const TAGS: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'Enrolment', description: 'Becoming a member, or saying no' },
  { name: 'Sign-in', description: 'Signing in and out, and the way back in' },
  { name: 'Espace', description: 'One espace as a whole' },
  { name: 'Documents', description: 'What they are, their bytes, and how visible' },
  { name: 'Access', description: 'Who may read, changed by those who may change it' },
  { name: 'Delegations', description: 'Who acts for the person: parents, guardians and carers' },
  { name: 'Journal', description: 'The trail, in the holder’s hands; reading it is an access too, and stands in it' },
  { name: 'Tickets', description: 'Writing to the help desk' },
  { name: 'Help desk', description: 'For the agents of 3422, who see no health data' },
  { name: 'Fund', description: 'For the health insurance fund: deaths and suspensions; it sees nothing of an espace' },
  { name: 'Professionals', description: 'Who a professional is, and in what capacity they act' },
  { name: 'Directory', description: 'Professionals and structures: the public directory of health' },
  { name: 'Operations', description: 'For those who run it' },
  { name: 'Development', description: 'What makes trying it possible; not there in production' },
];

/** By the names that operations refer to. */
export const SECURITY_SCHEMES = {
  holder: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The holder’s access token, from `POST /v1/sessions/{session}`; good for a quarter of an hour',
  },
  professional: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A professional’s token of Pro Santé Connect; in development, from `POST /dev/tokens`',
  },
  staff: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of somebody of the service: the help desk (3422) or the health insurance fund; in ' +
      'development, from `POST /dev/tokens`',
  },
  enrolment: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `enrolmentToken` of `POST /v1/enrolment/verifications`; good for half an hour',
  },
} as const satisfies Readonly<Record<string, SecurityScheme>>;
