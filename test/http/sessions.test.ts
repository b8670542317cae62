import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusedBy } from '../support/http-problems.ts';
import { MINUTE, PASSWORD, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * Where somebody is signed in, and how they end it from elsewhere. Each test has a person of its own.
 *
 * Mutants seen to fail: the session that asks among those that end, or not marked; an access token that opens after its
 * session was ended; a new device that nobody is told of, or an old one that is told again; one that
 * stays known though its session was ended from elsewhere or copied, or that is not though its holder signed out; a version of a browser that makes
 * another device of it.
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

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0';
const NEXT_FIREFOX = FIREFOX.replaceAll('145.0', '146.0');

/** Signs in on a device: named by the client, or by the header of its browser. */
const signInOn = async (one: SignedInHolder, { device, agent }: { device?: string; agent?: string }) => {
  const started = await server.http.post('/v1/sessions', {
    body: { login: one.login, password: PASSWORD, channel: 'SMS', ...(device === undefined ? {} : { device }) },
    headers: agent === undefined ? {} : { 'User-Agent': agent },
  });
  const code = await server.codeFor(one.person, 'sign-in-code');
  return (await server.http.post(`/v1/sessions/${started.body.challengeId}`, { body: { code } })).body;
};
const list = async (token: string) => (await server.http.get('/v1/sessions', { token })).body.items;
const me = (token: string) => server.http.get('/v1/me', { token });
const detailsOf = async (one: SignedInHolder, token: string, kind: string) =>
  (await server.http.get(`${one.espace}/journal?kind=${kind}`, { token })).body.items.map(
    ({ details }: { details: string }) => details,
  );

describe('the sessions of somebody', () => {
  test('are theirs, the newest first, with device, channel and when they were used last', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const second = await signInOn(one, { agent: FIREFOX });
    const third = await signInOn(one, { device: 'Tablette du salon', agent: FIREFOX });
    await server.advance(MINUTE);
    const refreshed = await server.http.post('/v1/sessions/refresh', { body: { refreshToken: second.refreshToken } });
    const items = await list(third.accessToken);
    expect(
      items.map(({ id, device, channel, current }: Record<string, unknown>) => ({ id, device, channel, current })),
    ).toEqual([
      { id: third.session, device: 'Tablette du salon', channel: 'SMS', current: true },
      { id: second.session, device: 'Firefox, Windows', channel: 'SMS', current: false },
      { id: expect.any(String), device: null, channel: 'SMS', current: false },
    ]);
    const [newest, used, first] = items;
    expect(newest.lastUsedAt).toBe(newest.openedAt);
    expect(Date.parse(used.lastUsedAt) - Date.parse(used.openedAt)).toBeGreaterThanOrEqual(MINUTE * 1_000);
    expect(used.expiresAt).toBe(refreshed.body.refreshTokenExpiresAt);
    expect(Date.parse(first.expiresAt) - Date.parse(first.openedAt)).toBe(30 * MINUTE * 1_000);
    expect(await list(other.token)).toHaveLength(1);
  });

  test('are no more once they have ended', async () => {
    const one = await somebody();
    const other = await signInOn(one, {});
    await server.http.delete('/v1/sessions/current', { token: other.accessToken });
    expect((await list(one.token)).map(({ current }: { current: boolean }) => current)).toEqual([true]);
  });

  test.each([' ', 'x'.repeat(51), 'deux\nlignes', 7])('a device is not called %j', async device => {
    const body = { login: 'personne.du.tout', password: PASSWORD, channel: 'SMS', device };
    await refusedBy(server, () => server.http.post('/v1/sessions', { body }), 400, 'invalid-request', {
      fields: ['device'],
    });
  });
});

