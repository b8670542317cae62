import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reply, Sent } from '../support/http-client.ts';
import { refusedBy } from '../support/http-problems.ts';
import {
  insured,
  NO_EFFECT,
  PASSWORD,
  rppsOf,
  type SignedInHolder,
  startServer,
  TERMS,
  type TestServer,
  textFile,
} from '../support/server.ts';

/**
 * A client whose answer got lost sends its request again with the same key: same answer, byte for byte, and nothing is
 * done twice. The same key for another request is refused, and opens nothing.
 *
 * Mutants seen to fail: the key ignored; the fingerprint without the body, the address or the file; a key of one person
 * taken for another's; the second file of a repeated deposit kept; several documents that are not one request; a look
 * repeated by its key, without a trace or after what it showed was masked.
 */

let server: TestServer;
let her: SignedInHolder;
let him: SignedInHolder;
let gp: string;
const NOTES = { title: 'Notes', type: 'DOCPAT03' };

beforeAll(async () => {
  server = await startServer();
  [her, him] = [await server.holder(1), await server.holder(2)];
  gp = await server.tokenOf('general-practitioner');
  for (const { espace, token } of [her, him])
    await server.http.put(`${espace}/access/authorisations/${rppsOf('general-practitioner')}`, { token, body: {} });
});
afterAll(() => server.stop());

const newKey = (): Record<string, string> => ({ 'Idempotency-Key': crypto.randomUUID() });

/** All of an answer that a client may keep. */
const kept = ({ status, headers, bytes }: Reply) => {
  const { date: _date, 'request-id': _id, ...others } = Object.fromEntries(headers);
  const limits = Object.keys(others).filter(name => name.startsWith('ratelimit'));
  for (const name of limits) delete others[name];
  return { status, headers: others, bytes: bytes.toString() };
};

/** Sent twice with the same key: the second is answered like the first, and does nothing. */
const sentTwice = async (request: () => Promise<Reply>, status: number, events: readonly string[]): Promise<Reply> => {
  const first = await server.effectOf(request);
  expect([first.result.status, first.events]).toEqual([status, events]);
  const { result, ...effect } = await server.effectOf(request);
  expect(kept(result)).toEqual(kept(first.result));
  expect(effect).toEqual(NO_EFFECT);
  return first.result;
};

const deposited = async (holder: SignedInHolder, metadata: object = NOTES) => {
  const { body, headers } = await server.deposit(holder.token, holder.espace, metadata);
  return { id: body.id as string, path: `${holder.espace}/documents/${body.id}`, etag: headers.get('ETag') ?? '' };
};

