import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Failure } from './statuses.ts';

/** The answering half of a read: one message after the other, no faster than the client takes them. */
export type Sender = {
  readonly ended: AbortSignal;
  /** Resolves when there is room for the next one. */
  send(message: ReadResp): Promise<void>;
  fail(failure: Failure): void;
  end(): void;
  /** From now on nothing is sent any more, and nobody is told. */
  mute(): void;
};

/** @param strike lets the call go wrong before its first message, or once `afterEvents` were sent; undefined: it goes well */
export const createSender = (
  call: ServerWritableStream<unknown, ReadResp>,
  afterEvents: number,
  strike: (() => void) | undefined,
): Sender => {
  const ending = new AbortController();
  let events = 0;
  let isMute = false;
  let hasStruck = false;
  call.on('cancelled', () => ending.abort());
  call.on('close', () => ending.abort());
  call.on('error', () => ending.abort());

  const room = () =>
    new Promise<void>(resolve => {
      call.once('drain', resolve);
      ending.signal.addEventListener('abort', () => resolve(), { once: true });
    });

  const strikeWhenDue = () => {
    if (strike === undefined || hasStruck || events < afterEvents) return;
    hasStruck = true;
    strike();
  };

  return {
    ended: ending.signal,

    async send(message) {
      strikeWhenDue();
      if (isMute || ending.signal.aborted) return;
      if (message.hasEvent()) events += 1;
      if (!call.write(message)) await room();
    },

    fail(failure) {
      if (isMute || ending.signal.aborted) return;
      call.emit('error', failure);
      ending.abort();
    },

    end() {
      strikeWhenDue();
      if (isMute || ending.signal.aborted) return;
      call.end();
      ending.abort();
    },

    mute() {
      isMute = true;
    },
  };
};
