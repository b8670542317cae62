import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { openProjections, type Projections } from '../../src/adapters/sqlite/projections.ts';
import type { EraseFromEverywhere } from '../../src/application/erase.ts';
import { lifeDeadlines } from '../../src/application/reactors/deadline-rules/life.ts';
import { createDeadlineKeeper, type DeadlineKeeper } from '../../src/application/reactors/deadlines.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { Instant } from '../../src/domain/shared/time.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ESPACE } from '../support/history-cast.ts';
import { createEspace, type Step } from '../support/history-steps.ts';

/*
 * The deadlines of an espace's life, each to the millisecond, and what stops them.
 *
 * Mutants that these tests kill: 41 or 43 days; 9 or 11 years, or ten of 365 days; an opening after an activation or an
 * opposition; an archive that goes on after a reopening or an activation; a suspension that closes after an objection or
 * after it was lifted; an erasure after a reopening, or at the end of the archive alone; a death that keeps for longer
 * what was closed before, or that a lifted suspension survives; `erase` not called, or called for another deadline.
 */

const MONDAY = '2028-02-28T10:00:00.000Z';

let store: EventStore;
let clock: TestClock;
let records: Records;
let projections: Projections;
let keeper: DeadlineKeeper;
let erase: ReturnType<typeof vi.fn<EraseFromEverywhere>>;
let stop: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock(MONDAY);
  records = createRecords({ store, clock });
  projections = openProjections(':memory:');
  erase = vi.fn(async () => {});
  keeper = createDeadlineKeeper({
    store,
    deadlines: projections.deadlines,
    rules: [lifeDeadlines({ records, erase })],
    clock,
    onFailure: (_, error) => {
      throw error;
    },
  });
  stop = new AbortController();
  running = keeper.reactor.run(stop.signal);
  await records.change(ESPACE, requestNamed('create'), createEspace);
});
afterEach(async () => {
  stop.abort();
  await running;
  await projections.close();
});

const at = (instant: Instant): void => clock.advance(Date.parse(instant) - Date.parse(clock.now()));
let steps = 0;
const step = (one: Step) => {
  steps += 1;
  return take({ records, clock }, one, requestNamed(`${steps}`));
};
/** What comes of the deadlines that are due at `instant`. */
const due = async (instant: Instant): Promise<readonly string[]> => {
  at(instant);
  await keeper.reactor.settled();
  const before = (await store.readStream(`espace-${ESPACE}`)).length;
  await keeper.carryOut();
  const after = await store.readStream(`espace-${ESPACE}`, before);
  return after.map(({ type, data }) => `${type} ${Object.values(data).join()}`.trim());
};
/** The last of the millisecond before, and what comes at it. */
const exactly = async (instant: Instant) => [
  await due(new Date(Date.parse(instant) - 1).toISOString()),
  await due(instant),
];

const activate: Step = { do: 'enrol', wish: 'activate' };
const oppose: Step = { do: 'enrol', wish: 'oppose' };
const close = (erasing = false): Step => ({ do: 'life', who: 'holder', wish: 'close', erase: erasing });
const reopen: Step = { do: 'life', who: 'holder', wish: 'reopen' };
const fund = (wish: 'suspend' | 'lift-suspension' | 'report-death'): Step => ({ do: 'supervise', who: 'fund', wish });
const FAR = '2090-01-01T00:00:00.000Z';

describe('six weeks after its creation', () => {
  it('an espace opens by itself', async () => {
    expect(await exactly('2028-04-10T10:00:00.000Z')).toEqual([[], ['OpenedAutomatically']]);
    expect(await due(FAR)).toEqual([]);
  });

  it.each([
    ['activated', [activate]],
    ['opposed', [oppose, activate]],
    ['closed', [activate, close(), reopen]],
    ['deceased', [fund('report-death')]],
  ])('one that was %s does not', async (_, lived) => {
    for (const one of lived) await step(one);
    expect(await due('2028-04-10T10:00:00.000Z')).toEqual([]);
  });

  it('one that is suspended is open once the suspension ends', async () => {
    at('2028-04-01T10:00:00.000Z');
    await step(fund('suspend'));
    expect(await due('2028-04-10T10:00:00.000Z')).toEqual(['OpenedAutomatically']);
    expect((await records.load(ESPACE)).state.espace.status).toBe('suspended');
    await step(fund('lift-suspension'));
    expect((await records.load(ESPACE)).state.espace.status).toBe('opened');
  });
});

