const MIB = 1024 * 1024;

/** How long the store waits, and how much it holds. Times in milliseconds. */
export type Limits = {
  /** One attempt to append. The server itself gives up after 2 s for each of its two steps. */
  readonly appendAttemptMs: number;
  /** All attempts to append together; the outcome is unknown after that. */
  readonly appendPatienceMs: number;
  /** The longest silence within a read. */
  readonly readSilenceMs: number;
  /** All attempts to read together, from the last event that came. */
  readonly readPatienceMs: number;
  /** Silence of a subscription after which the end of the log is looked at; doubled while nothing is new there. */
  readonly firstTailLookMs: number;
  readonly lastTailLookMs: number;
  /** How long a subscription is begun anew without hearing anything, before it rejects. */
  readonly subscribePatienceMs: number;
  /** How long a subscription may owe an event that stands in the log, before it is begun anew. */
  readonly stallMs: number;
  /** Wait before what failed is tried again; doubled at each failure in a row. */
  readonly firstRetryMs: number;
  readonly lastRetryMs: number;
  /** Bounds of what waits for an answer: past them an append is refused at once instead of late. */
  readonly maxWaitingAppends: number;
  readonly maxWaitingBytes: number;
};

export const LIMITS: Limits = {
  appendAttemptMs: 5_000,
  appendPatienceMs: 20_000,
  readSilenceMs: 5_000,
  readPatienceMs: 20_000,
  subscribePatienceMs: 60_000,
  firstTailLookMs: 250,
  lastTailLookMs: 5_000,
  stallMs: 10_000,
  firstRetryMs: 50,
  lastRetryMs: 2_000,
  maxWaitingAppends: 10_000,
  maxWaitingBytes: 64 * MIB,
};

/** Added to the time-out of an attempt for what comes before the call is made: finding the cluster, connecting. */
export const GRACE_MS = 500;
/** How long the end of the calls under way is waited for when the store is closed. */
export const SHUT_DOWN_MS = 1_000;

/** Bytes of one append that are never even sent. What a server takes is its own setting, and less: 1 MiB by default. */
export const MAX_APPEND_BYTES = 15 * MIB;

/** Events that the server looks at between two checkpoints of a subscription. */
export const SEARCH_WINDOW_EVENTS = 64;
/** Events of the end of the log that are looked at in one step: a server is silent about fewer than a window of them. */
export const TAIL_PAGE_EVENTS = SEARCH_WINDOW_EVENTS;
/** Messages of a subscription that wait to be handled, on each side of the client's stream. */
export const SUBSCRIPTION_BUFFER = 16;
