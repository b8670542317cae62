import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import type { Content } from '../../domain/document/document.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import { type FileInspector, MAX_DOCUMENT_BYTES } from '../../ports/file-inspector.ts';

/** A file that was received, inspected and stored, with what was said of it. */
export type Upload = { readonly fields: Readonly<Record<string, unknown>>; readonly content: Content };

export interface Uploads {
  /** Stores the file of `message` for `owner`. Throws the problem of whatever is wrong; nothing is then left behind. */
  receive(message: IncomingMessage, owner: PersonId, byProfessional: boolean): Promise<Upload>;
  /** Does `work`, and removes the content unless `work` says that it is the one to keep. */
  keepingOnly<T extends { readonly contentId: string | undefined }>(
    contentId: string,
    work: () => Promise<T>,
  ): Promise<T>;
}

export const createUploads = (deps: {
  readonly contents: ContentStore;
  readonly inspector: FileInspector;
}): Uploads => ({
  async receive(message, owner, byProfessional) {
    const fields: Record<string, unknown> = {};
    let stored: Promise<Content> | undefined;
    const parser = busboy({ headers: message.headers, defParamCharset: 'utf8' });
    parser.on('file', (_, bytes, { filename = '', mimeType = '' }) => {
      stored = (async () => {
        const contentId = randomUUID();
        const file = await deps.inspector.inspect(
          { name: filename, declaredType: mimeType, bytes },
          byProfessional ? 'professional' : 'person',
        );
        const kept = await deps.contents.put(contentId, owner, file.bytes, MAX_DOCUMENT_BYTES);
        return { contentId, fileName: filename, mediaType: file.mediaType, ...kept };
      })();
    });
    parser.on('field', (name, value) => {
      Object.assign(fields, name === 'metadata' ? JSON.parse(value) : { [name]: value });
    });
    await new Promise((resolve, reject) => {
      parser.once('close', resolve).once('error', reject);
      message.pipe(parser);
    });
    return { fields, content: (await stored) as Content };
  },
  async keepingOnly(contentId, work) {
    let kept: string | undefined;
    try {
      const result = await work();
      kept = result.contentId;
      return result;
    } finally {
      if (kept !== contentId) await deps.contents.remove(contentId);
    }
  },
});
