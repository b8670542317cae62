import type { Trace } from '../domain/access/access.ts';
import { groupOf } from '../domain/access/question.ts';
import { ruleOf } from '../domain/access/rule-books.ts';
import { MAX_CARERS, MAX_REPRESENTATIVES } from '../domain/delegation/decide-delegation.ts';
import type { RecordEvent } from '../domain/record/record.ts';
import { careDayOf, isKeptFromRepresentatives, type RecordState } from '../domain/record/state.ts';
import { type Actor, actorKey, type PersonId } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';
import type { EventStore, RecordedEvent, Version } from '../ports/event-store.ts';

/** One line of the journal: an event, as the holder reads it. */
export type JournalEntry = {
  /** UUID of the event. */
  readonly id: string;
  readonly version: Version;
  readonly at: Instant;
  /** The event's type. */
  readonly kind: string;
  readonly actor: Actor;
  readonly verdict: 'PERMIT' | 'DENY' | null;
  readonly documentId: string | null;
  /** Only in traces: what was asked and which rule answered. */
  readonly trace: Trace | null;
  readonly says: { readonly fr: string; readonly en: string } | null;
  readonly tells: readonly string[];
  readonly data: RecordEvent['data'];
};

/** All optional; instants bound `at`, `from` included, `until` excluded. */
export type JournalFilter = {
  readonly from?: Instant;
  readonly until?: Instant;
  /** RPPS or FINESS of who acted, or `holder`. */
  readonly actor?: string;
  readonly documentId?: string;
  readonly kind?: string;
};

/** Events looked at for one page; a rare filter then gives a short page with a cursor to go on. */
export const MAX_SCANNED_EVENTS = 5_000;
const READ_AT_ONCE = 200;

export type JournalPage = { readonly entries: readonly JournalEntry[]; readonly before: Version | null };

/** What the stream says up to one version: what may be shown of an event is judged by the state that knows it, never an older one. */
export type KnownRecord = {
  readonly state: RecordState;
  readonly version: Version;
  /** Who reads, and when: a representative is shown nothing of what a minor keeps secret. Absent: the holder. */
  readonly reader?: JournalReader;
};
export type JournalReader = { readonly kind: Actor['kind']; readonly at: Instant };

/**
 * Newest first, straight from the stream: there is no second log. What concerns a document that waits for its
 * announcement is left out until then (R.1111-53), and the rest is numbered, paged and counted without it.
 */
export const journalPage = async (
  store: EventStore,
  espace: PersonId,
  known: KnownRecord,
  filter: JournalFilter,
  page: { readonly before?: Version; readonly limit: number },
): Promise<JournalPage> => {
  const entries: JournalEntry[] = [];
  let before = page.before ?? known.version + 1;
  for (let scanned = 0; scanned < MAX_SCANNED_EVENTS; ) {
    // As many as fill a page where all of them are shown; where a filter is rare, many at a time.
    const limit = scanned === 0 ? Math.min(READ_AT_ONCE, page.limit + 1) : READ_AT_ONCE;
    const events = await store.readStreamBackwards(`espace-${espace}`, { limit, before });
    for (const event of events) {
      if (filter.from !== undefined && event.at < filter.from) return { entries, before: null };
      const entry = await entryFor(store, event, known);
      if (entry !== null && matches(entry, filter)) {
        if (entries.length === page.limit) return { entries, before };
        entries.push(await asItCame(store, event, entry));
      }
      before = event.version;
    }
    scanned += events.length;
    if (events.length < limit) return { entries, before: null };
  }
  return { entries, before };
};

/** Entries after `after`, oldest first: what a live reader has not seen yet. */
export const journalSince = async (
  store: EventStore,
  espace: PersonId,
  known: KnownRecord,
  after: Version,
): Promise<readonly JournalEntry[]> => {
  const entries: JournalEntry[] = [];
  for (const event of await store.readStream(`espace-${espace}`, after)) {
    const entry = event.version <= known.version ? await entryFor(store, event, known) : null;
    if (entry !== null) entries.push(await asItCame(store, event, entry));
  }
  return entries;
};

