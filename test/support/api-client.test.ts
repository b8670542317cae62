/*
 * Drift, planted, and the client that must see it. Mutants that these tests catch: unknown statuses, types, codes or
 * headers let through; additional fields ignored; the body of a problem not read; a fixed path taken for a parameter;
 * formats not checked; only the first fault told; a call not recorded, or recorded under another operation.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/adapters/http/openapi/document.ts';
import { createAnswerChecker } from './answer-checker.ts';
import { type ApiClient, checkedFetch, createApiClient } from './api-client.ts';
import { ROUTES } from './route-table.ts';

const DOCUMENT = openApiDocument(ROUTES);
const ESPACE = '/v1/espaces/6f1c2a4e-8b0d-4c57-9a39-2f60b3d1e7a5';
const CLOCK = { now: '2026-11-20T08:30:00.000Z' };
const ACCESS = DOCUMENT.paths['/v1/espaces/{espace}/access']?.get?.responses['200']?.content?.['application/json']
  ?.example as Record<string, unknown>;

const problem = (code: string, status: number) => ({
  type: `urn:problem:${code}`,
  title: 'Title',
  status,
  code,
  detail: 'Detail',
  instance: 'urn:uuid:2f9c1d04-7be8-4a53-8c6d-e0b13a9f57c2',
});

type Planted = { readonly status: number; readonly type?: string; readonly headers?: object; readonly body?: unknown };

let server: Server;
let planted: Planted;
let api: ApiClient;

const answer = (response: ServerResponse): void => {
  const { status, type = 'application/json; charset=utf-8', headers = {}, body } = planted;
  response.writeHead(status, { ...(body === undefined ? {} : { 'Content-Type': type }), ...headers });
  response.end(typeof body === 'object' ? JSON.stringify(body) : body);
};

beforeAll(async () => {
  server = createServer((_, response) => answer(response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  api = createApiClient(url(), DOCUMENT);
});

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const called = (method: string, path: string, plan: Planted) => {
  planted = plan;
  return api.call(method, path);
};
const refusal = (code: string, status: number, more: Partial<Planted> = {}): Planted => ({
  status,
  type: 'application/problem+json; charset=utf-8',
  body: problem(code, status),
  ...more,
});
const withEtag = { headers: { ETag: '"abc"' } };

describe('an answer as documented', () => {
  it.each<[string, string, string, Planted]>([
    ['JSON', 'GET', '/dev/clock', { status: 200, body: CLOCK }],
    ['JSON with its headers', 'GET', `${ESPACE}/access`, { status: 200, body: ACCESS, ...withEtag }],
    ['no body', 'DELETE', '/v1/sessions/current', { status: 204 }],
    ['a problem', 'GET', `${ESPACE}/access`, refusal('not-found', 404)],
    [
      'text with parameters of its type',
      'GET',
      '/metrics',
      { status: 200, type: 'text/plain; version=0.0.4', body: 'up 1' },
    ],
  ])('passes: %s', async (_, method, path, plan) => {
    await expect(called(method, path, plan)).resolves.toMatchObject({ status: plan.status });
  });

  it('comes back parsed, as bytes, or as null', async () => {
    expect((await called('GET', '/dev/clock', { status: 200, body: CLOCK })).body).toEqual(CLOCK);
    expect((await called('GET', '/metrics', { status: 200, type: 'text/plain', body: 'up 1' })).body).toEqual(
      Buffer.from('up 1'),
    );
    expect((await called('DELETE', '/v1/sessions/current', { status: 204 })).body).toBeNull();
  });
});

describe('drift', () => {
  it.each<[string, string, string, Planted, string]>([
    ['an unknown status', 'GET', '/dev/clock', { status: 418, body: CLOCK }, 'status 418 is not documented'],
    ['a missing field', 'GET', '/dev/clock', { status: 200, body: {} }, "required property 'now'"],
    [
      'a field too many',
      'GET',
      '/dev/clock',
      { status: 200, body: { ...CLOCK, zone: 'UTC' } },
      'additional properties',
    ],
    ['another type of a field', 'GET', '/dev/clock', { status: 200, body: { now: 7 } }, '/now must be string'],
    [
      'another format',
      'GET',
      '/dev/clock',
      { status: 200, body: { now: '2026-11-20T08:30:00Z' } },
      '/now must match pattern',
    ],
    [
      'a field too many, deep inside',
      'GET',
      `${ESPACE}/access`,
      { status: 200, body: { ...ACCESS, emergency: { ...(ACCESS.emergency as object), all: true } }, ...withEtag },
      '/emergency must NOT have additional properties (all)',
    ],
    [
      'a number without its check digit',
      'GET',
      `${ESPACE}/access`,
      {
        status: 200,
        body: { ...ACCESS, administrators: [{ professional: '99700024451', since: CLOCK.now }] },
        ...withEtag,
      },
      '/administrators/0/professional must match format "rpps"',
    ],
    ['a missing header', 'GET', `${ESPACE}/access`, { status: 200, body: ACCESS }, 'the header ETag is missing'],
    [
      'a weak ETag',
      'GET',
      `${ESPACE}/access`,
      { status: 200, body: ACCESS, headers: { ETag: 'W/"abc"' } },
      'the header ETag: the whole must match pattern',
    ],
    [
      'another media type',
      'GET',
      '/dev/clock',
      { status: 200, type: 'text/html', body: 'now' },
      'the type text/html is not',
    ],
    [
      'a body where there is none',
      'DELETE',
      '/v1/sessions/current',
      { status: 200, body: {} },
      'status 200 is not documented',
    ],
    ['an undocumented code', 'GET', '/dev/clock', refusal('too-many-documents', 400), '/code must be equal to one of'],
    [
      'a code under another status',
      'GET',
      `${ESPACE}/access`,
      refusal('not-found', 403),
      '/code must be equal to one of',
    ],
    [
      'a status that the body denies',
      'GET',
      `${ESPACE}/access`,
      refusal('not-found', 404, { body: problem('not-found', 403) }),
      '/status must be equal to constant',
    ],
    [
      'a 401 without its challenge',
      'GET',
      `${ESPACE}/access`,
      refusal('unauthenticated', 401),
      'WWW-Authenticate is missing',
    ],
    [
      'a problem as plain JSON',
      'GET',
      `${ESPACE}/access`,
      { status: 404, body: problem('not-found', 404) },
      'the type',
    ],
  ])('is seen: %s', async (_, method, path, plan, message) => {
    await expect(called(method, path, plan)).rejects.toThrow(message);
  });

  it('is told whole, with the operation and the body', async () => {
    const failed = called('GET', '/dev/clock', { status: 200, body: { zone: 'UTC' } });
    await expect(failed).rejects.toThrow(
      [
        'getClock (GET /dev/clock) answered 200, not as documented:',
        "  - the whole must have required property 'now' (now)",
        '  - the whole must NOT have additional properties (zone)',
        '{',
        '  "zone": "UTC"',
        '}',
      ].join('\n'),
    );
  });

  it.each([
    ['GET', '/v1/nowhere'],
    ['POST', '/healthz'],
    ['GET', '/v1/espaces/a/b'],
  ])('a path that is not in the document is not called: %s %s', async (method, path) => {
    await expect(called(method, path, { status: 200, body: {} })).rejects.toThrow('the document has no operation');
  });
});

describe('the record', () => {
  it('says which operations answered how, and which did not', async () => {
    await called('GET', '/dev/clock?x=1', { status: 200, body: CLOCK });
    await called('GET', '/dev/clock', refusal('invalid-request', 400));
    await called(
      'POST',
      '/v1/sessions/refresh',
      refusal('token-expired', 401, { headers: { 'WWW-Authenticate': 'Bearer' } }),
    );
    await called('GET', '/metrics', { status: 500, body: {} }).catch(() => {});
    expect([...api.checker.exercised()].map(([operation, statuses]) => [operation, [...statuses]])).toEqual([
      ['getClock', [200, 400]],
      ['refreshSession', [401]],
      ['getMetrics', [500]],
    ]);
    expect(api.checker.unexercised()).toHaveLength(ROUTES.length - 3);
    expect(api.checker.unexercised()).not.toContain('getClock');
    expect(api.checker.unexercised()).toContain('completeSignIn');
  });
});

describe('a checked fetch', () => {
  const fetched = (path: string, plan: Planted, method = 'GET') => {
    planted = plan;
    return checkedFetch(createAnswerChecker(DOCUMENT))(url() + path, { method });
  };

  it('hands the answer on, unread', async () => {
    const response = await fetched('/dev/clock', { status: 200, body: CLOCK });
    expect(await response.json()).toEqual(CLOCK);
  });

  it('sees drift', async () => {
    await expect(fetched('/dev/clock', { status: 200, body: {} })).rejects.toThrow("required property 'now'");
  });

  it('wants the unknown answered as unknown', async () => {
    expect((await fetched('/nowhere', refusal('not-found', 404))).status).toBe(404);
    expect((await fetched('/healthz', refusal('method-not-allowed', 405), 'PUT')).status).toBe(405);
    await expect(fetched('/nowhere', { status: 200, body: {} })).rejects.toThrow('the document has no such operation');
    await expect(fetched('/nowhere', refusal('not-found', 404, { body: { code: 'not-found' } }))).rejects.toThrow(
      'title',
    );
  });
});
