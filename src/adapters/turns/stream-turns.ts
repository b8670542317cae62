import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Checkpoint, EventStore, StreamName, Version } from '../../ports/event-store.ts';
import type { Random } from '../../ports/random.ts';
import { TurnLostError, type Turns } from '../../ports/turns.ts';

/** A turn is taken for this long; a node that died is waited for no longer. */
const TURN_MS = 60_000;
/** The turn is taken again when less than this is left: more than any one act takes. */
const RENEW_BELOW_MS = 30_000;
const RENEW_EVERY_MS = 20_000;
/** What was reached is written down this long after; a node that dies leaves no more than that to be done again. */
const WRITE_AFTER_MS = 1_000;
const LOOK_EVERY_MS = 500;

type Claim = { readonly node: string; readonly until: Instant; readonly checkpoint: Checkpoint | null };

/** A turn of this node. Its claims are appended one after the other. */
type Holding = {
  version: Version;
  until: Instant;
  reached: Checkpoint | null;
  claiming: Promise<void>;
  writeTimer: NodeJS.Timeout | null;
  readonly renewTimer: NodeJS.Timeout;
};

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
  const { store, clock, random } = deps;
  const node = random.uuid();
  const held = new Map<string, Holding>();

  const streamOf = (reactor: string): StreamName => `turn-${reactor}`;
  const leftMs = (until: Instant): number => Date.parse(until) - Date.parse(clock.now());

  const append = (reactor: string, version: Version, claim: Claim) =>
    store.appendToStream(streamOf(reactor), version, [
      { id: random.uuid(), type: 'TurnTaken', at: clock.now(), requestId: random.uuid(), data: claim },
    ]);

  const letGo = (reactor: string): void => {
    const holding = held.get(reactor);
    if (holding === undefined) return;
    clearInterval(holding.renewTimer);
    if (holding.writeTimer) clearTimeout(holding.writeTimer);
    held.delete(reactor);
  };

  /** Takes the turn anew for `ms`, with what was reached by then. Rejects with `TurnLostError` where another node has it. */
  const claimAgain = (reactor: string, ms: number): Promise<void> => {
    const holding = held.get(reactor);
    if (holding === undefined) return Promise.reject(new TurnLostError());
    const claiming = holding.claiming.then(async () => {
      const { reached } = holding;
      const until = plusMs(clock.now(), ms);
      const appended = await append(reactor, holding.version, { node, until, checkpoint: reached });
      if (!appended.ok) {
        letGo(reactor);
        throw new TurnLostError();
      }
      Object.assign(holding, { version: appended.version, until });
    });
    holding.claiming = claiming.catch(() => {});
    return claiming;
  };

  const hold = (reactor: string, version: Version, { until, checkpoint }: Claim): void => {
    // Two reactors of this node may ask for the turn of a former one at the same time.
    letGo(reactor);
    const renewTimer = setInterval(() => void claimAgain(reactor, TURN_MS).catch(() => {}), RENEW_EVERY_MS);
    renewTimer.unref();
    const claiming = Promise.resolve();
    held.set(reactor, { version, until, reached: checkpoint, claiming, writeTimer: null, renewTimer });
  };

  /** A claim that reaches further than any could is of a clock that was wrong. */
  const isFree = ({ node: owner, until }: Claim): boolean =>
    owner === node || leftMs(until) <= 0 || leftMs(until) > TURN_MS + RENEW_BELOW_MS;

  return {
    async take(reactor, signal) {
      // What this node reached and had not written yet comes along: one that fails and begins again does not act on it again.
      const reached = held.get(reactor)?.reached ?? null;
      letGo(reactor);
      while (!signal.aborted) {
        const [last] = await store.readStreamBackwards(streamOf(reactor), { limit: 1 });
        const before = last && (last.data as unknown as Claim);
        if (before === undefined || isFree(before)) {
          const checkpoint = laterOf(before?.checkpoint ?? null, reached);
          const claim: Claim = { node, until: plusMs(clock.now(), TURN_MS), checkpoint };
          const appended = await append(reactor, last?.version ?? 0, claim);
          if (appended.ok) {
            hold(reactor, appended.version, claim);
            return checkpoint;
          }
        }
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      }
      return null;
    },

    async keep(reactor) {
      const holding = held.get(reactor);
      if (holding === undefined) throw new TurnLostError();
      if (leftMs(holding.until) < RENEW_BELOW_MS) await claimAgain(reactor, TURN_MS);
    },

    async reached(reactor, checkpoint) {
      const holding = held.get(reactor);
      if (holding === undefined) throw new TurnLostError();
      holding.reached = checkpoint;
      holding.writeTimer ??= setTimeout(() => {
        holding.writeTimer = null;
        claimAgain(reactor, TURN_MS).catch(() => {});
      }, WRITE_AFTER_MS).unref();
    },

    async release(reactor) {
      if (!held.has(reactor)) return;
      await claimAgain(reactor, 0).catch(() => {});
      letGo(reactor);
    },
  };
};

const laterOf = (one: Checkpoint | null, other: Checkpoint | null): Checkpoint | null =>
  (one ?? '') > (other ?? '') ? one : other;