/** The entry of this id; null where there is none that the holder may see. */
export const journalEntry = async (
  store: EventStore,
  espace: PersonId,
  known: KnownRecord,
  id: string,
): Promise<JournalEntry | null> => {
  for (let before = known.version + 1; before > 1; ) {
    const events = await store.readStreamBackwards(`espace-${espace}`, { before, limit: READ_AT_ONCE });
    const event = events.find(other => other.id === id);
    if (event) {
      const entry = await entryFor(store, event, known);
      return entry && asItCame(store, event, entry);
    }
    before = events.at(-1)?.version ?? 0;
  }
  return null;
};

/** The event as whoever reads is shown it; null: it is kept from them. */
const entryFor = async (store: EventStore, event: RecordedEvent, known: KnownRecord): Promise<JournalEntry | null> => {
  const entry = entryOf(event);
  if (!isShown(entry, known)) return null;
  if (LIFE_EVENTS.has(entry.kind)) return { ...entry, actor: await doerOf(store, event, entry.actor) };
  return isHolder(known) ? entry : withoutWords(entry);
};

/**
 * Whoever acts for the person is not shown what a professional wrote of why they looked, or looked for, nor whose doings the
 * person looked for in their journal (decided).
 */
const withoutWords = (entry: JournalEntry): JournalEntry => {
  if (entry.trace === null || !(entry.actor.kind === 'professional' || entry.actor.kind === 'holder')) return entry;
  const trace = { ...entry.trace, reason: null, details: null };
  return { ...entry, trace, data: trace };
};

/** These do not say by whom: by the holder, who leaves no trace of it, or by whoever acted for them, who does. */
const LIFE_EVENTS: ReadonlySet<string> = new Set([
  'Activated',
  'Opposed',
  'Closed',
  'Reopened',
  'ErasureRequested',
  'ErasureCancelled',
]);
/** From the last event of such an act back to its trace: what was given ends in between, lapsed or not. */
const LIFE_ACT_EVENTS = 2 + 2 * (MAX_CARERS + MAX_REPRESENTATIVES);

/** Who asked for it: the trace stands before it, in the same append and of the same request. */
const doerOf = async (
  store: EventStore,
  { stream, version, requestId }: RecordedEvent,
  holder: Actor,
): Promise<Actor> => {
  const before = await store.readStreamBackwards(stream, { before: version, limit: LIFE_ACT_EVENTS });
  const trace = before.find(other => other.requestId === requestId && other.type === 'AccessedBy');
  return trace === undefined ? holder : entryOf(trace).actor;
};

/** Of a change that was asked for and refused nobody was told, whatever the rule says: its access stands alone. */
const asItCame = async (store: EventStore, event: RecordedEvent, entry: JournalEntry): Promise<JournalEntry> => {
  const { trace, tells } = entry;
  if (trace === null || tells.length === 0 || groupOf(trace.action) === 'care-reading') return entry;
  const [next] = await store.readStreamBackwards(event.stream, { before: event.version + 2, limit: 1 });
  const isDone = next !== undefined && next.version > event.version && next.requestId === event.requestId;
  return isDone ? entry : { ...entry, tells: [] };
};

/** Any event of an espace as a line of its journal; `tells`: as the rule says. */
export const entryOf = (recorded: RecordedEvent): JournalEntry => {
  const event = recorded as unknown as RecordEvent;
  const { id, version, at } = recorded;
  const trace = event.type === 'AccessedBy' || event.type === 'AccessDenied' ? event.data : null;
  const answered = trace && ruleOf(trace.ruleBook, trace.rule);
  return {
    id,
    version,
    at,
    kind: event.type,
    actor: actorOf(event, recorded.stream),
    verdict: trace ? (event.type === 'AccessedBy' ? 'PERMIT' : 'DENY') : null,
    documentId: 'documentId' in event.data ? (event.data.documentId ?? null) : null,
    trace,
    says: answered?.says ?? null,
    tells: trace && event.type === 'AccessedBy' ? (answered?.tells ?? []) : [],
    data: event.data,
  };
};

