import { describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import {
  createStreamHandler,
  type Decide,
  type Handled,
  MAX_REMEMBERED_REQUESTS,
  MAX_WAITING_PER_STREAM,
  type Request,
  type StreamHandler,
} from '../../src/application/stream-handler.ts';
import type { Instant } from '../../src/domain/shared/time.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createTestClock, requestNamed, type TestClock } from '../support/history.ts';
import { NOW } from '../support/questions.ts';

/*
 * Mutants that these tests kill: each waiting request appended alone; a request decided on the state before the batch;
 * `again` on the state after instead of before, or at the present instant; a key remembered without its fingerprint, by
 * the process alone, or for ever; a random id remembered; one waiting request too many; a thrown decision that takes the
 * others of its batch along; an append sent once; an answer without events given from a stale cache, or beside an append
 * that stands already with more behind it; a lost race answered with the state it was lost on; a race tried for ever;
 * time that runs backwards; `loadAt` without the events of that instant; a repeat on another node taken for the first
 * time because its events stand at the same place (event ids without the instant); an id that tells the version.
 */

type Added = { readonly type: 'Added'; readonly at: Instant; readonly data: { readonly amount: number } };
type Handler = StreamHandler<number, Added>;

const nodeOn = (store: EventStore, clock: TestClock = createTestClock(), cacheSize = 10): Handler =>
  createStreamHandler<number, Added>({
    store,
    clock,
    kind: 'espace',
    initial: 0,
    evolve: (total, event) => total + event.data.amount,
    erased: () => -1,
    cacheSize,
  });

/** Adds `amount` up to ten; says what the total was, and when. */
const add =
  (amount: number): Decide<number, Added, string> =>
  (total, at) => ({
    events: total + amount > 10 ? [] : [{ type: 'Added', at, data: { amount } }],
    result: total + amount > 10 ? `${total} is enough` : `${total} at ${at}`,
  });

const randomRequest = (number: number): Request => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  fingerprint: '',
});

const done = <T>(handled: Handled<number, T>) => {
  if (!handled.ok) throw new Error(handled.refusal);
  return handled;
};

const amountsIn = async (store: EventStore, id = '1') =>
  (await store.readStream(`espace-${id}`)).map(({ data }) => data.amount);

/** A promise, and the means to hold a store's next append until it is let go. */
const holdAppends = (store: EventStore) => {
  let release = (): void => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const append = store.appendToStream.bind(store);
  vi.spyOn(store, 'appendToStream').mockImplementationOnce(async (...args) => {
    await held;
    return append(...args);
  });
  return release;
};

