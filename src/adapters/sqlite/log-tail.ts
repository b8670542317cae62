import { LRUCache } from 'lru-cache';
import type { Version } from '../../ports/event-store.ts';
import type { PendingAppend, WrittenPositions } from './commit-protocol.ts';

/** Streams whose newest version is remembered. */
const MAX_STREAMS = 50_000;

/**
 * What this process knows of the newest part of the log without looking: its own commits, as long as no other process has
 * written in between. Each question comes with the `end` of the log as just read; where that is not the end known here,
 * somebody else wrote, or an own commit has not been heard of yet, and the answer is that nothing is known. What somebody
 * else wrote stands at a position that no own commit follows without a gap, so it is noticed by the next own commit at the
 * latest, and until then by the end.
 */
export type LogTail = {
  /** A commit of this process, with all that was in it. */
  committed(written: WrittenPositions, batch: readonly PendingAppend[]): void;
  /** The stream was read, and `version` is the newest that was found. */
  sawNewest(stream: string, version: Version): void;
  /** True only if the stream holds nothing after `version`. */
  isNewest(end: number, stream: string, version: Version): boolean;
  /** True only if no event of these types is after `position`. */
  holdsNone(end: number, types: readonly string[], position: number): boolean;
};

/** @param end of the log when this process began to look */
export const createLogTail = (end: number): LogTail => {
  let knownFrom = end;
  let knownTo = end;
  const newestOfType = new Map<string, number>();
  const newestOfStream = new LRUCache<string, Version>({ max: MAX_STREAMS });

  return {
    committed({ first, last }, batch) {
      if (first !== knownTo + 1) {
        knownFrom = first - 1;
        newestOfStream.clear();
      }
      knownTo = last;
      for (const [stream, , events] of batch) {
        newestOfStream.delete(stream);
        for (const [, type] of events) newestOfType.set(type, last);
      }
    },

    sawNewest(stream, version) {
      newestOfStream.set(stream, version);
    },

    isNewest: (seenEnd, stream, version) => seenEnd === knownTo && newestOfStream.get(stream) === version,

    holdsNone: (seenEnd, types, position) =>
      seenEnd === knownTo && position >= knownFrom && types.every(type => (newestOfType.get(type) ?? 0) <= position),
  };
};
