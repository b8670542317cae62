import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/domain/access/question.ts';
import { rightsOf } from '../../src/domain/access/rights.ts';
import type { Relation } from '../../src/domain/delegation/delegation.ts';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import type { Actor } from '../../src/domain/shared/actor.ts';
import { DELEGATES, FUND, HOLDER_ACTOR } from '../support/history-cast.ts';
import { ACTIVATED, CREATED, EARLIER, NOW, OPEN, stateOf } from '../support/questions.ts';

/*
 * What a front end offers: nothing that is always refused as things stand, and all that is not.
 *
 * Mutants that these tests kill: one of the acts below offered whatever the espace's status, the person's age or the
 * relation; an act that is never offered.
 */

const at = EARLIER;
const { mother, guardian, carer } = DELEGATES;
const delegationId = 'delegation';

const CLOSED: RecordEvent = { type: 'Closed', at, data: {} };
const SUSPENDED: RecordEvent = { type: 'Suspended', at, data: { by: FUND, reason: 'FRAUD' } };
const OPENED: RecordEvent = { type: 'OpenedAutomatically', at, data: {} };
const OPPOSED: RecordEvent = { type: 'Opposed', at, data: { reference: 'reference' } };
const CHILD_CREATED = {
  ...CREATED,
  data: { identity: { ...('identity' in CREATED.data ? CREATED.data.identity : null), birthDate: '2015-04-02' } },
} as RecordEvent;

const until = '2033-04-02T00:00:00.000Z';
const accepted = (by: Actor & { readonly name: string }, relation: Relation): RecordEvent => ({
  type: 'DelegationAccepted',
  at,
  data: { by, delegationId, relation, name: by.name, until },
});
const invited = (delegate: typeof mother | typeof carer, relation: 'SECOND_REPRESENTATIVE' | 'CARER'): RecordEvent => ({
  type: 'DelegateInvited',
  at,
  data: { by: HOLDER_ACTOR, delegationId, relation, delegate: delegate.id, ins: 'ins', name: '', expiresAt: until },
});
const PARENT: readonly RecordEvent[] = [
  { type: 'ParentDeclared', at, data: { by: FUND, delegationId, delegate: mother.id, until } },
  accepted(mother, 'PARENT'),
];
const GUARDIAN: RecordEvent = {
  type: 'GuardianshipDeclared',
  at,
  data: { by: FUND, delegationId, measure: 'TUTELLE', delegate: guardian.id, name: '', judgment: '', from: at, until },
};

const offered = (actor: Actor, events: readonly RecordEvent[], among: readonly Action[]): readonly Action[] =>
  rightsOf(actor, stateOf(...events), NOW).filter(action => among.includes(action));

describe('what is offered', () => {
  const life = ['close', 'reopen', 'object-to-suspension'] as const;

  it.each([
    ['created', [CREATED], []],
    ['opened', [CREATED, OPENED], []],
    ['activated', OPEN, ['close']],
    ['closed', [...OPEN, CLOSED], ['reopen']],
    ['suspended', [...OPEN, SUSPENDED], ['object-to-suspension']],
    ['opposed', [CREATED, OPPOSED], []],
  ] as const)('of the life of an espace that is %s is what it is open to', (_, events, wanted) => {
    expect(offered(HOLDER_ACTOR, events, life)).toEqual(wanted);
    expect(offered(guardian, [...events, GUARDIAN], life)).toEqual(wanted);
  });

  it.each([
    ['created', [], ['activate', 'oppose']],
    ['opened', [OPENED], ['activate', 'oppose']],
    ['activated', [ACTIVATED], []],
    ['opposed', [OPPOSED], ['activate']],
    ['closed', [ACTIVATED, CLOSED], []],
    ['suspended', [SUSPENDED], ['oppose']],
  ] as const)('for a child or a ward whose espace is %s is what can still be decided', (_, events, wanted) => {
    const acts = ['activate-for-child', 'oppose-for-child', 'activate-for-ward', 'oppose-for-ward'] as const;
    const proof = offered(mother, [CHILD_CREATED, ...events, ...PARENT], ['read-opposition-proof']);
    expect(proof).toHaveLength(events.includes(OPPOSED as never) ? 1 : 0);
    const child = [CHILD_CREATED, ...events, ...PARENT];
    expect(offered(mother, child, acts)).toEqual(wanted.map(act => `${act}-for-child`));
    expect(offered(guardian, [CREATED, ...events, GUARDIAN], acts)).toEqual(wanted.map(act => `${act}-for-ward`));
  });

  it('to invite a representative is for a minor alone', () => {
    const invite = ['invite-carer', 'invite-representative'] as const;
    expect(offered(mother, [CHILD_CREATED, ACTIVATED, ...PARENT], invite)).toEqual(invite);
    expect(offered(HOLDER_ACTOR, [CHILD_CREATED, ACTIVATED], invite)).toEqual(invite);
    expect(offered(HOLDER_ACTOR, OPEN, invite)).toEqual(['invite-carer']);
  });

  it('to renounce is for who accepted freely', () => {
    const renounce = ['renounce-delegation'] as const;
    const asCarer = [...OPEN, invited(carer, 'CARER'), accepted(carer, 'CARER')];
    const asSecond = [invited(mother, 'SECOND_REPRESENTATIVE'), accepted(mother, 'SECOND_REPRESENTATIVE')];
    expect(offered(carer, asCarer, renounce)).toEqual(renounce);
    expect(offered(mother, [CHILD_CREATED, ACTIVATED, ...asSecond], renounce)).toEqual(renounce);
    expect(offered(mother, [CHILD_CREATED, ACTIVATED, ...PARENT], renounce)).toEqual([]);
    expect(offered(guardian, [...OPEN, GUARDIAN], renounce)).toEqual([]);
  });

  it('of the help desk is one’s own tickets', () => {
    const tickets = ['write-ticket', 'read-tickets'] as const;
    expect(offered(HOLDER_ACTOR, OPEN, tickets)).toEqual(tickets);
    expect(offered(HOLDER_ACTOR, [CREATED, OPPOSED], tickets)).toEqual(tickets);
    expect(offered(guardian, [...OPEN, GUARDIAN], tickets)).toEqual([]);
  });
});
