import { createSecretKey, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCursors } from '../../src/adapters/http/cursors.ts';
import { journalRoutes } from '../../src/adapters/http/routes/journal.ts';
import { createLiveJournal } from '../../src/application/live-journal.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { type LiveReader, readLive } from '../support/http-events.ts';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import {
  insured,
  MINUTE,
  PASSWORD,
  type SignedInHolder,
  startFront,
  startServer,
  TERMS,
  type TestServer,
} from '../support/server.ts';

/**
 * The journal as it grows: what happens arrives, once and in order, whatever the connection does; and to nobody who may
 * no longer read it.
 *
 * Mutants seen to fail: a resumption from the beginning, or from now; an id that another list takes; a stream that outlives
 * its session, its espace's closure or the process; a reader who never leaves the count, or who takes
 * the places of another who reads the same espace; no word while nothing happens.
 */

let server: TestServer;
let gp: string;
beforeAll(async () => {
  server = await startServer();
  gp = await server.tokenOf('general-practitioner');
});
afterAll(() => server.stop());

let orders = 0;
const somebody = (): Promise<SignedInHolder> => {
  orders += 1;
  return server.holder(orders);
};
const pathOf = (one: SignedInHolder) => `${one.espace}/journal/stream`;
const read = (one: SignedInHolder, lastId?: string): Promise<LiveReader> =>
  readLive(server.http, pathOf(one), one.token, lastId);
/** The espace of a child that both represent. */
const childOf = async (mother: SignedInHolder, father: SignedInHolder): Promise<string> => {
  orders += 1;
  const parentNirs = `${mother.person.nir} ${father.person.nir}`;
  await server.importPersons([insured(orders, { birthDate: '2020-01-01', email: '', mobile: '', parentNirs })]);
  const [{ espace }] = (await server.http.get('/v1/me/invitations', { token: mother.token })).body.items;
  const child = `/v1/espaces/${espace}`;
  const certified = { ...TERMS, certifiesLegalRepresentation: true };
  await server.http.post(`${child}/activation`, { token: mother.token, body: certified });
  const { nir: ins, firstNames: firstName = '', birthName = '', birthDate } = father.person;
  const body = { relation: 'SECOND_REPRESENTATIVE', ins, firstName, birthName, birthDate };
  const invited = await server.http.post(`${child}/invitations`, { token: mother.token, body });
  await server.http.post(`${child}/invitations/${invited.body.id}/acceptance`, { token: father.token });
  return child;
};
const knock = async (one: SignedInHolder) =>
  (await server.http.get(`${one.espace}/documents`, { token: gp })).headers.get('Request-Id');

test('what happens arrives, as the journal has it', async () => {
  const one = await somebody();
  const live = await read(one);
  await knock(one);
  await server.http.put(`${one.espace}/access/blocked/99700300017`, { token: one.token, body: {} });
  const [denied, blocked] = [await live.next(), await live.next()];
  expect([denied.event, blocked.event]).toEqual(['AccessDenied', 'ProfessionalBlocked']);
  live.leave();
  const { body } = await server.http.get(`${one.espace}/journal?limit=3`, { token: one.token });
  expect([blocked.data, denied.data]).toEqual(body.items.slice(1));
});

test('what was before does not, nor what is another’s', async () => {
  const [one, other] = [await somebody(), await somebody()];
  await knock(one);
  const live = await read(one);
  await knock(other);
  await knock(one);
  expect((await live.next()).event).toBe('AccessDenied');
  await sleep(50);
  expect(live.waiting()).toEqual([]);
  live.leave();
});

test('is an event stream that nobody on the way keeps', async () => {
  const one = await somebody();
  const response = await server.http.respond('GET', pathOf(one), { token: one.token });
  expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  await response.body?.cancel();
});

describe('a connection that breaks', () => {
  test('is resumed after the last event: none is missed, none comes twice', async () => {
    const one = await somebody();
    const first = await read(one);
    await knock(one);
    const last = await first.next();
    first.leave();
    await knock(one);
    await knock(one);
    const second = await read(one, last.id);
    await knock(one);
    const received = [await second.next(), await second.next(), await second.next(), await second.next()];
    // Reading on is a reading of the journal, and stands between.
    expect(received.map(({ data }) => data.action)).toEqual([
      'list-documents',
      'list-documents',
      'read-journal',
      'list-documents',
    ]);
    await sleep(50);
    expect(second.waiting()).toEqual([]);
    second.leave();
  });

  test('over and over, while things happen, loses and repeats nothing', async () => {
    const one = await somebody();
    const total = 120;
    const live = await read(one);
    const happening = Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let index = 0; index < total / 6; index++) await knock(one);
      }),
    );
    const received: string[] = [];
    let lastId: string | undefined;
    let reader = live;
    for (let turn = 0; received.length < total; turn++) {
      const { id, data } = await reader.next();
      lastId = id;
      if (data.kind === 'AccessDenied') received.push(data.id);
      if (turn % 7 === 6) {
        reader.leave();
        reader = await read(one, lastId);
      }
    }
    await happening;
    reader.leave();
    const stored = (await server.everyEvent()).filter(
      ({ stream, type }) => stream === `espace-${one.id}` && type === 'AccessDenied',
    );
    expect(received).toEqual(stored.map(({ id }) => id));
  });

  test('is not resumed with an id of another list, espace or nobody', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const live = await read(other);
    await knock(other);
    const foreign = (await live.next()).id;
    live.leave();
    const { next } = (await server.http.get(`${one.espace}/journal?limit=1`, { token: one.token })).body;
    for (const lastId of [foreign, next, 'x', '1', '0'])
      await refusedBy(
        server,
        () => server.http.get(pathOf(one), { token: one.token, headers: { 'Last-Event-ID': lastId } }),
        400,
        'invalid-cursor',
      );
  });
});

