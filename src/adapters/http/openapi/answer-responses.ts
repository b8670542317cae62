import type { Route } from '../route.ts';
import { answerNamed } from './answers/answer-schemas.ts';
import { DOCUMENT_MEDIA_TYPES } from './answers/documents.ts';
import type { NamedAnswer } from './answers/named-answers.ts';
import { ref, type Schema } from './json-schema.ts';
import type { Content, Header, Response } from './open-api.ts';

const JSON_MEDIA_TYPE = 'application/json';
const ANY_BYTES = 'application/octet-stream';

/** The answers of a route other than problems, by status. */
export const answerResponses = ({ answers }: Route): Readonly<Record<string, Response>> =>
  Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [status, response(Number(status), partsOf(answer))]),
  );

/** Name of a schema, a media type, or several of them with commas between, where the client may choose. */
const partsOf = (answer: string | null): readonly string[] => answer?.split(',').map(part => part.trim()) ?? [];

const isMediaType = (part: string): boolean => part.includes('/');

const response = (status: number, parts: readonly string[]): Response => {
  const named = parts.filter(part => !isMediaType(part)).map(answerNamed);
  const headers = { ...Object.assign({}, ...named.map(headersOf)), ...headersByStatus(status, parts) };
  return {
    description: named.map(({ schema }) => schema.description).join('') || (STATUS_DESCRIPTIONS[status] ?? 'Done'),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(parts.length === 0 ? {} : { content: Object.assign({}, ...parts.map(contentOf)) }),
  };
};

const STATUS_DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: 'The whole',
  202: 'Taken',
  204: 'Done; there is nothing to show',
  206: 'The part that was asked for',
  304: 'It is still the same',
};

const contentOf = (part: string): Content => {
  // Served under the type it was kept under.
  if (part === ANY_BYTES) return Object.fromEntries(DOCUMENT_MEDIA_TYPES.map(mediaType => [mediaType, {}]));
  if (isMediaType(part)) return { [part]: part.startsWith('text/') ? { schema: { type: 'string' } } : {} };
  return { [JSON_MEDIA_TYPE]: { schema: ref(part), example: answerNamed(part).example } };
};

const text = (description: string, required = true, schema: Schema = { type: 'string' }): Header => ({
  description,
  required,
  schema,
});

const HEADERS: Readonly<Record<string, Header>> = {
  ETag: text('Version of what is shown, as it is shown to this reader; for `If-Match`', true, {
    type: 'string',
    pattern: '^"[^"]+"$',
  }),
  Location: text('Where it is now'),
  Link: text('The next page (`rel="next"`); none on the last'),
  'Content-Disposition': text('Name of the file'),
};

const headersOf = ({ headers = {} }: NamedAnswer): Readonly<Record<string, Header>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, required]) => [name, { ...(HEADERS[name] as Header), required }]),
  );

const headersByStatus = (status: number, parts: readonly string[]): Readonly<Record<string, Header | undefined>> => ({
  ...(status === 201 && parts.includes('Document') ? { Location: HEADERS.Location } : {}),
  ...(parts.includes('application/pdf') ? { 'Content-Disposition': HEADERS['Content-Disposition'] } : {}),
  ...(parts.includes(ANY_BYTES) || status === 304
    ? { ETag: HEADERS.ETag, 'Content-Disposition': HEADERS['Content-Disposition'], 'Accept-Ranges': text('`bytes`') }
    : {}),
  ...(status === 206 ? { 'Content-Range': text('Which part it is, and how long the whole') } : {}),
});
