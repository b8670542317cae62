import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { testNir } from '../support/identities.ts';
import {
  DAY,
  type Insured,
  insured,
  MINUTE,
  NO_EFFECT,
  PASSWORD,
  startServer,
  TERMS,
  type TestServer,
} from '../support/server.ts';

/**
 * Becoming a member over HTTP: both published ways, contacts, opposition, and everybody who guesses. Each test has a
 * person of its own, so the clock may move in any of them.
 *
 * Mutants seen to fail: a sixth try judged; the right code taken after five wrong ones; a used or old code taken; a NIR that
 * nobody has answered otherwise; a card that is not theirs taken; activation with a contact that was not verified, or with
 * a flaw of login or password; tries counted by NIR alone; an enrolment token good after a later identification.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let orders = 0;
const somebody = async (changes: Parameters<typeof insured>[1] = {}): Promise<Insured> => {
  orders += 1;
  const person = insured(orders, changes);
  await server.importPersons([person]);
  return person;
};

const verify = ({ nir, vitaleSerial }: Insured, code: string, more: object = {}) =>
  server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial, ...more } });
const ask = ({ nir, vitaleSerial, birthDate }: Insured, channel = 'SMS', more: object = {}) =>
  server.http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel, ...more } });
const activate = (token: string, more: object = {}) =>
  server.http.post('/v1/enrolment/activation', {
    token,
    body: { ...TERMS, login: `membre.${String(orders).padStart(4, '0')}`, password: PASSWORD, ...more },
  });
const tokenOf = async (person: Insured): Promise<string> =>
  (await verify(person, await server.codeFor(person, 'invitation'))).body.enrolmentToken;
const rejected = { events: ['enrolment EnrolmentCodeRejected'] };

describe('by invitation', () => {
  test('code, NIR and card open the enrolment, and the espace', async () => {
    const person = await somebody();
    const code = await server.codeFor(person, 'invitation');
    expect(code).toMatch(/^[A-Za-z2-9]{12}$/);
    const verified = await verify(person, code);
    expect([verified.status, verified.body]).toEqual([
      201,
      {
        enrolmentToken: expect.any(String),
        expiresAt: expect.any(String),
        contacts: { email: 'e****@exemple.fr', mobile: `*****${person.mobile.slice(-5)}` },
        espaceStatus: 'created',
      },
    ]);
    const { result, events } = await server.effectOf(() => activate(verified.body.enrolmentToken));
    expect(events).toEqual(['login LoginClaimed', 'account AccountOpened', 'espace Activated']);
    const { espace } = result.body;
    expect([result.status, result.body]).toEqual([201, { espace, login: expect.any(String), status: 'activated' }]);
    expect(result.headers.get('Location')).toBe(`/v1/espaces/${espace}`);
    expect((await server.messagesTo(person.email)).map(({ kind }) => kind)).toEqual(['activation', 'invitation']);
  });

  test('the code may be typed with spaces and hyphens, but not in another case', async () => {
    const person = await somebody();
    const code = await server.codeFor(person, 'invitation');
    const swapped = code.replace(/[a-z]/gi, letter =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    await refusedBy(server, () => verify(person, swapped), 401, 'code-wrong', rejected);
    expect((await verify(person, `${code.slice(0, 4)} ${code.slice(4, 8)}-${code.slice(8)}`)).status).toBe(201);
  });

  test('without an e-mail it is posted', async () => {
    const person = await somebody({ email: '' });
    expect((await server.messagesTo(person.postalAddress ?? ''))[0]).toMatchObject({
      channel: 'POST',
      kind: 'invitation',
    });
  });

  test('is good for six weeks and not a second longer', async () => {
    const [early, late] = [await somebody(), await somebody()];
    const codes = [await server.codeFor(early, 'invitation'), await server.codeFor(late, 'invitation')];
    await server.advance(42 * DAY - MINUTE);
    expect((await verify(early, codes[0] ?? '')).status).toBe(201);
    await server.advance(MINUTE);
    await refusedBy(server, () => verify(late, codes[1] ?? ''), 409, 'code-expired');
  });

  test('is good once', async () => {
    const person = await somebody();
    const code = await server.codeFor(person, 'invitation');
    expect((await verify(person, code)).status).toBe(201);
    await refusedBy(server, () => verify(person, code), 409, 'code-used');
    await refusedBy(server, () => verify(person, 'AAAAbbbb2222'), 401, 'code-wrong', rejected);
  });

  test.each([
    ['another card', { vitaleSerial: '79999999999' }, {}],
    ['another birth date', { birthDate: '1953-07-15' }, rejected],
  ])('needs what goes with it: %s', async (_, more, withWrongCode) => {
    const person = await somebody();
    const code = await server.codeFor(person, 'invitation');
    await refusedBy(server, () => verify(person, code, more), 409, 'identity-mismatch', rejected);
    // With a wrong code nothing is said of the rest.
    await refusedBy(server, () => verify(person, 'AAAAbbbb2222', more), 401, 'code-wrong', withWrongCode);
  });
});

describe('by a code that is asked for', () => {
  test.each(['SMS', 'EMAIL'])('birth date, NIR and card bring one by %s', async channel => {
    const person = await somebody();
    const { result, events } = await server.effectOf(() => ask(person, channel));
    expect([result.status, result.bytes.length, events]).toEqual([202, 0, ['enrolment IdentificationCodeIssued']]);
    const [message] = await server.messagesTo(channel === 'SMS' ? person.mobile : person.email);
    expect(message).toMatchObject({ kind: 'identification-code', channel });
    const code = await server.codeFor(person, 'identification-code');
    expect(code).toMatch(/^\d{6}$/);
    const verified = await verify(person, code);
    expect((await activate(verified.body.enrolmentToken)).status).toBe(201);
  });

  test('is good for fifteen minutes', async () => {
    const [early, late] = [await somebody(), await somebody()];
    await Promise.all([ask(early), ask(late)]);
    const codes = [
      await server.codeFor(early, 'identification-code'),
      await server.codeFor(late, 'identification-code'),
    ];
    await server.advance(15 * MINUTE - 10);
    expect((await verify(early, codes[0] ?? '')).status).toBe(201);
    await server.advance(10);
    await refusedBy(server, () => verify(late, codes[1] ?? ''), 409, 'code-expired');
  });

  test('half a minute apart, and a later one voids the earlier', async () => {
    const person = await somebody();
    await ask(person);
    const first = await server.codeFor(person, 'identification-code');
    const refused = await refusedBy(server, () => ask(person, 'EMAIL'), 429, 'code-asked-too-soon');
    expect(refused.headers.get('Retry-After')).toBe('30');
    await server.advance(30);
    expect((await ask(person)).status).toBe(202);
    const second = await server.codeFor(person, 'identification-code');
    if (second !== first) await refusedBy(server, () => verify(person, first), 401, 'code-wrong', rejected);
    expect((await verify(person, second)).status).toBe(201);
  });

  test('the answer says nothing: a card, a date or a contact that is not theirs, or nobody at all', async () => {
    const [person, noMobile] = [await somebody(), await somebody({ mobile: '' })];
    const stranger = { ...person, nir: testNir(990) };
    const sent = async () => (await server.http.get('/dev/outbox')).body.items.length;
    const before = await sent();
    for (const request of [
      () => ask(stranger),
      () => ask(person, 'SMS', { vitaleSerial: '79999999998' }),
      () => ask(person, 'SMS', { birthDate: '1953-07-15' }),
      () => ask(noMobile, 'SMS'),
    ]) {
      const { result, ...effect } = await server.effectOf(request);
      expect([result.status, result.bytes.length, effect]).toEqual([202, 0, NO_EFFECT]);
      // Asking again is too soon for them as for anybody.
      expectProblem(await request(), 429, 'code-asked-too-soon');
    }
    expect(await sent()).toBe(before);
  });
});

describe('whoever guesses', () => {
  test('has five tries; then not even the right code opens', async () => {
    const person = await somebody();
    const code = await server.codeFor(person, 'invitation');
    await Promise.all([1, 2, 3].map(() => verify(person, 'AAAAbbbb2222')));
    for (let tried = 4; tried <= 5; tried++)
      await refusedBy(server, () => verify(person, 'AAAAbbbb2222'), 401, 'code-wrong', rejected);
    for (const given of ['AAAAbbbb2222', code]) {
      const reply = await refusedBy(server, () => verify(person, given), 429, 'too-many-tries');
      expect(reply.headers.get('Retry-After')).toBe('900');
    }
    // The code stays void; another opens.
    await server.advance(15 * MINUTE);
    await refusedBy(server, () => verify(person, code), 429, 'too-many-tries');
    expect((await ask(person)).status).toBe(202);
    expect((await verify(person, await server.codeFor(person, 'identification-code'))).status).toBe(201);
  });

  test('with the NIR alone keeps nobody from coming in, however often they try', async () => {
    const person = await somebody();
    const byStranger = (code: string, tried: number) => verify(person, code, { vitaleSerial: `1234567${tried}` });
    const letter = await server.codeFor(person, 'invitation');
    for (let tried = 1; tried <= 6; tried++)
      await refusedBy(server, () => byStranger('AAAAbbbb2222', tried), 401, 'code-wrong');
    expect((await verify(person, letter)).status).toBe(201);
    expect((await ask(person)).status).toBe(202);
    const sent = await server.codeFor(person, 'identification-code');
    // One card only: the sixth try with it is one too many for whoever has it, and for nobody else.
    for (let tried = 1; tried <= 5; tried++) await byStranger(sent === '000000' ? '000001' : '000000', 1);
    await refusedBy(server, () => byStranger('000000', 1), 429, 'too-many-tries');
    expect((await verify(person, sent)).status).toBe(201);
  });

  test('learns nothing of who exists: a NIR that nobody has meets the same answers', async () => {
    const person = await somebody();
    const nobody = { ...person, nir: testNir(991) };
    const answers = async (who: Insured) => {
      const all = [];
      for (let tried = 1; tried <= 7; tried++) {
        const { status, body, headers } = await verify(who, 'AAAAbbbb2222');
        all.push([status, { ...body, instance: '' }, headers.get('Retry-After'), headers.get('Content-Length')]);
      }
      return all;
    };
    const [nobodys, theirs] = await Promise.all([answers(nobody), answers(person)]);
    expect(nobodys).toEqual(theirs);
  });

  test('thirty at once have five tries too', async () => {
    const person = await somebody();
    const { result, events } = await server.effectOf(() =>
      Promise.all(Array.from({ length: 30 }, () => verify(person, 'AAAAbbbb2222'))),
    );
    for (const { body } of result) expect(['code-wrong', 'too-many-tries']).toContain(body.code);
    expect(events).toEqual(Array.from({ length: 5 }, () => 'enrolment EnrolmentCodeRejected'));
    const code = await server.codeFor(person, 'invitation');
    await refusedBy(server, () => verify(person, code), 429, 'too-many-tries');
  });
});

describe('contacts', () => {
  const change = (token: string, body: object) => server.http.put('/v1/enrolment/contacts', { token, body });
  const giveBack = (token: string, channel: string, code: string) =>
    server.http.post('/v1/enrolment/contacts/verifications', { token, body: { channel, code } });

  test('that are known are confirmed without a code', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    const { result, events } = await server.effectOf(() =>
      change(token, { email: person.email, mobile: person.mobile }),
    );
    expect([result.status, result.body, events]).toEqual([200, { toVerify: [] }, ['enrolment ContactsConfirmed']]);
  });

  test('that are new count once their code came back, and no espace is activated before', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    const [email, mobile] = [`neuf-${orders}@exemple.fr`, `06 98 00 ${String(orders).padStart(4, '0')}`];
    const changed = await change(token, { email, mobile });
    const international = `+33${mobile.replaceAll(' ', '').slice(1)}`;
    expect(changed.body.toVerify).toEqual([
      { channel: 'EMAIL', sentTo: 'n****@exemple.fr', expiresAt: expect.any(String) },
      { channel: 'SMS', sentTo: `*****${international.slice(-5)}`, expiresAt: expect.any(String) },
    ]);
    await refusedBy(server, () => activate(token), 409, 'contact-not-verified');
    const mine = { ...person, email, mobile: international };
    const codes = Object.fromEntries(
      (await server.messagesTo(email, international)).map(({ channel, body }) => [
        channel,
        /(\d{6})/.exec(body)?.[1] ?? '',
      ]),
    );
    // A code that was sent to one contact is not good for the other.
    if (codes.EMAIL !== codes.SMS)
      await refusedBy(server, () => giveBack(token, 'SMS', codes.EMAIL), 401, 'code-wrong', {
        events: ['enrolment ContactCodeRejected'],
      });
    expect((await giveBack(token, 'EMAIL', codes.EMAIL)).status).toBe(204);
    await refusedBy(server, () => activate(token), 409, 'contact-not-verified');
    expect((await giveBack(token, 'SMS', codes.SMS)).status).toBe(204);
    const activated = await activate(token);
    expect(activated.status).toBe(201);
    const session = await server.signIn(mine, activated.body.login);
    expect((await server.http.get('/v1/me', { token: session.accessToken })).body.contacts).toEqual({
      email: 'n****@exemple.fr',
      mobile: `*****${international.slice(-5)}`,
    });
  });

  test('are verified with five tries, and half a minute apart', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    const email = `essais-${orders}@exemple.fr`;
    await change(token, { email });
    await refusedBy(server, () => change(token, { email: `autre-${orders}@exemple.fr` }), 429, 'code-asked-too-soon');
    const right = /(\d{6})/.exec((await server.messagesTo(email))[0].body)?.[1] ?? '';
    const wrong = right === '000000' ? '000001' : '000000';
    for (let tried = 1; tried <= 5; tried++)
      await refusedBy(server, () => giveBack(token, 'EMAIL', wrong), 401, 'code-wrong', {
        events: ['enrolment ContactCodeRejected'],
      });
    await refusedBy(server, () => giveBack(token, 'EMAIL', right), 429, 'too-many-tries');
    await refusedBy(server, () => giveBack(token, 'SMS', right), 409, 'contact-not-pending');
  });

  test.each([
    [{ email: 'no address' }, ['email']],
    [{ email: 'a@b' }, ['email']],
    [{ email: `${'x'.repeat(65)}@exemple.fr` }, ['email']],
    [{ mobile: '0112345678' }, ['mobile']],
    [{ mobile: '06123' }, ['mobile']],
  ])('must be such: %j', async (body, fields) => {
    const token = await tokenOf(await somebody());
    await refusedBy(server, () => change(token, body), 400, 'invalid-request', { fields });
  });
});

describe('login and password', () => {
  /** Of somebody who tries, and is not activated by any of it. */
  let token: string;
  beforeAll(async () => {
    token = await tokenOf(await somebody());
  });

  test.each([
    ['password-too-short', 'Aq7!rtzk'],
    ['password-with-space', 'Vert Tilleul42!'],
    ['password-without-lower-case', 'VERT-TILLEUL42!'],
    ['password-without-upper-case', 'vert-tilleul42!'],
    ['password-without-digit', 'Vert-Tilleul!!'],
    ['password-without-special-character', 'VertTilleul42'],
    ['password-with-personal-data', 'Dominique-42!xyz'],
    ['password-with-personal-data', 'Vert-1953-Tilleul!'],
    ['password-with-personal-data', 'D0m1n1que-42!xyz'],
    ['password-too-easy-to-guess', 'Azerty123!'],
    ['password-too-easy-to-guess', 'Aaaaaaaa1!'],
  ])('%s: %s', async (code, password) => {
    await refusedBy(server, () => activate(token, { password }), 409, code);
  });

  test.each([
    ['login-too-short', 'court-7'],
    ['login-too-long', 'x'.repeat(65)],
    ['login-is-email', 'moi@exemple.fr'],
    ['login-is-nir', testNir(1)],
    ['login-is-nir', testNir(1).slice(0, 13)],
    ['login-is-iban', 'fr7630006000011234567890189'],
    ['login-with-forbidden-character', 'Majuscule'],
    ['login-with-forbidden-character', 'accentué'],
  ])('%s: %s', async (code, login) => {
    await refusedBy(server, () => activate(token, { login }), 409, code);
  });

  test('may be tried until they are right', async () => {
    const mine = await tokenOf(await somebody());
    await refusedBy(server, () => activate(mine, { password: 'Aq7!rtzk' }), 409, 'password-too-short');
    await refusedBy(server, () => activate(mine, { login: 'court-7' }), 409, 'login-too-short');
    expect((await activate(mine)).status).toBe(201);
  });

  test.each([
    ['a password of 129 characters', { password: `${PASSWORD}${'x'.repeat(129 - PASSWORD.length)}` }, ['password']],
    ['an unknown accompaniment', { accompaniment: 'NEIGHBOUR' }, ['accompaniment']],
    ['no terms', { termsVersion: '' }, ['termsVersion']],
  ])('%s', async (_, more, fields) => {
    await refusedBy(server, () => activate(token, more), 400, 'invalid-request', { fields });
  });

  test('a login that another has', async () => {
    const login = `convoite.${orders}`;
    expect((await activate(await tokenOf(await somebody()), { login })).status).toBe(201);
    await refusedBy(server, () => activate(token, { login }), 409, 'login-taken');
  });
});