describe('a session is ended from another one', () => {
  test('at once, with its tokens, and the journal tells', async () => {
    const one = await somebody();
    const other = await signInOn(one, {});
    const { result, events } = await server.effectOf(() =>
      server.http.delete(`/v1/sessions/${other.session}`, { token: one.token }),
    );
    expect([result.status, events]).toEqual([204, ['account SessionClosed', 'espace HolderSessionsClosed']]);
    await refusedBy(server, () => me(other.accessToken), 401, 'session-closed');
    await refusedBy(
      server,
      () => server.http.post('/v1/sessions/refresh', { body: { refreshToken: other.refreshToken } }),
      401,
      'session-closed',
    );
    expect((await me(one.token)).status).toBe(200);
    expect(await detailsOf(one, one.token, 'HolderSessionsClosed')).toEqual(['reason=REVOKED sessions=1']);
  });

  test('all others at once, but not the one that asks', async () => {
    const one = await somebody();
    const others = [await signInOn(one, {}), await signInOn(one, {})];
    const { result, events } = await server.effectOf(() => server.http.delete('/v1/sessions', { token: one.token }));
    expect([result.status, events]).toEqual([
      204,
      ['account SessionClosed', 'account SessionClosed', 'espace HolderSessionsClosed'],
    ]);
    for (const { accessToken } of others) await refusedBy(server, () => me(accessToken), 401, 'session-closed');
    expect((await me(one.token)).status).toBe(200);
    const again = await server.effectOf(() => server.http.delete('/v1/sessions', { token: one.token }));
    expect([again.result.status, again.events]).toEqual([204, []]);
  });

  test('never that of somebody else, which looks like none', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const [{ id }] = await list(other.token);
    for (const session of [id, crypto.randomUUID()])
      await refusedBy(
        server,
        () => server.http.delete(`/v1/sessions/${session}`, { token: one.token }),
        404,
        'session-unknown',
      );
    expect((await me(other.token)).status).toBe(200);
  });

  test('and the same request sent again hears the same', async () => {
    const one = await somebody();
    const other = await signInOn(one, {});
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const end = () => server.http.delete(`/v1/sessions/${other.session}`, { token: one.token, headers });
    expect((await end()).status).toBe(204);
    const { result, events } = await server.effectOf(end);
    expect([result.status, events]).toEqual([204, []]);
    await refusedBy(
      server,
      () => server.http.delete(`/v1/sessions/${other.session}`, { token: one.token }),
      404,
      'session-unknown',
    );
  });
});

describe('a new device', () => {
  const toldOf = async (one: SignedInHolder) =>
    (await server.messagesTo(one.person.email)).filter(({ kind }) => kind === 'new-device').length;

  test('is told to the holder, and stands in the journal; one that served before is not', async () => {
    const one = await somebody();
    await signInOn(one, { agent: FIREFOX });
    expect(await toldOf(one)).toBe(0);
    const { result, events } = await server.effectOf(() => signInOn(one, { device: 'Tablette' }));
    expect(events).toEqual([
      'account SignInChallenged',
      'account DeviceNamed',
      'challenge ChallengeClaimed',
      'account SignInVerified',
      'espace HolderSignedIn',
      'espace HolderCredentialsChanged',
      'account SessionOpened',
      'account NewDeviceUsed',
    ]);
    expect(await toldOf(one)).toBe(1);
    await signInOn(one, { device: 'Tablette' });
    await signInOn(one, { agent: NEXT_FIREFOX });
    expect(await toldOf(one)).toBe(1);
    const details = await detailsOf(one, result.accessToken, 'HolderCredentialsChanged');
    expect(details).toEqual(['what=DEVICE device=Tablette']);
  });

  test('is one whose session was ended from elsewhere, until it has served again', async () => {
    const one = await somebody();
    await signInOn(one, { device: 'Téléphone' });
    const { session } = await signInOn(one, { device: 'Tablette' });
    expect(await toldOf(one)).toBe(1);
    expect((await server.http.delete(`/v1/sessions/${session}`, { token: one.token })).status).toBe(204);
    await signInOn(one, { device: 'Téléphone' });
    expect(await toldOf(one)).toBe(1);
    for (const _ of [1, 2]) await signInOn(one, { device: 'Tablette' });
    expect(await toldOf(one)).toBe(2);
  });

  test('is none as long as another session is open on one of that name', async () => {
    const one = await somebody();
    const named = { agent: FIREFOX };
    const [first, second, last] = [await signInOn(one, named), await signInOn(one, named), await signInOn(one, named)];
    await server.http.delete(`/v1/sessions/${second.session}`, { token: last.accessToken });
    const { items } = (await server.http.get('/v1/me/devices', { token: last.accessToken })).body;
    expect(items).toMatchObject([{ name: 'Firefox, Windows', current: true }]);
    await server.http.delete('/v1/sessions', { token: last.accessToken });
    await refusedBy(server, () => me(first.accessToken), 401, 'session-closed');
    await signInOn(one, named);
    expect(await toldOf(one)).toBe(0);
  });

  test('is one whose refresh token came twice, though no other is known', async () => {
    const one = await somebody();
    const { refreshToken } = await signInOn(one, { device: 'Tablette' });
    for (const _ of [1, 2]) await server.http.post('/v1/sessions/refresh', { body: { refreshToken } });
    expect(await toldOf(one)).toBe(0);
    await signInOn(one, { device: 'Tablette' });
    expect(await toldOf(one)).toBe(1);
  });

  test('is none where the holder signed out', async () => {
    const one = await somebody();
    const { accessToken } = await signInOn(one, { device: 'Tablette' });
    await server.http.delete('/v1/sessions/current', { token: accessToken });
    await signInOn(one, { device: 'Tablette' });
    expect(await toldOf(one)).toBe(0);
  });
});

