import { describe, expect, it } from 'vitest';
import {
  CARER_DAYS,
  type DelegationCommand,
  type DelegationRefusal,
  decideDelegations,
  INVITATION_DAYS,
  MAX_CARERS,
  MAX_INVITATIONS,
  MAX_INVITATIONS_TO_ONE,
  MAX_REPRESENTATIVES,
} from '../../src/domain/delegation/decide-delegation.ts';
import {
  type DelegationEvent,
  type DelegationsState,
  delegationInForce,
  evolveDelegations,
  initialDelegations,
  isDeclaringParent,
  openInvitation,
  statusAt,
  withoutGivenRights,
} from '../../src/domain/delegation/delegation.ts';
import { isMinor } from '../../src/domain/enrolment/person.ts';
import type { Identity } from '../../src/domain/espace/espace.ts';
import { majorityOf } from '../../src/domain/shared/majority.ts';
import { plusDays, plusMs } from '../../src/domain/shared/time.ts';
import { fold, given as givenOf } from '../support/decider-spec.ts';

/*
 * Mutants that these tests kill: a term included instead of excluded; a limit counted with what is over, or without what
 * waits; an invitation taken back that is not counted, or counted for ever; a parent who can be refused away, revoked or renounced; a second acceptance that begins another year; an
 * invitation answered by somebody else; a guardian in force before the measure begins; a curator in force at all; majority
 * a day late for who was born on 29 February; closing that takes the parents' right, or leaves a carer's.
 */

const T0 = '2026-11-20T08:30:00.000Z';
const ADULT: Identity = {
  ins: { value: '253072B07300470', oid: '1.2.250.1.213.1.4.10' },
  birthName: 'Pat-Trois',
  firstNames: 'Dominique',
  birthDate: '1953-07-14',
  sex: 'F',
};
const CHILD: Identity = { ...ADULT, birthDate: '2015-02-03' };
const OF_AGE = '2033-02-03T00:00:00.000Z';

const holder = { kind: 'holder', id: 'person-0' } as const;
const system = { kind: 'system', name: 'deadline' } as const;
const fund = { kind: 'fund', id: 'agent-7', name: 'Agent' } as const;
const carer = (number: number) => ({ kind: 'carer', id: `person-${number}`, name: 'Camille' }) as const;
const mother = { kind: 'representative', id: 'mother', name: 'Anne' } as const;
const father = { kind: 'representative', id: 'father', name: 'Claude' } as const;

const of = (identity: Identity | null) => ({
  initial: initialDelegations,
  evolve: evolveDelegations,
  decide: (state: DelegationsState, command: DelegationCommand) => decideDelegations(state, command, identity),
});
const given = (identity: Identity | null, ...history: readonly DelegationEvent[]) =>
  givenOf<DelegationsState, DelegationCommand, DelegationEvent, DelegationRefusal>(of(identity), history);

const on = (number: number) => ({ delegationId: `delegation-${number}` });
const invited = (number: number, relation: 'CARER' | 'SECOND_REPRESENTATIVE' = 'CARER', at = T0): DelegationEvent => ({
  type: 'DelegateInvited',
  at,
  data: {
    by: holder,
    ...on(number),
    relation,
    delegate: relation === 'CARER' ? `person-${number}` : 'father',
    ins: `ins-${number}`,
    name: 'Camille',
    expiresAt: plusDays(at, INVITATION_DAYS),
  },
});
const accepted = (number: number, at = T0): DelegationEvent => ({
  type: 'DelegationAccepted',
  at,
  data: { by: carer(number), ...on(number), relation: 'CARER', name: 'Camille', until: plusDays(at, CARER_DAYS) },
});
const changed = (event: DelegationEvent, data: object) =>
  ({ ...event, data: { ...event.data, ...data } }) as DelegationEvent;
