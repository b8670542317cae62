import { afterAll, describe, expect, test } from 'vitest';
import { liftSuspension, reportDeath, suspend } from '../../src/application/fund.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { requestNamed } from '../support/history.ts';
import { askerFor, FUND } from '../support/history-cast.ts';
import type { Wire } from '../support/http-client.ts';
import { expectProblem } from '../support/http-problems.ts';
import {
  DAY,
  type Insured,
  insured,
  rppsOf,
  type SignedInHolder,
  startServer,
  type TestServer,
} from '../support/server.ts';

/*
 * The life of an espace over HTTP, from the six weeks of the invitation to its end, on a clock that is moved. Each test
 * has people of its own and asks nothing of others, who grow older with them.
 *
 * Mutants that these tests kill: an opening that is not told; an espace that is read or fed while it is suspended, or after
 * a death; an objection that is anybody's, or only theirs who have an account; an erasure that can be reopened, or that is carried out though it was; a login,
 * a token or a journal that outlives the person; a neighbour who loses anything.
 */

const server: TestServer = await startServer();
afterAll(() => server.stop());

const { http } = server;
const records = server.application.parts.get(TOKENS.records);
const asker = askerFor(FUND);
let order = 0;
const somebody = (): Promise<SignedInHolder> => {
  order += 1;
  return server.holder(order);
};
/** A quarter of an hour is all that a token lasts. */
const tokenOf = async (one: SignedInHolder): Promise<string> =>
  (await server.signIn(one.person, one.login)).accessToken;
const kindsTo = async (one: SignedInHolder): Promise<readonly string[]> =>
  (await server.messagesTo(one.person.email)).map(({ kind }: Wire) => kind);
const typesOf = async (espace: string): Promise<readonly string[]> =>
  (await server.store.readStream(`espace-${espace}`)).map(({ type }) => type);

/** By a code that is asked for. */
const identified = async (person: Insured) => {
  const { nir, vitaleSerial, birthDate } = person;
  await http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'EMAIL' } });
  const code = await server.codeFor(person, 'identification-code');
  return http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
};

describe('six weeks after the invitation', () => {
  test('an espace that nobody opposed is open, and its holder is told', async () => {
    order += 1;
    const person = insured(order);
    const token = await server.enrol(person);
    await server.advance(41 * DAY);
    const doctor = async () => ({ token: await server.tokenOf('general-practitioner'), body: { ins: person.nir } });
    expect((await http.post('/v1/espaces/lookup', await doctor())).body).toMatchObject({ status: 'created' });
    await server.advance(DAY);
    expect((await http.post('/v1/espaces/lookup', await doctor())).body).toMatchObject({ status: 'opened' });
    const [message] = await server.messagesTo(person.email);
    expect(message.kind).toBe('automatic-opening');
    expectProblem(await http.post('/v1/enrolment/opposition', { token }), 401, 'token-expired');
  });

  test('one that was opposed, or opposes afterwards, is not', async () => {
    order += 2;
    const [early, late] = [insured(order - 1), insured(order)];
    const opposed = await http.post('/v1/enrolment/opposition', { token: await server.enrol(early) });
    expect(opposed.status).toBe(201);
    await server.importPersons([late]);
    await server.advance(43 * DAY);
    const verified = await identified(late);
    expect(verified.body.espaceStatus).toBe('opened');
    const reply = await http.post('/v1/enrolment/opposition', { token: verified.body.enrolmentToken });
    expect(reply.status).toBe(201);
    const doctor = await server.tokenOf('general-practitioner');
    for (const person of [early, late])
      expectProblem(
        await http.post('/v1/espaces/lookup', { token: doctor, body: { ins: person.nir } }),
        403,
        'access-refused',
      );
  });
});

