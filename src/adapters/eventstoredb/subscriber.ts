import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint, Delivery, EventStore } from '../../ports/event-store.ts';
import { EventStoreUnreachableError, judge, NoAnswerError } from './failures.ts';
import { pauseMs } from './insist.ts';
import type { Limits } from './limits.ts';
import { checkpointOf, positionOf } from './log-checkpoint.ts';
import { lookAtTail } from './log-tail.ts';
import type { Naming } from './naming.ts';
import type { SteadyClient } from './steady-client.ts';
import { type Message, subscriptionMessages } from './subscription-messages.ts';
import { createWantedEvents, type WantedEvents } from './wanted-events.ts';

/** How far a subscription has got: what was given never comes again, and nothing is left out. */
type Course = {
  /** The last place that the consumer was told of. */
  told: Checkpoint | null;
  /** Everything wanted up to here was given; at or after `told`. Where the next connection begins. */
  passed: Checkpoint | null;
  isCaughtUp: boolean;
  /** Since when the server may owe an event that stands in the log. */
  owedSinceMs: number | null;
};

const isAfter = (checkpoint: Checkpoint, other: Checkpoint | null) => other === null || checkpoint > other;

function* progress(course: Course): Generator<Delivery, void, void> {
  const { passed } = course;
  if (passed === null || !isAfter(passed, course.told)) return;
  course.told = passed;
  yield { kind: 'progress', checkpoint: passed };
}

function* caughtUp(course: Course): Generator<Delivery, void, void> {
  if (course.isCaughtUp) return;
  course.isCaughtUp = true;
  yield { kind: 'caught-up' };
}

/**
 * `EventStore.subscribe`. A connection that breaks is made again, from the place that was reached; each subscription takes
 * one of the calls that a server allows on one connection (100).
 */
export const createSubscriber = (client: SteadyClient, naming: Naming, limits: Limits) => {
  /** What can be said after a silence of the server. Rejects with `NoAnswerError` where it has forgotten us. */
  async function* look(course: Course, wanted: WantedEvents): AsyncGenerator<Delivery, void, void> {
    for (;;) {
      const tail = await lookAtTail(client, course.passed, wanted, limits).catch(() => null);
      if (tail !== null && tail.upTo !== null) course.passed = tail.upTo;
      yield* progress(course);
      if (tail?.next === 'more') continue;
      if (tail?.next === 'end') {
        course.owedSinceMs = null;
        yield* caughtUp(course);
        return;
      }
      // An event stands there that ought to have come; or nobody says that there is none.
      course.owedSinceMs ??= performance.now();
      if (performance.now() - course.owedSinceMs > limits.stallMs) throw new NoAnswerError(limits.stallMs);
      return;
    }
  }

  async function* deliveries(
    message: Message,
    course: Course,
    wanted: WantedEvents,
  ): AsyncGenerator<Delivery, void, void> {
    if (message.kind === 'silence') yield* look(course, wanted);
    else if (message.kind === 'caught-up') yield* caughtUp(course);
    else if (message.kind === 'checkpoint') {
      if (isAfter(message.checkpoint, course.passed)) course.passed = message.checkpoint;
      yield* progress(course);
    } else if (message.event.position !== undefined) {
      const checkpoint = checkpointOf(message.event.position);
      if (!isAfter(checkpoint, course.passed)) return;
      course.passed = checkpoint;
      course.owedSinceMs = null;
      const event = wanted.pick(message.event);
      if (event === null) return;
      course.told = checkpoint;
      yield { kind: 'event', event };
    }
  }

  return async function* subscribe(
    options: Parameters<EventStore['subscribe']>[0],
  ): AsyncGenerator<Delivery, void, void> {
    const { after, types, signal } = options;
    if (after !== null) positionOf(after);
    const wanted = createWantedEvents(types, naming);
    const course: Course = { told: after, passed: after, isCaughtUp: false, owedSinceMs: null };
    let failures = 0;
    let failingSinceMs: number | null = null;
    while (!signal.aborted) {
      const mark = client.mark();
      let word = 'the server ended it';
      try {
        for await (const message of subscriptionMessages(client, course.passed, wanted, limits, signal)) {
          for await (const delivery of deliveries(message, course, wanted)) {
            yield delivery;
            if (signal.aborted) return;
          }
          if (message.kind === 'silence') continue;
          failures = 0;
          failingSinceMs = null;
        }
      } catch (raw) {
        if (signal.aborted) return;
        const failure = judge(raw);
        if (failure.isFinal) throw failure.error;
        if (failure.isSilence) client.leave(mark);
        ({ word } = failure);
      }
      failingSinceMs ??= performance.now();
      if (performance.now() - failingSinceMs > limits.subscribePatienceMs)
        throw new EventStoreUnreachableError(limits.subscribePatienceMs, word);
      course.owedSinceMs = null;
      await sleep(pauseMs(failures, limits), undefined, { signal }).catch(() => {});
      failures += 1;
    }
  };
};
