import { randomUUID } from 'node:crypto';
import { type DocumentPlace, type DocumentSort, listDocuments } from '../../../application/document-list.ts';
import { derivedId } from '../../../application/ids.ts';
import type { Asker, AskResult, Records } from '../../../application/records.ts';
import { judge } from '../../../domain/access/judge.ts';
import type { Action } from '../../../domain/access/question.ts';
import type { Description, Document, DocumentCommand, Visibility } from '../../../domain/document/document.ts';
import { documentType } from '../../../domain/document/document-types.ts';
import type { RecordState } from '../../../domain/record/state.ts';
import type { PersonId } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import type { ContentStore } from '../../../ports/content-store.ts';
import { askerOf, idIn, listAnswer, listName, type Permitted, permitted, problemOf, questionOf } from '../asking.ts';
import { contentAnswer } from '../content-answer.ts';
import type { Cursors } from '../cursors.ts';
import { etagOf, requiredIfMatch } from '../etags.ts';
import { presentDocument } from '../presenters.ts';
import type { Language } from '../problem-sentences.ts';
import { denial, ProblemError, problemBody } from '../problems.ts';
import {
  BulkChange,
  ContentQuery,
  DepositMetadata,
  DescribeDocument,
  DocumentsQuery,
  SetVisibility,
} from '../requests/documents.ts';
import { Empty } from '../requests/espaces.ts';
import { DEFAULT_PAGE } from '../requests/page.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';
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

  const changeOne = async (
    call: Call,
    action: Action,
    alsoActions: readonly Action[],
    command: (at: Instant, asker: Asker, documentId: string) => DocumentCommand,
  ): Promise<[Permitted, Asker, string]> => {
    const espace = idIn(call, 'espace');
    const documentId = idIn(call, 'document');
    const asker = askerOf(call.principal, espace);
    const wanted = requiredIfMatch(call.header('If-Match'));
    const asked = await permitted(records, espace, call.request(), asker, {
      action,
      alsoActions,
      documentId,
      ifMatch: { wanted, current: state => documentEtag(state, documentId, asker) },
      change: at => ({ module: 'document', command: command(at, asker, documentId) }),
    });
    return [asked, asker, documentId];
  };

  const show = (state: RecordState, documentId: string, asker: Asker, status = 200): Answer => {
    const document = state.documents.get(documentId);
    if (document === undefined) throw new ProblemError('not-found');
    const body = presentDocument(document, asker.actor.kind);
    return { status, body, headers: { ETag: etagOf(body) } };
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
      ],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        await refuseEarly(espace, asker);
        const { fields, content } = await uploads.receive(call.raw, espace, asker.actor.kind === 'professional');
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
        return show(state, documentId, asker);
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
    ...([true, false] as const).map(pinned =>
      route({
        method: pinned ? 'PUT' : 'DELETE',
        path: `${ONE}/pin`,
        operation: pinned ? 'pinDocument' : 'unpinDocument',
        tag: 'Documents',
        summary: pinned ? 'Keep a document at hand, at most 50 of them' : 'No longer keep it at hand',
        audience: 'reader',
        ...(pinned ? { body: Empty } : {}),
        answers: { 200: 'Document' },
        problems: [
          'access-refused',
          'precondition-required',
          'version-mismatch',
          'idempotency-key-reused',
          ...(pinned ? ['too-many-pins'] : []),
        ],
        async handle(call) {
          const [{ state }, asker, documentId] = await changeOne(call, 'pin-document', [], (at, { actor }, id) => ({
            type: 'set-pin',
            at,
            by: actor,
            documentId: id,
            pinned,
          }));
          return show(state, documentId, asker);
        },
      }),
    ),
    route({
      method: 'PATCH',
      path: ONE,
      operation: 'describeDocument',
      tag: 'Documents',
      summary: 'Correct the description',
      audience: 'reader',
      body: DescribeDocument,
      answers: { 200: 'Document' },
      problems: ['access-refused', 'precondition-required', 'version-mismatch', 'idempotency-key-reused'],
      async handle(call) {
        const { type, ...rest } = call.body;
        const given = {
          ...rest,
          ...(type === undefined ? {} : { typeCode: type, category: categoryOf(type, rest.category) }),
        };
        const description = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        const [{ state }, asker, documentId] = await changeOne(call, 'describe-document', [], (at, { actor }, id) => ({
          type: 'describe',
          at,
          by: actor,
          documentId: id,
          description: description as Partial<Description>,
        }));
        return show(state, documentId, asker);
      },
    }),
    route({
      method: 'PUT',
      path: `${ONE}/visibility`,
      operation: 'setVisibility',
      tag: 'Documents',
      summary: 'Mask from professionals, hide from representatives, keep for an announcement; each of them reversible',
      audience: 'reader',
      body: SetVisibility,
      answers: { 200: 'Document' },
      problems: [
        'access-refused',
        'precondition-required',
        'version-mismatch',
        'document-already-visible-to-holder',
        'idempotency-key-reused',
      ],
      async handle(call) {
        const visibility = visibilityOf(call.body);
        const [action, ...alsoActions] = actionsFor(visibility);
        if (action === undefined)
          throw new ProblemError('invalid-request', { errors: [{ field: '', message: 'must name what to change' }] });
        const [{ state }, asker, documentId] = await changeOne(call, action, alsoActions, (at, { actor }, id) => ({
          type: 'set-visibility',
          at,
          by: actor,
          documentId: id,
          visibility,
        }));
        return show(state, documentId, asker);
      },
    }),
    route({
      method: 'DELETE',
      path: ONE,
      operation: 'deleteDocument',
      tag: 'Documents',
      summary: 'Delete what one put in oneself: the content is destroyed, the trace stays',
      audience: 'reader',
      answers: { 204: null },
      problems: ['access-refused', 'precondition-required', 'version-mismatch', 'idempotency-key-reused'],
      async handle(call) {
        await changeOne(call, 'delete-document', [], (at, { actor }, documentId) => ({
          type: 'delete',
          at,
          by: actor,
          documentId,
        }));
        return { status: 204 };
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/bulk`,
      operation: 'changeDocuments',
      tag: 'Documents',
      summary: 'Change the visibility of, or delete, at most ten documents; each has its own answer',
      audience: 'reader',
      body: BulkChange,
      answers: { 200: 'BulkAnswer' },
      problems: ['idempotency-key-reused'],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const { action, documents, ...body } = call.body;
        const visibility = visibilityOf(body);
        const [first, ...also] = action === 'delete' ? (['delete-document'] as const) : actionsFor(visibility);
        if (first === undefined)
          throw new ProblemError('invalid-request', { errors: [{ field: '', message: 'must name what to change' }] });
        if (action === 'delete' && actionsFor(visibility).length > 0)
          throw new ProblemError('invalid-request', { errors: [{ field: 'action', message: 'takes no visibility' }] });
        const ids = documents.map(id => id.toLowerCase());
        const asks = ids.map(documentId => ({
          action: first,
          alsoActions: also,
          documentId,
          change: (at: Instant) => ({
            module: 'document' as const,
            command: {
              by: asker.actor,
              documentId,
              at,
              ...(action === 'delete' ? { type: 'delete' as const } : { type: 'set-visibility' as const, visibility }),
            },
          }),
        }));
        const asked = await records.askEach(espace, call.request(), asker, asks);
        if (asked.outcome !== 'answered') throw problemOf(asked);
        if (asked.each.every(({ outcome }) => outcome === 'espace-unknown')) throw new ProblemError('not-found');
        const items = asked.each.map((one, index) => bulkItem(ids[index] as string, one, call.language));
        return { status: 200, body: { items } };
      },
    }),
  ];
};

const bulkItem = (id: string, asked: AskResult, language: Language): object => {
  if (asked.outcome === 'permitted') return { id, status: 200 };
  const { status, code, detail, rule } = problemBody(problemOf(asked), language, '');
  return { id, status, code, detail, ...(rule === undefined ? {} : { rule }) };
};

const documentEtag = (state: RecordState, documentId: string, asker: Asker): string => {
  const document = state.documents.get(documentId);
  return document === undefined ? '' : etagOf(presentDocument(document, asker.actor.kind));
};

/** A depositor who may not read what they deposited (the matrix does not bind authors) is still told what was kept. */
const depositAnswer = (state: RecordState, documentId: string, asker: Asker): Answer => {
  const document = state.documents.get(documentId);
  if (document === undefined) throw denial(judge({ ...questionOf(asker, 'read-document', ''), documentId }, state));
  const body = presentDocument(document, asker.actor.kind);
  return { status: 201, body, headers: { ETag: etagOf(body) } };
};

const categoryOf = (type: string, category: string | undefined): string =>
  category ?? documentType(type)?.category ?? 'AUTR_DOC';

const descriptionOf = (metadata: DepositMetadata, at: Instant): Description => ({
  title: metadata.title,
  typeCode: metadata.type,
  category: categoryOf(metadata.type, metadata.category),
  date: metadata.date ?? at.slice(0, 10),
  comment: metadata.comment ?? null,
});

const visibilityOf = (body: Visibility): Visibility => ({
  ...(body.maskedFromProfessionals === undefined ? {} : { maskedFromProfessionals: body.maskedFromProfessionals }),
  ...(body.hiddenFromRepresentatives === undefined
    ? {}
    : { hiddenFromRepresentatives: body.hiddenFromRepresentatives }),
  ...(body.hiddenFromHolderUntilAnnounced === undefined
    ? {}
    : { hiddenFromHolderUntilAnnounced: body.hiddenFromHolderUntilAnnounced }),
});

const actionsFor = (visibility: Visibility): readonly Action[] => [
  ...(visibility.maskedFromProfessionals === undefined ? [] : (['mask-document'] as const)),
  ...(visibility.hiddenFromRepresentatives === undefined ? [] : (['hide-from-representatives'] as const)),
  ...(visibility.hiddenFromHolderUntilAnnounced === undefined ? [] : (['announce-document'] as const)),
];
