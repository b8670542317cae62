import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { eventMessage, nameOf, notFoundMessage } from './answers.ts';
import { failureOf, type ReadFault } from './faults.ts';
import type { StoredEvent } from './log.ts';
import { count, type Node, notLeaderFault, refusalOf } from './node.ts';
import { filterOf, positionOfAll, type ReadOptions } from './read-options.ts';
import { createSender, type Sender } from './sender.ts';
import { type Failure, streamDeleted } from './statuses.ts';
import { serveSubscription } from './subscription.ts';

const BACKWARDS = 1;

/** A page of one stream; a string where there is nothing to read. */
const streamPage = (node: Node, options: ReadOptions): readonly StoredEvent[] | 'deleted' | 'not-found' => {
  const asked = options.getStream();
  const readable = node.log.readable(nameOf(asked?.getStreamIdentifier()));
  if (readable === 'deleted') return readable;
  if (readable === null) return 'not-found';
  const limit = Number(options.getCount());
  if (options.getReadDirection() === BACKWARDS) {
    const from = asked?.hasEnd() ? Number.MAX_SAFE_INTEGER : Number(asked?.hasStart() ? 0 : asked?.getRevision());
    const upTo = readable.filter(event => event.revision <= from);
    return upTo.slice(Math.max(0, upTo.length - limit)).reverse();
  }
  if (asked?.hasEnd()) return [];
  const from = asked?.hasStart() ? 0 : Number(asked?.getRevision());
  return readable.filter(event => event.revision >= from).slice(0, limit);
};

const logPage = (node: Node, options: ReadOptions): readonly StoredEvent[] => {
  const from = positionOfAll(options);
  const limit = Number(options.getCount());
  if (options.getReadDirection() === BACKWARDS) return node.log.backwards(from === 'end' ? null : from, limit);
  if (from === 'end') return [];
  return node.log.page(from, limit, Number.MAX_SAFE_INTEGER, filterOf(options)).events;
};

const readOnce = async (node: Node, options: ReadOptions, sender: Sender): Promise<void> => {
  const stream = nameOf(options.getStream()?.getStreamIdentifier());
  const page = options.hasStream() ? streamPage(node, options) : logPage(node, options);
  if (page === 'deleted') return sender.fail(streamDeleted(stream));
  if (page === 'not-found') await sender.send(notFoundMessage(stream));
  else for (const event of page) await sender.send(eventMessage(event));
  sender.end();
};

/** Lets a call go wrong now. */
const strike = (node: Node, fault: ReadFault, sender: Sender): void => {
  if (fault.shows === 'drop') node.wire.drop();
  else if (fault.shows === 'end') sender.end();
  else if (fault.shows === 'not-leader') sender.fail(notLeaderFault(node));
  else if (fault.shows !== 'silence') sender.fail(failureOf(fault.shows) as Failure);
  sender.mute();
};

/** `Streams.Read`: pages of a stream or of everything, and the subscriptions. */
export const serveRead =
  (node: Node) =>
  (call: ServerWritableStream<ReadReq, ReadResp>): void => {
    const options = call.request.getOptions() as ReadOptions;
    const isSubscription = options.hasSubscription();
    count(node, isSubscription ? 'subscribe' : 'read');
    const fault = isSubscription ? node.faults.subscribe?.() : node.faults.read?.();
    const sender = createSender(call, fault?.afterEvents ?? 0, fault && (() => strike(node, fault, sender)));
    const refusal = refusalOf(node, call.metadata);
    node.openReads += 1;
    sender.ended.addEventListener('abort', () => {
      node.openReads -= 1;
    });
    const serve = isSubscription ? serveSubscription : readOnce;
    if (refusal) sender.fail(refusal);
    // What is thrown here is a mistake of the double: unhandled, it makes the test run fail.
    else void serve(node, options, sender);
  };