describe('somebody who was not invited', () => {
  const imported = async (changes: object, invite: boolean) => {
    order += 1;
    const person = insured(order, { ibanLast5: '12345', ...changes });
    await server.importPersons([person], invite);
    return person;
  };
  const caseOf = async ({ nir }: Insured) =>
    (await http.post('/v1/support/cases', { token: await server.staffTokenOf('support-1'), body: { nir } })).body;

  test.each([
    ['has a mobile only', { email: '', postalAddress: '' }, true],
    ['is to be invited another day', {}, false],
  ])('because they cannot be, or are not yet (%s), is helped, and opened only once they were', async (_, who, now) => {
    const person = await imported(who, now);
    const found = async () => {
      const doctor = await server.tokenOf('general-practitioner');
      return (await http.post('/v1/espaces/lookup', { token: doctor, body: { ins: person.nir } })).status;
    };
    expect((await caseOf(person)).espaceStatus).toBe('created');
    // Nobody feeds the espace of somebody who was never told of it.
    expect(await found()).toBe(404);
    await server.advance(43 * DAY);
    const opened = await caseOf(person);
    expect(opened.espaceStatus).toBe('created');
    const token = await server.staffTokenOf('support-1');
    const path = `/v1/support/cases/${opened.case}`;
    const check = await http.post(`${path}/identity-checks`, { token, body: { method: 'IBAN' } });
    await http.post(`${path}/identity-checks/${check.body.id}`, { token, body: { proof: '12345' } });
    await server.advance(60);
    const email = `trouve.${order}@exemple.fr`;
    const asked = await http.post(`${path}/contact-corrections`, { token, body: { email } });
    const proof = await server.codeFor({ ...person, email }, 'contact-code');
    await http.post(`${path}/contact-corrections/${asked.body.id}`, { token, body: { proof } });
    expect((await http.post(`${path}/codes`, { token, body: { channel: 'INVITATION' } })).status).toBe(202);
    expect(await found()).toBe(200);
    await server.advance(41 * DAY);
    expect((await caseOf(person)).espaceStatus).toBe('created');
    await server.advance(DAY);
    expect((await caseOf(person)).espaceStatus).toBe('opened');
  });

  test('and has died is found by the fund, which reports it', async () => {
    const { nir: ins } = await imported({}, false);
    const token = await server.staffTokenOf('fund-1');
    const found = await http.post('/v1/fund/espaces/lookup', { token, body: { ins } });
    expect([found.status, found.body.status]).toEqual([200, 'created']);
    const diedOn = '2026-01-05';
    const died = await http.post(`/v1/fund/espaces/${found.body.id}/death`, { token, body: { diedOn } });
    expect(died.body.status).toBe('deceased');
    expectProblem(
      await http.post('/v1/fund/espaces/lookup', { token, body: { ins: insured(999).nir } }),
      404,
      'not-found',
    );
  });

  test('writes to the help desk once they are identified', async () => {
    const { nir, vitaleSerial, birthDate, ...person } = await imported({ email: '', postalAddress: '' }, true);
    await http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'SMS' } });
    const code = await server.codeFor({ nir, vitaleSerial, birthDate, ...person }, 'identification-code');
    const { body } = await http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
    const ticket = { kind: 'QUESTION', subject: 'Mon adresse', message: 'Vous n’avez pas mon adresse.' };
    const token = body.enrolmentToken;
    expect((await http.get('/v1/tickets', { token })).body.items).toEqual([]);
    expect((await http.post('/v1/tickets', { token, body: ticket })).status).toBe(201);
    await server.advance(43 * DAY);
    expect((await caseOf({ nir, vitaleSerial, birthDate, ...person })).espaceStatus).toBe('created');
  });
});

