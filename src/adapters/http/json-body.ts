import type { IncomingMessage } from 'node:http';
import { drainRequest } from './drain-request.ts';
import { ProblemError } from './problems.ts';

/** Largest JSON body, bytes. */
export const MAX_JSON_BYTES = 64 * 1024;

/** The bytes of a JSON body; empty where there is none. Refuses before reading what says it is too large. */
export const readJsonBytes = async (message: IncomingMessage): Promise<Buffer> => {
  if (Number(message.headers['content-length'] ?? 0) > MAX_JSON_BYTES) return refuseLarge(message);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Not destroyed where it is left early: its sender is to hear the answer.
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_JSON_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The client went away: nobody hears this, and it is no fault of ours.
    throw new ProblemError('body-truncated');
  }
  if (size > MAX_JSON_BYTES) return refuseLarge(message);
  return Buffer.concat(chunks);
};

const refuseLarge = async (message: IncomingMessage): Promise<never> => {
  await drainRequest(message);
  throw new ProblemError('body-too-large');
};

/** Fatal: bytes that are no text are not replaced by a sign that nobody typed. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** An absent body reads as `{}`: whether fields are missing is the validation's business. */
export const parseJson = (bytes: Buffer, contentType: string | undefined): unknown => {
  if (bytes.length === 0) return {};
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? ''))
    throw new ProblemError('media-type-not-supported');
  try {
    return JSON.parse(UTF_8.decode(bytes));
  } catch {
    throw new ProblemError('invalid-json');
  }
};
