import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { ReceivedFile } from '../../ports/file-inspector.ts';
import { drainRequest } from './drain-request.ts';
import { ProblemError } from './problems.ts';
import type { UploadFields } from './upload-fields.ts';
import { dispositionFileName, safeFileName } from './upload-file-name.ts';
import { parseMultipart, uploadProblem } from './upload-multipart.ts';

/** What a form may hold beside its file: fields, boundaries and the headers of its parts. */
export const FORM_ROOM_BYTES = 65_536;

export type UploadLimits = {
  readonly maxFileBytes: number;
  /** Media types that a raw body may have, lower case, without parameters. */
  readonly rawTypes: readonly string[];
};

/**
 * Receives one file, either as the raw body (named by `Content-Disposition`) or as the part `file` of a form
 * (`multipart/form-data`), with fields before or after it: text fields, or one part `metadata` holding a JSON object.
 *
 * `sink` gets the file while it comes in; nothing is buffered. The end of the file's bytes is held back until the whole body
 * is in and right, so a sink that keeps nothing when they break off keeps nothing of a bad upload. The name has no
 * folders and no unseen characters, and is empty where there is none.
 *
 * Rejects with what the sink rejects with, or a `ProblemError`: `media-type-not-supported`, `file-too-large`,
 * `body-too-large`, `body-truncated`, `multipart-truncated`, `multipart-malformed`, `file-missing`, `too-many-files`,
 * `field-repeated`, `metadata-invalid`. By then the rest of the body was read and thrown away, as far as it is worth it.
 */
export const receiveUpload = async <T>(
  request: IncomingMessage,
  limits: UploadLimits,
  sink: (file: ReceivedFile) => Promise<T>,
): Promise<{ readonly fields: UploadFields; readonly stored: T }> => {
  try {
    return await receive(request, limits, sink);
  } catch (error) {
    await drainRequest(request);
    throw error;
  }
};

const receive = async <T>(
  request: IncomingMessage,
  { maxFileBytes, rawTypes }: UploadLimits,
  sink: (file: ReceivedFile) => Promise<T>,
): Promise<{ readonly fields: UploadFields; readonly stored: T }> => {
  const { 'content-type': declaredType = '', 'content-encoding': encoding = 'identity' } = request.headers;
  const mediaType = declaredType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isForm = mediaType === 'multipart/form-data';
  if (encoding !== 'identity' || !(isForm || rawTypes.includes(mediaType)))
    throw new ProblemError('media-type-not-supported');

  const announced = Number(request.headers['content-length'] ?? 0);
  if (isForm) {
    const maxBodyBytes = maxFileBytes + FORM_ROOM_BYTES;
    if (announced > maxBodyBytes) throw new ProblemError('body-too-large');
    return receiveForm(request, maxFileBytes, maxBodyBytes, sink);
  }
  if (announced > maxFileBytes) throw new ProblemError('file-too-large');
  const name = safeFileName(dispositionFileName(request.headers['content-disposition']) ?? '') ?? '';
  const bytes = fileBytes(request, maxFileBytes, Promise.resolve());
  return { fields: {}, stored: await sink({ name, declaredType, bytes }) };
};

const receiveForm = async <T>(
  request: IncomingMessage,
  maxFileBytes: number,
  maxBodyBytes: number,
  sink: (file: ReceivedFile) => Promise<T>,
): Promise<{ readonly fields: UploadFields; readonly stored: T }> => {
  const whole = Promise.withResolvers<void>();
  // Awaited only by a file that came to its end.
  whole.promise.catch(() => {});
  let stored: Promise<T> | undefined;
  try {
    const fields = await parseMultipart(request, maxBodyBytes, ({ sentName, declaredType, stream }) => {
      const name = safeFileName(sentName ?? '') ?? '';
      stored = sink({ name, declaredType, bytes: fileBytes(stream, maxFileBytes, whole.promise) });
      return stored;
    });
    whole.resolve();
    return { fields, stored: (await stored) as T };
  } catch (error) {
    whole.reject(error);
    // Until nothing of it is left.
    await stored?.catch(() => {});
    throw error;
  }
};

/** The stream is not destroyed when nobody wants more of it: that would close the connection before the answer. */
async function* fileBytes(stream: Readable, maxBytes: number, whole: Promise<void>): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) throw new ProblemError('file-too-large');
      yield piece;
    }
  } catch (error) {
    throw uploadProblem(error);
  }
  await whole;
}
