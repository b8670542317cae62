import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import {
  entryOf,
  type JournalEntry,
  type JournalFilter,
  journalEntry,
  journalPage,
  journalSince,
  type KnownRecord,
  MAX_SCANNED_EVENTS,
} from '../../src/application/journal.ts';
import { RECORD_EVENT_TYPES } from '../../src/domain/record/record.ts';
import { initialRecord, type RecordState } from '../../src/domain/record/state.ts';
import { type Actor, actorKey } from '../../src/domain/shared/actor.ts';
import type { EventStore, RecordedEvent } from '../../src/ports/event-store.ts';
import { DOCUMENTS, historyOf, step } from '../support/arbitraries-history.ts';
import { play } from '../support/history.ts';
import { DELEGATES, ESPACE, GP, GP_SURGERY, HOLDER_ACTOR, NURSE } from '../support/history-cast.ts';
import type { Step } from '../support/history-steps.ts';
import { deposited, documentIdOf, NOW } from '../support/questions.ts';

/*
 * Mutants that these tests kill: a page that skips or repeats the entry at its edge, ends with a cursor to nothing, or is
 * counted with what is left out; `from` excluded or `until` included; a filter by the organisation that takes the person
 * only; what concerns a pending document shown, or what concerns a revealed one left out; a scan without an end, or one
 * that loses its place; an entry read two at a time where the filter is rare; an
 * event newer than the state it is judged by; a trace without its verdict, sentence or
 * notices; a denial, or a refused change, that tells somebody; what a guardian did laid to
 * the holder; a representative who is shown a professional's words, or that one looked at nothing on the day of a secret.
 */

const STREAM = `espace-${ESPACE}`;

const allPages = async (
  store: EventStore,
  known: KnownRecord,
  filter: JournalFilter,
  limit: number,
): Promise<readonly (readonly JournalEntry[])[]> => {
  const pages: (readonly JournalEntry[])[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page = await journalPage(store, ESPACE, known, filter, {
      limit,
      ...(before === undefined ? {} : { before }),
    });
    pages.push(page.entries);
    before = page.before;
  }
  return pages;
};

const isByThe = (actor: Actor, wanted: string): boolean => {
  if (actor.kind === wanted) return true;
  if (actor.kind !== 'professional') return actorKey(actor) === wanted;
  return [actor.rpps, actor.organisation, actorKey(actor)].includes(wanted);
};

/** The whole journal, newest first, by looking at every event. */
const expected = (events: readonly RecordedEvent[], state: RecordState, filter: JournalFilter): readonly string[] => {
  const pending = new Set([...state.documents.values()].filter(one => one.announcement !== null).map(({ id }) => id));
  const traces = new Map(events.filter(({ type }) => type === 'AccessedBy').map(event => [event.requestId, event]));
  return events
    .map(event => {
      const entry = entryOf(event);
      const trace = traces.get(event.requestId);
      const isOfLife = /^(Activated|Opposed|Closed|Reopened|Erasure\w+)$/.test(event.type);
      return isOfLife && trace ? { ...entry, actor: entryOf(trace).actor } : entry;
    })
    .filter(({ kind, documentId }) => kind !== 'NoticeOwed' && (documentId === null || !pending.has(documentId)))
    .filter(({ at }) => filter.from === undefined || at >= filter.from)
    .filter(({ at }) => filter.until === undefined || at < filter.until)
    .filter(({ kind }) => filter.kind === undefined || kind === filter.kind)
    .filter(({ documentId }) => filter.documentId === undefined || documentId === filter.documentId)
    .filter(({ actor }) => filter.actor === undefined || isByThe(actor, filter.actor))
    .map(({ id }) => id)
    .reverse();
};

const hours = (count: number): string => new Date(Date.parse(NOW) + count * 3_600_000).toISOString();
const filters: fc.Arbitrary<JournalFilter> = fc.record(
  {
    from: fc.constantFrom(0, 1, 23, 24, 25).map(hours),
    until: fc.constantFrom(0, 1, 24, 48, 400).map(hours),
    actor: fc.constantFrom(
      'holder',
      'professional',
      GP.rpps,
      GP_SURGERY,
      actorKey(NURSE),
      `person:${ESPACE}`,
      'nobody',
    ),
    documentId: fc.nat(DOCUMENTS).map(documentIdOf),
    kind: fc.constantFrom(...RECORD_EVENT_TYPES),
  },
  { requiredKeys: [] },
);

