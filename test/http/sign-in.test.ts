import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reply } from '../support/http-client.ts';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { MINUTE, NO_EFFECT, PASSWORD, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * Signing in over HTTP: password, one-time code, tokens and their ends, and everybody who guesses. Each test has a person
 * of its own, so the clock may move in any of them.
 *
 * Mutants seen to fail: the sixth password judged; a lock that never ends; an unknown login answered otherwise; an access
 * token good after its session was closed; a refresh token good twice, or whose second use leaves the session open; a
 * failure that the journal does not tell of, tries while locked too, or without end; a destination that is not masked; tries at once that all count as the first.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let orders = 0;
const somebody = (changes: Parameters<TestServer['holder']>[1] = {}): Promise<SignedInHolder> => {
  orders += 1;
  return server.holder(orders, changes);
};

const start = (login: string, password = PASSWORD, channel = 'SMS') =>
  server.http.post('/v1/sessions', { body: { login, password, channel } });
const complete = (challengeId: string, code: string) =>
  server.http.post(`/v1/sessions/${challengeId}`, { body: { code } });
const refresh = (refreshToken: string) => server.http.post('/v1/sessions/refresh', { body: { refreshToken } });
const me = (token: string) => server.http.get('/v1/me', { token });
const failed = { events: ['account SignInFailed', 'espace HolderSignInFailed'] };
/** A try at a locked account. */
const noted = { events: ['espace HolderSignInFailed'] };
const journalOf = async (one: SignedInHolder) => {
  const { accessToken } = await server.signIn(one.person, one.login);
  const { body } = await server.http.get(`${one.espace}/journal`, { token: accessToken });
  return body.items.toReversed();
};

test('login and password, then a code: who one is, and where', async () => {
  const one = await somebody();
  const { result: started, events } = await server.effectOf(() => start(one.login, PASSWORD, 'EMAIL'));
  expect(events).toEqual(['account SignInChallenged', 'challenge ChallengeClaimed']);
  expect([started.status, started.body]).toEqual([
    202,
    {
      challengeId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sentTo: 'e****@exemple.fr',
      channel: 'EMAIL',
      expiresAt: expect.any(String),
    },
  ]);
  const [message] = await server.messagesTo(one.person.email);
  expect(message).toMatchObject({ kind: 'sign-in-code', channel: 'EMAIL' });
  const code = await server.codeFor(one.person, 'sign-in-code');
  const { result: session, events: opened } = await server.effectOf(() => complete(started.body.challengeId, code));
  expect(opened).toEqual(['account SignInVerified', 'espace HolderSignedIn', 'account SessionOpened']);
  expect(Object.keys(session.body).sort()).toEqual([
    'accessToken',
    'accessTokenExpiresAt',
    'espace',
    'refreshToken',
    'refreshTokenExpiresAt',
    'session',
    'tokenType',
  ]);
  expect((await me(session.body.accessToken)).body).toEqual({
    login: one.login,
    contacts: { email: 'e****@exemple.fr', mobile: `*****${one.person.mobile.slice(-5)}` },
    espaces: [
      {
        id: one.id,
        relation: 'HOLDER',
        status: 'activated',
        until: null,
        rights: expect.arrayContaining(['read-content', 'export-espace', 'invite-carer', 'close']),
        holder: { birthName: 'PAT-TROIS', firstNames: 'Dominique' },
      },
    ],
  });
});

test('by SMS the number is shown by its last five digits', async () => {
  const one = await somebody();
  expect((await start(one.login)).body.sentTo).toBe(`*****${one.person.mobile.slice(-5)}`);
});

test('a contact that is not known takes no code, and says so only to whoever has the password', async () => {
  const one = await somebody({ email: '' });
  await refusedBy(server, () => start(one.login, PASSWORD, 'EMAIL'), 409, 'channel-unknown');
  await refusedBy(server, () => start(one.login, 'Autre-Chose9!', 'EMAIL'), 401, 'credentials-wrong', failed);
});

describe('a wrong password', () => {
  /** All of an answer but its own number. */
  const said = ({ status, body, headers }: Reply) => ({
    status,
    body: { ...body, instance: '' },
    retry: headers.get('Retry-After'),
    length: headers.get('Content-Length'),
  });

  test('five of them lock for a quarter of an hour, and a login that nobody has meets the same', async () => {
    const one = await somebody();
    const answers = { theirs: [] as object[], nobodys: [] as object[] };
    for (let tried = 1; tried <= 5; tried++) {
      const nobodys = start(`personne.${orders}`, 'Autre-Chose9!');
      const { result, events } = await server.effectOf(() => start(one.login, 'Autre-Chose9!'));
      expectProblem(result, 401, 'credentials-wrong');
      const locked = tried === 5;
      expect(events).toEqual([
        'account SignInFailed',
        ...(locked ? ['account AccountLocked'] : []),
        'espace HolderSignInFailed',
      ]);
      answers.theirs.push(said(result));
      answers.nobodys.push(said(await nobodys));
    }
    const locked = await refusedBy(server, () => start(one.login), 429, 'account-locked', noted);
    expect(locked.headers.get('Retry-After')).toBe('900');
    answers.theirs.push(said(locked));
    answers.nobodys.push(said(await start(`personne.${orders}`)));
    expect(answers.nobodys).toEqual(answers.theirs);
    const notices = (await server.messagesTo(one.person.email)).filter(({ kind }) => kind === 'account-locked');
    expect(notices).toHaveLength(1);

    await server.advance(15 * MINUTE - 20);
    await refusedBy(server, () => start(one.login), 429, 'account-locked', noted);
    await server.advance(20);
    const entries = await journalOf(one);
    const failures = entries.filter(({ kind }: { kind: string }) => kind === 'HolderSignInFailed');
    expect(failures.map(({ details }: { details: string }) => details)).toEqual([
      ...Array(4).fill('reason=PASSWORD channel=SMS'),
      'reason=PASSWORD channel=SMS locked=true',
      ...Array(2).fill('reason=LOCKED channel=SMS'),
    ]);
    expect(failures[0]).toMatchObject({ actor: { kind: 'holder' }, verdict: null, document: null });
  });

  test('four of them are forgotten by a right one', async () => {
    const one = await somebody();
    for (const _ of [1, 2]) {
      const wrong = await Promise.all([1, 2, 3, 4].map(() => start(one.login, 'Autre-Chose9!')));
      for (const reply of wrong) expectProblem(reply, 401, 'credentials-wrong');
      expect((await start(one.login)).status).toBe(202);
    }
  });

  test('while locked is in the journal five times, and does not fill it', async () => {
    const one = await somebody();
    for (let tried = 1; tried <= 5; tried++) await start(one.login, 'Autre-Chose9!');
    const { result, events } = await server.effectOf(() =>
      Promise.all(Array.from({ length: 12 }, (_, tried) => start(one.login, tried % 2 ? PASSWORD : 'Autre-Chose9!'))),
    );
    for (const reply of result) expectProblem(reply, 429, 'account-locked');
    expect(events).toEqual(Array.from({ length: 5 }, () => 'espace HolderSignInFailed'));
  });

  test('twenty at once count like five', async () => {
    const one = await somebody();
    const { result, events } = await server.effectOf(() =>
      Promise.all(Array.from({ length: 20 }, () => start(one.login, 'Autre-Chose9!'))),
    );
    expect(result.filter(({ status }) => status < 400)).toEqual([]);
    expect(events.filter(event => event === 'account SignInFailed')).toHaveLength(5);
    expect(events.filter(event => event === 'account AccountLocked')).toHaveLength(1);
    expect(events.filter(event => event === 'espace HolderSignInFailed')).toHaveLength(10);
    await refusedBy(server, () => start(one.login), 429, 'account-locked');
  });

  test('does not close an espace, and five of them close that way too', async () => {
    const one = await somebody();
    const close = (password: string) =>
      server.http.post(`${one.espace}/closure`, { token: one.token, body: { password, erase: false } });
    for (let tried = 1; tried <= 5; tried++)
      await refusedBy(server, () => close('Autre-Chose9!'), 403, 'password-wrong', {
        events: ['espace HolderPasswordRejected'],
      });
    const reply = await refusedBy(server, () => close(PASSWORD), 429, 'account-locked');
    expect(reply.headers.get('Retry-After')).toBe('900');
    await server.advance(15 * MINUTE);
    const { accessToken } = await server.signIn(one.person, one.login);
    const body = { password: PASSWORD, erase: false };
    expect((await server.http.post(`${one.espace}/closure`, { token: accessToken, body })).status).toBe(200);
  });

  test('nor do twenty at once', async () => {
    const one = await somebody();
    const body = { password: 'Autre-Chose9!', erase: false };
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => server.http.post(`${one.espace}/closure`, { token: one.token, body })),
    );
    const lines = (await journalOf(one)).filter(({ kind }: { kind: string }) => kind === 'HolderPasswordRejected');
    expect(lines.map(({ details }: { details: string }) => details)).toEqual(Array(5).fill('what=CLOSURE'));
    const codes = replies.map(reply => reply.body.code);
    expect(codes.filter(code => code === 'password-wrong')).toHaveLength(5);
    expect(codes.filter(code => code === 'account-locked')).toHaveLength(15);
  });
});

