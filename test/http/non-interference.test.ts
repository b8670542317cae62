import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reply } from '../support/http-client.ts';
import { formOf, NOTES, rppsOf, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * What is hidden from somebody does not show in any answer they get, whatever they ask: byte for byte it is the answer
 * they would get if the hidden thing did not exist.
 *
 * Mutants seen to fail: masked documents refused with 403; the version looked at before the verdict; masked documents counted
 * in `next`; a blocked professional told that they are; `explain` and `readers` telling a document that waits for its
 * announcement from one that does not exist; the rule that hides it left out; the journal showing what concerns it, or
 * events newer than the state it judges them by.
 */

let server: TestServer;
let her: SignedInHolder;

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
});
afterAll(() => server.stop());

/** All of an answer but what differs between any two: when it was given, and its own number. */
const shown = ({ status, headers, bytes }: Reply) => {
  const { date: _date, 'request-id': id, ...others } = Object.fromEntries(headers);
  return { status, headers: others, text: bytes.toString().replaceAll(id ?? '-', '') };
};

/** Every question about one document, each with and without a version. */
const questionsAbout = (token: string, espace: string, id: string, more: Record<string, string>) => {
  const path = `${espace}/documents/${id}`;
  const versions: Record<string, string>[] = [
    {},
    { 'If-Match': '"x"' },
    { 'If-Match': more.etag ?? '"y"' },
    { 'If-Match': '*' },
  ];
  const headers = {
    ...(more.purpose === undefined ? {} : { 'Purpose-Of-Use': more.purpose, 'Purpose-Reason': 'urgence' }),
  };
  const ask = (method: string, at: string, body?: object, others = {}) =>
    server.http.request(method, at, {
      token,
      headers: { ...headers, ...others },
      ...(body === undefined ? {} : { body }),
    });
  const bulk = (changes: object) => ask('POST', `${espace}/documents/bulk`, { documents: [id], ...changes });
  const actor = { rpps: rppsOf('nurse'), profession: 'G15_60' };
  return [
    () => ask('GET', path),
    () => ask('HEAD', path),
    () => ask('GET', `${path}/content`),
    () => ask('HEAD', `${path}/content`),
    () => ask('GET', `${path}/content`, undefined, { Range: 'bytes=0-3' }),
    () => ask('GET', `${path}/content`, undefined, { 'If-None-Match': more.contentEtag ?? '"x"' }),
    () => ask('GET', `${path}/readers`),
    () => ask('GET', `${path}/readers?at=2026-01-01T00:00:00Z`),
    () => ask('POST', `${espace}/access/explain`, { actor, document: id }),
    () => ask('POST', `${espace}/access/explain`, { actor, document: id, at: '2026-01-01T00:00:00Z' }),
    () => bulk({ action: 'delete' }),
    () => bulk({ action: 'visibility', maskedFromProfessionals: true }),
    () => bulk({ action: 'visibility', maskedFromProfessionals: false, hiddenFromRepresentatives: true }),
    ...versions.flatMap(version => [
      () => ask('PATCH', path, { title: 'x' }, version),
      () => ask('PATCH', path, { title: 1 }, version),
      () => ask('PUT', `${path}/visibility`, { maskedFromProfessionals: false }, version),
      () => ask('PUT', `${path}/visibility`, { hiddenFromHolderUntilAnnounced: true }, version),
      () => ask('PUT', `${path}/visibility`, { hiddenFromHolderUntilAnnounced: false }, version),
      () => ask('PUT', `${path}/visibility`, {}, version),
      () => ask('DELETE', path, undefined, version),
    ]),
  ];
};

/** All asked at once, so that their traces share a commit; ids read as what they stand for. */
const answersTo = (
  questions: readonly (() => Promise<Reply>)[],
  names: readonly (readonly [id: string, name: string])[],
) =>
  Promise.all(
    questions.map(async (question, index) => {
      const { text, ...others } = shown(await question());
      return { index, ...others, text: names.reduce((said, [id, name]) => said.replaceAll(id, name), text) };
    }),
  );

/** The answers about `hidden` are those about an id that nobody has. */
const expectUnknown = async (token: string, espace: string, hidden: string, more: Record<string, string> = {}) => {
  const unknown = crypto.randomUUID();
  const [mine, others] = await Promise.all(
    [hidden, unknown].map(id => answersTo(questionsAbout(token, espace, id, more), [[id, 'id']])),
  );
  expect(mine).toEqual(others);
};

