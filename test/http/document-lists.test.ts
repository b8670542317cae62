import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Wire } from '../support/http-client.ts';
import { refusedBy } from '../support/http-problems.ts';
import { rppsOf, type SignedInHolder, startServer, type TestServer, textFile } from '../support/server.ts';

/**
 * Lists over HTTP: what a query may say, pages that neither repeat nor skip, and cursors good for one list of one reader.
 *
 * Mutants seen to fail: the cursor not bound to filter, purpose, espace or reader; a page that repeats the last of the one
 * before; `next` on a full last page; the same field given twice, last wins; `limit` of 0 or 201 taken; `to` excluded;
 * titles and `q` that mind accents.
 */

let server: TestServer;
let her: SignedInHolder;
let him: SignedInHolder;
let gp: string;
let cardiologist: string;
/** Deposited in this order. */
const DOCUMENTS = [
  { title: 'Été au régime', type: 'DOCPAT03', date: '2026-03-01' },
  { title: 'bilan', type: '11502-2', date: '2026-01-15' },
  { title: 'Échographie', type: '18748-4', date: '2026-03-01' },
  { title: 'ordonnance', type: 'DOCPAT02', date: '2025-12-31' },
  { title: 'Zona', type: 'DOCPAT03', date: '2026-02-02' },
];

beforeAll(async () => {
  server = await startServer();
  [her, him] = [await server.holder(1), await server.holder(2)];
  for (const document of DOCUMENTS) expect((await server.deposit(her.token, her.espace, document)).status).toBe(201);
  await server.deposit(him.token, him.espace, { title: 'a', type: 'DOCPAT03' });
  await server.deposit(him.token, him.espace, { title: 'b', type: 'DOCPAT03' });
  for (const key of ['general-practitioner', 'cardiologist'])
    await server.http.put(`${her.espace}/access/authorisations/${rppsOf(key)}`, { token: her.token, body: {} });
  [gp, cardiologist] = [await server.tokenOf('general-practitioner'), await server.tokenOf('cardiologist')];
});
afterAll(() => server.stop());

const list = (query: string, token = her.token, headers: Record<string, string> = {}) =>
  server.http.get(`${her.espace}/documents?${query}`, { token, headers });
const titlesOf = (items: readonly Wire[]): string[] => items.map(item => item.title);

/** Every page of this query, by following `Link`. */
const everyPage = async (query: string, token = her.token): Promise<string[][]> => {
  const pages: string[][] = [];
  for (let path: string | undefined = `${her.espace}/documents?${query}`; path !== undefined; ) {
    const reply = await server.http.get(path, { token });
    expect(reply.status).toBe(200);
    pages.push(titlesOf(reply.body.items));
    const link = reply.headers.get('Link');
    expect(link === null).toBe(reply.body.next === null);
    path = /^<([^>]+)>; rel="next"$/.exec(link ?? '')?.[1];
    if (path !== undefined) expect(new URLSearchParams(path.split('?')[1]).get('after')).toBe(reply.body.next);
  }
  return pages;
};

describe('a query that is wrong', () => {
  test.each([
    ['limit=0', ['limit']],
    ['limit=201', ['limit']],
    ['limit=-1', ['limit']],
    ['limit=1.5', ['limit']],
    ['limit=1e2', ['limit']],
    ['limit=abc', ['limit']],
    ['limit=', ['limit']],
    ['limit=9999999999999', ['limit']],
    ['limit=%31%30%30%30', ['limit']],
    ['limit=1&limit=2', ['limit']],
    ['q=a&q=a', ['q']],
    ['sort=size', ['sort']],
    ['sort=', ['sort']],
    ['from=2026-02-30', ['from']],
    ['to=2026-13-01', ['to']],
    ['from=2026-02-01T00:00:00Z', ['from']],
    ['type=00000-0', ['type']],
    ['category=nothing', ['category']],
    [`q=${'x'.repeat(51)}`, ['q']],
    ['q=', ['q']],
    [`author=${'x'.repeat(21)}`, ['author']],
    ['after=', ['after']],
    [`after=${'x'.repeat(1001)}`, ['after']],
    ['colour=red', ['colour']],
    ['Limit=1', ['Limit']],
    ['limit[]=1', ['limit[]']],
    ['__proto__=1', ['__proto__']],
    ['constructor=1', ['constructor']],
    ['hasOwnProperty=1', ['hasOwnProperty']],
    ['colour=red&limit=0', ['colour', 'limit']],
  ])('%s', async (query, fields) => {
    for (const token of [her.token, gp])
      await refusedBy(server, () => list(query, token), 400, 'invalid-request', { fields });
  });

  test.each(['', '/access', '/journal/stream', '/documents/11111111-1111-4111-8111-111111111111/content'])(
    'any query where none is taken: %s',
    async path => {
      await refusedBy(
        server,
        () => server.http.get(`${her.espace}${path}?at=now`, { token: her.token }),
        400,
        'invalid-request',
        { fields: ['at'] },
      );
    },
  );
});

