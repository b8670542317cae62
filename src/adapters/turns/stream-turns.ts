import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Checkpoint, EventStore, StreamName, Version } from '../../ports/event-store.ts';
import type { Random } from '../../ports/random.ts';
import { TurnLostError, type Turns } from '../../ports/turns.ts';

/** A turn is taken for this long, and taken again before it ends; a node that died is waited for no longer. */
const TURN_MS = 60_000;
/** The turn is taken again when less than this is left, and always before acting. */
const RENEW_BELOW_MS = 30_000;
const LOOK_EVERY_MS = 500;

type Claim = { readonly node: string; readonly until: Instant; readonly checkpoint: Checkpoint | null };
type Held = { readonly version: Version; readonly claim: Claim };

/**
 * Turns as a stream for each reactor, `turn-<reactor>`, whose every event is a claim appended at the version that was
 * read: of two nodes that reach for the turn at once, one gets it. A claim carries how far the reactor has got. Nothing
 * personal stands in it, so the store is the one below the seal. The clocks of the nodes may be apart by less than
 * `RENEW_BELOW_MS`; were they further apart, two nodes could act on one event, with the same message id.
 */
export const createStreamTurns = (deps: {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly random: Random;
}): Turns => {
  const { store, clock } = deps;
  const node = deps.random.uuid();
  const held = new Map<string, Held>();

  const streamOf = (reactor: string): StreamName => `turn-${reactor}`;

  const newest = async (reactor: string): Promise<Held | null> => {
    const [event] = await store.readStreamBackwards(streamOf(reactor), { limit: 1 });
    return event ? { version: event.version, claim: event.data as unknown as Claim } : null;
  };

  /** False where another node was faster. */
  const claim = async (reactor: string, version: Version, checkpoint: Checkpoint | null): Promise<boolean> => {
    const at = clock.now();
    const claimed: Claim = { node, until: plusMs(at, TURN_MS), checkpoint };
    const event = { id: deps.random.uuid(), type: 'TurnTaken', at, requestId: deps.random.uuid(), data: claimed };
    const appended = await store.appendToStream(streamOf(reactor), version, [event]);
    if (appended.ok) held.set(reactor, { version: appended.version, claim: claimed });
    else held.delete(reactor);
    return appended.ok;
  };

  const heldBy = (reactor: string): Held => {
    const mine = held.get(reactor);
    if (mine === undefined) throw new TurnLostError();
    return mine;
  };

  const renew = async (reactor: string, checkpoint: Checkpoint | null): Promise<void> => {
    if (!(await claim(reactor, heldBy(reactor).version, checkpoint))) throw new TurnLostError();
  };

  /** How far it got since the claim that says so: written down with the next claim. */
  const unwritten = new Map<string, Checkpoint>();
  const leftMs = ({ claim: { until } }: Held): number => Date.parse(until) - Date.parse(clock.now());

  return {
    async take(reactor, signal) {
      held.delete(reactor);
      unwritten.delete(reactor);
      while (!signal.aborted) {
        const last = await newest(reactor);
        const checkpoint = last?.claim.checkpoint ?? null;
        const isFree = last === null || last.claim.node === node || last.claim.until <= clock.now();
        if (isFree && (await claim(reactor, last?.version ?? 0, checkpoint))) return checkpoint;
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      }
      return null;
    },

    async keep(reactor) {
      const mine = heldBy(reactor);
      if (leftMs(mine) < RENEW_BELOW_MS) await renew(reactor, unwritten.get(reactor) ?? mine.claim.checkpoint);
    },

    async reached(reactor, checkpoint) {
      unwritten.set(reactor, checkpoint);
      if (leftMs(heldBy(reactor)) < RENEW_BELOW_MS) await renew(reactor, checkpoint);
    },
  };
};
