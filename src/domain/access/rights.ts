import type { RecordState } from '../record/state.ts';
import type { Actor } from '../shared/actor.ts';
import type { Instant } from '../shared/time.ts';
import { type Facts, factsOf } from './facts.ts';
import { ruleFor } from './judge.ts';
import { CURRENT_MATRIX } from './matrix/matrices.ts';
import { ACTIONS, type Action, concernsOneDocument } from './question.ts';

/**
 * Everything that the rule book lets this actor do here at `at`, some document of their own side being there where an
 * action needs one: what a front end may offer. Each act is judged again when it is asked for.
 */
export const rightsOf = (actor: Actor, state: RecordState, at: Instant): readonly Action[] =>
  ACTIONS.filter(action => {
    const facts = factsOf({ ...NOTHING_SAID, actor, action, at }, state, CURRENT_MATRIX);
    return ruleFor(concernsOneDocument(action) ? { ...facts, ...OWN_DOCUMENT } : facts).permit;
  });

const NOTHING_SAID = {
  purpose: 'TREAT',
  reason: null,
  documentId: null,
  target: null,
  evidence: null,
  patientInformed: false,
} as const;

const OWN_DOCUMENT: Pick<Facts, 'documentExists' | 'author' | 'putInByHolder'> = {
  documentExists: true,
  author: true,
  putInByHolder: true,
};
