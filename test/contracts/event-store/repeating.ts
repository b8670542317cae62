import { describe, expect, it } from 'vitest';
import type { AppendResult, NewEvent, Version } from '../../../src/ports/event-store.ts';
import { asRecorded, freshStream, type StoreOf, sample, samples, withoutCheckpoints } from './samples.ts';

type Repeat = readonly [
  name: string,
  expected: Version,
  events: (a: NewEvent, b: NewEvent, c: NewEvent, d: NewEvent) => readonly NewEvent[],
  result: AppendResult,
];

/** Asked of a stream that got a, b and c in one append and d in another. */
const REPEATS: readonly Repeat[] = [
  ['the whole append, after others', 0, (a, b, c) => [a, b, c], { ok: true, version: 3 }],
  ['the last append', 3, (_a, _b, _c, d) => [d], { ok: true, version: 4 }],
  ['the first part of an append', 0, (a, b) => [a, b], { ok: true, version: 2 }],
  ['the middle of an append', 1, (_a, b) => [b], { ok: true, version: 2 }],
  ['two appends as one', 0, (a, b, c, d) => [a, b, c, d], { ok: true, version: 4 }],
  ['the same ids with other data', 0, (a, b, c) => [{ ...a, data: { other: 1 } }, b, c], { ok: true, version: 3 }],
  ['another first id', 0, (_, b, c) => [sample(), b, c], { ok: false, actual: 4 }],
  ['another second id', 0, (a, _, c) => [a, sample(), c], { ok: false, actual: 4 }],
  ['another last id', 0, (a, b) => [a, b, sample()], { ok: false, actual: 4 }],
  ['more than stands there', 0, (a, b, c, d) => [a, b, c, d, sample()], { ok: false, actual: 4 }],
  ['the last and one more', 3, (_a, _b, _c, d) => [d, sample()], { ok: false, actual: 4 }],
  ['another order', 0, (a, b, c) => [b, a, c], { ok: false, actual: 4 }],
  ['another version', 1, (a, b, c) => [a, b, c], { ok: false, actual: 4 }],
  ['a version that is yet to come', 5, (a, b, c) => [a, b, c], { ok: false, actual: 4 }],
  ['other ids altogether', 0, () => samples(3), { ok: false, actual: 4 }],
];

export const repeating = (storeOf: StoreOf): void => {
  describe('an append sent again', () => {
    it('is answered as the first time when nothing came after', async () => {
      const stream = freshStream();
      const events = samples(3);
      const first = await storeOf().appendToStream(stream, 0, events);
      expect(await storeOf().appendToStream(stream, 0, events)).toEqual(first);
      expect(withoutCheckpoints(await storeOf().readStream(stream))).toEqual(asRecorded(stream, events));
    });

    it.each(REPEATS)('is recognised by all of its ids, and writes nothing: %s', async (_, expected, events, result) => {
      const stream = freshStream();
      const [a, b, c, d] = samples(4) as [NewEvent, NewEvent, NewEvent, NewEvent];
      await storeOf().appendToStream(stream, 0, [a, b, c]);
      await storeOf().appendToStream(stream, 3, [d]);
      expect(await storeOf().appendToStream(stream, expected, events(a, b, c, d))).toEqual(result);
      expect(withoutCheckpoints(await storeOf().readStream(stream))).toEqual(asRecorded(stream, [a, b, c, d]));
    });

    it('is a new one in another stream', async () => {
      const events = samples(2);
      const [one, other] = [freshStream(), freshStream()];
      await storeOf().appendToStream(one, 0, events);
      expect(await storeOf().appendToStream(other, 0, events)).toEqual({ ok: true, version: 2 });
      expect(withoutCheckpoints(await storeOf().readStream(other))).toEqual(asRecorded(other, events));
    });

    it('is written once when both come at the same time', async () => {
      const stream = freshStream();
      const events = samples(2);
      const results = await Promise.all([1, 2, 3, 4].map(() => storeOf().appendToStream(stream, 0, events)));
      expect(results).toEqual(Array.from({ length: 4 }, () => ({ ok: true, version: 2 })));
      expect(withoutCheckpoints(await storeOf().readStream(stream))).toEqual(asRecorded(stream, events));
    });
  });
};