describe('pages', () => {
  const byDate = ['Zona', 'bilan', 'ordonnance'];
  test.each([
    ['title', ['bilan', 'Échographie', 'Été au régime', 'ordonnance', 'Zona']],
    ['-title', ['Zona', 'ordonnance', 'Été au régime', 'Échographie', 'bilan']],
    ['depositedAt', titlesOf(DOCUMENTS)],
    ['-depositedAt', titlesOf(DOCUMENTS).reverse()],
  ])('sorted by %s', async (sort, expected) => {
    expect(await everyPage(`sort=${sort}&limit=2`)).toEqual([
      expected.slice(0, 2),
      expected.slice(2, 4),
      expected.slice(4),
    ]);
    expect(await everyPage(`sort=${sort}&limit=5`)).toEqual([expected]);
    expect(await everyPage(`sort=${sort}`, gp)).toEqual([expected]);
  });

  test.each(['date', '-date'])('sorted by %s, the same day in the order of ids', async sort => {
    const whole = (await everyPage(`sort=${sort}`)).flat();
    expect((await everyPage(`sort=${sort}&limit=1`)).flat()).toEqual(whole);
    const [sameDay, others] =
      sort === 'date' ? [whole.slice(3), whole.slice(0, 3)] : [whole.slice(0, 2), whole.slice(2)];
    expect(sameDay.sort()).toEqual(['Échographie', 'Été au régime']);
    expect(others).toEqual(sort === 'date' ? byDate.toReversed() : byDate);
    expect(await everyPage('')).toEqual([(await everyPage('sort=-date')).flat()]);
  });

  test('neither repeat nor skip while others write', async () => {
    const one = await server.holder(3);
    const deposit = async (title: string) =>
      (await server.deposit(one.token, one.espace, { title, type: 'DOCPAT03' })).body.id as string;
    await deposit('a');
    await deposit('b');
    const others = [await deposit('m1'), await deposit('m3')];
    const seen: string[] = [];
    for (let path = `${one.espace}/documents?sort=title&limit=1`; ; ) {
      const { body } = await server.http.get(path, { token: one.token });
      seen.push(...titlesOf(body.items));
      if (body.next === null) break;
      path = `${one.espace}/documents?sort=title&limit=1&after=${body.next}`;
      // Before the place, after it, and the very document that the place was taken from.
      if (seen.length === 2) others.push(await deposit('aa'), await deposit('m2'));
      if (seen.at(-1) === 'm2') {
        const etag = (await server.http.get(`${one.espace}/documents/${others[3]}`, { token: one.token })).headers.get(
          'ETag',
        );
        const headers = { 'If-Match': etag ?? '' };
        await server.http.delete(`${one.espace}/documents/${others[3]}`, { token: one.token, headers });
      }
    }
    expect(seen).toEqual(['a', 'b', 'm1', 'm2', 'm3']);
  });

  test('are empty where nothing is found', async () => {
    const { body, headers } = await list('q=nothing');
    expect(body).toEqual({ items: [], next: null });
    expect(headers.has('Link')).toBe(false);
  });
});

