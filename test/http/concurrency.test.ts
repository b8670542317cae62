import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/application/replay.ts';
import type { Reply } from '../support/http-client.ts';
import { PASSWORD, rppsOf, type SignedInHolder, startServer, type TestServer, textFile } from '../support/server.ts';

/**
 * Many at once on one espace: each look has its one trace, and what the holder closes is closed from the moment they are
 * told so, however many are looking.
 *
 * Mutants seen to fail: a state read before the queue and judged after it; answers given before what they say is durable.
 */

let server: TestServer;
const tokens: Record<string, string> = {};
const READERS = ['general-practitioner', 'hospital-doctor', 'cardiologist', 'nurse'];

beforeAll(async () => {
  server = await startServer();
  for (const key of [...READERS, 'insurer-doctor']) tokens[key] = await server.tokenOf(key);
});
afterAll(() => server.stop());

let orders = 0;
const somebody = async () => {
  orders += 1;
  const one = await server.holder(orders);
  const { body, headers } = await server.deposit(
    one.token,
    one.espace,
    { title: 'Notes', type: 'DOCPAT03' },
    textFile('x'.repeat(1_000)),
  );
  return {
    ...one,
    document: `${one.espace}/documents/${body.id}`,
    documentId: body.id as string,
    etag: headers.get('ETag') ?? '',
  };
};
type Somebody = Awaited<ReturnType<typeof somebody>>;

const authorise = (one: SignedInHolder, key: string) =>
  server.http.put(`${one.espace}/access/authorisations/${rppsOf(key)}`, { token: one.token, body: {} });
const eventsOf = async ({ id }: SignedInHolder) => server.store.readStream(`espace-${id}`);

