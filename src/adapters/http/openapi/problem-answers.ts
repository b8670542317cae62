import { type Language, sentenceOf } from '../problem-sentences.ts';
import { ProblemError, problemBody, statusOf } from '../problems.ts';
import type { Route } from '../route.ts';
import { listOf, object, ref, type Schema } from './json-schema.ts';
import type { Header, Response } from './open-api.ts';
import { TEXT } from './values.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** RFC 9457. */
export const PROBLEM: Schema = object(
  'What went wrong (RFC 9457)',
  {
    type: { type: 'string', pattern: '^urn:problem:[a-z-]+$' },
    title: TEXT,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', pattern: '^[a-z-]+$', description: 'What programs tell problems apart by' },
    detail: { ...TEXT, description: 'A sentence for people, in the language asked for' },
    instance: { type: 'string', pattern: '^urn:uuid:[0-9a-f-]{36}$', description: 'Id of the request, as in the logs' },
    errors: listOf(object('', { field: { ...TEXT, description: 'Empty: the body as a whole' }, message: TEXT }), {
      minItems: 1,
      maxItems: 20,
      description: 'Each field at fault; its value is never repeated',
    }),
    rule: { ...TEXT, description: 'The rule of the rule book that refused' },
    legalBasis: { ...TEXT, description: 'What that rule rests on' },
  },
  ['errors', 'rule', 'legalBasis'],
);

const BODY_PROBLEMS = ['invalid-json', 'body-too-large', 'media-type-not-supported'];
const UPLOAD_PROBLEMS = [
  'file-missing',
  'file-empty',
  'too-many-files',
  'field-repeated',
  'metadata-invalid',
  'multipart-truncated',
  'multipart-malformed',
  'body-truncated',
  'file-too-large',
  'file-type-not-allowed',
  'file-type-mismatch',
  'file-infected',
  'body-too-large',
  'media-type-not-supported',
];
const TOKEN_PROBLEMS = ['unauthenticated', 'token-invalid', 'token-expired'];
const HOLDER_PROBLEMS = ['session-closed', 'access-refused'];
const IDENTITY_PROBLEMS = [
  'access-refused',
  'authentication-too-weak',
  'professional-without-rpps',
  'keys-unreachable',
];
const PROFESSIONAL_PROBLEMS = [
  ...IDENTITY_PROBLEMS,
  'organisation-required',
  'organisation-unknown',
  'profession-required',
  'profession-unknown',
];

const AUDIENCE_PROBLEMS: { readonly [A in Route['audience']]: readonly string[] } = {
  open: [],
  anonymous: ['too-many-requests'],
  enrolling: TOKEN_PROBLEMS,
  holder: [...TOKEN_PROBLEMS, ...HOLDER_PROBLEMS],
  professional: [...TOKEN_PROBLEMS, ...PROFESSIONAL_PROBLEMS],
  reader: [...TOKEN_PROBLEMS, ...HOLDER_PROBLEMS, ...PROFESSIONAL_PROBLEMS],
  person: [...TOKEN_PROBLEMS, ...HOLDER_PROBLEMS],
  'any-activity': [...TOKEN_PROBLEMS, ...IDENTITY_PROBLEMS],
  'any-reader': [...TOKEN_PROBLEMS, ...HOLDER_PROBLEMS, ...IDENTITY_PROBLEMS],
  support: [...TOKEN_PROBLEMS, 'access-refused', 'keys-unreachable'],
  fund: [...TOKEN_PROBLEMS, 'access-refused', 'keys-unreachable'],
};

/** Codes that a route may answer with: those it names, and those that go without saying for one of its kind. */
export const problemCodesOf = (route: Route): readonly string[] => {
  const { method, path, audience } = route;
  const changes = method !== 'GET';
  const codes = [
    'invalid-request',
    ...(route.body === undefined ? [] : BODY_PROBLEMS),
    ...(route.upload === undefined ? [] : UPLOAD_PROBLEMS),
    ...AUDIENCE_PROBLEMS[audience],
    // What is looked for is named in the path, in the body, or by who asks.
    ...(changes || path.includes(':') || audience === 'enrolling' ? ['not-found'] : []),
    // Of somebody who is not identified, another body is another request.
    ...(changes && audience !== 'open' && audience !== 'anonymous' ? ['idempotency-key-reused'] : []),
    ...(audience === 'open' ? [] : ['busy', 'stream-busy']),
    ...(route.problems ?? []),
    'fault',
  ];
  return [...new Set(codes)];
};

/** One answer per status, with every code it may bear. */
export const problemResponses = (route: Route): Readonly<Record<string, Response>> => {
  const byStatus = Map.groupBy(problemCodesOf(route), statusOf);
  return Object.fromEntries([...byStatus].map(([status, codes]) => [String(status), problemResponse(status, codes)]));
};

const EXAMPLE_INSTANCE = 'urn:uuid:2f9c1d04-7be8-4a53-8c6d-e0b13a9f57c2';
const DOCUMENT_LANGUAGE: Language = 'en';

const problemResponse = (status: number, codes: readonly string[]): Response => {
  const [first = 'fault'] = codes;
  const errors = first === 'invalid-request' ? [{ field: 'name of a field', message: 'what it must be' }] : [];
  return {
    description: codes.map(code => sentenceOf(code, DOCUMENT_LANGUAGE).title).join(' · '),
    ...(status in PROBLEM_HEADERS ? { headers: PROBLEM_HEADERS[status] } : {}),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { ...ref('Problem'), type: 'object', properties: { status: { const: status }, code: { enum: codes } } },
        example: problemBody(new ProblemError(first, { errors }), DOCUMENT_LANGUAGE, EXAMPLE_INSTANCE),
      },
    },
  };
};

const RETRY_AFTER: Header = {
  description: 'Seconds after which asking again may help',
  required: true,
  schema: { type: 'string', pattern: '^\\d+$' },
};

const PROBLEM_HEADERS: Readonly<Record<number, Readonly<Record<string, Header>>>> = {
  401: { 'WWW-Authenticate': { description: 'RFC 9110', required: true, schema: { const: 'Bearer' } } },
  412: { ETag: { description: 'The version it has now', required: true, schema: { type: 'string' } } },
  416: {
    'Content-Range': {
      description: 'How long it is',
      required: true,
      schema: { type: 'string', pattern: '^bytes \\*/\\d+$' },
    },
  },
  429: { 'Retry-After': RETRY_AFTER },
  503: { 'Retry-After': { ...RETRY_AFTER, required: false } },
};
