import { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import helmet from 'helmet';
import type { Context } from 'koa';
import type { Answer } from './route.ts';

/** Helmet's headers do not depend on the request, so they are made once. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = (() => {
  const response = new ServerResponse({ method: 'GET' } as never);
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], imgSrc: ["'self'"], frameAncestors: ["'none'"] },
    },
    crossOriginEmbedderPolicy: true,
  })({} as never, response, () => {});
  return { ...(response.getHeaders() as Record<string, string>), 'Cache-Control': 'no-store' };
})();

/** What every answer carries. */
export const commonHeaders = (requestId: string): Record<string, string> => ({
  ...SECURITY_HEADERS,
  'Request-Id': requestId,
});

export const send = (ctx: Context, requestId: string, answer: Answer): void => {
  const { status, headers = {}, body, content } = answer;
  if (body) sendWhole(ctx, requestId, answer, 'application/json; charset=utf-8', JSON.stringify(body));
  else if (content === undefined) {
    ctx.set({ ...commonHeaders(requestId), ...headers });
    ctx.body = null;
    // After the body: Koa takes every answer without one for a 204.
    ctx.status = status;
  } else if (typeof content.bytes === 'string' || content.bytes instanceof Uint8Array)
    sendWhole(ctx, requestId, answer, content.mediaType, content.bytes);
  else {
    ctx.status = status;
    ctx.set({ ...commonHeaders(requestId), ...headers });
    ctx.type = content.mediaType;
    ctx.body = Readable.from(content.bytes);
    // Koa drops a length it cannot know; ours is known from the document's metadata.
    if (headers['Content-Length']) ctx.length = Number(headers['Content-Length']);
  }
};

/** Bytes that are copied into one string with the headers. */
const MAX_IN_ONE_WRITE = 16 * 1024;

/**
 * What is here in full is written with all its headers in one call: told of them one by one, Koa and Node take longer over
 * the headers than over all else of a small answer.
 */
const sendWhole = (
  ctx: Context,
  requestId: string,
  { status, headers }: Answer,
  mediaType: string,
  bytes: Uint8Array | string,
): void => {
  ctx.respond = false;
  ctx.res.writeHead(status, {
    ...commonHeaders(requestId),
    ...headers,
    'Content-Type': withCharset(mediaType),
    'Content-Length': Buffer.byteLength(bytes),
  });
  // Node writes a string together with the headers, and bytes after them, for which the system takes longer.
  if (typeof bytes === 'string') ctx.res.end(bytes);
  else if (bytes.length <= MAX_IN_ONE_WRITE)
    ctx.res.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'), 'latin1');
  else ctx.res.end(bytes);
};

/** Text is UTF-8 unless it says otherwise. */
const withCharset = (mediaType: string): string =>
  mediaType.startsWith('text/') && !mediaType.includes('charset=') ? `${mediaType}; charset=utf-8` : mediaType;
