/*
 * Every operation of the document is called on a running server, and answers as the document says: each of its statuses
 * below 400 at least once. Mutants that it catches: a field added to an answer or taken out of it; an answer of another
 * status than its route names; a header that is named and not sent; an operation added and not called here.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenApiDocument, operationsOf } from '../../src/adapters/http/openapi/open-api.ts';
import { suspend } from '../../src/application/fund.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { type ApiClient, type ApiRequest, createApiClient } from '../support/api-client.ts';
import { askerFor, FUND } from '../support/history-cast.ts';
import type { Wire } from '../support/http-client.ts';
import { formOf, insured, NOTES, PASSWORD, rppsOf, startServer, TERMS, type TestServer } from '../support/server.ts';

const HOLDER = insured(1, { ibanLast5: '01189' });
const OPPONENT = insured(2);
const LOGIN = 'toutes.operations';
const MOBILE = '+33699099099';
const OTHER_MOBILE = '+33699099098';

let server: TestServer;
let document: OpenApiDocument;
let api: ApiClient;

beforeAll(async () => {
  server = await startServer();
  document = (await server.http.get('/openapi.json')).body;
  api = createApiClient(server.url, document);
  await server.importPersons([HOLDER, OPPONENT]);
});
afterAll(() => server.stop());

/** Calls, and fails where the status is another. */
const answered = async (status: number, method: string, path: string, request: ApiRequest = {}): Promise<Wire> => {
  const { status: actual, headers, body } = await api.call<Wire>(method, path, request);
  expect({ method, path, status: actual, body: actual === status ? undefined : body }).toEqual({
    method,
    path,
    status,
  });
  return { headers, body };
};

