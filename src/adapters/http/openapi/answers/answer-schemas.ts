import type { Schema } from '../json-schema.ts';
import { PROBLEM } from '../problem-answers.ts';
import { ACCESS_ANSWERS, TARGET } from './access.ts';
import { ACTOR } from './actors.ts';
import { DELEGATION_ANSWERS } from './delegations.ts';
import { DIRECTORY_ANSWERS, LISTED_PROFESSIONAL, LISTED_STRUCTURE } from './directory.ts';
import { CATEGORY, DOCUMENT_ANSWERS, DOCUMENT_TYPE } from './documents.ts';
import { ESPACE_ANSWERS } from './espaces.ts';
import { IDENTITY_ANSWERS } from './identity.ts';
import { JOURNAL_ANSWERS, JOURNAL_ENTRY } from './journal.ts';
import type { NamedAnswer, NamedAnswers } from './named-answers.ts';
import { OPERATION_ANSWERS } from './operations.ts';
import { PROFESSIONAL_IDENTITY_ANSWERS } from './professional-identity.ts';
import { SUPPORT_ANSWERS } from './support.ts';
import { TICKET, TICKET_ANSWERS } from './tickets.ts';

const ANSWERS: NamedAnswers = {
  ...IDENTITY_ANSWERS,
  ...ESPACE_ANSWERS,
  ...DOCUMENT_ANSWERS,
  ...ACCESS_ANSWERS,
  ...DELEGATION_ANSWERS,
  ...JOURNAL_ANSWERS,
  ...DIRECTORY_ANSWERS,
  ...OPERATION_ANSWERS,
  ...SUPPORT_ANSWERS,
  ...TICKET_ANSWERS,
  ...PROFESSIONAL_IDENTITY_ANSWERS,
};

/** Every schema an answer may refer to, by name. */
export const ANSWER_SCHEMAS: Readonly<Record<string, Schema>> = {
  ...Object.fromEntries(Object.entries(ANSWERS).map(([name, { schema }]) => [name, schema])),
  Actor: ACTOR,
  Category: CATEGORY,
  DocumentType: DOCUMENT_TYPE,
  JournalEntry: JOURNAL_ENTRY,
  ListedProfessional: LISTED_PROFESSIONAL,
  ListedStructure: LISTED_STRUCTURE,
  Problem: PROBLEM,
  Target: TARGET,
  TicketSummary: TICKET,
};

/** The answer that routes call `name`. Throws where there is none: a route without a schema is not documented. */
export const answerNamed = (name: string): NamedAnswer => {
  const answer = ANSWERS[name];
  if (answer === undefined) throw new Error(`the answer "${name}" has no schema`);
  return answer;
};
