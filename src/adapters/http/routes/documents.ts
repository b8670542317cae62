import { randomUUID } from 'node:crypto';
import { type DocumentPlace, type DocumentSort, listDocuments } from '../../../application/document-list.ts';
import { derivedId } from '../../../application/ids.ts';
import type { Asker, Records } from '../../../application/records.ts';
import { judge } from '../../../domain/access/judge.ts';
import type { Description, Document } from '../../../domain/document/document.ts';
import type { RecordState } from '../../../domain/record/state.ts';
import type { PersonId } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import type { ContentStore } from '../../../ports/content-store.ts';
import { askerOf, idIn, listAnswer, listName, permitted, questionOf } from '../asking.ts';
import { contentAnswer } from '../content-answer.ts';
import type { Cursors } from '../cursors.ts';
import { categoryOf, showDocument, visibilityOf } from '../document-fields.ts';
import { etagOf } from '../etags.ts';
import { presentDocument } from '../presenters.ts';
import { denial } from '../problems.ts';
import { ContentQuery, DepositMetadata, DocumentsQuery } from '../requests/documents.ts';
import { DEFAULT_PAGE } from '../requests/page.ts';
import { type Answer, type Route, route } from '../route.ts';
import type { Uploads } from '../uploads.ts';
import { validatedText } from '../validate.ts';

const PATH = '/v1/espaces/:espace/documents';
const ONE = `${PATH}/:document`;

/** A person's documents: what they are, their bytes, and how visible. */
export const documentRoutes = (deps: {
  readonly records: Records;
  readonly contents: ContentStore;
  readonly uploads: Uploads;
  readonly cursors: Cursors;
  readonly now: () => Instant;
}): readonly Route[] => {
  const { records, contents, uploads, cursors } = deps;

  /** Says no before the bytes are received, and writes the attempt down; says nothing where it would be a yes. */
  const refuseEarly = async (espace: PersonId, asker: Asker): Promise<void> => {
    const { state } = await records.load(espace);
    const question = { ...questionOf(asker, 'deposit-document', deps.now()), patientInformed: true };
    if (state.espace.status !== 'unknown' && judge(question, state).permit) return;
    const attempt = { id: randomUUID(), fingerprint: '' };
    await permitted(records, espace, attempt, asker, { action: 'deposit-document', patientInformed: true });
  };

  return [
    route({
      method: 'POST',
      path: PATH,
      operation: 'depositDocument',
      tag: 'Documents',
      summary: 'Deposit one file with its description',
      audience: 'reader',
      upload: DepositMetadata,
      answers: { 201: 'Document' },
      problems: [
        'access-refused',
        'file-empty',
        'file-missing',
        'file-too-large',
        'file-type-not-allowed',
        'file-type-mismatch',
        'file-infected',
        'multipart-truncated',
        'too-many-documents',
        'only-professionals-announce',
        'idempotency-key-reused',
        'too-many-requests',
      ],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        await refuseEarly(espace, asker);
        const { fields, content } = await uploads.receive(call.raw, espace, asker.actor);
        const kept = await uploads.keepingOnly(content.contentId, async () => {
          const metadata = validatedText(DepositMetadata, fields);
          const request = call.request(JSON.stringify([metadata, content.fileName, content.sha256]));
          const documentId = derivedId(request.id, `document ${espace}`);
          const { state } = await permitted(records, espace, request, asker, {
            action: 'deposit-document',
            documentId,
            patientInformed: metadata.patientInformed ?? false,
            change: at => ({
              module: 'document',
              command: {
                type: 'deposit',
                at,
                by: asker.actor,
                documentId,
                description: descriptionOf(metadata, at),
                content,
                visibility: visibilityOf(metadata),
              },
            }),
          });
          return { state, documentId, contentId: state.documents.get(documentId)?.contentId };
        });
        const answer = depositAnswer(kept.state, kept.documentId, asker);
        return {
          ...answer,
          headers: { ...answer.headers, Location: `/v1/espaces/${espace}/documents/${kept.documentId}` },
        };
      },
    }),
    route({
      method: 'GET',
      path: PATH,
      operation: 'listDocuments',
      tag: 'Documents',
      summary: 'The documents the asker may read, filtered, sorted and paged',
      audience: 'reader',
      query: DocumentsQuery,
      answers: { 200: 'DocumentPage' },
      problems: ['access-refused', 'invalid-cursor'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const { limit = DEFAULT_PAGE, after, sort = '-date' as DocumentSort, pinned, ...words } = call.query;
        const filter = { ...words, ...(pinned === undefined ? {} : { pinned: pinned === 'true' }) };
        const name = listName('documents', espace, asker, { ...filter, sort });
        const place = after === undefined ? null : (cursors.read(name, after) as DocumentPlace);
        const said = JSON.stringify(filter);
        const { state, at } = await permitted(records, espace, call.request(), asker, {
          action: 'list-documents',
          details: said === '{}' ? null : said,
        });
        const question = questionOf(asker, 'list-documents', at);
        const page = listDocuments(state, question, filter, { sort, after: place, limit });
        return listAnswer(
          call,
          `/v1/espaces/${espace}/documents`,
          page.items.map(document => presentDocument(document, asker.actor.kind)),
          page.next === null ? null : cursors.write(name, page.next),
        );
      },
    }),
    route({
      method: 'GET',
      path: ONE,
      operation: 'getDocument',
      tag: 'Documents',
      summary: 'What is known of one document',
      audience: 'reader',
      answers: { 200: 'Document' },
      problems: ['access-refused'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const documentId = idIn(call, 'document');
        const asker = askerOf(call.principal, espace);
        const { state } = await permitted(records, espace, call.request(), asker, {
          action: 'read-document',
          documentId,
        });
        return showDocument(state, documentId, asker);
      },
    }),
    route({
      method: 'GET',
      path: `${ONE}/content`,
      operation: 'getDocumentContent',
      tag: 'Documents',
      summary: 'The bytes of one document, whole or in part',
      audience: 'reader',
      query: ContentQuery,
      answers: { 200: 'application/octet-stream', 206: 'application/octet-stream', 304: null },
      problems: ['access-refused', 'range-not-satisfiable', 'content-damaged', 'preview-not-available'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const documentId = idIn(call, 'document');
        const asker = askerOf(call.principal, espace);
        // The trace is durable before a byte is read.
        const { state } = await permitted(records, espace, call.request(), asker, {
          action: 'read-content',
          documentId,
        });
        const isInline = call.query.disposition === 'inline';
        return contentAnswer(call, contents, espace, state.documents.get(documentId) as Document, isInline);
      },
    }),
  ];
};

/** A depositor who may not read what they deposited (the matrix does not bind authors) is still told what was kept. */
const depositAnswer = (state: RecordState, documentId: string, asker: Asker): Answer => {
  const document = state.documents.get(documentId);
  if (document === undefined) throw denial(judge({ ...questionOf(asker, 'read-document', ''), documentId }, state));
  const body = presentDocument(document, asker.actor.kind);
  return { status: 201, body, headers: { ETag: etagOf(body) } };
};

const descriptionOf = (metadata: DepositMetadata, at: Instant): Description => ({
  title: metadata.title,
  typeCode: metadata.type,
  category: categoryOf(metadata.type, metadata.category),
  date: metadata.date ?? at.slice(0, 10),
  comment: metadata.comment ?? null,
});
