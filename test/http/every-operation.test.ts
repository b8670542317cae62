/*
 * Every operation of the document is called on a running server, and answers as the document says: each of its statuses
 * below 400 at least once. Mutants that it catches: a field added to an answer or taken out of it; an answer of another
 * status than its route names; a header that is named and not sent; an operation added and not called here.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenApiDocument, operationsOf } from '../../src/adapters/http/openapi/open-api.ts';
import { type ApiClient, type ApiRequest, createApiClient } from '../support/api-client.ts';
import type { Wire } from '../support/http-client.ts';
import { formOf, insured, NOTES, PASSWORD, rppsOf, startServer, TERMS, type TestServer } from '../support/server.ts';

const HOLDER = insured(1);
const OPPONENT = insured(2);
const LOGIN = 'toutes.operations';
const MOBILE = '+33699099099';

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

const signIn = async (): Promise<Wire> => {
  const started = await answered(202, 'POST', '/v1/sessions', {
    body: { login: LOGIN, password: PASSWORD, channel: 'EMAIL' },
  });
  const code = await server.codeFor(HOLDER, 'sign-in-code');
  const { body } = await answered(201, 'POST', `/v1/sessions/${started.body.challengeId}`, { body: { code } });
  return (await answered(201, 'POST', '/v1/sessions/refresh', { body: { refreshToken: body.refreshToken } })).body;
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
  await change('DELETE', 'authorisations/990000010');
};

/** What a professional may do is done without showing them who else may read. */
const professionals = async (holder: string, token: string, espace: string): Promise<void> => {
  const doctor = rppsOf('general-practitioner');
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
  await answered(201, 'POST', `${other}/opposition`, { token });
  const accepted = { ...TERMS, certifiesLegalRepresentation: true };
  await answered(200, 'POST', `${one}/activation`, { token, body: accepted });
  const second = await invite('SECOND_REPRESENTATIVE', one);
  await answered(200, 'POST', `${one}/invitations/${second}/acceptance`, own);
  await answered(204, 'DELETE', `${one}/representatives/${second}`, own);
};

/** Nobody's tokens are known as the staff's yet: these are called in `guardianships.test.ts`, before a front that knows them. */
const BY_STAFF = ['declareGuardianship', 'endGuardianship'];

const operations = async (): Promise<void> => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/docs', '/docs/style.css', '/openapi.json'])
    await answered(200, 'GET', path);
  for (const path of ['/dev/outbox', '/dev/clock', '/dev/tokens', '/dev/jwks']) await answered(200, 'GET', path);
  await answered(200, 'POST', '/dev/clock', { body: { seconds: 1 } });
};

const testToken = async (professional: string): Promise<string> =>
  (await answered(201, 'POST', '/dev/tokens', { body: { professional } })).body.accessToken;

it('every operation answers as the document says, in every way that is a success', async () => {
  await enrol();
  await opposeAndProve();
  const { accessToken: token } = await signIn();
  const { body: me } = await answered(200, 'GET', '/v1/me', { token });
  const espace = `/v1/espaces/${me.espaces[0].id}`;
  await answered(200, 'GET', espace, { token });
  const documentId = await documents(token, await testToken('hospital-doctor'), espace);
  await access(token, espace, documentId);
  await professionals(token, await testToken('general-practitioner'), espace);
  await journal(token, espace);
  await delegations(token, espace);
  await answered(200, 'POST', `${espace}/closure`, { token, body: { password: PASSWORD, erase: false } });
  await answered(200, 'POST', `${espace}/reopening`, { token });
  await answered(204, 'DELETE', '/v1/sessions/current', { token });
  await operations();

  const successes = operationsOf(document).flatMap(({ operation: { operationId, responses } }) =>
    (BY_STAFF.includes(operationId) ? [] : Object.keys(responses))
      .filter(status => Number(status) < 400)
      .map(status => `${operationId} ${status}`),
  );
  const seen = new Set([...api.checker.exercised()].flatMap(([id, all]) => [...all].map(status => `${id} ${status}`)));
  expect(api.checker.unexercised()).toEqual(BY_STAFF);
  expect(successes.filter(success => !seen.has(success))).toEqual([]);
});