const actorOf = (event: RecordEvent, stream: string): Actor => {
  switch (event.type) {
    case 'AccessedBy':
    case 'AccessDenied':
      return event.data.actor;
    case 'NoticeOwed':
      return { kind: 'system', name: 'notices' };
    case 'Registered':
    case 'Created':
      return { kind: 'system', name: 'enrolment' };
    case 'OpenedAutomatically':
    case 'ClosedAfterSuspension':
    case 'Erased':
      return { kind: 'system', name: 'deadline' };
    case 'Activated':
    case 'Opposed':
    case 'Closed':
    case 'Reopened':
    case 'ErasureRequested':
    case 'ErasureCancelled':
    case 'HolderSignedIn':
    case 'HolderSignInFailed':
    case 'HolderPasswordRejected':
    case 'HolderCredentialsChanged':
    case 'HolderSessionsClosed':
    case 'HolderRecoveryAsked':
      return { kind: 'holder', id: stream.slice('espace-'.length) };
    default:
      return event.data.by;
  }
};

/**
 * A document that was withdrawn before its announcement has nothing left to announce: what was done with it shows
 * (decided). A notice that is owed is told with the access that it follows, and must not tell of one that is not shown.
 */
const isShown = (entry: JournalEntry, known: KnownRecord): boolean => {
  const { kind, documentId, verdict } = entry;
  const { state, reader } = known;
  if (kind === 'NoticeOwed') return false;
  const document = documentId === null ? undefined : state.documents.get(documentId);
  if ((document?.announcement ?? null) !== null) return false;
  if (reader === undefined || isHolder(known)) return true;
  if (isHoldersOwn(entry) || isKeptFromRepresentatives(state, soughtByHolder(entry))) return false;
  if (documentId === null) return !isOfSecretCare(entry, state, reader.at);
  // Looking for what is kept secret leaves the same trail as looking for what never was, and so does telling of it.
  if (document === undefined && (verdict === 'DENY' || kind === 'AccessReported')) return false;
  return !isKeptFromRepresentatives(state, documentId);
};

const isHolder = ({ reader }: KnownRecord): boolean => reader === undefined || reader.kind === 'holder';

/**
 * A look that names no document would tell of a secret consultation: none is shown of a day on which that professional had
 * to do with a secret, nor of any professional's before the day (UTC) is over, so that nothing shown disappears once a
 * secret is put in (decided).
 */
const isOfSecretCare = ({ actor, trace, at }: JournalEntry, state: RecordState, now: Instant): boolean =>
  trace !== null &&
  actor.kind === 'professional' &&
  (groupOf(trace.action) === 'care-reading' || trace.action === 'look-up') &&
  (at.slice(0, 10) >= now.slice(0, 10) || state.secretCare.has(careDayOf(actor.rpps, at)));

/** The document by which the holder filtered their journal. What others look for there, they may have made up. */
const soughtByHolder = ({ actor, trace }: JournalEntry): string | null =>
  actor.kind === 'holder' ? (/"documentId":"([0-9a-f-]{36})"/.exec(trace?.details ?? '')?.[1] ?? null) : null;

/**
 * What somebody writes to the help desk is theirs, and whoever acts for them reads none of it; so that something was
 * written, read or answered is not for them either (decided): a secret may be what it is about. Nor is a report that does
 * not say of what, or of theirs one of an entry without a document, which may be kept from whoever reads.
 */
const isHoldersOwn = ({ data, trace }: JournalEntry): boolean =>
  trace?.action === 'handle-ticket' ||
  ('ticket' in data && data.ticket !== null) ||
  ('entry' in data && (data.documentId === undefined || (data.documentId === null && data.by.kind === 'holder')));

const matches = (entry: JournalEntry, filter: JournalFilter): boolean =>
  (filter.until === undefined || entry.at < filter.until) &&
  (filter.kind === undefined || entry.kind === filter.kind) &&
  (filter.documentId === undefined || entry.documentId === filter.documentId) &&
  (filter.actor === undefined || isBy(entry.actor, filter.actor));

const isBy = (actor: Actor, wanted: string): boolean =>
  actor.kind === wanted ||
  actorKey(actor) === wanted ||
  (actor.kind === 'professional' && (actor.rpps === wanted || actor.organisation === wanted));
