import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Wire } from '../support/http-client.ts';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { NOTES, rppsOf, type SignedInHolder, startServer, type TestServer, textFile } from '../support/server.ts';

/**
 * The trail in the holder's hands: pages, filters, exports, reports, and why.
 *
 * Mutants seen to fail: a page that skips its edge; `to` included; a filter by organisation that knows only persons; a
 * document named in capitals not found; an export that stops after its first page; a cell that begins a formula.
 */

let server: TestServer;
let her: SignedInHolder;
let gp: string;
let emergency: string;
let report: string;
let notes: string;
/** Before the holder did anything but sign in. */
let quiet: string;

const ask = (query: string) => server.http.get(`${her.espace}/journal?${query}`, { token: her.token });
const entriesOf = async (query: string): Promise<Wire[]> => {
  const { status, body } = await ask(query);
  expect(status).toBe(200);
  return body.items;
};
const kindsOf = (entries: readonly Wire[]): string[] => entries.map(({ kind }) => kind);

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
  [gp, emergency] = [await server.tokenOf('general-practitioner'), await server.tokenOf('emergency-doctor')];
  quiet = (await server.http.get('/dev/clock')).body.now;
  await server.advance(10);
  const hospital = await server.tokenOf('hospital-doctor');
  const deposited = await server.deposit(hospital, her.espace, { title: 'CR', type: '34112-3', patientInformed: true });
  report = deposited.body.id;
  notes = (await server.deposit(her.token, her.espace, { title: '=HYPERLINK("x");a "b"', type: 'DOCPAT03' }, NOTES))
    .body.id;
  await server.http.get(`${her.espace}/documents`, { token: gp });
  await server.http.put(`${her.espace}/access/authorisations/990000028`, { token: her.token, body: {} });
  await server.http.get(`${her.espace}/documents/${report}/content`, { token: gp });
  await server.http.get(`${her.espace}/documents/${notes}`, {
    token: emergency,
    headers: { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': encodeURIComponent('+malaise; "grave"\r\n=1') },
  });
});
afterAll(() => server.stop());

describe('an entry', () => {
  test('of an access says who, where, why, on what, by which rule, and who was told', async () => {
    const [entry] = await entriesOf(`kind=AccessedBy&actor=${rppsOf('emergency-doctor')}`);
    expect(entry).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
      kind: 'AccessedBy',
      actor: {
        kind: 'professional',
        rpps: '99700300033',
        name: 'Éric BESSON',
        profession: 'G15_10',
        professionLabel: 'Médecin',
        specialty: 'SM54',
        organisation: '990000010',
        organisationName: 'Centre hospitalier des Essais',
      },
      verdict: 'PERMIT',
      action: 'read-document',
      purpose: 'BTG',
      reason: '+malaise; "grave"\r\n=1',
      software: 'essais',
      onBehalfOf: her.id,
      document: { id: notes, title: '=HYPERLINK("x");a "b"', type: 'DOCPAT03', category: 'CPT_REND' },
      details: null,
      rule: 'break-glass',
      ruleText: expect.stringContaining('bris de glace'),
      legalBasis: 'L.1111-17 I, R.1111-48',
      ruleBook: expect.stringMatching(/^\d{4}-\d{2}-\d{2}/),
      matrix: '2023-10-26',
      told: ['holder', 'attending-doctor'],
    });
  });

  test('of a refusal says so, and in the language asked for', async () => {
    const path = `${her.espace}/journal?kind=AccessDenied&actor=${rppsOf('general-practitioner')}`;
    const [entry] = (await server.http.get(path, { token: her.token, headers: { 'Accept-Language': 'en' } })).body
      .items;
    expect(entry).toMatchObject({
      verdict: 'DENY',
      action: 'list-documents',
      rule: 'not-authorised',
      ruleText: 'The holder has not authorised this professional, or the authorisation has ended.',
      told: [],
    });
  });

  test('of a reading of the journal stands in the next', async () => {
    await ask('kind=Activated');
    const [newest] = await entriesOf('limit=2').then(entries => entries.slice(1));
    expect(newest).toMatchObject({
      action: 'read-journal',
      actor: { kind: 'holder' },
      details: '{"kind":"Activated"}',
    });
  });
});

