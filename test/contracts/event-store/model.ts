import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventStore, NewEvent, StreamName, Version } from '../../../src/ports/event-store.ts';
import { freshStream, idsOf, type StoreOf, sample } from './samples.ts';

const STREAMS = 3;
const RUNS = 40;

/** Appends that are sent together: each to one of the streams, `offset` away from its version at the start of the round. */
type Attempt = {
  readonly stream: number;
  readonly offset: number;
  readonly count: number;
  /** Sends the ids again that stand at that place, where there are as many. */
  readonly isRepeat: boolean;
};

const attempts = fc.array(
  fc.record<Attempt>({
    stream: fc.nat(STREAMS - 1),
    offset: fc.integer({ min: -3, max: 2 }),
    count: fc.integer({ min: 0, max: 3 }),
    isRepeat: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The model: for each stream the ids in it. Nothing else is known of it. */
type Model = ReadonlyMap<StreamName, readonly string[]>;

type Sent = {
  readonly stream: StreamName;
  readonly expected: Version;
  readonly events: readonly NewEvent[];
};

const plan = (model: Model, { stream: index, offset, count, isRepeat }: Attempt): Sent => {
  const [stream, ids] = [...model][index] ?? [freshStream(), []];
  const expected = Math.max(0, ids.length + offset);
  const known = ids.slice(expected, expected + count);
  const events = Array.from({ length: count }, (_, at) => ({
    ...sample({ at }),
    id: (isRepeat ? known[at] : undefined) ?? randomUUID(),
  }));
  return { stream, expected, events };
};

/** What the ids of one stream are after a round, where the store's answers agree with each other; else throws. */
const explain = (before: readonly string[], round: readonly (readonly [Sent, { ok: boolean; at: Version }])[]) => {
  let ids = before;
  const startsAt = (sent: Sent) => sent.expected === ids.length && sent.events.length > 0;
  for (;;) {
    const next = round.find(([sent, answer]) => answer.ok && startsAt(sent) && answer.at > ids.length);
    if (next === undefined) break;
    ids = [...ids, ...idsOf(next[0].events)];
  }
  for (const [{ expected, events }, { ok, at }] of round) {
    if (ok) {
      expect(at).toBe(expected + events.length);
      expect(ids.slice(expected, at)).toEqual(idsOf(events));
    } else {
      expect(at).not.toBe(expected);
      expect(at).toBeGreaterThanOrEqual(before.length);
      expect(at).toBeLessThanOrEqual(ids.length);
    }
  }
  return ids;
};

const play = async (store: EventStore, model: Model, round: readonly Attempt[]): Promise<Model> => {
  const sent = round.map(attempt => plan(model, attempt));
  const answered = await Promise.all(
    sent.map(async one => {
      const result = await store.appendToStream(one.stream, one.expected, one.events);
      return [one, result.ok ? { ok: true, at: result.version } : { ok: false, at: result.actual }] as const;
    }),
  );
  const next = new Map(model);
  for (const [stream, ids] of model) {
    const mine = answered.filter(([one]) => one.stream === stream);
    next.set(stream, explain(ids, mine));
  }
  return next;
};

const check = async (store: EventStore, model: Model): Promise<void> => {
  for (const [stream, ids] of model) {
    const stored = await store.readStream(stream);
    expect(idsOf(stored)).toEqual(ids);
    expect(stored.map(({ version }) => version)).toEqual(ids.map((_, index) => index + 1));
    const half = Math.floor(ids.length / 2);
    expect(idsOf(await store.readStream(stream, half))).toEqual(ids.slice(half));
    const page = await store.readStreamBackwards(stream, { before: half + 1, limit: 2 });
    expect(idsOf(page)).toEqual(ids.slice(Math.max(0, half - 2), half).reverse());
  }
};

export const model = (storeOf: StoreOf): void => {
  describe('any history of appends, several at a time', () => {
    it('is one that a list of ids for each stream explains', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(attempts, { minLength: 1, maxLength: 12 }), async rounds => {
          let model: Model = new Map(Array.from({ length: STREAMS }, () => [freshStream(), []]));
          for (const round of rounds) {
            model = await play(storeOf(), model, round);
            await check(storeOf(), model);
          }
        }),
        { numRuns: RUNS },
      );
    });
  });
};
