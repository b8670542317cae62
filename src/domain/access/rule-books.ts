import { CHANGE_OF_2026_11_21, CHANGE_OF_2026_11_22, type EditionChange } from './former-rules.ts';
import { RULE_BOOK, RULE_BOOK_VERSION, type Rule } from './rule-book.ts';

const beforeThe = ({ added, before }: EditionChange, list: readonly Rule[]): readonly Rule[] =>
  list.filter(({ id }) => !added.includes(id)).map(rule => before.find(({ id }) => id === rule.id) ?? rule);

const OF_2026_11_21 = beforeThe(CHANGE_OF_2026_11_22, RULE_BOOK);
const OF_2026_11_20 = beforeThe(CHANGE_OF_2026_11_21, OF_2026_11_21);

/** Every rule book that was ever in force, so that an old decision can be taken again as it was. */
export const RULE_BOOKS: ReadonlyMap<string, readonly Rule[]> = new Map([
  [RULE_BOOK_VERSION, RULE_BOOK],
  ['2026-11-21', OF_2026_11_21],
  ['2026-11-20', OF_2026_11_20],
]);

/** The rule of this id in the book of this version; undefined where either is not known here. */
export const ruleOf = (version: string, id: string): Rule | undefined =>
  RULE_BOOKS.get(version)?.find(rule => rule.id === id);
