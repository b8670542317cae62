import { afterAll, expect, test } from 'vitest';
import { auditReplay } from '../../src/adapters/cli/audit.ts';
import { systemRandom } from '../../src/adapters/identity/system-random.ts';
import { TOKENS } from '../../src/composition-root.ts';
import type { Reply, Wire } from '../support/http-client.ts';
import { expectProblem } from '../support/http-problems.ts';
import {
  DAY,
  insured,
  PASSWORD,
  rppsOf,
  type SignedInHolder,
  startServer,
  TERMS,
  type TestServer,
  textFile,
} from '../support/server.ts';

/*
 * One whole life over HTTP on one server, whose clock is moved through it: born, followed by two parents who are separated,
 * something kept from both at sixteen, of age, helped by a carer at eighty, dead, archived for ten years, erased. Each
 * deadline on the way does its part, and nobody reads a day longer than they may.
 *
 * Mutants seen to fail: a secret shown to a parent; majority a day late; a carer who manages access; a death that leaves the
 * carer in, or an archive that ends a day early.
 */

const server: TestServer = await startServer();
afterAll(() => server.stop());
const { http } = server;

const now = async (): Promise<string> => (await http.get('/dev/clock')).body.now;
const advanceTo = async (instant: string): Promise<void> =>
  server.advance(Math.ceil((Date.parse(instant) - Date.parse(await now())) / 1_000));
/** Years after `date`, at 00:00 UTC. */
const yearsAfter = (date: string, years: number): string =>
  `${Number(date.slice(0, 4)) + years}${date.slice(4, 10)}T00:00:00.000Z`;
/** A session lasts for hours, not for years. */
const again = async (one: Pick<SignedInHolder, 'person' | 'login'>): Promise<string> =>
  (await server.signIn(one.person, one.login)).accessToken;
const statusOf = async (reply: Promise<Reply>): Promise<number> => (await reply).status;

