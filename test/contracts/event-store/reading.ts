import { describe, expect, it } from 'vitest';
import type { Version } from '../../../src/ports/event-store.ts';
import { freshStream, type StoreOf, sample, samples, spoilList } from './samples.ts';

const versionsOf = (events: readonly { readonly version: Version }[]) => events.map(({ version }) => version);

export const reading = (storeOf: StoreOf): void => {
  describe('reading', () => {
    it.each([
      [undefined, [1, 2, 3, 4, 5]],
      [0, [1, 2, 3, 4, 5]],
      [1, [2, 3, 4, 5]],
      [4, [5]],
      [5, []],
      [6, []],
    ])('gives the events after version %s, oldest first', async (after, versions) => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, samples(5));
      expect(versionsOf(await storeOf().readStream(stream, after))).toEqual(versions);
    });

    it('gives nothing of a stream that does not exist', async () => {
      expect(await storeOf().readStream(freshStream())).toEqual([]);
      expect(await storeOf().readStream(freshStream(), 7)).toEqual([]);
      expect(await storeOf().readStreamBackwards(freshStream(), { limit: 7 })).toEqual([]);
    });

    it.each([
      [{ limit: 3 }, [7, 6, 5]],
      [{ before: 5, limit: 3 }, [4, 3, 2]],
      [{ before: 2, limit: 3 }, [1]],
      [{ before: 1, limit: 3 }, []],
      [{ before: 8, limit: 2 }, [7, 6]],
      [{ before: 100, limit: 2 }, [7, 6]],
      [{ limit: 7 }, [7, 6, 5, 4, 3, 2, 1]],
      [{ limit: 100 }, [7, 6, 5, 4, 3, 2, 1]],
      [{ limit: 0 }, []],
      [{ limit: -1 }, []],
    ])('gives a page backwards: %j', async (page, versions) => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, samples(7));
      expect(versionsOf(await storeOf().readStreamBackwards(stream, page))).toEqual(versions);
    });

    it('gives the same events backwards as forwards', async () => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, samples(7));
      const backwards = await storeOf().readStreamBackwards(stream, { limit: 7 });
      expect([...backwards].reverse()).toEqual(await storeOf().readStream(stream));
    });

    it('keeps what was appended from whoever handed it in', async () => {
      const stream = freshStream();
      const event = sample({ list: [1] });
      const events = [event];
      const appended = storeOf().appendToStream(stream, 0, events);
      spoilList(event.data);
      events.pop();
      expect(await appended).toEqual({ ok: true, version: 1 });
      expect((await storeOf().readStream(stream)).map(({ data }) => data)).toEqual([{ list: [1] }]);
    });

    it('keeps what it holds from whoever reads it', async () => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, [sample({ list: [1] })]);
      for (const { data } of await storeOf().readStream(stream)) spoilList(data);
      for (const { data } of await storeOf().readStreamBackwards(stream, { limit: 1 })) spoilList(data);
      expect((await storeOf().readStream(stream)).map(({ data }) => data)).toEqual([{ list: [1] }]);
    });
  });
};
