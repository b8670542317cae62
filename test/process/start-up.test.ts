import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createDevelopmentIssuer,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
} from '../../src/adapters/identity/development-issuer.ts';
import { COLUMNS } from '../../src/application/import/insured-line.ts';
import { readConfig } from '../../src/config.ts';
import { createHttpClient, type Wire } from '../support/http-client.ts';
import { answerOn, rawSocket } from '../support/http-raw.ts';
import { formOf, insured, PASSWORD, TERMS, textFile } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { buildProgram, type Program, type Running } from './program.ts';

/**
 * The program as it is shipped: what it wants to know before it starts, what production does not have, how it stops, and
 * how much memory strangers can make it take.
 *
 * Mutants seen to fail: a value of the configuration repeated; a secret that was not drawn taken; test identities imported in
 * production; a port that is taken told as a stack; requests under way cut off at the stop; connections without a request
 * that keep it from stopping; bodies of JSON kept until they are over.
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
const MASTER_SECRET = randomBytes(32).toString('base64');

describe('a configuration that is not complete', () => {
  test('in production names everything that is missing, and starts nothing', async () => {
    const { code, stdout, stderr } = await start({ NODE_ENV: 'production' }).ended;
    expect([code, stdout]).toEqual([1, '']);
    for (const name of [
      'MASTER_SECRET',
      'PSC_ISSUER',
      'PSC_AUDIENCE',
      'PSC_JWKS_URL',
      'MESSAGE_GATEWAY_URL',
      'MESSAGE_GATEWAY_TOKEN',
    ])
      expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('names what is wrong, all of it at once, and never repeats a value', async () => {
    const wrong = {
      NODE_ENV: 'production',
      PORT: 'sesame-1',
      MASTER_SECRET: Buffer.from('sesame-2').toString('base64'),
      PSC_ISSUER: 'sesame-3',
      PSC_JWKS_URL: 'sesame-4',
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

describe('production', () => {
  let outside: Server;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let messages: { readonly authorization: string | undefined; readonly key: string | undefined; readonly body: Wire }[];
  let gatewayFails: number;
  const ISSUER = 'https://psc.example/auth';

  beforeAll(async () => {
    keys = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'psc-1', alg: 'RS256', use: 'sig' };
    outside = createServer(async (request, response) => {
      if (request.method === 'GET')
        return void response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
      let text = '';
      for await (const piece of request.setEncoding('utf8')) text += piece;
      if (gatewayFails > 0) {
        gatewayFails -= 1;
        return void response.writeHead(503).end();
      }
      const { authorization, 'idempotency-key': key } = request.headers;
      messages.push({ authorization, key: String(key), body: JSON.parse(text) });
      response.writeHead(202).end();
    });
    await new Promise<void>(resolve => outside.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    outside.closeAllConnections();
    outside.close();
  });
  beforeEach(() => {
    messages = [];
    gatewayFails = 0;
  });

  const settings = () => {
    const base = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
    return {
      NODE_ENV: 'production',
      MASTER_SECRET,
      PSC_ISSUER: ISSUER,
      PSC_AUDIENCE: 'record',
      PSC_JWKS_URL: `${base}/keys`,
      MESSAGE_GATEWAY_URL: `${base}/messages`,
      MESSAGE_GATEWAY_TOKEN: 'gateway-token',
      ANONYMOUS_REQUESTS_PER_MINUTE: '1000',
    };
  };
  const inProduction = async () => createHttpClient(await start(settings()).url);
  const doctorsToken = () =>
    new SignJWT({
      SubjectNameID: '899700024450',
      given_name: 'Bruno',
      family_name: 'LEGRAND',
      azp: 'logiciel',
      SubjectRefPro: {
        exercices: [
          { codeProfession: '10', codeCategorieProfessionnelle: 'C', codeSavoirFaire: 'SM26', activities: [] },
        ],
      },
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'psc-1' })
      .setIssuer(ISSUER)
      .setAudience('record')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(keys.privateKey);
  const importFile = async (oid: string) => {
    const person = insured(1, { oid });
    const file = join(folder.path, '..', `insured-${oid}.csv`);
    await writeFile(file, `${COLUMNS.join(',')}\n${COLUMNS.map(column => `"${person[column] ?? ''}"`).join(',')}\n`);
    return program.run('import-insured', [file], { DATA_FOLDER: folder.path, ...settings() });
  };

  test('has nothing that is for development', async () => {
    const http = await inProduction();
    for (const [method, path] of [
      ['GET', '/dev/outbox'],
      ['GET', '/dev/clock'],
      ['POST', '/dev/clock'],
      ['GET', '/dev/tokens'],
      ['POST', '/dev/tokens'],
      ['GET', '/dev/jwks'],
    ] as const) {
      const reply = await http.request(method, path, method === 'POST' ? { body: { seconds: 1 } } : {});
      expect([path, reply.status, reply.body.code]).toEqual([path, 404, 'not-found']);
    }
    const { body } = await http.get('/openapi.json');
    expect(Object.keys(body.paths).filter(path => path.startsWith('/dev'))).toEqual([]);
    expect((await http.get('/docs')).bytes.toString()).not.toMatch(/advanceClock|getOutbox|getTestToken/);
  });

  test('takes no token of the development issuer, even with the same secret', async () => {
    const http = await inProduction();
    const clock = { now: () => new Date().toISOString() };
    const issuer = await createDevelopmentIssuer({ master: Buffer.from(MASTER_SECRET, 'base64'), clock });
    const token = (await issuer.tokenFor('general-practitioner')) ?? '';
    const look = { token, body: { ins: insured(1).nir } };
    // It is no professional's token here; of the holders' it is none either.
    expect((await http.post('/v1/espaces/lookup', look)).status).toBe(403);
    expect((await http.get(`/v1/espaces/${crypto.randomUUID()}`, { token })).body.code).toBe('token-invalid');
    expect([DEVELOPMENT_ISSUER, DEVELOPMENT_AUDIENCE]).not.toContain(ISSUER);
  });

  test('imports nobody who stands for nobody', async () => {
    const { code, stderr } = await importFile('1.2.250.1.213.1.4.10');
    expect(code).toBe(1);
    expect(stderr).toContain('oid-not-for-production');
    expect(stderr).not.toMatch(/PAT-TROIS|25307/);
    expect(messages).toEqual([]);
  });

  test('sends its messages through the gateway, also when that was down, and serves professionals of Pro Santé Connect', async () => {
    gatewayFails = 1;
    const http = await inProduction();
    expect((await importFile('1.2.250.1.213.1.4.8')).code).toBe(0);
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(1);
    const [invitation] = messages;
    expect(invitation).toMatchObject({
      authorization: 'Bearer gateway-token',
      body: { kind: 'invitation', channel: 'EMAIL' },
    });
    expect(invitation?.key).toBe(invitation?.body.id);

    const { nir, vitaleSerial } = insured(1);
    const code = /: ([A-Za-z0-9]{12})$/.exec(invitation?.body.body)?.[1];
    const verified = await http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
    const token = verified.body.enrolmentToken;
    const activation = { token, body: { ...TERMS, login: 'production', password: PASSWORD } };
    const activated = await http.post('/v1/enrolment/activation', activation);
    expect([activated.status, activated.body.status]).toEqual([201, 'activated']);
    const doctor = await doctorsToken();
    const found = await http.post('/v1/espaces/lookup', { token: doctor, body: { ins: nir } });
    expect(found.body).toEqual({ id: activated.body.espace, status: 'activated', authorisation: 'NON_EXISTE' });
    const form = formOf({ title: 'CR', type: '34112-3', patientInformed: true }, textFile('compte rendu'));
    expect((await http.post(`/v1/espaces/${found.body.id}/documents`, { token: doctor, raw: form })).status).toBe(201);
    await expect.poll(() => messages.map(({ body }) => body.kind)).toEqual(['invitation', 'activation']);
  });

  test('forgets no message it sent: a restart sends none again', async () => {
    const first = start(settings());
    await first.url;
    expect((await importFile('1.2.250.1.213.1.4.8')).code).toBe(0);
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(1);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
    const http = await inProduction();
    await expect.poll(async () => (await http.get('/readyz')).status).toBe(200);
    expect(messages).toHaveLength(1);
  });
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
