import { PURPOSES } from '../../../domain/access/question.ts';
import type { Route } from '../route.ts';
import { EXAMPLE_CASE, EXAMPLE_IDS } from './answers/named-answers.ts';
import { oneOf, type Schema } from './json-schema.ts';
import type { Parameter, Reference } from './open-api.ts';
import { notesOn } from './request-notes.ts';
import { fieldsOf } from './request-schemas.ts';
import { FINESS, RPPS, UUID } from './values.ts';

const header = (name: string, required: boolean, description: string, schema: Schema): Parameter => ({
  name,
  in: 'header',
  required,
  description,
  schema,
});

/** Headers that many operations take. */
export const HEADER_PARAMETERS = {
  AcceptLanguage: header('Accept-Language', false, 'Language of every sentence: `fr` (default) or `en`', {
    type: 'string',
    default: 'fr',
  }),
  IdempotencyKey: header(
    'Idempotency-Key',
    false,
    'Makes it safe to send the request again: same key and same request, same answer, and nothing is done twice. ' +
      'Where no token is taken, another body under the same key is another request. Strongly advised, e.g. a UUID. ' +
      'Development operations ignore it',
    { type: 'string', minLength: 1, maxLength: 255 },
  ),
  IfMatch: header('If-Match', true, 'The `ETag` of what is to be changed, as it was read', { type: 'string' }),
  OptionalIfMatch: header(
    'If-Match',
    false,
    'The `ETag` of what is to be changed, as it was read. Optional: a restriction never has to wait for a version',
    { type: 'string' },
  ),
  PurposeOfUse: header(
    'Purpose-Of-Use',
    false,
    'Professionals: `TREAT` care, `BTG` break the glass, `ETREAT` emergency call centre',
    { ...oneOf(PURPOSES), default: 'TREAT' },
  ),
  PurposeReason: header(
    'Purpose-Reason',
    false,
    'Professionals: why the glass is broken; required with `BTG`. UTF-8, percent-encoded or not',
    { type: 'string', minLength: 1, maxLength: 500 },
  ),
  Organization: header(
    'Organization',
    false,
    'Professionals: FINESS of the organisation they act for; required where they have several. A place without FINESS ' +
      'is named as `GET /v1/professionals/me` names it',
    { anyOf: [FINESS, { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' }] },
  ),
  Profession: header(
    'Profession',
    false,
    'Professionals: the profession they act in; required where they have several in one place. Its code, with `/` and a ' +
      'specialty where that alone tells two apart, e.g. `G15_10/SM26`',
    { type: 'string', pattern: '^[A-Za-z0-9_]{1,10}(/[A-Za-z0-9_]{0,10})?$' },
  ),
  DocumentMetadata: header(
    'Document-Metadata',
    false,
    'With a raw body: what the part `metadata` of a form holds, as JSON, percent-encoded where it is not ASCII',
    { type: 'string' },
  ),
  ContentDisposition: header(
    'Content-Disposition',
    false,
    'With a raw body: the name of the file, e.g. `attachment; filename="scan.png"`',
    { type: 'string' },
  ),
  Range: header('Range', false, 'One range of bytes, e.g. `bytes=0-1023`', { type: 'string' }),
  IfNoneMatch: header('If-None-Match', false, 'The `ETag` of what the client has: 304 where it is still the same', {
    type: 'string',
  }),
  LastEventId: header('Last-Event-ID', false, 'Id of the last event received: the stream goes on after it', {
    type: 'string',
  }),
} as const;

type HeaderName = keyof typeof HEADER_PARAMETERS;

type PathParameter = { readonly schema: Schema; readonly description: string; readonly example: string };

/** By name, or by the segment before and the name where the same name means something narrower. */
const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  espace: { schema: UUID, description: 'Id of the espace', example: EXAMPLE_IDS.espace },
  document: { schema: UUID, description: 'Id of the document', example: EXAMPLE_IDS.document },
  entry: { schema: UUID, description: 'Id of the journal’s entry', example: EXAMPLE_IDS.entry },
  session: {
    schema: UUID,
    description: 'Id of a session, or `challengeId` of a sign-in that is to become one',
    example: EXAMPLE_IDS.challenge,
  },
  device: { schema: UUID, description: 'Id of a device that was signed in on', example: EXAMPLE_IDS.device },
  reset: { schema: UUID, description: '`resetId` of a forgotten password', example: EXAMPLE_IDS.reset },
  ticket: { schema: UUID, description: 'Id of the ticket', example: EXAMPLE_IDS.ticket },
  attachment: { schema: UUID, description: 'Id of the attachment', example: EXAMPLE_IDS.attachment },
  case: {
    schema: { type: 'string', pattern: '^[\\w-]+$', maxLength: 400 },
    description: '`case` of `POST /v1/support/cases`; good for the agent who opened it, for eight hours',
    example: EXAMPLE_CASE,
  },
  check: { schema: UUID, description: 'Id of the identity check', example: EXAMPLE_IDS.check },
  correction: { schema: UUID, description: 'Id of the correction', example: EXAMPLE_IDS.correction },
  invitation: { schema: UUID, description: 'Id of the invitation', example: EXAMPLE_IDS.delegation },
  delegation: { schema: UUID, description: 'Id of the delegation', example: EXAMPLE_IDS.delegation },
  target: {
    schema: { anyOf: [RPPS, FINESS] },
    description: 'RPPS of a professional, or FINESS of an organisation',
    example: '99700024450',
  },
  role: {
    schema: { enum: ['midwife', 'pharmacist'] },
    description: 'Referring midwife or pharmacist',
    example: 'pharmacist',
  },
  rpps: { schema: RPPS, description: 'RPPS of a professional', example: '99700024450' },
  finess: { schema: FINESS, description: 'FINESS of a structure', example: '990000010' },
  'administrators/target': { schema: RPPS, description: 'RPPS of a professional', example: '99700024450' },
};

/** Every parameter of an operation: those of the path, of the query, then headers. Throws on an unknown path parameter. */
export const parametersOf = (route: Route): readonly (Parameter | Reference)[] => [
  ...pathParameters(route.path),
  ...queryParameters(route),
  ...headersOf(route).map(name => ({ $ref: `#/components/parameters/${name}` })),
];

const pathParameters = (path: string): readonly Parameter[] =>
  path.split('/').flatMap((segment, index, segments) => {
    if (!segment.startsWith(':')) return [];
    const name = segment.slice(1);
    const known = PATH_PARAMETERS[`${segments[index - 1]}/${name}`] ?? PATH_PARAMETERS[name];
    if (known === undefined) throw new Error(`the path parameter "${name}" is not described`);
    return [{ name, in: 'path', required: true, ...known } as const];
  });

const queryParameters = ({ query }: Route): readonly Parameter[] => {
  if (query === undefined) return [];
  const example = notesOn(query).example as Readonly<Record<string, unknown>>;
  return fieldsOf(query).map(({ name, required, schema: { description = '', ...schema } }) => ({
    name,
    in: 'query',
    required,
    description: String(description),
    schema,
    ...(name in example ? { example: example[name] } : {}),
  }));
};

const headersOf = ({ method, audience, upload, answers, problems = [] }: Route): readonly HeaderName[] => [
  ...(method === 'GET' ? [] : (['IdempotencyKey'] as const)),
  ...(problems.includes('precondition-required')
    ? (['IfMatch'] as const)
    : problems.includes('version-mismatch')
      ? (['OptionalIfMatch'] as const)
      : []),
  ...(upload === undefined ? [] : (['DocumentMetadata', 'ContentDisposition'] as const)),
  ...(206 in answers ? (['Range'] as const) : []),
  ...(304 in answers ? (['IfNoneMatch'] as const) : []),
  ...(Object.values(answers).includes('text/event-stream') ? (['LastEventId'] as const) : []),
  ...(audience === 'professional' || audience === 'reader'
    ? (['PurposeOfUse', 'PurposeReason', 'Organization', 'Profession'] as const)
    : []),
  'AcceptLanguage',
];
