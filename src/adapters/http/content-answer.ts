import { create as contentDisposition } from 'content-disposition';
import parseRange from 'range-parser';
import type { Content } from '../../domain/document/document.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import { isAmong } from './etags.ts';
import { ProblemError } from './problems.ts';
import type { Answer, Call } from './route.ts';

/** Smaller contents are gathered before the answer begins, so that damage can still be said as a problem. */
const GATHERED_BYTES = 64 * 1024;

/** One range at most, as RFC 9110 lets a server choose; a whole answer where the range is of another kind. */
export const contentAnswer = async (
  call: Call,
  contents: ContentStore,
  espace: PersonId,
  document: Content,
  isInline = false,
): Promise<Answer> => {
  if (isInline && !SHOWN_IN_PLACE.has(document.mediaType)) throw new ProblemError('preview-not-available');
  const headers = isInline ? { ...headersOf(document), ...inline(document) } : headersOf(document);
  if (isAmong(headers.ETag, call.header('If-None-Match'))) return { status: 304, headers };
  // A part of another version than the client has the rest of would be worth nothing: it is sent the whole.
  const isContinued = (call.header('If-Range') ?? headers.ETag) === headers.ETag;
  const wanted = isContinued ? call.header('Range') : null;
  const ranges = wanted === null ? -2 : parseRange(document.size, wanted);
  if (ranges === -1)
    throw new ProblemError('range-not-satisfiable', { headers: { 'Content-Range': `bytes */${document.size}` } });
  const part = typeof ranges === 'object' && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  const range = part && { first: part.start, last: part.end };
  const bytes = await contents.read(document.contentId, espace, range);
  // The event says that it is there: its absence is damage, not an unknown id.
  if (bytes === null) throw new ProblemError('content-damaged');
  const length = range ? range.last - range.first + 1 : document.size;
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'Content-Length': String(length),
      ...(range ? { 'Content-Range': `bytes ${range.first}-${range.last}/${document.size}` } : {}),
    },
    content: { mediaType: document.mediaType, bytes: await begun(bytes, length) },
  };
};

/** Published: what has a preview. Nothing in these runs in our origin: the answer forbids scripts, and other types to be guessed. */
const SHOWN_IN_PLACE: ReadonlySet<string> = new Set(['application/pdf', 'image/jpeg', 'text/plain']);

const inline = ({ fileName }: Content) => ({
  'Content-Disposition': contentDisposition(fileName, { type: 'inline' }),
});

type ContentHeaders = {
  readonly ETag: string;
  readonly 'Accept-Ranges': string;
  readonly 'Content-Disposition': string;
};

/** Of each document as it is described now: whoever is read once is often read again. */
const known = new WeakMap<Content, ContentHeaders>();

const headersOf = (document: Content): ContentHeaders => {
  const before = known.get(document);
  if (before !== undefined) return before;
  const headers = {
    ETag: `"${document.sha256}"`,
    'Accept-Ranges': 'bytes',
    'Content-Disposition': contentDisposition(document.fileName),
  };
  known.set(document, headers);
  return headers;
};

/** Small contents whole, large ones with their first chunk opened: damage found by then is still a problem's answer. */
const begun = async (
  bytes: AsyncIterable<Uint8Array>,
  length: number,
): Promise<AsyncIterable<Uint8Array> | Uint8Array> => {
  if (length <= GATHERED_BYTES) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
  }
  const rest = bytes[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await rest.next();
  // No generator: one that is never begun (HEAD, a client that left) would not pass its end on, and keep the file open.
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        const given = first;
        first = undefined;
        return given === undefined ? rest.next() : Promise.resolve(given);
      },
      return: async () => (await rest.return?.()) ?? { done: true, value: undefined },
    }),
  };
};