describe('an enrolment token', () => {
  test('is good for half an hour', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    await server.advance(30 * MINUTE - 10);
    await refusedBy(server, () => activate(token, { password: 'x' }), 409, 'password-too-short');
    await server.advance(10);
    await refusedBy(server, () => activate(token), 401, 'token-expired');
  });

  test('is void once the person was identified anew', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    await ask(person);
    const later = await verify(person, await server.codeFor(person, 'identification-code'));
    const { email } = person;
    await refusedBy(server, () => activate(token), 401, 'identity-not-verified');
    await refusedBy(
      server,
      () => server.http.put('/v1/enrolment/contacts', { token, body: { email } }),
      401,
      'identity-not-verified',
    );
    await refusedBy(
      server,
      () => server.http.post('/v1/enrolment/opposition', { token, body: {} }),
      401,
      'identity-not-verified',
    );
    expect((await activate(later.body.enrolmentToken)).status).toBe(201);
  });

  test('activates once', async () => {
    const token = await tokenOf(await somebody());
    expect((await activate(token)).status).toBe(201);
    await refusedBy(server, () => activate(token, { login: `encore.${orders}` }), 409, 'account-already-open');
    await refusedBy(
      server,
      () => server.http.post('/v1/enrolment/opposition', { token, body: {} }),
      409,
      'espace-already-activated',
    );
  });
});

