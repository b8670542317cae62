/*
 * Mutants that these tests catch: the end of the file given out before the rest of the form is in; a second file stored, or
 * the first kept beside it; a limit off by one, counted by the announced length only, or not for forms; the request destroyed
 * when the sink stops, so that no answer arrives; the rest not drained; a close that follows a complete body taken for a
 * lost client; a lost client waited for; a file of another name taken; metadata sent as a file not read, or without limit;
 * a repeated field overwriting the first; folders, control characters or direction marks left in a name.
 */
import { createHash } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, type RequestOptions, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError, statusOf } from '../../src/adapters/http/problems.ts';
import { receiveUpload } from '../../src/adapters/http/upload.ts';
import { dispositionFileName, safeFileName } from '../../src/adapters/http/upload-file-name.ts';
import { FileRefusedError, type ReceivedFile } from '../../src/ports/file-inspector.ts';
import { countedBytes } from '../support/bytes.ts';

const MAX = 5_000_000;
const MIB = 1_048_576;
const LIMITS = { maxFileBytes: MAX, rawTypes: ['image/png', 'text/plain'] };
const BOUNDARY = 'xYzBOUNDARY';

const SLOW_MS = 50;

type Kept = { readonly name: string; readonly declaredType: string; readonly size: number; readonly sha256: string };
type Answer = { readonly status: number; readonly body: { code?: string; fields?: unknown; stored?: Kept } };

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let server: Server;
let port: number;
/** What sinks have kept, and the most bytes that any was given. */
let kept: Kept[];
let mostGiven: number;
let sinkEnds: string[];

const keeping = async ({ name, declaredType, bytes }: ReceivedFile): Promise<Kept> => {
  const hash = createHash('sha256');
  let size = 0;
  try {
    if (name === 'slow.txt') await delay(SLOW_MS);
    for await (const piece of bytes) {
      size += piece.length;
      mostGiven = Math.max(mostGiven, size);
      hash.update(piece);
      if (name === 'stop.txt') break;
      if (name === 'refuse.txt') throw new FileRefusedError('file-infected');
    }
  } catch (error) {
    if (name === 'slow.txt') await delay(SLOW_MS);
    sinkEnds.push((error as Error).message);
    throw error;
  }
  const file = { name, declaredType, size, sha256: hash.digest('hex') };
  if (name !== 'unread.txt') kept.push(file);
  return file;
};

const ignoring = async ({ name, declaredType }: ReceivedFile): Promise<Kept> => ({
  name,
  declaredType,
  size: 0,
  sha256: '',
});

beforeAll(async () => {
  server = createServer(async (req, res) => {
    try {
      const body = await receiveUpload(req, LIMITS, req.url === '/ignore' ? ignoring : keeping);
      res.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : (error as Error).message;
      res.writeHead(statusOf(code), { 'content-type': 'application/json' }).end(JSON.stringify({ code }));
    }
  });
  // Kept connections do not end in the moment they are used again, however busy the machine.
  server.keepAliveTimeout = 0;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  kept = [];
  sinkEnds = [];
  mostGiven = 0;
});

const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const part = (headers: string, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]);
const field = (name: string, content: string | Buffer) =>
  part(`Content-Disposition: form-data; name="${name}"`, content);
const filePart = (content: string | Buffer, filename = 'filename="a.txt"', name = 'file') =>
  part(`Content-Disposition: form-data; name="${name}"; ${filename}\r\nContent-Type: text/plain`, content);
const form = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);

/** Sends `pieces` one write after the other; without `content-length` in the headers they go chunked. */
const send = (
  headers: Record<string, string>,
  pieces: Iterable<Uint8Array>,
  options: RequestOptions = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ port, method: 'POST', headers, ...options }, async (incoming: IncomingMessage) => {
      let text = '';
      for await (const piece of incoming.setEncoding('utf8')) text += piece;
      resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) });
    });
    outgoing.on('error', reject);
    for (const piece of pieces) outgoing.write(piece);
    outgoing.end();
  });
