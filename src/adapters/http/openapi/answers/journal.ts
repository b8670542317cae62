import { ACTIONS, PURPOSES } from '../../../../domain/access/question.ts';
import { RECORD_EVENT_TYPES } from '../../../../domain/record/record.ts';
import { listOf, nullable, object, oneOf, ref, type Schema } from '../json-schema.ts';
import { CURSOR, INSTANT, TEXT, UUID } from '../values.ts';
import { RULE_FIELDS } from './access.ts';
import { EXAMPLE_DOCTOR } from './actors.ts';
import { EXAMPLE_DOCUMENT } from './documents.ts';
import { EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

export const JOURNAL_ENTRY: Schema = object('One line of the journal', {
  id: UUID,
  at: INSTANT,
  kind: oneOf(RECORD_EVENT_TYPES, 'What happened'),
  actor: ref('Actor'),
  verdict: nullable(oneOf(['PERMIT', 'DENY'], 'Null: no rule was asked')),
  action: nullable(oneOf(ACTIONS)),
  purpose: nullable(oneOf(PURPOSES)),
  reason: nullable({
    type: 'string',
    maxLength: 500,
    description: 'Why the glass was broken, in the actor’s words; for the holder alone where a professional’s',
  }),
  software: nullable({ type: 'string', maxLength: 100 }),
  onBehalfOf: nullable(UUID),
  document: nullable(
    object('The document concerned', {
      id: UUID,
      title: nullable({ ...TEXT, description: 'Null once it is deleted' }),
      type: nullable(ref('DocumentType')),
      category: nullable(ref('Category')),
    }),
  ),
  details: nullable({
    ...TEXT,
    description: 'Filters of a list (a professional’s: for the holder alone), target and numbers of a change',
  }),
  rule: nullable(RULE_FIELDS.rule),
  ruleText: nullable(RULE_FIELDS.ruleText),
  legalBasis: nullable(RULE_FIELDS.legalBasis),
  ruleBook: nullable({ ...TEXT, description: 'Edition of the rule book that answered' }),
  matrix: nullable({ ...TEXT, description: 'Edition of the access matrix that answered' }),
  told: listOf(oneOf(['holder', 'attending-doctor']), { description: 'Who was told at once, apart from the journal' }),
});

const EXAMPLE_ENTRY = {
  id: EXAMPLE_IDS.entry,
  at: '2026-11-20T10:12:03.456Z',
  kind: 'AccessedBy',
  actor: EXAMPLE_DOCTOR,
  verdict: 'PERMIT',
  action: 'read-content',
  purpose: 'BTG',
  reason: 'patient inconscient',
  software: 'essais',
  onBehalfOf: EXAMPLE_IDS.espace,
  document: {
    id: EXAMPLE_IDS.document,
    title: EXAMPLE_DOCUMENT.title,
    type: EXAMPLE_DOCUMENT.type,
    category: EXAMPLE_DOCUMENT.category,
  },
  details: null,
  rule: 'break-glass',
  ruleText: 'Emergency access (break glass) with a reason; the holder and their attending doctor are told.',
  legalBasis: 'L.1111-17 I, R.1111-48',
  ruleBook: '2026-11-21',
  matrix: '2023-10-26',
  told: ['holder', 'attending-doctor'],
} as const;

export const JOURNAL_ANSWERS: NamedAnswers = {
  JournalPage: {
    schema: object('One page of the journal, newest first', {
      items: listOf(ref('JournalEntry'), { maxItems: 200 }),
      next: CURSOR,
    }),
    example: { items: [EXAMPLE_ENTRY], next: null },
    headers: { Link: false },
  },
  JournalExport: {
    schema: listOf(ref('JournalEntry'), { description: 'The whole journal, newest first' }),
    example: [EXAMPLE_ENTRY],
    headers: { 'Content-Disposition': true },
  },
  Report: {
    schema: object('A suspicious access, reported', {
      entry: UUID,
      comment: nullable({ type: 'string', maxLength: 1_000 }),
      ticket: nullable({
        ...UUID,
        description: 'The ticket of whoever reports that it became; null: they have as many as may be',
      }),
    }),
    example: { entry: EXAMPLE_IDS.entry, comment: 'Je ne connais pas ce médecin.', ticket: EXAMPLE_IDS.ticket },
  },
};
