import { setTimeout as sleep } from 'node:timers/promises';
import { plusMs } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventStore, RecordedEvent, StreamName, Version } from '../../ports/event-store.ts';
import type { Random } from '../../ports/random.ts';
import { TurnLostError, type Turns } from '../../ports/turns.ts';

type EventPlace = { readonly stream: StreamName; readonly version: Version };

/** Events that a reactor has passed by and still owes, oldest first. Durable, so that none is lost. */
export interface SetAside {
  all(): Promise<readonly EventPlace[]>;
  /** False: there is no room for it, unless the oldest is to make room. Repeating it is harmless. */
  add(place: EventPlace, oldestMakesRoom: boolean): Promise<boolean>;
  remove(place: EventPlace): Promise<void>;
}

/** Of one reactor at a time. Where there are more, others wait in the log, or the oldest is given up (decided). */
const MAX_ASIDE = 200;

/**
 * Kept in a stream `aside-<reactor>`, whose every event names all that are set aside by then. Nothing personal stands in it
 * but what the log shows anyway, so `log` is the one below the seal; a copy of the log takes it along.
 */
export const createSetAside = (
  { log, clock, random }: { readonly log: EventStore; readonly clock: Clock; readonly random: Random },
  reactor: string,
): SetAside => {
  const name: StreamName = `aside-${reactor}`;

  const read = async (): Promise<{ readonly version: Version; readonly places: readonly EventPlace[] }> => {
    const [last] = await log.readStreamBackwards(name, { limit: 1 });
    return last ? { version: last.version, places: last.data.places as readonly EventPlace[] } : NOTHING_ASIDE;
  };

  /** Writes what `changed` makes of those that are there; where somebody was faster, of those that are there then. */
  const write = async (changed: (places: readonly EventPlace[]) => readonly EventPlace[]): Promise<void> => {
    for (let isWritten = false; !isWritten; ) {
      const { version, places } = await read();
      const after = changed(places);
      if (after === places) return;
      const ids = { id: random.uuid(), requestId: random.uuid() };
      const event = { ...ids, type: 'EventsSetAside', at: clock.now(), data: { places: after } };
      isWritten = (await log.appendToStream(name, version, [event])).ok;
    }
  };

  return {
    all: async () => (await read()).places,
    async add({ stream, version }, oldestMakesRoom) {
      let hasRoom = true;
      await write(places => {
        const isThere = places.some(each => isSame(each, { stream, version }));
        hasRoom = isThere || oldestMakesRoom || places.length < MAX_ASIDE;
        return isThere || !hasRoom ? places : [...places, { stream, version }].slice(-MAX_ASIDE);
      });
      return hasRoom;
    },
    remove: place =>
      write(places =>
        places.some(each => isSame(each, place)) ? places.filter(each => !isSame(each, place)) : places,
      ),
  };
};

const NOTHING_ASIDE = { version: 0, places: [] };
const isSame = (one: EventPlace, other: EventPlace): boolean =>
  one.stream === other.stream && one.version === other.version;

/** Tries before an event is set aside: so long, and the waits between, do those behind it wait for it (decided). */
const TRIES = 4;
/** How often those set aside are tried again (decided): often enough for a code that is good for a quarter of an hour. */
const AGAIN_EVERY_MS = 30_000;

/** What is of no use any more: acted on never, and reported. */
export class GivenUpError extends Error {
  constructor() {
    super('an event was given up: what it asks for is of no use any more');
    this.name = 'GivenUpError';
  }
}

/**
 * Acts on events, so that one that fails again and again does not hold up all others: it is set aside and tried again
 * beside them, until it succeeds or is of no use any more. Each is acted on at least once till then, not in order.
 */
export const settingAside = (deps: {
  readonly reactor: string;
  readonly store: EventStore;
  readonly aside: SetAside;
  readonly turns: Pick<Turns, 'keep'>;
  readonly act: (event: RecordedEvent) => Promise<void>;
  readonly clock: Clock;
  /** How long after the event it is of use. */
  readonly ofUseMs: number;
  /** Newer ones are of more use: where there is no room, the oldest set aside is given up, and nothing waits in the log. */
  readonly newestCount: boolean;
  readonly onFailure: (reactor: string, error: unknown) => void;
  readonly againEveryMs?: number;
}): {
  /** Rejects where the event has to be tried again before any other. */
  readonly act: (event: RecordedEvent) => Promise<void>;
  /** Tries again what is set aside, now and then, until `signal` aborts. */
  readonly again: (signal: AbortSignal) => Promise<void>;
} => {
  const { reactor, store, aside, turns, act, clock, ofUseMs, newestCount, onFailure } = deps;
  const { againEveryMs = AGAIN_EVERY_MS } = deps;
  let failing = { id: '', times: 0 };

  const tryAgain = async (place: EventPlace): Promise<void> => {
    const [event] = await store.readStreamBackwards(place.stream, { before: place.version + 1, limit: 1 });
    if (event !== undefined && clock.now() < plusMs(event.at, ofUseMs)) await act(event);
    else if (event !== undefined) onFailure(reactor, new GivenUpError());
    await aside.remove(place);
  };

  const tryAll = async (signal: AbortSignal): Promise<void> => {
    for (const place of await aside.all()) {
      if (signal.aborted) return;
      await turns.keep(reactor);
      await tryAgain(place).catch(error => onFailure(reactor, error));
    }
  };

  return {
    async act(event) {
      try {
        await act(event);
      } catch (error) {
        failing = { id: event.id, times: failing.id === event.id ? failing.times + 1 : 1 };
        if (failing.times < TRIES || !(await aside.add(event, newestCount))) throw error;
        onFailure(reactor, error);
      }
    },
    async again(signal) {
      while (!signal.aborted) {
        await tryAll(signal).catch(error => {
          if (!(error instanceof TurnLostError)) onFailure(reactor, error);
        });
        await sleep(againEveryMs, undefined, { signal }).catch(() => {});
      }
    },
  };
};
