import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deadline, DeadlineChange, Deadlines } from '../../ports/deadlines.ts';
import type { EventStore, RecordedEvent } from '../../ports/event-store.ts';
import { derivedId } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import { createReactor, type Reactor } from './reactor.ts';

/** Deadlines read in one go. */
const MAX_AT_ONCE = 100;
const LOOK_EVERY_MS = 1_000;

/** One matter in which time decides: which events start and stop the clock, and what is done when it has run out. */
export type DeadlineRule = {
  readonly kinds: readonly string[];
  readonly types: readonly string[];
  /** What an event of `types` sets and cancels, of `kinds` only. Not asked about what is erased. */
  readonly deadlinesOf: (event: RecordedEvent) => DeadlineChange;
  /**
   * Null: it is over; where it has nothing to do any more, it does nothing. An instant after `now`: not yet, it is due again
   * then. Rejects where it could not be done now: it stays due. The same deadline is the same `request`, so two nodes, or a
   * repeat after a crash, do it once.
   */
  readonly carryOut: (deadline: Deadline, request: Request, now: Instant) => Promise<Instant | null>;
};

/** Time is events: a deadline that has come becomes a command, and what the command does is an event like any other. */
export interface DeadlineKeeper {
  readonly reactor: Reactor;
  /** Looks for what is due until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Carries out what is due now, of the deadlines read so far; the number of deadlines carried out. */
  carryOut(): Promise<number>;
}

export const createDeadlineKeeper = (deps: {
  readonly store: EventStore;
  readonly deadlines: Deadlines;
  readonly rules: readonly DeadlineRule[];
  readonly clock: Clock;
  readonly onFailure: (reactor: string, error: unknown) => void;
}): DeadlineKeeper => {
  const { deadlines, clock, rules } = deps;
  const ruleOf = new Map(rules.flatMap(rule => rule.kinds.map(kind => [kind, rule] as const)));
  const reactor = createReactor({
    name: 'deadlines',
    store: deps.store,
    types: [...new Set(rules.flatMap(({ types }) => types))],
    checkpoint: () => deadlines.checkpoint(),
    handle: event => deadlines.apply(changeOf(rules, event), event.checkpoint),
    onFailure: deps.onFailure,
  });

  /** Whether it is over: else it was put off. */
  const carryOutOne = async (deadline: Deadline, now: Instant): Promise<boolean> => {
    const { kind, espace, subject, dueAt } = deadline;
    const request = { id: derivedId(espace, `${kind}:${espace}:${subject}:${dueAt}`), fingerprint: '' };
    const until = (await ruleOf.get(kind)?.carryOut(deadline, request, now)) ?? null;
    await (until === null ? deadlines.finish(deadline) : deadlines.putOff(deadline, until));
    return until === null;
  };

  /** One that fails stays due, and does not keep the others waiting, however many fail: each is tried once, and passed. */
  const carryOut = async (): Promise<number> => {
    let after: Deadline | undefined;
    for (let done = 0; ; ) {
      const now = clock.now();
      const due: readonly Deadline[] = await deadlines.due(now, MAX_AT_ONCE, after);
      for (const deadline of due) {
        try {
          if (await carryOutOne(deadline, now)) done += 1;
        } catch (error) {
          deps.onFailure('deadlines', error);
        }
      }
      if (due.length < MAX_AT_ONCE) return done;
      after = due.at(-1);
    }
  };

  return {
    reactor,
    carryOut,
    async run(signal) {
      const following = reactor.run(signal);
      while (!signal.aborted) {
        await carryOut().catch(error => deps.onFailure('deadlines', error));
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      }
      await following;
    },
  };
};

const changeOf = (rules: readonly DeadlineRule[], event: RecordedEvent): DeadlineChange => {
  if (event.erased) return { set: [], cancel: [] };
  const changes = rules.filter(({ types }) => types.includes(event.type)).map(rule => rule.deadlinesOf(event));
  return { set: changes.flatMap(({ set }) => set), cancel: changes.flatMap(({ cancel }) => cancel) };
};
