import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem } from '../support/http-problems.ts';
import {
  NOTES,
  rppsOf,
  type SignedInHolder,
  startServer,
  type TestFile,
  type TestServer,
  textFile,
} from '../support/server.ts';

/**
 * The bytes of a document over HTTP: whole or in part, not twice to whoever has them, under their name.
 *
 * Mutants seen to fail: `If-Range` ignored; `If-None-Match` compared as one text; a file left open where nobody reads the
 * answer; a pin told to a professional, in the body, the ETag or a filter; an image of any type shown in place.
 */

let server: TestServer;
let her: SignedInHolder;
const DESCRIPTION = { title: 'Notes', type: 'DOCPAT03' };

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
});
afterAll(() => server.stop());

const deposited = async (metadata: object = DESCRIPTION, file: TestFile = NOTES) => {
  const { status, body } = await server.deposit(her.token, her.espace, metadata, file);
  expect([status, body.code]).toEqual([201, undefined]);
  return { path: `${her.espace}/documents/${body.id}`, body };
};
const sized = (size: number): TestFile => ({ ...NOTES, bytes: new Uint8Array(size).fill(0x78) });

describe('the bytes', () => {
  const TEXT = '0123456789';
  const content = (path: string, headers: Record<string, string> = {}) =>
    server.http.get(`${path}/content`, { token: her.token, headers });

  test.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-999', 206, TEXT, 'bytes 0-9/10'],
    ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ['bytes=0-1,4-5', 200, TEXT, null],
    ['lines=0-3', 200, TEXT, null],
    ['nonsense', 200, TEXT, null],
  ])('in part: %s', async (range, status, text, contentRange) => {
    const { path } = await deposited(DESCRIPTION, textFile(TEXT));
    const reply = await content(path, { Range: range });
    expect([reply.status, reply.bytes.toString(), reply.headers.get('Content-Range')]).toEqual([
      status,
      text,
      contentRange,
    ]);
    expect(reply.headers.get('Content-Length')).toBe(String(text.length));
    expect(reply.headers.get('Accept-Ranges')).toBe('bytes');
  });

  test.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('outside of them: %s', async range => {
    const { path } = await deposited(DESCRIPTION, textFile(TEXT));
    const { result, events } = await server.effectOf(() => content(path, { Range: range }));
    expectProblem(result, 416, 'range-not-satisfiable');
    expect(result.headers.get('Content-Range')).toBe('bytes */10');
    expect(events).toEqual(['espace AccessedBy holder']);
  });

  test('of a large file, in part, are those of the whole', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => 0x61 + ((index * 7) % 26));
    const { path } = await deposited(DESCRIPTION, { ...NOTES, bytes });
    expect((await content(path)).bytes.equals(bytes)).toBe(true);
    for (const [first, last] of [
      [0, 0],
      [65_535, 65_536],
      [65_536, 131_071],
      [100_000, 299_999],
      [299_999, 299_999],
    ] as const) {
      const reply = await content(path, { Range: `bytes=${first}-${last}` });
      expect([reply.status, reply.bytes.equals(bytes.subarray(first, last + 1))]).toEqual([206, true]);
    }
  });

  test.each([
    ['the same', (etag: string) => etag, 304],
    ['one of several', (etag: string) => `"x", ${etag}`, 304],
    ['weak', (etag: string) => `W/${etag}`, 304],
    ['any', () => '*', 304],
    ['another', () => '"x"', 200],
  ])('are not sent again to whoever has them: %s', async (_, headerFor, status) => {
    const { path, body } = await deposited(DESCRIPTION, textFile(TEXT));
    const { result, events } = await server.effectOf(() =>
      content(path, { 'If-None-Match': headerFor(`"${body.sha256}"`) }),
    );
    expect([result.status, result.bytes.length]).toEqual([status, status === 304 ? 0 : TEXT.length]);
    expect(events).toEqual(['espace AccessedBy holder']);
  });

  test('in part only of the version that was begun with', async () => {
    const { path, body } = await deposited(DESCRIPTION, textFile(TEXT));
    const part = (version: string) => content(path, { Range: 'bytes=0-3', 'If-Range': version });
    expect((await part(`"${body.sha256}"`)).bytes.toString()).toBe('0123');
    for (const other of ['"x"', `W/"${body.sha256}"`, 'Fri, 20 Nov 2026 00:00:00 GMT'])
      expect((await part(other)).bytes.toString()).toBe(TEXT);
  });

  test.each([
    ['notes.txt', 'attachment; filename=notes.txt'],
    ['100% sûr.txt', `attachment; filename="100% s?r.txt"; filename*=UTF-8''100%25%20s%C3%BBr.txt`],
    [
      'Échographie du cœur.txt',
      `attachment; filename="?chographie du c?ur.txt"; filename*=UTF-8''%C3%89chographie%20du%20c%C5%93ur.txt`,
    ],
  ])('are saved under their name: %s', async (name, expected) => {
    const { path } = await deposited(DESCRIPTION, textFile(TEXT, name));
    expect((await content(path)).headers.get('Content-Disposition')).toBe(expected);
  });

  test('of a name that is a path, or hides what it is, keep what is harmless of it', async () => {
    for (const name of [
      '../../etc/passwd.txt',
      'C:\\temp\\passwd.txt',
      'passwd\r\nSet-Cookie: x.txt',
      'gpj.\u202etxt.txt',
    ]) {
      const { path, body } = await deposited(DESCRIPTION, textFile(TEXT, name));
      expect(body.fileName).not.toMatch(/[/\\\p{Cc}\u202e]/u);
      const { headers } = await content(path);
      expect(headers.get('Set-Cookie')).toBeNull();
      expect(headers.get('Content-Disposition')).toMatch(/^attachment; filename="?[^/\\]*\.txt"?(;|$)/);
    }
  });

  test('a professional reads only after it is written down', async () => {
    const { path } = await deposited(DESCRIPTION, textFile(TEXT));
    const gp = await server.tokenOf('general-practitioner');
    await server.http.put(`${her.espace}/access/authorisations/${rppsOf('general-practitioner')}`, {
      token: her.token,
      body: {},
    });
    const { result, events } = await server.effectOf(() => server.http.get(`${path}/content`, { token: gp }));
    expect([result.bytes.toString(), events]).toEqual([TEXT, ['espace AccessedBy authorised']]);
  });
});