const declared: DelegationEvent = {
  type: 'ParentDeclared',
  at: T0,
  data: { by: system, ...on(0), delegate: 'mother', until: OF_AGE },
};
const motherAccepted: DelegationEvent = {
  type: 'DelegationAccepted',
  at: T0,
  data: { by: mother, ...on(0), relation: 'PARENT', name: 'Anne', until: OF_AGE },
};
const guardianship = (measure: 'TUTELLE' | 'CURATELLE', changes: object = {}): DelegationEvent => ({
  type: 'GuardianshipDeclared',
  at: T0,
  data: {
    by: fund,
    ...on(7),
    measure,
    delegate: measure === 'TUTELLE' ? 'guardian' : null,
    name: 'Alex',
    judgment: 'TJ Reims',
    from: T0,
    until: null,
    ...changes,
  },
});
const invite = (number: number, changes: object = {}): DelegationCommand => ({
  type: 'invite',
  at: T0,
  by: holder,
  ...on(number),
  relation: 'CARER',
  delegate: `person-${number}`,
  ins: `ins-${number}`,
  isHolder: false,
  name: 'Camille',
  ...changes,
});

describe('an invitation', () => {
  it('waits for thirty days', () => given(ADULT).when(invite(1)).gives(invited(1)));
  it('may be to nobody who is known', () => {
    const toNobody = { ...invited(1) } as DelegationEvent & { type: 'DelegateInvited' };
    given(ADULT)
      .when(invite(1, { delegate: null }))
      .gives({ ...toNobody, data: { ...toNobody.data, delegate: null } });
  });
  it('is not to the person themself', () =>
    given(ADULT)
      .when(invite(1, { isHolder: true }))
      .refuses('delegate-is-holder'));
  it('waits once for one person, by number or by who they are', () => {
    given(ADULT, invited(1))
      .when(invite(2, { ins: 'ins-1', delegate: null }))
      .refuses('invitation-already-pending');
    given(ADULT, invited(1))
      .when(invite(2, { delegate: 'person-1' }))
      .refuses('invitation-already-pending');
  });
  it('is of no use to whoever has access', () =>
    given(ADULT, invited(1), accepted(1))
      .when(invite(9, { ins: 'ins-1' }))
      .refuses('already-delegate'));
  it('makes no second tie', () => {
    given(ADULT, guardianship('TUTELLE'))
      .when(invite(1, { delegate: 'guardian' }))
      .refuses('other-delegation-exists');
    given(CHILD, invited(1))
      .when(invite(2, { relation: 'SECOND_REPRESENTATIVE', ins: 'ins-1' }))
      .refuses('other-delegation-exists');
  });
  it('is one of three that count, those that wait included', () => {
    const three = [invited(1), accepted(1), invited(2), invited(3)];
    expect(three.filter(({ type }) => type === 'DelegateInvited')).toHaveLength(MAX_CARERS);
    given(ADULT, ...three)
      .when(invite(4))
      .refuses('too-many-carers');
    const later = plusDays(T0, INVITATION_DAYS);
    given(ADULT, ...three)
      .when(invite(4, { at: later }))
      .gives(invited(4, 'CARER', later));
  });
  it('goes out so often only, to one person and in all, those taken back and refused included', () => {
    const over = (number: number, changes: object = {}): DelegationEvent[] => {
      const one = invited(number) as DelegationEvent & { type: 'DelegateInvited' };
      const type = number % 2 === 0 ? 'DelegationInvitationWithdrawn' : 'DelegationRefused';
      return [
        { ...one, data: { ...one.data, ...changes } },
        { type, at: T0, data: { by: holder, ...on(number) } },
      ];
    };
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 10);
    const toOne = { delegate: 'person-1', ins: 'ins-1' };
    const times = (count: number) => numbers(count).flatMap(number => over(number, toOne));
    given(ADULT, ...times(MAX_INVITATIONS_TO_ONE - 1))
      .when(invite(1))
      .gives(invited(1));
    given(ADULT, ...times(MAX_INVITATIONS_TO_ONE))
      .when(invite(1))
      .refuses('too-many-invitations');
    given(ADULT, ...times(MAX_INVITATIONS_TO_ONE))
      .when(invite(2))
      .gives(invited(2));
    const others = (count: number) => numbers(count).flatMap(number => over(number));
    given(ADULT, ...others(MAX_INVITATIONS - 1))
      .when(invite(1))
      .gives(invited(1));
    given(ADULT, ...others(MAX_INVITATIONS))
      .when(invite(1))
      .refuses('too-many-invitations');
    const later = plusDays(T0, INVITATION_DAYS);
    given(ADULT, ...others(MAX_INVITATIONS))
      .when(invite(1, { at: plusMs(later, -1) }))
      .refuses('too-many-invitations');
    given(ADULT, ...others(MAX_INVITATIONS))
      .when(invite(1, { at: later }))
      .gives(invited(1, 'CARER', later));
  });
  it('to represent is for a minor', () => {
    const second = { relation: 'SECOND_REPRESENTATIVE', delegate: 'father' };
    given(ADULT).when(invite(1, second)).refuses('person-of-age');
    given(CHILD, declared).when(invite(1, second)).gives(invited(1, 'SECOND_REPRESENTATIVE'));
    given(CHILD, declared)
      .when(invite(1, { ...second, at: OF_AGE }))
      .refuses('person-of-age');
  });
  it('to represent waits until majority at most', () => {
    const at = plusDays(OF_AGE, -1);
    const until = invited(1, 'SECOND_REPRESENTATIVE', at) as DelegationEvent & { type: 'DelegateInvited' };
    given(CHILD, declared)
      .when(invite(1, { relation: 'SECOND_REPRESENTATIVE', delegate: 'father', at }))
      .gives({ ...until, data: { ...until.data, expiresAt: OF_AGE } });
  });
  it('to represent is to one, beside the parent who declared the child', () => {
    const again = { relation: 'SECOND_REPRESENTATIVE', delegate: 'uncle' };
    given(CHILD, declared, motherAccepted, invited(1, 'SECOND_REPRESENTATIVE'))
      .when(invite(2, again))
      .refuses('too-many-representatives');
    const refused = { type: 'DelegationRefused', at: T0, data: { by: father, ...on(1) } } as const;
    given(CHILD, declared, motherAccepted, invited(1, 'SECOND_REPRESENTATIVE'), refused)
      .when(invite(2, again))
      .gives(changed(invited(2, 'SECOND_REPRESENTATIVE'), { delegate: 'uncle' }));
  });
  it('to represent is one of four', () => {
    const many = Array.from({ length: MAX_REPRESENTATIVES }, (_, index) =>
      guardianship('CURATELLE', { delegationId: `delegation-${index + 10}` }),
    );
    given(CHILD, ...many)
      .when(invite(1, { relation: 'SECOND_REPRESENTATIVE' }))
      .refuses('too-many-representatives');
  });
});

