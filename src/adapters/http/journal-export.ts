import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { type JournalFilter, journalPage, type KnownRecord } from '../../application/journal.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { EventStore, Version } from '../../ports/event-store.ts';
import { presentJournalEntry } from './presenters.ts';
import type { Language } from './problem-sentences.ts';

/** Entries read at once. */
const EXPORT_PAGE = 200;

/** The whole journal as `known` has it, newest first, as the holder is shown it. */
export async function* allEntries(
  store: EventStore,
  espace: PersonId,
  known: KnownRecord,
  filter: JournalFilter,
  language: Language,
): AsyncGenerator<FlatEntry> {
  let before: Version | null | undefined;
  while (before !== null) {
    const page = await journalPage(store, espace, known, filter, {
      limit: EXPORT_PAGE,
      ...(before === undefined ? {} : { before }),
    });
    for (const entry of page.entries) yield presentJournalEntry(entry, known.state, language) as FlatEntry;
    before = page.before;
  }
}

export type FlatEntry = {
  readonly [field: string]: unknown;
  readonly actor: Readonly<Record<string, unknown>>;
  readonly document: Readonly<Record<string, unknown>> | null;
  readonly told: readonly string[];
};

/** All entries as one JSON array, piece by piece. */
export async function* asJsonArray(entries: AsyncIterable<FlatEntry>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** Semicolons and a byte order mark, as spreadsheets in France expect; formulas are made harmless. */
export const asCsv = (entries: AsyncIterable<FlatEntry>): AsyncIterable<Uint8Array> => {
  const csv = stringify({ header: true, delimiter: ';', bom: true, escape_formulas: true, columns: CSV_COLUMNS });
  // A failure destroys `csv`, and so reaches whoever reads it.
  pipeline(Readable.from(csvRows(entries)), csv, () => {});
  return csv;
};

async function* csvRows(entries: AsyncIterable<FlatEntry>): AsyncGenerator<object> {
  for await (const { actor, document, told, ...entry } of entries)
    yield {
      ...entry,
      actorKind: actor.kind,
      actorId: actor.rpps ?? null,
      actorName: actor.name ?? null,
      profession: actor.professionLabel ?? null,
      organisation: actor.organisation ?? null,
      organisationName: actor.organisationName ?? null,
      documentId: document?.id ?? null,
      documentTitle: document?.title ?? null,
      documentType: document?.type ?? null,
      told: told.join(' '),
    };
}

const CSV_COLUMNS = [
  'at',
  'kind',
  'verdict',
  'action',
  'purpose',
  'reason',
  'actorKind',
  'actorId',
  'actorName',
  'profession',
  'organisation',
  'organisationName',
  'documentId',
  'documentTitle',
  'documentType',
  'details',
  'rule',
  'ruleText',
  'legalBasis',
  'ruleBook',
  'matrix',
  'software',
  'told',
  'id',
];
