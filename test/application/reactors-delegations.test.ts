import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { openProjections, type Projections } from '../../src/adapters/sqlite/projections.ts';
import { announcementDeadlines } from '../../src/application/reactors/deadline-rules/announcement.ts';
import { delegationDeadlines } from '../../src/application/reactors/deadline-rules/delegation.ts';
import { createDeadlineKeeper, type DeadlineKeeper } from '../../src/application/reactors/deadlines.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ESPACE } from '../support/history-cast.ts';
import { createEspaceOf, delegationIdOf, MS_PER_HOUR, type Step } from '../support/history-steps.ts';

/*
 * What is written down when a term comes.
 *
 * Mutants that these tests kill: a deadline a millisecond early; an end of the invitation that outlives the answer; an end
 * of the delegation left where it was when it is renewed; a second representative ended by a deadline of their own;
 * majority never set, or set by a second deadline; a guardian without a term who is ended; anything written after a death;
 * somebody told to look into an espace that is closed, or a document that stays hidden because it was.
 */

let store: EventStore;
let clock: TestClock;
let records: Records;
let projections: Projections;
let keeper: DeadlineKeeper;
let stop: AbortController;
let running: Promise<void>;
let sent = 0;

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
  projections = openProjections(':memory:');
  keeper = createDeadlineKeeper({
    store,
    deadlines: projections.deadlines,
    rules: [delegationDeadlines(records), announcementDeadlines(records)],
    clock,
    onFailure: (_, error) => {
      throw error;
    },
  });
  stop = new AbortController();
  running = keeper.reactor.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
  await projections.close();
});

const HOURS_A_DAY = 24;
const live = async (birthDate: string, ...steps: readonly Step[]): Promise<void> => {
  await records.change(ESPACE, requestNamed('create'), createEspaceOf(birthDate));
  for (const one of steps) await then(one);
};
const then = (one: Step) => take({ records, clock }, one, requestNamed(`${sent++}`));
/** Carries out what is due, and tells what it wrote. */
const due = async (): Promise<readonly string[]> => {
  const before = (await store.readStream(`espace-${ESPACE}`)).length;
  await keeper.reactor.settled();
  await keeper.carryOut();
  return (await store.readStream(`espace-${ESPACE}`)).slice(before).map(({ type }) => type);
};
const wait = (days: number, ms = 0): void => clock.advance(days * HOURS_A_DAY * MS_PER_HOUR + ms);

const invite: Step = {
  do: 'delegate',
  who: 'holder',
  number: 1,
  wish: { type: 'invite', relation: 'CARER', invited: 'carer' },
};
const wish = (
  who: 'carer' | 'holder' | 'father',
  type: 'accept' | 'refuse' | 'renew' | 'revoke',
  number = 1,
): Step => ({
  do: 'delegate',
  who,
  number,
  wish: { type },
});
const ADULT = '1953-07-14';
const ACTIVATED: Step = { do: 'enrol', wish: 'activate' };

it('an invitation lapses after thirty days', async () => {
  await live(ADULT, ACTIVATED, invite);
  wait(30, -1);
  expect(await due()).toEqual([]);
  wait(0, 1);
  expect(await due()).toEqual(['DelegationInvitationExpired']);
  expect(await due()).toEqual([]);
});

it('what was answered does not lapse, and ends after a year', async () => {
  await live(ADULT, ACTIVATED, invite, wish('carer', 'accept'));
  wait(364);
  expect(await due()).toEqual([]);
  wait(1);
  expect(await due()).toEqual(['DelegationEnded']);
});

it('a renewal puts the end off; whatever ended before has none', async () => {
  await live(ADULT, ACTIVATED, invite, wish('carer', 'accept'));
  wait(100);
  await then(wish('holder', 'renew'));
  wait(364);
  expect(await due()).toEqual([]);
  await then(wish('holder', 'revoke'));
  wait(2);
  expect(await due()).toEqual([]);
});

it('a delegation that was renewed ends a year after that', async () => {
  await live(ADULT, ACTIVATED, invite, wish('carer', 'accept'));
  wait(100);
  await then(wish('holder', 'renew'));
  wait(265);
  expect(await due()).toEqual([]);
  wait(100);
  expect(await due()).toEqual(['DelegationEnded']);
});

