import type { AppendResult, Version } from '../../ports/event-store.ts';

/** Tuples, because a message between threads writes the names of an object's members again for each object. */
export type EventRow = readonly [id: string, type: string, at: string, requestId: string, data: string];
export type PendingAppend = readonly [stream: string, expected: Version, events: readonly EventRow[]];

export type WrittenPositions = { readonly first: number; readonly last: number };

/** To the worker: appends to commit together, or the end. */
export type CommitRequest =
  | { readonly kind: 'commit'; readonly batch: readonly PendingAppend[] }
  | { readonly kind: 'close' };

/** From the worker, once for each batch: an answer for each append in the same order, or why nothing was committed. */
export type CommitAnswer =
  | {
      readonly kind: 'committed';
      readonly results: readonly AppendResult[];
      /** Positions of what was written, without a gap; null where nothing was. */
      readonly written: WrittenPositions | null;
      /** How long the worker took over it. */
      readonly tookMs: number;
    }
  | { readonly kind: 'failed'; readonly reason: string };
