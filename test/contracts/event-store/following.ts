import type { Checkpoint, Delivery, EventStore, RecordedEvent } from '../../../src/ports/event-store.ts';

type EventDelivery = Extract<Delivery, { kind: 'event' }>;
const isEvent = (delivery: Delivery): delivery is EventDelivery => delivery.kind === 'event';

/** A subscription taken one step at a time. */
export type Following = {
  /** The next delivery; undefined once the subscription has ended. */
  next(): Promise<Delivery | undefined>;
  /** The next event, passing over what is none. Throws where the subscription ends before. */
  nextEvent(): Promise<RecordedEvent>;
  nextEvents(count: number): Promise<readonly RecordedEvent[]>;
  /** All events before the first `caught-up`. */
  history(): Promise<readonly RecordedEvent[]>;
  /** Goes on until a progress at or past `checkpoint`; gives it, and the events on the way. */
  progressPast(checkpoint: Checkpoint): Promise<{ readonly to: Checkpoint; readonly events: readonly RecordedEvent[] }>;
  abort(): void;
  /** Aborts, and resolves when the iteration has ended without an error. */
  stop(): Promise<void>;
};

export const follow = (
  store: EventStore,
  options: {
    readonly after?: Checkpoint | null;
    readonly types?: readonly string[];
    readonly signal?: AbortSignal;
  } = {},
): Following => {
  const { after = null, types, signal } = options;
  const aborting = new AbortController();
  const iterator = store
    .subscribe({
      after,
      ...(types && { types }),
      signal: signal ? AbortSignal.any([signal, aborting.signal]) : aborting.signal,
    })
    [Symbol.asyncIterator]();

  const next = async (): Promise<Delivery | undefined> => {
    const result = await iterator.next();
    return result.done ? undefined : result.value;
  };

  const until = async (
    isLast: (delivery: Delivery) => boolean,
  ): Promise<readonly [readonly RecordedEvent[], Delivery]> => {
    const events: RecordedEvent[] = [];
    for (;;) {
      const delivery = await next();
      if (delivery === undefined) throw new Error('the subscription ended');
      if (isLast(delivery)) return [events, delivery];
      if (isEvent(delivery)) events.push(delivery.event);
    }
  };

  const nextEvent = async () => {
    const [, last] = await until(isEvent);
    return (last as EventDelivery).event;
  };

  return {
    next,
    nextEvent,
    async nextEvents(count) {
      const events: RecordedEvent[] = [];
      while (events.length < count) events.push(await nextEvent());
      return events;
    },
    async history() {
      const [events] = await until(({ kind }) => kind === 'caught-up');
      return events;
    },
    async progressPast(checkpoint) {
      const [events, last] = await until(delivery => delivery.kind === 'progress' && delivery.checkpoint >= checkpoint);
      return { to: (last as Extract<Delivery, { kind: 'progress' }>).checkpoint, events };
    },
    abort: () => aborting.abort(),
    async stop() {
      aborting.abort();
      while ((await next()) !== undefined);
    },
  };
};
