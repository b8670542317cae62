import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problems.ts';

/** Largest JSON body, bytes. */
export const MAX_JSON_BYTES = 64 * 1024;

/** The bytes of a JSON body; empty where there is none. Refuses before reading what says it is too large. */
export const readJsonBytes = async (message: IncomingMessage): Promise<Buffer> => {
  if (Number(message.headers['content-length'] ?? 0) > MAX_JSON_BYTES) throw new ProblemError('body-too-large');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_JSON_BYTES) throw new ProblemError('body-too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** An absent body reads as `{}`: whether fields are missing is the validation's business. */
export const parseJson = (bytes: Buffer, contentType: string | undefined): unknown => {
  if (bytes.length === 0) return {};
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? ''))
    throw new ProblemError('media-type-not-supported');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProblemError('invalid-json');
  }
};
