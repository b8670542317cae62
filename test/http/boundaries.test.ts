import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../src/adapters/http/route.ts';
import type { Reply, Sent } from '../support/http-client.ts';
import { expectProblem } from '../support/http-problems.ts';
import {
  formOf,
  NO_EFFECT,
  NOTES,
  rppsOf,
  type SignedInHolder,
  startServer,
  type TestServer,
} from '../support/server.ts';

/**
 * Every route of the table, for everybody who has no business there. A route added to the table is tested here without
 * further words, and fails until its body is known below.
 *
 * Mutants seen to fail: a route that takes a reader made `open`; the holder's id not compared with the espace's; a change
 * that asks the rule book for another action; a refusal that leaves no trace; the insurer's rule not asked.
 */

const server: TestServer = await startServer();
const { routes } = await server.application.parts.http();
let her: SignedInHolder;
let him: SignedInHolder;
let document: { readonly id: string; readonly etag: string };
let entry: string;

beforeAll(async () => {
  [her, him] = [await server.holder(1), await server.holder(2)];
  const { body, headers } = await server.deposit(her.token, her.espace, { title: 'Notes', type: 'DOCPAT03' });
  document = { id: body.id, etag: headers.get('ETag') ?? '' };
  entry = (await server.http.get(`${her.espace}/journal?limit=1`, { token: her.token })).body.items[0].id;
});
afterAll(() => server.stop());

/** What a correct client would send; a function where it depends on what was set up. */
const BODIES: Readonly<Record<string, () => object>> = {
  lookUpEspace: () => ({ ins: her.person.nir }),
  closeEspace: () => ({ password: her.password, erase: false }),
  reopenEspace: () => ({}),
  exportEspace: () => ({}),
  objectToSuspension: () => ({}),
  describeDocument: () => ({ title: 'Autre' }),
  setVisibility: () => ({ maskedFromProfessionals: true }),
  changeDocuments: () => ({ action: 'delete', documents: [document.id] }),
  authorise: () => ({}),
  block: () => ({}),
  setDefaults: () => ({ professionals: 'blocked', documents: 'masked' }),
  setEmergency: () => ({ callCentre: false, breakGlass: false, masked: false }),
  nameAdministrator: () => ({}),
  declareAttendingDoctor: () => ({ professional: rppsOf('nurse') }),
  declareReferringProfessional: () => ({ professional: rppsOf('nurse') }),
  pinDocument: () => ({}),
  explainAccess: () => ({ actor: { rpps: rppsOf('nurse'), profession: 'G15_60' }, document: document.id }),
  reportAccess: () => ({}),
  changeContacts: () => ({ email: 'x@exemple.fr' }),
  verifyContact: () => ({ channel: 'EMAIL', code: '000000' }),
  activate: () => ({ termsVersion: '1', privacyVersion: '1', login: 'quelquun', password: 'x' }),
  oppose: () => ({}),
  changePassword: () => ({ current: her.password, new: 'Orme-Pourpre57?' }),
  changeMyContacts: () => ({ password: her.password, email: 'x@exemple.fr' }),
  verifyMyContact: () => ({ channel: 'EMAIL', code: '000000' }),
  inviteDelegate: () => ({
    relation: 'CARER',
    ins: him.person.nir,
    firstName: 'Dominique',
    birthName: 'PAT-TROIS',
    birthDate: him.person.birthDate,
  }),
  renewCarer: () => ({}),
  acceptInvitation: () => ({}),
  refuseInvitation: () => ({}),
  activateForChild: () => ({ termsVersion: '1', privacyVersion: '1', certifiesLegalRepresentation: true }),
  opposeForChild: () => ({}),
  declareGuardianship: () => ({
    measure: 'CURATELLE',
    ins: him.person.nir,
    firstName: 'Dominique',
    birthName: 'PAT-TROIS',
    birthDate: him.person.birthDate,
    judgment: 'TJ Reims, 2026/0412',
    from: '2026-01-01T00:00:00Z',
  }),
  openTicket: () => ({ kind: 'QUESTION', subject: 'Mon code', message: 'Où est-il ?' }),
  writeMessage: () => ({ message: 'Bonjour' }),
  shareAttachments: () => ({ shareAttachmentsWithSupport: true }),
  closeTicket: () => ({}),
  openSupportCase: () => ({ nir: her.person.nir }),
  startIdentityCheck: () => ({ method: 'CODE', channel: 'SMS' }),
  giveProofOfIdentity: () => ({ proof: '000000' }),
  resendCode: () => ({ channel: 'INVITATION' }),
  correctContact: () => ({ email: 'x@exemple.fr' }),
  verifyCorrectedContact: () => ({ proof: '000000' }),
  unlockAccount: () => ({}),
  lookUpForFund: () => ({ ins: her.person.nir }),
  reportDeath: () => ({ diedOn: '2026-01-01' }),
  suspendEspace: () => ({ reason: 'FRAUD' }),
  takeTicket: () => ({}),
  answerTicket: () => ({ message: 'Bonjour' }),
  closeHandledTicket: () => ({}),
};