describe('a filter', () => {
  test.each([
    ['kind=DocumentDeposited', ['DocumentDeposited', 'DocumentDeposited']],
    ['kind=ProfessionalAuthorised', ['ProfessionalAuthorised']],
    ['actor=990000028', ['AccessedBy', 'AccessDenied']],
    ['actor=99700024450', ['AccessedBy', 'AccessDenied']],
    ['actor=99700024450&kind=AccessDenied', ['AccessDenied']],
    // Two doctors of one hospital.
    ['actor=990000010', ['AccessedBy', 'DocumentDeposited', 'AccessedBy']],
    ['actor=990000036', []],
    ['actor=nobody', []],
  ])('%s', async (query, kinds) => {
    expect(kindsOf(await entriesOf(query))).toEqual(kinds);
  });

  test('by the holder leaves out everybody else', async () => {
    const entries = await entriesOf('actor=holder&limit=200');
    expect(new Set(entries.map(({ actor }) => actor.kind))).toEqual(new Set(['holder']));
    expect(kindsOf(entries)).toEqual(
      expect.arrayContaining(['Activated', 'HolderSignedIn', 'DocumentDeposited', 'ProfessionalAuthorised']),
    );
  });

  test('by document, in any case', async () => {
    for (const id of [report, report.toUpperCase()])
      expect(kindsOf(await entriesOf(`document=${id}`))).toEqual(['AccessedBy', 'DocumentDeposited', 'AccessedBy']);
  });

  test('by time includes its beginning and excludes its end, in any offset', async () => {
    const [deposit] = await entriesOf('kind=ProfessionalAuthorised');
    const at: string = deposit.at;
    const elsewhere = `${new Date(Date.parse(at) + 2 * 3_600_000).toISOString().slice(0, -1)}%2B02:00`;
    for (const from of [at, elsewhere])
      expect((await entriesOf(`from=${from}&kind=ProfessionalAuthorised`)).length).toBe(1);
    expect(await entriesOf(`to=${at}&kind=ProfessionalAuthorised`)).toEqual([]);
    const early = await entriesOf(`to=${quiet}&limit=200`);
    expect(kindsOf(early)).toEqual(['HolderSignedIn', 'Activated', 'Created']);
    const late = await entriesOf(`from=${at}&limit=200`);
    expect(late.every(entry => entry.at >= at)).toBe(true);
  });

  test.each([
    ['kind=Unknown', ['kind']],
    ['from=yesterday', ['from']],
    ['to=2026-11-20', ['to']],
    ['from=2026-02-30T00:00:00Z', ['from']],
    ['document=x', ['document']],
    ['actor=', ['actor']],
    ['limit=201', ['limit']],
    ['limit=0', ['limit']],
    ['kind=Closed&kind=Closed', ['kind']],
  ])('that is wrong is refused, and no reading written down: %s', async (query, fields) => {
    await refusedBy(server, () => ask(query), 400, 'invalid-request', { fields });
  });
});

describe('pages', () => {
  test('neither repeat nor skip, although each reading is written down', async () => {
    const whole = (await entriesOf('limit=200')).map(({ id }) => id);
    const paged: string[] = [];
    let path = `${her.espace}/journal?limit=3`;
    for (let pages = 0; pages < 50; pages++) {
      const { body, headers } = await server.http.get(path, { token: her.token });
      expect(body.items.length).toBeLessThanOrEqual(3);
      paged.push(...body.items.map(({ id }: Wire) => id));
      const next = /^<([^>]+)>; rel="next"$/.exec(headers.get('Link') ?? '')?.[1];
      expect(next === undefined).toBe(body.next === null);
      if (next === undefined) break;
      path = next;
    }
    // The first reading, of the whole, is the newest that the pages have.
    expect(paged.slice(1)).toEqual(whole);
    expect(new Set(paged).size).toBe(paged.length);
  });

  test('of a filter end where nothing more is found', async () => {
    const { body } = await ask('kind=DocumentDeposited&limit=2');
    expect([body.items.length, body.next]).toEqual([2, null]);
    const first = (await ask('kind=DocumentDeposited&limit=1')).body;
    const second = (await ask(`kind=DocumentDeposited&limit=1&after=${first.next}`)).body;
    expect([second.items[0].id, second.next]).toEqual([body.items[1].id, null]);
  });

  test('have cursors that are good for one filter', async () => {
    const { next } = (await ask('kind=DocumentDeposited&limit=1')).body;
    for (const query of ['', 'kind=DocumentDescribed', 'kind=DocumentDeposited&actor=holder'])
      await refusedBy(server, () => ask(`${query}&after=${next}`), 400, 'invalid-cursor');
    await refusedBy(
      server,
      () => server.http.get(`${her.espace}/documents?after=${next}`, { token: her.token }),
      400,
      'invalid-cursor',
    );
  });
});