describe('a suspension', () => {
  const suspended = async (one: SignedInHolder) =>
    suspend(records, one.id, asker, requestNamed(`suspend ${one.id}`), { reason: 'MALFUNCTION' });

  test('keeps everybody out, the holder too, until they object', async () => {
    const one = await somebody();
    const { body } = await server.deposit(one.token, one.espace, { title: 'Notes', type: 'DOCPAT03' });
    expect((await suspended(one)).outcome).toBe('permitted');
    const doctor = await server.tokenOf('general-practitioner');
    const glass = { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'urgence' };
    for (const sent of [{ token: one.token }, { token: doctor }, { token: doctor, headers: glass }])
      expect((await http.get(`${one.espace}/documents`, sent)).body).toMatchObject({
        status: 403,
        rule: 'espace-not-open',
      });
    const fed = await server.deposit(doctor, one.espace, { title: 'x', type: '34112-3', patientInformed: true });
    expectProblem(fed, 403, 'access-refused');
    expect((await http.get('/v1/me', { token: one.token })).body.espaces[0].status).toBe('suspended');
    const [message] = await server.messagesTo(one.person.email);
    expect(message.kind).toBe('suspension');
    expect(message.body).toMatch(/dysfonctionnement grave.*opposition de votre part avant le \d\d\/\d\d\/\d{4}/);

    const other = await somebody();
    const objection = `${one.espace}/suspension/objection`;
    expectProblem(await http.post(objection, { token: other.token }), 404, 'not-found');
    expectProblem(await http.post(objection, { token: doctor }), 403, 'access-refused');
    const reply = await http.post(objection, { token: one.token });
    expect([reply.status, reply.body.status]).toEqual([200, 'activated']);
    expectProblem(await http.post(objection, { token: one.token }), 409, 'espace-not-suspended');
    expect((await http.get(`${one.espace}/documents/${body.id}/content`, { token: one.token })).status).toBe(200);
    const journal = (await http.get(`${one.espace}/journal?limit=200`, { token: one.token })).body.items;
    const told = journal.filter(({ kind }: Wire) => /^Suspen/.test(kind));
    expect(told.map(({ kind, actor, details }: Wire) => [kind, actor.kind, details])).toEqual([
      ['SuspensionObjected', 'holder', null],
      ['Suspended', 'fund', 'reason=MALFUNCTION'],
    ]);
    expect(await kindsTo(one)).toContain('suspension-objected');
  });

  test('is objected to by somebody who never activated, with the identification of the enrolment', async () => {
    order += 2;
    const [person, other] = [insured(order - 1), insured(order)];
    const [earlier, others] = [await server.enrol(person), await server.enrol(other)];
    const token = (await identified(person)).body.enrolmentToken;
    const id = (
      await http.post('/v1/espaces/lookup', {
        token: await server.tokenOf('general-practitioner'),
        body: { ins: person.nir },
      })
    ).body.id;
    await suspend(records, id, asker, requestNamed(`suspend ${id}`), { reason: 'FRAUD' });
    const [message] = await server.messagesTo(person.email);
    expect(message.body).toContain('connectez-vous à Mon espace santé');
    expect(message.body).toContain('si vous n’avez pas encore de compte, identifiez-vous');

    const objection = `/v1/espaces/${id}/suspension/objection`;
    expectProblem(await http.post(objection, { token: others }), 404, 'not-found');
    expectProblem(await http.post(objection, { token: earlier }), 401, 'identity-not-verified');
    const reply = await http.post(objection, { token });
    expect([reply.status, reply.body.status]).toEqual([200, 'created']);
    expectProblem(await http.post(objection, { token }), 409, 'espace-not-suspended');
    expect((await typesOf(id)).slice(-2)).toEqual(['Suspended', 'SuspensionObjected']);
  });

  test('is lifted by the fund; or closes after six weeks, and can be reopened', async () => {
    const [lifted, left] = [await somebody(), await somebody()];
    for (const one of [lifted, left]) await suspended(one);
    await liftSuspension(records, lifted.id, asker, requestNamed(`lift ${lifted.id}`));
    await server.advance(42 * DAY);
    const [first, second] = [await tokenOf(lifted), await tokenOf(left)];
    expect((await http.get(lifted.espace, { token: first })).body.status).toBe('activated');
    expect((await http.get('/v1/me', { token: second })).body.espaces[0].status).toBe('closed');
    expect(await kindsTo(left)).toContain('closure-after-suspension');
    expectProblem(
      await http.post(`${left.espace}/suspension/objection`, { token: second }),
      409,
      'espace-not-suspended',
    );
    expect((await http.post(`${left.espace}/reopening`, { token: second })).body.status).toBe('activated');
  });
});

