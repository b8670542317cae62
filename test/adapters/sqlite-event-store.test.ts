/**
 * Mutants that these tests caught (each alone, in `src/adapters/sqlite` and `src/adapters/shared`):
 * a repeat recognised by its first id only, or when empty; an append past the end accepted; no transaction; no rollback;
 * synchronous NORMAL; one append a transaction; one batch in hand; those that come together never halved; answers before the commit; close without draining; limits of appends, of
 * bytes and of one append taken away; bytes never given back; the next batch never sent, or not after one that failed;
 * own commits waiting for the poll; subscriptions that survive close; a page cut but told whole, not bounded in size, or
 * the scan not bounded; a history that ends after one page, or keeps the event loop; a negative limit taken for none.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  AppendTooLargeError,
  CommitFailedError,
  EventStoreOverloadedError,
} from '../../src/adapters/shared/event-store-errors.ts';
import {
  MAX_APPEND_BYTES,
  MAX_BATCH_EVENTS,
  MAX_WAITING_APPENDS,
  MAX_WAITING_BYTES,
} from '../../src/adapters/sqlite/committer.ts';
import { createEventReader } from '../../src/adapters/sqlite/event-reader.ts';
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import { durableEventStoreContract } from '../contracts/durable-event-store.contract.ts';
import { follow } from '../contracts/event-store/following.ts';
import { freshStream, freshType, idsOf, sample, samples } from '../contracts/event-store/samples.ts';
import { eventStoreContract } from '../contracts/event-store.contract.ts';
import { eventFile } from '../support/event-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MIB = 1024 * 1024;

const openOnDisk = async () => {
  const folder = await temporaryFolder();
  const open = () => createSqliteEventStore({ file: join(folder.path, 'events.sqlite') });
  return { store: open(), reopen: async () => open(), dispose: folder.remove };
};

eventStoreContract('sqlite', openOnDisk);
durableEventStoreContract('sqlite', openOnDisk);

describe('the sqlite event store', () => {
  it('commits appends that wait together in one transaction', async () => {
    const { open, file } = await eventFile();
    const store = open();
    await Promise.all(Array.from({ length: 1_000 }, () => store.appendToStream(freshStream(), 0, samples(1))));
    // One by one they would leave at least two pages of 4 KiB each in the log: 8 MB.
    expect(statSync(`${file}-wal`).size).toBeLessThan(2 * MIB);
  });

  it('answers one half of many while it commits the other, in the order they came', async () => {
    const { open } = await eventFile();
    const store = open();
    const answered: number[] = [];
    const turns: number[][] = [];
    await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        await store.appendToStream(freshStream(), 0, samples(1));
        if (answered.length === 0) process.nextTick(() => turns.push(answered.splice(0)));
        answered.push(index);
      }),
    );
    await new Promise(setImmediate);
    expect(turns).toEqual([
      Array.from({ length: 32 }, (_, index) => index),
      Array.from({ length: 32 }, (_, index) => 32 + index),
    ]);
  });

  it('waits for the disk at each commit', async () => {
    const { file } = await eventFile();
    using database = openDatabase(file);
    // 2 is FULL: the log is synced before a commit returns. That no test without a power cut can show.
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  });

  it('numbers checkpoints by 16 digits', async () => {
    const { open } = await eventFile();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(2));
    const checkpoints = (await store.readStream(stream)).map(({ checkpoint }) => checkpoint);
    expect(checkpoints).toEqual(['0000000000000001', '0000000000000002']);
  });

  it('refuses a checkpoint that is none of its own', async () => {
    const { open } = await eventFile();
    const store = open();
    for (const after of ['', '1', 'C:1/P:1', '000000000000000x']) {
      await expect(follow(store, { after }).next()).rejects.toThrow('not a checkpoint');
    }
  });

  it('gives a history of large events in pages, and of many unwanted ones with its progress', async () => {
    const { open } = await eventFile();
    const store = open();
    const type = freshType('Noted');
    const stream = freshStream();
    const large = Array.from({ length: 10 }, () => sample({ text: 'x'.repeat(MIB) }, type));
    await store.appendToStream(stream, 0, large);
    await store.appendToStream(stream, 10, samples(3_000));
    await store.appendToStream(stream, 3_010, samples(600, type));
    const following = follow(store, { types: [type] });
    const checkpoints: number[] = [];
    let events = 0;
    for (let delivery = await following.next(); delivery?.kind !== 'caught-up'; delivery = await following.next()) {
      if (delivery?.kind === 'event') events += 1;
      if (delivery?.kind === 'progress') checkpoints.push(Number(delivery.checkpoint));
    }
    expect(events).toBe(610);
    expect(checkpoints.length).toBeGreaterThanOrEqual(2);
    await following.stop();
  });

  it('has no more than some megabytes of history in memory at once', async () => {
    const { open, file } = await eventFile();
    const large = Array.from({ length: 10 }, () => sample({ text: 'x'.repeat(MIB) }));
    await open().appendToStream(freshStream(), 0, large);
    using database = new DatabaseSync(file, { readOnly: true });
    const { end, logPage } = createEventReader(database);
    const first = logPage(end(), null, undefined);
    expect(idsOf(first.events)).toEqual(idsOf(large.slice(0, 4)));
    expect(first.more).toBe(true);
    const second = logPage(end(), first.upTo, ['Noted']);
    expect(idsOf(second.events)).toEqual(idsOf(large.slice(4, 8)));
  });

  it('leaves the event loop to others while it gives a long history', async () => {
    const { open } = await eventFile();
    const store = open();
    await store.appendToStream(freshStream(), 0, samples(2_000));
    let turns = 0;
    const watch = setInterval(() => {
      turns += 1;
    }, 0);
    const following = follow(store);
    await following.history();
    clearInterval(watch);
    expect(turns).toBeGreaterThanOrEqual(3);
    await following.stop();
  });

  it('refuses an append that is too large, at once and alone', async () => {
    const { open } = await eventFile();
    const store = open();
    const stream = freshStream();
    const half = 'x'.repeat(MAX_APPEND_BYTES / 2);
    await expect(store.appendToStream(stream, 0, [sample({ half }), sample({ half })])).rejects.toThrow(
      AppendTooLargeError,
    );
    expect(await store.appendToStream(stream, 0, [sample({ half })])).toEqual({ ok: true, version: 1 });
  });

  it('refuses what would wait behind too many others, and carries out those', async () => {
    const { open } = await eventFile();
    const store = open();
    const [stream, event] = [freshStream(), sample()];
    const waiting = Array.from({ length: MAX_WAITING_APPENDS }, () => store.appendToStream(stream, 0, [event]));
    await expect(store.appendToStream(stream, 0, [event])).rejects.toThrow(EventStoreOverloadedError);
    expect(new Set((await Promise.all(waiting)).map(({ ok }) => ok))).toEqual(new Set([true]));
    expect(await store.readStream(stream)).toHaveLength(1);
    expect(await store.appendToStream(stream, 1, samples(1))).toEqual({ ok: true, version: 2 });
  });

  it('refuses what would wait behind too many bytes, and carries out those', async () => {
    const { open } = await eventFile();
    const store = open();
    const large = sample({ text: 'x'.repeat(MAX_APPEND_BYTES - MIB) });
    const fitting = Math.floor(MAX_WAITING_BYTES / (MAX_APPEND_BYTES - MIB));
    const streams = Array.from({ length: fitting }, freshStream);
    const waiting = streams.map(stream => store.appendToStream(stream, 0, [large]));
    await expect(store.appendToStream(freshStream(), 0, [large])).rejects.toThrow(EventStoreOverloadedError);
    expect(await Promise.all(waiting)).toEqual(streams.map(() => ({ ok: true, version: 1 })));
    expect(await store.appendToStream(freshStream(), 0, [large])).toEqual({ ok: true, version: 1 });
  });

  it('rejects what could not be committed, and goes on afterwards', async () => {
    const { open, change } = await eventFile();
    const store = open();
    const stream = freshStream();
    await store.appendToStream(stream, 0, samples(1));
    change('ALTER TABLE events RENAME TO elsewhere');
    const appends = Array.from({ length: MAX_BATCH_EVENTS + 1 }, () => store.appendToStream(stream, 1, samples(1)));
    for (const outcome of await Promise.allSettled(appends)) {
      expect(outcome).toEqual({ status: 'rejected', reason: expect.any(CommitFailedError) });
    }
    change('ALTER TABLE elsewhere RENAME TO events');
    expect(await store.appendToStream(stream, 1, samples(1))).toEqual({ ok: true, version: 2 });
  });

  it('stores nothing of a batch in which one append fails', async () => {
    const { open } = await eventFile();
    const store = open();
    const [good, bad] = [freshStream(), freshStream()];
    const broken = { ...sample(), type: null as unknown as string };
    const outcomes = await Promise.allSettled([
      store.appendToStream(good, 0, samples(1)),
      store.appendToStream(bad, 0, [sample(), broken]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await store.readStream(good)).toEqual([]);
    expect(await store.readStream(bad)).toEqual([]);
    expect(await store.appendToStream(good, 0, samples(1))).toEqual({ ok: true, version: 1 });
  });

  it('shows a waiting subscriber its own commits without waiting for the clock', async () => {
    const { open } = await eventFile();
    // The poll for foreign commits never comes.
    vi.useFakeTimers({ toFake: ['setInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const store = open();
    const type = freshType('Noted');
    const following = follow(store, { types: [type] });
    await following.history();
    const event = sample({}, type);
    await store.appendToStream(freshStream(), 0, [event]);
    expect((await following.nextEvent()).id).toBe(event.id);
    await following.stop();
  });
});
