import { describe, expect, it } from 'vitest';
import { follow } from './following.ts';
import { freshStream, freshType, idsOf, type StoreOf, sample, samples } from './samples.ts';

export const ending = (storeOf: StoreOf): void => {
  describe('the end of a subscription', () => {
    it('is at once where the signal was aborted before', async () => {
      const following = follow(storeOf(), { signal: AbortSignal.abort() });
      expect(await following.next()).toBeUndefined();
    });

    it('comes by aborting while it waits for what is new', async () => {
      const following = follow(storeOf(), { types: [freshType('Noted')] });
      await following.history();
      const waiting = following.stop();
      await expect(waiting).resolves.toBeUndefined();
    });

    it('comes by aborting while an event is handled: no further one is given', async () => {
      const type = freshType('Noted');
      await storeOf().appendToStream(freshStream(), 0, samples(5, type));
      const following = follow(storeOf(), { types: [type] });
      await following.nextEvents(2);
      following.abort();
      expect(await following.next()).toBeUndefined();
    });

    it('comes by leaving the loop', async () => {
      const type = freshType('Noted');
      const events = samples(5, type);
      await storeOf().appendToStream(freshStream(), 0, events);
      const handled: string[] = [];
      const { signal } = new AbortController();
      for await (const delivery of storeOf().subscribe({ after: null, types: [type], signal })) {
        if (delivery.kind === 'event') handled.push(delivery.event.id);
        if (handled.length === 2) break;
      }
      expect(handled).toEqual(idsOf(events.slice(0, 2)));
    });

    it('comes by closing the store, without an error', async () => {
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
  });

  describe('closing', () => {
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