describe('the same request again', () => {
  test('a deposit: one document, one file', async () => {
    const headers = newKey();
    const deposit = () => server.deposit(her.token, her.espace, NOTES, textFile('une fois'), { headers });
    const reply = await sentTwice(deposit, 201, ['espace DocumentDeposited']);
    const content = await server.http.get(`${reply.headers.get('Location')}/content`, { token: her.token });
    expect(content.bytes.toString()).toBe('une fois');
  });

  test('a deposit by a professional', async () => {
    const headers = newKey();
    const metadata = { title: 'CR', type: '34112-3', patientInformed: true };
    await sentTwice(() => server.deposit(gp, her.espace, metadata, textFile('x'), { headers }), 201, [
      'espace AccessedBy depositor',
      'espace DocumentDeposited',
    ]);
  });

  test('changes of a document, also where their version has passed', async () => {
    const { path, etag } = await deposited(her);
    const described = { token: her.token, headers: { ...newKey(), 'If-Match': etag }, body: { title: 'Autre' } };
    const second = await sentTwice(() => server.http.patch(path, described), 200, ['espace DocumentDescribed']);
    const headers = { ...newKey(), 'If-Match': second.headers.get('ETag') ?? '' };
    const masked = { token: her.token, headers, body: { maskedFromProfessionals: true } };
    const third = await sentTwice(() => server.http.put(`${path}/visibility`, masked), 200, ['espace DocumentMasked']);
    // The first of all, long after: still its own answer, not that of today.
    expect((await server.http.patch(path, described)).body.visibility.maskedFromProfessionals).toBe(false);
    const deleted = { token: her.token, headers: { ...newKey(), 'If-Match': third.headers.get('ETag') ?? '' } };
    await sentTwice(() => server.http.delete(path, deleted), 204, ['espace DocumentDeleted']);
  });

  test.each([
    ['PUT', 'authorisations/99700300058', {}, 'ProfessionalAuthorised'],
    ['DELETE', 'authorisations/99700300058', undefined, 'AuthorisationWithdrawn'],
    ['PUT', 'blocked/99700300017', {}, 'ProfessionalBlocked'],
    ['PUT', 'emergency', { callCentre: false, breakGlass: true, masked: true }, 'EmergencyAccessSet'],
    ['PUT', 'administrators/99700300066', {}, 'AdministratorNamed'],
    ['PUT', 'attending-doctor', { professional: '99700024450' }, 'AttendingDoctorDeclared'],
  ])('%s access/%s', async (method, path, body, event) => {
    if (method === 'DELETE')
      await server.http.put(`${her.espace}/access/authorisations/99700300058`, { token: her.token, body: {} });
    else if (path.startsWith('authorisations'))
      await server.http.delete(`${her.espace}/access/${path}`, { token: her.token });
    const sent: Sent = { token: her.token, headers: newKey(), ...(body === undefined ? {} : { body }) };
    await sentTwice(() => server.http.request(method, `${her.espace}/access/${path}`, sent), 200, [`espace ${event}`]);
  });

  test('a change of several documents', async () => {
    const documents = [(await deposited(her)).id, (await deposited(her)).id];
    const sent = {
      token: her.token,
      headers: newKey(),
      body: { action: 'visibility', documents, maskedFromProfessionals: true },
    };
    await sentTwice(() => server.http.post(`${her.espace}/documents/bulk`, sent), 200, [
      'espace DocumentMasked',
      'espace DocumentMasked',
    ]);
  });

  test('a report', async () => {
    await server.http.get(`${her.espace}/documents`, { token: gp });
    const { body } = await server.http.get(
      `${her.espace}/journal?limit=1&kind=AccessedBy&actor=${rppsOf('general-practitioner')}`,
      {
        token: her.token,
      },
    );
    const sent = { token: her.token, headers: newKey(), body: { comment: 'je ne le connais pas' } };
    const report = () => server.http.post(`${her.espace}/journal/${body.items[0].id}/report`, sent);
    const first = await server.effectOf(report);
    expect([first.result.status, first.events]).toEqual([
      201,
      ['espace AccessReported', 'ticket TicketOpened', 'espace HelpNoted'],
    ]);
    const second = await server.effectOf(report);
    expect(kept(second.result)).toEqual(kept(first.result));
    expect(second.events).toEqual([]);
  });

  test('closing and reopening', async () => {
    const one = await server.holder(3);
    const close = { token: one.token, headers: newKey(), body: { password: one.password, erase: false } };
    await sentTwice(() => server.http.post(`${one.espace}/closure`, close), 200, ['espace Closed']);
    const reopen = { token: one.token, headers: newKey(), body: {} };
    await sentTwice(() => server.http.post(`${one.espace}/reopening`, reopen), 200, ['espace Reopened']);
    expect(
      await server.messagesTo(one.person.email).then(all => all.filter(({ kind }) => kind === 'closure')),
    ).toHaveLength(1);
  });

  test('enrolment and signing in: one code, one account, one session', async () => {
    const person = insured(4);
    await server.importPersons([person]);
    const { nir, vitaleSerial, birthDate } = person;
    const asked = { headers: newKey(), body: { nir, vitaleSerial, birthDate, channel: 'SMS' } };
    await sentTwice(() => server.http.post('/v1/enrolment/codes', asked), 202, ['enrolment IdentificationCodeIssued']);
    const code = await server.codeFor(person, 'identification-code');
    const given = { headers: newKey(), body: { code, nir, vitaleSerial } };
    const verified = await sentTwice(() => server.http.post('/v1/enrolment/verifications', given), 201, [
      'enrolment IdentityVerified',
    ]);
    const token = verified.body.enrolmentToken;
    const changed = { token, headers: newKey(), body: { email: 'nouvelle@exemple.fr' } };
    await sentTwice(() => server.http.put('/v1/enrolment/contacts', changed), 200, [
      'enrolment ContactChangeRequested',
    ]);
    const contactCode = /: (\d{6})\./.exec((await server.messagesTo('nouvelle@exemple.fr'))[0].body)?.[1];
    const returned = { token, headers: newKey(), body: { channel: 'EMAIL', code: contactCode } };
    await sentTwice(() => server.http.post('/v1/enrolment/contacts/verifications', returned), 204, [
      'enrolment ContactVerified',
    ]);
    const activated = { token, headers: newKey(), body: { ...TERMS, login: 'essai.0004', password: PASSWORD } };
    await sentTwice(() => server.http.post('/v1/enrolment/activation', activated), 201, [
      'login LoginClaimed',
      'account AccountOpened',
      'espace Activated',
    ]);
    const started = { headers: newKey(), body: { login: 'essai.0004', password: PASSWORD, channel: 'SMS' } };
    const challenge = await sentTwice(() => server.http.post('/v1/sessions', started), 202, [
      'account SignInChallenged',
      'challenge ChallengeClaimed',
    ]);
    const completed = { headers: newKey(), body: { code: await server.codeFor(person, 'sign-in-code') } };
    const session = await sentTwice(
      () => server.http.post(`/v1/sessions/${challenge.body.challengeId}`, completed),
      201,
      ['account SignInVerified', 'espace HolderSignedIn', 'account SessionOpened'],
    );
    const refreshed = { headers: newKey(), body: { refreshToken: session.body.refreshToken } };
    const next = await sentTwice(() => server.http.post('/v1/sessions/refresh', refreshed), 201, [
      'account SessionRefreshed',
    ]);
    expect((await server.http.get('/v1/me', { token: next.body.accessToken })).status).toBe(200);
    const messages = await server.messagesTo(person.mobile, person.email, 'nouvelle@exemple.fr');
    expect(messages.map(({ kind }) => kind).sort()).toEqual([
      'activation',
      'contact-code',
      'identification-code',
      'invitation',
      'sign-in-code',
    ]);
  });

  test('an opposition', async () => {
    const token = await server.enrol(insured(5));
    const sent = { token, headers: newKey(), body: {} };
    await sentTwice(() => server.http.post('/v1/enrolment/opposition', sent), 201, ['espace Opposed']);
  });

  test('ten at once, as many as one person may send, are one', async () => {
    const headers = newKey();
    const { result, events, contentsAdded } = await server.effectOf(() =>
      Promise.all(
        Array.from({ length: 10 }, () =>
          server.deposit(her.token, her.espace, NOTES, textFile('à la fois'), { headers }),
        ),
      ),
    );
    expect(new Set(result.map(reply => JSON.stringify(kept(reply)))).size).toBe(1);
    expect([result[0]?.status, events, contentsAdded]).toEqual([201, ['espace DocumentDeposited'], 1]);
  });
});