describe('a request', () => {
  it('is decided on the newest state, and what was decided is appended', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    expect(await node.load('1')).toEqual({ state: 0, version: 0 });
    expect(await node.handle('1', requestNamed('a'), add(3))).toEqual({
      ok: true,
      state: 3,
      version: 1,
      result: `0 at ${NOW}`,
      repeated: false,
    });
    expect(await node.handle('1', requestNamed('b'), add(4))).toMatchObject({ state: 7, version: 2 });
    expect(await node.load('1')).toEqual({ state: 7, version: 2 });
    expect(await node.load('2')).toEqual({ state: 0, version: 0 });
    const [first] = await store.readStream('espace-1');
    expect(first).toMatchObject({ type: 'Added', at: NOW, requestId: requestNamed('a').id, data: { amount: 3 } });
  });

  it('that changes nothing writes nothing', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    expect(await node.handle('1', requestNamed('a'), add(11))).toEqual({
      ok: true,
      state: 0,
      version: 0,
      result: '0 is enough',
      repeated: false,
    });
    expect(await store.readStream('espace-1')).toEqual([]);
  });

  it('waits with others of its stream, and all are decided in turn and appended in one call', async () => {
    const store = createMemoryEventStore();
    const append = vi.spyOn(store, 'appendToStream');
    const node = nodeOn(store);
    const answers = await Promise.all(
      [4, 5, 3, 1].map(amount => node.handle('1', requestNamed(`${amount}`), add(amount))),
    );
    expect(answers.map(answer => done(answer).result)).toEqual([
      `0 at ${NOW}`,
      `4 at ${NOW}`,
      // It writes nothing, so it is answered after those that do.
      '10 is enough',
      `9 at ${NOW}`,
    ]);
    expect(answers.map(answer => done(answer).version)).toEqual([1, 2, 3, 3]);
    expect(answers.map(answer => done(answer).state)).toEqual([4, 9, 10, 10]);
    expect(append).toHaveBeenCalledTimes(1);
    expect(await amountsIn(store)).toEqual([4, 5, 1]);
  });

  it('of one stream does not wait for another stream', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    const release = holdAppends(store);
    const slow = node.handle('1', requestNamed('slow'), add(1));
    await Promise.resolve();
    expect(await node.handle('2', requestNamed('fast'), add(2))).toMatchObject({ ok: true, state: 2 });
    release();
    expect(await slow).toMatchObject({ ok: true, state: 1 });
  });

  it('whose decision throws is rejected alone', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    const answers = await Promise.allSettled([
      node.handle('1', requestNamed('a'), add(1)),
      node.handle('1', requestNamed('b'), () => {
        throw new Error('a bug');
      }),
      node.handle('1', requestNamed('c'), add(2)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(answers[1]).toMatchObject({ reason: new Error('a bug') });
    expect(await amountsIn(store)).toEqual([1, 2]);
  });

  it('is refused where a thousand wait, and only then', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    const nothing: Decide<number, Added, string> = () => ({ events: [], result: 'seen' });
    const answers = await Promise.all(
      Array.from({ length: MAX_WAITING_PER_STREAM + 2 }, (_, n) => node.handle('1', randomRequest(n), nothing)),
    );
    expect(answers.map(({ ok }) => ok).lastIndexOf(true)).toBe(MAX_WAITING_PER_STREAM - 1);
    expect(answers.slice(MAX_WAITING_PER_STREAM)).toEqual([
      { ok: false, refusal: 'stream-busy' },
      { ok: false, refusal: 'stream-busy' },
    ]);
    expect(await node.handle('1', requestNamed('later'), add(1))).toMatchObject({ ok: true });
  });
});

