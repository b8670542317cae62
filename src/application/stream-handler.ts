import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { DomainEvent } from '../domain/shared/decider.ts';
import type { Instant } from '../domain/shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore, NewEvent, RecordedEvent, StreamName, Version } from '../ports/event-store.ts';
import { KeyDestroyedError } from '../ports/key-vault.ts';
import { derivedId, isRepeatable } from './ids.ts';

/** `id`: UUID, version 5 where it derives from an Idempotency-Key. `fingerprint`: keyed digest of what was asked. */
export type Request = { readonly id: string; readonly fingerprint: string };

export type Handled<S, T> =
  | { readonly ok: true; readonly state: S; readonly version: Version; readonly result: T; readonly repeated: boolean }
  | { readonly ok: false; readonly refusal: 'idempotency-key-reused' | 'stream-busy' };

/** What one request does to one state. Called again when a race is lost or a request repeated, so it must be pure. */
export type Decide<S, E, T> = (state: S, at: Instant) => { readonly events: readonly E[]; readonly result: T };

export interface StreamHandler<S, E extends DomainEvent> {
  /** The newest state; `version` is 0 where there is no such stream. */
  load(id: string): Promise<{ readonly state: S; readonly version: Version }>;
  /** The state as it was at `instant` (events at that very instant included). */
  loadAt(id: string, instant: Instant): Promise<S>;
  /** Whether `request`, which can be repeated, was carried out here: it has events, and is among those remembered. */
  remembers(id: string, request: Request): Promise<boolean>;
  /** Decides on the newest state and appends what was decided, at the version it was decided on. */
  handle<T>(id: string, request: Request, decide: Decide<S, E, T>): Promise<Handled<S, T>>;
}

/** Commands of one stream that may wait at once; one more is told `stream-busy`. */
export const MAX_WAITING_PER_STREAM = 1_000;
/** Commands decided together and appended in one call. */
const MAX_BATCH = 64;
/** Times a batch is decided anew after another node was faster. */
const MAX_LOST_RACES = 32;
/** Requests with an Idempotency-Key that a stream remembers; an older key counts as new. */
export const MAX_REMEMBERED_REQUESTS = 256;

/** Events of one remembered request: versions `first` to `last`; when, and the id of the first, which holds the fingerprint. */
type Remembered = { readonly first: Version; readonly last: Version; readonly at: Instant; readonly eventId: string };

type Entry<S> = {
  readonly version: Version;
  readonly state: S;
  /** Instant of the last event: time never runs backwards within a stream, whatever the clocks of the nodes say. */
  readonly at: Instant;
  /** Oldest first. */
  readonly remembered: ReadonlyMap<string, Remembered>;
};

