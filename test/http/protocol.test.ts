import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { answerOn, rawSocket, sendRaw } from '../support/http-raw.ts';
import { formOf, NOTES, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * HTTP itself: methods, paths, bodies larger than any, clients that go away, languages, limits.
 *
 * Mutants seen to fail: JSON of 10 MB taken; a length that is not looked at; a client that goes away counted as a fault;
 * `Allow` left out; OPTIONS answered as an unknown path; the first language named taken for the one wanted most.
 */

let server: TestServer;
let her: SignedInHolder;
const MB = 1_000_000;

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
});
afterAll(() => server.stop());

describe('methods and paths', () => {
  const id = '11111111-1111-4111-8111-111111111111';
  test.each([
    ['PUT', '/v1/espaces/lookup', ['GET', 'HEAD', 'POST']],
    ['PUT', '/v1/sessions', ['DELETE', 'GET', 'HEAD', 'POST']],
    ['POST', '/v1/me', ['GET', 'HEAD']],
    ['PATCH', '/healthz', ['GET', 'HEAD']],
    ['POST', `/v1/espaces/${id}/documents/${id}`, ['DELETE', 'GET', 'HEAD', 'PATCH']],
    ['GET', `/v1/espaces/${id}/access/blocked/99700300017`, ['DELETE', 'PUT']],
    ['OPTIONS', '/v1/me', ['GET', 'HEAD']],
    ['PROPFIND', '/v1/me', ['GET', 'HEAD']],
  ])('%s %s is not allowed', async (method, path, allowed) => {
    const { status, head, body } = await sendRaw(
      server.url,
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect([status, JSON.parse(body).code]).toEqual([405, 'method-not-allowed']);
    expect(/^Allow: (.*)$/m.exec(head)?.[1]?.trim().split(', ').sort()).toEqual(allowed);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v1/espaces'],
    ['POST', '/v2/sessions'],
    ['GET', '/v1/espaces/../../healthz'],
    ['GET', '//healthz'],
    ['GET', '/healthz/more'],
    ['OPTIONS', '/nothing'],
    ['PROPFIND', '/nothing'],
    ['DELETE', '/nothing'],
  ])('%s %s is unknown', async (method, path) => {
    const { status, head, body } = await sendRaw(
      server.url,
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect([status, JSON.parse(body).code]).toEqual([404, 'not-found']);
    expect(head).not.toMatch(/^Allow:/m);
  });

  test('HEAD is GET without its body, and stands in the journal like it', async () => {
    const deposited = await server.deposit(her.token, her.espace, { title: 'Notes', type: 'DOCPAT03' });
    const path = `${her.espace}/documents/${deposited.body.id}/content`;
    const { result, events } = await server.effectOf(() => server.http.request('HEAD', path, { token: her.token }));
    expect([result.status, result.bytes.length, events]).toEqual([200, 0, ['espace AccessedBy holder']]);
    const got = await server.http.get(path, { token: her.token });
    for (const name of ['Content-Length', 'Content-Type', 'ETag', 'Content-Disposition'])
      expect(result.headers.get(name)).toBe(got.headers.get(name));
    expect((await server.http.request('HEAD', `${her.espace}/documents`)).status).toBe(401);
  });

  test.each([
    `/v1/espaces/%zz`,
    `/v1/espaces/${encodeURIComponent('../x')}`,
    `/v1/espaces/${'x'.repeat(5_000)}`,
    `/v1/espaces/%00`,
    `/v1/espaces/${'1'.repeat(36)}`,
  ])('%s is an id that nobody has', async path => {
    await refusedBy(server, () => server.http.get(path, { token: her.token }), 404, 'not-found');
  });

  test('an id is the same in capitals', async () => {
    const deposited = await server.deposit(her.token, her.espace, { title: 'Notes', type: 'DOCPAT03' });
    const path = `/v1/espaces/${her.id.toUpperCase()}/documents/${deposited.body.id.toUpperCase()}`;
    const reply = await server.http.get(path, { token: her.token });
    expect([reply.status, reply.body]).toEqual([200, deposited.body]);
  });

  test('every answer forbids to be kept, framed or sniffed', async () => {
    for (const path of ['/healthz', '/v1/me', '/nothing']) {
      const { headers } = await server.http.get(path);
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
      expect(headers.get('X-Powered-By')).toBeNull();
      expect(headers.get('Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('bodies larger than any', () => {
  /** A body of this many letters, made as it is sent. */
  const letters = (bytes: number): ReadableStream => {
    let sent = 0;
    return new ReadableStream({
      pull(controller) {
        if (sent >= bytes) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(0x78));
        sent += 65_536;
      },
    });
  };
  const json = { 'Content-Type': 'application/json' };

  test('JSON of 50 MB without a length is refused while it comes', async () => {
    const sent = { raw: letters(50 * MB), headers: json };
    await refusedBy(server, () => server.http.post('/v1/sessions', sent), 413, 'body-too-large');
  });

  test('JSON that says it has 50 MB is refused before it comes', async () => {
    const socket = await rawSocket(server.url);
    const answer = answerOn(socket);
    socket.write(
      `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${50 * MB}\r\n\r\n{`,
    );
    const { status, body } = await answer;
    expect([status, JSON.parse(body).code]).toEqual([413, 'body-too-large']);
  });

  test('JSON of one byte too many; the limit itself is taken', async () => {
    const sized = (size: number) => JSON.stringify({ login: 'x'.repeat(size - JSON.stringify({ login: '' }).length) });
    const post = (raw: string) => () => server.http.post('/v1/sessions', { raw, headers: json });
    await refusedBy(server, post(sized(65_536)), 400, 'invalid-request', { fields: ['login', 'password', 'channel'] });
    await refusedBy(server, post(sized(65_537)), 413, 'body-too-large');
  });

  test('a file of 50 MB is refused, in a form and raw, with a length and without', async () => {
    const path = `${her.espace}/documents`;
    const raw = { 'Content-Type': 'text/plain', 'Content-Disposition': 'attachment; filename="x.txt"' };
    const sent = { token: her.token, raw: letters(50 * MB), headers: raw };
    await refusedBy(server, () => server.http.post(path, sent), 413, 'file-too-large');
    const form = formOf({ title: 'x', type: 'DOCPAT03' }, { ...NOTES, bytes: new Uint8Array(50 * MB) });
    await refusedBy(server, () => server.http.post(path, { token: her.token, raw: form }), 413, 'body-too-large');
  });

  test('a body for a route that takes none changes nothing', async () => {
    const reply = await server.http.request('DELETE', '/v1/sessions/current', { raw: letters(MB), headers: json });
    expectProblem(reply, 401, 'unauthenticated');
  });
});

describe('a client that goes away', () => {
  const faults = async (): Promise<number> => {
    const { bytes } = await server.http.get('/metrics');
    const counts = bytes.toString().matchAll(/^http_request_duration_seconds_count\{.*status="500"\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };

  test.each([
    ['in a JSON body', '/v1/sessions', 'application/json', '{"login":"x'],
    [
      'in a form',
      () => `${her.espace}/documents`,
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello',
    ],
    ['in a file', () => `${her.espace}/documents`, 'text/plain', 'hello'],
  ])('%s leaves nothing behind, and is no fault of ours', async (_, path, type, part) => {
    const before = await faults();
    const { result: _answer, ...effect } = await server.effectOf(async () => {
      const socket = await rawSocket(server.url);
      socket.on('error', () => {});
      socket.write(
        `POST ${typeof path === 'string' ? path : path()} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${her.token}\r\n` +
          `Content-Type: ${type}\r\nContent-Disposition: attachment; filename="a.txt"\r\nContent-Length: 1000\r\n\r\n${part}`,
      );
      await sleep(50);
      socket.destroy();
      await sleep(100);
    });
    expect(effect).toEqual({ events: [], contentsAdded: 0, contentsRemoved: 0 });
    expect(await faults()).toBe(before);
  });

  test('what is no HTTP is told so', async () => {
    expect((await sendRaw(server.url, 'hello\r\n\r\n')).status).toBe(400);
    const smuggled =
      'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect((await sendRaw(server.url, smuggled)).status).toBe(400);
  });
});

describe('language', () => {
  const FRENCH = 'Authentification requise';
  const ENGLISH = 'Authentication required';
  test.each([
    [null, FRENCH],
    ['', FRENCH],
    ['fr', FRENCH],
    ['en', ENGLISH],
    ['en-GB', ENGLISH],
    ['EN', ENGLISH],
    ['de', FRENCH],
    ['de, en;q=0.5', ENGLISH],
    ['fr;q=0.4, en;q=0.8', ENGLISH],
    ['en;q=0.4, fr', FRENCH],
    ['en;q=0, fr;q=0.1', FRENCH],
    ['en;q=0', FRENCH],
    ['*', FRENCH],
    [',;q=,en;q=x', FRENCH],
  ])('%s', async (wanted, title) => {
    const headers = wanted === null ? { 'Accept-Language': '*' } : { 'Accept-Language': wanted };
    const { body } = await server.http.get('/v1/me', { headers });
    expect(body.title).toBe(title);
  });

  test('also of the rule that refuses', async () => {
    const token = await server.tokenOf('insurer-doctor');
    const detail = async (language: string) =>
      (await server.http.get(her.espace, { token, headers: { 'Accept-Language': language } })).body.detail;
    expect(await detail('fr')).toBe(
      'Assureurs, complémentaires, banques et employeurs n’ont aucun accès, même avec l’accord de la personne.',
    );
    expect(await detail('en')).toBe(
      'Insurers, complementary insurers, banks and employers have no access, even with the person’s consent.',
    );
  });
});

describe('limits', () => {
  test('requests without a token are counted by address, all routes together', async () => {
    const own = await startServer({ ANONYMOUS_REQUESTS_PER_MINUTE: '3' });
    try {
      for (const remaining of ['2', '1', '0']) {
        const { headers } = await own.http.post('/v1/sessions', { body: {} });
        expect([headers.get('RateLimit-Limit'), headers.get('RateLimit-Remaining')]).toEqual(['3', remaining]);
      }
      const reply = await own.http.post('/v1/enrolment/codes', { body: {} });
      expectProblem(reply, 429, 'too-many-requests');
      expect(Number(reply.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(Number(reply.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
      // A proxy's header is no address of ours unless we are told so.
      const headers = { 'X-Forwarded-For': '203.0.113.7' };
      expect((await own.http.post('/v1/enrolment/codes', { body: {}, headers })).status).toBe(429);
      expect((await own.http.get('/healthz')).status).toBe(200);
    } finally {
      await own.stop();
    }
  });

  test('behind a proxy they are counted by the address it names last', async () => {
    const own = await startServer({ ANONYMOUS_REQUESTS_PER_MINUTE: '1', TRUST_PROXY: 'true' });
    try {
      const from = async (addresses: string) =>
        (await own.http.post('/v1/sessions', { body: {}, headers: { 'X-Forwarded-For': addresses } })).status;
      expect([await from('203.0.113.7'), await from('203.0.113.8'), await from('203.0.113.7')]).toEqual([
        400, 400, 429,
      ]);
      // What a client writes before it does not count.
      expect(await from('198.51.100.1, 203.0.113.7')).toBe(429);
    } finally {
      await own.stop();
    }
  });
});

describe('for those who run it', () => {
  test('health, readiness and metrics', async () => {
    expect((await server.http.get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await server.http.get('/readyz')).body).toEqual({ status: 'ok' });
    await server.http.get(her.espace, { token: her.token });
    const { bytes, headers } = await server.http.get('/metrics');
    expect(headers.get('Content-Type')).toMatch(/^text\/plain; version=/);
    expect(bytes.toString()).toMatch(
      /^http_request_duration_seconds_count\{method="GET",route="\/v1\/espaces\/:espace",status="200"\} \d+$/m,
    );
  });
});
