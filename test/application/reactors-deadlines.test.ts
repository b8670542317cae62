import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { openProjections, type Projections } from '../../src/adapters/sqlite/projections.ts';
import { announcementDeadlines } from '../../src/application/reactors/deadline-rules/announcement.ts';
import { createDeadlineKeeper, type DeadlineKeeper } from '../../src/application/reactors/deadlines.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { Instant } from '../../src/domain/shared/time.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ESPACE } from '../support/history-cast.ts';
import { createEspace, type Step } from '../support/history-steps.ts';
import { documentIdOf } from '../support/questions.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/*
 * Mutants that these tests kill: 13 or 15 days; a month of 30 or 31 days; a deadline a millisecond early, or only after
 * its instant; the document revealed with the telling, or never told; a deadline that outlives the document or its
 * revelation; one done twice after a crash or a rebuild; one given up because the espace was busy; one that fails and
 * keeps the others waiting; more than a hundred cut off; a deadline of another document cancelled; one lost, because the
 * espace was not open as it came.
 */

const JANUARY_31 = '2026-01-31T10:00:00.000Z';
const TWO_WEEKS = '2026-02-14T10:00:00.000Z';
const ONE_MONTH = '2026-02-28T10:00:00.000Z';

let store: EventStore;
let clock: TestClock;
let records: Records;
let projections: Projections;
let keeper: DeadlineKeeper;
let onFailure: ReturnType<typeof vi.fn<(reactor: string, error: unknown) => void>>;
let stop: AbortController;
let running: Promise<void>;

const keep = (kept: Projections = projections, through: Records = records): DeadlineKeeper =>
  createDeadlineKeeper({ store, deadlines: kept.deadlines, rules: [announcementDeadlines(through)], clock, onFailure });
const follow = (one: DeadlineKeeper): void => {
  stop = new AbortController();
  running = one.reactor.run(stop.signal);
};
const end = async (): Promise<void> => {
  stop.abort();
  await running;
};

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock(JANUARY_31);
  records = createRecords({ store, clock });
  projections = openProjections(':memory:');
  onFailure = vi.fn();
  keeper = keep();
  follow(keeper);
  await records.change(ESPACE, requestNamed('create'), createEspace);
});
afterEach(async () => {
  await end();
  await projections.close();
});

const at = (instant: Instant): void => clock.advance(Date.parse(instant) - Date.parse(clock.now()));
const step = (one: Step) => take({ records, clock }, one, requestNamed(JSON.stringify(one)));
const deposit = (document = 1) =>
  step({
    do: 'deposit',
    who: 'gp',
    document,
    typeCode: '11502-2',
    informed: true,
    visibility: { hiddenFromHolderUntilAnnounced: true },
  });
/** Carries out what is due at `instant`; how many, and which events came of it. */
const due = async (instant: Instant) => {
  at(instant);
  await keeper.reactor.settled();
  const before = (await store.readStream(`espace-${ESPACE}`)).length;
  const done = await keeper.carryOut();
  const after = await store.readStream(`espace-${ESPACE}`, before);
  return [done, ...after.map(({ type, at, data }) => `${type} ${at} ${String(data.documentId).slice(-1)}`)];
};

