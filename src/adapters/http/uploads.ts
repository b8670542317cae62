import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Content } from '../../domain/document/document.ts';
import { type Actor, actorKey, type PersonId } from '../../domain/shared/actor.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import { type FileInspector, FileRefusedError, MAX_DOCUMENT_BYTES } from '../../ports/file-inspector.ts';
import { createPlaces } from './places.ts';
import { ProblemError } from './problems.ts';
import { receiveUpload } from './upload.ts';
import type { UploadFields } from './upload-fields.ts';

/** A file that was received, inspected and stored, with what was said of it. */
export type Upload = { readonly fields: UploadFields; readonly content: Content };

export interface Uploads {
  /** Stores the file that `sender` sends for `owner`. Throws the problem of whatever is wrong; nothing is then left behind. */
  receive(message: IncomingMessage, owner: PersonId, sender: Actor): Promise<Upload>;
  /** Does `work`, and removes the content where `work` refuses or names another one to keep. */
  keepingOnly<T extends { readonly contentId: string | undefined }>(
    contentId: string,
    work: () => Promise<T>,
  ): Promise<T>;
}

/** Uploads received at once by this process, each with an open file. */
const MAX_UPLOADS_AT_ONCE = 200;
/** Of them, those of one person (decided: more than a browser sends at once). */
const MAX_UPLOADS_OF_ONE = 10;

/** What describes a raw body: the same JSON object as the part `metadata` of a form, percent-encoded where it is not ASCII. */
const METADATA_HEADER = 'document-metadata';

export const createUploads = (deps: {
  readonly contents: ContentStore;
  readonly inspector: FileInspector;
  /** Of one file, inclusive; default: those of a document. */
  readonly maxBytes?: number;
}): Uploads => {
  const { maxBytes = MAX_DOCUMENT_BYTES } = deps;
  const places = createPlaces({ inAll: MAX_UPLOADS_AT_ONCE, each: MAX_UPLOADS_OF_ONE, retryAfterSeconds: 1 });
  return {
    async receive(message, owner, sender) {
      const giveBack = places.take(actorKey(sender));
      const contentId = randomUUID();
      const limits = { maxFileBytes: maxBytes, rawTypes: deps.inspector.declaredTypes };
      let isStored = false;
      try {
        const { fields, stored } = await receiveUpload(message, limits, async received => {
          const file = await deps.inspector.inspect(
            received,
            sender.kind === 'professional' ? 'professional' : 'person',
          );
          const kept = await deps.contents.put(contentId, owner, file.bytes, maxBytes);
          isStored = true;
          return { contentId, fileName: received.name, mediaType: file.mediaType, ...kept };
        });
        return { fields: { ...fieldsInHeader(message), ...fields }, content: stored };
      } catch (error) {
        if (isStored) await deps.contents.remove(contentId);
        throw error instanceof FileRefusedError ? new ProblemError(error.refusal) : error;
      } finally {
        giveBack();
      }
    },

    async keepingOnly(contentId, work) {
      try {
        const result = await work();
        if (result.contentId !== contentId) await deps.contents.remove(contentId);
        return result;
      } catch (error) {
        // After anything but a refusal the event may be there all the same: an orphan is collected, a loss is not mended.
        if (error instanceof ProblemError) await deps.contents.remove(contentId);
        throw error;
      }
    },
  };
};

const fieldsInHeader = (message: IncomingMessage): UploadFields => {
  const header = message.headers[METADATA_HEADER];
  if (typeof header !== 'string') return {};
  try {
    const value: unknown = JSON.parse(decodeURIComponent(header));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as UploadFields;
  } catch {
    // Not JSON: refused like anything else that is no object.
  }
  throw new ProblemError('metadata-invalid');
};
