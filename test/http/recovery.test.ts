import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reply } from '../support/http-client.ts';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { insured, MINUTE, PASSWORD, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * The way back in for somebody who forgot their login or password, or whom a stranger keeps out. Each test has a person of
 * its own.
 *
 * Mutants seen to fail: a body that tells a known login from an unknown one; the birth date not looked at; a code good
 * twice, late, or for another's reset; an objection to the password told for a wrong code, or using the code up; sessions
 * left open; a lock that stays; a stranger's wrong passwords that lock again at once; a stranger's requests that use up the
 * person's; a password taken again.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const NEW_PASSWORD = 'Orme-Pourpre57?';
let orders = 0;
const nextOrder = (): number => {
  orders += 1;
  return orders;
};
const somebody = (): Promise<SignedInHolder> => server.holder(nextOrder());

const ask = (login: string, more: object = {}, headers: Record<string, string> = {}) =>
  server.http.post('/v1/sessions/forgotten-password', { body: { login, channel: 'EMAIL', ...more }, headers });
const reset = (resetId: string, code: string, newPassword = NEW_PASSWORD, headers: Record<string, string> = {}) =>
  server.http.post(`/v1/sessions/forgotten-password/${resetId}`, { body: { code, newPassword }, headers });
const start = (login: string, password: string) =>
  server.http.post('/v1/sessions', { body: { login, password, channel: 'SMS' } });
const refresh = (refreshToken: string) => server.http.post('/v1/sessions/refresh', { body: { refreshToken } });
const codeOf = (one: SignedInHolder) => server.codeFor(one.person, 'password-reset-code');
/** A reset that waits for its code. */
const asked = async (one: SignedInHolder, more: object = {}) => {
  const { body } = await ask(one.login, more);
  return { id: body.resetId as string, code: await codeOf(one) };
};
const kindsTo = async (one: SignedInHolder) => (await server.messagesTo(one.person.email)).map(({ kind }) => kind);

/** All of an answer but its own numbers. */
const said = ({ status, body, headers }: Reply) => ({
  status,
  body: JSON.stringify(body ?? null).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'uuid'),
  retry: headers.get('Retry-After'),
  length: headers.get('Content-Length'),
});

