import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Wire } from '../support/http-client.ts';
import { insured, PASSWORD, startServer, TERMS, type TestServer } from '../support/server.ts';

/*
 * The fund's side over HTTP. Mutants that these tests kill: a measure recorded for
 * anybody but the fund; instants kept with their offset; a guardian shown to the person under another name; one who cannot
 * decide, or decides before the measure.
 */

let server: TestServer;
let fund: string;

beforeAll(async () => {
  server = await startServer();
  fund = (await server.http.post('/dev/tokens', { body: { staff: 'fund-1' } })).body.accessToken;
});
afterAll(() => server.stop());

it('a tutelle is recorded, shown to the person, and lifted', async () => {
  const ward = await server.holder(1);
  const guardian = await server.holder(2);
  const path = `/v1/fund/espaces/${ward.id}/guardianships`;
  const body = {
    measure: 'TUTELLE',
    ins: guardian.person.nir,
    firstName: 'Dominique',
    birthName: 'Pat-Trois',
    birthDate: guardian.person.birthDate,
    judgment: 'TJ Reims, 2026/0412',
    from: '2026-01-01T00:00:00+01:00',
  };
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
  const person = insured(5);
  await server.importPersons([person]);
  const guardian = await server.holder(6);
  const { body: found } = await server.http.post('/v1/fund/espaces/lookup', { token: fund, body: { ins: person.nir } });
  const espace = `/v1/espaces/${found.id}`;
  const body = {
    measure: 'TUTELLE',
    ins: guardian.person.nir,
    firstName: 'Dominique',
    birthName: 'Pat-Trois',
    birthDate: guardian.person.birthDate,
    judgment: 'TJ Reims, 2026/0414',
    from: '2026-01-01T00:00:00Z',
  };
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