describe('an answer', () => {
  const accept = (number: number, changes: object = {}): DelegationCommand =>
    ({ type: 'accept', at: T0, by: carer(number), ...on(number), name: 'Camille', ...changes }) as DelegationCommand;

  it('gives a carer a year', () => given(ADULT, invited(1)).when(accept(1)).gives(accepted(1)));
  it('given again changes nothing', () => given(ADULT, invited(1), accepted(1)).when(accept(1)).gives());
  it('gives a parent until majority', () =>
    given(CHILD, declared)
      .when(accept(0, { by: mother, name: 'Anne' }))
      .gives(motherAccepted));
  it('is given by whoever is invited, in time', () => {
    given(ADULT, invited(1))
      .when(accept(1, { by: carer(2) }))
      .refuses('invitation-unknown');
    given(ADULT, invited(1))
      .when(accept(1, { by: system }))
      .refuses('invitation-unknown');
    given(ADULT).when(accept(1)).refuses('invitation-unknown');
    given(ADULT, invited(1))
      .when(accept(1, { at: plusDays(T0, INVITATION_DAYS) }))
      .refuses('invitation-expired');
  });
  it('is not given to a minor who is one no more', () =>
    given(CHILD, declared, invited(1, 'SECOND_REPRESENTATIVE', plusDays(OF_AGE, -1)))
      .when(accept(1, { by: father, at: OF_AGE }))
      .refuses('person-of-age'));
  it('may be no, but of the declaring parent, who opposes instead', () => {
    const refuse = (by: typeof mother | ReturnType<typeof carer>, number: number) =>
      ({ type: 'refuse', at: T0, by, ...on(number) }) as const;
    given(ADULT, invited(1))
      .when(refuse(carer(1), 1))
      .gives({ type: 'DelegationRefused', at: T0, data: { by: carer(1), ...on(1) } });
    given(CHILD, declared).when(refuse(mother, 0)).refuses('delegation-not-yours-to-end');
  });
});