describe('the devices of somebody', () => {
  const devices = async (token: string) => (await server.http.get('/v1/me/devices', { token })).body.items;
  const forget = (token: string, id: string) => server.http.delete(`/v1/me/devices/${id}`, { token });

  test('are theirs, the one used last first, once each, whether or not a session is open there', async () => {
    const one = await somebody();
    expect(await devices(one.token)).toEqual([]);
    const { accessToken } = await signInOn(one, { device: 'Tablette' });
    await server.http.delete('/v1/sessions/current', { token: accessToken });
    await signInOn(one, { agent: FIREFOX });
    const last = await signInOn(one, { agent: FIREFOX });
    const [session] = await list(last.accessToken);
    expect(await devices(last.accessToken)).toEqual([
      { id: expect.any(String), name: 'Firefox, Windows', lastSignInAt: session.openedAt, current: true },
      { id: expect.any(String), name: 'Tablette', lastSignInAt: expect.any(String), current: false },
    ]);
    const other = await somebody();
    const [tablet] = await devices((await signInOn(other, { device: 'Tablette' })).accessToken);
    expect((await devices(one.token)).map(({ id }: { id: string }) => id)).not.toContain(tablet.id);
  });

  test('are forgotten with every session on them but the one that asks, and are new again', async () => {
    const one = await somebody();
    const first = await signInOn(one, { device: 'Tablette' });
    const { accessToken: token } = await signInOn(one, { device: 'Tablette' });
    const [tablet] = await devices(token);
    const { result, events } = await server.effectOf(() => forget(token, tablet.id));
    expect([result.status, events]).toEqual([
      204,
      [
        'account DeviceForgotten',
        'account SessionClosed',
        'espace HolderCredentialsChanged',
        'espace HolderSessionsClosed',
      ],
    ]);
    await refusedBy(server, () => me(first.accessToken), 401, 'session-closed');
    for (const each of [token, one.token]) expect((await me(each)).status).toBe(200);
    expect(await devices(token)).toEqual([]);
    await refusedBy(server, () => forget(token, tablet.id), 404, 'device-unknown');
    expect(await detailsOf(one, token, 'HolderCredentialsChanged')).toEqual(['what=DEVICE_FORGOTTEN device=Tablette']);
    await signInOn(one, { device: 'Tablette' });
    expect((await server.messagesTo(one.person.email)).map(({ kind }) => kind)).toContain('new-device');
  });

  test('are nobody else’s to forget', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const { accessToken } = await signInOn(one, { device: 'Tablette' });
    const [tablet] = await devices(accessToken);
    await refusedBy(server, () => forget(other.token, tablet.id), 404, 'device-unknown');
    expect(await devices(accessToken)).toHaveLength(1);
  });
});

describe('a refresh token that comes twice', () => {
  test('is told to the holder, in the journal and by a message', async () => {
    const one = await somebody();
    const refresh = () => server.http.post('/v1/sessions/refresh', { body: { refreshToken: one.refreshToken } });
    expect((await refresh()).status).toBe(201);
    await refusedBy(server, refresh, 401, 'session-closed', {
      events: ['account SessionClosed', 'espace HolderSessionsClosed'],
    });
    const { accessToken } = await signInOn(one, {});
    expect(await detailsOf(one, accessToken, 'HolderSessionsClosed')).toEqual([
      'reason=REFRESH_TOKEN_REUSED sessions=1',
    ]);
    const kinds = (await server.messagesTo(one.person.email)).map(({ kind }) => kind);
    expect(kinds.filter(kind => kind === 'session-copied')).toHaveLength(1);
  });

  test('ten at once give one new pair at most, and end the session', async () => {
    const one = await somebody();
    const replies = await Promise.all(
      Array.from({ length: 10 }, () =>
        server.http.post('/v1/sessions/refresh', { body: { refreshToken: one.refreshToken } }),
      ),
    );
    const given = replies.filter(({ status }) => status === 201);
    expect(given).toHaveLength(1);
    await refusedBy(server, () => me(given[0]?.body.accessToken), 401, 'session-closed');
  });
});
