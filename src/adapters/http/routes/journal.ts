import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type JournalFilter,
  journalEntry,
  journalPage,
  journalSince,
  type KnownRecord,
} from '../../../application/journal.ts';
import type { LiveJournal } from '../../../application/live-journal.ts';
import type { Records } from '../../../application/records.ts';
import type { Request } from '../../../application/stream-handler.ts';
import { judge } from '../../../domain/access/judge.ts';
import { type Actor, actorKey, type PersonId } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import type { EventStore, Version } from '../../../ports/event-store.ts';
import { askerOf, idIn, listAnswer, listName, permitted, questionOf } from '../asking.ts';
import type { Cursors } from '../cursors.ts';
import { allEntries, asCsv, asJsonArray } from '../journal-export.ts';
import { createPlaces } from '../places.ts';
import { presentJournalEntry } from '../presenters.ts';
import type { Language } from '../problem-sentences.ts';
import { ProblemError } from '../problems.ts';
import { instantOf } from '../requests/constraints.ts';
import { JournalExportQuery, JournalQuery, ReportAccess } from '../requests/journal.ts';
import { DEFAULT_PAGE } from '../requests/page.ts';
import { type Call, type Route, route } from '../route.ts';

const PATH = '/v1/espaces/:espace/journal';
/** Live answers of one process; one more is told `busy`. */
const MAX_LIVE_ANSWERS = 1_000;
/**
 * Of them, those of one person, whosever espaces they read: as many as they have sessions (decided). An espace has no
 * number of its own, so that nobody who acts for the holder takes their place.
 */
const MAX_LIVE_ANSWERS_OF_ONE = 10;
/** A live answer ends after this long, as the token that opened it does; the client comes back with Last-Event-ID. */
const MAX_LIVE_SECONDS = 900;
const HEARTBEAT_MS = 15_000;