describe('a document that awaits its announcement', () => {
  it('is told of at two weeks and seen at one month, each to the millisecond', async () => {
    await deposit();
    expect(await due('2026-02-14T09:59:59.999Z')).toEqual([0]);
    expect(await due(TWO_WEEKS)).toEqual([1, `HolderToldOfHiddenDocument ${TWO_WEEKS} 1`]);
    expect(await due('2026-02-28T09:59:59.999Z')).toEqual([0]);
    expect(await due(ONE_MONTH)).toEqual([1, `DocumentRevealedToHolder ${ONE_MONTH} 1`]);
    expect(await due('2027-02-28T10:00:00.000Z')).toEqual([0]);
    expect((await store.readStream(`espace-${ESPACE}`)).at(-1)?.data.by).toEqual({ kind: 'system', name: 'deadline' });
  });

  it('is told of and then seen, in this order, where both have come', async () => {
    await deposit();
    const late = '2026-06-01T00:00:00.000Z';
    expect(await due(late)).toEqual([2, `HolderToldOfHiddenDocument ${late} 1`, `DocumentRevealedToHolder ${late} 1`]);
  });

  it.each([
    ['revealed', { do: 'show', who: 'gp', document: 1, visibility: { hiddenFromHolderUntilAnnounced: false } }],
    ['deleted', { do: 'delete', who: 'gp', document: 1 }],
  ] as const)('and was %s before has no deadline any more', async (_, before) => {
    await deposit(1);
    await deposit(2);
    await step(before);
    expect(await due(TWO_WEEKS)).toEqual([1, `HolderToldOfHiddenDocument ${TWO_WEEKS} 2`]);
    expect(await due(ONE_MONTH)).toEqual([1, `DocumentRevealedToHolder ${ONE_MONTH} 2`]);
  });

  it('and is deleted as its deadline comes is let go', async () => {
    await deposit();
    await keeper.reactor.settled();
    await end();
    await step({ do: 'delete', who: 'gp', document: 1 });
    at(ONE_MONTH);
    expect(await keeper.carryOut()).toBe(2);
    expect(await projections.deadlines.due(ONE_MONTH, 10)).toEqual([]);
    follow(keeper);
  });

  it('is seen in a closed espace too, once it is open again', async () => {
    await step({ do: 'enrol', wish: 'activate' });
    await deposit();
    await step({ do: 'life', who: 'holder', wish: 'close' });
    expect((await due(ONE_MONTH))[0]).toBe(1);
    expect((await records.load(ESPACE)).state.documents.get(documentIdOf(1))?.announcement).toBeNull();
    expect(await due('2026-06-01T00:00:00.000Z')).toEqual([0]);
  });

  it.each([
    [
      'suspended',
      { do: 'supervise', who: 'fund', wish: 'suspend' },
      { do: 'supervise', who: 'fund', wish: 'lift-suspension' },
    ],
    ['closed', { do: 'life', who: 'holder', wish: 'close' }, { do: 'life', who: 'holder', wish: 'reopen' }],
  ] as const)('is told of once the espace, %s meanwhile, is open again', async (_, ends, opens) => {
    await step({ do: 'enrol', wish: 'activate' });
    await deposit();
    at('2026-02-13T10:00:00.000Z');
    await step(ends);
    expect(await due(TWO_WEEKS)).toEqual([0]);
    expect(await due('2026-02-15T09:59:59.999Z')).toEqual([0]);
    at('2026-02-15T12:00:00.000Z');
    expect(await due('2026-02-15T12:00:00.000Z')).toEqual([0]);
    await step(opens);
    expect(await due('2026-02-16T11:59:59.999Z')).toEqual([0]);
    const told = '2026-02-16T12:00:00.000Z';
    expect(await due(told)).toEqual([1, `HolderToldOfHiddenDocument ${told} 1`]);
    expect(await due('2026-02-20T00:00:00.000Z')).toEqual([0]);
  });

  it('is told of though it came to be seen while the espace was not open', async () => {
    await step({ do: 'enrol', wish: 'activate' });
    await deposit();
    await step({ do: 'life', who: 'holder', wish: 'close' });
    expect(await due(TWO_WEEKS)).toEqual([0]);
    expect(await due(ONE_MONTH)).toEqual([1, `DocumentRevealedToHolder ${ONE_MONTH} 1`]);
    await step({ do: 'life', who: 'holder', wish: 'reopen' });
    const said = (await due('2026-03-20T00:00:00.000Z')).slice(1);
    expect(said).toEqual(['HolderToldOfHiddenDocument 2026-03-20T00:00:00.000Z 1']);
    expect(await due('2026-03-25T00:00:00.000Z')).toEqual([0]);
  });

  it('is not told of any more where the holder has died', async () => {
    await deposit();
    await step({ do: 'supervise', who: 'fund', wish: 'report-death' });
    expect(await due(TWO_WEEKS)).toEqual([1]);
    expect((await projections.deadlines.due(ONE_MONTH, 10)).map(({ kind }) => kind)).toEqual(['reveal-document']);
  });
});

