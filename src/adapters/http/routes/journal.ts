import { pipeline, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'csv-stringify';
import {
  type JournalFilter,
  journalEntry,
  journalPage,
  journalSince,
  type KnownRecord,
} from '../../../application/journal.ts';
import type { LiveJournal } from '../../../application/live-journal.ts';
import type { Records } from '../../../application/records.ts';
import type { PersonId } from '../../../domain/shared/actor.ts';
import type { EventStore, Version } from '../../../ports/event-store.ts';
import { askerOf, idIn, listAnswer, listName, permitted } from '../asking.ts';
import type { Cursors } from '../cursors.ts';
import { presentJournalEntry } from '../presenters.ts';
import type { Language } from '../problem-sentences.ts';
import { ProblemError } from '../problems.ts';
import { instantOf } from '../requests/constraints.ts';
import { JournalExportQuery, JournalQuery, ReportAccess } from '../requests/journal.ts';
import { DEFAULT_PAGE } from '../requests/page.ts';
import { type Call, type Route, route } from '../route.ts';

const PATH = '/v1/espaces/:espace/journal';
/** Live readers of one process; one more is told `busy`. */
const MAX_LIVE_READERS = 1_000;
/** A live answer ends after this long, as the token that opened it does; the client comes back with Last-Event-ID. */
const MAX_LIVE_SECONDS = 900;
const HEARTBEAT_MS = 15_000;
const EXPORT_PAGE = 200;

/** The trail, in the holder's hands. Reading it is an access like any other, and stands in it. */
export const journalRoutes = (deps: {
  readonly records: Records;
  readonly store: EventStore;
  readonly cursors: Cursors;
  readonly live: LiveJournal;
  /** Ends live answers, so that the process can stop. */
  readonly stopping: AbortSignal;
}): readonly Route[] => {
  const { records, store, cursors } = deps;
  let liveReaders = 0;

  const readJournal = async (
    call: Call,
    details: object,
    action: 'read-journal' | 'export-journal' = 'read-journal',
  ) => {
    const espace = idIn(call, 'espace');
    const asker = askerOf(call.principal, espace);
    const said = Object.keys(details).length === 0 ? null : JSON.stringify(details);
    const known = await permitted(records, espace, call.request(), asker, { action, details: said });
    return { espace, asker, known };
  };

  return [
    route({
      method: 'GET',
      path: PATH,
      operation: 'getJournal',
      tag: 'Journal',
      summary: 'Every action by anyone, permitted or refused, newest first',
      audience: 'reader',
      query: JournalQuery,
      answers: { 200: 'JournalPage' },
      problems: ['invalid-cursor'],
      async handle(call) {
        const { limit = DEFAULT_PAGE, after, ...asked } = call.query;
        const filter = filterOf(asked);
        // A cursor is checked before the reading is written down: what is refused was not read.
        const place = (name: string) => (after === undefined ? undefined : (cursors.read(name, after) as Version));
        const espaceAsked = idIn(call, 'espace');
        const name = listName('journal', espaceAsked, askerOf(call.principal, espaceAsked), filter);
        const before = place(name);
        const { espace, known } = await readJournal(call, filter);
        const page = await journalPage(store, espace, known, filter, {
          limit,
          ...(before === undefined ? {} : { before }),
        });
        return listAnswer(
          call,
          `/v1/espaces/${espace}/journal`,
          page.entries.map(entry => presentJournalEntry(entry, known.state, call.language)),
          page.before === null ? null : cursors.write(name, page.before),
        );
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/stream`,
      operation: 'streamJournal',
      tag: 'Journal',
      summary: 'The journal as it grows (server-sent events), resumable by Last-Event-ID',
      audience: 'reader',
      answers: { 200: 'text/event-stream' },
      problems: ['invalid-cursor', 'busy'],
      async handle(call) {
        if (liveReaders >= MAX_LIVE_READERS) throw new ProblemError('busy', { headers: { 'Retry-After': '30' } });
        const espaceAsked = idIn(call, 'espace');
        const name = listName('journal-stream', espaceAsked, askerOf(call.principal, espaceAsked), {});
        const lastId = call.header('Last-Event-ID');
        const resumed = lastId === null ? null : (cursors.read(name, lastId) as Version);
        const { espace } = await readJournal(call, { live: true });
        const from = resumed ?? (await records.load(espace)).version;
        const gone = new AbortController();
        call.raw.socket.once('close', () => gone.abort());
        const signal = AbortSignal.any([gone.signal, deps.stopping, AbortSignal.timeout(MAX_LIVE_SECONDS * 1000)]);
        liveReaders += 1;
        signal.addEventListener('abort', () => {
          liveReaders -= 1;
        });
        return {
          status: 200,
          content: {
            mediaType: 'text/event-stream',
            bytes: follow(espace, from, call.language, signal, version => cursors.write(name, version)),
          },
        };
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/export`,
      operation: 'exportJournal',
      tag: 'Journal',
      summary: 'The whole journal as JSON or CSV',
      audience: 'reader',
      query: JournalExportQuery,
      answers: { 200: 'JournalExport, text/csv' },
      async handle(call) {
        const { format, ...asked } = call.query;
        const filter = filterOf(asked);
        const { espace, known } = await readJournal(call, { format, ...filter }, 'export-journal');
        const entries = allEntries(espace, known, filter, call.language);
        return {
          status: 200,
          headers: { 'Content-Disposition': `attachment; filename="journal.${format}"` },
          content:
            format === 'json'
              ? { mediaType: 'application/json; charset=utf-8', bytes: asJsonArray(entries) }
              : { mediaType: 'text/csv; charset=utf-8', bytes: asCsv(entries) },
        };
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/:entry/report`,
      operation: 'reportAccess',
      tag: 'Journal',
      summary: 'Report a suspicious access',
      audience: 'reader',
      body: ReportAccess,
      answers: { 201: 'Report' },
      async handle(call) {
        const { espace, asker, known } = await readJournal(call, { report: true });
        const entry = await journalEntry(store, espace, known, idIn(call, 'entry'));
        if (entry === null) throw new ProblemError('not-found');
        const comment = call.body.comment ?? null;
        await records.note(espace, call.request(), at => ({
          type: 'AccessReported',
          at,
          data: { by: asker.actor, entry: entry.id, comment },
        }));
        return { status: 201, body: { entry: entry.id, comment } };
      },
    }),
  ];

  async function* follow(
    espace: PersonId,
    from: Version,
    language: Language,
    signal: AbortSignal,
    idOf: (version: Version) => string,
  ): AsyncGenerator<string> {
    yield `retry: 2000\n\n`;
    for (let seen = from; !signal.aborted; ) {
      const turn = new AbortController();
      const bell = deps.live.next(espace, AbortSignal.any([signal, turn.signal]));
      const known = await records.load(espace);
      for (const entry of await journalSince(store, espace, known, seen)) {
        const data = JSON.stringify(presentJournalEntry(entry, known.state, language));
        yield `id: ${idOf(entry.version)}\nevent: ${entry.kind}\ndata: ${data}\n\n`;
        seen = entry.version;
      }
      seen = Math.max(seen, known.version);
      const waited = await Promise.race([
        bell.then(() => 'rung' as const),
        sleep(HEARTBEAT_MS, 'idle' as const, { signal: turn.signal, ref: false }).catch(() => 'rung' as const),
      ]);
      turn.abort();
      if (waited === 'idle') yield ': still here\n\n';
    }
  }

  async function* allEntries(espace: PersonId, known: KnownRecord, filter: JournalFilter, language: Language) {
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
};

type FlatEntry = {
  readonly [field: string]: unknown;
  readonly actor: Readonly<Record<string, unknown>>;
  readonly document: Readonly<Record<string, unknown>> | null;
  readonly told: readonly string[];
};

async function* asJsonArray(entries: AsyncIterable<FlatEntry>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** Semicolons and a byte order mark, as spreadsheets in France expect; formulas are made harmless. */
const asCsv = (entries: AsyncIterable<FlatEntry>): AsyncIterable<Uint8Array> => {
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

const filterOf = (query: {
  readonly from?: string;
  readonly to?: string;
  readonly actor?: string;
  readonly document?: string;
  readonly kind?: string;
}): JournalFilter => ({
  ...(query.from === undefined ? {} : { from: instantOf(query.from) }),
  ...(query.to === undefined ? {} : { until: instantOf(query.to) }),
  ...(query.actor === undefined ? {} : { actor: query.actor }),
  ...(query.document === undefined ? {} : { documentId: query.document }),
  ...(query.kind === undefined ? {} : { kind: query.kind }),
});
