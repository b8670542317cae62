import { beforeEach, expect, it } from 'vitest';
import { auditReplay } from '../../src/adapters/cli/audit.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import { type Instant, plusDays, plusMs } from '../../src/domain/shared/time.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createFakeRandom } from '../support/fake-random.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { DELEGATES, ESPACE, HOLDER_ACTOR } from '../support/history-cast.ts';
import { createEspace, createEspaceOf, delegationIdOf, MS_PER_HOUR, type Step } from '../support/history-steps.ts';
import type { Wire } from '../support/http-client.ts';
import { documentIdOf } from '../support/questions.ts';

/*
 * The state of a past day, as an auditor needs it to see why a rule permitted or denied.
 *
 * Mutants that these tests kill: the state of today shown for that of the day; a term that had come shown as in force,
 * since nobody had written it down; a restriction, a suspension, or who could act, left out.
 */

let store: EventStore;
let clock: TestClock;
let records: Records;
let sent = 0;

beforeEach(() => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
});

const then = (one: Step) => take({ records, clock }, one, requestNamed(`${sent++}`));
const wait = (days: number) => clock.advance(days * 24 * MS_PER_HOUR);
const deposit = (document: number, hiddenFromRepresentatives = false): Step => ({
  do: 'deposit',
  who: 'holder',
  document,
  typeCode: '11502-2',
  informed: true,
  visibility: { hiddenFromRepresentatives },
});
const stateAt = async (at: Instant) => {
  const audited = await auditReplay({ store, records, random: createFakeRandom() }, ESPACE, 'essai', at);
  const [, state = ''] = audited?.text.split(`State at ${at}:\n`) ?? [];
  return JSON.parse(state.slice(0, state.lastIndexOf('}') + 1));
};

it('of a child says who could act, and what was kept from them', async () => {
  await records.change(ESPACE, requestNamed('create'), createEspaceOf('2015-03-01'));
  await then({ do: 'declare-parent', parent: 'mother', number: 1 });
  await then({ do: 'enrol', wish: 'activate' });
  await then({ do: 'delegate', who: 'mother', number: 1, wish: { type: 'accept' } });
  for (const one of [deposit(1, true), deposit(2), deposit(3, true)]) await then(one);
  await then({ do: 'delete', who: 'holder', document: 3 });
  const pinned = (at: Instant) => ({
    module: 'document' as const,
    command: { type: 'set-pin' as const, at, by: HOLDER_ACTOR, documentId: documentIdOf(2), pinned: true },
  });
  await records.change(ESPACE, requestNamed('pin'), pinned);
  const day = clock.now();
  wait(1);
  await then({ do: 'delete', who: 'holder', document: 1 });

  const state = await stateAt(day);
  expect(state.delegations).toEqual([
    expect.objectContaining({
      id: delegationIdOf(1),
      relation: 'PARENT',
      status: 'ACCEPTED',
      name: DELEGATES.mother.name,
      delegate: DELEGATES.mother.id,
      since: day,
      until: '2033-03-01T00:00:00.000Z',
    }),
  ]);
  expect(state.documents.toSorted((a: Wire, b: Wire) => (a.id < b.id ? -1 : 1))).toEqual([
    expect.objectContaining({ id: documentIdOf(1), hiddenFromRepresentatives: true, pinned: false }),
    expect.objectContaining({ id: documentIdOf(2), hiddenFromRepresentatives: false, pinned: true }),
  ]);
  expect(state.deletedAndKeptFromRepresentatives).toEqual([documentIdOf(3)]);
});

it('counts a term by the clock of that day, whether or not it was written down', async () => {
  await records.change(ESPACE, requestNamed('create'), createEspace);
  await then({ do: 'enrol', wish: 'activate' });
  const invite: Step = {
    do: 'delegate',
    who: 'holder',
    number: 1,
    wish: { type: 'invite', relation: 'CARER', invited: 'carer' },
  };
  for (const one of [invite, { ...invite, who: 'carer', wish: { type: 'accept' } } as const]) await then(one);
  const since = clock.now();
  wait(400);
  const statusAt = async (at: Instant) => (await stateAt(at)).delegations[0].status;
  expect(await statusAt(plusMs(plusDays(since, 365), -1))).toBe('ACCEPTED');
  expect(await statusAt(plusDays(since, 365))).toBe('ENDED');
});

it('says what the espace was, and what was to become of it', async () => {
  await records.change(ESPACE, requestNamed('create'), createEspace);
  await then({ do: 'enrol', wish: 'activate' });
  await then({ do: 'supervise', who: 'fund', wish: 'suspend' });
  const suspended = clock.now();
  wait(1);
  await then({ do: 'supervise', who: 'fund', wish: 'lift-suspension' });
  await then({ do: 'life', who: 'holder', wish: 'close', erase: true });
  const closed = clock.now();
  expect(await stateAt(suspended)).toMatchObject({
    espace: 'suspended',
    since: suspended,
    suspension: { reason: 'FRAUD', status: 'activated' },
    archivedSince: null,
    erasureDueAt: null,
  });
  expect(await stateAt(closed)).toMatchObject({
    espace: 'closed',
    suspension: null,
    archivedSince: closed,
    erasureDueAt: plusDays(closed, 85),
  });
});
