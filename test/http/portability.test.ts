import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portabilityRoutes } from '../../src/adapters/http/routes/portability.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { expectProblem } from '../support/http-problems.ts';
import { rawSocket } from '../support/http-raw.ts';
import {
  insured,
  NOTES,
  rppsOf,
  type SignedInHolder,
  startFront,
  startServer,
  TERMS,
  type TestServer,
  textFile,
} from '../support/server.ts';

/**
 * The archive of everything: what is in it, what is not, and that taking it stands in the journal.
 *
 * Mutants seen to fail: documents that wait for their announcement packed; the trace left out; a damaged
 * file that ends the archive, or is passed off as whole; titles with a slash; two documents under one name; archives
 * counted for all persons together; one that never ends where its client takes nothing.
 */

let server: TestServer;
let her: SignedInHolder;

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
});
afterAll(() => server.stop());

const packed = async (token = her.token) => {
  const reply = await server.http.post(`${her.espace}/export`, { token });
  expect([reply.status, reply.headers.get('Content-Type')]).toEqual([200, 'application/zip']);
  return unzipSync(reply.bytes);
};
const json = (files: Record<string, Uint8Array>, name: string) => JSON.parse(strFromU8(files[name] as Uint8Array));

test('holds the files, what is known of them, who may read, and the journal', async () => {
  const same = { title: '../Bilan/été', type: '11502-2', date: '2026-03-01' };
  await server.deposit(her.token, her.espace, same, textFile('un'));
  await server.deposit(her.token, her.espace, same, textFile('deux'));
  await server.http.put(`${her.espace}/access/blocked/${rppsOf('cardiologist')}`, { token: her.token });
  const doctor = await server.tokenOf('hospital-doctor');
  const secret = { title: 'Annonce', type: '11502-2', patientInformed: true, hiddenFromHolderUntilAnnounced: true };
  expect((await server.deposit(doctor, her.espace, secret, textFile('secret'))).status).toBe(201);

  const files = await packed();
  const names = Object.keys(files);
  expect(names.map(name => name.replace(/\d{5}/, '#'))).toEqual([
    'documents/# 2026-03-01 .._Bilan_été.txt',
    'documents/# 2026-03-01 .._Bilan_été.txt',
    'journal.json',
    'espace.json',
  ]);
  expect(new Set(names).size).toBe(4);
  const espace = json(files, 'espace.json');
  expect(espace).toMatchObject({ id: her.id, status: 'activated', holder: { birthName: 'PAT-TROIS' } });
  expect(espace.access.blocked).toMatchObject([{ target: { id: rppsOf('cardiologist') } }]);
  expect(
    espace.documents.map(({ path, sha256 }: { path: string; sha256: string }) => [
      strFromU8(files[path] as Uint8Array),
      sha256.length,
    ]),
  ).toEqual(
    expect.arrayContaining([
      ['un', 64],
      ['deux', 64],
    ]),
  );
  const journal = json(files, 'journal.json');
  expect(journal[0]).toMatchObject({ action: 'export-espace', verdict: 'PERMIT', actor: { kind: 'holder' } });
  expect(JSON.stringify([espace, journal])).not.toMatch(/Annonce|secret/);
});

test('is refused to everybody else, and the attempt stands in the journal', async () => {
  const professional = await server.tokenOf('general-practitioner');
  expectProblem(await server.http.post(`${her.espace}/export`, { token: professional }), 403, 'access-refused');
  const [entry] = (await server.http.get(`${her.espace}/journal?limit=1&kind=AccessDenied`, { token: her.token })).body
    .items;
  expect(entry).toMatchObject({ action: 'export-espace', verdict: 'DENY' });
  const him = await server.holder(2);
  expectProblem(await server.http.post(`${her.espace}/export`, { token: him.token }), 404, 'not-found');
});

test('a file that is damaged is named, and does not take the others with it', async () => {
  const other = await server.holder(3);
  const before = new Set(await readdir(join(server.folder, 'contents'), { recursive: true }));
  const { body } = await server.deposit(other.token, other.espace, { title: 'Abîmé', type: 'DOCPAT03' }, NOTES);
  const after = await readdir(join(server.folder, 'contents'), { recursive: true, withFileTypes: true });
  const fresh = after.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const path = fresh.find(file => ![...before].some(known => file.endsWith(known))) as string;
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  await writeFile(path, bytes);
  await server.deposit(other.token, other.espace, { title: 'Entier', type: 'DOCPAT03' }, textFile('entier'));

  const files = unzipSync((await server.http.post(`${other.espace}/export`, { token: other.token })).bytes);
  const { documents } = json(files, 'espace.json');
  const paths = Object.fromEntries(
    documents.map(({ title, path }: { title: string; path: string | null }) => [title, path]),
  );
  expect(documents.find(({ id }: { id: string }) => id === body.id)?.path).toBeNull();
  expect(strFromU8(files[paths.Entier] as Uint8Array)).toBe('entier');
});

