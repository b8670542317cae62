import { describe, expect, it } from 'vitest';
import { follow } from './following.ts';
import { freshStream, freshType, type StoreOf, sample, samples } from './samples.ts';

export const closing = (storeOf: StoreOf): void => {
  describe('closing', () => {
    it('ends live subscriptions without an error', async () => {
      const type = freshType('Noted');
      await storeOf().appendToStream(freshStream(), 0, samples(3, type));
      const [waiting, handling] = [follow(storeOf(), { types: [type] }), follow(storeOf(), { types: [type] })];
      await waiting.history();
      await handling.nextEvent();
      const end = waiting.next();
      await storeOf().close();
      expect(await end).toBeUndefined();
      expect(await handling.next()).toBeUndefined();
    });

    it('waits for what is under way', async () => {
      const streams = Array.from({ length: 50 }, freshStream);
      const appending = streams.map(stream => storeOf().appendToStream(stream, 0, samples(2)));
      await storeOf().close();
      expect(await Promise.all(appending)).toEqual(streams.map(() => ({ ok: true, version: 2 })));
    });

    it('is for good, and may be repeated', async () => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, [sample()]);
      await Promise.all([storeOf().close(), storeOf().close()]);
      await storeOf().close();
      await expect(storeOf().appendToStream(stream, 1, [sample()])).rejects.toThrow();
      await expect(storeOf().appendToStream(stream, 1, [])).rejects.toThrow();
      await expect(storeOf().readStream(stream)).rejects.toThrow();
      await expect(storeOf().readStreamBackwards(stream, { limit: 1 })).rejects.toThrow();
      await expect(follow(storeOf()).next()).rejects.toThrow();
    });
  });
};
