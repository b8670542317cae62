import { presentAccess, presentDocument, presentJournalEntry } from '../../src/adapters/http/presenters.ts';
import { denial, problemBody } from '../../src/adapters/http/problems.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { type DocumentPlace, listDocuments } from '../../src/application/document-list.ts';
import { journalPage, type KnownRecord } from '../../src/application/journal.ts';
import { type Asked, createRecords } from '../../src/application/records.ts';
import type { Action, Question } from '../../src/domain/access/question.ts';
import type { RecordState } from '../../src/domain/record/state.ts';
import { plusDays } from '../../src/domain/shared/time.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { DOCUMENTS } from './arbitraries-history.ts';
import { createTestClock, requestNamed, take } from './history.ts';
import { ESPACE, type Who } from './history-cast.ts';
import { askOf, createEspace, type Step } from './history-steps.ts';
import { question } from './questions.ts';

/** What one person of a history is shown, as it goes over the wire: what must be the same where they may see no difference. */

/** The document that only one of two histories holds. */
export const SECRET = 9;

/** A step with the name of its request, so that the same step is the same request in both histories. */
export type Named = { readonly name: string; readonly step: Step };
export const named = (steps: readonly Step[], prefix: string): readonly Named[] =>
  steps.map((one, index) => ({ name: `${prefix} ${index}`, step: one }));

/** `extra` between the steps of `base`, in order, each at its place. */
export const mixed = (base: readonly Named[], extra: readonly Named[], places: readonly number[]): readonly Named[] => {
  const at = extra.map((_, index) => Math.floor((places[index] ?? 1) * (base.length + 1))).sort((a, b) => a - b);
  return [...base, null].flatMap((one, index) => [
    ...extra.filter((_, other) => at[other] === index),
    ...(one === null ? [] : [one]),
  ]);
};
/** What `who` is shown: of each step they take, of everything they could ask at the end, and of the journal. */
export const seenBy = async (steps: readonly Named[], who: Who, fromName: string | null = null) => {
  const store = createMemoryEventStore();
  const clock = createTestClock();
  const records = createRecords({ store, clock });
  await records.change(ESPACE, requestNamed('create'), createEspace);
  const seen: string[] = [];
  let isCompared = fromName === null;
  for (const { name, step: one } of steps) {
    isCompared ||= name === fromName;
    const { outcome } = await take({ records, clock }, one, requestNamed(name));
    if (isCompared && outcome !== null && 'outcome' in outcome && 'who' in one && one.who === who)
      seen.push(`${name}: ${shown(outcome, one)}`);
  }
  for (const one of probes(who)) {
    const { outcome } = await take({ records, clock }, one, requestNamed(JSON.stringify(one)));
    seen.push(`${JSON.stringify(one)}: ${shown(outcome as Asked, one)}`);
  }
  const known = await records.load(ESPACE);
  const { state } = known;
  if (who === 'guardian')
    for (const at of [clock.now(), plusDays(clock.now(), 1)])
      seen.push(...(await journalOf(store, { ...known, reader: { kind: 'representative', at } })));
  if (who === 'holder') seen.push(JSON.stringify(presentAccess(state.consent)), ...(await journalOf(store, known)));
  return { seen, state };
};

const probes = (who: Who): readonly Step[] => {
  const purposes = who === 'holder' ? (['TREAT'] as const) : (['TREAT', 'BTG', 'ETREAT'] as const);
  const numbers = [...Array(DOCUMENTS).keys(), SECRET];
  const looks = (action: Action, document: number) =>
    purposes.map(purpose => ({ do: 'look', who, action, document, purpose, reason: 'malaise' }) as const);
  return [
    ...looks('list-documents', 0),
    ...looks('look-up', 0),
    ...numbers.flatMap(document => [
      ...looks('read-document', document),
      ...looks('read-content', document),
      ...looks('mask-document', document),
      ...looks('delete-document', document),
    ]),
  ];
};

/** The answer as it goes over the wire. */
const shown = (outcome: Asked, one: Step): string => {
  const asked = askOf(one);
  if (asked === null) return '';
  const { asker, ask } = asked;
  switch (outcome.outcome) {
    case 'denied':
      return JSON.stringify(problemBody(denial(outcome.verdict), 'fr', ''));
    case 'permitted': {
      const { state, at } = outcome;
      if (ask.action === 'list-documents') return listed(state, question(asker.actor, ask.action, { ...asker, at }));
      const document = state.documents.get(ask.documentId ?? '');
      return JSON.stringify(document ? presentDocument(document, asker.actor.kind) : { status: 204 });
    }
    default:
      return JSON.stringify(outcome);
  }
};

const listed = (state: RecordState, asked: Question): string => {
  const pages = [];
  let after: DocumentPlace | null = null;
  do {
    const page = listDocuments(state, asked, {}, { sort: '-depositedAt', after, limit: 2 });
    pages.push(page.items.map(document => presentDocument(document, asked.actor.kind)));
    after = page.next;
  } while (after !== null);
  return JSON.stringify(pages);
};

const journalOf = async (store: EventStore, known: KnownRecord): Promise<string[]> => {
  const pages: string[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page = await journalPage(store, ESPACE, known, {}, { limit: 5, ...(before === undefined ? {} : { before }) });
    pages.push(JSON.stringify(page.entries.map(entry => presentJournalEntry(entry, known.state, 'fr'))));
    before = page.before;
  }
  return pages;
};