const sendForm = (body: Buffer): Promise<Answer> =>
  send({ 'content-type': FORM_TYPE, 'content-length': String(body.length) }, [body]);
const sendRaw = (bytes: Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
  send(
    {
      'content-type': 'text/plain',
      'content-disposition': 'attachment; filename="a.txt"',
      'content-length': String(bytes.length),
      ...headers,
    },
    [bytes],
  );
const expectKept = ({ status, body }: Answer, bytes: Buffer, fields: unknown = {}): void => {
  const stored = { name: 'a.txt', declaredType: 'text/plain', size: bytes.length, sha256: sha256(bytes) };
  expect({ status, body }).toEqual({ status: 201, body: { fields, stored } });
  expect(kept).toEqual([stored]);
  kept = [];
};
const expectRefused = ({ status, body }: Answer, code: string): void => {
  expect({ status, body }).toEqual({ status: statusOf(code), body: { code } });
  expect(kept).toEqual([]);
};

const METADATA = { title: 'Été', type: '11488-4', tags: ['a', { b: 1 }] };
const BYTES = countedBytes(200_000);

describe('what is received', () => {
  it('is a form, its fields before or after the file, as text or in one JSON part', async () => {
    const json = field('metadata', JSON.stringify(METADATA));
    const blob = part(
      'Content-Disposition: form-data; name="metadata"; filename="blob"\r\nContent-Type: application/json',
      JSON.stringify(METADATA),
    );
    expectKept(await sendForm(form(json, filePart(BYTES))), BYTES, METADATA);
    expectKept(await sendForm(form(filePart(BYTES), json)), BYTES, METADATA);
    expectKept(await sendForm(form(blob, filePart(BYTES))), BYTES, METADATA);
    expectKept(await sendForm(form(filePart(BYTES), blob)), BYTES, METADATA);
    expectKept(await sendForm(form(filePart(BYTES))), BYTES);
    expectKept(await sendForm(form(field('title', 'Été'), filePart(''), field('date', ''))), Buffer.alloc(0), {
      title: 'Été',
      date: '',
    });
    expectKept(await sendForm(form(json, filePart(BYTES), field('comment', 'x'))), BYTES, {
      ...METADATA,
      comment: 'x',
    });
    expectKept(
      await sendForm(form(field('__proto__', 'x'), filePart('a'))),
      Buffer.from('a'),
      JSON.parse('{"__proto__":"x"}'),
    );
  });

  it('is a form as fetch makes it', async () => {
    const body = new FormData();
    body.append('file', new File([BYTES], 'a.txt', { type: 'text/plain' }));
    body.append('metadata', new Blob([JSON.stringify(METADATA)], { type: 'application/json' }));
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
    expectKept({ status: answer.status, body: (await answer.json()) as Answer['body'] }, BYTES, METADATA);
  });

  it('is a raw body', async () => {
    expectKept(await sendRaw(BYTES), BYTES);
    const typed = await sendRaw(Buffer.from('a'), { 'content-type': 'Text/Plain; charset=utf-8' });
    expect(typed.body.stored?.declaredType).toBe('Text/Plain; charset=utf-8');
    const placed = await sendRaw(Buffer.from('a'), { 'content-disposition': 'attachment; filename="../b.txt"' });
    expect(placed.body.stored?.name).toBe('b.txt');
    const nameless = await sendRaw(Buffer.from('a'), { 'content-disposition': 'attachment' });
    expect(nameless.body.stored?.name).toBe('');
  });

  it('comes in pieces of any size', async () => {
    const bytes = Buffer.from(`\r\n--${BOUNDARY.slice(0, -1)}x\r\n--${BOUNDARY.slice(0, 5)}\r`.repeat(3));
    const body = form(field('title', 'Été'), filePart(bytes), field('date', '2026'));
    const cuts = fc.uniqueArray(fc.nat(body.length), { maxLength: 12 }).map(places => places.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(cuts, async places => {
        const pieces = [0, ...places].map((from, n) => body.subarray(from, places[n] ?? body.length));
        const answer = await send(
          { 'content-type': FORM_TYPE },
          pieces.filter(piece => piece.length > 0),
        );
        expectKept(answer, bytes, { title: 'Été', date: '2026' });
      }),
      { numRuns: 60 },
    );
  });

  it('goes on when the sink wants no more of it', async () => {
    const rest = form(filePart(countedBytes(1_000_000), 'filename="stop.txt"'), field('title', 'x'));
    const answer = await sendForm(rest);
    expect([answer.status, answer.body.fields]).toEqual([201, { title: 'x' }]);
    const ignored = await send({ 'content-type': FORM_TYPE }, [rest], { path: '/ignore' });
    expect([ignored.status, ignored.body.fields]).toEqual([201, { title: 'x' }]);
  });
});

describe('a sink that is slow', () => {
  const slow = filePart('x', 'filename="slow.txt"');

  it('has its time, though the whole request is in', async () => {
    expect((await sendForm(form(slow, field('title', 'x')))).body.stored?.size).toBe(1);
  });

  it('has undone its part before a refusal is answered', async () => {
    expectRefused(await sendForm(form(slow, filePart('y'))), 'too-many-files');
    expect(sinkEnds).toEqual(['too-many-files']);
  });
});

describe('what is refused', () => {
  it.each([
    ['no file', 'file-missing', form(field('title', 'x'))],
    ['no part at all', 'file-missing', form()],
    ['a text field called file', 'file-missing', form(field('file', 'x'))],
    ['a file by another name', 'file-missing', form(filePart('x', 'filename="a.txt"', 'document'))],
    ['a file field left empty in a browser', 'file-missing', form(filePart('', 'filename=""'))],
    ['two files', 'too-many-files', form(filePart('x'), filePart('y'))],
    ['two files, large', 'too-many-files', form(filePart(BYTES), field('title', 'x'), filePart(BYTES))],
    ['a file and another', 'too-many-files', form(filePart('x'), filePart('y', 'filename="b.txt"', 'document'))],
    ['a field twice', 'field-repeated', form(field('title', 'x'), filePart('x'), field('title', 'x'))],
    [
      'a field and metadata with it',
      'field-repeated',
      form(filePart('x'), field('metadata', '{"title":1}'), field('title', 'x')),
    ],
    [
      'metadata twice',
      'field-repeated',
      form(field('metadata', '{"a":1}'), field('metadata', '{"a":1}'), filePart('x')),
    ],
    ['broken JSON', 'metadata-invalid', form(filePart('x'), field('metadata', '{"a":'))],
    ['JSON that is a list', 'metadata-invalid', form(filePart('x'), field('metadata', '[1]'))],
    ['JSON that is text', 'metadata-invalid', form(filePart('x'), field('metadata', '"text"'))],
    ['JSON that is null', 'metadata-invalid', form(filePart('x'), field('metadata', 'null'))],
    [
      '33 fields',
      'metadata-invalid',
      form(...Array.from({ length: 33 }, (_, n) => field(`f${n}`, 'x')), filePart('x')),
    ],
    ['a field without a name', 'multipart-malformed', form(part('Content-Disposition: form-data', 'x'), filePart('x'))],
    ['broken part headers', 'multipart-malformed', form(part('Content Disposition', 'x'), filePart('x'))],
  ])('%s: %s', async (_, code, body) => {
    expectRefused(await sendForm(body), code);
  });

  it('32 fields are not too many, and 16 384 bytes not too long', async () => {
    const many = Array.from({ length: 32 }, (_, n) => field(`f${n}`, 'x'));
    expect((await sendForm(form(...many, filePart('x')))).status).toBe(201);
    const json = (bytes: number): string => JSON.stringify({ a: 'x'.repeat(bytes - 8) });
    const blob = (text: string) => part('Content-Disposition: form-data; name="metadata"; filename="blob"', text);
    for (const [asField, asFile] of [[field('metadata', json(16_384)), blob(json(16_384))]]) {
      expect((await sendForm(form(asField as Buffer, filePart('x')))).status).toBe(201);
      expect((await sendForm(form(filePart('x'), asFile as Buffer))).status).toBe(201);
    }
    kept = [];
    expectRefused(await sendForm(form(filePart('x'), field('metadata', json(16_385)))), 'body-too-large');
    expectRefused(await sendForm(form(filePart('x'), blob(json(16_385)))), 'body-too-large');
    expectRefused(await sendForm(form(field('comment', 'x'.repeat(16_385)), filePart('x'))), 'body-too-large');
  });

  it('other media types', async () => {
    for (const type of [
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/mixed; boundary=x',
      'image/gif',
      '',
    ]) {
      expectRefused(await sendRaw(Buffer.from('{}'), { 'content-type': type }), 'media-type-not-supported');
    }
    expectRefused(await sendRaw(BYTES, { 'content-encoding': 'gzip' }), 'media-type-not-supported');
    expectRefused(await sendRaw(BYTES, { 'content-type': 'multipart/form-data' }), 'multipart-malformed');
  });

  it('a form cut anywhere', async () => {
    const body = form(field('title', 'x'), filePart('some text of the file'), field('date', '2026-11-20'));
    const complete = body.length - '\r\n'.length;
    for (let length = 0; length < complete; length += 1) {
      const answer = await sendForm(body.subarray(0, length));
      expectRefused(answer, 'multipart-truncated');
    }
    expect((await sendForm(body.subarray(0, complete))).status).toBe(201);
  });

  it('what the sink refuses, with the sink’s own error', async () => {
    for (const size of [10, 4_000_000]) {
      const bytes = countedBytes(size);
      expectRefused(await sendForm(form(filePart(bytes, 'filename="refuse.txt"'), field('a', 'x'))), 'file-infected');
      expectRefused(
        await sendRaw(bytes, { 'content-disposition': 'attachment; filename=refuse.txt' }),
        'file-infected',
      );
    }
  });
});

describe('sizes', () => {
  const chunked = { 'content-type': 'text/plain', 'content-disposition': 'attachment; filename="a.txt"' };

  it('takes 5 000 000 bytes and refuses one more, announced or not', async () => {
    const exact = countedBytes(MAX);
    const more = countedBytes(MAX + 1);
    expectKept(await sendRaw(exact), exact);
    expectKept(await send(chunked, [exact]), exact);
    expectKept(await sendForm(form(filePart(exact), field('title', 'x'))), exact, { title: 'x' });
    expectKept(await send({ 'content-type': FORM_TYPE }, [form(filePart(exact))]), exact);
    mostGiven = 0;
    expectRefused(await sendRaw(more), 'file-too-large');
    expect(mostGiven).toBe(0);
    expectRefused(await send(chunked, [more]), 'file-too-large');
    expectRefused(await sendForm(form(filePart(more), field('title', 'x'))), 'file-too-large');
    expectRefused(await send({ 'content-type': FORM_TYPE }, [form(filePart(more))]), 'file-too-large');
    expect(mostGiven).toBeLessThanOrEqual(MAX);
  });

  it('takes forms up to 65 536 bytes more than the file', async () => {
    const fixed = form(filePart(''), ...['a', 'b', 'c', 'd', 'e'].map(name => field(name, ''))).length;
    const padded = (bytes: number): Buffer => {
      const each = Math.floor((bytes - fixed) / 5);
      const fields = ['a', 'b', 'c', 'd', 'e'].map(name => field(name, 'x'.repeat(each)));
      return form(filePart('x'.repeat(bytes - fixed - 5 * each)), ...fields);
    };
    expect((await sendForm(padded(65_536))).status).toBe(201);
    kept = [];
    const room = form(filePart(countedBytes(MAX - 1_000)));
    const filler = Buffer.alloc(MAX + 65_536 - room.length, ' ');
    expect((await sendForm(Buffer.concat([room, filler]))).status).toBe(201);
    kept = [];
    expectRefused(await sendForm(Buffer.concat([room, filler, Buffer.from(' ')])), 'body-too-large');
    expectRefused(await send({ 'content-type': FORM_TYPE }, [room, filler, Buffer.from(' ')]), 'body-too-large');
  });

  it('lets a client that sends 50 MB hear why not, whatever client it is', { timeout: 60_000 }, async () => {
    const huge = Buffer.alloc(50 * MIB, 'a');
    const url = `http://127.0.0.1:${port}/`;
    const hear = async (answer: Response): Promise<Answer> => ({
      status: answer.status,
      body: (await answer.json()) as Answer['body'],
    });
    const body = new FormData();
    body.append('file', new File([huge], 'a.txt', { type: 'text/plain' }));
    expectRefused(await hear(await fetch(url, { method: 'POST', body })), 'body-too-large');
    expectRefused(await hear(await fetch(url, { method: 'POST', body: huge, headers: chunked })), 'file-too-large');
    const pieces = function* () {
      for (let n = 0; n < 50; n += 1) yield huge.subarray(0, MIB);
    };
    expectRefused(await send(chunked, pieces()), 'file-too-large');
    expectRefused(await send({ ...chunked, connection: 'close' }, pieces()), 'file-too-large');
    const start = Buffer.from(filePart('').toString().slice(0, -2));
    expectRefused(await send({ 'content-type': FORM_TYPE }, [start, ...pieces()]), 'file-too-large');
    expect(mostGiven).toBeLessThanOrEqual(MAX);
  });

  it('leaves the connection fit for the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<number | undefined>();
    server.on('connection', socket => sockets.add(socket.remotePort));
    const refused = [
      send(chunked, [countedBytes(MAX + 500_000)], { agent }),
      send({ 'content-type': FORM_TYPE }, [form(filePart('x'), filePart(countedBytes(1_000_000)))], { agent }),
      send({ ...chunked, 'content-disposition': 'attachment; filename=refuse.txt' }, [countedBytes(3 * MIB)], {
        agent,
      }),
    ];
    expect((await Promise.all(refused)).map(({ body }) => body.code)).toEqual([
      'file-too-large',
      'too-many-files',
      'file-infected',
    ]);
    expectKept(await send(chunked, [BYTES], { agent }), BYTES);
    expect(sockets.size).toBe(1);
    agent.destroy();
  });
});