const PARAMETERS: Readonly<Record<string, () => string>> = {
  espace: () => her.id,
  document: () => document.id,
  entry: () => entry,
  target: () => rppsOf('nurse'),
  role: () => 'pharmacist',
  session: () => crypto.randomUUID(),
  device: () => crypto.randomUUID(),
  invitation: () => document.id,
  delegation: () => document.id,
  ticket: () => document.id,
  attachment: () => document.id,
  case: () => 'aucun',
  check: () => document.id,
  correction: () => document.id,
  rpps: () => rppsOf('nurse'),
  finess: () => '990000010',
};

/** The route as a correct client would call it about her espace. */
const call = (route: Route, token: string | undefined): Promise<Reply> => {
  const path = route.path.replace(/:(\w+)/g, (_, name) => PARAMETERS[name]?.() ?? '');
  const body = route.body === undefined ? undefined : BODIES[route.operation];
  if (route.body !== undefined && body === undefined) throw new Error(`no body is known for ${route.operation}`);
  const form = () => formOf({ title: 'CR', type: '34112-3', patientInformed: true }, NOTES);
  const sent: Sent = {
    token,
    headers: { 'If-Match': document.etag },
    ...(body === undefined ? {} : { body: body() }),
    ...(route.upload === undefined ? {} : { raw: form() }),
  };
  const query = route.operation === 'exportJournal' ? '?format=json' : '';
  return server.http.request(route.method, path + query, sent);
};

const named = (wanted: readonly Route[]) => wanted.map(route => [route.operation, route] as const);
const taking = (...audiences: readonly Route['audience'][]) =>
  routes.filter(({ audience }) => audiences.includes(audience));

test('only these routes take no token', () => {
  const found = taking('open', 'anonymous').map(({ operation, path }) => `${operation} ${path}`);
  expect(found.sort()).toEqual([
    'advanceClock /dev/clock',
    'askForCode /v1/enrolment/codes',
    'askPasswordReset /v1/sessions/forgotten-password',
    'completeSignIn /v1/sessions/:session',
    'getClock /dev/clock',
    'getDocs /docs',
    'getDocsStyle /docs/style.css',
    'getHealth /healthz',
    'getMetrics /metrics',
    'getOpenApi /openapi.json',
    'getOutbox /dev/outbox',
    'getReadiness /readyz',
    'getTestKeys /dev/jwks',
    'getTestToken /dev/tokens',
    'listTestProfessionals /dev/tokens',
    'refreshSession /v1/sessions/refresh',
    'remindLogin /v1/sessions/forgotten-login',
    'resetPassword /v1/sessions/forgotten-password/:reset',
    'startSignIn /v1/sessions',
    'verifyIdentity /v1/enrolment/verifications',
  ]);
});

describe('nobody in particular', () => {
  test.each(named(routes.filter(({ audience }) => audience !== 'open' && audience !== 'anonymous')))(
    '%s',
    async (_, route) => {
      const { result, ...effect } = await server.effectOf(() => call(route, undefined));
      expectProblem(result, 401, 'unauthenticated');
      expect(result.headers.get('WWW-Authenticate')).toBe('Bearer');
      expect(effect).toEqual(NO_EFFECT);
    },
  );
});