test('a whole life', async () => {
  const mother = await server.holder(1, { firstNames: 'Anne' });
  const father = await server.holder(2, { firstNames: 'Claude', birthName: 'ESSAI' });
  const stranger = await server.holder(3);

  // Birth: the parent who declared the child activates, and asks the other, who lives elsewhere.
  const birth = (await now()).slice(0, 10);
  const newborn = { birthDate: birth, firstNames: 'Lou', parentNirs: mother.person.nir };
  await server.importPersons([insured(4, { ...newborn, vitaleSerial: '', email: '', mobile: '' })]);
  const [asked] = (await http.get('/v1/me/invitations', { token: mother.token })).body.items;
  const espace = `/v1/espaces/${asked.espace}`;
  const certified = { ...TERMS, certifiesLegalRepresentation: true };
  expect(await statusOf(http.post(`${espace}/activation`, { token: mother.token, body: certified }))).toBe(200);
  const second = {
    relation: 'SECOND_REPRESENTATIVE',
    ins: father.person.nir,
    firstName: 'Claude',
    birthName: 'ESSAI',
    birthDate: father.person.birthDate,
  };
  const invited = await http.post(`${espace}/invitations`, { token: mother.token, body: second });
  const accepted = `${espace}/invitations/${invited.body.id}/acceptance`;
  expect(await statusOf(http.post(accepted, { token: father.token }))).toBe(200);
  const vaccines = { title: 'Vaccins', type: '11369-6', patientInformed: true };
  const doctor = () => server.tokenOf('hospital-doctor');
  const kept = await server.deposit(await doctor(), espace, vaccines, textFile('ROR'));
  expect(kept.status).toBe(201);
  for (const { token } of [mother, father])
    expect(await statusOf(http.get(`${espace}/documents/${kept.body.id}/content`, { token }))).toBe(200);
  expect(await statusOf(http.get(espace, { token: stranger.token }))).toBe(404);

  // At sixteen, a card of their own; and something that neither parent ever learns of.
  await advanceTo(yearsAfter(birth, 16));
  const child = insured(4, { ...newborn, email: 'lou@exemple.fr', mobile: '+33699000004' });
  await server.importPersons([child]);
  const act = { title: 'Contraception', type: '34112-3', patientInformed: true, hiddenFromRepresentatives: true };
  const secret = await server.deposit(await doctor(), espace, act, textFile('secret'));
  expect(secret.status).toBe(201);
  for (const parent of [mother, father]) {
    const token = await again(parent);
    expectProblem(await http.get(`${espace}/documents/${secret.body.id}`, { token }), 404, 'not-found');
    const replies = [await http.get(`${espace}/documents`, { token }), await http.get(`${espace}/journal`, { token })];
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(replies.map(({ bytes }) => bytes.toString()).join()).not.toMatch(/Contraception|secret/);
  }

  // Of age at midnight: the espace is their own, with all that is in it.
  await advanceTo(new Date(Date.parse(yearsAfter(birth, 18)) - DAY * 1_000).toISOString());
  const [mothers, fathers] = [await again(mother), await again(father)];
  for (const token of [mothers, fathers]) expect(await statusOf(http.get(espace, { token }))).toBe(200);
  await advanceTo(yearsAfter(birth, 18));
  for (const parent of [mother, father])
    expect(await statusOf(http.get(espace, { token: await again(parent) }))).toBe(404);
  const { nir, vitaleSerial } = child;
  await http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate: birth, channel: 'SMS' } });
  const code = await server.codeFor(child, 'identification-code');
  const verified = await http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
  const login = 'lou.toutelavie';
  const activated = await http.post('/v1/enrolment/activation', {
    token: verified.body.enrolmentToken,
    body: { ...TERMS, login, password: PASSWORD },
  });
  expect([activated.status, `/v1/espaces/${activated.body.espace}`]).toEqual([201, espace]);
  const lou = { person: child, login };
  const own = await again(lou);
  const titles = (await http.get(`${espace}/documents?sort=title`, { token: own })).body.items.map(
    ({ title }: Wire) => title,
  );
  expect(titles).toEqual(['Contraception', 'Vaccins']);

  // At eighty, with a carer, who reads and decides nothing.
  await advanceTo(yearsAfter(birth, 80));
  const carer = await server.holder(5, { birthDate: '2070-05-05', firstNames: 'Camille', birthName: 'AIDANT' });
  const old = await again(lou);
  const helper = {
    relation: 'CARER',
    ins: carer.person.nir,
    firstName: 'Camille',
    birthName: 'AIDANT',
    birthDate: '2070-05-05',
  };
  const offered = await http.post(`${espace}/invitations`, { token: old, body: helper });
  expect(offered.status).toBe(201);
  const acceptance = `${espace}/invitations/${offered.body.id}/acceptance`;
  expect(await statusOf(http.post(acceptance, { token: carer.token }))).toBe(200);
  const attested = (await http.get(`${espace}/documents`, { token: old })).body.items;
  expect(attested).toHaveLength(3);
  const reading = () => http.get(`${espace}/documents/${kept.body.id}/content`, { token: carer.token });
  expect(await statusOf(reading())).toBe(200);
  const blocking = http.put(`${espace}/access/blocked/${rppsOf('dentist')}`, { token: carer.token });
  expectProblem(await blocking, 403, 'access-refused');
  const journal = (await http.get(`${espace}/journal?limit=200`, { token: old })).body.items;
  const byCarer = journal.filter(({ actor }: Wire) => actor.kind === 'carer');
  expect(byCarer.map(({ verdict, onBehalfOf }: Wire) => [verdict, onBehalfOf])).toEqual(
    expect.arrayContaining([
      ['PERMIT', asked.espace],
      ['DENY', asked.espace],
    ]),
  );

  // Death, at once for everybody; ten years of archive, and nothing after.
  const fund = () => server.staffTokenOf('fund-1');
  const died = (await now()).slice(0, 10);
  const death = `/v1/fund/espaces/${asked.espace}/death`;
  expect(await statusOf(http.post(death, { token: await fund(), body: { diedOn: died } }))).toBe(200);
  expectProblem(await reading(), 404, 'not-found');
  expect((await http.get('/v1/me', { token: carer.token })).body.espaces.slice(1)).toEqual([]);
  const glass = { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'urgence' };
  expect((await http.get(espace, { token: await doctor(), headers: glass })).body.rule).toBe('espace-not-open');
  const end = yearsAfter(died, 10);
  await advanceTo(new Date(Date.parse(end) - 3_600_000).toISOString());
  const stream = async () => server.store.readStream(`espace-${asked.espace}`);
  expect((await stream()).some(({ erased }) => erased)).toBe(false);
  await server.advance(DAY);
  const left = await stream();
  expect(left.every(({ erased }) => erased)).toBe(true);
  expect(left.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['Created', 'MajorityReached', 'DelegationAccepted', 'ClosedAfterDeath', 'Erased']),
  );
  const credentials = { login, password: PASSWORD, channel: 'SMS' };
  expectProblem(await http.post('/v1/sessions', { body: credentials }), 401, 'credentials-wrong');
  expect(await statusOf(http.get(`/v1/espaces/${stranger.id}`, { token: await again(stranger) }))).toBe(200);

  // What happened, and when, can still be replayed; what of it was about them cannot.
  const records = server.application.parts.get(TOKENS.records);
  const auditing = { records, store: server.store, random: systemRandom };
  const replayed = await auditReplay(auditing, asked.espace, 'essai', null);
  expect(replayed?.text).toContain('ClosedAfterDeath');
  expect(replayed?.text).not.toMatch(/Lou|Contraception|PAT-TROIS/);
});
