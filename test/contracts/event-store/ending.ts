import { describe, expect, it } from 'vitest';
import { follow } from './following.ts';
import { freshStream, freshType, idsOf, type StoreOf, samples } from './samples.ts';

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
  });
};