describe('the same key for another request', () => {
  test('another body, file, description, path or method', async () => {
    const headers = newKey();
    const first = await server.deposit(her.token, her.espace, NOTES, textFile('un'), { headers });
    expect(first.status).toBe(201);
    const reused = (request: () => Promise<Reply>) => refusedBy(server, request, 422, 'idempotency-key-reused');
    await reused(() => server.deposit(her.token, her.espace, NOTES, textFile('deux'), { headers }));
    await reused(() => server.deposit(her.token, her.espace, NOTES, textFile('un', 'autre.txt'), { headers }));
    await reused(() => server.deposit(her.token, her.espace, { ...NOTES, title: 'x' }, textFile('un'), { headers }));
    const token = her.token;
    await reused(() => server.http.put(`${her.espace}/access/authorisations/990000036`, { token, headers, body: {} }));
    await reused(() => server.http.delete(`${her.espace}/access/authorisations/99700024450`, { token, headers }));
    const withVersion = { ...headers, 'If-Match': first.headers.get('ETag') ?? '' };
    const path = `${her.espace}/documents/${first.body.id}`;
    await reused(() => server.http.patch(path, { token, headers: withVersion, body: { title: 'x' } }));
    await reused(() => server.http.delete(path, { token, headers: withVersion }));
    const [one, other] = [newKey(), `${her.espace}/access/administrators/99700300033`];
    expect((await server.http.put(other, { token, headers: one, body: {} })).status).toBe(200);
    // The same body, to another address, or by another method.
    await reused(() => server.http.put(`${her.espace}/access/blocked/99700300033`, { token, headers: one, body: {} }));
    await reused(() => server.http.delete(other, { token, headers: one }));
  });

  test('of several documents: other documents', async () => {
    const [one, other] = [await deposited(her), await deposited(her)];
    const bulk = (documents: readonly string[], headers: Record<string, string>) => () =>
      server.http.post(`${her.espace}/documents/bulk`, {
        token: her.token,
        headers,
        body: { action: 'delete', documents },
      });
    const headers = newKey();
    expect((await bulk([one.id], headers)()).body.items).toEqual([{ id: one.id, status: 200 }]);
    await refusedBy(server, bulk([other.id], headers), 422, 'idempotency-key-reused');
    await refusedBy(server, bulk([one.id, other.id], headers), 422, 'idempotency-key-reused');
  });

  test('is another’s own matter', async () => {
    const headers = newKey();
    await server.http.put(`${her.espace}/access/blocked/99700300074`, { token: her.token, headers, body: {} });
    const his = await server.effectOf(() =>
      server.http.put(`${him.espace}/access/default`, {
        token: him.token,
        headers,
        body: { professionals: 'open', documents: 'masked' },
      }),
    );
    expect([his.result.status, his.events]).toEqual([200, ['espace AccessDefaultsSet']]);
    await server.http.put(`${him.espace}/access/default`, {
      token: him.token,
      body: { professionals: 'open', documents: 'visible' },
    });
    const metadata = { title: 'CR', type: '34112-3', patientInformed: true };
    const gps = await server.deposit(gp, her.espace, metadata, textFile('x'), { headers });
    expect(gps.status).toBe(201);
  });

  test('after a refusal it is free: nothing was done under it', async () => {
    const headers = newKey();
    const put = (target: string, body: object) =>
      server.http.put(`${her.espace}/access/authorisations/${target}`, { token: her.token, headers, body });
    expect((await put('99700300074', { until: '2020-01-01T00:00:00Z' })).status).toBe(409);
    expect((await put('99700218896', {})).status).toBe(200);
  });
});

describe('a look', () => {
  test('is traced each time, whatever key it comes with', async () => {
    const { path } = await deposited(him);
    const headers = newKey();
    for (const look of [path, `${path}/content`, `${him.espace}/documents`, him.espace]) {
      const ask = () => server.http.get(look, { token: gp, headers });
      for (const _ of [1, 2]) {
        const { result, events } = await server.effectOf(ask);
        expect([look, result.status, events]).toEqual([look, 200, ['espace AccessedBy authorised']]);
      }
    }
    const lookUp = () => server.http.post('/v1/espaces/lookup', { token: gp, headers, body: { ins: him.person.nir } });
    for (const _ of [1, 2]) expect((await server.effectOf(lookUp)).events).toEqual(['espace AccessedBy depositor']);
  });

  test('does not bring back what was open once', async () => {
    const { path, etag } = await deposited(him);
    const headers = newKey();
    const look = () => server.http.get(`${path}/content`, { token: gp, headers });
    expect((await look()).status).toBe(200);
    await server.http.put(`${path}/visibility`, {
      token: him.token,
      headers: { 'If-Match': etag },
      body: { maskedFromProfessionals: true },
    });
    await refusedBy(server, look, 404, 'not-found', { events: ['espace AccessDenied masked'] });
  });
});
