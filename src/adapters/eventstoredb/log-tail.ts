import { type AllStreamResolvedEvent, FORWARDS, START, type StreamingRead } from '@eventstore/db-client';
import type { Checkpoint } from '../../ports/event-store.ts';
import { type Limits, TAIL_PAGE_EVENTS } from './limits.ts';
import { checkpointOf, positionOf } from './log-checkpoint.ts';
import { readEvents } from './read-events.ts';
import type { SteadyClient } from './steady-client.ts';
import type { WantedEvents } from './wanted-events.ts';

/** The log after some place, as far as it was looked at. */
export type LogTail = {
  /** Nothing wanted stands up to here; null: nothing stands there at all. */
  readonly upTo: Checkpoint | null;
  /** What ended the look: a wanted event, the end of the log, or that this was enough for one look. */
  readonly next: 'wanted' | 'end' | 'more';
};

/**
 * Looks at what stands after a place. A server tells a subscription of what it passed over only now and then, and says
 * nothing of the last of it; older ones do not say either that the history is over. Both can be seen here: what is in the
 * log stays as it is, and nothing is ever put between.
 */
export const lookAtTail = async (
  client: SteadyClient,
  after: Checkpoint | null,
  wanted: WantedEvents,
  { readSilenceMs }: Limits,
): Promise<LogTail> => {
  const fromPosition = after === null ? START : positionOf(after);
  // One more: where `after` is the place of an event, the read begins with that event.
  const maxCount = TAIL_PAGE_EVENTS + 1;
  const reading = client.readAll({ direction: FORWARDS, fromPosition, maxCount, requiresLeader: true });
  let upTo: Checkpoint | null = null;
  let count = 0;
  for await (const { event } of readEvents(reading as StreamingRead<AllStreamResolvedEvent>, readSilenceMs)) {
    count += 1;
    if (event?.position === undefined) continue;
    const checkpoint = checkpointOf(event.position);
    if (after !== null && checkpoint <= after) continue;
    if (wanted.pick(event)) return { upTo, next: 'wanted' };
    upTo = checkpoint;
  }
  return { upTo, next: count < maxCount ? 'end' : 'more' };
};
