/*
 * The directory over HTTP. Mutants that these tests caught: a cursor good for other filters; a filter let fall; the address
 * or the edition left out; the sample shown where an edition was imported; a malformed number answered otherwise than an
 * unknown one; read without a token.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importDirectoryFile } from '../../src/adapters/directory/import-directory-file.ts';
import { createSqliteDirectoryWriter } from '../../src/adapters/sqlite/directory/sqlite-directory-writer.ts';
import type { Wire } from '../support/http-client.ts';
import { rppsOf, startServer, type TestServer } from '../support/server.ts';

const PROFESSIONALS = '/v1/directory/professionals';
const STRUCTURES = '/v1/directory/structures';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer();
  token = await server.tokenOf('nurse');
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}) => server.http.get(path, { token, headers });
const namesAt = async (path: string): Promise<readonly string[]> => {
  const { status, body } = await get(path);
  expect(status).toBe(200);
  return body.items.map((item: Wire) => item.familyName ?? item.name);
};

describe('before an import, in development', () => {
  it('the professionals of the test set are there to be found', async () => {
    const { body } = await get(`${PROFESSIONALS}/${rppsOf('general-practitioner')}`);
    expect(body).toMatchObject({
      edition: '2026-01-01',
      professional: {
        familyName: 'LEGRAND',
        activities: [{ profession: 'G15_10', professionLabel: 'Médecin', finess: '990000028' }],
      },
    });
    expect(await namesAt(`${STRUCTURES}?place=2A`)).toEqual(['Assurances des Essais']);
  });

  it('an import is seen at once, whole, and nothing of the sample any more', async () => {
    const writer = createSqliteDirectoryWriter({ file: join(server.folder, 'directory.db') });
    const output = { write: () => {} };
    await importDirectoryFile(writer, 'test/fixtures/annuaire-sante.txt', { date: '2026-11-20', output });
    const { body } = await get(`${PROFESSIONALS}?limit=200`);
    expect([body.edition, body.items.length, body.next]).toEqual(['2026-11-20', 19, null]);
  });
});

describe('professionals', () => {
  it('come with everything that is published of them', async () => {
    const { status, body } = await get(`${PROFESSIONALS}/99700300025`);
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      edition: '2026-11-20',
      professional: {
        rpps: '99700300025',
        familyName: 'RENAUD',
        givenName: 'Denise',
        activities: [
          {
            profession: 'G15_21',
            professionLabel: 'Pharmacien',
            specialty: 'A',
            specialtyLabel: "Pharmacien titulaire d'officine",
            finess: '990000044',
            name: 'SELARL des Essais',
            sign: 'Pharmacie de la Gare',
            sector: { code: 'SA33', label: "Pharmacie d'officine" },
            address: {
              street: '7 Place DES ESSAIS',
              postalCode: '51100',
              commune: 'Reims',
              communeCode: '51454',
              department: '51',
            },
            phone: '0199000004',
          },
        ],
      },
    });
  });

  it.each([
    ['name=evrard+le', ['LE GOFF-ÉVRARD']],
    ['name=%C5%93uv', ["D'ŒUVRAY"]],
    ['name=MART&profession=G16_10', ['MARTIN']],
    ['name=mart', ['MARTIN', 'MARTIN', 'MARTINEAU']],
    ['specialty=SM04&place=reims', ['LE GOFF-ÉVRARD']],
    ['specialty=SM04&place=29', ['FONTAINE']],
    ['profession=301', ['BENALI']],
    ['place=974', ['BENALI', 'ÖZTÜRK']],
    ['place=75015', ['ROUX']],
    ['place=Pontarlier', ['NUÑEZ']],
    ['place=Saint-Etienne&profession=G15_40', ['CARON']],
    ['name=lopes&place=51092', ['LOPES']],
    ['name=nobody', []],
  ])('are found by %s', async (query, names) => {
    expect(await namesAt(`${PROFESSIONALS}?${query}`)).toEqual(names);
  });

  it('come page by page, each once, in a stable order', async () => {
    const all = await namesAt(`${PROFESSIONALS}?limit=200`);
    const paged: string[] = [];
    let path: string | null = `${PROFESSIONALS}?limit=4`;
    while (path !== null) {
      const page: Wire = await get(path);
      paged.push(...page.body.items.map((item: Wire) => item.familyName));
      const link: string | null = page.headers.get('Link');
      expect(link === null).toBe(page.body.next === null);
      path = link === null ? null : (/^<([^>]+)>; rel="next"$/.exec(link)?.[1] ?? '');
    }
    expect(paged).toEqual(all);
    expect(all).toHaveLength(19);
  });

  it('have cursors for one list with its filters, good for whoever reads', async () => {
    const { body } = await get(`${PROFESSIONALS}?name=mart&limit=1`);
    const at = (query: string, as = token) =>
      server.http.get(`${PROFESSIONALS}?${query}&after=${body.next}`, { token: as });
    expect((await at('name=mart&limit=5')).body.items).toHaveLength(2);
    expect((await at('name=mart', await server.tokenOf('dentist'))).status).toBe(200);
    for (const query of ['name=mar', 'name=mart&place=51', 'limit=1'])
      expect((await at(query)).body.code).toBe('invalid-cursor');
    expect((await get(`${STRUCTURES}?name=mart&after=${body.next}`)).body.code).toBe('invalid-cursor');
  });

  it.each([
    ['name=m', 'name'],
    ['name=', 'name'],
    ['name=a+b+c+d+e+f+g', 'name'],
    [`name=${'x'.repeat(101)}`, 'name'],
    ['name=--', 'name'],
    ['profession=10', 'profession'],
    ['profession=G15_99', 'profession'],
    ['specialty=SM-04', 'specialty'],
    ['specialty=sm04', 'specialty'],
    ['place=5', 'place'],
    ['place=5110', 'place'],
    ['limit=201', 'limit'],
    ['city=Reims', 'city'],
  ])('are not looked for by %s', async (query, field) => {
    const { status, body } = await get(`${PROFESSIONALS}?${query}`);
    expect([status, body.code, body.errors.map((error: Wire) => error.field)]).toEqual([
      400,
      'invalid-request',
      [field],
    ]);
  });

  it.each(['99700024451', '99700999999', 'x', '990000010'])('are unknown by %s', async id => {
    const { status, body } = await get(`${PROFESSIONALS}/${id}`);
    expect([status, body.code]).toEqual([404, 'not-found']);
  });
});

describe('structures', () => {
  it('come by number, and by name and sign', async () => {
    const { body } = await get(`${STRUCTURES}/990000044`);
    expect(body.edition).toBe('2026-11-20');
    expect(body.structure).toMatchObject({
      finess: '990000044',
      name: 'SELARL des Essais',
      sign: 'Pharmacie de la Gare',
    });
    expect(await namesAt(`${STRUCTURES}?name=gare+phar`)).toEqual(['SELARL des Essais']);
    expect(await namesAt(`${STRUCTURES}?name=essais&place=51100`)).toEqual(['SELARL des Essais']);
    expect(await namesAt(`${STRUCTURES}?place=reims`)).toEqual([
      'Cabinet médical du Parc',
      'Centre hospitalier des Essais',
      'SELARL des Essais',
    ]);
  });

  it.each(['990000011', '990000093', 'x'])('are unknown by %s', async id => {
    expect((await get(`${STRUCTURES}/${id}`)).status).toBe(404);
  });

  it.each(['name=m', 'place=5', 'profession=G15_10'])('are not looked for by %s', async query => {
    expect((await get(`${STRUCTURES}?${query}`)).status).toBe(400);
  });
});

it('holders may look, and professionals of any capacity; nobody without a token; and nobody leaves a trace', async () => {
  const her = await server.holder(1);
  const severalPlaces = await server.tokenOf('two-places-doctor');
  const { events } = await server.effectOf(async () => {
    for (const path of [PROFESSIONALS, `${PROFESSIONALS}/99700024450`, STRUCTURES, `${STRUCTURES}/990000010`]) {
      for (const reader of [her.token, severalPlaces])
        expect((await server.http.get(path, { token: reader })).status).toBe(200);
      expect((await server.http.get(path)).status).toBe(401);
    }
  });
  expect(events).toEqual([]);
});

it('words of an error are in the language asked for, and do not repeat what was looked for', async () => {
  const { bytes } = await get(`${PROFESSIONALS}?name=%3Cq%3E`, { 'Accept-Language': 'en' });
  expect(bytes.toString()).not.toContain('<q>');
});