describe('an end', () => {
  const ended = (
    by: DelegationCommand['by'],
    number: number,
    reason: 'REVOKED' | 'RENOUNCED' | 'JUDGMENT' | 'EXPIRED',
    at = T0,
  ) => ({ type: 'DelegationEnded', at, data: { by, ...on(number), reason } }) as const;

  it('of a carer is by either side', () => {
    given(ADULT, invited(1), accepted(1))
      .when({ type: 'revoke', at: T0, by: holder, ...on(1) })
      .gives(ended(holder, 1, 'REVOKED'));
    given(ADULT, invited(1), accepted(1))
      .when({ type: 'renounce', at: T0, by: carer(1), ...on(1) })
      .gives(ended(carer(1), 1, 'RENOUNCED'));
    given(ADULT, invited(1), accepted(1))
      .when({ type: 'renounce', at: T0, by: carer(2), ...on(1) })
      .refuses('delegation-unknown');
    given(ADULT, invited(1))
      .when({ type: 'revoke', at: T0, by: holder, ...on(1) })
      .refuses('delegation-unknown');
  });
  it('of what the law or a judge gave is by neither', () => {
    for (const type of ['revoke', 'renounce'] as const)
      given(CHILD, declared, motherAccepted)
        .when({ type, at: T0, by: mother, ...on(0) })
        .refuses('delegation-not-yours-to-end');
    given(ADULT, guardianship('TUTELLE'))
      .when({ type: 'revoke', at: T0, by: holder, ...on(7) })
      .refuses('delegation-not-yours-to-end');
    given(ADULT, guardianship('TUTELLE'))
      .when({ type: 'end-guardianship', at: T0, by: fund, ...on(7) })
      .gives(ended(fund, 7, 'JUDGMENT'));
  });
  it('of a parent’s authority is recorded by the fund, whether or not they had accepted', () => {
    const end = { type: 'end-guardianship', at: T0, by: fund, ...on(0) } as const;
    given(CHILD, declared)
      .when(end)
      .gives(ended(fund, 0, 'JUDGMENT'));
    given(CHILD, declared, motherAccepted)
      .when(end)
      .gives(ended(fund, 0, 'JUDGMENT'));
    const again = { type: 'declare-parent', at: T0, by: system, delegate: 'mother', ...on(0) } as const;
    given(CHILD, declared, ended(fund, 0, 'JUDGMENT'))
      .when(again)
      .gives();
    given(CHILD, declared, ended(fund, 0, 'JUDGMENT'))
      .when({ ...again, delegate: 'father', ...on(1) })
      .gives({ ...declared, data: { ...declared.data, delegate: 'father', ...on(1) } } as DelegationEvent);
    given(CHILD, invited(1))
      .when({ ...end, ...on(1) })
      .refuses('delegation-unknown');
  });
  it('of what was given for a minor comes with majority at the latest', () => {
    const at = plusDays(OF_AGE, -9);
    given(CHILD, declared)
      .when(invite(1, { at }))
      .gives(changed(invited(1, 'CARER', at), { expiresAt: OF_AGE }));
    given(CHILD, invited(1, 'CARER', at))
      .when({ type: 'accept', at, by: carer(1), ...on(1), name: 'Camille' })
      .gives(changed(accepted(1, at), { until: OF_AGE }));
    given(CHILD, invited(1), accepted(1, plusDays(at, 5 - CARER_DAYS)))
      .when({ type: 'renew', at, by: mother, ...on(1) })
      .gives({ type: 'DelegationRenewed', at, data: { by: mother, ...on(1), until: OF_AGE } });
    const later = plusDays(OF_AGE, 9);
    given(CHILD, invited(1, 'CARER', OF_AGE))
      .when({ type: 'accept', at: later, by: carer(1), ...on(1), name: 'Camille' })
      .gives(accepted(1, later));
  });
  it('comes with its term, and not before', () => {
    const lapse = (number: number, at: string) => ({ type: 'lapse', at, by: system, ...on(number) }) as const;
    const invitationEnd = plusDays(T0, INVITATION_DAYS);
    given(ADULT, invited(1))
      .when(lapse(1, plusMs(invitationEnd, -1)))
      .gives();
    given(ADULT, invited(1))
      .when(lapse(1, invitationEnd))
      .gives({ type: 'DelegationInvitationExpired', at: invitationEnd, data: { by: system, ...on(1) } });
    const end = plusDays(T0, CARER_DAYS);
    given(ADULT, invited(1), accepted(1))
      .when(lapse(1, plusMs(end, -1)))
      .gives();
    given(ADULT, invited(1), accepted(1))
      .when(lapse(1, end))
      .gives(ended(system, 1, 'EXPIRED', end));
    given(ADULT).when(lapse(1, end)).gives();
  });
  it('is put off by a renewal, a year from then', () => {
    const at = plusDays(T0, 100);
    const renewed = {
      type: 'DelegationRenewed',
      at,
      data: { by: holder, ...on(1), until: plusDays(at, CARER_DAYS) },
    } as const;
    const renew = (when: string) => ({ type: 'renew', at: when, by: holder, ...on(1) }) as const;
    given(ADULT, invited(1), accepted(1)).when(renew(at)).gives(renewed);
    given(ADULT, invited(1), accepted(1), renewed).when(renew(at)).gives();
    // Not over and over: each is a letter.
    given(ADULT, invited(1), accepted(1), renewed)
      .when(renew(plusMs(plusDays(at, 1), -1)))
      .gives();
    const nextDay = plusDays(at, 1);
    given(ADULT, invited(1), accepted(1), renewed)
      .when(renew(nextDay))
      .gives({ ...renewed, at: nextDay, data: { ...renewed.data, until: plusDays(nextDay, CARER_DAYS) } });
    given(ADULT, invited(1), accepted(1))
      .when(renew(plusDays(T0, CARER_DAYS)))
      .refuses('delegation-unknown');
    given(CHILD, declared, motherAccepted)
      .when({ type: 'renew', at, by: holder, ...on(0) })
      .refuses('delegation-not-yours-to-end');
  });
  it('of an invitation is by whoever invited', () => {
    const withdraw = (number: number) => ({ type: 'withdraw', at: T0, by: holder, ...on(number) }) as const;
    given(ADULT, invited(1))
      .when(withdraw(1))
      .gives({ type: 'DelegationInvitationWithdrawn', at: T0, data: { by: holder, ...on(1) } });
    given(ADULT, invited(1), accepted(1)).when(withdraw(1)).refuses('invitation-unknown');
    given(CHILD, declared).when(withdraw(0)).refuses('invitation-unknown');
  });
});

