import { MAY_END } from '../delegation/decide-delegation.ts';
import { delegationInForce } from '../delegation/delegation.ts';
import { isMinor } from '../enrolment/person.ts';
import { decideEspace, type EspaceCommand } from '../espace/espace.ts';
import type { RecordState } from '../record/state.ts';
import type { Actor } from '../shared/actor.ts';
import type { Instant } from '../shared/time.ts';
import { type Facts, factsOf } from './facts.ts';
import { ruleFor } from './judge.ts';
import { CURRENT_MATRIX } from './matrix/matrices.ts';
import { ACTIONS, type Action, concernsOneDocument } from './question.ts';

/**
 * Everything that the rule book lets this actor do here at `at`, some document of their own side being there where an
 * action needs one, and that the state of the espace does not refuse whoever asks: what a front end may offer. Each act is
 * judged again when it is asked for.
 */
export const rightsOf = (actor: Actor, state: RecordState, at: Instant): readonly Action[] =>
  ACTIONS.filter(action => {
    const facts = factsOf({ ...NOTHING_SAID, actor, action, at }, state, CURRENT_MATRIX);
    const { permit } = ruleFor(concernsOneDocument(action) ? { ...facts, ...OWN_DOCUMENT } : facts);
    return permit && isPossible(action, actor, state, at);
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

/** False for what is refused as things stand, whoever may ask: of the life of the espace its own decider says so. */
const isPossible = (action: Action, actor: Actor, state: RecordState, at: Instant): boolean => {
  const changes = (command: EspaceCommand): boolean => {
    const decision = decideEspace(state.espace, command);
    return decision.ok && decision.events.length > 0;
  };
  switch (action) {
    case 'close':
    case 'reopen':
      return changes({ type: action, at });
    case 'object-to-suspension':
      return changes({ type: action, at, by: actor });
    case 'activate-for-child':
    case 'activate-for-ward':
      return changes({ type: 'activate', at, termsVersion: '', privacyVersion: '', accompaniment: 'GUARDIAN' });
    case 'oppose-for-child':
    case 'oppose-for-ward':
      return changes({ type: 'oppose', at, reference: '' });
    case 'read-opposition-proof':
      return state.espace.status === 'opposed';
    case 'invite-representative':
      return state.espace.identity !== null && isMinor(state.espace.identity.birthDate, at);
    case 'renounce-delegation': {
      const inForce = 'id' in actor ? delegationInForce(state.delegations, actor.id, at) : undefined;
      return inForce !== undefined && MAY_END.renounce.includes(inForce.relation);
    }
    case 'write-ticket':
    case 'read-tickets':
      // Everybody writes to the help desk as themself.
      return actor.kind === 'holder';
    default:
      return true;
  }
};
