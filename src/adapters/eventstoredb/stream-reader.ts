import {
  BACKWARDS,
  END,
  type ReadRevision,
  type ResolvedEvent,
  type StreamingRead,
  StreamNotFoundError,
} from '@eventstore/db-client';
import type { EventStore, RecordedEvent, StreamName, Version } from '../../ports/event-store.ts';
import { StreamSpoiltError } from './failures.ts';
import { insist } from './insist.ts';
import type { Limits } from './limits.ts';
import type { Naming } from './naming.ts';
import { readEvents } from './read-events.ts';
import { recordedEvent } from './recorded-event.ts';
import type { SteadyClient } from './steady-client.ts';

export type StreamReader = Pick<EventStore, 'readStream' | 'readStreamBackwards'> & {
  /** The number of events in a stream. */
  versionOf(stream: StreamName): Promise<Version>;
};

/** Revisions count from 0, versions from 1. */
const revisionOf = (version: Version): bigint => BigInt(version - 1);

/** Reads from the leader, so that whoever reads sees what was acknowledged, by whatever node. */
export const createStreamReader = (client: SteadyClient, naming: Naming, limits: Limits): StreamReader => {
  /**
   * All events that a read gives. Where it breaks off, the next one goes on after the last event that came.
   *
   * @param open begins to read after `got`, in the order of the read; null: nothing is left to read
   * @param step what the version grows by from one event to the next; a hole means that the server lost some
   */
  const collect = async (
    stream: StreamName,
    got: RecordedEvent[],
    step: 1 | -1,
    open: () => StreamingRead<ResolvedEvent> | null,
    firstVersion?: Version,
  ): Promise<readonly RecordedEvent[]> => {
    const take = (resolved: ResolvedEvent): void => {
      const event = resolved.event && recordedEvent(stream, resolved.event);
      if (!event) throw new StreamSpoiltError('it holds an event of somebody else');
      const last = got.at(-1);
      const expected = last === undefined ? firstVersion : last.version + step;
      if (expected !== undefined && event.version !== expected) throw new StreamSpoiltError('events are missing');
      got.push(event);
    };
    const attempt = async () => {
      const reading = open();
      if (reading === null) return got;
      try {
        for await (const resolved of readEvents(reading, limits.readSilenceMs)) take(resolved);
      } catch (error) {
        if (!(error instanceof StreamNotFoundError)) throw error;
      }
      return got;
    };
    return insist(client, limits, limits.readPatienceMs, attempt, () => got.length);
  };

  const readStream: EventStore['readStream'] = (stream, after = 0) => {
    const got: RecordedEvent[] = [];
    const open = () =>
      client.readStream(naming.onServer(stream), {
        fromRevision: revisionOf(after + got.length + 1),
        requiresLeader: true,
      });
    return collect(stream, got, 1, open, after + 1);
  };

  const readStreamBackwards: EventStore['readStreamBackwards'] = (stream, { before, limit }) => {
    const got: RecordedEvent[] = [];
    const open = () => {
      const bound = got.at(-1)?.version ?? before;
      const maxCount = Math.min(limit, Number.MAX_SAFE_INTEGER) - got.length;
      if (maxCount <= 0 || (bound !== undefined && bound <= 1)) return null;
      const fromRevision: ReadRevision = bound === undefined ? END : revisionOf(bound - 1);
      const direction = BACKWARDS;
      return client.readStream(naming.onServer(stream), { direction, fromRevision, maxCount, requiresLeader: true });
    };
    return collect(stream, got, -1, open);
  };

  return {
    readStream,
    readStreamBackwards,
    async versionOf(stream) {
      const [last] = await readStreamBackwards(stream, { limit: 1 });
      return last?.version ?? 0;
    },
  };
};
