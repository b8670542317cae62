import type { JsonObject } from '../domain/shared/json.ts';
import type { Instant } from '../domain/shared/time.ts';

/** `<kind>-<id>`, e.g. `espace-5a0c…`. The kind holds no hyphen. */
export type StreamName = `${string}-${string}`;

/** The number of events in a stream; 0: there is no such stream. */
export type Version = number;

/** A place in the log of all streams, opaque; of two checkpoints of one store the later sorts after as text. */
export type Checkpoint = string;

export type NewEvent = {
  /** UUID, chosen by the caller and derived from the request, so that a repeated append is recognised. */
  readonly id: string;
  readonly type: string;
  readonly at: Instant;
  /** Which request made it; UUID. Together with stream, version, type and instant this stays readable at rest. */
  readonly requestId: string;
  readonly data: JsonObject;
};

export type RecordedEvent = NewEvent & {
  readonly stream: StreamName;
  /** 1 for the first event of its stream. */
  readonly version: Version;
  readonly checkpoint: Checkpoint;
  /** True where the person's key was destroyed: `data` is then `{}` and nothing can bring it back. */
  readonly erased?: true;
};

export type AppendResult =
  | { readonly ok: true; readonly version: Version }
  | { readonly ok: false; readonly actual: Version };

export type Delivery =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /** Everything up to here was considered; nothing of the wanted types was left out. */
  | { readonly kind: 'progress'; readonly checkpoint: Checkpoint }
  /** History is over, at the time it was said; live events follow. */
  | { readonly kind: 'caught-up' };

/**
 * The log. Every method rejects only when the store is broken or out of reach; the outcome of an append is then unknown,
 * and the same append (same ids, same `expected`) may be sent again without harm.
 */
export interface EventStore {
  /** Events after `after` (default 0), oldest first; empty when there is no such stream. */
  readStream(stream: StreamName, after?: Version): Promise<readonly RecordedEvent[]>;

  /** At most `limit` events before version `before` (default: from the end), newest first. */
  readStreamBackwards(
    stream: StreamName,
    page: { readonly before?: Version; readonly limit: number },
  ): Promise<readonly RecordedEvent[]>;

  /**
   * All of `events` or none, durable when answered, and only if the stream is at `expected`.
   * The same ids already standing at `expected + 1 …` answer as the first time; there is no "any version".
   * An empty append checks the version and writes nothing.
   */
  appendToStream(stream: StreamName, expected: Version, events: readonly NewEvent[]): Promise<AppendResult>;

  /**
   * Every event after `after` (null: from the beginning), in log order, then live, until `signal` aborts (the iteration
   * then ends without an error). One at a time: the next is fetched when the last was handled. `types` are exact names.
   */
  subscribe(options: {
    readonly after: Checkpoint | null;
    readonly types?: readonly string[];
    readonly signal: AbortSignal;
  }): AsyncIterable<Delivery>;

  /** Waits for what is under way, then releases what the store holds. Live subscriptions end. */
  close(): Promise<void>;
}
