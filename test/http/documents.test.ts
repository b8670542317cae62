import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { answerOn, rawSocket } from '../support/http-raw.ts';
import {
  fixture,
  NOTES,
  type SignedInHolder,
  sha256,
  startServer,
  type TestFile,
  type TestServer,
  textFile,
} from '../support/server.ts';

/**
 * One document over HTTP: taken, described, changed at the right version, deleted.
 *
 * Mutants seen to fail: a title measured in UTF-16 units; 5 000 001 bytes taken; a content kept after a refusal; the version
 * not compared; of two changes only the first asked of the rule book; a deletion that leaves its bytes; a place
 * for an upload that is everybody's, or never given back.
 */

let server: TestServer;
let her: SignedInHolder;
let hospital: string;
const DESCRIPTION = { title: 'Notes', type: 'DOCPAT03' };

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
  hospital = await server.tokenOf('hospital-doctor');
});
afterAll(() => server.stop());

const deposit = (metadata: object = DESCRIPTION, file: TestFile = NOTES, token = her.token) =>
  server.deposit(token, her.espace, metadata, file);
const deposited = async (metadata: object = DESCRIPTION, file: TestFile = NOTES, token = her.token) => {
  const { status, body, headers } = await deposit(metadata, file, token);
  expect([status, body.code]).toEqual([201, undefined]);
  return { id: body.id as string, path: `${her.espace}/documents/${body.id}`, etag: headers.get('ETag') ?? '', body };
};
const sized = (size: number): TestFile => ({ ...NOTES, bytes: new Uint8Array(size).fill(0x78) });

