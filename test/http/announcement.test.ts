import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Wire } from '../support/http-client.ts';
import { expectProblem } from '../support/http-problems.ts';
import { DAY, MINUTE, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * A document kept for a consultation of announcement (R.1111-53): the holder is told after two weeks that something is
 * there, and sees it after a month at the latest. Each test has a person of its own, so the clock may move in any of them.
 *
 * Mutants seen to fail: told a day early or late; revealed after another time than a month; a message that says what it is
 * about. (That it is told once, and not after an early announcement, is kept twice over: by the deadlines and the decider.)
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let orders = 0;
const somebody = (): Promise<SignedInHolder> => {
  orders += 1;
  return server.holder(orders);
};

const METADATA = {
  title: 'Résultat difficile',
  type: '34112-3',
  patientInformed: true,
  hiddenFromHolderUntilAnnounced: true,
};

const kept = async (
  one: SignedInHolder,
  on = server,
): Promise<{ readonly id: string; readonly path: string; readonly at: string }> => {
  const { status, body } = await on.deposit(await on.tokenOf('hospital-doctor'), one.espace, METADATA);
  expect([status, body.visibility.hiddenFromHolderUntilAnnounced]).toEqual([201, true]);
  return { id: body.id, path: `${one.espace}/documents/${body.id}`, at: body.depositedAt };
};

const noticesTo = async (one: SignedInHolder, on = server): Promise<Wire[]> =>
  (await on.messagesTo(one.person.email)).filter(({ kind }) => kind === 'record-updated');
const statusFor = async (one: SignedInHolder, path: string, on = server): Promise<number> => {
  const { accessToken } = await on.signIn(one.person, one.login);
  return (await on.http.get(path, { token: accessToken })).status;
};
const eventsOf = async (id: string): Promise<string[]> =>
  (await server.everyEvent())
    .filter(({ data }) => 'documentId' in data && data.documentId === id)
    .map(({ type }) => type);
/** One calendar month later: the same day and time, or the last day of a shorter month. */
const monthAfter = (instant: string): number => {
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + 1, 1);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return (date.getTime() - Date.parse(instant)) / 1_000;
};

test('the holder is told after two weeks, once, and sees it after a month', async () => {
  const one = await somebody();
  const { id, path, at } = await kept(one);
  const before = ['AccessedBy', 'DocumentDeposited', 'DocumentHiddenFromHolder'];
  expect(await noticesTo(one)).toEqual([]);

  await server.advance(14 * DAY - MINUTE);
  expect([await noticesTo(one), await eventsOf(id)]).toEqual([[], before]);

  await server.advance(MINUTE);
  const told = [...before, 'HolderToldOfHiddenDocument'];
  expect(await eventsOf(id)).toEqual(told);
  const notices = await noticesTo(one);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatchObject({
    channel: 'EMAIL',
    to: one.person.email,
    subject: 'Votre espace a été mis à jour',
  });
  expect(JSON.stringify(notices[0])).not.toMatch(/difficile|34112|hospitali|MARTINEAU|Essais/i);
  expect(await statusFor(one, path)).toBe(404);

  await server.advance(monthAfter(at) - 14 * DAY - MINUTE);
  expect([await eventsOf(id), (await noticesTo(one)).length]).toEqual([told, 1]);
  expect(await statusFor(one, path)).toBe(404);

  await server.advance(MINUTE);
  expect(await eventsOf(id)).toEqual([...told, 'DocumentRevealedToHolder']);
  const { accessToken: token } = await server.signIn(one.person, one.login);
  expect((await server.http.get(path, { token })).body).toMatchObject({ title: 'Résultat difficile' });
  expect((await server.http.get(`${path}/content`, { token })).status).toBe(200);
  const { body } = await server.http.get(`${one.espace}/journal?document=${id}`, { token });
  expect(body.items.slice(1).map(({ kind, actor }: Wire) => [kind, actor.kind])).toEqual([
    ['DocumentRevealedToHolder', 'system'],
    ['HolderToldOfHiddenDocument', 'system'],
    ['DocumentHiddenFromHolder', 'professional'],
    ['DocumentDeposited', 'professional'],
    ['AccessedBy', 'professional'],
  ]);
  expect(await noticesTo(one)).toHaveLength(1);
});

test('an announcement made in time ends both deadlines', async () => {
  const one = await somebody();
  const { id, path } = await kept(one);
  await server.advance(3 * DAY);
  const token = await server.tokenOf('hospital-doctor');
  const headers = { 'If-Match': (await server.http.get(path, { token })).headers.get('ETag') ?? '' };
  const body = { hiddenFromHolderUntilAnnounced: false };
  expect((await server.http.put(`${path}/visibility`, { token, headers, body })).status).toBe(200);
  expect(await statusFor(one, path)).toBe(200);
  const events = await eventsOf(id);
  await server.advance(40 * DAY);
  expect([await eventsOf(id), await noticesTo(one)]).toEqual([events, []]);
});

test('once visible it cannot be kept back again', async () => {
  const one = await somebody();
  const token = await server.tokenOf('hospital-doctor');
  const { body, headers } = await server.deposit(token, one.espace, {
    ...METADATA,
    hiddenFromHolderUntilAnnounced: false,
  });
  const reply = await server.http.put(`${one.espace}/documents/${body.id}/visibility`, {
    token,
    headers: { 'If-Match': headers.get('ETag') ?? '' },
    body: { hiddenFromHolderUntilAnnounced: true },
  });
  expectProblem(reply, 409, 'document-already-visible-to-holder');
});

test('what was deleted meanwhile is neither told of nor revealed', async () => {
  const one = await somebody();
  const { id, path } = await kept(one);
  const token = await server.tokenOf('hospital-doctor');
  const headers = { 'If-Match': (await server.http.get(path, { token })).headers.get('ETag') ?? '' };
  expect((await server.http.delete(path, { token, headers })).status).toBe(204);
  const events = await eventsOf(id);
  await server.advance(40 * DAY);
  expect([await eventsOf(id), await noticesTo(one)]).toEqual([events, []]);
});

test('both deadlines at once, as after a long stop, give both events, in order', async () => {
  const one = await somebody();
  const { id, path } = await kept(one);
  await server.advance(60 * DAY);
  expect((await eventsOf(id)).slice(3)).toEqual(['HolderToldOfHiddenDocument', 'DocumentRevealedToHolder']);
  expect(await statusFor(one, path)).toBe(200);
});

test('a restart forgets no deadline', async () => {
  const first = await startServer();
  const one = await first.holder(1);
  const { path } = await kept(one, first);
  await first.application.stop();
  const second = await startServer({}, first.folder);
  try {
    await second.advance(14 * DAY + MINUTE);
    expect(await noticesTo(one, second)).toHaveLength(1);
    expect(await statusFor(one, path, second)).toBe(404);
    await second.advance(20 * DAY);
    expect(await statusFor(one, path, second)).toBe(200);
  } finally {
    await second.application.stop();
    await first.stop();
  }
});
