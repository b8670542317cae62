import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryContentStore } from '../../src/adapters/memory/memory-content-store.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { openProjections } from '../../src/adapters/sqlite/projections.ts';
import { collectOrphans, createContentKeeper } from '../../src/application/reactors/content-keeper.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { ContentStore } from '../../src/ports/content-store.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { inPieces } from '../support/bytes.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ESPACE } from '../support/history-cast.ts';
import { createEspace, type Step } from '../support/history-steps.ts';
import { contentOf } from '../support/questions.ts';

/*
 * Mutants that these tests kill: content removed before its deletion is durable, or never; the checkpoint written before
 * the content is gone; an orphan younger than an hour taken; content of a document kept as an orphan, or taken for one;
 * content of a deleted document that stays because its deposit came first; a number that counts what was not there;
 * content of an erased person looked for.
 */

const HOUR_MS = 3_600_000;

let store: EventStore;
let clock: TestClock;
let records: Records;
let contents: ContentStore;

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
  contents = createMemoryContentStore({ keys: createMemoryKeyVault(), now: () => clock.now() });
  await records.change(ESPACE, requestNamed('create'), createEspace);
});

const step = (one: Step) => take({ records, clock }, one, requestNamed(JSON.stringify(one)));
const put = (number: number) =>
  contents.put(contentOf(number).contentId, ESPACE, inPieces(Buffer.from('bytes')), 1_000);
const deposit = async (document: number): Promise<void> => {
  await put(document);
  await step({ do: 'deposit', who: 'gp', document, typeCode: '11502-2', informed: true, visibility: {} });
};
const remove = (document: number) => step({ do: 'delete', who: 'gp', document });
const kept = async (): Promise<readonly number[]> => {
  const numbers: number[] = [];
  for await (const { id } of contents.list()) numbers.push(Number(id.slice(-2)));
  return numbers.sort();
};

describe('the content of a document', () => {
  const keeping = (turns = openProjections(':memory:').turns, through: ContentStore = contents) => {
    const onFailure = vi.fn();
    const keeper = createContentKeeper({ store, contents: through, turns, onFailure });
    const stop = new AbortController();
    const running = keeper.run(stop.signal);
    const end = async () => {
      stop.abort();
      await running;
    };
    return { keeper, onFailure, turns, end, [Symbol.asyncDispose]: end };
  };

  it('goes when its document is deleted, and the others stay', async () => {
    await deposit(1);
    await deposit(2);
    await using one = keeping();
    await one.keeper.settled();
    expect(await kept()).toEqual([1, 2]);
    await remove(1);
    await one.keeper.settled();
    expect(await kept()).toEqual([2]);
    expect(await one.turns.take('content', new AbortController().signal)).toBe(
      (await store.readStream(`espace-${ESPACE}`)).at(-1)?.checkpoint,
    );
  });

  it('goes though the process dies before it is gone, or before that is remembered', async () => {
    await deposit(1);
    await deposit(2);
    await remove(1);
    await remove(2);
    const projections = openProjections(':memory:');
    const failing: ContentStore = { ...contents, remove: vi.fn(contents.remove) };
    vi.mocked(failing.remove).mockRejectedValueOnce(new Error('died'));
    const write = vi.spyOn(projections.turns, 'reached').mockRejectedValueOnce(new Error('died too'));
    const one = keeping(projections.turns, failing);
    await one.keeper.settled();
    await one.end();
    expect(await kept()).toEqual([]);
    expect(vi.mocked(failing.remove).mock.calls.map(([id]) => Number(id.slice(-2)))).toEqual([1, 1, 1, 2]);
    expect(write).toHaveBeenCalledTimes(3);
    const again = keeping(projections.turns, failing);
    await again.keeper.settled();
    await again.end();
    expect(failing.remove).toHaveBeenCalledTimes(4);
  });

  it('of somebody erased is not known any more', async () => {
    await deposit(1);
    await remove(1);
    const subscribe = store.subscribe.bind(store);
    vi.spyOn(store, 'subscribe').mockImplementation(async function* (options) {
      for await (const delivery of subscribe(options))
        yield delivery.kind === 'event'
          ? { ...delivery, event: { ...delivery.event, data: {}, erased: true } }
          : delivery;
    });
    await using one = keeping();
    await one.keeper.settled();
    expect(one.onFailure).not.toHaveBeenCalled();
    expect(await kept()).toEqual([1]);
    expect(await one.turns.take('content', new AbortController().signal)).not.toBeNull();
  });
});

describe('orphans', () => {
  const collect = () => collectOrphans({ store, contents, clock });

  it('are what no document has, an hour after it was stored', async () => {
    await deposit(1);
    await put(2);
    clock.advance(HOUR_MS);
    expect(await collect()).toBe(0);
    await put(3);
    clock.advance(1);
    expect(await collect()).toBe(1);
    expect(await kept()).toEqual([1, 3]);
    clock.advance(HOUR_MS);
    expect(await collect()).toBe(1);
    expect(await kept()).toEqual([1]);
    expect(await collect()).toBe(0);
  });

  it('are what a deleted document had', async () => {
    await deposit(1);
    await deposit(2);
    await remove(1);
    clock.advance(HOUR_MS + 1);
    expect(await collect()).toBe(1);
    expect(await kept()).toEqual([2]);
  });

  it('are counted where they were there', async () => {
    await deposit(1);
    await remove(1);
    await contents.remove(contentOf(1).contentId);
    await put(2);
    clock.advance(HOUR_MS + 1);
    expect(await collect()).toBe(1);
    expect(await kept()).toEqual([]);
  });

  it('are none where nothing is stored', async () => {
    expect(await collect()).toBe(0);
  });

  it('are what only somebody erased may have had: unreadable, whoever it was', async () => {
    await deposit(1);
    const subscribe = store.subscribe.bind(store);
    vi.spyOn(store, 'subscribe').mockImplementation(async function* (options) {
      for await (const delivery of subscribe(options))
        yield delivery.kind === 'event'
          ? { ...delivery, event: { ...delivery.event, data: {}, erased: true } }
          : delivery;
    });
    clock.advance(HOUR_MS + 1);
    expect(await collect()).toBe(1);
    expect(await kept()).toEqual([]);
  });
});