describe('filters', () => {
  test.each([
    ['q=ETE', ['Été au régime']],
    ['q=%C3%A9cho', ['Échographie']],
    [`q=${encodeURIComponent('e\u0301cho')}`, ['Échographie']],
    ['q=n&sort=title', ['bilan', 'ordonnance', 'Zona']],
    ['type=DOCPAT03&sort=title', ['Été au régime', 'Zona']],
    ['from=2026-02-02&to=2026-03-01&sort=title', ['Échographie', 'Été au régime', 'Zona']],
    ['from=2026-03-02', []],
    ['to=2025-12-31', ['ordonnance']],
    ['category=RADIO_SC', ['Échographie']],
    ['type=DOCPAT03&to=2026-02-28', ['Zona']],
    ['author=holder&sort=title&limit=2', ['bilan', 'Échographie']],
    ['author=99700300017', []],
    ['author=990000036', []],
  ])('%s', async (query, titles) => {
    expect(titlesOf((await list(query)).body.items)).toEqual(titles);
    expect(titlesOf((await list(query, gp)).body.items)).toEqual(titles);
  });

  test('by who deposited, person or organisation', async () => {
    const deposited = await server.deposit(
      cardiologist,
      him.espace,
      { title: 'Courrier', type: '11488-4', patientInformed: true },
      textFile('courrier'),
    );
    for (const author of [rppsOf('cardiologist'), '990000036']) {
      const { body } = await server.http.get(`${him.espace}/documents?author=${author}`, { token: him.token });
      expect(body.items.map((item: Wire) => item.id)).toEqual([deposited.body.id]);
    }
  });
});

describe('a cursor', () => {
  const refused = (path: string, token: string, headers: Record<string, string> = {}) =>
    refusedBy(server, () => server.http.get(path, { token, headers }), 400, 'invalid-cursor');

  test('of another list, filter, sort, purpose, reader or espace is refused, and no reading is written down', async () => {
    const { next } = (await list('limit=1&q=e')).body;
    const after = `after=${next}`;
    expect((await list(`limit=2&q=e&${after}`)).status).toBe(200);
    await refused(`${her.espace}/documents?${after}`, her.token);
    await refused(`${her.espace}/documents?q=E&${after}`, her.token);
    await refused(`${her.espace}/documents?q=e&sort=title&${after}`, her.token);
    await refused(`${her.espace}/documents?q=e&type=DOCPAT03&${after}`, her.token);
    await refused(`${her.espace}/journal?${after}`, her.token);
    await refused(`${her.espace}/documents?q=e&${after}`, gp);
    await refused(`${him.espace}/documents?q=e&${after}`, him.token);

    const his = `after=${(await list('limit=1&q=e', gp)).body.next}`;
    expect((await list(`q=e&${his}`, gp)).status).toBe(200);
    await refused(`${her.espace}/documents?q=e&${his}`, cardiologist);
    await refused(`${her.espace}/documents?q=e&${his}`, her.token);
    await refused(`${her.espace}/documents?q=e&${his}`, gp, { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'urgence' });
    await refused(
      `${her.espace}/documents?after=${(await server.http.get(`${her.espace}/journal?limit=1`, { token: her.token })).body.next}`,
      her.token,
    );
  });

  test('that was tampered with is refused: every byte of it counts', async () => {
    const next: string = (await list('limit=1')).body.next;
    const bytes = Buffer.from(next, 'base64url');
    const tampered = Array.from(bytes, (_, at) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy.toString('base64url');
    });
    const cut = [1, 12, 28, bytes.length - 1].map(length => bytes.subarray(0, length).toString('base64url'));
    const foreign = ['x', '!!!', 'null', Buffer.from('["2026-03-01","x"]').toString('base64url'), 'é'];
    for (const cursor of [...tampered, ...cut, ...foreign]) {
      const { status, body } = await list(`after=${encodeURIComponent(cursor)}`);
      expect([cursor, status, body.code]).toEqual([cursor, 400, 'invalid-cursor']);
    }
  });

  test('says nothing: twice the same place gives two that share no part', async () => {
    const [one, other] = [(await list('limit=1')).body.next, (await list('limit=1')).body.next];
    expect(one).not.toBe(other);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('2026');
  });
});
