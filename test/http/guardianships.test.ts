import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOKENS } from '../../src/composition-root.ts';
import type { Wire } from '../support/http-client.ts';
import { insured, PASSWORD, type SignedInHolder, startServer, TERMS, type TestServer } from '../support/server.ts';

/*
 * The fund's side over HTTP. Mutants that these tests kill: a measure recorded for
 * anybody but the fund; instants kept with their offset; a guardian shown to the person under another name; one who cannot
 * decide, or decides before the measure; a guardian shown, on a page, in an export or in the archive, that an access to a
 * secret was reported, or what became of the report, or that the person looked for the secret in their journal.
 */

let server: TestServer;
let fund: string;

beforeAll(async () => {
  server = await startServer();
  fund = (await server.http.post('/dev/tokens', { body: { staff: 'fund-1' } })).body.accessToken;
});
afterAll(() => server.stop());

const tutelleOf = ({ person }: SignedInHolder, judgment: string) => ({
  measure: 'TUTELLE',
  ins: person.nir,
  firstName: 'Dominique',
  birthName: 'Pat-Trois',
  birthDate: person.birthDate,
  judgment,
  from: '2026-01-01T00:00:00+01:00',
});

it('a tutelle is recorded, shown to the person, and lifted', async () => {
  const ward = await server.holder(1);
  const guardian = await server.holder(2);
  const path = `/v1/fund/espaces/${ward.id}/guardianships`;
  const body = tutelleOf(guardian, 'TJ Reims, 2026/0412');
  expect((await server.http.post(path, { token: ward.token, body })).status).toBe(403);
  const declared = await server.http.post(path, { token: fund, body });
  expect([declared.status, declared.body.relation, declared.body.since]).toEqual([
    201,
    'GUARDIAN',
    '2025-12-31T23:00:00.000Z',
  ]);
  expect((await server.http.get(`${ward.espace}/documents`, { token: guardian.token })).status).toBe(200);
  const list = await server.http.get(`${ward.espace}/representatives`, { token: ward.token });
  expect(list.body.items).toEqual([declared.body]);
  // The person still decides for themself what they can.
  expect((await server.http.get(`${ward.espace}/journal`, { token: ward.token })).status).toBe(200);
  const renounced = await server.http.delete(`${ward.espace}/representatives/${declared.body.id}`, {
    token: guardian.token,
  });
  expect(renounced.body.code).toBe('delegation-not-yours-to-end');
  expect((await server.http.delete(`${path}/${declared.body.id}`, { token: fund })).status).toBe(204);
  expect((await server.http.get(ward.espace, { token: guardian.token })).status).toBe(404);
  const { kind } = (await server.messagesTo(guardian.person.email))[0];
  expect(kind).toBe('delegation-ended');
});

it('lets the guardian activate for a person who has not, or oppose', async () => {
  const person = insured(15);
  await server.importPersons([person]);
  const guardian = await server.holder(16);
  const { body: found } = await server.http.post('/v1/fund/espaces/lookup', { token: fund, body: { ins: person.nir } });
  const espace = `/v1/espaces/${found.id}`;
  const body = tutelleOf(guardian, 'TJ Reims, 2026/0414');
  const opposition = () => server.http.post(`${espace}/opposition`, { token: guardian.token });
  expect((await opposition()).status).toBe(404);
  const declared = await server.http.post(`/v1/fund/espaces/${found.id}/guardianships`, { token: fund, body });
  const { rights } = (await server.http.get('/v1/me', { token: guardian.token })).body.espaces[1];
  expect(rights).toEqual(expect.arrayContaining(['activate-for-ward', 'oppose-for-ward']));
  const closure = { token: guardian.token, body: { password: PASSWORD, erase: false } };
  expect((await server.http.post(`${espace}/closure`, closure)).body.code).toBe('espace-not-activated');

  expect((await opposition()).status).toBe(201);
  expect((await server.http.get(espace, { token: guardian.token })).body.rule).toBe('espace-not-open');
  const certified = { token: guardian.token, body: { ...TERMS, certifiesLegalRepresentation: true } };
  const activated = await server.http.post(`${espace}/activation`, certified);
  expect([activated.status, activated.body.id]).toEqual([200, declared.body.id]);
  expect((await server.http.post(`${espace}/activation`, certified)).body.code).toBe('espace-already-activated');
  const journal = await server.http.get(`${espace}/journal`, { token: guardian.token });
  const acts = journal.body.items.filter(({ action }: Wire) => /-for-ward$/.test(action));
  expect(acts.map(({ action, rule, onBehalfOf }: Wire) => [action, rule, onBehalfOf])).toEqual([
    // Asked again, which changed nothing.
    ['activate-for-ward', 'guardian-decides', found.id],
    ['activate-for-ward', 'guardian-decides', found.id],
    ['oppose-for-ward', 'guardian-decides', found.id],
  ]);
});

it('is seen and lifted by the fund, whatever the guardian made of the espace', async () => {
  const person = insured(17);
  await server.importPersons([person]);
  const guardian = await server.holder(18);
  const { body: found } = await server.http.post('/v1/fund/espaces/lookup', { token: fund, body: { ins: person.nir } });
  const measures = `/v1/fund/espaces/${found.id}/guardianships`;
  const { body: declared } = await server.http.post(measures, { token: fund, body: tutelleOf(guardian, 'TJ 1') });
  const espace = `/v1/espaces/${found.id}`;
  expect((await server.http.post(`${espace}/opposition`, { token: guardian.token })).status).toBe(201);
  const listed = await server.http.get(measures, { token: fund });
  expect(listed.body.items.map(({ id, relation }: Wire) => [id, relation])).toEqual([[declared.id, 'GUARDIAN']]);
  expect((await server.http.get(measures, { token: guardian.token })).status).toBe(403);
  expect((await server.http.delete(`${measures}/${declared.id}`, { token: fund })).status).toBe(204);
  const certified = { token: guardian.token, body: { ...TERMS, certifiesLegalRepresentation: true } };
  expect((await server.http.post(`${espace}/activation`, certified)).status).toBe(404);
});

