import { judge } from '../domain/access/judge.ts';
import type { Question } from '../domain/access/question.ts';
import type { Document } from '../domain/document/document.ts';
import type { RecordState } from '../domain/record/state.ts';
import type { CalendarDate } from '../domain/shared/time.ts';

export const DOCUMENT_SORTS = ['date', '-date', 'depositedAt', '-depositedAt', 'title', '-title'] as const;
export type DocumentSort = (typeof DOCUMENT_SORTS)[number];

/** All optional; dates bound the day of the act, both included. */
export type DocumentFilter = {
  readonly category?: string;
  readonly type?: string;
  readonly from?: CalendarDate;
  readonly to?: CalendarDate;
  /** RPPS or FINESS of the depositor, or `holder`. */
  readonly author?: string;
  /** Words looked for in the title; case and accents do not matter. */
  readonly q?: string;
  /** Kept at hand by the holder; to a professional none is. */
  readonly pinned?: boolean;
};

/** Where a page ended: the sort key and id of its last document. */
export type DocumentPlace = readonly [key: string, id: string];

export type DocumentPage = { readonly items: readonly Document[]; readonly next: DocumentPlace | null };

/**
 * What this asker may read, and nothing of the rest: hidden documents are gone before anything is filtered, sorted or
 * paged. A page begins after a place, not at a number, so writes meanwhile neither repeat nor skip a document.
 */
export const listDocuments = (
  state: RecordState,
  asked: Question,
  filter: DocumentFilter,
  page: { readonly sort: DocumentSort; readonly after: DocumentPlace | null; readonly limit: number },
): DocumentPage => {
  const descending = page.sort.startsWith('-');
  const field = (descending ? page.sort.slice(1) : page.sort) as 'date' | 'depositedAt' | 'title';
  const placeOf = (document: Document): DocumentPlace => [
    field === 'title' ? plain(document.title) : document[field],
    document.id,
  ];
  const order = (a: DocumentPlace, b: DocumentPlace): number => (descending ? compare(b, a) : compare(a, b));
  const { after } = page;
  const found = readableDocuments(state, asked)
    .filter(document => matches(document, filter) && isKept(document, asked, filter.pinned))
    .map(document => ({ document, place: placeOf(document) }))
    .filter(({ place }) => after === null || order(place, after) > 0)
    .sort((a, b) => order(a.place, b.place));
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ document }) => document),
    next: found.length > shown.length && last ? last.place : null,
  };
};

/** Every document that the rule book lets this asker read. */
export const readableDocuments = (state: RecordState, asked: Question): Document[] =>
  [...state.documents.values()].filter(
    document => judge({ ...asked, action: 'read-document', documentId: document.id }, state).permit,
  );

const matches = (document: Document, filter: DocumentFilter): boolean =>
  (filter.category === undefined || document.category === filter.category) &&
  (filter.type === undefined || document.typeCode === filter.type) &&
  (filter.from === undefined || document.date >= filter.from) &&
  (filter.to === undefined || document.date <= filter.to) &&
  (filter.author === undefined || isBy(document, filter.author)) &&
  (filter.q === undefined || plain(document.title).includes(plain(filter.q)));

const isKept = ({ pinned }: Document, { actor }: Question, wanted: boolean | undefined): boolean =>
  wanted === undefined || (actor.kind !== 'professional' && pinned) === wanted;

const isBy = ({ author }: Document, wanted: string): boolean =>
  author.kind === wanted ||
  (author.kind === 'professional' && (author.rpps === wanted || author.organisation === wanted));

/** Lower case, without accents. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const compare = (a: DocumentPlace, b: DocumentPlace): number =>
  a[0] === b[0] ? Number(a[1] > b[1]) - Number(a[1] < b[1]) : a[0] < b[0] ? -1 : 1;
