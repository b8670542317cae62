import {
  type AllStreamRecordedEvent,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  START,
} from '@eventstore/db-client';
import type { Checkpoint } from '../../ports/event-store.ts';
import { type Limits, SEARCH_WINDOW_EVENTS, SUBSCRIPTION_BUFFER } from './limits.ts';
import { checkpointOf, positionOf } from './log-checkpoint.ts';
import type { SteadyClient } from './steady-client.ts';
import type { WantedEvents } from './wanted-events.ts';

export type Message =
  | { readonly kind: 'event'; readonly event: AllStreamRecordedEvent }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'caught-up' }
  /** Nothing came for a while; each time a longer one. */
  | { readonly kind: 'silence' };

/** Tells a silence while somebody waits for the next message, and only then. */
const createSilence = (onSilence: () => void, { firstTailLookMs, lastTailLookMs }: Limits) => {
  let waitMs = firstTailLookMs;
  let timer: NodeJS.Timeout | undefined;
  return {
    wait() {
      timer = setTimeout(onSilence, waitMs);
    },
    stop() {
      clearTimeout(timer);
    },
    heard(isMessage: boolean) {
      clearTimeout(timer);
      waitMs = isMessage ? firstTailLookMs : Math.min(waitMs * 2, lastTailLookMs);
    },
  };
};

/**
 * One subscription of the client, as one sequence: the client tells checkpoints and `caught up` by callbacks, ahead of
 * the events that still wait to be handled; here each stands behind the events that it comes after. Ends with the call or
 * when `signal` aborts; rejects with what ended the call. Nothing is fetched from the server before there is room for it.
 */
export async function* subscriptionMessages(
  client: SteadyClient,
  after: Checkpoint | null,
  wanted: WantedEvents,
  limits: Limits,
  signal: AbortSignal,
): AsyncGenerator<Message, void, void> {
  // What is pushed here goes through the stream like its events, in its place among them.
  const insert = (message: Message) => {
    if (!subscription.destroyed) subscription.push(message);
  };
  const filter = wanted.filter({
    checkpointInterval: 1,
    maxSearchWindow: SEARCH_WINDOW_EVENTS,
    checkpointReached: (_, position) => insert({ kind: 'checkpoint', checkpoint: checkpointOf(position) }),
  });
  const subscription: AllStreamSubscription = client.subscribeToAll(
    { fromPosition: after === null ? START : positionOf(after), filter, requiresLeader: true },
    { highWaterMark: SUBSCRIPTION_BUFFER },
  );
  const silence = createSilence(() => insert({ kind: 'silence' }), limits);
  const leave = () => subscription.destroy();
  // An error that finds nobody listening ends the process, and one may come after everybody has left.
  subscription.on('error', () => {});
  subscription.on('caughtUp', () => insert({ kind: 'caught-up' }));
  signal.addEventListener('abort', leave);
  try {
    silence.wait();
    for await (const item of subscription as AsyncIterable<AllStreamResolvedEvent | Message>) {
      const message = messageOf(item);
      silence.heard(message?.kind !== 'silence');
      if (message) yield message;
      silence.wait();
    }
  } finally {
    silence.stop();
    signal.removeEventListener('abort', leave);
    // Leaving the stream does not end the call behind it.
    subscription.unsubscribe().catch(() => {});
  }
}

/** Null: a link to an event, of which nothing is told. */
const messageOf = (item: AllStreamResolvedEvent | Message): Message | null => {
  if ('kind' in item) return item;
  return item.event ? { kind: 'event', event: item.event } : null;
};