it('lets nobody whose measure has not begun read the proof of an opposition', async () => {
  const person = insured(19);
  await server.importPersons([person]);
  const guardian = await server.holder(20);
  const token = await server.enrol(person);
  await server.http.post('/v1/enrolment/opposition', { token });
  const { body: found } = await server.http.post('/v1/fund/espaces/lookup', { token: fund, body: { ins: person.nir } });
  const body = { ...tutelleOf(guardian, 'TJ 2'), from: '2030-01-01T00:00:00Z' };
  expect((await server.http.post(`/v1/fund/espaces/${found.id}/guardianships`, { token: fund, body })).status).toBe(
    201,
  );
  const proof = await server.http.get(`/v1/espaces/${found.id}/opposition/proof`, { token: guardian.token });
  expect(proof.status).toBe(404);
});

it('of nobody who is known there is none', async () => {
  const ward = await server.holder(3);
  const body = {
    measure: 'CURATELLE',
    ins: '253072B07300470',
    firstName: 'Dominique',
    birthName: 'Inconnue',
    birthDate: '1953-07-14',
    judgment: 'TJ Reims, 2026/0413',
    from: '2026-01-01T00:00:00Z',
  };
  const refused = await server.http.post(`/v1/fund/espaces/${ward.id}/guardianships`, { token: fund, body });
  expect([refused.status, refused.body.code]).toEqual([409, 'guardian-unknown']);
});

it('shows no guardian that an access to a secret was reported, nor what became of it', async () => {
  const ward = await server.holder(4);
  const guardian = await server.holder(5);
  const { nir: ins, birthDate } = guardian.person;
  const measure = { measure: 'TUTELLE', judgment: 'TJ Reims, 2026/0414', from: '2026-01-01T00:00:00Z' };
  const body = { ...measure, ins, firstName: 'Dominique', birthName: 'Pat-Trois', birthDate };
  expect((await server.http.post(`/v1/fund/espaces/${ward.id}/guardianships`, { token: fund, body })).status).toBe(201);
  const metadata = { title: 'IVG', type: '34112-3', patientInformed: true };
  const doctor = await server.tokenOf('hospital-doctor');
  const deposit = async (more: object): Promise<string> =>
    (await server.deposit(doctor, ward.espace, { ...metadata, ...more })).body.id;
  const shownId = await deposit({ title: 'Otite' });
  const laterId = await deposit({ title: 'Sérologie' });
  const secretId = await deposit({ hiddenFromRepresentatives: true });
  /** Reports the deposit of `document`; the ticket. */
  const report = async (token: string, document: string, comment: string): Promise<string> => {
    // What a guardian looked for themselves they may know: they do not name it here.
    const filter = token === ward.token ? `document=${document}` : 'limit=200';
    const { items } = (await server.http.get(`${ward.espace}/journal?${filter}`, { token })).body;
    const { id } = items.find((one: Wire) => one.kind === 'DocumentDeposited' && one.document.id === document);
    const reported = await server.http.post(`${ward.espace}/journal/${id}/report`, { token, body: { comment } });
    expect(reported.status).toBe(201);
    return reported.body.ticket;
  };
  const ticket = await report(ward.token, secretId, 'Il a ouvert mon secret');
  await report(ward.token, shownId, 'Otite signalée');
  await report(guardian.token, laterId, 'Pourquoi ce secret');
  const path = `${ward.espace}/documents/${laterId}`;
  const read = await server.http.get(path, { token: ward.token });
  const headers = { 'If-Match': read.headers.get('ETag') ?? '' };
  const hide = { token: ward.token, headers, body: { hiddenFromRepresentatives: true } };
  expect((await server.http.put(`${path}/visibility`, hide)).status).toBe(200);
  await server.application.parts.get(TOKENS.ticketQueue).settled();
  const token = await server.staffTokenOf('support-1');
  expect((await server.http.post(`/v1/support/tickets/${ticket}/assignment`, { token })).status).toBe(200);

  const trailFor = async (reader: string): Promise<string[]> => {
    const get = async (part: string) =>
      (await server.http.get(`${ward.espace}/journal${part}`, { token: reader })).bytes;
    const archive = await server.http.post(`${ward.espace}/export`, { token: reader });
    const json = unzipSync(archive.bytes)['journal.json'] as Uint8Array;
    const parts = [await get('?limit=200'), await get('/export?format=json'), await get('/export?format=csv')];
    return [...parts.map(bytes => bytes.toString()), strFromU8(json)];
  };
  for (const trail of await trailFor(ward.token))
    for (const told of ['ouvert mon secret', 'Pourquoi ce secret', 'Otite signalée', ticket])
      expect(trail.includes(told) && told).toBe(told);
  for (const trail of await trailFor(guardian.token)) {
    expect(trail).toContain('Otite signalée');
    expect(trail).not.toMatch(/secret|HelpNoted|handle-ticket/);
    for (const kept of [ticket, secretId, laterId]) expect(trail).not.toContain(kept);
  }
});