describe('an answer that nobody reads', () => {
  const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

  test.runIf(process.platform === 'linux')('leaves no file open: HEAD, and a client that goes away', async () => {
    const { path } = await deposited(DESCRIPTION, sized(2_000_000));
    const before = await openFiles();
    // The last of these begins where the file has to be opened for it.
    for (const headers of [{}, { Range: 'bytes=100-' }, { Range: 'bytes=100000-' }])
      for (let asked = 0; asked < 15; asked++) {
        const { status } = await server.http.request('HEAD', `${path}/content`, { token: her.token, headers });
        const gone = new AbortController();
        const sent = { token: her.token, headers, signal: gone.signal };
        expect((await server.http.respond('GET', `${path}/content`, sent)).status).toBe(status);
        gone.abort();
      }
    await expect.poll(openFiles).toBeLessThan(before + 5);
  });
});

describe('a preview', () => {
  const inline = (path: string, disposition = 'inline') =>
    server.http.get(`${path}/content?disposition=${disposition}`, { token: her.token });

  test('is the same bytes, to be shown in place where nothing of them can run', async () => {
    const { path } = await deposited();
    const reply = await inline(path);
    expect([reply.status, reply.bytes]).toEqual([200, Buffer.from(NOTES.bytes)]);
    expect(reply.headers.get('Content-Disposition')).toMatch(/^inline; filename=/);
    expect(reply.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(reply.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect((await inline(path, 'attachment')).headers.get('Content-Disposition')).toMatch(/^attachment;/);
    expectProblem(await inline(path, 'here'), 400, 'invalid-request', ['disposition']);
  });

  test('is there of some types only', async () => {
    const bytes = await readFile(new URL('../fixtures/courbe-tension.png', import.meta.url));
    const { path } = await deposited(DESCRIPTION, { name: 'courbe.png', type: 'image/png', bytes });
    expectProblem(await inline(path), 409, 'preview-not-available');
  });
});

describe('a pin', () => {
  const titles = async (query: string, token = her.token): Promise<string[]> =>
    (await server.http.get(`${her.espace}/documents?q=pin&${query}`, { token })).body.items.map(
      (item: { title: string }) => item.title,
    );

  test('is the holder’s, and nothing that a professional is shown', async () => {
    const kept = (await deposited({ ...DESCRIPTION, title: 'Pin 1' })).path;
    await deposited({ ...DESCRIPTION, title: 'Pin 2' });
    await server.http.put(`${her.espace}/access/authorisations/${rppsOf('general-practitioner')}`, {
      token: her.token,
      body: {},
    });
    const gp = await server.tokenOf('general-practitioner');
    const seen = await server.http.get(kept, { token: gp });
    const { headers } = await server.http.get(kept, { token: her.token });
    const pin = (method: 'put' | 'delete', token: string, etag: string | null) =>
      server.http[method](`${kept}/pin`, { token, headers: etag === null ? {} : { 'If-Match': etag } });
    expectProblem(await pin('put', her.token, null), 428, 'precondition-required');
    const pinned = await pin('put', her.token, headers.get('ETag'));
    expect([pinned.status, pinned.body.pinned]).toEqual([200, true]);
    expectProblem(await pin('put', her.token, headers.get('ETag')), 412, 'version-mismatch');

    expect([await titles('pinned=true'), await titles('pinned=false')]).toEqual([['Pin 1'], ['Pin 2']]);
    expect([await titles('pinned=true', gp), (await titles('pinned=false', gp)).sort()]).toEqual([
      [],
      ['Pin 1', 'Pin 2'],
    ]);
    const again = await server.http.get(kept, { token: gp });
    expect([again.body, again.headers.get('ETag')]).toEqual([seen.body, seen.headers.get('ETag')]);
    expectProblem(await pin('put', gp, seen.headers.get('ETag')), 403, 'access-refused');
    expect((await pin('delete', her.token, pinned.headers.get('ETag'))).body.pinned).toBe(false);
    expectProblem(
      await server.http.get(`${her.espace}/documents?pinned=yes`, { token: her.token }),
      400,
      'invalid-request',
      ['pinned'],
    );
  });
});