type Job<S, E> = {
  readonly request: Request;
  readonly decide: Decide<S, E, unknown>;
  readonly resolve: (handled: Handled<S, unknown>) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Load, fold, decide, append, and again where somebody else was faster. Commands for one stream queue here: those that
 * wait together are decided one after the other on the evolving state and appended in one call, so a busy stream costs
 * no conflicts, and a conflict means another node. States are cached by version; a stale one is caught by the append.
 */
export const createStreamHandler = <S, E extends DomainEvent>(deps: {
  readonly store: EventStore;
  readonly clock: Clock;
  /** First part of the stream's name, e.g. `espace`. */
  readonly kind: string;
  readonly initial: S;
  readonly evolve: (state: S, event: E) => S;
  /** What a state becomes when the person's key is destroyed. */
  readonly erased: (state: S) => S;
  /** States kept in memory. */
  readonly cacheSize: number;
  /**
   * Where other nodes write to the same streams: the pause between two batches of one busy stream. Without it another node,
   * which has to read before it can append, would lose every race against one that is read from without end.
   */
  readonly pauseMs?: number;
}): StreamHandler<S, E> => {
  const { store, clock, kind, initial } = deps;
  const cache = new LRUCache<StreamName, Entry<S>>({ max: deps.cacheSize });
  const queues = new Map<StreamName, Job<S, E>[]>();

  const streamOf = (id: string): StreamName => `${kind}-${id}`;

  const evolve = (state: S, event: RecordedEvent): S =>
    event.erased ? deps.erased(state) : deps.evolve(state, event as unknown as E);

  const absorb = (entry: Entry<S>, events: readonly RecordedEvent[]): Entry<S> => {
    if (events.length === 0) return entry;
    // Copied once, not at each event: a stream may be long.
    const remembered = new Map(entry.remembered);
    let { state, version, at } = entry;
    for (const event of events) {
      state = evolve(state, event);
      ({ version, at } = event);
      remember(remembered, event);
    }
    return { state, version, at, remembered };
  };

  const keep = (stream: StreamName, entry: Entry<S>): Entry<S> => {
    const cached = cache.get(stream);
    if (cached && cached.version >= entry.version) return cached;
    if (entry.version > 0) cache.set(stream, entry);
    return entry;
  };

  const refresh = async (stream: StreamName): Promise<Entry<S>> => {
    const entry = cache.get(stream) ?? { version: 0, state: initial, at: '', remembered: new Map() };
    return keep(stream, absorb(entry, await store.readStream(stream, entry.version)));
  };

  const foldUntil = async (stream: StreamName, wanted: (event: RecordedEvent) => boolean): Promise<S> => {
    let state = initial;
    for (const event of await store.readStream(stream)) {
      if (!wanted(event)) break;
      state = evolve(state, event);
    }
    return state;
  };

  /** The answer a repeated request got the first time: decided again on the events before it, at its own instant. */
  const again = async (stream: StreamName, job: Job<S, E>, known: Remembered): Promise<Handled<S, unknown>> => {
    if (known.eventId !== eventId(job.request, known.at, 0)) return { ok: false, refusal: 'idempotency-key-reused' };
    const before = await foldUntil(stream, event => event.version < known.first);
    const state = await foldUntil(stream, event => event.version <= known.last);
    const { result } = job.decide(before, known.at);
    return { ok: true, state, version: known.last, result, repeated: true };
  };

  const run = async (stream: StreamName, jobs: readonly Job<S, E>[]): Promise<void> => {
    let entry = cache.get(stream) ?? (await refresh(stream));
    let isForgotten = false;
    for (let lost = 0; ; lost++) {
      const batch = decideAll(entry, jobs);
      const stood = await stands(stream, entry, batch.events).catch(error => {
        // Erased since it was read: what is in memory of it goes, and the requests are decided on what is left.
        if (!(error instanceof KeyDestroyedError) || isForgotten) throw error;
        isForgotten = cache.delete(stream);
        return false;
      });
      if (stood) {
        if (batch.events.length > 0) keep(stream, batch.after);
        for (const settle of batch.settled) settle();
        for (const { job, known } of batch.repeated) await again(stream, job, known).then(job.resolve, job.reject);
        // An append may have been taken for one that stands there already, with more behind it: whoever has nothing in it
        // is not yet known to have been answered from the newest state.
        if (batch.events.length === 0) for (const { settle } of batch.silent) settle();
        else if (batch.silent.length > 0)
          await run(
            stream,
            batch.silent.map(({ job }) => job),
          );
        return;
      }
      if (lost >= MAX_LOST_RACES) {
        for (const job of jobs) job.resolve({ ok: false, refusal: 'stream-busy' });
        return;
      }
      entry = await refresh(stream);
    }
  };

  /** Makes what was decided on `entry` durable; false where the stream has moved on, so that it must be decided again. */
  const stands = async (stream: StreamName, entry: Entry<S>, events: readonly NewEvent[]): Promise<boolean> => {
    if (events.length > 0) return (await appendSurely(store, stream, entry.version, events)).ok;
    return (await refresh(stream)).version === entry.version;
  };

  const decideAll = (entry: Entry<S>, jobs: readonly Job<S, E>[]) => {
    const now = clock.now();
    const at = later(now, entry.at);
    const events: NewEvent[] = [];
    const settled: (() => void)[] = [];
    const silent: { job: Job<S, E>; settle: () => void }[] = [];
    const repeated: { job: Job<S, E>; known: Remembered }[] = [];
    const remembered = new Map(entry.remembered);
    let { state, version } = entry;
    for (const job of jobs) {
      const known = remembered.get(job.request.id);
      if (known) {
        repeated.push({ job, known });
        continue;
      }
      try {
        const decided = job.decide(state, at);
        for (const event of decided.events) {
          version += 1;
          const index = events.filter(({ requestId }) => requestId === job.request.id).length;
          const named = { ...event, id: eventId(job.request, event.at, index), requestId: job.request.id };
          events.push(named);
          state = deps.evolve(state, event);
          remember(remembered, { ...named, version });
        }
        const handled = { ok: true, state, version, result: decided.result, repeated: false } as const;
        const settle = () => job.resolve(handled);
        if (decided.events.length > 0) settled.push(settle);
        else silent.push({ job, settle });
      } catch (error) {
        silent.push({ job, settle: () => job.reject(error) });
      }
    }
    return { events, settled, silent, repeated, after: { state, version, at, remembered } };
  };

  const drain = async (stream: StreamName, queue: Job<S, E>[]): Promise<void> => {
    while (queue.length > 0) {
      const jobs = queue.splice(0, MAX_BATCH);
      try {
        await run(stream, jobs);
      } catch (error) {
        // What the store did is unknown: forget the state, and let every client ask again with its key.
        cache.delete(stream);
        for (const job of jobs) job.reject(error);
      }
      if (deps.pauseMs && queue.length > 0) await sleep(deps.pauseMs);
    }
    queues.delete(stream);
  };

  return {
    async load(id) {
      const { state, version } = await refresh(streamOf(id));
      return { state, version };
    },

    loadAt: (id, instant) => foldUntil(streamOf(id), event => event.at <= instant),

    async remembers(id, request) {
      return (await refresh(streamOf(id))).remembered.has(request.id);
    },

    handle<T>(id: string, request: Request, decide: Decide<S, E, T>): Promise<Handled<S, T>> {
      const stream = streamOf(id);
      return new Promise<Handled<S, unknown>>((resolve, reject) => {
        const job = { request, decide, resolve, reject };
        const queue = queues.get(stream);
        if (queue === undefined) {
          const fresh = [job];
          queues.set(stream, fresh);
          // One turn later, so that what arrives in this turn is decided together.
          queueMicrotask(() => void drain(stream, fresh));
        } else if (queue.length >= MAX_WAITING_PER_STREAM) resolve({ ok: false, refusal: 'stream-busy' });
        else queue.push(job);
      }) as Promise<Handled<S, T>>;
    },
  };
};

/**
 * Derives from the request's id and content, and from the instant of the decision. So a store takes an append for one that
 * it has only where the same was decided; a node that has not heard of a request yet, and decides it again at another
 * instant, loses the race and learns of it. Nothing of the version: whoever is shown an id could tell from it how many
 * events they are not shown.
 */
const eventId = (request: Request, at: Instant, index: number): string =>
  derivedId(request.id, `${request.fingerprint} ${at} ${index}`);

const later = (one: Instant, other: Instant): Instant => (one < other ? other : one);

/** Adds what one event tells of its request to `memory`, and forgets the oldest where there are too many. */
const remember = (
  memory: Map<string, Remembered>,
  { requestId, id, version, at }: Pick<RecordedEvent, 'requestId' | 'id' | 'version' | 'at'>,
): void => {
  if (!isRepeatable(requestId)) return;
  const known = memory.get(requestId) ?? { first: version, at, eventId: id };
  memory.set(requestId, { ...known, last: version });
  if (memory.size > MAX_REMEMBERED_REQUESTS) memory.delete(memory.keys().next().value as string);
};

/** Times one append is sent before its outcome is given up as unknown. */
const MAX_APPEND_ATTEMPTS = 3;

/** An append whose answer is lost is sent again: the ids make the repeat harmless. */
const appendSurely = async (
  store: EventStore,
  stream: StreamName,
  expected: Version,
  events: readonly NewEvent[],
): ReturnType<EventStore['appendToStream']> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store.appendToStream(stream, expected, events);
    } catch (error) {
      if (attempt >= MAX_APPEND_ATTEMPTS) throw error;
    }
  }
};