describe('a parent', () => {
  const declare = (at: string): DelegationCommand => ({
    type: 'declare-parent',
    at,
    by: system,
    ...on(0),
    delegate: 'mother',
  });
  it('is nobody who represents the child already, or whose authority a judge ended', () => {
    const second = [invited(1, 'SECOND_REPRESENTATIVE')];
    const asked = { ...declare(T0), delegate: 'father' } as DelegationCommand;
    given(CHILD, ...second)
      .when(asked)
      .gives();
    const acceptedBy = {
      by: father,
      ...on(1),
      relation: 'SECOND_REPRESENTATIVE',
      name: 'Claude',
      until: OF_AGE,
    } as const;
    const ends = (reason: 'JUDGMENT' | 'RENOUNCED'): readonly DelegationEvent[] => [
      ...second,
      { type: 'DelegationAccepted', at: T0, data: acceptedBy },
      { type: 'DelegationEnded', at: T0, data: { by: fund, ...on(1), reason } },
    ];
    given(CHILD, ...ends('JUDGMENT'))
      .when(asked)
      .gives();
    given(CHILD, ...ends('RENOUNCED'))
      .when(asked)
      .gives(changed(declared, { delegate: 'father' }));
  });
  it('is declared once, for a minor', () => {
    given(CHILD).when(declare(T0)).gives(declared);
    given(CHILD, declared).when(declare(T0)).gives();
    given(CHILD).when(declare(OF_AGE)).refuses('person-of-age');
    given(null).when(declare(T0)).refuses('delegation-unknown');
  });
  it('represents until majority, and nobody after', () => {
    const reach = (at: string) => ({ type: 'reach-majority', at, by: system }) as const;
    const reached = { type: 'MajorityReached', at: OF_AGE, data: { by: system } } as const;
    given(CHILD, declared)
      .when(reach(plusMs(OF_AGE, -1)))
      .gives();
    given(CHILD, declared, motherAccepted).when(reach(OF_AGE)).gives(reached);
    given(CHILD, declared, motherAccepted, invited(1, 'SECOND_REPRESENTATIVE'), reached).when(reach(OF_AGE)).gives();
    given(ADULT).when(reach(OF_AGE)).gives();
  });
});