describe('a one-time code', () => {
  const challenged = async (one: SignedInHolder) => {
    const { body } = await start(one.login);
    return { id: body.challengeId as string, code: await server.codeFor(one.person, 'sign-in-code') };
  };
  const wrongFor = (code: string) => (code === '000000' ? '000001' : '000000');

  test('has five tries; then not even the right one opens', async () => {
    const one = await somebody();
    const { id, code } = await challenged(one);
    for (let tried = 1; tried <= 5; tried++)
      await refusedBy(server, () => complete(id, wrongFor(code)), 401, 'code-wrong', failed);
    await refusedBy(server, () => complete(id, code), 429, 'too-many-tries');
    const entries = await journalOf(one);
    const failures = entries.filter(({ kind }: { kind: string }) => kind === 'HolderSignInFailed');
    expect(failures.map(({ details }: { details: string }) => details)).toEqual(
      Array.from({ length: 5 }, () => 'reason=CODE channel=SMS'),
    );
  });

  test('ten wrong ones in a row lock, over however many sign-ins', async () => {
    const one = await somebody();
    for (const last of [false, true]) {
      const { id, code } = await challenged(one);
      await Promise.all([1, 2, 3, 4].map(() => complete(id, wrongFor(code))));
      const { events } = await server.effectOf(() => complete(id, wrongFor(code)));
      expect(events.includes('account AccountLocked')).toBe(last);
    }
    await refusedBy(server, () => start(one.login), 429, 'account-locked', noted);
    // A session that is open stays open: a stranger's guessing must not throw anybody out.
    expect((await me(one.token)).status).toBe(200);
  });

  test('is good for a quarter of an hour', async () => {
    const [early, late] = await Promise.all([somebody(), somebody()]);
    const [in1, in2] = await Promise.all([challenged(early), challenged(late)]);
    await server.advance(15 * MINUTE - 15);
    expect((await complete(in1.id, in1.code)).status).toBe(201);
    await server.advance(15);
    await refusedBy(server, () => complete(in2.id, in2.code), 409, 'code-expired');
  });

  test('is good once', async () => {
    const { id, code } = await challenged(await somebody());
    expect((await complete(id, code)).status).toBe(201);
    await refusedBy(server, () => complete(id, code), 409, 'code-used');
  });

  test('is void once another was sent', async () => {
    const one = await somebody();
    const first = await challenged(one);
    const second = await challenged(one);
    await refusedBy(server, () => complete(first.id, first.code), 404, 'challenge-unknown');
    expect((await complete(second.id, second.code)).status).toBe(201);
  });

  test('belongs to its sign-in', async () => {
    const [one, other] = await Promise.all([somebody().then(challenged), somebody().then(challenged)]);
    if (one.code !== other.code) await refusedBy(server, () => complete(one.id, other.code), 401, 'code-wrong', failed);
    await refusedBy(server, () => complete(crypto.randomUUID(), one.code), 404, 'challenge-unknown');
    await refusedBy(server, () => complete('x', one.code), 404, 'not-found');
    expect((await complete(one.id.toUpperCase(), one.code)).status).toBe(201);
  });

  test('is not sent for ever: ten without an answer are enough for a while', async () => {
    const one = await somebody();
    const sent = await Promise.all(Array.from({ length: 10 }, () => start(one.login)));
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([202]));
    const reply = await refusedBy(server, () => start(one.login), 429, 'too-many-codes');
    expect(reply.headers.get('Retry-After')).toBe('900');
    await server.advance(15 * MINUTE);
    expect((await start(one.login)).status).toBe(202);
  });
});

