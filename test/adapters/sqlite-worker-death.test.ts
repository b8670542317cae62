/**
 * Mutants that these tests caught: what waits, or what is being committed, not rejected when the worker dies; appends
 * accepted afterwards; waiting subscribers not told; a close that waits for the dead.
 */
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventStoreBrokenError } from '../../src/adapters/shared/event-store-errors.ts';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import { follow } from '../contracts/event-store/following.ts';
import { freshStream, samples } from '../contracts/event-store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const started = vi.hoisted((): Worker[] => []);

vi.mock('node:worker_threads', async importOriginal => {
  const original = await importOriginal<typeof import('node:worker_threads')>();
  class SeenWorker extends original.Worker {
    constructor(...args: ConstructorParameters<typeof original.Worker>) {
      super(...args);
      started.push(this);
    }
  }
  return { ...original, Worker: SeenWorker };
});

describe('the death of the commit worker', () => {
  beforeEach(() => {
    started.length = 0;
  });

  const openStore = async () => {
    const folder = await temporaryFolder();
    const store = createSqliteEventStore({ file: join(folder.path, 'events.sqlite') });
    onTestFinished(async () => {
      await store.close();
      await folder.remove();
    });
    const [worker] = started;
    if (worker === undefined) throw new Error('no worker was started');
    return { store, worker };
  };

  const outcomeOf = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: unknown) => error,
    );

  it('rejects what waits, what is being committed, and everything after', async () => {
    const { store, worker } = await openStore();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(1));
    const committing = store.appendToStream(stream, 1, samples(1_000));
    await new Promise(resolve => setImmediate(resolve));
    const waiting = store.appendToStream(freshStream(), 0, samples(1));
    void worker.terminate();
    for (const call of [committing, waiting]) expect(await outcomeOf(call)).toBeInstanceOf(EventStoreBrokenError);
    await expect(store.appendToStream(stream, 1, samples(1))).rejects.toThrow(EventStoreBrokenError);
    await expect(store.appendToStream(stream, 1, [])).rejects.toThrow(EventStoreBrokenError);
    await expect(store.readStream(stream)).rejects.toThrow(EventStoreBrokenError);
    await expect(store.readStreamBackwards(stream, { limit: 1 })).rejects.toThrow(EventStoreBrokenError);
    await expect(follow(store).next()).rejects.toThrow(EventStoreBrokenError);
  });

  it('is told to a subscriber that waits', async () => {
    const { store, worker } = await openStore();
    const following = follow(store);
    await following.history();
    const next = outcomeOf(following.next());
    await worker.terminate();
    expect(await next).toBeInstanceOf(EventStoreBrokenError);
  });

  it('lets the store be closed, also when it is being closed already', async () => {
    const { store, worker } = await openStore();
    const appending = outcomeOf(store.appendToStream(freshStream(), 0, samples(1_000)));
    const closing = store.close();
    void worker.terminate();
    await closing;
    await appending;
  });
});