describe('a measure', () => {
  const measure = (changes: object = {}): DelegationCommand =>
    ({
      type: 'declare-guardianship',
      at: T0,
      by: fund,
      ...on(7),
      measure: 'TUTELLE',
      delegate: 'guardian',
      name: 'Alex',
      judgment: 'TJ Reims',
      from: T0,
      until: null,
      ...changes,
    }) as DelegationCommand;
  it('is about an adult or, until majority, a minor; curatelle about an adult', () => {
    given(ADULT).when(measure()).gives(guardianship('TUTELLE'));
    given(CHILD)
      .when(measure())
      .gives(guardianship('TUTELLE', { until: OF_AGE }));
    const until = plusDays(T0, 30);
    given(CHILD).when(measure({ until })).gives(guardianship('TUTELLE', { until }));
    const curatelle = { measure: 'CURATELLE', delegate: null };
    given(CHILD).when(measure(curatelle)).refuses('person-not-of-age');
    given(CHILD)
      .when(measure({ ...curatelle, from: OF_AGE }))
      .gives(guardianship('CURATELLE', { from: OF_AGE }));
  });
  it('that ends with minority is how a minor without parents comes of age', () => {
    const lapse = { type: 'lapse', at: OF_AGE, by: system, ...on(7) } as const;
    const reached = { type: 'MajorityReached', at: OF_AGE, data: { by: system } } as const;
    const over = { type: 'DelegationEnded', at: OF_AGE, data: { by: system, ...on(7), reason: 'EXPIRED' } } as const;
    given(CHILD, guardianship('TUTELLE', { until: OF_AGE }))
      .when(lapse)
      .gives(over, reached);
    // Where there is one, they all come to their end together.
    given(CHILD, declared, guardianship('TUTELLE', { until: OF_AGE }))
      .when(lapse)
      .gives(over);
    given(ADULT, guardianship('TUTELLE', { until: OF_AGE }))
      .when(lapse)
      .gives(over);
  });
  it('judged for the adult begins on the day of majority, and is not cut short for having been judged before', () => {
    const paris = plusMs(OF_AGE, -3_600_000);
    given(CHILD)
      .when(measure({ from: paris }))
      .gives(guardianship('TUTELLE', { from: OF_AGE }));
    const later = plusDays(OF_AGE, 9);
    for (const from of [T0, paris])
      given(CHILD)
        .when(measure({ at: later, from }))
        .gives({ ...guardianship('TUTELLE', { from }), at: later });
    // The parent of the minor, as often as not.
    given(CHILD, declared, motherAccepted)
      .when(measure({ from: OF_AGE, delegate: 'mother' }))
      .gives(guardianship('TUTELLE', { from: OF_AGE, delegate: 'mother' }));
    given(CHILD, declared, motherAccepted, guardianship('TUTELLE', { from: OF_AGE, delegate: 'mother' }))
      .when(measure({ from: OF_AGE, delegate: 'mother', ...on(8) }))
      .refuses('already-delegate');
    given(CHILD)
      .when(measure({ at: later, from: T0, measure: 'CURATELLE', delegate: null }))
      .gives({ ...guardianship('CURATELLE', { from: T0 }), at: later });
  });
  it('ends after it begins', () => {
    given(ADULT)
      .when(measure({ until: T0 }))
      .refuses('guardianship-end-in-the-past');
    const from = plusDays(T0, 9);
    given(ADULT)
      .when(measure({ from, until: from }))
      .refuses('guardianship-end-in-the-past');
  });
  it('makes no second tie', () => {
    given(ADULT, guardianship('TUTELLE'))
      .when(measure(on(8)))
      .refuses('already-delegate');
    given(ADULT, guardianship('TUTELLE')).when(measure()).gives();
    given(CHILD, declared)
      .when(measure({ delegate: 'mother' }))
      .refuses('other-delegation-exists');
  });
  it('takes the place of being the same person’s carer, or asked to be', () => {
    const appointed = guardianship('TUTELLE', { delegate: 'person-1' });
    given(ADULT, invited(1), accepted(1))
      .when(measure({ delegate: 'person-1' }))
      .gives({ type: 'DelegationEnded', at: T0, data: { by: fund, ...on(1), reason: 'JUDGMENT' } }, appointed);
    given(ADULT, invited(1))
      .when(measure({ delegate: 'person-1' }))
      .gives({ type: 'DelegationInvitationWithdrawn', at: T0, data: { by: fund, ...on(1) } }, appointed);
  });
});

