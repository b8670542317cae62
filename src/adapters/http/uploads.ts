import type { IncomingMessage } from 'node:http';
import type { Content } from '../../domain/document/document.ts';
import type { PersonId } from '../../domain/shared/actor.ts';

export type ReceivedFile = { readonly fields: Readonly<Record<string, unknown>>; readonly content: Content };

export interface Uploads {
  receive(message: IncomingMessage, owner: PersonId, byProfessional: boolean): Promise<ReceivedFile>;
  keepingOnly<T extends { readonly contentId: string | undefined }>(
    contentId: string,
    work: () => Promise<T>,
  ): Promise<T>;
}