const deposit = async (token: string, espace: string, metadata: object) => {
  const { status, body, headers } = await server.deposit(token, espace, metadata);
  expect(status).toBe(201);
  return { id: body.id as string, etag: headers.get('ETag') ?? '', contentEtag: `"${body.sha256}"` };
};

describe('a masked document', () => {
  let masked: { readonly id: string; readonly etag: string; readonly contentEtag: string };
  /** Its version as a professional saw it, before it was masked. */
  let etag: string;

  beforeAll(async () => {
    masked = await deposit(her.token, her.espace, { title: 'Masqué', type: 'DOCPAT03' });
    for (const key of ['general-practitioner', 'pharmacist', 'dentist'])
      await server.http.put(`${her.espace}/access/authorisations/${rppsOf(key)}`, { token: her.token, body: {} });
    await server.http.put(`${her.espace}/access/blocked/${rppsOf('cardiologist')}`, { token: her.token, body: {} });
    const path = `${her.espace}/documents/${masked.id}`;
    etag =
      (await server.http.get(path, { token: await server.tokenOf('general-practitioner') })).headers.get('ETag') ?? '';
    const sent = { token: her.token, headers: { 'If-Match': masked.etag }, body: { maskedFromProfessionals: true } };
    expect((await server.http.put(`${path}/visibility`, sent)).status).toBe(200);
  });

  test.each([
    ['authorised', 'general-practitioner', {}],
    ['authorised, whom the matrix refuses', 'coordinator', {}],
    ['never authorised', 'nurse', {}],
    ['blocked', 'cardiologist', {}],
    ['an insurer', 'insurer-doctor', {}],
    ['an occupational doctor', 'occupational-doctor', {}],
    ['breaking the glass', 'emergency-doctor', { purpose: 'BTG' }],
    ['breaking the glass, blocked', 'cardiologist', { purpose: 'BTG' }],
    ['regulating', 'regulating-doctor', { purpose: 'ETREAT' }],
    ['claiming to regulate', 'nurse', { purpose: 'ETREAT' }],
  ] as [string, string, Record<string, string>][])('is unknown to: %s', async (_, key, more) => {
    const { contentEtag } = masked;
    await expectUnknown(await server.tokenOf(key), her.espace, masked.id, { etag, contentEtag, ...more });
  });

  test('shows in no list, page, search or count', async () => {
    const one = await server.holder(2);
    await server.http.put(`${one.espace}/access/authorisations/${rppsOf('general-practitioner')}`, {
      token: one.token,
      body: {},
    });
    const token = await server.tokenOf('general-practitioner');
    for (const title of ['aa', 'cc', 'ee']) await deposit(one.token, one.espace, { title, type: 'DOCPAT03' });
    const queries = [
      '',
      'limit=1',
      'limit=2',
      'limit=3',
      'q=b',
      'q=a',
      'sort=title&limit=2',
      'sort=-title',
      'author=holder',
      'type=DOCPAT03&limit=1',
      'type=DOCPAT02',
      'from=2020-01-01',
    ];
    const lists = async () => {
      const all = [];
      for (const query of queries) {
        const reply = await server.http.get(`${one.espace}/documents?${query}`, { token });
        const next = String(reply.body.next);
        // A cursor differs each time, but not in length.
        const { headers, text, status } = shown(reply);
        const hide = (said: string | undefined) => said?.replaceAll(next, 'c'.repeat(next.length));
        all.push({ query, status, text: hide(text), link: hide(headers.link), length: headers['content-length'] });
      }
      return all;
    };
    const before = await lists();
    const hidden = { maskedFromProfessionals: true };
    for (const title of ['a', 'bb', 'd', 'ff'])
      await deposit(one.token, one.espace, { title, type: 'DOCPAT03', ...hidden });
    await deposit(one.token, one.espace, { title: 'ba', type: 'DOCPAT02', date: '2019-01-01', ...hidden });
    expect(await lists()).toEqual(before);
  });

  test('and its cursor goes on where it stands, when the page’s last document is masked meanwhile', async () => {
    const one = await server.holder(3);
    await server.http.put(`${one.espace}/access/authorisations/${rppsOf('general-practitioner')}`, {
      token: one.token,
      body: {},
    });
    const token = await server.tokenOf('general-practitioner');
    const documents = [];
    for (const title of ['a', 'b', 'c'])
      documents.push(await deposit(one.token, one.espace, { title, type: 'DOCPAT03' }));
    const page = (await server.http.get(`${one.espace}/documents?sort=title&limit=2`, { token })).body;
    const body = { action: 'visibility', documents: [documents[1]?.id], maskedFromProfessionals: true };
    await server.http.post(`${one.espace}/documents/bulk`, { token: one.token, body });
    const rest = (await server.http.get(`${one.espace}/documents?sort=title&after=${page.next}`, { token })).body;
    expect(rest.items.map(({ title }: { title: string }) => title)).toEqual(['c']);
  });
});