describe('somebody with an espace of their own', () => {
  test.each(named(taking('professional', 'reader')))('%s', async (_, route) => {
    const { result, ...effect } = await server.effectOf(() => call(route, him.token));
    if (route.audience === 'professional') expectProblem(result, 403, 'access-refused');
    else expectProblem(result, 404, 'not-found');
    expect(effect).toEqual(NO_EFFECT);
  });

  test.each(named(taking('enrolling')))('%s', async (_, route) => {
    const { result, ...effect } = await server.effectOf(() => call(route, him.token));
    expectProblem(result, 401, 'token-invalid');
    expect(effect).toEqual(NO_EFFECT);
  });

  test.each(named(taking('support', 'fund')))('%s', async (_, route) => {
    const { result, ...effect } = await server.effectOf(() => call(route, him.token));
    expectProblem(result, 403, 'access-refused');
    expect(effect).toEqual(NO_EFFECT);
  });

  test('the same is said of an espace that does not exist', async () => {
    const [hers, nobodys] = await Promise.all(
      [her.espace, `/v1/espaces/${crypto.randomUUID()}`].map(espace => server.http.get(espace, { token: him.token })),
    );
    expect({ ...hers?.body, instance: '' }).toEqual({ ...nobodys?.body, instance: '' });
  });
});

const READING = ['getEspace', 'listDocuments', 'getDocument', 'getDocumentContent'];
const FEEDING = ['lookUpEspace', 'depositDocument'];

/** Refused by this rule, said so, and written down once. */
const refusedByRule = async (route: Route, token: string, rule: string): Promise<void> => {
  const { result, ...effect } = await server.effectOf(() => call(route, token));
  expect(effect).toEqual({ ...NO_EFFECT, events: [`espace AccessDenied ${rule}`] });
  if (route.operation === 'changeDocuments') {
    expect(result.body.items).toEqual([
      { id: document.id, status: 403, code: 'access-refused', detail: expect.any(String), rule },
    ]);
    return;
  }
  expectProblem(result, 403, 'access-refused');
  expect(result.body).toMatchObject({ rule, legalBasis: expect.stringMatching(/[LR]\.1111-/) });
};

describe('a professional who was never authorised', () => {
  test.each(named(taking('professional', 'reader').filter(({ operation }) => !FEEDING.includes(operation))))(
    '%s',
    async (_, route) => {
      const rule = READING.includes(route.operation) ? 'not-authorised' : 'silence';
      await refusedByRule(route, await server.tokenOf('general-practitioner'), rule);
    },
  );

  test.each(named(routes.filter(({ operation }) => FEEDING.includes(operation))))('may feed: %s', async (_, route) => {
    const { result, events } = await server.effectOf(async () =>
      call(route, await server.tokenOf('general-practitioner')),
    );
    expect(result.status).toBeLessThan(300);
    expect(events[0]).toBe('espace AccessedBy depositor');
  });

  test.each(named(taking('holder', 'person', 'support', 'fund')))('%s', async (_, route) => {
    const { result, ...effect } = await server.effectOf(async () =>
      call(route, await server.tokenOf('general-practitioner')),
    );
    expectProblem(result, 403, 'access-refused');
    expect(effect).toEqual(NO_EFFECT);
  });

  test('finds no espace that does not exist, and leaves no trace of having looked', async () => {
    const token = await server.tokenOf('general-practitioner');
    for (const suffix of ['', '/documents', '/journal', '/access', `/documents/${document.id}/content`]) {
      const { result, ...effect } = await server.effectOf(() =>
        server.http.get(`/v1/espaces/${crypto.randomUUID()}${suffix}`, { token }),
      );
      expectProblem(result, 404, 'not-found');
      expect(effect).toEqual(NO_EFFECT);
    }
  });
});

describe('an insurer', () => {
  test.each(named(taking('professional', 'reader')))('%s', async (_, route) => {
    await refusedByRule(route, await server.tokenOf('insurer-doctor'), 'excluded-actor');
  });

  test('whom the holder authorised, and in an emergency', async () => {
    const one = await server.holder(3);
    const token = await server.tokenOf('insurer-doctor');
    for (const [kind, target] of [
      ['authorisations', rppsOf('insurer-doctor')],
      ['authorisations', '990000077'],
      ['administrators', rppsOf('insurer-doctor')],
    ])
      expect(
        (await server.http.put(`${one.espace}/access/${kind}/${target}`, { token: one.token, body: {} })).status,
      ).toBe(200);
    for (const headers of [
      {},
      { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'urgence' },
      { 'Purpose-Of-Use': 'ETREAT' },
    ]) {
      const { body } = await server.http.get(`${one.espace}/documents`, { token, headers });
      expect(body.rule).toBe('excluded-actor');
    }
  });
});