describe('a client that', () => {
  const untilSinkEnds = async (): Promise<string[]> => {
    for (let n = 0; n < 200 && sinkEnds.length === 0; n += 1) await delay(10);
    return sinkEnds;
  };
  const startOf = (headers: string, body: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`), body]);

  it.each([
    ['a raw body', startOf('Content-Type: text/plain\r\nContent-Length: 1000000', countedBytes(300_000))],
    [
      'a chunked body',
      startOf('Content-Type: text/plain\r\nTransfer-Encoding: chunked', Buffer.from('5\r\nhello\r\n')),
    ],
    [
      'a form',
      startOf(`Content-Type: ${FORM_TYPE}\r\nContent-Length: 1000000`, form(filePart(BYTES)).subarray(0, 200_000)),
    ],
  ])('goes away in the middle of %s leaves nothing', async (_, bytes) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise<void>(resolve => socket.write(bytes, () => resolve()));
    await delay(30);
    socket.destroy();
    expect(await untilSinkEnds()).toEqual(['body-truncated']);
    expect(kept).toEqual([]);
    kept = [];
    expectKept(await sendRaw(BYTES), BYTES);
  });

  it('goes away after the file, before the end of the form, leaves nothing', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    const cut = form(filePart(BYTES), field('title', 'x')).subarray(0, -20);
    await new Promise<void>(resolve =>
      socket.write(startOf(`Content-Type: ${FORM_TYPE}\r\nContent-Length: ${cut.length + 20}`, cut), () => resolve()),
    );
    await delay(50);
    socket.destroy();
    expect(await untilSinkEnds()).toEqual(['body-truncated']);
    expect(kept).toEqual([]);
  });

  it('stops sending hears all the same what was wrong', { timeout: 10_000 }, async () => {
    const socket = connect(port, '127.0.0.1');
    const bad = form(filePart('x'), filePart('y'));
    socket.write(startOf(`Content-Type: ${FORM_TYPE}\r\nContent-Length: ${bad.length + 1_000_000}`, bad));
    const [answer] = await new Promise<Buffer[]>(resolve => socket.once('data', data => resolve([data])));
    expect(String(answer)).toContain('400');
    expect(String(answer)).toContain('too-many-files');
    socket.destroy();
  });
});

describe('file names', () => {
  it('are shown without folders and unseen characters', () => {
    for (const [sent, shown] of [
      ['rapport été.pdf', 'rapport été.pdf'],
      ['../../etc/passwd.txt', 'passwd.txt'],
      ['C:\\Users\\moi\\photo.jpg', 'photo.jpg'],
      ['/', null],
      ['..', null],
      ['a/..', null],
      ['', null],
      ['  \t ', null],
      ['a\u0000b\r\nc\u007f\u0085.pdf', 'abc.pdf'],
      ['photo\u202egpj.exe', 'photogpj.exe'],
      ['\u2066a\u2069\ufeff\u2028.txt', 'a.txt'],
      ['e\u0301te\u0301.txt', 'été.txt'],
      ['.pdf', '.pdf'],
      ['"quoted"; x=1.pdf', '"quoted"; x=1.pdf'],
    ] as const) {
      expect(safeFileName(sent), sent).toBe(shown);
    }
  });

  it('are at most 255 units and keep their extension', () => {
    expect(safeFileName(`${'a'.repeat(251)}.pdf`)).toBe(`${'a'.repeat(251)}.pdf`);
    expect(safeFileName(`${'a'.repeat(252)}.pdf`)).toBe(`${'a'.repeat(251)}.pdf`);
    expect(safeFileName('a'.repeat(300))).toBe('a'.repeat(255));
    expect(safeFileName(`a.${'b'.repeat(300)}`)).toBe(`a.${'b'.repeat(253)}`);
    expect(safeFileName(`${'a'.repeat(250)}😀😀.pdf`)).toBe(`${'a'.repeat(250)}.pdf`);
  });

  it('never hold anything else, whatever is sent', () => {
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 400 }), units => {
        const name = safeFileName(String.fromCharCode(...units));
        expect(name === null || (name.length > 0 && name.length <= 255 && !/[/\\\p{Cc}\p{Cs}\u202e]/u.test(name))).toBe(
          true,
        );
      }),
    );
  });

  it('are read from Content-Disposition', () => {
    for (const [header, name] of [
      [undefined, undefined],
      ['attachment', undefined],
      ['attachment; filename=a.pdf', 'a.pdf'],
      ['attachment; filename = "a b; c.pdf" ; x=y', 'a b; c.pdf'],
      ['attachment; filename="a\\"b.pdf"', 'a"b.pdf'],
      ['attachment; filename="a.pdf"; filename*=UTF-8\'fr\'%C3%A9t%C3%A9%20%E2%82%AC.pdf', 'été €.pdf'],
      ["attachment;filename*=utf-8''b.pdf;filename=a.pdf", 'b.pdf'],
      ["attachment; filename*=UTF-8''%E9.pdf; filename=a.pdf", 'a.pdf'],
      ["attachment; filename*=UTF-8''%E9.pdf", undefined],
      [`attachment; filename="${Buffer.from('été.pdf').toString('latin1')}"`, 'été.pdf'],
      ['attachment; filename="\xe9t\xe9.pdf"', 'été.pdf'],
    ] as const) {
      expect(dispositionFileName(header), header).toBe(name);
    }
  });

  it('come out of forms whole', async () => {
    for (const [sent, shown] of [
      ['filename="été €.pdf"', 'été €.pdf'],
      ["filename*=UTF-8''%C3%A9t%C3%A9.pdf", 'été.pdf'],
      ['filename="..\\\\..\\\\x.pdf"', 'x.pdf'],
      ['filename="C:/a/b.pdf"', 'b.pdf'],
      ['filename="a\u202eb.pdf"', 'ab.pdf'],
    ] as const) {
      expect((await sendForm(form(filePart('x', sent)))).body.stored?.name, sent).toBe(shown);
    }
  });
});
