import { CATEGORIES, DOCUMENT_TYPES } from '../../../../domain/document/document-types.ts';
import { MAX_DOCUMENT_BYTES } from '../../../../ports/file-inspector.ts';
import { FILE_FORMATS } from '../../../files/file-formats.ts';
import { labelled, listOf, nullable, object, oneOf, ref, type Schema } from '../json-schema.ts';
import { BOOLEAN, CURSOR, DATE, INSTANT, TEXT, UUID } from '../values.ts';
import { EXAMPLE_DOCTOR } from './actors.ts';
import { EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

/** The types files are kept and served under. */
export const DOCUMENT_MEDIA_TYPES: readonly string[] = FILE_FORMATS.map(({ mediaType }) => mediaType);

export const DOCUMENT_TYPE: Schema = labelled(
  new Map(DOCUMENT_TYPES.map(({ code, label }) => [code, label])),
  'Type of a document: JDV_J07_XdsTypeCode_CISIS',
);

export const CATEGORY: Schema = labelled(
  new Map(Object.entries(CATEGORIES)),
  'Category under which the holder finds a document',
);

export const EXAMPLE_DOCUMENT = {
  id: EXAMPLE_IDS.document,
  title: 'Compte rendu d’hospitalisation',
  type: '34112-3',
  typeLabel: 'CR hospitalier (séjour)',
  category: 'CPT_REND',
  categoryLabel: CATEGORIES.CPT_REND,
  date: '2026-11-18',
  comment: null,
  author: EXAMPLE_DOCTOR,
  depositedAt: '2026-11-20T08:30:00.000Z',
  fileName: 'compte-rendu.pdf',
  mediaType: 'application/pdf',
  size: 48_213,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  visibility: { maskedFromProfessionals: false, hiddenFromRepresentatives: false },
} as const;

export const DOCUMENT_ANSWERS: NamedAnswers = {
  Document: {
    schema: object(
      'What is known of one document',
      {
        id: UUID,
        title: { type: 'string', minLength: 1, maxLength: 50 },
        type: ref('DocumentType'),
        typeLabel: { ...TEXT, description: 'French, official' },
        category: ref('Category'),
        categoryLabel: TEXT,
        date: { ...DATE, description: 'Day of the act that it reports' },
        comment: nullable({ type: 'string', maxLength: 3_000 }),
        author: ref('Actor'),
        depositedAt: INSTANT,
        fileName: { type: 'string', minLength: 1, maxLength: 255 },
        mediaType: oneOf(DOCUMENT_MEDIA_TYPES),
        size: { type: 'integer', minimum: 1, maximum: MAX_DOCUMENT_BYTES, description: 'Bytes' },
        sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        pinned: { ...BOOLEAN, description: 'Kept at hand; not shown to professionals' },
        visibility: object(
          'Who does not see it',
          {
            maskedFromProfessionals: BOOLEAN,
            hiddenFromRepresentatives: { ...BOOLEAN, description: 'Shown to the holder and to professionals' },
            hiddenFromHolderUntilAnnounced: { ...BOOLEAN, description: 'Shown to professionals' },
          },
          ['hiddenFromRepresentatives', 'hiddenFromHolderUntilAnnounced'],
        ),
      },
      ['pinned'],
    ),
    example: EXAMPLE_DOCUMENT,
    headers: { ETag: true },
  },
  DocumentPage: {
    schema: object('One page of documents', { items: listOf(ref('Document'), { maxItems: 200 }), next: CURSOR }),
    example: { items: [EXAMPLE_DOCUMENT], next: null },
    headers: { Link: false },
  },
  BulkAnswer: {
    schema: object('What became of each document', {
      items: listOf(
        {
          oneOf: [
            object('Done', { id: UUID, status: { const: 200 } }),
            object(
              'Refused: the members of a problem',
              {
                id: UUID,
                status: { type: 'integer', minimum: 400, maximum: 599 },
                code: TEXT,
                detail: TEXT,
                rule: TEXT,
              },
              ['rule'],
            ),
          ],
        },
        { minItems: 1, maxItems: 10 },
      ),
    }),
    example: {
      items: [
        { id: EXAMPLE_IDS.document, status: 200 },
        {
          id: EXAMPLE_IDS.otherDocument,
          status: 404,
          code: 'not-found',
          detail: 'There is nothing of the kind here, or nothing for you to know of.',
        },
      ],
    },
  },
};
