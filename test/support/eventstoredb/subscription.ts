import { randomUUID } from 'node:crypto';
import { caughtUpMessage, checkpointMessage, confirmationMessage, eventMessage, nameOf } from './answers.ts';
import { type Filter, isAllowed } from './filters.ts';
import type { StoredEvent } from './log.ts';
import type { Node } from './node.ts';
import { BEFORE_ALL, type Position, positionOf, precedes, START_OF_LOG } from './positions.ts';
import { filterOf, paceOf, positionOfAll, type ReadOptions } from './read-options.ts';
import type { Sender } from './sender.ts';

/** Live messages that wait for a subscriber; the oldest gives way, and the subscriber is led through the log again. */
const LIVE_BUFFER = 32;
const PAGE_EVENTS = 32;

type Live = { readonly number: number; readonly event?: StoredEvent; readonly checkpoint?: Position };

type Asked = {
  readonly filter: Filter | null;
  readonly window: number;
  /** Events looked at between two checkpoints; infinite: the subscriber gets none. */
  readonly interval: number;
};

const askedOf = (options: ReadOptions): Asked => {
  const stream = options.getStream();
  if (stream === undefined) return { filter: filterOf(options), ...paceOf(options) };
  const own = nameOf(stream.getStreamIdentifier()).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return { filter: { on: 'stream', regex: new RegExp(`^${own}$`), prefixes: [] }, ...paceOf(options) };
};

/** The place that the subscriber names; what comes after it is given. */
const afterOf = (node: Node, options: ReadOptions): Position => {
  const end = node.log.lastPosition() ?? BEFORE_ALL;
  if (options.hasAll()) {
    const asked = positionOfAll(options);
    return asked === 'end' ? end : asked;
  }
  const stream = options.getStream();
  if (stream?.hasEnd()) return end;
  if (!stream?.hasRevision()) return BEFORE_ALL;
  const event = node.log.eventsOf(nameOf(stream.getStreamIdentifier()))[Number(stream.getRevision())];
  return event ? positionOf(event.start) : end;
};

/** The live half: what is committed from now on, a bounded number of messages of it, numbered so that a loss is seen. */
const listen = (node: Node, { filter, interval }: Asked, sender: Sender) => {
  const waiting: Live[] = [];
  let number = 0;
  let considered = 0;
  let wake = () => {};

  const push = (message: Omit<Live, 'number'>) => {
    number += 1;
    waiting.push({ number, ...message });
    if (waiting.length > LIVE_BUFFER) waiting.shift();
    wake();
  };
  const onEvent = (event: StoredEvent) => {
    if (filter === null || isAllowed(filter, event)) push({ event });
    considered += 1;
    if (considered < interval) return;
    considered = 0;
    push({ checkpoint: positionOf(event.start) });
  };

  node.log.listeners.add(onEvent);
  sender.ended.addEventListener('abort', () => {
    node.log.listeners.delete(onEvent);
    wake();
  });

  return {
    async next(): Promise<Live | undefined> {
      while (waiting.length === 0 && !sender.ended.aborted)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      return sender.ended.aborted ? undefined : waiting.shift();
    },
  };
};

/**
 * Confirmation, history page by page, `caught up`, then live; and through the log again where the live buffer overflowed.
 * The checkpoint that ends a page is the last event sent or the place where the page began, whichever is later: not the
 * place where it ended. So the last checkpoint of a history lies up to a page behind its end.
 */
export const serveSubscription = async (node: Node, options: ReadOptions, sender: Sender): Promise<void> => {
  const asked = askedOf(options);
  const send = async (message: Parameters<Sender['send']>[0]) => {
    node.sentToSubscribers += 1;
    await sender.send(message);
  };
  let reached = afterOf(node, options);
  let told = BEFORE_ALL;
  let seen = 0;

  const sendCheckpoint = async () => {
    if (!Number.isFinite(asked.interval) || !precedes(told, reached)) return;
    told = reached;
    await send(checkpointMessage(reached));
  };

  const catchUp = async () => {
    let considered = 0;
    let from = reached.commit < 0 ? START_OF_LOG : reached;
    while (!sender.ended.aborted) {
      const page = node.log.page(from, PAGE_EVENTS, asked.window, asked.filter);
      for (const event of page.events) {
        if (!precedes(reached, positionOf(event.start))) continue;
        await send(eventMessage(event));
        reached = positionOf(event.start);
      }
      considered += page.considered;
      if (precedes(reached, from)) reached = from;
      if (page.isEnd || considered >= asked.interval) await sendCheckpoint();
      if (page.isEnd) return;
      considered %= asked.interval;
      from = page.next;
      // Other calls get their turn between two pages, as with the queues of a server.
      await new Promise(resolve => setImmediate(resolve));
    }
  };

  const live = listen(node, asked, sender);
  const goLive = async () => {
    if (node.settings.tellsCaughtUp) await send(caughtUpMessage());
    for (let next = await live.next(); next; next = await live.next()) {
      const isNext = next.number === seen + 1;
      seen = next.number;
      if (next.event && !precedes(reached, positionOf(next.event.start))) continue;
      if (next.checkpoint && precedes(next.checkpoint, reached)) continue;
      if (!isNext) return sendCheckpoint();
      if (next.event) {
        await send(eventMessage(next.event));
        reached = positionOf(next.event.start);
      } else if (next.checkpoint) {
        reached = next.checkpoint;
        await sendCheckpoint();
      }
    }
  };

  const lastAtStart = node.log.lastPosition() ?? BEFORE_ALL;
  await send(confirmationMessage(randomUUID()));
  if (!precedes(reached, lastAtStart)) await goLive();
  while (!sender.ended.aborted) {
    await catchUp();
    await goLive();
  }
};
