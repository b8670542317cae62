import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../src/adapters/http/route.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { actorKey } from '../../src/domain/shared/actor.ts';
import type { Reply, Sent, Wire } from '../support/http-client.ts';
import { expectProblem } from '../support/http-problems.ts';
import {
  formOf,
  NO_EFFECT,
  NOTES,
  type SignedInHolder,
  startServer,
  type TestServer,
  textFile,
} from '../support/server.ts';

/**
 * Every route of the table, with the token of an agent of the help desk and with one of the fund's: neither opens any but
 * its own, and no answer holds anything of the health data that was planted first. Driven from the table, so a route that is
 * added is walked without further words: one that takes its own staff's tokens fails until its call is known below.
 *
 * Mutants seen to fail: a staff token passed on to the verifier of another audience; one role taken for the other; an
 * attachment opened, or its name shown, though it is not shared.
 */

const server: TestServer = await startServer();
const { routes } = await server.application.parts.http();
/** Nothing of this is ever for the staff: in a title, a file, a file's name, a comment, a reason, a type, a name. */
const PLANTED = {
  title: 'Sérologie-plantée',
  bytes: 'Résultat planté : positif.',
  fileName: 'serologie-plantee.txt',
  comment: 'Commentaire planté',
  reason: 'Malaise planté',
  typeCode: '11502-2',
  category: 'BIOLOGIE',
  author: 'LEGRAND',
  rpps: '99700024450',
  organisation: 'Cabinet médical du Parc',
  attachment: 'Pièce jointe plantée.',
  attachmentName: 'piece-jointe-plantee.txt',
} as const;

let her: SignedInHolder;
const known: Record<string, string> = {};
const tokens = { support: '', fund: '' };

