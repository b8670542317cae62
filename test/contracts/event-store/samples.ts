import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import type { EventStore, NewEvent, RecordedEvent, StreamName } from '../../../src/ports/event-store.ts';

/** How a part of the contract gets at the store of the test that runs. */
export type StoreOf = () => EventStore;

/** A stream nobody used before: the log of a store under test may hold the events of other tests. */
export const freshStream = (): StreamName => `espace-${randomUUID()}`;

/** A type nobody used before, for the same reason. */
export const freshType = (name: string): string => `${name}${randomUUID().replaceAll('-', '')}`;

export const sample = (data: JsonObject = {}, type = 'Noted'): NewEvent => ({
  id: randomUUID(),
  type,
  at: '2026-11-20T08:30:00.000Z',
  requestId: randomUUID(),
  data,
});

/** `count` events whose data tells them apart: `{ number: 1 }` and so on. */
export const samples = (count: number, type = 'Noted'): readonly NewEvent[] =>
  Array.from({ length: count }, (_, index) => sample({ number: index + 1 }, type));

/** What the store gives back of `events`, but for the checkpoints, which only the store knows. */
export const asRecorded = (stream: StreamName, events: readonly NewEvent[], firstVersion = 1) =>
  events.map((event, index) => ({ ...event, stream, version: firstVersion + index }));

export const withoutCheckpoints = (events: readonly RecordedEvent[]) =>
  events.map(({ checkpoint: _, ...event }) => event);

export const idsOf = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);

/** Changes the first element of `data.list` behind the owner's back; that it is frozen is as good. */
export const spoilList = (data: JsonObject): void => {
  try {
    (data as { list: number[] }).list[0] = 666;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
};