describe('a suspension', () => {
  beforeEach(async () => {
    await step(activate);
    at('2028-03-01T10:00:00.000Z');
    await step(fund('suspend'));
  });

  it('closes after six weeks, and ten years later everything is erased', async () => {
    expect(await exactly('2028-04-12T10:00:00.000Z')).toEqual([[], ['ClosedAfterSuspension']]);
    expect(await exactly('2038-04-12T10:00:00.000Z')).toEqual([[], ['Erased ARCHIVE_ENDED']]);
  });

  it.each([
    ['objected to', { do: 'life', who: 'holder', wish: 'object-to-suspension' } as const],
    ['lifted', fund('lift-suspension')],
  ])('that was %s closes nothing', async (_, end) => {
    await step(end);
    await keeper.reactor.settled();
    expect(await projections.deadlines.due(FAR, 10)).toEqual([]);
    expect(await due(FAR)).toEqual([]);
    expect((await records.load(ESPACE)).state.espace.status).toBe('activated');
  });

  it('has six weeks of its own each time', async () => {
    await step(fund('lift-suspension'));
    at('2028-03-20T10:00:00.000Z');
    await step(fund('suspend'));
    expect(await due('2028-04-12T10:00:00.000Z')).toEqual([]);
    expect(await exactly('2028-05-01T10:00:00.000Z')).toEqual([[], ['ClosedAfterSuspension']]);
  });

  it('ends with a death', async () => {
    await step(fund('report-death'));
    expect(await due('2028-04-12T10:00:00.000Z')).toEqual([]);
    expect(await exactly('2038-03-01T10:00:00.000Z')).toEqual([[], ['Erased ARCHIVE_ENDED']]);
  });
});

describe('an archive', () => {
  it.each([
    ['closed', [activate, close()]],
    ['opposed', [oppose]],
    ['deceased', [activate, fund('report-death')]],
  ])('of what was %s ends after ten calendar years', async (_, lived) => {
    at('2028-02-29T10:00:00.000Z');
    for (const one of lived) await step(one);
    // 29 February has no like in 2038.
    expect(await exactly('2038-02-28T10:00:00.000Z')).toEqual([[], ['Erased ARCHIVE_ENDED']]);
    expect(erase).toHaveBeenCalledTimes(1);
    expect(erase.mock.calls[0]?.[0]).toBe(ESPACE);
  });

  it.each([
    ['reopening', [activate, close(), reopen]],
    ['activation', [oppose, activate]],
  ])('ends with a %s', async (_, lived) => {
    for (const one of lived) await step(one);
    expect(await due(FAR)).toEqual([]);
    expect(erase).not.toHaveBeenCalled();
  });

  it('begins anew with another closure', async () => {
    for (const one of [activate, close(), reopen]) await step(one);
    at('2030-01-01T00:00:00.000Z');
    await step(close());
    expect(await due('2038-02-28T10:00:00.000Z')).toEqual([]);
    expect(await exactly('2040-01-01T00:00:00.000Z')).toEqual([[], ['Erased ARCHIVE_ENDED']]);
  });

  it('of somebody who died after closing ends when it would have ended', async () => {
    for (const one of [activate, close()]) await step(one);
    at('2033-01-01T00:00:00.000Z');
    await step(fund('report-death'));
    expect(await exactly('2038-02-28T10:00:00.000Z')).toEqual([[], ['Erased ARCHIVE_ENDED']]);
  });
});

describe('an erasure that was asked for', () => {
  it('is carried out after 85 days, within the three months of the law', async () => {
    await step(activate);
    await step(close(true));
    expect(await exactly('2028-05-23T10:00:00.000Z')).toEqual([[], ['Erased REQUESTED']]);
    expect(erase).toHaveBeenCalledTimes(1);
    expect(await due(FAR)).toEqual([]);
  });

  it('is not after a reopening, even where the reopening was not read yet', async () => {
    await step(activate);
    await step(close(true));
    await keeper.reactor.settled();
    stop.abort();
    await running;
    await step(reopen);
    at('2028-05-23T10:00:00.000Z');
    expect(await keeper.carryOut()).toBe(1);
    expect((await records.load(ESPACE)).state.espace).toMatchObject({ status: 'activated', erasureDueAt: null });
  });

  it('comes though the person died meanwhile', async () => {
    for (const one of [activate, close(true), fund('report-death')]) await step(one);
    expect(await exactly('2028-05-23T10:00:00.000Z')).toEqual([[], ['Erased REQUESTED']]);
  });

  it('stays due where it could not be carried through', async () => {
    await step(activate);
    await step(close(true));
    at('2028-05-23T10:00:00.000Z');
    await keeper.reactor.settled();
    erase.mockRejectedValueOnce(new Error('the disk is full'));
    const failures: unknown[] = [];
    const again = createDeadlineKeeper({
      store,
      deadlines: projections.deadlines,
      rules: [lifeDeadlines({ records, erase })],
      clock,
      onFailure: (_, error) => failures.push(error),
    });
    expect(await again.carryOut()).toBe(0);
    expect(failures).toEqual([new Error('the disk is full')]);
    expect(await again.carryOut()).toBe(1);
    expect(erase).toHaveBeenCalledTimes(2);
  });
});
