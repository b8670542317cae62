import type { Asker, AskResult, Records } from '../../../application/records.ts';
import type { Action } from '../../../domain/access/question.ts';
import type { Description, DocumentCommand, Visibility } from '../../../domain/document/document.ts';
import type { RecordState } from '../../../domain/record/state.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import { askerOf, idIn, type Permitted, permitted, problemOf } from '../asking.ts';
import { categoryOf, showDocument, visibilityOf } from '../document-fields.ts';
import { etagOf, requiredIfMatch } from '../etags.ts';
import { presentDocument } from '../presenters.ts';
import type { Language } from '../problem-sentences.ts';
import { ProblemError, problemBody } from '../problems.ts';
import { BulkChange, DescribeDocument, SetVisibility } from '../requests/documents.ts';
import { Empty } from '../requests/espaces.ts';
import { type Call, type Route, route } from '../route.ts';

const PATH = '/v1/espaces/:espace/documents';
const ONE = `${PATH}/:document`;

/** What becomes of documents that are there: kept at hand, described, masked, deleted; one, or up to ten at once. */
export const documentChangeRoutes = ({ records }: { readonly records: Records }): readonly Route[] => {
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

  return [
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
          return showDocument(state, documentId, asker);
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
        return showDocument(state, documentId, asker);
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
        return showDocument(state, documentId, asker);
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

const actionsFor = (visibility: Visibility): readonly Action[] => [
  ...(visibility.maskedFromProfessionals === undefined ? [] : (['mask-document'] as const)),
  ...(visibility.hiddenFromRepresentatives === undefined ? [] : (['hide-from-representatives'] as const)),
  ...(visibility.hiddenFromHolderUntilAnnounced === undefined ? [] : (['announce-document'] as const)),
];
