import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/ports/event-store.ts';
import { follow } from './following.ts';
import { freshStream, freshType, idsOf, type StoreOf, sample, samples, spoilList } from './samples.ts';

/** Appends `perStream` events of `type` to each of `count` streams, one event at a time, in turn; the ids in that order. */
const history = async (
  storeOf: StoreOf,
  type: string,
  count: number,
  perStream: number,
): Promise<readonly string[]> => {
  const streams = Array.from({ length: count }, freshStream);
  const ids: string[] = [];
  for (let version = 0; version < perStream; version += 1) {
    for (const stream of streams) {
      const event = sample({ version }, type);
      await storeOf().appendToStream(stream, version, [event]);
      ids.push(event.id);
    }
  }
  return ids;
};

const isSorted = (texts: readonly string[]) =>
  texts.every((text, index) => index === 0 || (texts[index - 1] ?? '') < text);

export const subscribing = (storeOf: StoreOf): void => {
  describe('subscribing', () => {
    it('gives history in the order of the log, says that it is over, and goes on live', async () => {
      const type = freshType('Noted');
      const ids = await history(storeOf, type, 3, 4);
      const following = follow(storeOf(), { types: [type] });
      const past = await following.history();
      expect(idsOf(past)).toEqual(ids);
      const stream = freshStream();
      const live = samples(3, type);
      await storeOf().appendToStream(stream, 0, live);
      const delivered = await following.nextEvents(3);
      expect(delivered).toEqual(await storeOf().readStream(stream));
      await following.stop();
    });

    it('gives everything where no types are named', async () => {
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, samples(1));
      const before = (await storeOf().readStream(stream))[0]?.checkpoint ?? null;
      const events = [sample({}, 'Noted'), sample({}, 'Seen')];
      await storeOf().appendToStream(stream, 1, events);
      const following = follow(storeOf(), { after: before });
      const mine = (await following.history()).filter(event => event.stream === stream);
      expect(idsOf(mine)).toEqual(idsOf(events));
      await following.stop();
    });

    it('gives what reading the stream gives', async () => {
      const type = freshType('Noted');
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, [sample({ list: [{ deep: 'é' }] }, type)]);
      const following = follow(storeOf(), { types: [type] });
      expect(await following.history()).toEqual(await storeOf().readStream(stream));
      await following.stop();
    });

    it('gives checkpoints whose order as text is the order of the log', async () => {
      const type = freshType('Noted');
      await history(storeOf, type, 4, 30);
      const following = follow(storeOf(), { types: [type] });
      const checkpoints = (await following.history()).map(({ checkpoint }) => checkpoint);
      expect(checkpoints).toHaveLength(120);
      expect(isSorted(checkpoints)).toBe(true);
      await following.stop();
    });

    it('goes on from any checkpoint without gap or repeat', async () => {
      const type = freshType('Noted');
      const ids = await history(storeOf, type, 3, 3);
      const whole = follow(storeOf(), { types: [type] });
      const events = await whole.history();
      await whole.stop();
      for (const [index, { checkpoint }] of events.entries()) {
        const rest = follow(storeOf(), { after: checkpoint, types: [type] });
        expect(idsOf(await rest.history())).toEqual(ids.slice(index + 1));
        await rest.stop();
      }
    });

    it('gives only the wanted types, by their exact names', async () => {
      const type = freshType('Noted');
      const other = freshType('Seen');
      const stream = freshStream();
      const names = [type, `${type}X`, other, type.slice(0, -1), type.toLowerCase(), type];
      const events = names.map(name => sample({}, name));
      await storeOf().appendToStream(stream, 0, events);
      const one = follow(storeOf(), { types: [type] });
      expect(idsOf(await one.history())).toEqual([events[0]?.id, events[5]?.id]);
      await one.stop();
      const both = follow(storeOf(), { types: [type, other] });
      expect(idsOf(await both.history())).toEqual([events[0]?.id, events[2]?.id, events[5]?.id]);
      await both.stop();
    });

    it('tells its progress past what is not wanted, and goes on from there without gap or repeat', async () => {
      const type = freshType('Noted');
      const first = sample({}, type);
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, [first, ...samples(300)]);
      const last = (await storeOf().readStream(stream, 300))[0]?.checkpoint ?? '';
      const following = follow(storeOf(), { types: [type] });
      const progress = await following.progressPast(last);
      expect(idsOf(progress.events)).toEqual([first.id]);
      await following.stop();
      const second = sample({}, type);
      await storeOf().appendToStream(stream, 301, [second]);
      const resumed = follow(storeOf(), { after: progress.to, types: [type] });
      expect(idsOf(await resumed.history())).toEqual([second.id]);
      await resumed.stop();
    });

    it('tells its progress past what is not wanted when it is live, too', async () => {
      const type = freshType('Noted');
      const following = follow(storeOf(), { types: [type] });
      await following.history();
      const stream = freshStream();
      await storeOf().appendToStream(stream, 0, samples(300));
      const wanted = sample({}, type);
      await storeOf().appendToStream(stream, 300, [wanted]);
      await storeOf().appendToStream(stream, 301, samples(300));
      const last = (await storeOf().readStream(stream, 600))[0]?.checkpoint ?? '';
      const progress = await following.progressPast(last);
      expect(idsOf(progress.events)).toEqual([wanted.id]);
      await following.stop();
    });

    it('never tells a progress past an event that it did not give', async () => {
      const type = freshType('Noted');
      const stream = freshStream();
      const events = Array.from({ length: 600 }, (_, index) => sample({}, index % 3 === 0 ? type : 'Other'));
      const appending = (async () => {
        for (let version = 0; version < 600; version += 20) {
          await storeOf().appendToStream(stream, version, events.slice(version, version + 20));
        }
      })();
      const following = follow(storeOf(), { types: [type] });
      const checkpoints: string[] = [];
      const delivered: string[] = [];
      while (delivered.length < 200) {
        const delivery = (await following.next()) as Delivery;
        if (delivery.kind === 'caught-up') continue;
        checkpoints.push(delivery.kind === 'event' ? delivery.event.checkpoint : delivery.checkpoint);
        if (delivery.kind === 'event') delivered.push(delivery.event.id);
      }
      await appending;
      expect(isSorted(checkpoints)).toBe(true);
      expect(delivered).toEqual(idsOf(events.filter(event => event.type === type)));
      await following.stop();
    });

    it('misses and repeats nothing while many streams are appended to', async () => {
      const type = freshType('Noted');
      const streams = Array.from({ length: 20 }, freshStream);
      const appending = Promise.all(
        streams.map(async stream => {
          for (let version = 0; version < 20; version += 1) {
            await storeOf().appendToStream(stream, version, [sample({}, type)]);
          }
        }),
      );
      const following = follow(storeOf(), { types: [type] });
      const events = await following.nextEvents(400);
      await appending;
      for (const stream of streams) {
        expect(events.filter(event => event.stream === stream)).toEqual(await storeOf().readStream(stream));
      }
      expect(isSorted(events.map(({ checkpoint }) => checkpoint))).toBe(true);
      await following.stop();
    });

    it('waits for a slow consumer and drops nothing', async () => {
      const type = freshType('Noted');
      const stream = freshStream();
      const events = samples(200, type);
      await storeOf().appendToStream(stream, 0, events.slice(0, 1));
      const following = follow(storeOf(), { types: [type] });
      const delivered = [await following.nextEvent()];
      for (let version = 1; version < 200; version += 1) {
        await storeOf().appendToStream(stream, version, events.slice(version, version + 1));
      }
      for (let count = 1; count < 200; count += 1) {
        delivered.push(await following.nextEvent());
        if (count % 50 === 0) await setTimeout(5);
      }
      expect(idsOf(delivered)).toEqual(idsOf(events));
      await following.stop();
    });

    it('serves two at their own pace, and ends one without the other', async () => {
      const type = freshType('Noted');
      const stream = freshStream();
      const events = samples(3, type);
      const [one, other] = [follow(storeOf(), { types: [type] }), follow(storeOf(), { types: [type] })];
      await one.history();
      await storeOf().appendToStream(stream, 0, events.slice(0, 2));
      expect(idsOf(await one.nextEvents(2))).toEqual(idsOf(events.slice(0, 2)));
      await one.stop();
      await storeOf().appendToStream(stream, 2, events.slice(2));
      expect(idsOf(await other.nextEvents(3))).toEqual(idsOf(events));
      await other.stop();
    });

    it('gives each subscriber its own copy', async () => {
      const type = freshType('Noted');
      await storeOf().appendToStream(freshStream(), 0, [sample({ list: [1] }, type)]);
      const [one, other] = [follow(storeOf(), { types: [type] }), follow(storeOf(), { types: [type] })];
      spoilList((await one.nextEvent()).data);
      expect((await other.nextEvent()).data).toEqual({ list: [1] });
      await Promise.all([one.stop(), other.stop()]);
    });
  });
};
