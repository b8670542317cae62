import type { JsonObject } from '../../domain/shared/json.ts';
import type { EventStore, RecordedEvent } from '../../ports/event-store.ts';

/** Lifts an event of an old type to the one that took its place; pure and total. */
export type Upcaster = (event: RecordedEvent) => { readonly type: string; readonly data: JsonObject };

/**
 * A store that shows every event in its current shape, by `upcasters` under the old names, one after the other until
 * none is left to apply. Nothing is written anew. An erased event has nothing to lift: it keeps its old type.
 * Throws where the upcasters lead round in a circle.
 */
export const upcasting = (store: EventStore, upcasters: Readonly<Record<string, Upcaster>>): EventStore => {
  const byOldType = new Map(Object.entries(upcasters));

  const lift = (event: RecordedEvent): RecordedEvent => {
    let lifted = event;
    if (event.erased) return lifted;
    for (let steps = 0; ; steps += 1) {
      const upcaster = byOldType.get(lifted.type);
      if (upcaster === undefined) return lifted;
      if (steps === byOldType.size) throw new Error(`the upcasters of ${event.type} lead round in a circle`);
      const { type, data } = upcaster(lifted);
      lifted = { ...lifted, type, data };
    }
  };

  return {
    async readStream(stream, after) {
      return (await store.readStream(stream, after)).map(lift);
    },

    async readStreamBackwards(stream, page) {
      return (await store.readStreamBackwards(stream, page)).map(lift);
    },

    appendToStream: (stream, expected, events) => store.appendToStream(stream, expected, events),

    async *subscribe({ after, types, signal }) {
      // Which current type an old event becomes is known only once it is lifted: all old types are asked for.
      const asked = types && { types: [...types, ...byOldType.keys()] };
      for await (const delivery of store.subscribe({ after, ...asked, signal })) {
        if (delivery.kind !== 'event') {
          yield delivery;
          continue;
        }
        const event = lift(delivery.event);
        const isWanted = types === undefined || types.includes(event.type) || event.erased === true;
        yield isWanted ? { kind: 'event', event } : { kind: 'progress', checkpoint: event.checkpoint };
      }
    },

    close: () => store.close(),
  };
};
