import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DOCUMENT_SORTS,
  type DocumentFilter,
  type DocumentPlace,
  type DocumentSort,
  listDocuments,
  readableDocuments,
} from '../../src/application/document-list.ts';
import { judge } from '../../src/domain/access/judge.ts';
import type { Document } from '../../src/domain/document/document.ts';
import { evolveRecord, type RecordEvent } from '../../src/domain/record/record.ts';
import type { RecordState } from '../../src/domain/record/state.ts';
import type { Actor } from '../../src/domain/shared/actor.ts';
import { plusMs } from '../../src/domain/shared/time.ts';
import { ACTORS, CAST, GP, GP_SURGERY, HOLDER_ACTOR, SPECIALIST } from '../support/history-cast.ts';
import { deposited, documentIdOf, EARLIER, NOW, OPEN, question, stateOf } from '../support/questions.ts';

/*
 * Mutants that these tests kill: a page cut before the hidden is taken out; a sort that leaves equals in chance order, or
 * turns them the wrong way round when it descends; a cursor that begins at its own document; `from` or `to` excluded; an
 * author by their organisation left out; accents or capitals that matter; a next page where there is none; a document
 * written meanwhile that pushes another out of the pages or into them twice.
 */

const TITLES = ['Bilan', 'bilan', 'Échographie', 'echographie du foie', 'Ordonnance'];
const TYPES = [
  ['11502-2', 'BIOLOGIE'],
  ['68599-0', 'SYNTHESE'],
  ['FICHE-CONTACTS', 'DOC_ADM'],
] as const;
const authors = fc.constantFrom<Actor>(HOLDER_ACTOR, GP, SPECIALIST);

/** One deposit, with few values of everything, so that equals meet. */
const document = fc.record({
  by: authors,
  title: fc.constantFrom(...TITLES),
  type: fc.constantFrom(...TYPES),
  date: fc.constantFrom('2026-10-29', '2026-10-30', '2026-11-01'),
  at: fc.nat(3).map(count => plusMs(EARLIER, count)),
  masked: fc.boolean(),
  pending: fc.boolean(),
});
type Deposit = typeof document extends fc.Arbitrary<infer T> ? T : never;

const eventsOf = ({ by, title, type: [typeCode, category], date, at, masked, pending }: Deposit, number: number) =>
  deposited(
    number,
    by,
    { title, typeCode, category, date },
    { maskedFromProfessionals: masked, hiddenFromHolderUntilAnnounced: pending && by.kind === 'professional' },
    at,
  );

const authorise = (target: string): RecordEvent => ({
  type: 'ProfessionalAuthorised',
  at: EARLIER,
  data: { by: HOLDER_ACTOR, target, until: null, evidence: 'HOLDER' },
});
const stateWith = (deposits: readonly Deposit[]): RecordState =>
  stateOf(...OPEN, authorise(GP_SURGERY), ...deposits.flatMap(eventsOf));

const asked = (actor: Actor) => question(actor, 'list-documents');

const filters: fc.Arbitrary<DocumentFilter> = fc.record(
  {
    category: fc.constantFrom(...TYPES.map(([, category]) => category)),
    type: fc.constantFrom(...TYPES.map(([type]) => type)),
    from: fc.constantFrom('2026-10-29', '2026-10-30', '2026-10-31'),
    to: fc.constantFrom('2026-10-30', '2026-11-01'),
    author: fc.constantFrom('holder', GP.rpps, GP_SURGERY, SPECIALIST.rpps),
    q: fc.constantFrom('BILAN', 'echo', 'Écho', 'du f', 'absent', ''),
  },
  { requiredKeys: [] },
);

const pagesOf = (
  state: RecordState,
  actor: Actor,
  filter: DocumentFilter,
  sort: DocumentSort,
  limit: number,
  meanwhile: (state: RecordState, page: number) => RecordState = same => same,
): readonly (readonly Document[])[] => {
  const pages: (readonly Document[])[] = [];
  let now = state;
  let after: DocumentPlace | null = null;
  do {
    const page = listDocuments(now, asked(actor), filter, { sort, after, limit });
    pages.push(page.items);
    after = page.next === null ? null : (JSON.parse(JSON.stringify(page.next)) as DocumentPlace);
    now = meanwhile(now, pages.length);
  } while (after !== null);
  return pages;
};

const plain = (title: string) => title.toLowerCase().replaceAll('é', 'e');