describe('a deposit', () => {
  test.each([
    ['compte-rendu.pdf', 'application/pdf'],
    ['photo-ordonnance.jpg', 'image/jpeg'],
    ['courbe-tension.png', 'image/png'],
    ['lettre-scannee.tiff', 'image/tiff'],
    ['courrier-specialiste.rtf', 'application/rtf', 'text/rtf'],
    ['notes-de-suivi.txt', 'text/plain'],
  ])('of %s comes back byte for byte', async (name, type, kept = type) => {
    const file = await fixture(name, type);
    const { path, body } = await deposited({ ...DESCRIPTION, date: '2026-01-02', comment: 'à lire' }, file);
    expect(body).toMatchObject({
      fileName: name,
      mediaType: kept,
      size: file.bytes.length,
      sha256: sha256(file.bytes),
      date: '2026-01-02',
      comment: 'à lire',
      author: { kind: 'holder' },
    });
    const content = await server.http.get(`${path}/content`, { token: her.token });
    expect(content.bytes.equals(file.bytes)).toBe(true);
    expect(content.headers.get('Content-Type')?.split(';')[0]).toBe(kept);
    expect(content.headers.get('ETag')).toBe(`"${sha256(file.bytes)}"`);
    expect(content.headers.get('Content-Length')).toBe(String(file.bytes.length));
  });

  test('of 5 000 000 bytes is taken, of one more not, nor of none', async () => {
    await deposited(DESCRIPTION, sized(5_000_000));
    await refusedBy(server, () => deposit(DESCRIPTION, sized(5_000_001)), 413, 'file-too-large');
    await refusedBy(server, () => deposit(DESCRIPTION, sized(0)), 400, 'file-empty');
  });

  test('must be what its name and its sender say', async () => {
    const pdf = await fixture('compte-rendu.pdf', 'application/pdf');
    const refused = (file: TestFile, code: string, status = 415) =>
      refusedBy(server, () => deposit(DESCRIPTION, file), status, code);
    await refused({ ...pdf, name: 'photo.jpg', type: 'image/jpeg' }, 'file-type-mismatch');
    await refused({ ...pdf, name: 'photo.jpg' }, 'file-type-mismatch');
    await refused({ ...pdf, type: 'image/jpeg' }, 'file-type-mismatch');
    await refused({ ...NOTES, name: 'notes.exe' }, 'file-type-not-allowed');
    await refused({ ...NOTES, name: 'notes' }, 'file-type-not-allowed');
    await refused({ ...NOTES, type: 'text/html', name: 'notes.html' }, 'file-type-not-allowed');
    await refused({ ...NOTES, bytes: Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]) }, 'file-type-mismatch');
    const eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';
    await refused(textFile(eicar), 'file-infected', 422);
  });

  test.each([
    ['a title of 51 characters', { title: 'x'.repeat(51) }, ['title']],
    ['51 emoji', { title: '🩺'.repeat(51) }, ['title']],
    ['50 characters and one that cannot be seen', { title: `${'x'.repeat(50)}\ufe0f` }, ['title']],
    ['no title', { title: undefined }, ['title']],
    ['an empty title', { title: '' }, ['title']],
    ['a title that is a number', { title: 7 }, ['title']],
    ['an unknown type', { type: '00000-0' }, ['type']],
    ['an unknown category', { category: 'X' }, ['category']],
    ['a day that does not exist', { date: '2026-02-29' }, ['date']],
    ['an unknown field', { colour: 'red' }, ['colour']],
    ['an author', { author: { kind: 'professional' } }, ['author']],
    ['a size', { size: 1, sha256: 'x', contentId: 'x' }, ['size', 'sha256', 'contentId']],
    ['a field called constructor', { constructor: {} }, ['constructor']],
    ['a mask that is no switch', { maskedFromProfessionals: 'maybe' }, ['maskedFromProfessionals']],
  ])('with %s is refused, and its content is not kept', async (_, changes, fields) => {
    await refusedBy(server, () => deposit({ ...DESCRIPTION, ...changes }), 400, 'invalid-request', { fields });
  });

  test.each([
    ['50 characters', 'x'.repeat(50)],
    ['50 accents', 'é'.repeat(50)],
    ['50 emoji', '🩺'.repeat(50)],
    ['a joined emoji of seven characters', '👩‍👩‍👧‍👦'],
    ['one character', 'x'],
    ['what a spreadsheet or a page might run', '=1+1;<script>"\''],
  ])('with a title of %s is taken as it is', async (_, title) => {
    const { path } = await deposited({ ...DESCRIPTION, title });
    expect((await server.http.get(path, { token: her.token })).body.title).toBe(title);
  });

  test('kept for an announcement, by the holder, is refused', async () => {
    const kept = { ...DESCRIPTION, hiddenFromHolderUntilAnnounced: true };
    await refusedBy(server, () => deposit(kept), 409, 'only-professionals-announce');
  });

  test('by a professional who did not tell the patient is refused, and written down', async () => {
    const metadata = { title: 'CR', type: '34112-3' };
    for (const changes of [{}, { patientInformed: false }])
      await refusedBy(server, () => deposit({ ...metadata, ...changes }, NOTES, hospital), 403, 'access-refused', {
        rule: 'patient-not-informed',
        events: ['espace AccessDenied patient-not-informed'],
      });
  });

  test('is masked where that is the default, by whomever', async () => {
    const one = await server.holder(2);
    const body = { professionals: 'open', documents: 'masked' };
    await server.http.put(`${one.espace}/access/default`, { token: one.token, body });
    const masked = async (token: string, metadata: object) =>
      (await server.deposit(token, one.espace, { title: 'x', type: '34112-3', ...metadata })).body.visibility
        .maskedFromProfessionals;
    expect(await masked(one.token, {})).toBe(true);
    expect(await masked(one.token, { maskedFromProfessionals: false })).toBe(false);
    expect(await masked(hospital, { patientInformed: true, maskedFromProfessionals: false })).toBe(true);
  });

  test('cut short leaves nothing: a form, a file, and a form without its end', async () => {
    const head = (type: string, length: number) =>
      `POST ${her.espace}/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${her.token}\r\nContent-Type: ${type}\r\n` +
      `Content-Disposition: attachment; filename="notes.txt"\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;
    const part =
      '--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"title":"Notes","type":"DOCPAT03"}\r\n' +
      '--b\r\nContent-Disposition: form-data; name="file"; filename="notes.txt"\r\nContent-Type: text/plain\r\n\r\nhello';
    const { result, ...effect } = await server.effectOf(async () => {
      const socket = await rawSocket(server.url);
      const answer = answerOn(socket);
      socket.write(head('multipart/form-data; boundary=b', part.length) + part);
      const whole = await answer;
      for (const type of ['multipart/form-data; boundary=b', 'text/plain']) {
        const cut = await rawSocket(server.url);
        const closed = answerOn(cut);
        cut.write(head(type, part.length + 100) + part);
        cut.end();
        await closed;
      }
      return whole;
    });
    expect([result.status, JSON.parse(result.body).code]).toEqual([400, 'multipart-truncated']);
    expect(effect).toEqual({ events: [], contentsAdded: 0, contentsRemoved: 0 });
  });
});

describe('a change', () => {
  const change = (path: string, token: string, headers: Record<string, string>) => [
    () => server.http.patch(path, { token, headers, body: { title: 'Autre' } }),
    () => server.http.put(`${path}/visibility`, { token, headers, body: { maskedFromProfessionals: true } }),
    () => server.http.delete(path, { token, headers }),
  ];

  test('must name the version it changes', async () => {
    const { path } = await deposited();
    for (const request of change(path, her.token, {})) await refusedBy(server, request, 428, 'precondition-required');
  });

  test('of another version is told the newest', async () => {
    const { path, etag } = await deposited();
    for (const version of ['"x"', '*', `W/${etag}`, '"y", "x"', etag.slice(1, -1)])
      for (const request of change(path, her.token, { 'If-Match': version })) {
        const reply = await refusedBy(server, request, 412, 'version-mismatch');
        expect(reply.headers.get('ETag')).toBe(etag);
      }
  });

  test('after another’s change is refused; with the newest version it is done', async () => {
    const { path, etag } = await deposited();
    const rename = (title: string, version: string) =>
      server.http.patch(path, { token: her.token, headers: { 'If-Match': version }, body: { title } });
    const first = await rename('Première', etag);
    expect([first.status, first.body.title]).toEqual([200, 'Première']);
    await refusedBy(server, () => rename('Deuxième', etag), 412, 'version-mismatch');
    expect((await rename('Deuxième', first.headers.get('ETag') ?? '')).body.title).toBe('Deuxième');
  });

  test('of twenty at once on one version, one is done', async () => {
    const { path, etag } = await deposited();
    const { result, events } = await server.effectOf(() =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          server.http.patch(path, {
            token: her.token,
            headers: { 'If-Match': etag },
            body: { title: `Titre ${index}` },
          }),
        ),
      ),
    );
    expect(result.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
    expect(events).toEqual(['espace DocumentDescribed']);
  });

  test('of the type changes the category with it, unless another is named', async () => {
    const { path, etag } = await deposited();
    const patch = (body: object, version: string) =>
      server.http.patch(path, { token: her.token, headers: { 'If-Match': version }, body });
    const first = await patch({ type: '11502-2' }, etag);
    expect(first.body).toMatchObject({ type: '11502-2', category: 'BIOLOGIE', title: 'Notes' });
    const second = await patch({ type: '18748-4', category: 'AUTR_DOC' }, first.headers.get('ETag') ?? '');
    expect(second.body).toMatchObject({ type: '18748-4', category: 'AUTR_DOC' });
  });

  test('to what it is already leaves no event', async () => {
    const { path, etag } = await deposited();
    const { result, events } = await server.effectOf(() =>
      server.http.patch(path, { token: her.token, headers: { 'If-Match': etag }, body: { title: 'Notes' } }),
    );
    expect([result.status, result.headers.get('ETag'), events]).toEqual([200, etag, []]);
  });

  test('of two restrictions, one of them not theirs to set, does neither', async () => {
    const { path, etag } = await deposited();
    const body = { maskedFromProfessionals: true, hiddenFromHolderUntilAnnounced: true };
    await refusedBy(
      server,
      () => server.http.put(`${path}/visibility`, { token: her.token, headers: { 'If-Match': etag }, body }),
      403,
      'access-refused',
      { rule: 'only-professionals-announce', events: ['espace AccessDenied only-professionals-announce'] },
    );
  });

  test('that names nothing is refused', async () => {
    const { path, etag } = await deposited();
    const sent = { token: her.token, headers: { 'If-Match': etag }, body: {} };
    await refusedBy(server, () => server.http.put(`${path}/visibility`, sent), 400, 'invalid-request', {
      fields: [''],
    });
  });

  test('of what another put in is not the holder’s, but to mask it is', async () => {
    const { path } = await deposited({ title: 'CR', type: '34112-3', patientInformed: true }, NOTES, hospital);
    const etag = (await server.http.get(path, { token: her.token })).headers.get('ETag') ?? '';
    const [describe, mask, remove] = change(path, her.token, { 'If-Match': etag }) as [
      () => never,
      () => never,
      () => never,
    ];
    const refused = (request: () => never, rule: string) =>
      refusedBy(server, request, 403, 'access-refused', { rule, events: [`espace AccessDenied ${rule}`] });
    await refused(describe, 'not-described-by-holder');
    await refused(remove, 'not-put-in-by-holder');
    const bulk = { action: 'delete', documents: [path.split('/').at(-1)] };
    const { body } = await server.http.post(`${her.espace}/documents/bulk`, { token: her.token, body: bulk });
    expect(body.items[0]).toMatchObject({ status: 403, code: 'access-refused', rule: 'not-put-in-by-holder' });
    expect((await server.http.get(path, { token: her.token })).status).toBe(200);
    const masked = (await (mask as unknown as () => Promise<{ status: number }>)()).status;
    expect(masked).toBe(200);
  });
});

describe('a deletion', () => {
  test('takes the document and its bytes away, and leaves the trace', async () => {
    const { path, etag, id } = await deposited(DESCRIPTION, textFile('à détruire'));
    const before = await server.storedContents();
    const reply = await server.http.delete(path, { token: her.token, headers: { 'If-Match': etag } });
    expect([reply.status, reply.bytes.length]).toEqual([204, 0]);
    for (const suffix of ['', '/content', '/readers'])
      expectProblem(await server.http.get(path + suffix, { token: her.token }), 404, 'not-found');
    await expect.poll(server.storedContents).toHaveLength(before.length - 1);
    const { body } = await server.http.get(`${her.espace}/journal?document=${id}`, { token: her.token });
    expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['DocumentDeleted', 'DocumentDeposited']);
  });

  test('of several: each has its answer, and what is not there is not found', async () => {
    const [one, other] = [await deposited(), await deposited()];
    const unknown = crypto.randomUUID();
    const documents = [one.id.toUpperCase(), unknown, other.id];
    const { result, events } = await server.effectOf(() =>
      server.http.post(`${her.espace}/documents/bulk`, { token: her.token, body: { action: 'delete', documents } }),
    );
    expect(result.body.items).toEqual([
      { id: one.id, status: 200 },
      { id: unknown, status: 404, code: 'not-found', detail: expect.any(String) },
      { id: other.id, status: 200 },
    ]);
    expect(events).toEqual(['espace DocumentDeleted', 'espace DocumentDeleted']);
  });

  test('by its author, a professional, leaves their trace', async () => {
    const { path, etag } = await deposited({ title: 'CR', type: '34112-3', patientInformed: true }, NOTES, hospital);
    const { events } = await server.effectOf(() =>
      server.http.delete(path, { token: hospital, headers: { 'If-Match': etag } }),
    );
    expect(events).toEqual(['espace AccessedBy author', 'espace DocumentDeleted']);
  });
});

describe('files that are sent and do not arrive', () => {
  test('take the places of their sender, and of nobody else; who leaves gives them back', async () => {
    const [one, other] = [await server.holder(70), await server.holder(71)];
    const send = async ({ espace, token }: SignedInHolder) => {
      const socket = await rawSocket(server.url);
      socket.on('error', () => {});
      const head = [
        `POST ${espace}/documents HTTP/1.1`,
        'Host: localhost',
        `Authorization: Bearer ${token}`,
        'Content-Type: text/plain',
        'Content-Disposition: attachment; filename="notes.txt"',
        'Content-Length: 9',
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\nTension`);
      return socket;
    };
    const ofOne = () => server.deposit(one.token, one.espace, DESCRIPTION);
    const sockets = await Promise.all(Array.from({ length: 11 }, () => send(one)));
    const [answer] = await Promise.race(sockets.map(socket => once(socket, 'data')));
    expect(String(answer)).toMatch(/^HTTP\/1.1 429 /);
    expectProblem(await ofOne(), 429, 'too-many-requests');
    expect((await server.deposit(other.token, other.espace, DESCRIPTION)).status).toBe(201);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await ofOne()).status, { timeout: 10_000 }).toBe(201);
  });
});