describe('the pages of a journal', () => {
  it('are together what the stream holds, newest first, each full but the last', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(step, 30), filters, fc.integer({ min: 1, max: 12 }), async (steps, filter, limit) => {
        const { store, events, states } = await play(steps);
        const state = states.at(-1) as RecordState;
        const alone = Object.entries(filter).map(([key, value]) => ({ [key]: value }));
        for (const one of [filter, {}, ...alone]) {
          const pages = await allPages(store, { state, version: events.length }, one, limit);
          const wanted = expected(events, state, one);
          expect(pages.flat().map(({ id }) => id)).toEqual(wanted);
          expect(pages.map(page => page.length)).toEqual(
            wanted.length === 0
              ? [0]
              : Array.from({ length: Math.ceil(wanted.length / limit) }, (_, index) =>
                  Math.min(limit, wanted.length - index * limit),
                ),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stand still while more is written', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(step, 20), fc.integer({ min: 1, max: 5 }), async (steps, limit) => {
        const { store, events, states, records } = await play(steps);
        const state = states.at(-1) as RecordState;
        const wanted = expected(events, state, {});
        const known = { state, version: events.length };
        const ids: string[] = [];
        for (let before: number | null | undefined; before !== null; ) {
          const page: Awaited<ReturnType<typeof journalPage>> = await journalPage(
            store,
            ESPACE,
            known,
            {},
            { limit, ...(before === undefined ? {} : { before }) },
          );
          ids.push(...page.entries.map(({ id }) => id));
          before = page.before;
          await records.note(
            ESPACE,
            { id: `0000000${ids.length}-0000-4000-8000-000000000000`, fingerprint: '' },
            at => ({
              type: 'HolderSignedIn',
              at,
              data: { channel: 'EMAIL' },
            }),
          );
        }
        expect(ids).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });
});

/** A stream of `count` sign-ins, with a failed one at each of `failedAt` (versions). */
const longStream = async (count: number, failedAt: readonly number[]) => {
  const store = createMemoryEventStore();
  const events = Array.from({ length: count }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
    type: failedAt.includes(index + 1) ? 'HolderSignInFailed' : 'HolderSignedIn',
    at: NOW,
    requestId: '00000000-0000-4000-8000-000000000000',
    data: { channel: 'EMAIL' },
  }));
  await store.appendToStream(STREAM, 0, events);
  return { store, known: { state: initialRecord, version: count } };
};

describe('a rare filter', () => {
  const failures = { kind: 'HolderSignInFailed' };

  it('ends its page after so many events, and goes on from there', async () => {
    const { store, known } = await longStream(2 * MAX_SCANNED_EVENTS + 300, [3, MAX_SCANNED_EVENTS]);
    const first = await journalPage(store, ESPACE, known, failures, { limit: 10 });
    expect(first.entries).toEqual([]);
    expect(first.before).toBeGreaterThan(MAX_SCANNED_EVENTS);
    expect(first.before).toBeLessThanOrEqual(MAX_SCANNED_EVENTS + 301);
    const pages = await allPages(store, known, failures, 10);
    expect(pages.flat().map(({ version }) => version)).toEqual([MAX_SCANNED_EVENTS, 3]);
    expect(pages.length).toBeLessThanOrEqual(3);
  });

  it('is not read a few events at a time', async () => {
    const { store, known } = await longStream(1_000, [1, 999]);
    const read = vi.spyOn(store, 'readStreamBackwards');
    const page = await journalPage(store, ESPACE, known, failures, { limit: 2 });
    expect(page.entries.map(({ version }) => version)).toEqual([999, 1]);
    expect(read.mock.calls.length).toBeLessThan(10);
  });

  it.each([1, 2, 200])('ends where the stream ends, with pages of %i', async limit => {
    const { store, known } = await longStream(200, [1, 200]);
    const pages = await allPages(store, known, failures, limit);
    expect(pages.map(page => page.map(({ version }) => version))).toEqual(limit === 1 ? [[200], [1]] : [[200, 1]]);
    expect((await allPages(store, known, {}, limit)).flat().length).toBe(200);
  });
});