test('a parent takes away what they may read of the child, and nothing of a secret act', async () => {
  const mother = await server.holder(10);
  const child = insured(11, { birthDate: '2012-01-01', parentNirs: mother.person.nir });
  await server.importPersons([child]);
  const [asked] = (await server.http.get('/v1/me/invitations', { token: mother.token })).body.items;
  const espace = `/v1/espaces/${asked.espace}`;
  const body = { ...TERMS, certifiesLegalRepresentation: true };
  expect((await server.http.post(`${espace}/activation`, { token: mother.token, body })).status).toBe(200);
  const doctor = await server.tokenOf('hospital-doctor');
  const told = { type: '34112-3', patientInformed: true };
  await server.deposit(doctor, espace, { ...told, title: 'Otite' }, textFile('oreille'));
  const act = { ...told, title: 'Contraception', hiddenFromRepresentatives: true };
  const secret = await server.deposit(doctor, espace, act, textFile('confidentiel'));
  expect(secret.status).toBe(201);

  const reply = await server.http.post(`${espace}/export`, { token: mother.token });
  const files = unzipSync(reply.bytes);
  const all = Object.entries(files).map(([name, bytes]) => `${name} ${strFromU8(bytes)}`);
  expect(all.join('\n')).toContain('oreille');
  expect(all.join('\n')).not.toMatch(/Contraception|confidentiel/);
  expect(all.join('\n')).not.toContain(secret.body.id);
});

describe('an archive that nobody takes', () => {
  const IDLE_MS = 1_000;
  let front: Awaited<ReturnType<typeof startFront>>;
  let hoarder: SignedInHolder;

  beforeAll(async () => {
    const { parts } = server.application;
    const routes = portabilityRoutes({
      records: parts.get(TOKENS.records),
      contents: parts.get(TOKENS.contents),
      store: parts.get(TOKENS.store),
      idleMs: IDLE_MS,
    });
    front = await startFront(server, { routes });
    hoarder = await server.holder(20);
    // More than what the system keeps of a connection, and nothing that a ZIP makes smaller than that.
    for (let index = 0; index < 3; index++) {
      const file = textFile(randomBytes(3_600_000).toString('base64'));
      expect(
        (await server.deposit(hoarder.token, hoarder.espace, { title: 'Gros', type: 'DOCPAT03' }, file)).status,
      ).toBe(201);
    }
  });
  afterAll(() => front.stop());

  const exported = (one: SignedInHolder) => front.http.post(`${one.espace}/export`, { token: one.token });
  /** Asks, waits until the answer begins, and takes nothing more. */
  const begun = async ({ espace, token }: SignedInHolder) => {
    const socket = await rawSocket(front.http.baseUrl);
    socket.on('error', () => {});
    socket.write(
      `POST ${espace}/export HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Length: 0\r\n\r\n`,
    );
    const [head] = await once(socket, 'data');
    socket.pause();
    return { socket, status: Number(String(head).slice(9, 12)) };
  };

  test('takes the place of its person, and of nobody else; who leaves gives it back', async () => {
    const { socket, status } = await begun(hoarder);
    expect(status).toBe(200);
    const refused = await exported(hoarder);
    expectProblem(refused, 429, 'too-many-requests');
    expect(refused.headers.get('Retry-After')).toBe('30');
    expect((await exported(her)).status).toBe(200);
    socket.destroy();
    await expect.poll(async () => (await exported(hoarder)).status, { timeout: 10_000 }).toBe(200);
  });

  test('is one of those asked for at once', async () => {
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => exported(her)))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 429, 429, 429]);
    expect((await exported(her)).status).toBe(200);
  });

  test('ends, and is counted no more', async () => {
    const { socket } = await begun(hoarder);
    expect((await exported(hoarder)).status).toBe(429);
    await expect.poll(async () => (await exported(hoarder)).status, { timeout: 10_000 }).toBe(200);
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
  });

  test('is not what was refused: that takes no place', async () => {
    const him = await server.holder(21);
    for (let asked = 0; asked < 3; asked++)
      expectProblem(await front.http.post(`${her.espace}/export`, { token: him.token }), 404, 'not-found');
    expect((await exported(him)).status).toBe(200);
  });
});