describe('a forgotten password', () => {
  test('is replaced with the code that was sent: all sessions end, and the holder is told', async () => {
    const one = await somebody();
    const { result: started, events } = await server.effectOf(() => ask(one.login));
    expect(events).toEqual([
      'account PasswordResetRequested',
      'challenge ChallengeClaimed',
      'espace HolderRecoveryAsked',
    ]);
    expect(started.body).toEqual({ resetId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const code = await codeOf(one);
    expect(code).toMatch(/^[A-Za-z0-9]{12}$/);
    const { result: done, events: changed } = await server.effectOf(() => reset(started.body.resetId, code));
    expect([done.status, changed]).toEqual([
      204,
      [
        'account PasswordResetVerified',
        'espace HolderCredentialsChanged',
        'account PasswordChanged',
        'account SessionClosed',
        'espace HolderSessionsClosed',
      ],
    ]);
    await refusedBy(server, () => server.http.get('/v1/me', { token: one.token }), 401, 'session-closed');
    await refusedBy(server, () => refresh(one.refreshToken), 401, 'session-closed');
    expect((await start(one.login, PASSWORD)).body.code).toBe('credentials-wrong');
    const { accessToken } = await server.signIn(one.person, one.login, NEW_PASSWORD);
    const journal = (await server.http.get(`${one.espace}/journal`, { token: accessToken })).body.items;
    const told = journal.map(({ kind, details }: { kind: string; details: string }) => `${kind} ${details}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'HolderRecoveryAsked what=PASSWORD channel=EMAIL',
        'HolderCredentialsChanged what=PASSWORD_RESET',
        'HolderSessionsClosed reason=PASSWORD_CHANGED sessions=1',
      ]),
    );
    const sent = await kindsTo(one);
    expect(sent.filter(kind => kind === 'password-changed')).toHaveLength(1);
    for (const { body } of await server.messagesTo(one.person.email)) expect(body).not.toContain(NEW_PASSWORD);
  });

  test('the answer is the same whether the login, the contact or the birth date are known or not', async () => {
    const one = await server.holder(nextOrder(), { mobile: '' });
    const { result, events } = await server.effectOf(() =>
      Promise.all([
        ask('personne.du.tout'),
        ask(one.login, { channel: 'SMS' }),
        ask(`${one.login}x`, { birthDate: '1950-01-01' }),
      ]),
    );
    expect(events).toEqual([]);
    const known = said(await ask((await somebody()).login));
    expect(known.status).toBe(202);
    for (const reply of result) expect(said(reply)).toEqual(known);
  });

  test('a birth date that is not theirs sends nothing, the right one does', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const { events } = await server.effectOf(() => ask(one.login, { birthDate: '1953-07-15' }));
    expect(events).toEqual([]);
    const right = await server.effectOf(() => ask(other.login, { birthDate: other.person.birthDate }));
    expect(right.events).toContain('account PasswordResetRequested');
  });

  test('codes are asked for at most every thirty seconds, whether the login is known or not', async () => {
    const one = await somebody();
    for (const login of [one.login, `personne.${orders}`]) {
      expect((await ask(login)).status).toBe(202);
      const reply = await refusedBy(server, () => ask(login), 429, 'code-asked-too-soon');
      expect(reply.headers.get('Retry-After')).toBe('30');
    }
    await server.advance(30);
    expect((await ask(one.login)).status).toBe(202);
  });

  test('a wrong code is counted, told to the journal, and hears the same as an id that nobody has', async () => {
    const one = await somebody();
    const { id, code } = await asked(one);
    const nobodys = crypto.randomUUID();
    for (let tried = 1; tried <= 5; tried++) {
      const { result, events } = await server.effectOf(() => reset(id, 'aaaaaaaaaaaa'));
      expectProblem(result, 401, 'code-wrong');
      expect(events).toEqual(['account PasswordResetFailed', 'espace HolderSignInFailed']);
      expect(said(await reset(nobodys, 'aaaaaaaaaaaa'))).toEqual(said(result));
    }
    const over = await refusedBy(server, () => reset(id, code), 429, 'too-many-tries');
    expect(said(await reset(nobodys, code))).toEqual(said(over));
    await server.advance(30);
    const again = await asked(one);
    expect((await reset(again.id, again.code)).status).toBe(204);
  });

  test('a code is good once, for a quarter of an hour, and for its own reset', async () => {
    const [one, other, late] = [await somebody(), await somebody(), await somebody()];
    const [first, second, third] = [await asked(one), await asked(other), await asked(late)];
    await refusedBy(server, () => reset(first.id, second.code), 401, 'code-wrong', {
      events: ['account PasswordResetFailed', 'espace HolderSignInFailed'],
    });
    expect((await reset(first.id, first.code)).status).toBe(204);
    await refusedBy(server, () => reset(first.id, first.code, 'Cerf-Volant81?'), 401, 'code-wrong', {
      events: [],
    });
    await server.advance(15 * MINUTE - 10);
    expect((await reset(second.id, second.code)).status).toBe(204);
    await server.advance(10);
    await refusedBy(server, () => reset(third.id, third.code), 409, 'code-expired');
  });

  test('several codes may be under way, and the one that is used ends the others', async () => {
    const one = await somebody();
    const first = await asked(one);
    await server.advance(30);
    const second = await asked(one);
    expect(first.code).not.toBe(second.code);
    expect((await reset(first.id, first.code)).status).toBe(204);
    await refusedBy(server, () => reset(second.id, second.code), 401, 'code-wrong');
  });

  test('a password that may not be one is told to whoever has the code, which stays good, and to nobody else', async () => {
    const one = await somebody();
    const { id, code } = await asked(one);
    for (const [password, flaw] of [
      ['court1A!', 'password-too-short'],
      ['Dominique-Vert57?', 'password-with-personal-data'],
      ['Motdepasse2024!', 'password-too-easy-to-guess'],
      [PASSWORD, 'password-reused'],
    ] as const) {
      await refusedBy(server, () => reset(id, code, password), 409, flaw);
      await refusedBy(server, () => reset(crypto.randomUUID(), code, password), 401, 'code-wrong');
    }
    expect((await reset(id, code)).status).toBe(204);
  });

  test('the same request sent again is answered alike, and nothing is done twice', async () => {
    const one = await somebody();
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await ask(one.login, {}, headers);
    const again = await server.effectOf(() => ask(one.login, {}, headers));
    expect([again.result.status, again.result.body, again.events]).toEqual([202, first.body, []]);
    const done = { 'Idempotency-Key': crypto.randomUUID() };
    const code = await codeOf(one);
    expect((await reset(first.body.resetId, code, NEW_PASSWORD, done)).status).toBe(204);
    const repeat = await server.effectOf(() => reset(first.body.resetId, code, NEW_PASSWORD, done));
    expect([repeat.result.status, repeat.events]).toEqual([204, []]);
  });
});

describe('somebody whom a stranger keeps out', () => {
  const noted = { events: ['espace HolderSignInFailed'] };

  const lockedOut = async () => {
    const one = await somebody();
    for (let tried = 1; tried <= 5; tried++) await start(one.login, 'Autre-Chose9!');
    await refusedBy(server, () => start(one.login, PASSWORD), 429, 'account-locked', noted);
    return one;
  };

  test('gets in with a new password at once, however the stranger goes on', async () => {
    const one = await lockedOut();
    const { id, code } = await asked(one);
    expect((await reset(id, code)).status).toBe(204);
    const heard = [];
    for (let tried = 1; tried <= 8; tried++) heard.push((await start(one.login, 'Autre-Chose9!')).body.code);
    expect(heard).toEqual([...Array(5).fill('credentials-wrong'), ...Array(3).fill('account-locked')]);
    await server.signIn(one.person, one.login, NEW_PASSWORD).then(({ session }) => expect(session).toBeDefined());
    // That shelter has its end.
    await server.advance(15 * MINUTE);
    for (let tried = 1; tried <= 5; tried++) await start(one.login, 'Autre-Chose9!');
    await refusedBy(server, () => start(one.login, NEW_PASSWORD), 429, 'account-locked', noted);
  });

  test('gets a code with their birth date, though the stranger has used up all others', async () => {
    const one = await somebody();
    for (let tried = 1; tried <= 11; tried++) {
      const { events } = await server.effectOf(() => ask(one.login));
      expect([tried, events.includes('account PasswordResetRequested')]).toEqual([tried, tried <= 10]);
      await server.advance(30);
    }
    const { id, code } = await asked(one, { birthDate: one.person.birthDate });
    expect((await reset(id, code)).status).toBe(204);
  });

  test('does not lose their code to the stranger’s wrong tries', async () => {
    const one = await somebody();
    const theirs = await asked(one);
    await server.advance(30);
    const strangers = await ask(one.login);
    for (let tried = 1; tried <= 6; tried++) await reset(strangers.body.resetId, 'aaaaaaaaaaaa');
    expect((await reset(theirs.id, theirs.code)).status).toBe(204);
  });
});

describe('a forgotten login', () => {
  const remind = ({ nir, vitaleSerial, birthDate }: ReturnType<typeof insured>, more: object = {}) =>
    server.http.post('/v1/sessions/forgotten-login', {
      body: { nir, vitaleSerial, birthDate, channel: 'EMAIL', ...more },
    });

  test('is sent to the contact of the account, and to no other', async () => {
    const one = await somebody();
    const { result, events } = await server.effectOf(() => remind(one.person));
    expect([result.status, result.bytes.length, events]).toEqual([
      202,
      0,
      ['account LoginReminded', 'espace HolderRecoveryAsked'],
    ]);
    const [message] = await server.messagesTo(one.person.email);
    expect(message).toMatchObject({ kind: 'login-reminder', channel: 'EMAIL' });
    expect(message.body).toContain(one.login);
    await refusedBy(server, () => remind(one.person), 429, 'code-asked-too-soon');
  });

  test('the answer is the same for anybody', async () => {
    const one = await somebody();
    const enrolled = insured(nextOrder());
    await server.importPersons([enrolled]);
    const unknown = insured(orders + 500);
    const { result, events } = await server.effectOf(() =>
      Promise.all([
        remind(unknown),
        remind(enrolled),
        remind({ ...one.person, vitaleSerial: '71111111111' }),
        remind({ ...one.person, birthDate: '1953-07-15' }),
      ]),
    );
    expect(events).toEqual([]);
    const known = said(await remind(one.person));
    for (const reply of result) expect(said(reply)).toEqual(known);
  });

  test('is sent ten times a day, and no more', async () => {
    const one = await somebody();
    for (let tried = 1; tried <= 11; tried++) {
      const { events } = await server.effectOf(() => remind(one.person));
      expect([tried, events.length]).toEqual([tried, tried <= 10 ? 2 : 0]);
      await server.advance(30);
    }
  });
});
