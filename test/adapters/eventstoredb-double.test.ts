/**
 * The test double against what the server's own tests say of the server (reference, section 4.6: A, B, C, E, F, H), asked
 * through the real client, once over each of the two ways in which it appends.
 *
 * Mutants that these tests caught: ids compared without their order, remembered over a restart, remembered at their last
 * place, known in any stream; a miss at the first id taken for a broken repeat, one later for a new append; a position told
 * of what cannot be read; numbers begun anew after a deletion; other metadata lost; tombstones ignored; stream_exists taken
 * after a deletion or without metadata; no limit on an append or a batch; checkpoints at the end of a page, or at every
 * page; lost live messages not noticed; a subscription or a backwards read that begins with its place; what was truncated
 * read all the same.
 */
import { randomUUID } from 'node:crypto';
import {
  ANY,
  type AppendExpectedRevision,
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  START,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Double, startDouble } from '../support/eventstoredb/double.ts';

type Expected = AppendExpectedRevision | number;

const revisionOf = (expected: Expected): AppendExpectedRevision =>
  typeof expected === 'number' ? BigInt(expected) : expected;

const newId = () => randomUUID();
const ids = (count: number): readonly string[] => Array.from({ length: count }, newId);

describe.each([
  ['in batches', true],
  ['one by one', false],
])('the EventStoreDB double, appended to %s', (_, supportsBatchAppend) => {
  let double: Double;
  let client: EventStoreDBClient;

  beforeAll(async () => {
    double = await startDouble({ supportsBatchAppend });
    client = EventStoreDBClient.connectionString(double.connectionString);
  });
  afterAll(async () => {
    await client.dispose();
    await double.stop();
  });

  /** `ok 3`: the last revision; `no 2`: the stream is at 2; `gone`: it was deleted. */
  const append = async (stream: string, events: readonly string[], expected: Expected): Promise<string> => {
    const proposed = events.map(id => jsonEvent({ id, type: 'Noted', data: { id } }));
    try {
      const result = await client.appendToStream(stream, proposed, { expectedRevision: revisionOf(expected) });
      return `ok ${result.nextExpectedRevision}`;
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return `no ${error.actualVersion}`;
      if (error instanceof StreamDeletedError) return 'gone';
      throw error;
    }
  };

  const read = async (stream: string): Promise<readonly string[] | 'not found' | 'gone'> => {
    const found: string[] = [];
    try {
      for await (const { event } of client.readStream(stream)) found.push(event?.id ?? '');
    } catch (error) {
      if (error instanceof StreamNotFoundError) return 'not found';
      if (error instanceof StreamDeletedError) return 'gone';
      throw error;
    }
    return found;
  };

  const fresh = () => `stream-${randomUUID()}`;

  it('uses the call that this round is about', async () => {
    const before = [double.calls('batchAppend'), double.calls('append')];
    await append(fresh(), ids(1), ANY);
    if (supportsBatchAppend) expect(double.calls('batchAppend')).toBe(1);
    else expect([double.calls('batchAppend'), double.calls('append')]).toEqual([0, (before[1] ?? 0) + 1]);
  });

  describe('A. appending to an implicitly created stream', () => {
    const one = async (count: number) => {
      const stream = fresh();
      const events = ids(count);
      for (const [index, id] of events.entries()) await append(stream, [id], index === 0 ? NO_STREAM : index - 1);
      return { stream, events, first: events[0] as string };
    };

    it.each([
      ['e0 @ no stream', NO_STREAM, 'ok 0', 6],
      ['e0 @ any', ANY, 'ok 0', 6],
      ['e0 @ 5', 5, 'ok 6', 7],
      ['e0 @ 6', 6, 'no 5', 6],
      ['e0 @ 4', 4, 'no 5', 6],
    ] as const)('six events, then %s', async (_name, expected, answer, length) => {
      const { stream, first } = await one(6);
      expect(await append(stream, [first], expected)).toBe(answer);
      expect(await read(stream)).toHaveLength(length);
    });

    it.each([
      ['e0 @ 0', 0, 'ok 1', 2],
      ['e0 @ any', ANY, 'ok 0', 1],
      ['e0 @ no stream', NO_STREAM, 'ok 0', 1],
    ] as const)('one event, then %s', async (_name, expected, answer, length) => {
      const { stream, first } = await one(1);
      expect(await append(stream, [first], expected)).toBe(answer);
      expect(await read(stream)).toHaveLength(length);
    });

    it('three events, then the second @ any, twice', async () => {
      const { stream, events } = await one(3);
      expect(await append(stream, [events[1] as string], ANY)).toBe('ok 1');
      expect(await append(stream, [events[1] as string], ANY)).toBe('ok 1');
      expect(await read(stream)).toEqual(events);
    });

    it.each([
      ['e0 @ no stream', [0], NO_STREAM, 'ok 0'],
      ['e0 @ any', [0], ANY, 'ok 0'],
      ['e1 @ 0', [1], 0, 'ok 1'],
      ['e1 @ any', [1], ANY, 'ok 1'],
      ['e0, e1 and a new one @ no stream', [0, 1, null], NO_STREAM, 'no 1'],
      ['e0, e1 and a new one @ any', [0, 1, null], ANY, 'no 1'],
      ['a new one and e0 @ any', [null, 0], ANY, 'ok 3'],
    ] as const)('two events in one append, then %s', async (_name, again, expected, answer) => {
      const stream = fresh();
      const events = ids(2);
      await append(stream, events, NO_STREAM);
      const sent = again.map(index => (index === null ? newId() : (events[index] as string)));
      expect(await append(stream, sent, expected)).toBe(answer);
      expect(await read(stream)).toHaveLength(answer === 'ok 3' ? 4 : 2);
    });
  });

  describe('B. appending', () => {
    it('creates nothing by an empty append', async () => {
      const stream = fresh();
      for (const expected of [ANY, NO_STREAM] as const) await append(stream, [], expected);
      expect(await read(stream)).toBe('not found');
    });

    it('knows an append at any by its ids', async () => {
      const stream = fresh();
      const events = ids(4);
      expect([await append(stream, events, ANY), await append(stream, events, ANY)]).toEqual(['ok 3', 'ok 3']);
    });

    it('remembers the first place of an id that comes six times', async () => {
      const stream = fresh();
      const events = Array.from({ length: 6 }, () => 'd290f1ee-6c54-4b01-90e6-d701748f0851');
      expect(await append(stream, events, ANY)).toBe('ok 5');
      expect(await append(stream, events, ANY)).toBe('ok 0');
      expect(await append(stream, events, NO_STREAM)).toBe('ok 5');
    });

    it('takes nothing at the wrong revision of a stream that is missing', async () => {
      expect(await append(fresh(), ids(1), 1)).toBe('no no_stream');
    });

    it.each([NO_STREAM, ANY, STREAM_EXISTS, 5] as const)('takes nothing after a tombstone: %s', async expected => {
      const stream = fresh();
      await client.tombstoneStream(stream, { expectedRevision: NO_STREAM });
      expect(await append(stream, ids(1), expected)).toBe('gone');
      expect(await read(stream)).toBe('gone');
    });

    it('takes 100 events at once, at a position of their own', async () => {
      const stream = fresh();
      const events = ids(100);
      expect(await append(stream, events, NO_STREAM)).toBe('ok 99');
      expect(await read(stream)).toEqual(events);
    });

    it('takes stream_exists where there is metadata, and nothing else', async () => {
      const stream = fresh();
      expect(await append(stream, ids(1), STREAM_EXISTS)).toBe('no no_stream');
      await client.setStreamMetadata(stream, { truncateBefore: 0 });
      expect(await append(stream, ids(1), STREAM_EXISTS)).toBe('ok 0');
    });

    it('takes no append that is too large, and says how large one may be', async () => {
      const stream = fresh();
      const event = jsonEvent({ type: 'Noted', data: { text: 'x'.repeat(1024 * 1024) } });
      const error = await client.appendToStream(stream, event).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
      expect((error as MaxAppendSizeExceededError).maxAppendSize).toBe(1024 * 1024);
      expect(await read(stream)).toBe('not found');
    });
  });

  describe('C. deleting softly', () => {
    it.each([ANY, NO_STREAM, 1] as const)('goes on with the numbers: %s', async expected => {
      const stream = fresh();
      await append(stream, ids(2), NO_STREAM);
      await client.setStreamMetadata(stream, { owner: 'me' });
      await client.deleteStream(stream);
      expect(await read(stream)).toBe('not found');
      const events = ids(3);
      expect(await append(stream, events, expected)).toBe('ok 4');
      expect(await read(stream)).toEqual(events);
      const { metadata } = await client.getStreamMetadata(stream);
      expect(metadata).toEqual({ truncateBefore: 2, owner: 'me' });
    });

    it('refuses to delete what is not there', async () => {
      await expect(client.deleteStream(fresh())).rejects.toBeInstanceOf(WrongExpectedVersionError);
    });
  });

  describe('E. the same ids again', () => {
    it.each([1, 10])('%i events: known for ever at an exact revision, at any until the restart', async count => {
      const stream = fresh();
      const events = ids(count);
      const last = count - 1;
      await append(stream, events, NO_STREAM);
      expect(await append(stream, events, ANY)).toBe(`ok ${last}`);
      await double.halt();
      await double.resume();
      client = EventStoreDBClient.connectionString(double.connectionString);
      expect(await append(stream, events, NO_STREAM)).toBe(`ok ${last}`);
      expect(await append(stream, events, ANY)).toBe(`ok ${last + count}`);
    });

    it.each([0, 9])('ten events: another id at %i', async changed => {
      const stream = fresh();
      const events = ids(10);
      await append(stream, events, NO_STREAM);
      const sent = events.map((id, index) => (index === changed ? newId() : id));
      expect(await append(stream, sent, NO_STREAM)).toBe('no 9');
      expect(await append(stream, sent, ANY)).toBe(changed === 0 ? 'ok 19' : 'no 9');
    });

    it('is a success without a position where the stream was deleted softly since', async () => {
      const stream = fresh();
      const event = jsonEvent({ type: 'Noted', data: {} });
      await client.appendToStream(stream, event, { expectedRevision: NO_STREAM });
      await client.deleteStream(stream);
      const again = await client.appendToStream(stream, event, { expectedRevision: NO_STREAM });
      expect(again).toEqual({ success: true, nextExpectedRevision: 0n, position: undefined });
    });

    it('is never a repeat in another stream', async () => {
      const events = ids(2);
      await append(fresh(), events, ANY);
      const other = fresh();
      expect(await append(other, events, ANY)).toBe('ok 1');
      expect(await append(other, events, ANY)).toBe('ok 3');
    });
  });

  describe('H. every state and every expectation', () => {
    type State = 'never' | 'three events' | 'deleted softly' | 'tombstone';

    const inState = async (state: State) => {
      const stream = fresh();
      if (state !== 'never') await append(stream, ids(3), NO_STREAM);
      if (state === 'deleted softly') await client.deleteStream(stream);
      if (state === 'tombstone') await client.tombstoneStream(stream);
      return stream;
    };

    it.each([
      [ANY, 'ok 0', 'ok 3', 'ok 3', 'gone'],
      [STREAM_EXISTS, 'no no_stream', 'ok 3', 'gone', 'gone'],
      [NO_STREAM, 'ok 0', 'no 2', 'ok 3', 'gone'],
      [1, 'no no_stream', 'no 2', 'no 2', 'gone'],
      [2, 'no no_stream', 'ok 3', 'ok 3', 'gone'],
      [3, 'no no_stream', 'no 2', 'no 2', 'gone'],
    ] as const)('%s', async (expected, ...answers) => {
      const states = ['never', 'three events', 'deleted softly', 'tombstone'] as const;
      for (const [index, state] of states.entries())
        expect(`${state}: ${await append(await inState(state), ids(1), expected)}`).toBe(`${state}: ${answers[index]}`);
    });

    const RETRIES = [
      [ANY, 'never'],
      [ANY, 'three events'],
      [ANY, 'deleted softly'],
      [STREAM_EXISTS, 'three events'],
      [NO_STREAM, 'never'],
      [2, 'three events'],
      [2, 'deleted softly'],
    ] as const;

    it.each(RETRIES)('two events @ %s on %s, again', async (expected, state) => {
      const stream = await inState(state);
      const [a, b] = ids(2) as [string, string];
      const first = await append(stream, [a, b], expected);
      expect(await append(stream, [a, b], expected)).toBe(first);
      expect(await append(stream, [a, newId()], expected)).toBe(`no ${first.slice(3)}`);
      await append(stream, ids(1), ANY);
      expect(await append(stream, [a, b], expected)).toBe(first);
      await client.deleteStream(stream);
      expect(await append(stream, [a, b], expected)).toBe(expected === STREAM_EXISTS ? 'gone' : first);
      await client.tombstoneStream(stream);
      expect(await append(stream, [a, b], expected)).toBe('gone');
    });

    it('two events @ no stream on one deleted softly, again: refused, as ever', async () => {
      const stream = await inState('deleted softly');
      const events = ids(2);
      expect(await append(stream, events, NO_STREAM)).toBe('ok 4');
      expect(await append(stream, events, NO_STREAM)).toBe('no 4');
    });
  });
});

