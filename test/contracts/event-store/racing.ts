import { describe, expect, it } from 'vitest';
import { freshStream, idsOf, type StoreOf, sample, samples } from './samples.ts';

export const racing = (storeOf: StoreOf): void => {
  describe('appends at the same time', () => {
    it('let exactly one of 100 through at one version', async () => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, samples(1));
      const rivals = Array.from({ length: 100 }, () => samples(2));
      const results = await Promise.all(rivals.map(events => storeOf().appendToStream(stream, 1, events)));
      const winners = rivals.filter((_, index) => results[index]?.ok);
      expect(winners).toHaveLength(1);
      expect(results.filter(({ ok }) => ok)).toEqual([{ ok: true, version: 3 }]);
      expect(results.filter(({ ok }) => !ok)).toEqual(Array.from({ length: 99 }, () => ({ ok: false, actual: 3 })));
      expect(idsOf(await storeOf().readStream(stream, 1))).toEqual(idsOf(winners[0] ?? []));
    });

    it('lose nothing where every loser tries again', async () => {
      const stream = freshStream();
      const events = samples(20);
      await Promise.all(
        events.map(async event => {
          let version = 0;
          for (;;) {
            const result = await storeOf().appendToStream(stream, version, [event]);
            if (result.ok) return;
            expect(result.actual).toBeGreaterThan(version);
            version = result.actual;
          }
        }),
      );
      const stored = await storeOf().readStream(stream);
      expect(stored.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
      expect([...idsOf(stored)].sort()).toEqual([...idsOf(events)].sort());
    });

    it('do not disturb each other on 100 streams', async () => {
      const streams = Array.from({ length: 100 }, freshStream);
      await Promise.all(
        streams.map(async stream => {
          for (let version = 0; version < 5; version += 1) {
            const result = await storeOf().appendToStream(stream, version, [sample({ stream, version })]);
            expect(result).toEqual({ ok: true, version: version + 1 });
            expect(await storeOf().readStream(stream)).toHaveLength(version + 1);
          }
        }),
      );
      for (const stream of streams) {
        const stored = await storeOf().readStream(stream);
        expect(stored.map(({ data }) => data)).toEqual([0, 1, 2, 3, 4].map(version => ({ stream, version })));
      }
    });

    it('refuse only the one that conflicts, of many that wait together', async () => {
      const late = freshStream();
      await storeOf().appendToStream(late, 0, samples(2));
      const quiet = Array.from({ length: 10 }, freshStream);
      const [refused, ...results] = await Promise.all([
        storeOf().appendToStream(late, 1, samples(2)),
        ...quiet.map(stream => storeOf().appendToStream(stream, 0, samples(1))),
      ]);
      expect(refused).toEqual({ ok: false, actual: 2 });
      expect(results).toEqual(quiet.map(() => ({ ok: true, version: 1 })));
    });
  });
};