describe('whoever may no longer read hears no more', () => {
  const silentAfter = async (one: SignedInHolder, ending: () => Promise<unknown>) => {
    const live = await read(one);
    await knock(one);
    await live.next();
    await ending();
    await knock(one);
    await live.ended;
    expect(live.waiting()).toEqual([]);
  };

  test('signed out', async () => {
    const one = await somebody();
    await silentAfter(one, () => server.http.delete('/v1/sessions/current', { token: one.token }));
  });

  test('with a token that has ended', async () => {
    const one = await somebody();
    await silentAfter(one, () => server.advance(15 * MINUTE));
    gp = await server.tokenOf('general-practitioner');
  });

  test('after the espace was closed', async () => {
    const one = await somebody();
    await silentAfter(one, async () => {
      const body = { password: PASSWORD, erase: false };
      expect((await server.http.post(`${one.espace}/closure`, { token: one.token, body })).status).toBe(200);
    });
    expectProblem(await server.http.get(pathOf(one), { token: one.token }), 403, 'access-refused');
  });

  test('of a document that waits for its announcement, ever', async () => {
    const one = await somebody();
    const live = await read(one);
    const hospital = await server.tokenOf('hospital-doctor');
    const metadata = { title: 'x', type: '34112-3', patientInformed: true, hiddenFromHolderUntilAnnounced: true };
    const deposits = Array.from({ length: 12 }, () => server.deposit(hospital, one.espace, metadata));
    await Promise.all([...deposits, knock(one), knock(one)]);
    const heard = [await live.next(), await live.next()];
    await sleep(50);
    expect([...heard, ...live.waiting()].map(({ event }) => event)).toEqual(['AccessDenied', 'AccessDenied']);
    live.leave();
  });
});

describe('a front of its own', () => {
  let front: Awaited<ReturnType<typeof startFront>>;
  const stop = new AbortController();

  beforeAll(async () => {
    const { parts } = server.application;
    const store = parts.get(TOKENS.store);
    front = await startFront(server, {
      routes: journalRoutes({
        records: parts.get(TOKENS.records),
        store,
        cursors: createCursors(createSecretKey(randomBytes(32))),
        live: createLiveJournal({ store, signal: stop.signal, onFailure: () => {} }),
        stopping: stop.signal,
        now: () => parts.get(TOKENS.clock).now(),
        openReport: async () => null,
        heartbeatMs: 20,
      }),
    });
  });
  afterAll(() => {
    stop.abort();
    front.stop();
  });

  test('says that it is still there while nothing happens, and then still tells what does', async () => {
    const one = await somebody();
    const live = await readLive(front.http, pathOf(one), one.token);
    await expect.poll(live.comments).toBeGreaterThan(2);
    expect(live.waiting()).toEqual([]);
    await knock(one);
    expect((await live.next()).event).toBe('AccessDenied');
    live.leave();
  });

  const tenPlacesOf = (one: SignedInHolder, path = pathOf(one)) =>
    Promise.all(Array.from({ length: 10 }, () => readLive(front.http, path, one.token)));

  test('has ten places for one person; those who left, and a HEAD, take none', async () => {
    const [one, other] = [await somebody(), await somebody()];
    for (let asked = 0; asked < 12; asked++) await front.http.request('HEAD', pathOf(one), { token: one.token });
    const readers = await tenPlacesOf(one);
    const refused = await front.http.get(pathOf(one), { token: one.token });
    expectProblem(refused, 429, 'too-many-requests');
    expect(refused.headers.get('Retry-After')).toBe('30');
    (await readLive(front.http, pathOf(other), other.token)).leave();
    for (const reader of readers) reader.leave();
    await expect
      .poll(async () => {
        const answer = await front.http.respond('GET', pathOf(one), { token: one.token });
        await answer.body?.cancel();
        return answer.status;
      })
      .toBe(200);
  });

  test('keeps a place for whoever represents a child where the other has taken all of theirs', async () => {
    const [mother, father] = [await somebody(), await somebody()];
    const child = await childOf(mother, father);
    const readers = await tenPlacesOf(mother, `${child}/journal/stream`);
    for (const path of [`${child}/journal/stream`, pathOf(mother)])
      expectProblem(await front.http.get(path, { token: mother.token }), 429, 'too-many-requests');
    (await readLive(front.http, `${child}/journal/stream`, father.token)).leave();
    for (const reader of readers) reader.leave();
  });

  test('gives no more places to those who ask at the same time', async () => {
    const one = await somebody();
    const asked = Array.from({ length: 15 }, () => readLive(front.http, pathOf(one), one.token));
    const readers = (await Promise.allSettled(asked)).flatMap(each => (each.status === 'fulfilled' ? each.value : []));
    let ended = 0;
    for (const reader of readers) void reader.ended.then(() => (ended += 1));
    await expect.poll(() => readers.length - ended).toBe(10);
    for (const reader of readers) reader.leave();
  });
});

test('the process stops although somebody reads', async () => {
  const own = await startServer();
  const one = await own.holder(1);
  const live = await readLive(own.http, pathOf(one), one.token);
  const began = performance.now();
  await own.stop();
  await live.ended;
  expect(performance.now() - began).toBeLessThan(3_000);
});