describe('a repeated request', () => {
  it('gets its first answer again, whatever happened since, and changes nothing', async () => {
    const store = createMemoryEventStore();
    const clock = createTestClock();
    const node = nodeOn(store, clock);
    const first = done(await node.handle('1', requestNamed('a'), add(6)));
    clock.advance(60_000);
    await node.handle('1', requestNamed('b'), add(3));
    clock.advance(60_000);
    expect(await node.handle('1', requestNamed('a'), add(6))).toEqual({ ...first, repeated: true });
    expect(await amountsIn(store)).toEqual([6, 3]);
  });

  it('is recognised by a process that starts anew, and by another node', async () => {
    const store = createMemoryEventStore();
    const first = done(await nodeOn(store).handle('1', requestNamed('a'), add(6)));
    expect(await nodeOn(store).handle('1', requestNamed('a'), add(6))).toEqual({ ...first, repeated: true });
    expect(await amountsIn(store)).toEqual([6]);
  });

  it('is recognised among those that wait together', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    const answers = await Promise.all([
      node.handle('1', requestNamed('a'), add(2)),
      node.handle('1', requestNamed('a'), add(2)),
      node.handle('1', requestNamed('b'), add(3)),
      node.handle('1', requestNamed('a'), add(2)),
    ]);
    expect(answers.map(answer => [done(answer).result, done(answer).repeated])).toEqual([
      [`0 at ${NOW}`, false],
      [`0 at ${NOW}`, true],
      [`2 at ${NOW}`, false],
      [`0 at ${NOW}`, true],
    ]);
    expect(await amountsIn(store)).toEqual([2, 3]);
  });

  it('with other content is refused', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    await node.handle('1', requestNamed('a'), add(6));
    const other = { ...requestNamed('a'), fingerprint: 'something else' };
    const refused = { ok: false, refusal: 'idempotency-key-reused' };
    expect(await node.handle('1', other, add(1))).toEqual(refused);
    expect(await nodeOn(store).handle('1', other, add(1))).toEqual(refused);
    expect(
      await Promise.all([node.handle('1', other, add(1)), node.handle('1', requestNamed('a'), add(6))]),
    ).toMatchObject([refused, { ok: true, repeated: true }]);
    expect(await amountsIn(store)).toEqual([6]);
  });

  it('is another request where its stream is another', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    await node.handle('1', requestNamed('a'), add(6));
    expect(await node.handle('2', requestNamed('a'), add(6))).toMatchObject({ ok: true, repeated: false });
  });

  it('is not known as one where its id is of chance', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    await node.handle('1', randomRequest(1), add(1));
    expect(await node.handle('1', randomRequest(1), add(1))).toMatchObject({ repeated: false });
    expect(await amountsIn(store)).toEqual([1, 1]);
  });

  it('is forgotten after many others, and is then a new one', async () => {
    const store = createMemoryEventStore();
    const clock = createTestClock();
    const node = nodeOn(store, clock);
    const zero = add(0);
    for (let n = 0; n < MAX_REMEMBERED_REQUESTS; n++) await node.handle('1', requestNamed(`${n}`), zero);
    expect(await node.handle('1', requestNamed('0'), zero)).toMatchObject({ repeated: true });
    await node.handle('1', requestNamed('one more'), zero);
    expect(await node.handle('1', requestNamed('1'), zero)).toMatchObject({ repeated: true });
    clock.advance(1);
    expect(await node.handle('1', requestNamed('0'), zero)).toMatchObject({ repeated: false });
    const ids = (await store.readStream('espace-1')).map(({ id }) => id);
    expect(ids.length).toBe(MAX_REMEMBERED_REQUESTS + 2);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('that throws the second time is rejected alone', async () => {
    const node = nodeOn(createMemoryEventStore());
    await node.handle('1', requestNamed('a'), add(1));
    await node.handle('1', requestNamed('b'), add(1));
    const [a, b] = await Promise.allSettled([
      node.handle('1', requestNamed('a'), () => {
        throw new Error('a bug');
      }),
      node.handle('1', requestNamed('b'), add(1)),
    ]);
    expect(a).toMatchObject({ status: 'rejected', reason: new Error('a bug') });
    expect(b).toMatchObject({ status: 'fulfilled', value: { ok: true, repeated: true } });
  });

  it('has ids that say nothing of what stands before it', async () => {
    const idsAfter = async (count: number) => {
      const store = createMemoryEventStore();
      const node = nodeOn(store);
      for (let n = 0; n < count; n++) await node.handle('1', randomRequest(n), add(0));
      await node.handle('1', requestNamed('a'), add(1));
      return (await store.readStream('espace-1')).at(-1)?.id;
    };
    expect(await idsAfter(3)).toBe(await idsAfter(0));
  });

  it('of several events is one request, with the state after the last of them', async () => {
    const store = createMemoryEventStore();
    const twice: Decide<number, Added, number> = (total, at) => ({
      events: [1, 2].map(amount => ({ type: 'Added', at, data: { amount } })),
      result: total,
    });
    const node = nodeOn(store);
    await node.handle('1', requestNamed('before'), add(4));
    const first = done(await node.handle('1', requestNamed('a'), twice));
    await node.handle('1', requestNamed('after'), add(3));
    expect([first.state, first.version, first.result]).toEqual([7, 3, 4]);
    expect(await nodeOn(store).handle('1', requestNamed('a'), twice)).toEqual({ ...first, repeated: true });
  });
});

