import { EventEmitter, once } from 'node:events';
import { RECORD_EVENT_TYPES } from '../domain/record/record.ts';
import type { PersonId } from '../domain/shared/actor.ts';
import type { EventStore } from '../ports/event-store.ts';

/** Tells live readers that something new stands in an espace's stream; what it is, they read from the stream. */
export interface LiveJournal {
  /** Resolves at the next event of the espace, or when `signal` aborts. Call it before reading, so that none is missed. */
  next(espace: PersonId, signal: AbortSignal): Promise<void>;
}

/** One subscription for all live readers of this process, begun with the first of them; `signal` ends it. */
export const createLiveJournal = (deps: {
  readonly store: EventStore;
  readonly signal: AbortSignal;
  readonly onFailure: (reactor: string, error: unknown) => void;
}): LiveJournal => {
  const bells = new EventEmitter().setMaxListeners(0);
  let following = false;

  const follow = async (espace: PersonId): Promise<void> => {
    following = true;
    try {
      // Only what comes from now on matters: what was here before, each reader reads from its stream.
      const [newest] = await deps.store.readStreamBackwards(`espace-${espace}`, { limit: 1 });
      const options = { after: newest?.checkpoint ?? null, types: RECORD_EVENT_TYPES, signal: deps.signal };
      for await (const delivery of deps.store.subscribe(options))
        if (delivery.kind === 'event') bells.emit(delivery.event.stream);
    } catch (error) {
      deps.onFailure('live-journal', error);
    } finally {
      following = false;
      // Whoever waits looks again, and the first of them begins a new subscription.
      for (const stream of bells.eventNames()) bells.emit(stream);
    }
  };

  return {
    async next(espace, signal) {
      const rung = once(bells, `espace-${espace}`, { signal: AbortSignal.any([signal, deps.signal]) });
      if (!following) void follow(espace);
      await rung.catch(() => {});
    },
  };
};