describe('every look has its one trace', () => {
  test('fifty at once', async () => {
    const one = await somebody();
    await authorise(one, 'general-practitioner');
    const { result, events } = await server.effectOf(() =>
      Promise.all(
        Array.from({ length: 50 }, () =>
          server.http.get(`${one.document}/content`, { token: tokens['general-practitioner'] }),
        ),
      ),
    );
    expect(result.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(new Set(result.map(({ bytes }) => bytes.length))).toEqual(new Set([1_000]));
    expect(events).toEqual(Array.from({ length: 50 }, () => 'espace AccessedBy authorised'));
  });

  test('two hundred, some of them refused, on two espaces', async () => {
    const [one, other] = [await somebody(), await somebody()];
    await authorise(one, 'nurse');
    const looks = Array.from({ length: 200 }, (_, index) => {
      const espace = index % 2 === 0 ? one : other;
      const key = [...READERS, 'insurer-doctor'][index % 5] as string;
      return () =>
        server.http.get(index % 3 === 0 ? `${espace.espace}/documents` : espace.document, { token: tokens[key] });
    });
    const { result, events } = await server.effectOf(() => Promise.all(looks.map(look => look())));
    const answered = (status: number) => result.filter(reply => reply.status === status).length;
    const traced = (type: string) => events.filter(event => event.startsWith(`espace ${type}`)).length;
    expect([answered(200) + answered(403), answered(200), answered(403)]).toEqual([
      200,
      traced('AccessedBy'),
      traced('AccessDenied'),
    ]);
    expect(traced('AccessedBy')).toBe(20);
  });
});

describe('what the holder closes is closed once they are told so', () => {
  const ROUNDS = 8;

  type Closing = {
    /** How the holder closes it, and opens it again. */
    readonly close: (one: Somebody) => Promise<Reply>;
    readonly open: (one: Somebody) => Promise<Reply>;
    readonly closed: string;
    readonly opened: string;
  };
  const bulk = (one: Somebody, maskedFromProfessionals: boolean) =>
    server.http.post(`${one.espace}/documents/bulk`, {
      token: one.token,
      body: { action: 'visibility', documents: [one.documentId], maskedFromProfessionals },
    });
  const closings: Record<string, Closing> = {
    'a document that is masked': {
      close: one => bulk(one, true),
      open: one => bulk(one, false),
      closed: 'DocumentMasked',
      opened: 'DocumentUnmasked',
    },
    'an authorisation that is withdrawn': {
      close: one => server.http.delete(`${one.espace}/access/authorisations/${rppsOf('nurse')}`, { token: one.token }),
      open: one => authorise(one, 'nurse'),
      closed: 'AuthorisationWithdrawn',
      opened: 'ProfessionalAuthorised',
    },
    'a professional who is blocked': {
      close: one => server.http.put(`${one.espace}/access/blocked/${rppsOf('nurse')}`, { token: one.token, body: {} }),
      open: async one => {
        await server.http.delete(`${one.espace}/access/blocked/${rppsOf('nurse')}`, { token: one.token });
        return authorise(one, 'nurse');
      },
      closed: 'ProfessionalBlocked',
      opened: 'ProfessionalAuthorised',
    },
    'an espace that is closed': {
      close: one =>
        server.http.post(`${one.espace}/closure`, { token: one.token, body: { password: PASSWORD, erase: false } }),
      open: async one => {
        await server.http.post(`${one.espace}/reopening`, { token: one.token, body: {} });
        return authorise(one, 'nurse');
      },
      closed: 'Closed',
      opened: 'ProfessionalAuthorised',
    },
  };

  test.each(Object.entries(closings))('%s', async (_, { close, open, closed, opened }) => {
    const one = await somebody();
    await authorise(one, 'nurse');
    // What the holder was last told; null while an answer is awaited. A new object each time, so that open, closed and
    // open again is not taken for always open.
    let told: { readonly open: boolean } | null = { open: true };
    let isOver = false;
    const reads = { permitted: 0, refused: 0 };
    const read = async () => {
      while (!isOver) {
        const before = told;
        const { status } = await server.http.get(`${one.document}/content`, { token: tokens.nurse });
        if (before !== null && before === told) expect([status === 200, status]).toEqual([before.open, status]);
        reads[status === 200 ? 'permitted' : 'refused'] += 1;
      }
    };
    const reading = Array.from({ length: 6 }, read);
    const change = async (to: boolean, send: (one: Somebody) => Promise<Reply>) => {
      told = null;
      expect((await send(one)).status).toBe(200);
      told = { open: to };
      await server.http.get(`${one.espace}/access`, { token: one.token });
    };
    for (let round = 0; round < ROUNDS; round++) {
      await change(false, close);
      await change(true, open);
    }
    isOver = true;
    await Promise.all(reading);
    expect(Math.min(reads.permitted, reads.refused)).toBeGreaterThan(0);

    // The history says the same, in its own order, and every decision in it can be taken again.
    const events = await eventsOf(one);
    let mayRead = true;
    for (const { type, data } of events) {
      if (type === closed) mayRead = false;
      if (type === opened) mayRead = true;
      if (type === 'AccessedBy' && data.action === 'read-content') expect(mayRead).toBe(true);
    }
    const traces = events.filter(({ type, data }) => type.startsWith('Access') && data.action === 'read-content');
    expect(traces.length).toBe(reads.permitted + reads.refused);
    const decisions = [...replay(events)].flatMap(({ recomputed }) => recomputed ?? []);
    expect(decisions.filter(({ same }) => !same)).toEqual([]);
  });
});

test('changes by everybody at once leave a history that explains itself', async () => {
  const one = await somebody();
  const switches = Array.from({ length: 60 }, (_, index) => {
    const target = rppsOf(READERS[index % READERS.length] as string);
    const paths = ['authorisations', 'blocked', 'administrators'] as const;
    const path = `${one.espace}/access/${paths[index % 3]}/${target}`;
    const token = one.token;
    return () => (index % 5 === 0 ? server.http.delete(path, { token }) : server.http.put(path, { token, body: {} }));
  });
  const looks = READERS.flatMap(key =>
    Array.from({ length: 15 }, () => () => server.http.get(one.document, { token: tokens[key] })),
  );
  const replies = await Promise.all([...switches, ...looks].map(send => send()));
  for (const { status, body } of replies) expect([200, 403, 409], body?.code).toContain(status);
  const events = await eventsOf(one);
  expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
  const decisions = [...replay(events)].flatMap(({ recomputed }) => recomputed ?? []);
  expect(decisions.length).toBeGreaterThanOrEqual(60);
  expect(decisions.filter(({ same }) => !same)).toEqual([]);
  const instants = events.map(({ at }) => at);
  expect(instants).toEqual(instants.toSorted());
});