describe('a block', () => {
  test('looks as if nobody had ever been authorised', async () => {
    const [blocked, stranger] = [await server.holder(4), await server.holder(5)];
    const about = async (one: SignedInHolder) => [
      (await deposit(one.token, one.espace, { title: 'Notes', type: 'DOCPAT03', date: '2026-01-01' })).id,
      (await deposit(one.token, one.espace, { title: 'Caché', type: 'DOCPAT03', maskedFromProfessionals: true })).id,
    ];
    const [hers, others] = [await about(blocked), await about(stranger)];
    const gp = rppsOf('general-practitioner');
    await server.http.put(`${blocked.espace}/access/authorisations/${gp}`, { token: blocked.token, body: {} });
    await server.http.put(`${blocked.espace}/access/attending-doctor`, {
      token: blocked.token,
      body: { professional: gp },
    });
    await server.http.put(`${blocked.espace}/access/blocked/990000028`, { token: blocked.token, body: {} });
    // The surgery is blocked; the doctor themself lost nothing that their number alone gives.
    await server.http.put(`${blocked.espace}/access/blocked/${gp}`, { token: blocked.token, body: {} });
    const token = await server.tokenOf('general-practitioner');

    const questions = (one: SignedInHolder, [visible = '', masked = '']: readonly string[]) => {
      const target = rppsOf('nurse');
      const change = (method: string, path: string, body?: object) => () =>
        server.http.request(method, one.espace + path, { token, ...(body === undefined ? {} : { body }) });
      return [
        () => server.http.post('/v1/espaces/lookup', { token, body: { ins: one.person.nir } }),
        change('GET', ''),
        change('GET', '/documents'),
        change('GET', '/documents?q=notes'),
        change('GET', '/access'),
        change('GET', '/journal'),
        change('GET', '/journal/export?format=csv'),
        change('GET', '/journal/stream'),
        change('PUT', `/access/authorisations/${target}`, {}),
        change('DELETE', `/access/authorisations/${gp}`),
        change('PUT', `/access/blocked/${target}`, {}),
        change('DELETE', `/access/blocked/${gp}`),
        change('PUT', '/access/default', { professionals: 'open', documents: 'visible' }),
        change('PUT', '/access/emergency', { callCentre: true, breakGlass: true, masked: true }),
        change('PUT', `/access/administrators/${target}`, {}),
        change('DELETE', `/access/administrators/${gp}`),
        change('PUT', '/access/attending-doctor', { professional: gp }),
        change('DELETE', '/access/attending-doctor'),
        change('POST', '/closure', { password: one.password, erase: false }),
        change('POST', '/reopening', {}),
        ...questionsAbout(token, one.espace, visible, {}),
        ...questionsAbout(token, one.espace, masked, {}),
        () =>
          server.http.post(`${one.espace}/documents`, { token, raw: formOf({ title: 'x', type: '34112-3' }, NOTES) }),
      ];
    };
    const namesOf = (one: SignedInHolder, [visible = '', masked = '']: readonly string[]) =>
      [
        [one.id, 'espace'],
        [visible, 'visible'],
        [masked, 'masked'],
      ] as const;
    expect(await answersTo(questions(blocked, hers), namesOf(blocked, hers))).toEqual(
      await answersTo(questions(stranger, others), namesOf(stranger, others)),
    );
  });
});

