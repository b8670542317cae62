/**
 * Mutants that these tests caught: version, type or stream not bound, or run together; the tag unchecked; nonces that
 * repeat; data left in the clear beside the box; one key for all events of an append; all sealed for the first version;
 * data written out after the wait for the key; close not waiting for keys; unsealed data let through; erasure not said.
 */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { SealBrokenError } from '../../src/adapters/sealing/sealed-event.ts';
import { sealing } from '../../src/adapters/sealing/sealing.ts';
import { createSqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.ts';
import { createSqliteKeyVault } from '../../src/adapters/sqlite/sqlite-key-vault.ts';
import type { EventStore, RecordedEvent, StreamName } from '../../src/ports/event-store.ts';
import { KeyDestroyedError, type KeyId, type KeyVault } from '../../src/ports/key-vault.ts';
import { durableEventStoreContract } from '../contracts/durable-event-store.contract.ts';
import { follow } from '../contracts/event-store/following.ts';
import { asRecorded, sample, samples, withoutCheckpoints } from '../contracts/event-store/samples.ts';
import { eventStoreContract } from '../contracts/event-store.contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ALICE = 'a11ce000-0000-4000-8000-000000000001';
const BRUNO = 'b2000000-0000-4000-8000-000000000002';
const masterKey = createSecretKey(randomBytes(32));

/** The id after the kind: `espace-<id>`. */
const keyIdOf = (stream: StreamName): KeyId => stream.slice(stream.indexOf('-') + 1);
const espace = (id: string): StreamName => `espace-${id}`;

const openOnDisk = async () => {
  const folder = await temporaryFolder();
  const vaults: KeyVault[] = [];
  const open = () => {
    const vault = createSqliteKeyVault({ file: join(folder.path, 'keys', 'keys.sqlite'), masterKey });
    vaults.push(vault);
    const raw = createSqliteEventStore({ file: join(folder.path, 'events.sqlite') });
    return { raw, vault, store: sealing(raw, vault, keyIdOf) };
  };
  const dispose = async () => {
    for (const vault of vaults) await vault.close();
    await folder.remove();
  };
  return { ...open(), reopen: async () => open().store, dispose, folder: folder.path };
};

eventStoreContract('sealing over memory', async () => ({
  store: sealing(createMemoryEventStore(), createMemoryKeyVault(), keyIdOf),
  dispose: async () => {},
}));

eventStoreContract('sealing over sqlite', openOnDisk);
durableEventStoreContract('sealing over sqlite', openOnDisk);

describe('what is sealed', () => {
  it('shows at rest the key id and nothing of the data', async () => {
    const raw = createMemoryEventStore();
    const store = sealing(raw, createMemoryKeyVault(), keyIdOf);
    const event = sample({ actor: 'Dr Martin', purpose: 'oncology' });
    await store.appendToStream(espace(ALICE), 0, [event]);
    const [stored] = await raw.readStream(espace(ALICE));
    expect(stored).toEqual({
      ...event,
      stream: espace(ALICE),
      version: 1,
      checkpoint: expect.any(String),
      data: { keyId: ALICE, sealed: expect.stringMatching(/^[\w-]+$/) },
    });
    expect(Buffer.from(String(stored?.data.sealed), 'base64url')).toHaveLength(
      12 + JSON.stringify(event.data).length + 16,
    );
  });

  it('is sealed differently each time, and no nonce is used twice', async () => {
    const raw = createMemoryEventStore();
    const store = sealing(raw, createMemoryKeyVault(), keyIdOf);
    const events = Array.from({ length: 10_000 }, () => sample({ same: true }));
    await store.appendToStream(espace(ALICE), 0, events);
    const boxes = (await raw.readStream(espace(ALICE))).map(({ data }) => String(data.sealed));
    expect(new Set(boxes.map(box => Buffer.from(box, 'base64url').toString('hex', 0, 12))).size).toBe(10_000);
  });

  it('may be sealed with the keys of several persons in one stream', async () => {
    const raw = createMemoryEventStore();
    const keys = createMemoryKeyVault();
    const store = sealing(raw, keys, (_, data) => String(data.about));
    const events = [sample({ about: ALICE }), sample({ about: BRUNO }), sample({ about: ALICE })];
    await store.appendToStream('account-1', 0, events);
    expect((await raw.readStream('account-1')).map(({ data }) => data.keyId)).toEqual([ALICE, BRUNO, ALICE]);
    expect(withoutCheckpoints(await store.readStream('account-1'))).toEqual(asRecorded('account-1', events));
    await keys.destroy(ALICE);
    const data = (await store.readStream('account-1')).map(event => (event.erased ? 'erased' : event.data));
    expect(data).toEqual(['erased', { about: BRUNO }, 'erased']);
  });

  it('opens as long as anything sealed by an earlier release does', async () => {
    const key = createSecretKey(Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex'));
    const raw = createMemoryEventStore();
    const keys: KeyVault = { ...createMemoryKeyVault(), openingKey: async () => key };
    const released = 'H_VoFcI8IrrnH7ZuW4LYcoFW4zCjJuG_YUGQg-0rI_igQ9ibttD-d0jfjQOjUAQxLEgF2sWQ87EBMpN2SQ';
    await raw.appendToStream(espace(ALICE), 0, [sample({ keyId: ALICE, sealed: released }, 'DocumentMasked')]);
    const [event] = await sealing(raw, keys, keyIdOf).readStream(espace(ALICE));
    expect(event?.data).toEqual({ document: 'compte rendu n° 1' });
  });

  it('shows nothing of the plaintext in the files', async () => {
    const { store, folder, dispose } = await openOnDisk();
    onTestFinished(dispose);
    const words = ['Martinez-Oncologue', 'compte-rendu-opératoire', 'SIDA'];
    await store.appendToStream(espace(ALICE), 0, [
      sample({ actor: words[0] ?? '', title: words[1] ?? '' }),
      sample({ reason: words[2] ?? '' }),
    ]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    const atRest = Buffer.concat(files.map(entry => readFileSync(join(entry.parentPath, entry.name))));
    expect(atRest.includes(espace(ALICE))).toBe(true);
    for (const word of words) expect(atRest.includes(word)).toBe(false);
    await store.close();
  });
});

describe('a destroyed key', () => {
  it('erases what was sealed with it, wherever it is read, and nothing else', async () => {
    const raw = createMemoryEventStore();
    const keys = createMemoryKeyVault();
    const store = sealing(raw, keys, keyIdOf);
    const [hers, his] = [samples(2), samples(2)];
    await store.appendToStream(espace(ALICE), 0, hers);
    await store.appendToStream(espace(BRUNO), 0, his);
    await keys.destroy(ALICE);
    const erased = asRecorded(
      espace(ALICE),
      hers.map(event => ({ ...event, data: {}, erased: true as const })),
    );
    expect(withoutCheckpoints(await store.readStream(espace(ALICE)))).toStrictEqual(erased);
    const backwards = await store.readStreamBackwards(espace(ALICE), { limit: 2 });
    expect(withoutCheckpoints(backwards)).toStrictEqual([...erased].reverse());
    expect(withoutCheckpoints(await store.readStream(espace(BRUNO)))).toStrictEqual(asRecorded(espace(BRUNO), his));
    const following = follow(store);
    expect(withoutCheckpoints(await following.history())).toEqual([...erased, ...asRecorded(espace(BRUNO), his)]);
    await following.stop();
  });

  it('lets nothing be sealed for that person again, and writes nothing', async () => {
    const raw = createMemoryEventStore();
    const keys = createMemoryKeyVault();
    const store = sealing(raw, keys, keyIdOf);
    await store.appendToStream(espace(ALICE), 0, samples(1));
    await keys.destroy(ALICE);
    await expect(store.appendToStream(espace(ALICE), 1, samples(1))).rejects.toThrow(KeyDestroyedError);
    expect(await raw.readStream(espace(ALICE))).toHaveLength(1);
    expect(await store.appendToStream(espace(BRUNO), 0, samples(1))).toEqual({ ok: true, version: 1 });
  });
});

describe('a seal that does not hold', () => {
  /** Two events of Alice and one of Bruno, then `change` to what is at rest of Alice's second. */
  const tampered = async (change: (event: RecordedEvent, all: readonly RecordedEvent[]) => RecordedEvent) => {
    const raw = createMemoryEventStore();
    const keys = createMemoryKeyVault();
    const store = sealing(raw, keys, keyIdOf);
    await store.appendToStream(espace(ALICE), 0, [sample({ n: 1 }), sample({ n: 2 })]);
    await store.appendToStream(espace(BRUNO), 0, [sample({ n: 3 })]);
    const hers = await raw.readStream(espace(ALICE));
    const all = [...hers, ...(await raw.readStream(espace(BRUNO)))];
    const changed = (event: RecordedEvent) => (event.id === hers[1]?.id ? change(event, all) : event);
    const falsified: EventStore = {
      ...raw,
      readStream: async (...query) => (await raw.readStream(...query)).map(changed),
      readStreamBackwards: async (...query) => (await raw.readStreamBackwards(...query)).map(changed),
      async *subscribe(options) {
        for await (const delivery of raw.subscribe(options)) {
          yield delivery.kind === 'event' ? { kind: 'event', event: changed(delivery.event) } : delivery;
        }
      },
    };
    return sealing(falsified, keys, keyIdOf);
  };

  const withBox = (event: RecordedEvent, change: (box: Buffer) => Buffer): RecordedEvent => ({
    ...event,
    data: { ...event.data, sealed: change(Buffer.from(String(event.data.sealed), 'base64url')).toString('base64url') },
  });
  const flipped = (box: Buffer, at: number): Buffer => {
    box[at < 0 ? box.length + at : at]! ^= 1;
    return box;
  };

  it.each<readonly [string, (event: RecordedEvent, all: readonly RecordedEvent[]) => RecordedEvent]>([
    ['the data of another version', (event, all) => ({ ...event, data: all[0]?.data ?? {} })],
    ['the data of another stream', (event, all) => ({ ...event, data: all[2]?.data ?? {} })],
    ['the key of somebody else', event => ({ ...event, data: { ...event.data, keyId: BRUNO } })],
    ['another type', event => ({ ...event, type: 'Erased' })],
    ['another version', event => ({ ...event, version: 3 })],
    ['another stream', event => ({ ...event, stream: espace(BRUNO) })],
    ['type and stream cut at another place', event => ({ ...event, type: 'Note', stream: `despace-${ALICE}` })],
    ['a changed nonce', event => withBox(event, box => flipped(box, 0))],
    ['a changed text', event => withBox(event, box => flipped(box, 12))],
    ['a changed tag', event => withBox(event, box => flipped(box, -1))],
    ['a shortened tag', event => withBox(event, box => box.subarray(0, -4))],
    ['a text that goes on', event => withBox(event, box => Buffer.concat([box, Buffer.from('x')]))],
    ['nothing in the box', event => withBox(event, () => Buffer.alloc(0))],
    ['no box', event => ({ ...event, data: { keyId: ALICE } })],
    ['no key id', event => ({ ...event, data: { sealed: String(event.data.sealed) } })],
    ['data that was never sealed', event => ({ ...event, data: { n: 2 } })],
  ])('is found: %s', async (_, change) => {
    const store = await tampered(change);
    const isNamed = (error: unknown) =>
      error instanceof SealBrokenError &&
      error.message === `the seal of event ${error.version} of ${error.stream} is broken`;
    await expect(store.readStream(espace(ALICE))).rejects.toSatisfy(isNamed);
    await expect(store.readStreamBackwards(espace(ALICE), { limit: 1 })).rejects.toSatisfy(isNamed);
    const following = follow(store);
    expect((await following.nextEvent()).data).toEqual({ n: 1 });
    await expect(following.nextEvent()).rejects.toSatisfy(isNamed);
    expect((await store.readStream(espace(BRUNO))).map(({ data }) => data)).toEqual([{ n: 3 }]);
    expect((await store.readStreamBackwards(espace(ALICE), { before: 2, limit: 1 })).map(({ data }) => data)).toEqual([
      { n: 1 },
    ]);
  });

  it('is found where rows of the file are swapped or renamed', async () => {
    const { store, folder, dispose } = await openOnDisk();
    onTestFinished(dispose);
    const streams = [randomUUID(), randomUUID(), randomUUID()].map(espace);
    for (const stream of streams) await store.appendToStream(stream, 0, samples(2));
    const [swapped = espace(''), renamed = espace(''), left = espace('')] = streams;
    {
      using database = new DatabaseSync(join(folder, 'events.sqlite'), { timeout: 1_000 });
      database.prepare('UPDATE events SET version = -version WHERE stream = ?').run(swapped);
      database.prepare('UPDATE events SET version = 3 + version WHERE stream = ?').run(swapped);
      database.prepare("UPDATE events SET type = 'Seen' WHERE stream = ? AND version = 2").run(renamed);
    }
    await expect(store.readStream(swapped)).rejects.toThrow(`the seal of event 1 of ${swapped} is broken`);
    await expect(store.readStream(renamed)).rejects.toThrow(`the seal of event 2 of ${renamed} is broken`);
    expect(await store.readStream(left)).toHaveLength(2);
    await store.close();
  });
});