describe('two nodes', () => {
  it('decide anew where the other was faster', async () => {
    const store = createMemoryEventStore();
    const [a, b] = [nodeOn(store), nodeOn(store)];
    await a.handle('1', requestNamed('a'), add(1));
    await b.load('1');
    await a.handle('1', requestNamed('b'), add(7));
    expect(await b.handle('1', requestNamed('c'), add(2))).toMatchObject({
      state: 10,
      version: 3,
      result: `8 at ${NOW}`,
    });
    expect(await a.handle('1', requestNamed('d'), add(1))).toMatchObject({ result: '10 is enough', version: 3 });
  });

  it('give no answer from a state that is not the newest, even where nothing is written', async () => {
    const store = createMemoryEventStore();
    const [a, b] = [nodeOn(store), nodeOn(store)];
    await a.handle('1', requestNamed('a'), add(10));
    expect(await b.handle('1', requestNamed('b'), add(1))).toMatchObject({ result: '10 is enough' });
    await a.handle('1', requestNamed('c'), (_, at) => ({
      events: [{ type: 'Added', at, data: { amount: -5 } }],
      result: '',
    }));
    expect(await b.handle('1', requestNamed('d'), add(1))).toMatchObject({
      result: `5 at ${NOW}`,
      state: 6,
      version: 3,
    });
    expect(await a.load('1')).toEqual({ state: 6, version: 3 });
  });

  it('give no such answer either beside a request that the other has carried out at the same instant', async () => {
    const store = createMemoryEventStore();
    const [a, b] = [nodeOn(store), nodeOn(store)];
    await a.handle('1', requestNamed('before'), add(1));
    await b.load('1');
    await a.handle('1', requestNamed('same'), add(5));
    await a.handle('1', requestNamed('after'), add(4));
    const [same, full] = await Promise.all([
      b.handle('1', requestNamed('same'), add(5)),
      b.handle('1', requestNamed('one more'), (total: number) => ({ events: [], result: `${total} in all` })),
    ]);
    expect(same).toMatchObject({ ok: true, result: `1 at ${NOW}` });
    expect(full).toMatchObject({ ok: true, result: '10 in all', version: 3 });
    expect(await amountsIn(store)).toEqual([1, 5, 4]);
  });

  it('write time that never runs backwards, whatever their clocks say', async () => {
    const store = createMemoryEventStore();
    const slow = createTestClock('2026-11-20T08:00:00.000Z');
    const [a, b] = [nodeOn(store), nodeOn(store, slow)];
    await a.handle('1', requestNamed('a'), add(1));
    expect(done(await b.handle('1', requestNamed('b'), add(1))).result).toBe(`1 at ${NOW}`);
    slow.advance(3_600_000);
    expect(done(await b.handle('1', requestNamed('c'), add(1))).result).toBe('2 at 2026-11-20T09:00:00.000Z');
    expect(done(await a.handle('1', requestNamed('d'), add(1))).result).toBe('3 at 2026-11-20T09:00:00.000Z');
    const times = (await store.readStream('espace-1')).map(({ at }) => at);
    expect(times).toEqual([...times].sort());
  });

  it('give one answer to one request, though the second has not heard of the first and its clock is slow', async () => {
    const store = createMemoryEventStore();
    const slow = createTestClock('2026-11-20T08:00:00.000Z');
    const [a, b] = [nodeOn(store), nodeOn(store, slow)];
    const untilNoon: Decide<number, Added, string> = (total, at) => {
      const amount = at < NOW ? 9 : 1;
      return { events: [{ type: 'Added', at, data: { amount } }], result: `${total} + ${amount}` };
    };
    slow.advance(-3_600_000);
    await b.handle('1', requestNamed('before'), untilNoon);
    const first = done(await a.handle('1', requestNamed('same'), untilNoon));
    expect(first.result).toBe('9 + 1');
    expect(await b.handle('1', requestNamed('same'), untilNoon)).toEqual({ ...first, repeated: true });
    expect(await b.load('1')).toEqual({ state: 10, version: 2 });
  });

  it('give up after many lost races, and say so', async () => {
    const store = createMemoryEventStore();
    let races = 0;
    vi.spyOn(store, 'appendToStream').mockImplementation(async (_, expected) => {
      races += 1;
      return { ok: false, actual: expected + 1 };
    });
    const node = nodeOn(store);
    const answers = await Promise.all([
      node.handle('1', requestNamed('a'), add(1)),
      node.handle('1', requestNamed('b'), add(11)),
    ]);
    expect(answers).toEqual([
      { ok: false, refusal: 'stream-busy' },
      { ok: false, refusal: 'stream-busy' },
    ]);
    expect(races).toBe(33);
  });
});