describe('a death', () => {
  test('closes an espace at once and for good', async () => {
    const one = await somebody();
    const now = (await http.get('/dev/clock')).body.now as string;
    await reportDeath(records, one.id, asker, requestNamed(`death ${one.id}`), { diedOn: now.slice(0, 10) });
    expect((await http.get('/v1/me', { token: one.token })).body.espaces[0].status).toBe('deceased');
    expectProblem(await http.post(`${one.espace}/reopening`, { token: one.token }), 409, 'holder-deceased');
    expect((await http.get(one.espace, { token: one.token })).body.rule).toBe('espace-not-open');
    // Nobody writes to the dead.
    expect(await kindsTo(one)).toEqual(['activation', 'invitation']);
  });
});

describe('an erasure', () => {
  const close = (one: SignedInHolder, token = one.token) =>
    http.post(`${one.espace}/closure`, { token, body: { password: one.password, erase: true } });

  test('says when it is carried out, and a reopening cancels it', async () => {
    const one = await somebody();
    const { body } = await close(one);
    expect(body).toMatchObject({ status: 'closed' });
    expect((Date.parse(body.erasureDueAt) - Date.parse(body.since)) / 1_000).toBe(85 * DAY);
    await server.advance(84 * DAY);
    const token = await tokenOf(one);
    const reopened = await http.post(`${one.espace}/reopening`, { token });
    expect(reopened.body).toMatchObject({ status: 'activated', erasureDueAt: null });
    await server.advance(30 * DAY);
    expect((await http.get(one.espace, { token: await tokenOf(one) })).body.status).toBe('activated');
    expect(await kindsTo(one)).toEqual(expect.arrayContaining(['erasure-requested', 'erasure-cancelled']));
    expect((await typesOf(one.id)).filter(type => type.startsWith('Erasure'))).toEqual([
      'ErasureRequested',
      'ErasureCancelled',
    ]);
  });

  test('leaves nobody to sign in, nothing to read, and everybody else as they were', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const doctor = () => server.tokenOf('general-practitioner');
    const documents: string[] = [];
    for (const { token, espace } of [one, other]) {
      const { body } = await server.deposit(token, espace, { title: 'Notes', type: 'DOCPAT03' });
      documents.push(`${espace}/documents/${body.id}`);
      await http.put(`${espace}/access/authorisations/${rppsOf('general-practitioner')}`, { token, body: {} });
    }
    await close(one);
    await server.advance(85 * DAY - 60);
    const token = await tokenOf(one);
    expect((await http.get('/v1/me', { token })).body.espaces[0].status).toBe('closed');
    await server.advance(60);

    for (const path of ['/v1/me', one.espace, String(documents[0])])
      expectProblem(await http.get(path, { token }), 401, 'session-closed');
    expectProblem(await http.post(`${one.espace}/reopening`, { token }), 401, 'session-closed');
    const credentials = { login: one.login, password: one.password, channel: 'SMS' };
    expectProblem(await http.post('/v1/sessions', { body: credentials }), 401, 'credentials-wrong');
    const gp = await doctor();
    expectProblem(await http.get(String(documents[0]), { token: gp }), 404, 'not-found');
    expectProblem(
      await http.post('/v1/espaces/lookup', { token: gp, body: { ins: one.person.nir } }),
      404,
      'not-found',
    );
    expect(await kindsTo(one)).toEqual(['erasure']);
    expect((await server.store.readStream(`espace-${one.id}`)).every(({ erased }) => erased)).toBe(true);

    expect((await http.get(`${documents[1]}/content`, { token: await doctor() })).status).toBe(200);
    expect((await http.get(`${documents[1]}/content`, { token: await tokenOf(other) })).status).toBe(200);
    // As somebody new, who asks by themselves to be invited.
    expect(await server.importPersons([one.person])).toMatchObject({ imported: 1, invited: 0 });
    const { nir, vitaleSerial, birthDate } = one.person;
    await http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'INVITATION' } });
    const code = await server.codeFor(one.person, 'invitation');
    const verified = await http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
    const body = { termsVersion: '1', privacyVersion: '1', login: one.login, password: one.password };
    const again = await http.post('/v1/enrolment/activation', { token: verified.body.enrolmentToken, body });
    expect(again.status).toBe(201);
    expect(again.body.espace).not.toBe(one.id);
    const session = await server.signIn(one.person, one.login);
    expect(
      (await http.get(`/v1/espaces/${again.body.espace}/documents`, { token: session.accessToken })).body.items,
    ).toEqual([]);
  });
});