describe('a session', () => {
  test('has access tokens of a quarter of an hour, renewed by refresh tokens that are good once', async () => {
    const one = await somebody();
    await server.advance(15 * MINUTE - 20);
    expect((await me(one.token)).status).toBe(200);
    await server.advance(20);
    await refusedBy(server, () => me(one.token), 401, 'token-expired');
    const { result: renewed, events } = await server.effectOf(() => refresh(one.refreshToken));
    expect([renewed.status, events]).toEqual([201, ['account SessionRefreshed']]);
    expect((await me(renewed.body.accessToken)).status).toBe(200);

    // The first comes again: somebody has a copy, so nobody has the session any more.
    await refusedBy(server, () => refresh(one.refreshToken), 401, 'session-closed', {
      events: ['account SessionClosed', 'espace HolderSessionsClosed'],
    });
    await refusedBy(server, () => me(renewed.body.accessToken), 401, 'session-closed');
    await refusedBy(server, () => refresh(renewed.body.refreshToken), 401, 'session-closed');
  });

  test('two refreshes at once are one too many', async () => {
    const one = await somebody();
    const replies = await Promise.all([refresh(one.refreshToken), refresh(one.refreshToken)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 401]);
    const winner = replies.find(({ status }) => status === 201);
    await refusedBy(server, () => me(winner?.body.accessToken), 401, 'session-closed');
  });

  test('ends at once where one signs out, and only that one', async () => {
    const one = await somebody();
    const other = await server.signIn(one.person, one.login);
    const { result, events } = await server.effectOf(() =>
      server.http.delete('/v1/sessions/current', { token: one.token }),
    );
    expect([result.status, events]).toEqual([204, ['account SessionClosed', 'espace HolderSessionsClosed']]);
    for (const path of ['/v1/me', one.espace, `${one.espace}/documents`, `${one.espace}/journal`])
      await refusedBy(server, () => server.http.get(path, { token: one.token }), 401, 'session-closed');
    await refusedBy(server, () => refresh(one.refreshToken), 401, 'session-closed');
    await refusedBy(
      server,
      () => server.http.delete('/v1/sessions/current', { token: one.token }),
      401,
      'session-closed',
    );
    expect((await me(other.accessToken)).status).toBe(200);
  });

  test('ends after half an hour without a refresh', async () => {
    const [idle, active] = await Promise.all([somebody(), somebody()]);
    await server.advance(30 * MINUTE - 20);
    const renewed = (await refresh(active.refreshToken)).body;
    await server.advance(20);
    await refusedBy(server, () => refresh(idle.refreshToken), 401, 'token-expired');
    expect((await refresh(renewed.refreshToken)).status).toBe(201);
  });

  test('ends after twelve hours, however often it is refreshed', async () => {
    let { refreshToken, token } = await somebody();
    for (let refreshed = 1; refreshed <= 35; refreshed++) {
      await server.advance(20 * MINUTE);
      const { status, body } = await refresh(refreshToken);
      expect([refreshed, status]).toEqual([refreshed, 201]);
      ({ refreshToken, accessToken: token } = body);
    }
    await server.advance(10 * MINUTE);
    const last = await refresh(refreshToken);
    expect(last.status).toBe(201);
    ({ refreshToken, accessToken: token } = last.body);
    await server.advance(10 * MINUTE);
    await refusedBy(server, () => refresh(refreshToken), 401, 'token-expired');
    // Its access token would still be good by itself.
    await refusedBy(server, () => me(token), 401, 'session-closed');
  });

  test('the eleventh ends the first', async () => {
    const one = await somebody();
    const others = [];
    for (let opened = 2; opened <= 10; opened++) others.push(await server.signIn(one.person, one.login));
    expect((await me(one.token)).status).toBe(200);
    others.push(await server.signIn(one.person, one.login));
    await refusedBy(server, () => me(one.token), 401, 'session-closed');
    expect((await me(others[0].accessToken)).status).toBe(200);
  });

  test('stands in the journal, with how the code was sent', async () => {
    const one = await somebody();
    const entries = await journalOf(one);
    expect(
      entries
        .filter(({ kind }: { kind: string }) => kind !== 'AccessedBy')
        .map(({ kind, details }: { kind: string; details: string | null }) => [kind, details]),
    ).toEqual([
      ['Created', null],
      ['Activated', null],
      ['HolderSignedIn', 'channel=SMS'],
      ['HolderSignedIn', 'channel=SMS'],
    ]);
  });
});

test('looking at oneself leaves no trace', async () => {
  const one = await somebody();
  const { events } = await server.effectOf(() => me(one.token));
  expect(events).toEqual(NO_EFFECT.events);
});
