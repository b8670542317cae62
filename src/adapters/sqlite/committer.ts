import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AppendResult } from '../../ports/event-store.ts';
import {
  AppendTooLargeError,
  CommitFailedError,
  EventStoreBrokenError,
  EventStoreClosedError,
  EventStoreOverloadedError,
} from '../shared/event-store-errors.ts';
import type { CommitAnswer, CommitRequest, PendingAppend, WrittenPositions } from './commit-protocol.ts';

const MIB = 1024 * 1024;
/** Bytes of event data that one append may hold. */
export const MAX_APPEND_BYTES = 16 * MIB;
/** Bounds of one transaction; a single append may be larger. */
export const MAX_BATCH_EVENTS = 1_000;
export const MAX_BATCH_BYTES = 8 * MIB;
/** Bounds of what waits: past them an append is refused at once instead of late. */
export const MAX_WAITING_APPENDS = 10_000;
export const MAX_WAITING_BYTES = 64 * MIB;

/**
 * While the disk is quick, the worker is given a second batch while it commits the first, and those that come together
 * are halved: whoever waits for one half is answered, and asks anew, while the other is committed. A slow disk decides
 * alone how many are committed in an hour, so they go to it all at once.
 */
const QUICK_COMMIT_MS = 3;
const MIN_SPLIT_APPENDS = 16;

type Waiting = {
  readonly append: PendingAppend;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
};

/** Appends in groups: those that wait together are committed together, each answered after the commit reached the disk. */
export type Committer = {
  append(append: PendingAppend): Promise<AppendResult>;
  /** Throws once nothing can be committed any more: closed, or the worker died. */
  assertUsable(): void;
  /** Commits what waits, then ends the worker. */
  close(): Promise<void>;
};

/** The worker is a file beside this one, `.ts` from source and `.js` when compiled. */
const WORKER = new URL(`./commit-worker${extname(import.meta.url)}`, import.meta.url);

const bytesOf = ([, , events]: PendingAppend): number => {
  let bytes = 0;
  for (const row of events) bytes += Buffer.byteLength(row[4]);
  return bytes;
};

/**
 * @param onCommit called after each commit that wrote something, before its appends are answered
 * @param onBroken called once if the worker dies, after what waited was rejected
 */
export const createCommitter = (
  file: string,
  onCommit: (written: WrittenPositions, batch: readonly PendingAppend[]) => void,
  onBroken: () => void,
): Committer => {
  // Empty environment: the master key of the vault is none of this thread's business.
  const worker = new Worker(WORKER, { workerData: { file }, name: 'event-commit', env: {} });
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  /** Oldest first: the worker commits in this order. */
  let committing: (readonly Waiting[])[] = [];
  let isQuick = true;
  let isScheduled = false;
  let closed: Promise<void> | undefined;
  let broken: EventStoreBrokenError | undefined;
  let onIdle: (() => void) | undefined;

  const isIdle = () => waiting.length === 0 && committing.length === 0;

  const takeBatch = (most: number): readonly Waiting[] => {
    let count = 0;
    let events = 0;
    let bytes = 0;
    for (const next of waiting) {
      events += next.append[2].length;
      bytes += next.bytes;
      if (count === most || (count > 0 && (events > MAX_BATCH_EVENTS || bytes > MAX_BATCH_BYTES))) break;
      count += 1;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const taken of batch) waitingBytes -= taken.bytes;
    return batch;
  };

  const send = (request: CommitRequest) => worker.postMessage(request);

  const commitNext = () => {
    isScheduled = false;
    if (broken !== undefined) return;
    const inHand = isQuick ? 2 : 1;
    while (waiting.length > 0 && committing.length < inHand) {
      const isSplit = committing.length === 0 && isQuick && waiting.length >= MIN_SPLIT_APPENDS;
      const batch = takeBatch(isSplit ? Math.ceil(waiting.length / 2) : waiting.length);
      committing.push(batch);
      send({ kind: 'commit', batch: batch.map(({ append }) => append) });
    }
  };

  // Not at once: the requests that arrived in the same turn of the event loop get to append too, and share the commit.
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(commitNext);
  };

  const breakDown = (reason: string) => {
    if (broken !== undefined) return;
    broken = new EventStoreBrokenError(reason);
    const lost = [...committing.flat(), ...waiting];
    committing = [];
    waiting = [];
    waitingBytes = 0;
    for (const { reject } of lost) reject(broken);
    onIdle?.();
    onBroken();
  };

  worker.on('message', (answer: CommitAnswer) => {
    const batch = committing.shift() ?? [];
    if (answer.kind === 'committed') {
      isQuick = answer.tookMs <= QUICK_COMMIT_MS;
      const appends = batch.map(({ append }) => append);
      if (answer.written !== null) onCommit(answer.written, appends);
      batch.forEach(({ resolve }, index) => {
        resolve(answer.results[index] as AppendResult);
      });
    } else {
      const error = new CommitFailedError(answer.reason);
      for (const { reject } of batch) reject(error);
    }
    if (isIdle()) onIdle?.();
    else schedule();
  });
  worker.on('error', error =>
    breakDown(`its commit worker failed (${error instanceof Error ? error.message : 'unknown'})`),
  );
  worker.on('exit', () => breakDown('its commit worker ended'));

  const assertUsable = () => {
    if (closed !== undefined) throw new EventStoreClosedError();
    if (broken !== undefined) throw broken;
  };

  return {
    assertUsable,

    async append(append) {
      assertUsable();
      const bytes = bytesOf(append);
      if (bytes > MAX_APPEND_BYTES) throw new AppendTooLargeError(MAX_APPEND_BYTES);
      if (waiting.length >= MAX_WAITING_APPENDS) throw new EventStoreOverloadedError(`${MAX_WAITING_APPENDS} appends`);
      if (waitingBytes + bytes > MAX_WAITING_BYTES) throw new EventStoreOverloadedError(`${MAX_WAITING_BYTES} bytes`);
      return new Promise((resolve, reject) => {
        waiting.push({ append, bytes, resolve, reject });
        waitingBytes += bytes;
        schedule();
      });
    },

    close() {
      closed ??= (async () => {
        if (!isIdle()) {
          await new Promise<void>(resolve => {
            onIdle = resolve;
          });
        }
        if (broken === undefined) send({ kind: 'close' });
        await exited;
      })();
      return closed;
    },
  };
};