describe('deadlines', () => {
  it('are all carried out, however many have come', async () => {
    for (let number = 0; number < 100; number++) await deposit(number);
    expect((await due(ONE_MONTH)).length).toBe(201);
    for (let number = 0; number < 5; number++) await step({ do: 'delete', who: 'gp', document: number });
    expect(await due(ONE_MONTH)).toEqual([0]);
  }, 20_000);

  it('are carried out once, though the process dies before it can remember that', async () => {
    await deposit();
    await keeper.reactor.settled();
    at(TWO_WEEKS);
    vi.spyOn(projections.deadlines, 'finish').mockRejectedValueOnce(new Error('died'));
    expect(await keeper.carryOut()).toBe(0);
    expect(onFailure).toHaveBeenCalledWith('deadlines', new Error('died'));
    expect(await keep(projections, createRecords({ store, clock })).carryOut()).toBe(1);
    const told = (await store.readStream(`espace-${ESPACE}`)).filter(({ type }) => type.startsWith('HolderTold'));
    expect(told.length).toBe(1);
  });

  it('are read again from the beginning without doing anything twice', async () => {
    await deposit(1);
    await deposit(2);
    await due(TWO_WEEKS);
    await step({ do: 'show', who: 'gp', document: 2, visibility: { hiddenFromHolderUntilAnnounced: false } });
    await end();
    const rebuilt = openProjections(':memory:');
    keeper = keep(rebuilt, createRecords({ store, clock }));
    follow(keeper);
    expect(await due(TWO_WEEKS)).toEqual([1]);
    expect(await due(ONE_MONTH)).toEqual([1, `DocumentRevealedToHolder ${ONE_MONTH} 1`]);
    await rebuilt.close();
  });

  it('are put off only as they stand', async () => {
    const { deadlines } = projections;
    const one = { kind: 'essai', espace: ESPACE, subject: 'one', dueAt: TWO_WEEKS };
    await end();
    await deadlines.apply({ set: [one], cancel: [] }, '');
    await deadlines.putOff({ ...one, dueAt: JANUARY_31 }, ONE_MONTH);
    await deadlines.putOff({ ...one, subject: 'other' }, ONE_MONTH);
    expect(await deadlines.due(ONE_MONTH, 10)).toEqual([one]);
    await deadlines.putOff(one, ONE_MONTH);
    expect(await deadlines.due(TWO_WEEKS, 10)).toEqual([]);
    expect(await deadlines.due(ONE_MONTH, 10)).toEqual([{ ...one, dueAt: ONE_MONTH }]);
    await deadlines.finish(one);
    expect(await deadlines.due(ONE_MONTH, 10)).toHaveLength(1);
    follow(keeper);
  });

  it('are read on after a restart, each event again where its place was not remembered', async () => {
    await deposit(1);
    await keeper.reactor.settled();
    await end();
    const apply = vi.spyOn(projections.deadlines, 'apply').mockRejectedValueOnce(new Error('died'));
    await deposit(2);
    keeper = keep();
    follow(keeper);
    await keeper.reactor.settled();
    expect(apply.mock.calls.map(([{ set }]) => set[0]?.subject)).toEqual([documentIdOf(2), documentIdOf(2)]);
    expect((await projections.deadlines.due(ONE_MONTH, 10)).length).toBe(4);
  });

  it('stay due where the espace is busy', async () => {
    await deposit();
    await keeper.reactor.settled();
    at(TWO_WEEKS);
    const busy: Records = { ...records, change: async () => ({ ok: false, refusal: 'stream-busy' }) };
    expect(await keep(projections, busy).carryOut()).toBe(0);
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect(await keeper.carryOut()).toBe(1);
  });

  it('that fail do not keep the others waiting', async () => {
    await deposit(1);
    await deposit(2);
    await keeper.reactor.settled();
    at(TWO_WEEKS);
    let calls = 0;
    const failing: Records = {
      ...records,
      change: (...args) => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('damaged')) : records.change(...args);
      },
    };
    expect(await keep(projections, failing).carryOut()).toBe(1);
    expect(onFailure).toHaveBeenCalledWith('deadlines', new Error('damaged'));
    expect((await projections.deadlines.due(TWO_WEEKS, 10)).length).toBe(1);
  });

  it('that fail do not keep the others waiting, however many fail', async () => {
    const due = (subject: string, dueAt: Instant) => ({ kind: 'essai', espace: ESPACE, subject, dueAt });
    const bad = Array.from({ length: 250 }, (_, index) => due(`bad ${index}`, index < 120 ? JANUARY_31 : TWO_WEEKS));
    const good = Array.from({ length: 130 }, (_, index) => due(`good ${index}`, TWO_WEEKS));
    await end();
    await projections.deadlines.apply({ set: [...bad, ...good, due('later', ONE_MONTH)], cancel: [] }, '');
    const tried: string[] = [];
    const rule = {
      kinds: ['essai'],
      types: [],
      deadlinesOf: () => ({ set: [], cancel: [] }),
      carryOut: async ({ subject }: { readonly subject: string }) => {
        tried.push(subject);
        if (subject.startsWith('bad')) throw new Error('out of reach');
        return null;
      },
    };
    keeper = createDeadlineKeeper({ store, deadlines: projections.deadlines, rules: [rule], clock, onFailure });
    at(TWO_WEEKS);
    expect(await keeper.carryOut()).toBe(good.length);
    // Each once: what failed waits for the next look.
    expect(tried.toSorted()).toEqual([...bad, ...good].map(({ subject }) => subject).toSorted());
    expect(onFailure).toHaveBeenCalledTimes(bad.length);
    expect((await projections.deadlines.due(TWO_WEEKS, 1_000)).length).toBe(bad.length);
    expect(await keeper.carryOut()).toBe(0);
    expect(tried).toHaveLength(2 * bad.length + good.length);
    follow(keeper);
  });

  it('of a person whose key is destroyed are neither set nor kept', async () => {
    await deposit();
    await keeper.reactor.settled();
    await end();
    const read = store.readStream.bind(store);
    vi.spyOn(store, 'readStream').mockImplementation(async (...args) =>
      (await read(...args)).map(event => ({ ...event, data: {}, erased: true })),
    );
    at(ONE_MONTH);
    expect(await keep(projections, createRecords({ store, clock })).carryOut()).toBe(2);
    expect(await projections.deadlines.due(ONE_MONTH, 10)).toEqual([]);
    const subscribe = store.subscribe.bind(store);
    vi.spyOn(store, 'subscribe').mockImplementation(async function* (options) {
      for await (const delivery of subscribe(options))
        yield delivery.kind === 'event'
          ? { ...delivery, event: { ...delivery.event, data: {}, erased: true } }
          : delivery;
    });
    const rebuilt = openProjections(':memory:');
    keeper = keep(rebuilt);
    follow(keeper);
    await keeper.reactor.settled();
    expect(await rebuilt.deadlines.due(ONE_MONTH, 10)).toEqual([]);
    await rebuilt.close();
  });

  it('read under another schema of the file are read anew', async () => {
    const folder = await temporaryFolder();
    onTestFinished(() => folder.remove());
    const file = join(folder.path, 'projections.db');
    const old = new DatabaseSync(file);
    old.exec('CREATE TABLE deadlines (id TEXT PRIMARY KEY, document_id TEXT); CREATE TABLE checkpoints (reactor TEXT)');
    old.exec("INSERT INTO checkpoints VALUES ('deadlines')");
    old.close();
    const opened = openProjections(file);
    onTestFinished(() => opened.close());
    expect(await opened.deadlines.checkpoint()).toBeNull();
    expect(await opened.deadlines.due(ONE_MONTH, 10)).toEqual([]);
  });

  it('read anew leave alone what was sent and removed', async () => {
    const folder = await temporaryFolder();
    onTestFinished(() => folder.remove());
    const file = join(folder.path, 'projections.db');
    const before = openProjections(file, 'log');
    await before.turns.reached('letters', '7');
    await before.deadlines.apply({ set: [{ kind: 'x', espace: 'e', subject: '', dueAt: ONE_MONTH }], cancel: [] }, '9');
    await before.close();
    const old = new DatabaseSync(file);
    old.exec('PRAGMA user_version = 4');
    old.close();
    const opened = openProjections(file, 'log');
    onTestFinished(() => opened.close());
    expect(await opened.turns.take('letters', new AbortController().signal)).toBe('7');
    expect([await opened.deadlines.checkpoint(), await opened.deadlines.due(ONE_MONTH, 10)]).toEqual([null, []]);
  });

  it('are looked for by themselves, until it is time to stop', async () => {
    await deposit();
    await keeper.reactor.settled();
    await end();
    at(TWO_WEEKS);
    stop = new AbortController();
    running = keeper.run(stop.signal);
    while ((await records.load(ESPACE)).state.documents.get(documentIdOf(1))?.announcement?.holderTold !== true)
      await sleep(10);
    await end();
    expect(onFailure).not.toHaveBeenCalled();
  });
});