/** The whole list at once, by other means. */
const expected = (
  state: RecordState,
  actor: Actor,
  filter: DocumentFilter,
  sort: DocumentSort,
): readonly Document[] => {
  const readable = [...state.documents.values()].filter(
    one => judge(question(actor, 'read-document', { documentId: one.id }), state).permit,
  );
  const found = readable.filter(one => {
    const { author } = one;
    const names = author.kind === 'professional' ? [author.rpps, author.organisation] : [author.kind];
    return [
      filter.category === undefined || filter.category === one.category,
      filter.type === undefined || filter.type === one.typeCode,
      filter.from === undefined || one.date >= filter.from,
      filter.to === undefined || one.date <= filter.to,
      filter.author === undefined || names.includes(filter.author),
      filter.q === undefined || plain(one.title).includes(plain(filter.q)),
    ].every(Boolean);
  });
  const keyOf = (one: Document): string => {
    const field = sort.replace('-', '');
    const key = field === 'title' ? plain(one.title) : field === 'date' ? one.date : one.depositedAt;
    return `${key}\u0000${one.id}`;
  };
  const sorted = found.map(one => ({ one, key: keyOf(one) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return (sort.startsWith('-') ? sorted.reverse() : sorted).map(({ one }) => one);
};

const actors = fc.constantFrom<Actor>(ACTORS.holder, ACTORS.gp, ACTORS.nurse, ACTORS.specialist, ACTORS.bank);
const sorts = fc.constantFrom(...DOCUMENT_SORTS);
const limits = fc.integer({ min: 1, max: 6 });
const deposits = fc.array(document, { maxLength: 14 });

describe('the pages of a list of documents', () => {
  it('are together what the reader may read, filtered and sorted, each full but the last', () => {
    fc.assert(
      fc.property(deposits, actors, filters, sorts, limits, (list, actor, filter, sort, limit) => {
        const state = stateWith(list);
        for (const one of [filter, {}]) {
          const wanted = expected(state, actor, one, sort);
          const pages = pagesOf(state, actor, one, sort, limit);
          expect(pages.flat().map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
          expect(pages.slice(0, -1).every(page => page.length === limit)).toBe(true);
          expect(pages.length).toBe(Math.max(1, Math.ceil(wanted.length / limit)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('neither skip nor repeat a document when others come, go or are masked meanwhile', () => {
    const writes = fc.array(
      fc.record({ deposit: document, number: fc.integer({ min: 20, max: 30 }), hides: fc.nat(13) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(deposits, writes, actors, sorts, limits, (list, changes, actor, sort, limit) => {
        const before = stateWith(list);
        const touched = new Set(changes.flatMap(({ number, hides }) => [documentIdOf(number), documentIdOf(hides)]));
        const meanwhile = (state: RecordState, page: number): RecordState => {
          const change = changes[page - 1];
          if (change === undefined) return state;
          const { deposit, number, hides } = change;
          const on = { by: HOLDER_ACTOR, documentId: documentIdOf(hides) };
          const events: RecordEvent[] = [
            ...(state.documents.has(documentIdOf(number)) ? [] : eventsOf(deposit, number)),
            { type: 'DocumentMasked', at: NOW, data: on },
          ];
          return events.reduce(evolveRecord, state);
        };
        const seen = pagesOf(before, actor, {}, sort, limit, meanwhile).flat();
        const ids = seen.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const untouched = expected(before, actor, {}, sort).map(({ id }) => id);
        const isUntouched = (id: string) => !touched.has(id);
        expect(ids.filter(isUntouched)).toEqual(untouched.filter(isUntouched));
      }),
      { numRuns: 150 },
    );
  });

  it('begin after a place, whether its document is still there or not', () => {
    const state = stateWith([]);
    const two = [...deposited(1, GP, { title: 'A' }), ...deposited(2, GP, { title: 'B' })].reduce(evolveRecord, state);
    const page = { sort: 'title', limit: 5 } as const;
    const titles = (after: DocumentPlace | null) =>
      listDocuments(two, asked(HOLDER_ACTOR), {}, { ...page, after }).items.map(({ title }) => title);
    expect(titles(null)).toEqual(['A', 'B']);
    expect(titles(['a', documentIdOf(1)])).toEqual(['B']);
    expect(titles(['a', documentIdOf(0)])).toEqual(['A', 'B']);
    expect(titles(['aa', documentIdOf(9)])).toEqual(['B']);
    expect(titles(['b', documentIdOf(2)])).toEqual([]);
  });
});

describe('what a reader may read', () => {
  it('is what the rule book permits, document by document, for the purpose they name', () => {
    fc.assert(
      fc.property(
        deposits,
        fc.constantFrom(...CAST),
        fc.constantFrom('TREAT', 'BTG', 'ETREAT'),
        (list, actor, purpose) => {
          const state = stateWith(list);
          const asking = { ...asked(actor), purpose, reason: 'malaise' } as const;
          const readable = readableDocuments(state, asking).map(({ id }) => id);
          for (const { id: documentId } of state.documents.values()) {
            const { permit } = judge({ ...asking, action: 'read-document', documentId }, state);
            expect(readable.includes(documentId)).toBe(permit);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
