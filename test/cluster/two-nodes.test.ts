import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/application/replay.ts';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import { type Double, startDouble } from '../support/eventstoredb/double.ts';
import { insured, NOTES, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * Two API nodes on one EventStoreDB (the double, or the server that ESDB_URL names), keys and contents shared, each with
 * projections of its own.
 *
 * Mutants that these tests kill: an append at "any version"; a read answered from the cache without an append; a lost race
 * taken for a success; a state that is not refreshed after a conflict.
 */
const MAX_APPEND_BYTES = 4 * 1024 * 1024;
/** Rounds of the race, and those who read as fast as they can in each. */
const ROUNDS = 150;
const READERS = 6;

let double: Double | undefined;
let shared: Readonly<Record<'EVENT_STORE' | 'ESDB_URL' | 'ESDB_PREFIX', string>>;
let folder: string;
let a: TestServer;
let b: TestServer;
let her: SignedInHolder;
let gp: string;

beforeAll(async () => {
  const server = process.env.ESDB_URL;
  if (server === undefined) {
    console.warn('ESDB_URL is not set: the two nodes run on the double, NOT on a real server.');
    double = await startDouble({ maxAppendBytes: MAX_APPEND_BYTES });
  }
  folder = await mkdtemp(join(tmpdir(), 'two-nodes-'));
  shared = {
    EVENT_STORE: 'eventstoredb',
    ESDB_URL: server ?? double?.directConnectionString ?? '',
    ESDB_PREFIX: `test_${Date.now().toString(36)}`,
  };
  a = await startServer({ ...shared, PROJECTIONS_FOLDER: join(folder, 'a') }, folder);
  b = await startServer({ ...shared, PROJECTIONS_FOLDER: join(folder, 'b') }, folder);
  her = await a.holder(1);
  gp = await b.tokenOf('general-practitioner');
});
afterAll(async () => {
  await b?.stop();
  await a?.stop();
  await double?.stop();
  await rm(folder, { recursive: true, force: true });
});

const rppsOfGp = '99700024450';

describe('two nodes', () => {
  test('show the holder through one what she wrote through the other, at once', async () => {
    for (const title of ['Première', 'Deuxième', 'Troisième']) {
      const { body } = await a.deposit(her.token, her.espace, { title, type: 'DOCPAT03' }, NOTES);
      const read = await b.http.get(`${her.espace}/documents/${body.id}`, { token: her.token });
      expect([read.status, read.body.title]).toEqual([200, title]);
      const content = await b.http.get(`${her.espace}/documents/${body.id}/content`, { token: her.token });
      expect(content.bytes.toString()).toBe('Tension 12/8, tout va bien.');
    }
  });

  test('close a session on one, and it is closed on the other', async () => {
    const other = await a.holder(2);
    expect((await b.http.get('/v1/me', { token: other.token })).status).toBe(200);
    await a.http.delete('/v1/sessions/current', { token: other.token });
    expect((await b.http.get('/v1/me', { token: other.token })).status).toBe(401);
  });

  test('do once what is sent to both with one key', async () => {
    const headers = { 'Idempotency-Key': 'both at once' };
    const path = `${her.espace}/access/blocked/99700300017`;
    const replies = await Promise.all(
      [a, b].map(({ http }) => http.put(path, { token: her.token, headers, body: {} })),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(replies[0]?.body).toEqual(replies[1]?.body);
    const events = await a.store.readStream(`espace-${her.id}`);
    expect(events.filter(({ type }) => type === 'ProfessionalBlocked')).toHaveLength(1);
  });

  test('a document masked through one is never read through the other afterwards', { timeout: 120_000 }, async () => {
    const { body } = await a.deposit(her.token, her.espace, { title: 'Secret', type: 'DOCPAT03' }, NOTES);
    const path = `${her.espace}/documents/${body.id}`;
    await a.http.put(`${her.espace}/access/authorisations/${rppsOfGp}`, { token: her.token, body: {} });
    const setMasked = async (maskedFromProfessionals: boolean): Promise<number> => {
      const { headers } = await a.http.get(path, { token: her.token });
      const version = { 'If-Match': headers.get('ETag') ?? '' };
      const reply = await a.http.put(`${path}/visibility`, {
        token: her.token,
        headers: version,
        body: { maskedFromProfessionals },
      });
      return reply.status;
    };
    const reads = { before: 0, across: 0, after: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      let masked = false;
      let isOver = false;
      const read = async (): Promise<void> => {
        const startedMasked = masked;
        const { status } = await b.http.get(`${path}/content`, { token: gp });
        expect(startedMasked ? [404] : [200, 404]).toContain(status);
        reads[startedMasked ? 'after' : masked ? 'across' : 'before'] += 1;
      };
      const readers = Array.from({ length: READERS }, async () => {
        while (!isOver) await read();
      });
      expect(await setMasked(true)).toBe(200);
      masked = true;
      await Promise.all([read(), read()]);
      expect((await a.http.get(path, { token: gp })).status).toBe(404);
      isOver = true;
      await Promise.all(readers);
      expect(await setMasked(false)).toBe(200);
    }
    // Else nothing was played.
    expect(reads.before + reads.across + reads.after).toBeGreaterThan(2_000);
    expect(reads.across).toBeGreaterThan(ROUNDS);
    expect(reads.after).toBeGreaterThan(ROUNDS);

    const events = await b.store.readStream(`espace-${her.id}`);
    expect([...replay(events)].filter(({ recomputed }) => recomputed && !recomputed.same)).toEqual([]);
    let isMasked = false;
    for (const event of events as unknown as readonly RecordEvent[]) {
      if (event.type === 'DocumentMasked') isMasked = true;
      if (event.type === 'DocumentUnmasked') isMasked = false;
      if (event.type === 'AccessedBy' && event.data.documentId === body.id && event.data.actor.kind === 'professional')
        expect(isMasked).toBe(false);
    }
  });

  test('send each message once, one of them stopped and started again meanwhile', async () => {
    const sent: string[] = [];
    const gateway = createServer((request, response) => {
      sent.push(String(request.headers['idempotency-key']));
      request.resume().on('end', () => response.writeHead(202).end());
    });
    await new Promise<void>(resolve => gateway.listen(0, '127.0.0.1', resolve));
    const { port } = gateway.address() as AddressInfo;
    const apart = await mkdtemp(join(tmpdir(), 'two-senders-'));
    const env = {
      ...shared,
      ESDB_PREFIX: `${shared.ESDB_PREFIX}_sent`,
      MESSAGE_GATEWAY_URL: `http://127.0.0.1:${port}`,
      MESSAGE_GATEWAY_TOKEN: 'of-the-test',
    };
    const start = (name: string) => startServer({ ...env, PROJECTIONS_FOLDER: join(apart, name) }, apart);
    const nodes = [await start('a'), await start('b')] as [TestServer, TestServer];
    try {
      await nodes[0].importPersons([11, 12, 13].map(order => insured(order)));
      await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(3);
      await nodes[0].stop();
      nodes[0] = await start('a');
      await nodes[1].importPersons([14, 15].map(order => insured(order)));
      await expect.poll(() => new Set(sent).size, { timeout: 10_000 }).toBe(5);
      await sleep(1_500);
      await nodes[1].stop();
      await nodes[0].importPersons([insured(16)]);
      await expect.poll(() => new Set(sent).size, { timeout: 10_000 }).toBe(6);
      await sleep(200);
      expect(sent).toHaveLength(6);
    } finally {
      await nodes[0].stop();
      await nodes[1].stop();
      gateway.close();
      await rm(apart, { recursive: true, force: true });
    }
  });

  test('carry out a deadline once, though both look for it', async () => {
    const hospital = await a.tokenOf('hospital-doctor');
    const kept = {
      title: 'Annonce',
      type: '34112-3',
      patientInformed: true,
      hiddenFromHolderUntilAnnounced: true,
    };
    const { body } = await a.deposit(hospital, her.espace, kept);
    const about = async (): Promise<readonly string[]> => {
      const events = (await b.store.readStream(`espace-${her.id}`)) as unknown as readonly RecordEvent[];
      return events
        .filter(event => 'documentId' in event.data && event.data.documentId === body.id)
        .map(({ type }) => type)
        .filter(type => /^(?:HolderTold|DocumentRevealed)/.test(type));
    };
    const days = 86_400;
    await Promise.all([a.advance(15 * days), b.advance(15 * days)]);
    expect(await about()).toEqual(['HolderToldOfHiddenDocument']);
    await Promise.all([a.advance(20 * days), b.advance(20 * days)]);
    expect(await about()).toEqual(['HolderToldOfHiddenDocument', 'DocumentRevealedToHolder']);
  });
});