describe('an entry', () => {
  it('is found by its id, and what came after a version in order', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(step, 20), fc.nat(30), async (steps, after) => {
        const { store, events, states } = await play(steps);
        const state = states.at(-1) as RecordState;
        const wanted = expected(events, state, {}).toReversed();
        const known = { state, version: events.length };
        const since = await journalSince(store, ESPACE, known, after);
        const later = events.slice(after).map(({ id }) => id);
        expect(since.map(({ id }) => id)).toEqual(wanted.filter(id => later.includes(id)));
        for (const { id } of events) {
          const entry = await journalEntry(store, ESPACE, known, id);
          expect(entry?.id ?? null).toBe(wanted.includes(id) ? id : null);
        }
        expect(await journalEntry(store, ESPACE, known, 'unknown')).toBeNull();
      }),
      { numRuns: 15 },
    );
  });

  it('that the state does not know yet is not shown: it may be about what must stay unknown', async () => {
    const { store, records } = await play([]);
    const known = await records.load(ESPACE);
    const secret = deposited(1, GP, {}, { hiddenFromHolderUntilAnnounced: true });
    const events = secret.map((event, index) => ({ ...event, id: `later ${index}`, requestId: 'later' }));
    await store.appendToStream(STREAM, known.version, events);
    const kinds = (entries: readonly JournalEntry[]) => entries.map(({ kind }) => kind);
    expect(kinds((await allPages(store, known, {}, 10)).flat())).toEqual(['Created']);
    expect(kinds(await journalSince(store, ESPACE, known, 0))).toEqual(['Created']);
    expect(await journalEntry(store, ESPACE, known, 'later 0')).toBeNull();
  });

  it('of a report that does not say of which document, or of the holder’s of none, is for the holder alone', async () => {
    const { store, records } = await play([]);
    const { version } = await records.load(ESPACE);
    const golden = new URL('../golden/AccessReported.without-documentId.json', import.meta.url);
    const old = JSON.parse(readFileSync(golden, 'utf8'));
    const said = { ...old, data: { ...old.data, by: HOLDER_ACTOR, documentId: null } };
    const theirs = { ...said, data: { ...said.data, by: DELEGATES.mother } };
    const events = [old, said, theirs].map((event, index) => ({
      ...event,
      id: `report ${index}`,
      requestId: 'report',
    }));
    await store.appendToStream(STREAM, version, events);
    const known = await records.load(ESPACE);
    const ids = async (kind: Actor['kind']) =>
      (await journalSince(store, ESPACE, { ...known, reader: { kind, at: NOW } }, version)).map(({ id }) => id);
    expect(await ids('holder')).toEqual(['report 0', 'report 1', 'report 2']);
    for (const kind of ['representative', 'carer'] as const) expect(await ids(kind)).toEqual(['report 2']);
  });

  it('of a change says who was told of it: nobody, where it was refused', async () => {
    const agreed = (hours: number | null): Step => ({
      do: 'consent',
      who: 'gp',
      wish: { type: 'authorise', target: GP.rpps, hours },
      evidence: 'ORAL_AGREEMENT',
    });
    const { store, states, events } = await play([agreed(-1), agreed(null), agreed(-1)]);
    const known = { state: states.at(-1) as RecordState, version: events.length };
    const wanted = [[], ['holder'], []];
    const told = (entries: readonly JournalEntry[]) =>
      entries.filter(({ kind }) => kind === 'AccessedBy').map(({ tells }) => tells);
    expect(told(await journalSince(store, ESPACE, known, 0))).toEqual(wanted);
    expect(told((await allPages(store, known, {}, 1)).flat())).toEqual(wanted);
    for (const { id, version } of events.filter(({ type }) => type === 'AccessedBy'))
      expect((await journalEntry(store, ESPACE, known, id))?.tells).toEqual(version === 3 ? ['holder'] : []);
  });

  it('of the life of the espace is by whoever acted for the person, where somebody did', async () => {
    const { guardian } = DELEGATES;
    const { store, states, events } = await play([
      { do: 'enrol', wish: 'activate' },
      {
        do: 'delegate',
        who: 'fund',
        number: 1,
        wish: { type: 'declare-guardianship', measure: 'TUTELLE', guardian: 'guardian', startsIn: 0, hours: null },
      },
      // Each of them has an end of its own between the closing and its trace.
      { do: 'delegate', who: 'holder', number: 2, wish: { type: 'invite', relation: 'CARER', invited: 'carer' } },
      { do: 'delegate', who: 'carer', number: 2, wish: { type: 'accept' } },
      { do: 'delegate', who: 'holder', number: 4, wish: { type: 'invite', relation: 'CARER', invited: 'neighbour' } },
      { do: 'delegate', who: 'holder', number: 6, wish: { type: 'invite', relation: 'CARER', invited: 'cousin' } },
      { do: 'life', who: 'guardian', wish: 'close', erase: true },
      { do: 'life', who: 'guardian', wish: 'reopen' },
      { do: 'life', who: 'holder', wish: 'close', erase: true },
      { do: 'life', who: 'holder', wish: 'reopen' },
    ]);
    const known = { state: states.at(-1) as RecordState, version: events.length };
    const acts = (entries: readonly JournalEntry[]) =>
      entries
        .filter(({ kind }) => /^(Activated|Closed|Reopened|Erasure)/.test(kind))
        .map(({ kind, actor }) => `${kind} ${actor.kind}`);
    const inOrder = [
      'Activated holder',
      ...['Closed', 'ErasureRequested', 'Reopened', 'ErasureCancelled'].map(kind => `${kind} representative`),
      ...['Closed', 'ErasureRequested', 'Reopened', 'ErasureCancelled'].map(kind => `${kind} holder`),
    ];
    expect(acts(await journalSince(store, ESPACE, known, 0))).toEqual(inOrder);
    for (const limit of [1, 3, 100])
      expect(acts((await allPages(store, known, {}, limit)).flat())).toEqual(inOrder.toReversed());
    const hers = await allPages(store, known, { actor: actorKey(guardian) }, 2);
    expect(acts(hers.flat()).length).toBe(4);
    const [cancelled] = events.filter(({ type }) => type === 'ErasureCancelled');
    expect((await journalEntry(store, ESPACE, known, cancelled?.id ?? ''))?.actor).toEqual(guardian);
  });

  describe('of a professional’s care, for whoever represents the person,', () => {
    const look = (who: 'gp' | 'nurse', action: 'list-documents' | 'look-up' | 'read-content', document = 1): Step => ({
      do: 'look',
      who,
      action,
      document,
      purpose: 'BTG',
      reason: 'IVG en urgence',
    });
    const secret: Step = {
      do: 'deposit',
      who: 'gp',
      document: 2,
      typeCode: '11502-2',
      informed: true,
      visibility: { hiddenFromRepresentatives: true },
    };
    const plain: Step = { ...secret, document: 1, visibility: {} };
    const nextDay: Step = { do: 'wait', hours: 24 };
    const looksOf = async (steps: readonly Step[]) => {
      const { store, states, events, clock } = await play(steps);
      const known = { state: states.at(-1) as RecordState, version: events.length };
      const at = clock.now();
      const shownTo = async (kind: Actor['kind']) =>
        (await allPages(store, { ...known, reader: { kind, at } }, { kind: 'AccessedBy' }, 2)).flat();
      const acts = (entries: readonly JournalEntry[]) =>
        entries.map(({ actor, trace }) => `${actor.kind === 'professional' ? actor.rpps : ''} ${trace?.action}`);
      const holders = await shownTo('holder');
      const parents = await shownTo('representative');
      const reader = { kind: 'representative', at } as const;
      for (const { id } of holders) {
        const alone = await journalEntry(store, ESPACE, { ...known, reader }, id);
        expect(alone).toEqual(parents.find(other => other.id === id) ?? null);
      }
      const live = await journalSince(store, ESPACE, { ...known, reader }, 0);
      expect(live.filter(({ kind }) => kind === 'AccessedBy')).toEqual(parents.toReversed());
      return { holders, parents, holdersActs: acts(holders), parentsActs: acts(parents) };
    };

    it('says nothing of why or of what else was asked', async () => {
      const { holders, parents } = await looksOf([
        plain,
        look('gp', 'list-documents'),
        look('gp', 'read-content'),
        nextDay,
      ]);
      expect(holders.map(({ trace }) => trace?.reason)).toEqual(['IVG en urgence', 'IVG en urgence', null]);
      expect(parents.map(({ id }) => id)).toEqual(holders.map(({ id }) => id));
      for (const { trace, data } of parents) {
        expect([trace?.reason, trace?.details]).toEqual([null, null]);
        expect(JSON.stringify(data)).not.toContain('IVG');
      }
    });

    it('leaves out looks at no document on a day of a secret, before it and after', async () => {
      const { holdersActs, parentsActs } = await looksOf([
        look('gp', 'list-documents'),
        nextDay,
        look('gp', 'look-up'),
        plain,
        look('gp', 'list-documents'),
        secret,
        look('gp', 'list-documents'),
        look('nurse', 'list-documents'),
        nextDay,
        look('gp', 'list-documents'),
        nextDay,
      ]);
      expect(holdersActs.length).toBe(8);
      expect(parentsActs).toEqual([
        `${GP.rpps} list-documents`,
        `${NURSE.rpps} list-documents`,
        `${GP.rpps} deposit-document`,
        `${GP.rpps} list-documents`,
      ]);
    });

    it('leaves them out of a day on which a secret was looked at, or one that is deleted by now', async () => {
      const looked = [secret, nextDay, look('gp', 'read-content', 2), look('gp', 'look-up'), nextDay];
      expect((await looksOf(looked)).parentsActs).toEqual([]);
      const { parentsActs } = await looksOf([...looked, { do: 'delete', who: 'gp', document: 2 }, nextDay]);
      expect(parentsActs).toEqual([]);
    });

    it('shows no look at no document before the day is over, so that none disappears', async () => {
      expect((await looksOf([plain, look('nurse', 'list-documents')])).parentsActs).toEqual([
        `${GP.rpps} deposit-document`,
      ]);
    });
  });

  const recorded = (type: string, data: object): RecordedEvent => ({
    id: 'event',
    type,
    at: NOW,
    requestId: 'request',
    data: data as RecordedEvent['data'],
    stream: STREAM,
    version: 7,
    checkpoint: '1',
  });

  it('of a trace says what was asked, and what was answered', () => {
    const trace = {
      actor: NURSE,
      action: 'read-content',
      documentId: 'document',
      rule: 'break-glass',
      ruleBook: '2026-11-21',
    };
    expect(entryOf(recorded('AccessedBy', trace))).toMatchObject({
      id: 'event',
      version: 7,
      at: NOW,
      kind: 'AccessedBy',
      actor: NURSE,
      verdict: 'PERMIT',
      documentId: 'document',
      trace,
      says: { en: expect.stringContaining('break glass') },
      tells: ['holder', 'attending-doctor'],
      data: trace,
    });
    expect(entryOf(recorded('AccessDenied', { ...trace, rule: 'blocked' }))).toMatchObject({
      verdict: 'DENY',
      says: { en: expect.stringContaining('blocked') },
      tells: [],
    });
    expect(entryOf(recorded('AccessDenied', trace)).tells).toEqual([]);
    expect(entryOf(recorded('AccessedBy', { ...trace, ruleBook: '1789-07-14' }))).toMatchObject({
      says: null,
      tells: [],
    });
    expect(entryOf(recorded('AccessedBy', { ...trace, documentId: null })).documentId).toBeNull();
  });

  it.each([
    ['Created', {}, { kind: 'system', name: 'enrolment' }],
    ['Activated', {}, HOLDER_ACTOR],
    ['Opposed', {}, HOLDER_ACTOR],
    ['Closed', {}, HOLDER_ACTOR],
    ['Reopened', {}, HOLDER_ACTOR],
    ['HolderSignedIn', {}, HOLDER_ACTOR],
    ['HolderSignInFailed', {}, HOLDER_ACTOR],
    ['ProfessionalBlocked', { by: GP, target: NURSE.rpps }, GP],
    ['DocumentMasked', { by: GP, documentId: 'document' }, GP],
    ['AccessReported', { by: HOLDER_ACTOR, entry: 'entry', comment: null }, HOLDER_ACTOR],
  ])('of %s is by whom it was', (type, data, actor) => {
    expect(entryOf(recorded(type, data))).toEqual({
      id: 'event',
      version: 7,
      at: NOW,
      kind: type,
      actor,
      verdict: null,
      documentId: 'documentId' in data ? 'document' : null,
      trace: null,
      says: null,
      tells: [],
      data,
    });
  });
});
