/**
 * Mutants that these tests caught: old names not asked for; unwanted events given, or passed over without progress; erased
 * ones lifted or withheld; one step only; each step given the first event; pages backwards not lifted; inherited names.
 */
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { type Upcaster, upcasting } from '../../src/adapters/wrappers/upcasting.ts';
import type { EventStore, NewEvent } from '../../src/ports/event-store.ts';
import { follow } from '../contracts/event-store/following.ts';
import { sample } from '../contracts/event-store/samples.ts';
import { eventStoreContract } from '../contracts/event-store.contract.ts';

const STREAM = 'espace-1';

/** `Named` once had one name, then two; `Moved` is now one of two types. */
const UPCASTERS: Readonly<Record<string, Upcaster>> = {
  NamedV1: ({ data }) => ({ type: 'NamedV2', data: { names: [data.name ?? ''] } }),
  NamedV2: ({ data, stream, version }) => ({ type: 'Named', data: { ...data, from: `${stream}/${version}` } }),
  Moved: ({ data }) => ({ type: data.away === true ? 'MovedAway' : 'MovedIn', data: {} }),
};

eventStoreContract('upcasting over memory', async () => ({
  store: upcasting(createMemoryEventStore(), UPCASTERS),
  dispose: async () => {},
}));

describe('upcasting', () => {
  const storeWith = async (...events: readonly NewEvent[]) => {
    const raw = createMemoryEventStore();
    await raw.appendToStream(STREAM, 0, events);
    return { raw, store: upcasting(raw, UPCASTERS) };
  };

  const history = [
    sample({ name: 'Zoé' }, 'NamedV1'),
    sample({ names: ['A', 'B'] }, 'NamedV2'),
    sample({ names: ['C'], from: 'now' }, 'Named'),
    sample({ away: true }, 'Moved'),
    sample({ away: false }, 'Moved'),
    sample({ name: 'D' }, 'Other'),
  ];
  const lifted = [
    ['Named', { names: ['Zoé'], from: 'espace-1/1' }],
    ['Named', { names: ['A', 'B'], from: 'espace-1/2' }],
    ['Named', { names: ['C'], from: 'now' }],
    ['MovedAway', {}],
    ['MovedIn', {}],
    ['Other', { name: 'D' }],
  ];
  const typeAndData = ({ type, data }: Pick<NewEvent, 'type' | 'data'>) => [type, data];

  it('lifts every event to its current shape, by as many steps as it takes, wherever it is read', async () => {
    const { store } = await storeWith(...history);
    expect((await store.readStream(STREAM)).map(typeAndData)).toEqual(lifted);
    const backwards = await store.readStreamBackwards(STREAM, { limit: 10 });
    expect(backwards.map(typeAndData)).toEqual([...lifted].reverse());
    const following = follow(store);
    expect((await following.history()).map(typeAndData)).toEqual(lifted);
    await following.stop();
  });

  it('changes nothing but type and data, and nothing of what is stored', async () => {
    const { raw, store } = await storeWith(...history);
    const [before] = await raw.readStream(STREAM);
    const [after] = await store.readStream(STREAM);
    expect(after).toEqual({ ...before, type: 'Named', data: { names: ['Zoé'], from: 'espace-1/1' } });
    expect((await raw.readStream(STREAM)).map(typeAndData)).toEqual(history.map(typeAndData));
  });

  it.each([
    [['Named'], [1, 2, 3]],
    [['MovedIn'], [5]],
    [
      ['MovedAway', 'Other'],
      [4, 6],
    ],
    [['NamedV1'], []],
    [['Unheard'], []],
  ])('gives a subscriber of %j the old events that became that, and no others', async (types, versions) => {
    const { raw, store } = await storeWith(...history);
    const following = follow(store, { types });
    expect((await following.history()).map(({ version }) => version)).toEqual(versions);
    await following.stop();
    const last = (await raw.readStream(STREAM, 5))[0]?.checkpoint ?? '';
    const again = follow(store, { types: ['Unheard'] });
    expect((await again.progressPast(last)).events).toEqual([]);
    await again.stop();
  });

  it('tells its progress past an old event that became something unwanted', async () => {
    const { raw, store } = await storeWith(sample({}, 'Moved'));
    const last = (await raw.readStream(STREAM))[0]?.checkpoint ?? '';
    const following = follow(store, { types: ['MovedAway'] });
    expect(await following.progressPast(last)).toEqual({ to: last, events: [] });
    await following.stop();
  });

  it('hands on an erased event as it stands, to every subscriber: nobody knows what it would be today', async () => {
    const { raw } = await storeWith(sample({}, 'Moved'));
    const erased: EventStore = {
      ...raw,
      readStream: async (...query) => (await raw.readStream(...query)).map(event => ({ ...event, erased: true })),
      async *subscribe(options) {
        for await (const delivery of raw.subscribe(options)) {
          yield delivery.kind === 'event' ? { ...delivery, event: { ...delivery.event, erased: true } } : delivery;
        }
      },
    };
    const store = upcasting(erased, UPCASTERS);
    const [event] = await store.readStream(STREAM);
    expect(event).toMatchObject({ type: 'Moved', data: {}, erased: true });
    const following = follow(store, { types: ['MovedIn'] });
    expect(await following.history()).toEqual([event]);
    await following.stop();
  });

  it('says so where upcasters lead round in a circle', async () => {
    const raw = createMemoryEventStore();
    await raw.appendToStream(STREAM, 0, [sample({}, 'A')]);
    const store = upcasting(raw, {
      A: () => ({ type: 'B', data: {} }),
      B: () => ({ type: 'A', data: {} }),
    });
    await expect(store.readStream(STREAM)).rejects.toThrow('the upcasters of A lead round in a circle');
  });

  it('takes no type for an upcaster that objects merely inherit', async () => {
    const { store } = await storeWith(sample({ kept: true }, 'constructor'), sample({}, 'toString'));
    expect((await store.readStream(STREAM)).map(({ type }) => type)).toEqual(['constructor', 'toString']);
  });
});
