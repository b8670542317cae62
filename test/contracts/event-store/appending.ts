import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { asRecorded, freshStream, type StoreOf, sample, samples, withoutCheckpoints } from './samples.ts';

const MIB = 1024 * 1024;

const TELLING_DATA: readonly (readonly [string, JsonObject])[] = [
  ['nothing', {}],
  ['every kind of value', { a: null, b: true, c: [1, 'two', [], {}], d: { e: { f: false } }, g: '' }],
  ['numbers', { a: 0.1, b: -1, c: 1e21, d: 1e-7, e: Number.MAX_SAFE_INTEGER, f: Number.MIN_VALUE }],
  ['accents and other scripts', { prénom: 'Zoé Œuvré', 名: '健康記録', شكل: 'سجل', emoji: '👩‍⚕️🩺' }],
  ['composed and decomposed, kept apart', { '\u00e9': 'e\u0301', 'e\u0301': '\u00e9' }],
  [
    'what text formats trip over',
    { a: '\u0000\u0001\u001f\u007f', b: '\u2028\u2029', c: '"\\/\b\f\n\r\t', d: '</script>' },
  ],
  ['half of a surrogate pair', { a: '\ud83d', b: '\ude00x' }],
  ['names that objects have already', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "": 3}')],
];

export const appending = (storeOf: StoreOf): void => {
  describe('appending', () => {
    it('numbers the events of a stream from 1 and gives them back as they were', async () => {
      const stream = freshStream();
      const first = samples(2);
      const second = samples(3);
      expect(await storeOf().appendToStream(stream, 0, first)).toEqual({ ok: true, version: 2 });
      expect(await storeOf().appendToStream(stream, 2, second)).toEqual({ ok: true, version: 5 });
      const events = await storeOf().readStream(stream);
      expect(withoutCheckpoints(events)).toStrictEqual(asRecorded(stream, [...first, ...second]));
    });

    it.each([0, 1, 2, 4, 5, 100])('refuses at version %i a stream that is at 3, and writes nothing', async expected => {
      const stream = freshStream();
      const events = samples(3);
      await storeOf().appendToStream(stream, 0, events);
      expect(await storeOf().appendToStream(stream, expected, samples(2))).toEqual({ ok: false, actual: 3 });
      expect(withoutCheckpoints(await storeOf().readStream(stream))).toEqual(asRecorded(stream, events));
    });

    it('refuses a version that a stream without events is not at', async () => {
      const stream = freshStream();
      expect(await storeOf().appendToStream(stream, 1, samples(1))).toEqual({ ok: false, actual: 0 });
      expect(await storeOf().readStream(stream)).toEqual([]);
    });

    it('checks the version of an empty append and writes nothing', async () => {
      const stream = freshStream();
      expect(await storeOf().appendToStream(stream, 0, [])).toEqual({ ok: true, version: 0 });
      expect(await storeOf().appendToStream(stream, 1, [])).toEqual({ ok: false, actual: 0 });
      expect(await storeOf().readStream(stream)).toEqual([]);
      await storeOf().appendToStream(stream, 0, samples(2));
      expect(await storeOf().appendToStream(stream, 2, [])).toEqual({ ok: true, version: 2 });
      expect(await storeOf().appendToStream(stream, 1, [])).toEqual({ ok: false, actual: 2 });
      expect(await storeOf().appendToStream(stream, 0, [])).toEqual({ ok: false, actual: 2 });
      expect(await storeOf().appendToStream(stream, 3, [])).toEqual({ ok: false, actual: 2 });
      expect(await storeOf().readStream(stream)).toHaveLength(2);
    });

    it('keeps streams apart whose names are alike', async () => {
      const name = freshStream();
      const streams = [name, `${name}a`, `${name}A`, `${name} `, `${name}é`, `${name}e\u0301`, `${name}%`] as const;
      for (const stream of streams) {
        expect(await storeOf().appendToStream(stream, 0, [sample({ stream })])).toEqual({ ok: true, version: 1 });
      }
      for (const stream of streams) {
        expect((await storeOf().readStream(stream)).map(({ data }) => data)).toEqual([{ stream }]);
      }
    });

    it.each(TELLING_DATA)('keeps data exactly: %s', async (_, data) => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, [sample(data)]);
      const [event] = await storeOf().readStream(stream);
      expect(JSON.stringify(event?.data)).toBe(JSON.stringify(data));
    });

    it('keeps an event of 1 MiB', async () => {
      const stream = freshStream();
      const data = { text: 'é'.repeat(MIB / 2) };
      await storeOf().appendToStream(stream, 0, [sample(data)]);
      const [event] = await storeOf().readStream(stream);
      expect(event?.data).toEqual(data);
    });

    it('keeps the order of 500 events of one append', async () => {
      const stream = freshStream();
      const events = samples(500);
      expect(await storeOf().appendToStream(stream, 0, events)).toEqual({ ok: true, version: 500 });
      expect(withoutCheckpoints(await storeOf().readStream(stream))).toEqual(asRecorded(stream, events));
    });
  });
};