describe('a document that waits for its announcement', () => {
  test('does not show to the holder, anywhere', async () => {
    const one = await server.holder(6);
    const hospital = await server.tokenOf('hospital-doctor');
    await deposit(one.token, one.espace, { title: 'Notes', type: 'DOCPAT03' });
    const ask = (path: string) => server.http.get(one.espace + path, { token: one.token });
    const hidesOwnReading = (text: string) =>
      text
        .split('\n')
        .filter(line => !line.includes('"read-journal"') && !line.includes('"export-journal"'))
        .join('\n');
    const everything = async () => ({
      list: shown(await ask('/documents')),
      search: shown(await ask('/documents?q=annonce')),
      author: shown(await ask(`/documents?author=${rppsOf('hospital-doctor')}`)),
      journal: shown(await ask(`/journal?actor=${rppsOf('hospital-doctor')}`)),
      deposits: shown(await ask('/journal?kind=DocumentDeposited')),
      first: (await ask('/journal?kind=DocumentDeposited&limit=1')).body.next,
      accesses: shown(await ask(`/journal?kind=AccessedBy&actor=${rppsOf('hospital-doctor')}`)),
      export: hidesOwnReading((await ask('/journal/export?format=json')).bytes.toString()),
      csv: (await ask('/journal/export?format=csv')).bytes
        .toString()
        .split('\n')
        .filter(line => !/;(read|export)-journal;/.test(line)),
      espace: shown(await ask('')),
      access: shown(await ask('/access')),
    });
    const before = await everything();

    const metadata = { title: 'Annonce', type: '34112-3', patientInformed: true, hiddenFromHolderUntilAnnounced: true };
    const hidden = await deposit(hospital, one.espace, metadata);
    const path = `${one.espace}/documents/${hidden.id}`;
    expect((await server.http.get(`${path}/content`, { token: hospital })).status).toBe(200);
    const headers = { 'If-Match': hidden.etag };
    const described = await server.http.patch(path, { token: hospital, headers, body: { title: 'Annonce 2' } });
    expect(described.status).toBe(200);
    expect((await server.http.get(path, { token: await server.tokenOf('nurse') })).status).toBe(403);

    expect(await everything()).toEqual(before);
    const etag = described.headers.get('ETag') ?? '';
    const { events, contentsRemoved } = await server.effectOf(() =>
      expectUnknown(one.token, one.espace, hidden.id, { etag, contentEtag: hidden.contentEtag }),
    );
    expect([events, contentsRemoved]).toEqual([[], 0]);
    const byDocument = async (id: string) => (await ask(`/journal?document=${id}`)).body;
    expect(await byDocument(hidden.id)).toEqual(await byDocument(crypto.randomUUID()));
    const entries = (await server.everyEvent()).filter(
      ({ data }) => 'documentId' in data && data.documentId === hidden.id,
    );
    expect(entries.map(({ type }) => type)).toEqual([
      'AccessedBy',
      'DocumentDeposited',
      'DocumentHiddenFromHolder',
      'AccessedBy',
      'AccessedBy',
      'DocumentDescribed',
      'AccessDenied',
    ]);
    const report = (id: string) =>
      server.http.post(`${one.espace}/journal/${id}/report`, { token: one.token, body: {} });
    for (const { id } of entries) expect(shown(await report(id))).toEqual(shown(await report(crypto.randomUUID())));

    // Announced: all of it is there, and always was.
    const current = (await server.http.get(path, { token: hospital })).headers.get('ETag') ?? '';
    const announced = await server.http.put(`${path}/visibility`, {
      token: hospital,
      headers: { 'If-Match': current },
      body: { hiddenFromHolderUntilAnnounced: false },
    });
    expect(announced.status).toBe(200);
    expect((await ask('/documents?q=annonce')).body.items).toMatchObject([{ id: hidden.id, title: 'Annonce 2' }]);
    const kinds = (await byDocument(hidden.id)).items.map(({ kind }: { kind: string }) => kind);
    expect(kinds.toReversed()).toEqual([
      ...entries.map(({ type }) => type),
      'AccessedBy',
      'AccessedBy',
      'DocumentRevealedToHolder',
    ]);
  });

  test('not even to one who looks while it is deposited', async () => {
    const one = await server.holder(7);
    const hospital = await server.tokenOf('hospital-doctor');
    const seen: string[] = [];
    let depositing = true;
    const look = async () => {
      while (depositing) {
        const { body } = await server.http.get(`${one.espace}/journal?limit=10`, { token: one.token });
        seen.push(
          ...body.items
            .filter(({ actor }: { actor: { kind: string } }) => actor.kind === 'professional')
            .map(({ kind }: { kind: string }) => kind),
        );
      }
    };
    const looking = [look(), look(), look()];
    const metadata = { title: 'x', type: '34112-3', patientInformed: true, hiddenFromHolderUntilAnnounced: true };
    for (let round = 0; round < 10; round++)
      await Promise.all([1, 2, 3].map(() => deposit(hospital, one.espace, metadata)));
    depositing = false;
    await Promise.all(looking);
    expect(seen).toEqual([]);
  });
});