describe('the EventStoreDB double, read from', () => {
  let double: Double;
  let client: EventStoreDBClient;

  beforeAll(async () => {
    double = await startDouble();
    client = EventStoreDBClient.connectionString(double.connectionString);
  });
  afterAll(async () => {
    await client.dispose();
    await double.stop();
  });

  const fill = async (count: number, type = 'Noted', stream = `stream-${randomUUID()}`) => {
    const events = Array.from({ length: count }, (_, number) => jsonEvent({ type, data: { number } }));
    await client.appendToStream(stream, events);
    return stream;
  };

  const revisions = async (reading: AsyncIterable<{ event?: { revision: bigint } }>) => {
    const found: number[] = [];
    for await (const { event } of reading) found.push(Number(event?.revision));
    return found;
  };

  it('F. gives a stream from any revision, in both directions', async () => {
    const stream = await fill(5);
    expect(await revisions(client.readStream(stream, { fromRevision: 3n }))).toEqual([3, 4]);
    expect(await revisions(client.readStream(stream, { fromRevision: 5n }))).toEqual([]);
    expect(await revisions(client.readStream(stream, { fromRevision: 1n, maxCount: 2 }))).toEqual([1, 2]);
    const backwards = { direction: BACKWARDS, maxCount: 3 } as const;
    expect(await revisions(client.readStream(stream, { ...backwards, fromRevision: END }))).toEqual([4, 3, 2]);
    expect(await revisions(client.readStream(stream, { ...backwards, fromRevision: 1n }))).toEqual([1, 0]);
    expect(await revisions(client.readStream(stream, { ...backwards, fromRevision: 99n }))).toEqual([4, 3, 2]);
  });

  it('F. begins a truncated stream where it was truncated', async () => {
    const stream = await fill(5);
    await client.setStreamMetadata(stream, { truncateBefore: 3 });
    expect(await revisions(client.readStream(stream))).toEqual([3, 4]);
  });

  it('4.3 gives each event of a stream the position at which the log has it', async () => {
    const stream = await fill(3);
    const own = [];
    for await (const { event } of client.readStream(stream)) own.push(event?.position);
    const all = [];
    for await (const { event } of client.readAll()) if (event?.streamId === stream) all.push(event.position);
    expect(own).toEqual(all);
    for (const position of own) expect(position?.commit).toBe(position?.prepare);
  });

  it('4.3 reads the log forwards from a position with it, backwards without, and subscribes after it', async () => {
    const stream = await fill(3);
    const own = [];
    for await (const { event } of client.readStream(stream)) if (event?.position) own.push(event.position);
    const [first, second, third] = own as [(typeof own)[0], (typeof own)[0], (typeof own)[0]];
    expect(await revisions(client.readAll({ fromPosition: second, maxCount: 2 }))).toEqual([1, 2]);
    const before = client.readAll({ direction: BACKWARDS, fromPosition: third, maxCount: 2 });
    expect(await revisions(before)).toEqual([1, 0]);
    const subscription = client.subscribeToAll({ fromPosition: first });
    const seen = [];
    for await (const { event } of subscription) {
      seen.push(Number(event?.revision));
      if (seen.length === 2) break;
    }
    await subscription.unsubscribe();
    expect(seen).toEqual([1, 2]);
  });

  /** What a filtered subscription says of 210 events, `wanted` of which it is about, until it has caught up. */
  const history = async (window: number, multiplier: number, wanted: (number: number) => boolean) => {
    const own = await startDouble();
    const reader = EventStoreDBClient.connectionString(own.connectionString);
    const events = Array.from({ length: 210 }, (_, number) =>
      jsonEvent({ type: wanted(number) ? 'Wanted' : 'Other', data: { number } }),
    );
    await reader.appendToStream('stream-1', events);
    const starts = own.log.records.map(({ start }) => BigInt(start));
    const said: string[] = [];
    const subscription = reader.subscribeToAll({
      fromPosition: START,
      filter: {
        filterOn: 'eventType',
        prefixes: ['Wanted'],
        maxSearchWindow: window,
        checkpointInterval: multiplier,
        checkpointReached: (_, { commit }) =>
          void said.push(`checkpoint before ${starts.findIndex(at => at >= commit)}`),
      },
    });
    const caughtUp = new Promise<void>(resolve => subscription.on('caughtUp', resolve));
    subscription.on('data', ({ event }) => said.push(`event ${event?.revision}`));
    await caughtUp;
    await subscription.unsubscribe();
    await reader.dispose();
    await own.stop();
    return said;
  };

  it.each([
    [32, 1, 192, ['checkpoint before 0', 'checkpoint before 32', 'checkpoint before 64', 'checkpoint before 96']],
    [32, 2, 192, ['checkpoint before 32', 'checkpoint before 96', 'checkpoint before 160']],
    [8, 8, 208, ['checkpoint before 56', 'checkpoint before 120', 'checkpoint before 184']],
  ] as const)(
    'F. tells checkpoints every %i × %i events, each where its page began',
    async (window, multiplier, last, first) => {
      const said = await history(window, multiplier, () => false);
      expect(said.slice(0, first.length)).toEqual(first);
      // The last one is up to a page behind the end: what comes after it was looked at, and nothing says so.
      expect(said.at(-1)).toBe(`checkpoint before ${last}`);
    },
  );

  it('F. tells no checkpoint twice, and none before an event that it comes after', async () => {
    const said = await history(32, 1, number => number % 70 === 0);
    expect(said.filter(text => text.startsWith('event'))).toEqual(['event 0', 'event 70', 'event 140']);
    expect(new Set(said).size).toBe(said.length);
    expect(said.indexOf('event 70')).toBeGreaterThan(said.indexOf('checkpoint before 32'));
  });

  it('4.5 leads a subscriber that is too slow through the log again, without gap or repeat', async () => {
    const type = `Noted${randomUUID().replaceAll('-', '')}`;
    const filter = eventTypeFilter({ prefixes: [type] });
    const subscription = client.subscribeToAll({ fromPosition: END, filter });
    const stream = `stream-${randomUUID()}`;
    const filler = 'x'.repeat(20_000);
    const seen: number[] = [];
    await new Promise<void>(resolve => subscription.on('confirmation', resolve));
    for (let batch = 0; batch < 20; batch += 1)
      await client.appendToStream(
        stream,
        Array.from({ length: 20 }, () => jsonEvent({ type, data: { filler } })),
      );
    for await (const { event } of subscription) {
      seen.push(Number(event?.revision));
      if (seen.length === 400) break;
    }
    await subscription.unsubscribe();
    expect(seen).toEqual(Array.from({ length: 400 }, (_, index) => index));
  });
});
