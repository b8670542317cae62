import type { RecordEvent } from '../../domain/record/record.ts';
import { plusMs } from '../../domain/shared/time.ts';
import type { TicketEvent } from '../../domain/ticket/ticket.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import type { EventStore } from '../../ports/event-store.ts';
import type { Turns } from '../../ports/turns.ts';
import { createReactor, inTurn, type Reactor } from './reactor.ts';

/** Content younger than this may belong to a deposit whose event is not yet written. */
const ORPHAN_AFTER_MS = 60 * 60 * 1000;

export const CONTENT = { name: 'content', types: ['DocumentDeleted'] } as const;

/** Keeps the bytes in step with the events: the content of a deleted document goes, once the deletion is durable. */
export const createContentKeeper = (deps: {
  readonly store: EventStore;
  readonly contents: ContentStore;
  readonly turns: Turns;
  readonly onFailure: (reactor: string, error: unknown) => void;
}): Reactor =>
  createReactor({
    ...CONTENT,
    store: deps.store,
    ...inTurn(deps.turns, CONTENT, async recorded => {
      const event = recorded as unknown as RecordEvent & { type: 'DocumentDeleted' };
      if (!recorded.erased) await deps.contents.remove(event.data.contentId);
    }),
    onFailure: deps.onFailure,
  });

/**
 * Removes content that no event speaks of: what a crash left between the bytes and their event. Reads the whole log
 * once, so it is a task for an operator, not for every start. The number of contents removed.
 */
export const collectOrphans = async (deps: {
  readonly store: EventStore;
  readonly contents: ContentStore;
  readonly clock: Clock;
}): Promise<number> => {
  const before = plusMs(deps.clock.now(), -ORPHAN_AFTER_MS);
  const old = new Set<string>();
  for await (const { id, storedAt } of deps.contents.list()) if (storedAt < before) old.add(id);
  if (old.size === 0) return 0;
  const orphans = new Set(old);
  const abort = new AbortController();
  const types = ['DocumentDeposited', 'DocumentDeleted', 'TicketAttachmentAdded'];
  for await (const delivery of deps.store.subscribe({ after: null, types, signal: abort.signal })) {
    if (delivery.kind === 'caught-up') break;
    if (delivery.kind !== 'event') continue;
    // Of an erased person nothing can be told, and their content is unreadable whether it stays or goes.
    const event = delivery.event as unknown as RecordEvent | TicketEvent;
    if (event.type === 'TicketAttachmentAdded' && !delivery.event.erased) orphans.delete(event.data.content.contentId);
    if (event.type === 'DocumentDeposited' && !delivery.event.erased) orphans.delete(event.data.content.contentId);
    if (event.type === 'DocumentDeleted' && old.has(event.data.contentId)) orphans.add(event.data.contentId);
  }
  abort.abort();
  for (const id of orphans) await deps.contents.remove(id);
  return orphans.size;
};