/** The trail, in the holder's hands. Reading it is an access like any other, and stands in it. */
export const journalRoutes = (deps: {
  readonly records: Records;
  readonly store: EventStore;
  readonly cursors: Cursors;
  readonly live: LiveJournal;
  /** Ends live answers, so that the process can stop. */
  readonly stopping: AbortSignal;
  readonly now: () => Instant;
  /** A report becomes a ticket of whoever made it: its id, or null where there is room for no more. */
  readonly openReport: (
    reporter: Actor,
    report: { readonly entry: string; readonly comment: string | null },
    request: Request,
  ) => Promise<string | null>;
  /** A live answer with nothing to say says so this often, so that nothing between us and the client gives it up. */
  readonly heartbeatMs?: number;
}): readonly Route[] => {
  const { records, store, cursors, now, heartbeatMs = HEARTBEAT_MS } = deps;
  const places = createPlaces({ inAll: MAX_LIVE_ANSWERS, each: MAX_LIVE_ANSWERS_OF_ONE, retryAfterSeconds: 30 });

  const readJournal = async (
    call: Call,
    details: object,
    action: 'read-journal' | 'export-journal' = 'read-journal',
  ) => {
    const espace = idIn(call, 'espace');
    const asker = askerOf(call.principal, espace);
    const said = Object.keys(details).length === 0 ? null : JSON.stringify(details);
    const permit = await permitted(records, espace, call.request(), asker, { action, details: said });
    return { espace, asker, known: { ...permit, reader: { kind: asker.actor.kind, at: permit.at } } };
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
      problems: ['invalid-cursor', 'too-many-requests', 'busy'],
      async handle(call) {
        const espaceAsked = idIn(call, 'espace');
        const asking = askerOf(call.principal, espaceAsked);
        const who = actorKey(asking.actor);
        const refusal = places.refusalTo(who);
        if (refusal !== null) throw refusal;
        const name = listName('journal-stream', espaceAsked, asking, {});
        const lastId = call.header('Last-Event-ID');
        const resumed = lastId === null ? null : (cursors.read(name, lastId) as Version);
        const { espace, asker, known } = await readJournal(call, { live: true });
        const reader: LiveReader = {
          who,
          espace,
          from: resumed ?? known.version,
          kind: asker.actor.kind,
          language: call.language,
          socket: call.raw.socket,
          idOf: version => cursors.write(name, version),
          // Who signed out, or closed their espace, hears no more of it, although the connection stands.
          mayStillRead: async ({ state }) =>
            judge(questionOf(asker, 'read-journal', now()), state).permit && (await call.isStillIdentified()),
        };
        return { status: 200, content: { mediaType: 'text/event-stream', bytes: follow(reader) } };
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
        const entries = allEntries(store, espace, known, filter, call.language);
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
      summary: 'Report a suspicious access; the help desk gets a ticket of it',
      audience: 'reader',
      body: ReportAccess,
      answers: { 201: 'Report' },
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const looking = { id: randomUUID(), fingerprint: '' };
        const known = await permitted(records, espace, looking, asker, { action: 'report-access' });
        const reader = { kind: asker.actor.kind, at: known.at };
        const entry = await journalEntry(store, espace, { ...known, reader }, idIn(call, 'entry'));
        if (entry === null) throw new ProblemError('not-found');
        const { id, documentId } = entry;
        const comment = call.body.comment ?? null;
        const request = call.request();
        await permitted(records, espace, request, asker, {
          action: 'report-access',
          change: at => ({
            module: 'access',
            event: { type: 'AccessReported', at, data: { by: asker.actor, entry: id, documentId, comment } },
          }),
        });
        const ticket = await deps.openReport(asker.actor, { entry: id, comment }, request);
        return { status: 201, body: { entry: id, comment, ticket } };
      },
    }),
  ];

  /**
   * Has its place, and listens for the client to leave, from its first step on: a HEAD never takes it. Where the last place
   * was taken meanwhile it ends at once, and the client that comes back hears why.
   */
  async function* follow({
    who,
    espace,
    from,
    kind,
    language,
    socket,
    idOf,
    mayStillRead,
  }: LiveReader): AsyncGenerator<string> {
    if (places.refusalTo(who) !== null) return;
    const giveBack = places.take(who);
    const gone = new AbortController();
    const leave = () => gone.abort();
    socket.once('close', leave);
    const signal = AbortSignal.any([gone.signal, deps.stopping, AbortSignal.timeout(MAX_LIVE_SECONDS * 1000)]);
    try {
      yield `retry: 2000\n\n`;
      // At its own pace: were it put off by what happens, it would tell of what is not shown.
      let nextBeat = performance.now() + heartbeatMs;
      for (let seen = from; !signal.aborted; ) {
        const turn = new AbortController();
        const bell = deps.live.next(espace, AbortSignal.any([signal, turn.signal]));
        const known = { ...(await records.load(espace)), reader: { kind, at: now() } };
        if (!(await mayStillRead(known))) return turn.abort();
        for (const entry of await journalSince(store, espace, known, seen)) {
          const data = JSON.stringify(presentJournalEntry(entry, known.state, language));
          yield `id: ${idOf(entry.version)}\nevent: ${entry.kind}\ndata: ${data}\n\n`;
          seen = entry.version;
        }
        seen = Math.max(seen, known.version);
        const waited = await Promise.race([
          bell.then(() => 'rung' as const),
          sleep(nextBeat - performance.now(), 'idle' as const, { signal: turn.signal, ref: false }).catch(
            () => 'rung' as const,
          ),
        ]);
        turn.abort();
        if (waited === 'idle') {
          nextBeat = performance.now() + heartbeatMs;
          yield ': still here\n\n';
        }
      }
    } finally {
      giveBack();
      socket.off('close', leave);
    }
  }
};

/** Whom the journal is told as it grows. */
type LiveReader = {
  /** Whose place it takes (`actorKey`). */
  readonly who: string;
  readonly espace: PersonId;
  /** Version after which they want it. */
  readonly from: Version;
  readonly kind: Actor['kind'];
  readonly language: Language;
  readonly socket: Socket;
  readonly idOf: (version: Version) => string;
  readonly mayStillRead: (known: KnownRecord) => Promise<boolean>;
};

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
  ...(query.document === undefined ? {} : { documentId: query.document.toLowerCase() }),
  ...(query.kind === undefined ? {} : { kind: query.kind }),
});
