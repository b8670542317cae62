import type { RecordState } from '../record/state.ts';
import { type Facts, factsOf } from './facts.ts';
import { CURRENT_MATRIX, MATRICES } from './matrix/matrices.ts';
import type { Matrix } from './matrix/matrix.ts';
import type { Question } from './question.ts';
import { isHidden, RULE_BOOK, RULE_BOOK_VERSION, type Rule } from './rule-book.ts';
import { RULE_BOOKS } from './rule-books.ts';

/** What was asked, answered: by which rule, and what the actor may hear of it. */
export type Verdict = {
  readonly permit: boolean;
  /** The rule that answered, as the holder and the auditor see it. */
  readonly rule: Rule;
  /** The rule as the actor is told of it. */
  readonly shown: Rule;
  /** The actor must not learn that the document exists: answer as for an unknown id. */
  readonly hidden: boolean;
  readonly facts: Facts;
};

/** Which rules and which matrix answered; written into every trace. */
export type Editions = { readonly ruleBook: string; readonly matrix: string };

export const EDITIONS_IN_FORCE: Editions = { ruleBook: RULE_BOOK_VERSION, matrix: CURRENT_MATRIX.version };

/** The first rule that matches; the last rule of a book matches everything. */
export const ruleFor = (facts: Facts, ruleBook: readonly Rule[] = RULE_BOOK): Rule =>
  ruleBook.find(rule => rule.when(facts)) as Rule;

/** The one answer to `question` in `state`, by the rules in force. Pure, and O(1) in documents, rights and events. */
export const judge = (question: Question, state: RecordState): Verdict =>
  answer(question, state, RULE_BOOK, CURRENT_MATRIX);

/** The same by other editions, for replay; null where they are not known here. */
export const judgeBy = (editions: Editions, question: Question, state: RecordState): Verdict | null => {
  const ruleBook = RULE_BOOKS.get(editions.ruleBook);
  const matrix = MATRICES.get(editions.matrix);
  return ruleBook && matrix ? answer(question, state, ruleBook, matrix) : null;
};

const answer = (question: Question, state: RecordState, ruleBook: readonly Rule[], matrix: Matrix): Verdict => {
  const facts = factsOf(question, state, matrix);
  const rule = ruleFor(facts, ruleBook);
  const shownId = rule.shownAs?.(facts);
  const shown = (shownId !== undefined && ruleBook.find(other => other.id === shownId)) || rule;
  const hidden =
    question.documentId !== null && !rule.permit && question.action !== 'deposit-document' && isHidden(facts);
  return { permit: rule.permit, rule, shown, hidden, facts };
};
