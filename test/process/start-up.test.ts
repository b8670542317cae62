import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openProjectionsOf } from '../../src/stores.ts';
import { createHttpClient } from '../support/http-client.ts';
import { answerOn, rawSocket } from '../support/http-raw.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { buildProgram, type Program, type Running } from './program.ts';

/**
 * The program as it is shipped: what it wants to know before it starts, how it stops, and how much memory strangers can
 * make it take.
 *
 * Mutants seen to fail: a value of the configuration repeated; a secret that was not drawn taken; a port that is taken told
 * as a stack; an event store in the clear, or its default password, taken in production; the account of the event store in
 * the name of the log; requests under way cut off at the stop; connections without a request that keep it from stopping;
 * bodies of JSON kept until they are over.
 */

let program: Program;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Running[] = [];

beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  running = [];
  await folder.remove();
});

const start = (env: Record<string, string>): Running => {
  const one = program.start({ DATA_FOLDER: folder.path, PORT: '0', LOG_LEVEL: 'silent', ...env });
  running.push(one);
  return one;
};

describe('a configuration that is not complete', () => {
  test('in production names everything that is missing, and starts nothing', async () => {
    const { code, stdout, stderr } = await start({ NODE_ENV: 'production' }).ended;
    expect([code, stdout]).toEqual([1, '']);
    for (const name of ['MASTER_SECRET', 'PSC_ISSUER', 'PSC_AUDIENCE', 'MESSAGE_GATEWAY_URL', 'MESSAGE_GATEWAY_TOKEN'])
      expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('names what is wrong, all of it at once, and never repeats a value', async () => {
    const wrong = {
      NODE_ENV: 'production',
      PORT: 'sesame-1',
      MASTER_SECRET: Buffer.from('sesame-2').toString('base64'),
      PSC_ISSUER: 'http://sesame-3.example',
      MESSAGE_GATEWAY_URL: 'http://sesame-5.example',
      MESSAGE_GATEWAY_TOKEN: 'sesame-6',
      EVENT_STORE: 'sesame-7',
      LOG_LEVEL: 'sesame-8',
      ANONYMOUS_REQUESTS_PER_MINUTE: 'sesame-9',
      TRUST_PROXY: 'sesame-10',
    };
    const { code, stdout, stderr } = await start(wrong).ended;
    expect([code, stdout]).toEqual([1, '']);
    for (const name of Object.keys(wrong).filter(one => one !== 'NODE_ENV')) expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/sesame|c2VzYW1l/);
  });

  test.each([
    ['http', 'http://psc.example/auth'],
    ['a query', 'https://psc.example/auth?realm=esante'],
    ['a fragment', 'https://psc.example/auth#esante'],
    ['no URL', 'psc.example'],
  ])('an issuer of professionals with %s', (_, issuer) => {
    const env = { DATA_FOLDER: folder.path, PSC_ISSUER: issuer, PSC_AUDIENCE: 'record' };
    expect(() => readConfig(env)).toThrow('PSC_ISSUER');
  });

  test('an issuer of professionals needs no more than its name and ours; its keys may have an address of their own', () => {
    const env = { DATA_FOLDER: folder.path, PSC_ISSUER: 'https://psc.example/auth', PSC_AUDIENCE: 'record' };
    const named = { kind: 'pro-sante-connect', issuer: 'https://psc.example/auth', audience: 'record' };
    expect(readConfig(env).professionals).toEqual({ ...named, jwksUrl: null });
    const jwksUrl = 'https://psc.example/keys';
    expect(readConfig({ ...env, PSC_JWKS_URL: jwksUrl }).professionals).toEqual({
      ...named,
      jwksUrl: new URL(jwksUrl),
    });
    for (const wrong of ['http://psc.example/keys', 'keys', 'ftp://127.0.0.1/keys'])
      expect(() => readConfig({ ...env, PSC_JWKS_URL: wrong })).toThrow('PSC_JWKS_URL');
  });

  describe('on EventStoreDB', () => {
    const here = (text: string) => ({ DATA_FOLDER: folder.path, EVENT_STORE: 'eventstoredb', ESDB_URL: text });
    const inProduction = (text: string) => ({
      ...here(text),
      NODE_ENV: 'production',
      MASTER_SECRET: randomBytes(32).toString('base64'),
      PSC_ISSUER: 'https://psc.example/auth',
      PSC_AUDIENCE: 'record',
      MESSAGE_GATEWAY_URL: 'https://messages.example',
      MESSAGE_GATEWAY_TOKEN: 'token',
    });

    test.each([
      ['in the clear over the network', 'esdb://db.example:2113?tls=false', 'tls=false'],
      ['of a cluster in the clear, whose nodes may be anywhere', 'esdb+discover://localhost?tls=false', 'tls=false'],
      ['of several in the clear, one of them elsewhere', 'esdb://localhost,db.example?tls=false', 'tls=false'],
      ['whose certificate nobody verifies', 'esdb://db.example?tlsVerifyCert=false', 'always verified'],
      ['with an account in the clear', 'esdb://me:sesame@localhost?tls=false', 'without TLS'],
      ['of the default account', 'esdb://admin:changeit@db.example', 'default password'],
      ['of the other default account, percent-encoded', 'esdb://ops:change%69t@localhost', 'default password'],
    ])('an address %s is refused in production', (_, text, says) => {
      const refused = () => readConfig(inProduction(text));
      expect(refused).toThrow('ESDB_URL');
      expect(refused).toThrow(says);
      expect(refused).not.toThrow(/sesame|changeit|db\.example/);
    });

    test.each([
      'esdb://me:sesame@db.example',
      'esdb+discover://me:sesame@db.example?tlsCAFile=ca.pem',
      'esdb://localhost:2113?tls=false',
      'esdb://127.0.0.1?tls=false',
    ])('%s is taken in production', text => {
      expect(readConfig(inProduction(text)).eventStore).toEqual({
        kind: 'eventstoredb',
        connectionString: text,
        prefix: null,
      });
    });

    test('the account in its address is not in the file that names the log', async () => {
      const text = 'esdb://me:sesame/ouvre%20toi@db.example:2113';
      await openProjectionsOf(readConfig(here(text))).close();
      const files = await Promise.all((await readdir(folder.path)).map(name => readFile(join(folder.path, name))));
      const written = Buffer.concat(files).toString('latin1');
      expect(written).toContain('db.example');
      expect(written).not.toMatch(/sesame|ouvre/);
    });

    test('development takes a server of the same trial, and still says what cannot be used', () => {
      for (const text of ['esdb://eventstore:2113?tls=false', 'esdb://admin:changeit@db.example'])
        expect(readConfig(here(text)).eventStore).toMatchObject({ connectionString: text });
      expect(() => readConfig(here('esdb://me:sesame@db.example?tls=maybe'))).toThrow('ESDB_URL: ');
    });
  });

  test.each([
    ['one byte, thirty-two times', Buffer.alloc(32, 7).toString('base64')],
    ['zeros', Buffer.alloc(32).toString('base64')],
    ['31 bytes', randomBytes(31).toString('base64')],
    ['hex', randomBytes(32).toString('hex')],
    ['a word', 'changeme'],
  ])('a master secret that was not drawn, in development too: %s', (_, secret) => {
    const refused = () => readConfig({ MASTER_SECRET: secret, DATA_FOLDER: folder.path });
    expect(refused).toThrow('MASTER_SECRET');
    expect(refused).not.toThrow(secret);
  });
});

test('a port that is taken is told in a sentence', async () => {
  const url = await start({}).url;
  const other = await temporaryFolder();
  try {
    const { code, stderr } = await start({ PORT: new URL(url).port, DATA_FOLDER: other.path }).ended;
    expect([code, stderr]).toEqual([1, 'could not start: the port is taken; set PORT\n']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  } finally {
    await other.remove();
  }
});

test('development says what to try, and keeps its secret to itself', async () => {
  const { url, output } = start({});
  const base = await url;
  for (const path of ['/docs', '/openapi.json', '/dev/outbox', '/dev/tokens']) {
    expect(output()).toContain(`${base}${path}`);
    expect((await fetch(`${base}${path}`)).status).toBe(200);
  }
});

describe('a stop', () => {
  test('finishes the requests under way, and takes no more', async () => {
    const one = start({});
    const http = createHttpClient(await one.url);
    const socket = await rawSocket(http.baseUrl);
    const answer = answerOn(socket);
    const body = JSON.stringify({ professional: 'nurse' });
    socket.write(
      `POST /dev/tokens HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.slice(0, 5));
    await expect.poll(async () => (await http.get('/healthz')).status).toBe(200);

    const began = performance.now();
    one.child.kill('SIGTERM');
    await expect
      .poll(() =>
        http.get('/healthz').then(
          () => 'answered',
          () => 'refused',
        ),
      )
      .toBe('refused');
    socket.write(body.slice(5));
    expect((await answer).status).toBe(201);
    const { code, signal, stderr } = await one.ended;
    expect([code, signal, stderr]).toEqual([0, null, '']);
    // The connections that wait for another request are not waited for.
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('by %s without anything under way is prompt and clean', async signal => {
    const one = start({});
    await one.url;
    one.child.kill(signal);
    expect((await one.ended).code).toBe(0);
  });
});

describe('memory', () => {
  const MB = 1_000_000;
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
  /** The most it ever had, in bytes. */
  const peakOf = async (pid: number | undefined): Promise<number> => {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  };

  test.runIf(process.platform === 'linux')('is not what strangers send, nor what is read', async () => {
    const one = start({ ANONYMOUS_REQUESTS_PER_MINUTE: '1000' });
    const http = createHttpClient(await one.url);
    const json = { 'Content-Type': 'application/json' };
    const file = { 'Content-Type': 'text/plain', 'Content-Disposition': 'attachment; filename="x.txt"' };
    const fixtures = ['test/fixtures/insured.csv'];
    expect((await program.run('import-insured', fixtures, { DATA_FOLDER: folder.path })).code).toBe(1);
    const token = (await http.post('/dev/tokens', { body: { professional: 'hospital-doctor' } })).body.accessToken;
    const found = await http.post('/v1/espaces/lookup', { token, body: { ins: '279035121518989' } });
    const path = `/v1/espaces/${found.body.id}/documents`;
    const describing = { 'Document-Metadata': JSON.stringify({ title: 'x', type: '34112-3', patientInformed: true }) };
    const deposited = await http.post(path, { token, raw: letters(4_980_736), headers: { ...file, ...describing } });
    expect(deposited.status).toBe(201);
    const before = await peakOf(one.child.pid);

    // Whether each hears its 413 is tested where nothing else goes on.
    for (const _ of [1, 2])
      await Promise.allSettled([
        ...[1, 2, 3, 4].map(() => http.post('/v1/sessions', { raw: letters(50 * MB), headers: json })),
        http.post(path, { token, raw: letters(50 * MB), headers: file }),
        http.post(path, {
          token,
          raw: letters(50 * MB),
          headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
        }),
      ]);
    expect((await peakOf(one.child.pid)) - before).toBeLessThan(150 * MB);

    // Three hundred who ask for 5 MB and take nothing of it.
    const uploaded = await peakOf(one.child.pid);
    const slow = await Promise.all(Array.from({ length: 300 }, () => rawSocket(http.baseUrl)));
    for (const socket of slow) {
      socket.on('error', () => {}).pause();
      socket.write(
        `GET ${path}/${deposited.body.id}/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      );
    }
    const journaled = async () =>
      (await http.get('/metrics')).bytes
        .toString()
        .includes('route="/v1/espaces/:espace/documents/:document/content",status="200"} 300');
    await expect.poll(journaled, { timeout: 20_000 }).toBe(true);
    await sleep(500);
    expect((await peakOf(one.child.pid)) - uploaded).toBeLessThan(400 * MB);
    for (const socket of slow) socket.destroy();
  });
});
