import type { AppendResult, EventStore, Version } from '../../ports/event-store.ts';
import { AppendTooLargeError, EventStoreOverloadedError } from '../shared/event-store-errors.ts';
import { appendRequests, appendResult } from './append-requests.ts';
import { insist, within } from './insist.ts';
import { GRACE_MS, type Limits, MAX_APPEND_BYTES } from './limits.ts';
import type { Naming } from './naming.ts';
import type { SteadyClient } from './steady-client.ts';

/**
 * Appends until it is known whether the events stand. Whatever goes wrong on the way, the same append is sent again: at
 * an exact revision the server knows the events of an append that it has by their ids, also after a restart, and answers
 * as the first time. So no event is doubled, and a conflict is told only of what does not stand.
 */
export const createAppender = (client: SteadyClient, naming: Naming, limits: Limits): EventStore['appendToStream'] => {
  const { appendAttemptMs, appendPatienceMs, maxWaitingAppends, maxWaitingBytes } = limits;
  let waiting = 0;
  let waitingBytes = 0;

  const assertRoom = (bytes: number): void => {
    if (bytes > MAX_APPEND_BYTES) throw new AppendTooLargeError(MAX_APPEND_BYTES);
    if (waiting >= maxWaitingAppends) throw new EventStoreOverloadedError(`${maxWaitingAppends} appends`);
    if (waitingBytes + bytes > maxWaitingBytes) throw new EventStoreOverloadedError(`${maxWaitingBytes} bytes`);
  };

  return async (stream, expected: Version, events): Promise<AppendResult> => {
    const { messages, bytes } = appendRequests(naming.onServer(stream), expected, events);
    assertRoom(bytes);
    waiting += 1;
    waitingBytes += bytes;
    const attempt = () =>
      within(appendAttemptMs + GRACE_MS, signal => client.appendOnce(messages, appendAttemptMs, signal));
    try {
      return appendResult(await insist(client, limits, appendPatienceMs, attempt));
    } finally {
      waiting -= 1;
      waitingBytes -= bytes;
    }
  };
};