it('majority comes for a minor whom no parent declared', async () => {
  await live(
    '2008-12-05',
    ACTIVATED,
    {
      do: 'delegate',
      who: 'holder',
      number: 6,
      wish: { type: 'invite', relation: 'SECOND_REPRESENTATIVE', invited: 'father' },
    },
    wish('father', 'accept', 6),
  );
  clock.advance(Date.parse('2026-12-05T00:00:00.000Z') - Date.parse(clock.now()));
  expect(await due()).toEqual(['MajorityReached']);
});

it('majority comes at midnight, once for all who represent', async () => {
  await live(
    '2008-12-05',
    { do: 'declare-parent', parent: 'mother', number: 5 },
    { do: 'delegate', who: 'mother', number: 5, wish: { type: 'accept' } },
    {
      do: 'delegate',
      who: 'mother',
      number: 6,
      wish: { type: 'invite', relation: 'SECOND_REPRESENTATIVE', invited: 'father' },
    },
    wish('father', 'accept', 6),
  );
  clock.advance(Date.parse('2026-12-05T00:00:00.000Z') - Date.parse(clock.now()) - 1);
  expect(await due()).toEqual([]);
  wait(0, 1);
  expect(await due()).toEqual(['MajorityReached']);
  wait(400);
  expect(await due()).toEqual([]);
});

it('a measure ends with its term, where it has one', async () => {
  const declare = (number: number, guardian: 'guardian' | 'father', hours: number | null): Step => ({
    do: 'delegate',
    who: 'fund',
    number,
    wish: { type: 'declare-guardianship', measure: 'TUTELLE', guardian, startsIn: 0, hours },
  });
  await live(ADULT, ACTIVATED, declare(7, 'guardian', HOURS_A_DAY), declare(8, 'father', null));
  wait(1);
  expect(await due()).toEqual(['DelegationEnded']);
  wait(4_000);
  expect(await due()).toEqual([]);
});

const DEATH: Step = { do: 'supervise', who: 'fund', wish: 'report-death' };
const kept: Step = {
  do: 'deposit',
  who: 'hospitalDoctor',
  document: 1,
  typeCode: '34112-3',
  informed: true,
  visibility: { hiddenFromHolderUntilAnnounced: true },
};

describe('after a death', () => {
  it('no child comes of age, and no document is announced', async () => {
    await live(
      '2008-12-05',
      { do: 'declare-parent', parent: 'mother', number: 5 },
      ACTIVATED,
      { do: 'delegate', who: 'mother', number: 5, wish: { type: 'accept' } },
      kept,
      DEATH,
    );
    wait(4_000);
    expect(await due()).toEqual([]);
    expect((await records.load(ESPACE)).state.documents.size).toBe(1);
  });

  it('no measure ends, and no invitation lapses', async () => {
    const tutelle = { type: 'declare-guardianship', measure: 'TUTELLE', guardian: 'guardian', startsIn: 0 } as const;
    await live(ADULT, ACTIVATED, invite, {
      do: 'delegate',
      who: 'fund',
      number: 7,
      wish: { ...tutelle, hours: HOURS_A_DAY },
    });
    await then(DEATH);
    wait(400);
    expect(await due()).toEqual([]);
  });

  it('whoever acted for the person and is erased is still let go', async () => {
    const tutelle = { type: 'declare-guardianship', measure: 'TUTELLE', guardian: 'guardian', startsIn: 0 } as const;
    await live(ADULT, ACTIVATED, { do: 'delegate', who: 'fund', number: 7, wish: { ...tutelle, hours: null } }, DEATH);
    await records.change(ESPACE, requestNamed('gone'), at => ({
      module: 'delegation',
      command: {
        type: 'delegate-gone',
        at,
        by: { kind: 'system', name: 'erasure' },
        delegationId: delegationIdOf(7),
      },
    }));
    expect((await records.load(ESPACE)).state.delegations.live).toEqual([]);
  });
});

describe('while an espace is closed', () => {
  it('nobody is told of a document in it, which is revealed all the same', async () => {
    await live(ADULT, ACTIVATED, kept, { do: 'life', who: 'holder', wish: 'close' });
    wait(15);
    expect(await due()).toEqual([]);
    wait(20);
    expect(await due()).toEqual(['DocumentRevealedToHolder']);
  });

  it('a child comes of age', async () => {
    await live(
      '2008-12-05',
      { do: 'declare-parent', parent: 'mother', number: 5 },
      ACTIVATED,
      { do: 'delegate', who: 'mother', number: 5, wish: { type: 'accept' } },
      { do: 'life', who: 'mother', wish: 'close' },
    );
    wait(4_000);
    expect(await due()).toEqual(['MajorityReached']);
  });
});