describe('an export', () => {
  const exported = (query: string) => server.http.get(`${her.espace}/journal/export?${query}`, { token: her.token });

  test('as JSON is the whole journal, newest first', async () => {
    const { result, events } = await server.effectOf(() => exported('format=json'));
    expect(result.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(result.headers.get('Content-Disposition')).toBe('attachment; filename="journal.json"');
    expect(events).toEqual(['espace AccessedBy holder']);
    const shown = await entriesOf('limit=200');
    expect(result.body).toEqual(shown.slice(1));
    expect(result.body[0]).toMatchObject({ action: 'export-journal' });
  });

  test('as CSV has a line for each entry, and none that a spreadsheet would run', async () => {
    const { bytes, headers } = await exported('format=csv');
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="journal.csv"');
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const rows: Record<string, string>[] = parse(bytes, { bom: true, columns: true, delimiter: ';' });
    const entries = (await exported('format=json')).body.slice(1);
    expect(rows.map(({ id }) => id)).toEqual(entries.map(({ id }: Wire) => id));
    expect(rows.flatMap(row => Object.values(row)).filter(cell => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    const glass = rows.find(({ rule }) => rule === 'break-glass');
    expect(glass).toMatchObject({
      kind: 'AccessedBy',
      verdict: 'PERMIT',
      purpose: 'BTG',
      reason: `'+malaise; "grave"\r\n=1`,
      actorKind: 'professional',
      actorId: '99700300033',
      actorName: 'Éric BESSON',
      organisation: '990000010',
      documentTitle: `'=HYPERLINK("x");a "b"`,
      told: 'holder attending-doctor',
    });
  });

  test('of a stretch of time holds that stretch', async () => {
    const { body } = await exported(`format=json&to=${quiet}`);
    expect(kindsOf(body)).toEqual(['HolderSignedIn', 'Activated', 'Created']);
    expect((await exported('format=json&from=2100-01-01T00:00:00Z')).body).toEqual([]);
  });

  test('of a long journal is whole', async () => {
    const one = await server.holder(2);
    await Promise.all(Array.from({ length: 450 }, () => server.http.get(`${one.espace}/documents`, { token: gp })));
    const { body } = await server.http.get(`${one.espace}/journal/export?format=json`, { token: one.token });
    expect(body.filter(({ kind }: Wire) => kind === 'AccessDenied')).toHaveLength(450);
    expect(kindsOf(body).at(-1)).toBe('Created');
  });

  test.each([
    ['', ['format']],
    ['format=pdf', ['format']],
    ['format=csv&limit=3', ['limit']],
  ])('that is wrong is refused: %s', async (query, fields) => {
    await refusedBy(server, () => exported(query), 400, 'invalid-request', { fields });
  });
});

describe('a report', () => {
  const send = (entry: string, body: object = {}) =>
    server.http.post(`${her.espace}/journal/${entry}/report`, { token: her.token, body });

  test('stands in the journal, with what the holder says', async () => {
    const [entry] = await entriesOf('kind=AccessDenied');
    const { result, events } = await server.effectOf(() => send(entry.id.toUpperCase(), { comment: 'Qui est-ce ?' }));
    expect([result.status, result.body]).toEqual([
      201,
      { entry: entry.id, comment: 'Qui est-ce ?', ticket: expect.any(String) },
    ]);
    expect(events).toEqual(['espace AccessReported', 'ticket TicketOpened', 'espace HelpNoted']);
    const [reported] = await entriesOf('kind=AccessReported');
    expect(reported.details).toBe(`entry=${entry.id} comment=Qui est-ce ?`);
  });

  test('of what is not there is not found', async () => {
    // Looking for it is a reading of the journal.
    const refused = { events: [] };
    await refusedBy(server, () => send(crypto.randomUUID()), 404, 'not-found', refused);
    await refusedBy(server, () => send('x'), 404, 'not-found', refused);
    const other = await server.holder(3);
    const foreign = (await server.http.get(`${other.espace}/journal?limit=1`, { token: other.token })).body.items[0].id;
    await refusedBy(server, () => send(foreign), 404, 'not-found', refused);
  });

  test('of more than a thousand characters is refused', async () => {
    const [entry] = await entriesOf('kind=AccessDenied');
    await refusedBy(server, () => send(entry.id, { comment: 'x'.repeat(1001) }), 400, 'invalid-request', {
      fields: ['comment'],
    });
  });
});

describe('who could read, and why', () => {
  const explain = (body: object) => server.http.post(`${her.espace}/access/explain`, { token: her.token, body });
  const doctor = { rpps: rppsOf('general-practitioner'), profession: 'G15_10', organisation: '990000028' };

  test('now and before: the same question at two instants', async () => {
    const [authorised] = await entriesOf('kind=ProfessionalAuthorised');
    const before = new Date(Date.parse(authorised.at) - 1).toISOString();
    const now = await explain({ actor: doctor, document: report });
    expect(now.body).toMatchObject({
      verdict: 'PERMIT',
      rule: 'authorised',
      facts: { authorised: true, documentExists: true },
    });
    const then = await explain({ actor: doctor, document: report, at: before });
    expect(then.body).toMatchObject({
      verdict: 'DENY',
      rule: 'not-authorised',
      at: before,
      facts: { authorised: false },
    });
    expect((await explain({ actor: doctor, document: report, at: authorised.at })).body.verdict).toBe('PERMIT');
    expectProblem(await explain({ actor: doctor, document: report, at: quiet }), 404, 'not-found');
    expectProblem(await explain({ actor: doctor, document: crypto.randomUUID() }), 404, 'not-found');
    // Of the future nothing is known but what is known now.
    expect((await explain({ actor: doctor, document: report, at: '2100-01-01T00:00:00Z' })).body.verdict).toBe(
      'PERMIT',
    );
  });

  test('what is asked is judged like what is done, and leaves no trace', async () => {
    const { result, events } = await server.effectOf(() =>
      explain({
        actor: { rpps: rppsOf('nurse'), profession: 'G15_60' },
        purpose: 'BTG',
        reason: 'urgence',
        document: report,
      }),
    );
    expect(result.body).toMatchObject({ verdict: 'PERMIT', rule: 'break-glass', legalBasis: 'L.1111-17 I, R.1111-48' });
    expect(events).toEqual([]);
    const insurer = { rpps: rppsOf('insurer-doctor'), profession: 'G15_10', sector: 'SA23' };
    expect((await explain({ actor: insurer, document: report })).body.rule).toBe('excluded-actor');
  });

  test('everybody who is named, now and before', async () => {
    const readers = async (query = '') =>
      (await server.http.get(`${her.espace}/documents/${report}/readers${query}`, { token: her.token })).body;
    const standings = ({ readers: all }: Wire) => all.map(({ standing, permit }: Wire) => `${standing} ${permit}`);
    expect(standings(await readers())).toEqual([
      'holder true',
      'author true',
      'authorisation true',
      'break-glass true',
      'call-centre true',
    ]);
    const [authorised] = await entriesOf('kind=ProfessionalAuthorised');
    const before = new Date(Date.parse(authorised.at) - 1).toISOString();
    expect(standings(await readers(`?at=${before}`))).toEqual([
      'holder true',
      'author true',
      'break-glass true',
      'call-centre true',
    ]);
    expect((await readers()).professions).toContainEqual({ column: 'medecin', label: 'Médecin' });
  });

  test('of a document that was deleted since, as it was', async () => {
    const one = await server.holder(4);
    const { body, headers } = await server.deposit(
      one.token,
      one.espace,
      { title: 'x', type: 'DOCPAT03' },
      textFile('x'),
    );
    const path = `${one.espace}/documents/${body.id}`;
    await server.http.delete(path, { token: one.token, headers: { 'If-Match': headers.get('ETag') ?? '' } });
    expectProblem(await server.http.get(`${path}/readers`, { token: one.token }), 404, 'not-found');
    expect((await server.http.get(`${path}/readers?at=${body.depositedAt}`, { token: one.token })).status).toBe(200);
  });
});
