import type { Asker } from '../../application/records.ts';
import type { Visibility } from '../../domain/document/document.ts';
import { documentType } from '../../domain/document/document-types.ts';
import type { RecordState } from '../../domain/record/state.ts';
import { etagOf } from './etags.ts';
import { presentDocument } from './presenters.ts';
import { ProblemError } from './problems.ts';
import type { Answer } from './route.ts';

/** What the asker is shown of one document, with its version. Throws `not-found`. */
export const showDocument = (state: RecordState, documentId: string, asker: Asker): Answer => {
  const document = state.documents.get(documentId);
  if (document === undefined) throw new ProblemError('not-found');
  const body = presentDocument(document, asker.actor.kind);
  return { status: 200, body, headers: { ETag: etagOf(body) } };
};

/** The one given, else that of the type. */
export const categoryOf = (type: string, category: string | undefined): string =>
  category ?? documentType(type)?.category ?? 'AUTR_DOC';

/** What is named of it, and nothing else. */
export const visibilityOf = (body: Visibility): Visibility => ({
  ...(body.maskedFromProfessionals === undefined ? {} : { maskedFromProfessionals: body.maskedFromProfessionals }),
  ...(body.hiddenFromRepresentatives === undefined
    ? {}
    : { hiddenFromRepresentatives: body.hiddenFromRepresentatives }),
  ...(body.hiddenFromHolderUntilAnnounced === undefined
    ? {}
    : { hiddenFromHolderUntilAnnounced: body.hiddenFromHolderUntilAnnounced }),
});