describe('a store that fails', () => {
  it('once is asked again, and the events are there once', async () => {
    const store = createMemoryEventStore();
    const append = store.appendToStream.bind(store);
    const spy = vi.spyOn(store, 'appendToStream').mockImplementationOnce(async (...args) => {
      await append(...args);
      throw new Error('the answer was lost');
    });
    const node = nodeOn(store);
    expect(await node.handle('1', requestNamed('a'), add(1))).toMatchObject({ ok: true, version: 1, repeated: false });
    expect(spy).toHaveBeenCalledTimes(2);
    expect(await amountsIn(store)).toEqual([1]);
  });

  it('for long rejects what waited together; the next request works, and a repeat is recognised', async () => {
    const store = createMemoryEventStore();
    const append = store.appendToStream.bind(store);
    const lostAnswer = async (...args: Parameters<typeof append>): Promise<never> => {
      await append(...args);
      throw new Error('out of reach');
    };
    vi.spyOn(store, 'appendToStream')
      .mockImplementationOnce(lostAnswer)
      .mockImplementationOnce(lostAnswer)
      .mockImplementationOnce(lostAnswer);
    const node = nodeOn(store);
    const failed = await Promise.allSettled([
      node.handle('1', requestNamed('a'), add(1)),
      node.handle('1', requestNamed('b'), add(2)),
    ]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await node.handle('1', requestNamed('c'), add(3))).toMatchObject({ ok: true, state: 6, version: 3 });
    expect(await node.handle('1', requestNamed('b'), add(2))).toMatchObject({ repeated: true, result: `1 at ${NOW}` });
    expect(await amountsIn(store)).toEqual([1, 2, 3]);
  });

  it('to read rejects, and the next request works', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store);
    vi.spyOn(store, 'readStream').mockRejectedValueOnce(new Error('out of reach'));
    await expect(node.handle('1', requestNamed('a'), add(1))).rejects.toThrow('out of reach');
    vi.spyOn(store, 'readStream').mockRejectedValueOnce(new Error('out of reach'));
    await expect(node.load('1')).rejects.toThrow('out of reach');
    expect(await node.handle('1', requestNamed('b'), add(2))).toMatchObject({ ok: true, state: 2 });
  });
});

describe('what is remembered of a stream', () => {
  it('may be forgotten at any time', async () => {
    const store = createMemoryEventStore();
    const node = nodeOn(store, createTestClock(), 1);
    for (const id of ['1', '2', '1', '2', '1']) await node.handle(id, randomRequest(Number(id)), add(1));
    expect(await node.load('1')).toEqual({ state: 3, version: 3 });
    expect(await node.load('2')).toEqual({ state: 2, version: 2 });
  });

  it('is what it was at an instant, the events of that instant included', async () => {
    const store = createMemoryEventStore();
    const clock = createTestClock();
    const node = nodeOn(store, clock);
    await node.handle('1', requestNamed('a'), add(1));
    await node.handle('1', requestNamed('b'), add(2));
    clock.advance(1);
    await node.handle('1', requestNamed('c'), add(4));
    expect(await node.loadAt('1', '2026-11-20T08:29:59.999Z')).toBe(0);
    expect(await node.loadAt('1', NOW)).toBe(3);
    expect(await node.loadAt('1', '2026-11-20T08:30:00.001Z')).toBe(7);
    expect(await node.loadAt('none', NOW)).toBe(0);
  });

  it('is nothing where the person’s key is destroyed', async () => {
    const store = createMemoryEventStore();
    await nodeOn(store).handle('1', requestNamed('a'), add(5));
    const read = store.readStream.bind(store);
    vi.spyOn(store, 'readStream').mockImplementation(async (...args) =>
      (await read(...args)).map(event => ({ ...event, data: {}, erased: true })),
    );
    expect(await nodeOn(store).load('1')).toEqual({ state: -1, version: 1 });
    expect(await nodeOn(store).loadAt('1', NOW)).toBe(-1);
  });
});