describe('opposition', () => {
  test('has a proof, and is taken back by activating', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    const proofNow = () => server.http.get('/v1/enrolment/opposition/proof', { token });
    await refusedBy(server, proofNow, 404, 'not-found');
    const { result, events } = await server.effectOf(() =>
      server.http.post('/v1/enrolment/opposition', { token, body: {} }),
    );
    expect([result.status, events]).toEqual([201, ['espace Opposed']]);
    expect(result.body).toEqual({
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
      opposedAt: expect.any(String),
      proof: '/v1/enrolment/opposition/proof',
    });
    const proof = await proofNow();
    expect([proof.status, proof.headers.get('Content-Type'), proof.bytes.subarray(0, 5).toString()]).toEqual([
      200,
      'application/pdf',
      '%PDF-',
    ]);
    expect(proof.headers.get('Content-Disposition')).toBe('attachment; filename="attestation-opposition.pdf"');
    const hospital = await server.tokenOf('hospital-doctor');
    await refusedBy(
      server,
      () => server.http.post('/v1/espaces/lookup', { token: hospital, body: { ins: person.nir } }),
      403,
      'access-refused',
      { rule: 'espace-not-open', events: ['espace AccessDenied espace-not-open'] },
    );
    expect((await activate(token)).status).toBe(201);
    await refusedBy(server, proofNow, 404, 'not-found');
    const found = await server.http.post('/v1/espaces/lookup', { token: hospital, body: { ins: person.nir } });
    expect(found.body).toMatchObject({ status: 'activated', authorisation: 'NON_EXISTE' });
  });
});