beforeAll(async () => {
  her = await server.holder(1, { ibanLast5: '01189' });
  const gp = await server.tokenOf('general-practitioner');
  const { title, typeCode: type, comment, bytes, fileName } = PLANTED;
  const metadata = { title, type, comment, patientInformed: true };
  const deposited = await server.deposit(gp, her.espace, metadata, textFile(bytes, fileName));
  expect(deposited.status).toBe(201);
  const headers = { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': encodeURIComponent(PLANTED.reason) };
  await server.http.get(`${her.espace}/documents`, { token: gp, headers });
  const body = { kind: 'QUESTION', subject: 'Une question', message: 'Comment faire ?', document: deposited.body.id };
  const ticket = await server.http.post('/v1/tickets', { token: her.token, body });
  const file = textFile(PLANTED.attachment, PLANTED.attachmentName);
  const attached = await server.http.post(`/v1/tickets/${ticket.body.id}/attachments`, {
    token: her.token,
    raw: formOf({}, file),
  });
  const journal = await server.http.get(`${her.espace}/journal?limit=1`, { token: her.token });
  await server.application.parts.get(TOKENS.ticketQueue).settled();
  tokens.support = await server.staffTokenOf('support-1');
  tokens.fund = await server.staffTokenOf('fund-1');
  const send = async (path: string, sent: object): Promise<Wire> =>
    (await server.http.post(path, { token: tokens.support, body: sent })).body;
  const { case: handle } = await send('/v1/support/cases', { nir: her.person.nir });
  Object.assign(known, {
    espace: her.id,
    document: deposited.body.id,
    entry: journal.body.items[0].id,
    target: PLANTED.rpps,
    ticket: ticket.body.id,
    attachment: attached.body.attachments[0].id,
    case: handle,
    challenge: crypto.randomUUID(),
    check: (await send(`/v1/support/cases/${handle}/identity-checks`, { method: 'IBAN' })).id,
    correction: crypto.randomUUID(),
  });
});
afterAll(() => server.stop());

/** How staff call their own routes; in this order, since an identity is confirmed before it is used. */
const OWN: Readonly<Record<string, () => object>> = {
  openSupportCase: () => ({ nir: her.person.nir }),
  startIdentityCheck: () => ({ method: 'IBAN' }),
  giveProofOfIdentity: () => ({ proof: '01189' }),
  resendCode: () => ({ channel: 'INVITATION' }),
  correctContact: () => ({ email: 'autre@exemple.fr' }),
  verifyCorrectedContact: () => ({ proof: '000000' }),
  unlockAccount: () => ({}),
  listQueue: () => ({}),
  readTicket: () => ({}),
  readAttachment: () => ({}),
  takeTicket: () => ({}),
  answerTicket: () => ({ message: 'Voici comment.' }),
  closeHandledTicket: () => ({}),
  declareGuardianship: () => ({
    measure: 'CURATELLE',
    ins: her.person.nir,
    firstName: 'Dominique',
    birthName: 'PAT-TROIS',
    birthDate: her.person.birthDate,
    judgment: 'TJ Reims, 2026/0412',
    from: '2026-01-01T00:00:00Z',
  }),
  listGuardianships: () => ({}),
  endGuardianship: () => ({}),
  lookUpForFund: () => ({ ins: her.person.nir }),
  suspendEspace: () => ({ reason: 'FRAUD' }),
  liftSuspension: () => ({}),
  // Not to be believed: she is asked for her journal in the end.
  reportDeath: () => ({ diedOn: '1800-01-01' }),
};

const call = (route: Route, token: string, body?: object): Promise<Reply> => {
  const path = route.path.replace(/:(\w+)/g, (_, name) => known[name] ?? crypto.randomUUID());
  const sent: Sent = {
    token,
    headers: { 'If-Match': '"x"' },
    ...(route.body === undefined ? {} : { body: body ?? {} }),
    ...(route.upload === undefined ? {} : { raw: formOf({ title: 'CR', type: '34112-3' }, NOTES) }),
  };
  return server.http.request(route.method, path, sent);
};

/** Whatever it answers, it holds nothing of what was planted. */
const expectNothingPlanted = ({ bytes, headers }: Reply): void => {
  const said = bytes.toString() + JSON.stringify([...headers]);
  for (const [what, text] of Object.entries(PLANTED)) expect(said.includes(text) && what).toBe(false);
};

const isOpen = ({ audience }: Route): boolean => audience === 'open' || audience === 'anonymous';
const named = (wanted: readonly Route[]) => wanted.map(route => [route.operation, route] as const);

describe.each(['support', 'fund'] as const)('somebody of the staff (%s)', role => {
  test.each(named(routes.filter(route => !isOpen(route) && route.audience !== role)))(
    'is refused: %s',
    async (_, route) => {
      const { result, ...effect } = await server.effectOf(() => call(route, tokens[role], OWN[route.operation]?.()));
      // Where one is identified first, any other token is none; everywhere else it is known whose it is.
      if (route.audience === 'enrolling') expectProblem(result, 401, 'token-invalid');
      else expectProblem(result, 403, 'access-refused');
      expectNothingPlanted(result);
      expect(effect).toEqual(NO_EFFECT);
    },
  );

  const own = routes.filter(({ audience }) => audience === role);
  const order = Object.keys(OWN);

  test('has the routes that are known here, and no others', () => {
    expect(own.map(({ operation }) => operation).filter(operation => !order.includes(operation))).toEqual([]);
  });

  test.each(named([...own].sort((a, b) => order.indexOf(a.operation) - order.indexOf(b.operation))))(
    'sees nothing of anybody’s health: %s',
    async (operation, route) => {
      await server.advance(60);
      const { result, events } = await server.effectOf(() => call(route, tokens[role], OWN[operation]?.()));
      expect(result.status).not.toBe(401);
      expectNothingPlanted(result);
      // Only the queue, which says nothing of anybody, and what was not understood leave no trace.
      if (result.status < 300 && operation !== 'listQueue') expect(events[0]).toMatch(/^espace AccessedBy /);
    },
  );
});

test('what is open to everybody shows nothing of it to anybody', async () => {
  // The outbox of development holds messages: nothing of health is in any of them either.
  for (const route of routes.filter(
    route => isOpen(route) && route.method === 'GET' && !route.path.startsWith('/dev/tokens'),
  ))
    for (const token of Object.values(tokens)) {
      const { bytes } = await call(route, token);
      for (const what of ['title', 'bytes', 'comment', 'reason', 'attachment'] as const)
        expect(bytes.toString().includes(PLANTED[what]) && `${route.operation} ${what}`).toBe(false);
    }
});

test('a professional’s or a holder’s token opens no route of the staff, nor one role’s the other’s', async () => {
  const gp = await server.tokenOf('general-practitioner');
  const others = { support: [gp, her.token, tokens.fund], fund: [gp, her.token, tokens.support] };
  for (const route of routes)
    if (route.audience === 'support' || route.audience === 'fund')
      for (const token of others[route.audience])
        expect((await call(route, token, OWN[route.operation]?.())).status, route.operation).toBe(403);
});

test('every act of the staff is one the holder can read of', async () => {
  const everything = await server.everyEvent();
  const acted = everything.filter(
    ({ data }) => 'actor' in data && actorKey(data.actor as never) === 'support:support-1',
  );
  const token = (await server.signIn(her.person, her.login)).accessToken;
  const { body } = await server.http.get(`${her.espace}/journal?limit=200`, { token });
  const shown = new Set(body.items.map(({ id }: Wire) => id));
  expect(acted.length).toBeGreaterThan(8);
  expect(acted.filter(({ id }) => !shown.has(id))).toEqual([]);
});