const enrolmentToken = async (person: typeof HOLDER): Promise<string> => {
  const { nir, vitaleSerial } = person;
  const code = await server.codeFor(person, 'invitation');
  const { body } = await answered(201, 'POST', '/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
  return body.enrolmentToken;
};

const enrol = async (): Promise<void> => {
  const { nir, vitaleSerial, birthDate } = HOLDER;
  await answered(202, 'POST', '/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'SMS' } });
  const token = await enrolmentToken(HOLDER);
  const { body } = await answered(200, 'PUT', '/v1/enrolment/contacts', { token, body: { mobile: MOBILE } });
  expect(body.toVerify).toHaveLength(1);
  const code = await server.codeFor({ ...HOLDER, mobile: MOBILE }, 'contact-code');
  await answered(204, 'POST', '/v1/enrolment/contacts/verifications', { token, body: { channel: 'SMS', code } });
  await answered(201, 'POST', '/v1/enrolment/activation', {
    token,
    body: { ...TERMS, login: LOGIN, password: PASSWORD },
  });
};

const opposeAndProve = async (): Promise<void> => {
  const token = await enrolmentToken(OPPONENT);
  await answered(201, 'POST', '/v1/enrolment/opposition', { token });
  const { body } = await answered(200, 'GET', '/v1/enrolment/opposition/proof', { token });
  expect(body.subarray(0, 5).toString()).toBe('%PDF-');
};

const signIn = async (password: string, device = 'Tablette'): Promise<Wire> => {
  const started = await answered(202, 'POST', '/v1/sessions', {
    body: { login: LOGIN, password, channel: 'EMAIL', device },
  });
  const code = await server.codeFor(HOLDER, 'sign-in-code');
  const { body } = await answered(201, 'POST', `/v1/sessions/${started.body.challengeId}`, { body: { code } });
  return (await answered(201, 'POST', '/v1/sessions/refresh', { body: { refreshToken: body.refreshToken } })).body;
};

const NEW_PASSWORD = 'Orme-Pourpre57?';
const NEWER_PASSWORD = 'Cerf-Volant81?';

/** Everything that somebody does with their account; the token that is good afterwards. */
const account = async (): Promise<string> => {
  const { nir, vitaleSerial, birthDate } = HOLDER;
  await answered(202, 'POST', '/v1/sessions/forgotten-login', {
    body: { nir, vitaleSerial, birthDate, channel: 'EMAIL' },
  });
  const asked = await answered(202, 'POST', '/v1/sessions/forgotten-password', {
    body: { login: LOGIN, channel: 'EMAIL' },
  });
  const code = await server.codeFor(HOLDER, 'password-reset-code');
  await answered(204, 'POST', `/v1/sessions/forgotten-password/${asked.body.resetId}`, {
    body: { code, newPassword: NEW_PASSWORD },
  });
  const other = (await signIn(NEW_PASSWORD, 'Ordinateur')).session;
  const { accessToken: token } = await signIn(NEW_PASSWORD);
  const { body } = await answered(200, 'GET', '/v1/sessions', { token });
  expect(body.items).toHaveLength(2);
  await answered(204, 'DELETE', `/v1/sessions/${other}`, { token });
  await answered(204, 'DELETE', '/v1/sessions', { token });
  const devices = await answered(200, 'GET', '/v1/me/devices', { token });
  await answered(204, 'DELETE', `/v1/me/devices/${devices.body.items[0].id}`, { token });
  await answered(204, 'PUT', '/v1/me/password', { token, body: { current: NEW_PASSWORD, new: NEWER_PASSWORD } });
  const changed = { password: NEWER_PASSWORD, mobile: OTHER_MOBILE };
  await answered(200, 'PUT', '/v1/me/contacts', { token, body: changed });
  const verification = {
    channel: 'SMS',
    code: await server.codeFor({ ...HOLDER, mobile: OTHER_MOBILE }, 'contact-code'),
  };
  await answered(204, 'POST', '/v1/me/contacts/verifications', { token, body: verification });
  return token;
};

const documents = async (token: string, doctor: string, espace: string): Promise<string> => {
  const path = `${espace}/documents`;
  const form = (title: string, more: object = {}) => formOf({ title, type: 'DOCPAT01', ...more }, NOTES);
  const { body: own } = await answered(201, 'POST', path, { token, form: form('Notes') });
  await answered(201, 'POST', path, {
    token: doctor,
    headers: { 'Accept-Language': 'en' },
    form: form('Bilan', { type: '34112-3', comment: 'À revoir', patientInformed: true, maskedFromProfessionals: true }),
  });
  const one = `${path}/${own.id}`;
  const page = await answered(200, 'GET', `${path}?limit=1&sort=title`, { token });
  expect(page.headers.get('Link')).toContain('rel="next"');
  await answered(200, 'GET', `${path}?after=${page.body.next}&limit=1&sort=title`, { token });
  const whole = await answered(200, 'GET', `${one}/content`, { token });
  expect(whole.body).toEqual(Buffer.from(NOTES.bytes));
  await answered(206, 'GET', `${one}/content`, { token, headers: { Range: 'bytes=0-3' } });
  await answered(304, 'GET', `${one}/content`, { token, headers: { 'If-None-Match': whole.headers.get('ETag') } });
  const editing = async () => ({ 'If-Match': (await answered(200, 'GET', one, { token })).headers.get('ETag') });
  await answered(200, 'PATCH', one, { token, headers: await editing(), body: { title: 'Notes du soir' } });
  const masked = { maskedFromProfessionals: true };
  await answered(200, 'PUT', `${one}/visibility`, { token, headers: await editing(), body: masked });
  await answered(200, 'PUT', `${one}/pin`, { token, headers: await editing() });
  await answered(200, 'DELETE', `${one}/pin`, { token, headers: await editing() });
  await answered(200, 'GET', `${one}/content?disposition=inline`, { token });
  await answered(200, 'GET', `${one}/readers`, { token });
  const spare = (await answered(201, 'POST', path, { token, form: form('De trop') })).body.id;
  const bulk = { action: 'visibility', documents: [spare, crypto.randomUUID()], hiddenFromRepresentatives: true };
  await answered(200, 'POST', `${path}/bulk`, { token, body: bulk });
  const { headers } = await answered(200, 'GET', `${path}/${spare}`, { token });
  await answered(204, 'DELETE', `${path}/${spare}`, { token, headers: { 'If-Match': headers.get('ETag') } });
  return own.id;
};

const access = async (token: string, espace: string, documentId: string): Promise<void> => {
  const path = `${espace}/access`;
  const doctor = rppsOf('general-practitioner');
  const blocked = rppsOf('cardiologist');
  const change = (method: string, part: string, body?: object) =>
    answered(200, method, `${path}/${part}`, { token, ...(body === undefined ? {} : { body }) });
  await change('PUT', `authorisations/${doctor}`, { until: '2999-01-01T00:00:00+02:00' });
  await change('PUT', 'authorisations/990000010', {});
  await change('PUT', `blocked/${blocked}`);
  await change('PUT', `administrators/${doctor}`);
  await change('PUT', 'attending-doctor', { professional: doctor });
  await change('PUT', 'default', { professionals: 'open', documents: 'masked' });
  await change('PUT', 'emergency', { callCentre: true, breakGlass: true, masked: true });
  await answered(200, 'GET', path, { token });
  const actor = { rpps: blocked, profession: 'G15_10' };
  await answered(200, 'POST', `${path}/explain`, { token, body: { actor, document: documentId } });
  await answered(200, 'GET', `${espace}/documents/${documentId}/readers`, { token });
  await change('DELETE', `blocked/${blocked}`);
  await change('DELETE', `administrators/${doctor}`);
  await change('DELETE', 'attending-doctor');
  await change('PUT', 'referring/midwife', { professional: doctor });
  await change('DELETE', 'referring/midwife');
  await change('DELETE', 'authorisations/990000010');
};

/** What a professional may do is done without showing them who else may read. */
const professionals = async (holder: string, token: string, espace: string): Promise<void> => {
  const doctor = rppsOf('general-practitioner');
  await answered(200, 'GET', '/v1/professionals/me', { token });
  await answered(200, 'POST', '/v1/espaces/lookup', { token, body: { ins: HOLDER.nir } });
  const body = { evidence: 'ORAL_AGREEMENT' };
  await answered(204, 'PUT', `${espace}/access/authorisations/${doctor}`, { token, body });
  await answered(200, 'PUT', `${espace}/access/administrators/${doctor}`, { token: holder });
  await answered(204, 'PUT', `${espace}/access/blocked/${rppsOf('dentist')}`, { token });
  await answered(200, 'GET', espace, { token });
  await answered(200, 'GET', `${espace}/documents`, {
    token,
    headers: { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'patient inconscient' },
  });
};

const takeAway = async (token: string, espace: string): Promise<void> => {
  const { body } = await answered(200, 'POST', `${espace}/export`, { token });
  expect(body.subarray(0, 2).toString()).toBe('PK');
};

const journal = async (token: string, espace: string): Promise<void> => {
  const path = `${espace}/journal`;
  const { body } = await answered(200, 'GET', `${path}?limit=200`, { token });
  expect(body.items.length).toBeGreaterThan(20);
  await answered(200, 'GET', `${path}/export?format=json`, { token });
  await answered(200, 'GET', `${path}/export?format=csv`, { token });
  await answered(201, 'POST', `${path}/${body.items[0].id}/report`, { token, body: { comment: 'Qui est-ce ?' } });
  const stream = await answered(200, 'GET', `${path}/stream`, { token });
  await stream.body.cancel();
};

const staffToken = async (staff: string): Promise<string> =>
  (await answered(201, 'POST', '/dev/tokens', { body: { staff } })).body.accessToken;

const tickets = async (token: string, agent: string): Promise<void> => {
  const question = { kind: 'QUESTION', subject: 'Mon code', message: 'Où est-il ?', shareAttachmentsWithSupport: true };
  const { body } = await answered(201, 'POST', '/v1/tickets', { token, body: question });
  await answered(201, 'POST', '/v1/tickets', { token, body: question });
  const page = await answered(200, 'GET', '/v1/tickets?limit=1', { token });
  await answered(200, 'GET', `/v1/tickets?limit=1&after=${page.body.next}`, { token });
  const own = `/v1/tickets/${body.id}`;
  await answered(200, 'GET', own, { token });
  await answered(201, 'POST', `${own}/messages`, { token, body: { message: 'Alors ?' } });
  const attached = await answered(201, 'POST', `${own}/attachments`, { token, form: formOf({}, NOTES) });
  await server.application.parts.get(TOKENS.ticketQueue).settled();
  const desk = `/v1/support/tickets/${body.id}`;
  await answered(200, 'POST', `${desk}/assignment`, { token: agent });
  const bytes = `attachments/${attached.body.attachments[0].id}`;
  for (const [path, reader] of [
    [`${own}/${bytes}`, token],
    [`${desk}/${bytes}`, agent],
  ] as const) {
    const whole = await answered(200, 'GET', path, { token: reader });
    await answered(206, 'GET', path, { token: reader, headers: { Range: 'bytes=0-3' } });
    const headers = { 'If-None-Match': whole.headers.get('ETag') };
    await answered(304, 'GET', path, { token: reader, headers });
  }
  await answered(200, 'PUT', `${own}/sharing`, { token, body: { shareAttachmentsWithSupport: false } });
  const queue = await answered(200, 'GET', '/v1/support/tickets?limit=1', { token: agent });
  await answered(200, 'GET', `/v1/support/tickets?limit=1&after=${queue.body.next}`, { token: agent });
  await answered(200, 'GET', desk, { token: agent });
  await answered(201, 'POST', `${desk}/messages`, { token: agent, body: { message: 'Le voici.' } });
  await answered(200, 'POST', `${desk}/closure`, { token: agent });
  await answered(200, 'POST', `${own}/closure`, { token });
};

const helpDesk = async (token: string): Promise<void> => {
  const open = async (nir: string) =>
    `/v1/support/cases/${(await answered(201, 'POST', '/v1/support/cases', { token, body: { nir } })).body.case}`;
  const mine = await open(HOLDER.nir);
  const check = await answered(201, 'POST', `${mine}/identity-checks`, { token, body: { method: 'IBAN' } });
  await answered(200, 'POST', `${mine}/identity-checks/${check.body.id}`, { token, body: { proof: '01189' } });
  await answered(204, 'POST', `${mine}/unlocking`, { token });
  await server.advance(60);
  const email = 'toutes.operations@exemple.fr';
  const correction = await answered(201, 'POST', `${mine}/contact-corrections`, { token, body: { email } });
  const proof = await server.codeFor({ ...HOLDER, email }, 'contact-code');
  const one = `${mine}/contact-corrections/${correction.body.id}`;
  await answered(204, 'POST', one, { token, body: { proof } });
  const theirs = await open(OPPONENT.nir);
  const byMail = { method: 'CODE', channel: 'EMAIL' };
  const sent = await answered(201, 'POST', `${theirs}/identity-checks`, { token, body: byMail });
  const code = await server.codeFor(OPPONENT, 'support-code');
  await answered(200, 'POST', `${theirs}/identity-checks/${sent.body.id}`, { token, body: { proof: code } });
  await answered(202, 'POST', `${theirs}/codes`, { token, body: { channel: 'SMS' } });
};

const fund = async (token: string): Promise<void> => {
  const { body } = await answered(200, 'POST', '/v1/fund/espaces/lookup', { token, body: { ins: OPPONENT.nir } });
  expect(body.status).toBe('opposed');
  const found = await answered(200, 'POST', '/v1/fund/espaces/lookup', { token, body: { ins: HOLDER.nir } });
  const one = `/v1/fund/espaces/${found.body.id}`;
  const guardian = await server.holder(6);
  const measure = {
    measure: 'CURATELLE',
    ins: guardian.person.nir,
    firstName: 'Dominique',
    birthName: 'PAT-TROIS',
    birthDate: guardian.person.birthDate,
    judgment: 'TJ Reims, 2026/0412',
    from: '2026-01-01T00:00:00+01:00',
  };
  const declared = await answered(201, 'POST', `${one}/guardianships`, { token, body: measure });
  await answered(200, 'GET', `${one}/guardianships`, { token });
  await answered(204, 'DELETE', `${one}/guardianships/${declared.body.id}`, { token });
  await answered(200, 'POST', `${one}/suspension`, { token, body: { reason: 'FRAUD' } });
  await answered(200, 'DELETE', `${one}/suspension`, { token });
  await answered(200, 'POST', `${one}/death`, { token, body: { diedOn: '2026-01-02' } });
};

const directory = async (token: string): Promise<void> => {
  const path = '/v1/directory';
  const page = await answered(200, 'GET', `${path}/professionals?name=ma&limit=1&place=reims`, { token });
  expect(page.body.items).toHaveLength(1);
  await answered(200, 'GET', `${path}/professionals/${rppsOf('nurse')}`, { token });
  await answered(200, 'GET', `${path}/structures?name=centre`, { token });
  await answered(200, 'GET', `${path}/structures/990000010`, { token });
};

/** A carer who accepts and is renewed, one who refuses, one whose invitation is taken back; a child and both parents. */
const delegations = async (token: string, espace: string): Promise<void> => {
  const carer = await server.holder(3);
  const child = insured(4, { birthDate: '2020-01-01', parentNirs: HOLDER.nir });
  const otherChild = insured(5, { birthDate: '2020-01-01', parentNirs: HOLDER.nir });
  await server.importPersons([child, otherChild]);
  const invite = async (relation: string, path = espace): Promise<string> => {
    const { nir: ins, birthDate } = carer.person;
    const body = { relation, ins, birthDate, firstName: 'Dominique', birthName: 'PAT-TROIS' };
    return (await answered(201, 'POST', `${path}/invitations`, { token, body })).body.id;
  };
  const own = { token: carer.token };
  await answered(200, 'POST', `${espace}/invitations/${await invite('CARER')}/refusal`, own);
  await answered(204, 'DELETE', `${espace}/invitations/${await invite('CARER')}`, { token });
  const id = await invite('CARER');
  await answered(200, 'GET', '/v1/me/invitations', own);
  await answered(200, 'POST', `${espace}/invitations/${id}/acceptance`, own);
  await answered(200, 'GET', '/v1/me', own);
  for (const part of ['invitations', 'carers', 'representatives'])
    await answered(200, 'GET', `${espace}/${part}`, { token });
  await answered(200, 'POST', `${espace}/carers/${id}/renewal`, { token });
  await answered(204, 'DELETE', `${espace}/carers/${id}`, { token });

  const { body } = await answered(200, 'GET', '/v1/me/invitations', { token });
  const [one, other] = body.items.map((item: Wire) => `/v1/espaces/${item.espace}`);
  const opposed = await answered(201, 'POST', `${other}/opposition`, { token });
  await answered(200, 'GET', opposed.body.proof, { token });
  const accepted = { ...TERMS, certifiesLegalRepresentation: true };
  await answered(200, 'POST', `${one}/activation`, { token, body: accepted });
  const second = await invite('SECOND_REPRESENTATIVE', one);
  await answered(200, 'POST', `${one}/invitations/${second}/acceptance`, own);
  await answered(204, 'DELETE', `${one}/representatives/${second}`, own);
};

const operations = async (): Promise<void> => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/docs', '/docs/style.css', '/openapi.json'])
    await answered(200, 'GET', path);
  for (const path of ['/dev/outbox', '/dev/clock', '/dev/tokens', '/dev/jwks']) await answered(200, 'GET', path);
  await answered(200, 'POST', '/dev/clock', { body: { seconds: 1 } });
};

const testToken = async (professional: string): Promise<string> =>
  (await answered(201, 'POST', '/dev/tokens', { body: { professional } })).body.accessToken;

const suspendedByFund = async (espace: string): Promise<void> => {
  const asked = await suspend(
    server.application.parts.get(TOKENS.records),
    espace,
    askerFor(FUND),
    { id: espace, fingerprint: '' },
    { reason: 'FRAUD' },
  );
  expect(asked.outcome).toBe('permitted');
};

it('every operation answers as the document says, in every way that is a success', async () => {
  await enrol();
  await opposeAndProve();
  await signIn(PASSWORD);
  const token = await account();
  const { body: me } = await answered(200, 'GET', '/v1/me', { token });
  const espace = `/v1/espaces/${me.espaces[0].id}`;
  await answered(200, 'GET', espace, { token });
  const documentId = await documents(token, await testToken('hospital-doctor'), espace);
  await access(token, espace, documentId);
  await professionals(token, await testToken('general-practitioner'), espace);
  await journal(token, espace);
  await delegations(token, espace);
  await directory(token);
  await takeAway(token, espace);
  await answered(200, 'POST', `${espace}/closure`, { token, body: { password: NEWER_PASSWORD, erase: false } });
  await answered(200, 'POST', `${espace}/reopening`, { token });
  await suspendedByFund(me.espaces[0].id);
  await answered(200, 'POST', `${espace}/suspension/objection`, { token });
  const agent = await staffToken('support-1');
  await tickets(token, agent);
  await helpDesk(agent);
  await fund(await staffToken('fund-1'));
  await answered(204, 'DELETE', '/v1/sessions/current', { token });
  await operations();

  const successes = operationsOf(document).flatMap(({ operation: { operationId, responses } }) =>
    Object.keys(responses)
      .filter(status => Number(status) < 400)
      .map(status => `${operationId} ${status}`),
  );
  const seen = new Set([...api.checker.exercised()].flatMap(([id, all]) => [...all].map(status => `${id} ${status}`)));
  expect(api.checker.unexercised()).toEqual([]);
  expect(successes.filter(success => !seen.has(success))).toEqual([]);
});
