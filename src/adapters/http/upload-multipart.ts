import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { ProblemError } from './problems.ts';
import { createFieldCollector, MAX_FIELD_BYTES, METADATA, type UploadFields } from './upload-fields.ts';

const FILE = 'file';

/** One byte more than is taken, because the parser calls a value cut that has exactly the limit. */
const FIELD_LIMIT_BYTES = MAX_FIELD_BYTES + 1;

export type FilePart = {
  readonly sentName: string | undefined;
  readonly declaredType: string;
  readonly stream: Readable;
};

/**
 * Parses a form of one file part `file`, which `onFile` gets as soon as it begins, and of fields before or after it. Answers
 * with the fields once the whole body is in and right. Rejects at once with the first thing that goes wrong, which may
 * be what `onFile` rejects with; the file's stream then breaks off. The request stays open, its rest unread.
 */
export const parseMultipart = (
  request: IncomingMessage,
  maxBodyBytes: number,
  onFile: (part: FilePart) => Promise<unknown>,
): Promise<UploadFields> =>
  new Promise((resolve, reject) => {
    const parser = openParser(request);
    const fields = createFieldCollector();
    let files = 0;
    let bodyBytes = 0;

    const stopListening = (): void => {
      request.unpipe(parser).off('data', count).off('close', closed);
    };
    const fail = (error: unknown): void => {
      stopListening();
      reject(error);
      parser.destroy(error as Error);
    };
    const closed = (): void => {
      if (!request.complete) fail(new ProblemError('body-truncated'));
    };
    const count = (piece: Buffer): void => {
      bodyBytes += piece.length;
      if (bodyBytes > maxBodyBytes) fail(new ProblemError('body-too-large'));
    };

    const takeField = (name: string | undefined, text: string, cut: boolean): void => {
      try {
        if (name === undefined) throw new ProblemError('multipart-malformed');
        if (cut) throw new ProblemError('body-too-large');
        fields.add(name, text);
      } catch (error) {
        fail(error);
      }
    };
    const takeFile = (name: string | undefined, part: FilePart): void => {
      files += 1;
      if (files > 1) fail(new ProblemError('too-many-files'));
      else if (name !== FILE) fail(new ProblemError('file-missing'));
      // Whoever takes the file may leave some of it.
      else onFile(part).then(() => part.stream.resume(), fail);
    };

    parser.on('field', (name, text, { valueTruncated }) => takeField(name, text, valueTruncated));
    parser.on('file', (name, stream, { filename, mimeType }) => {
      // What breaks it is reported by the parser too; without a listener it would end the process.
      stream.on('error', () => {});
      // A browser sends JSON that declares its type as a file.
      if (name === METADATA) textOf(stream).then(text => takeField(name, text, false), fail);
      else takeFile(name, { sentName: filename, declaredType: mimeType, stream });
    });
    parser.on('error', error => fail(uploadProblem(error)));
    parser.on('finish', () => {
      stopListening();
      if (files === 0) reject(new ProblemError('file-missing'));
      else resolve(fields.all());
    });

    request.on('data', count).on('close', closed).pipe(parser);
  });

/** What a stream of an upload broke with, as what its sender hears. */
export const uploadProblem = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return new ProblemError('body-truncated');
  return new ProblemError(message.startsWith('Unexpected end') ? 'multipart-truncated' : 'multipart-malformed');
};

const openParser = ({ headers }: IncomingMessage): busboy.Busboy => {
  try {
    return busboy({ headers, defParamCharset: 'utf8', limits: { fieldSize: FIELD_LIMIT_BYTES } });
  } catch {
    throw new ProblemError('multipart-malformed');
  }
};

const textOf = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  let bytes = Buffer.alloc(0);
  for await (const piece of stream) {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes.length > MAX_FIELD_BYTES) throw new ProblemError('body-too-large');
  }
  return bytes.toString();
};