describe('who acts at an instant', () => {
  const state = (...history: readonly DelegationEvent[]) => fold(of(ADULT), history);
  const inForce = (events: readonly DelegationEvent[], who: string, at: string) =>
    delegationInForce(state(...events), who, at)?.relation ?? null;

  it('is said by terms, whatever was written down', () => {
    const end = plusDays(T0, CARER_DAYS);
    expect(inForce([invited(1)], 'person-1', T0)).toBeNull();
    expect(inForce([invited(1), accepted(1)], 'person-1', plusMs(end, -1))).toBe('CARER');
    expect(inForce([invited(1), accepted(1)], 'person-1', end)).toBeNull();
    expect(inForce([declared, motherAccepted], 'mother', plusMs(OF_AGE, -1))).toBe('PARENT');
    expect(inForce([declared, motherAccepted], 'mother', OF_AGE)).toBeNull();
    const from = plusDays(T0, 2);
    expect(inForce([guardianship('TUTELLE', { from })], 'guardian', plusMs(from, -1))).toBeNull();
    expect(inForce([guardianship('TUTELLE', { from })], 'guardian', from)).toBe('GUARDIAN');
    expect(inForce([guardianship('CURATELLE', { delegate: 'guardian' })], 'guardian', T0)).toBeNull();
  });
  it('may be invited, or have declared the child, while that holds', () => {
    const end = plusDays(T0, INVITATION_DAYS);
    expect(openInvitation(state(invited(1)), 'person-1', plusMs(end, -1))?.id).toBe('delegation-1');
    expect(openInvitation(state(invited(1)), 'person-1', end)).toBeUndefined();
    expect(isDeclaringParent(state(declared), 'mother', plusMs(OF_AGE, -1))).toBe(true);
    expect(isDeclaringParent(state(declared), 'mother', OF_AGE)).toBe(false);
    expect(isDeclaringParent(state(declared), 'father', T0)).toBe(false);
  });
  it('after closing is whom the law or a judge named', () => {
    const all = [declared, motherAccepted, invited(1), accepted(1), invited(2), guardianship('TUTELLE')];
    const closed = withoutGivenRights(state(...all, invited(3, 'SECOND_REPRESENTATIVE')), T0);
    expect(closed.live.map(({ relation }) => relation)).toEqual(['PARENT', 'GUARDIAN']);
    expect(closed.past.map(one => statusAt(one, T0))).toEqual(['WITHDRAWN', 'WITHDRAWN', 'ENDED']);
    expect(withoutGivenRights(state(declared), T0).live).toHaveLength(1);
  });
});

describe('majority', () => {
  it.each([
    ['2008-11-20', '2026-11-20T00:00:00.000Z'],
    ['2008-02-29', '2026-03-01T00:00:00.000Z'],
    ['2010-02-28', '2028-02-28T00:00:00.000Z'],
  ])('of who was born on %s is at %s', (birthDate, instant) => {
    expect(majorityOf(birthDate)).toBe(instant);
    expect([isMinor(birthDate, plusMs(instant, -1)), isMinor(birthDate, instant)]).toEqual([true, false]);
  });
});
