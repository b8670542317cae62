import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createDevelopmentIssuer,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
} from '../../src/adapters/identity/development-issuer.ts';
import { COLUMNS } from '../../src/application/import/insured-line.ts';
import { filesIn } from '../support/data-folder.ts';
import { createHttpClient, type Wire } from '../support/http-client.ts';
import { formOf, insured, PASSWORD, TERMS, textFile } from '../support/server.ts';
import { spellings } from '../support/spellings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { buildProgram, type Program, type Running } from './program.ts';

/**
 * The program in production: nothing of development is there, messages leave through the operator's gateway,
 * professionals come with tokens of Pro Santé Connect, and its own secrets stay in the environment.
 *
 * Mutants seen to fail: test identities imported; the master secret kept in a file, in whatever spelling; the gateway's token
 * in an error that is told. (That there is neither a development issuer nor a route of it is kept
 * twice over.)
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
const GATEWAY_TOKEN = randomBytes(24).toString('base64url');

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
        // The last time with an answer.
        return void (gatewayFails > 0 ? request.socket.destroy() : response.writeHead(503).end());
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
      MESSAGE_GATEWAY_TOKEN: GATEWAY_TOKEN,
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
      acr: 'eidas1',
      Acces_Regulation_Medicale: false,
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
      authorization: `Bearer ${GATEWAY_TOKEN}`,
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

  test('keeps its own secrets to itself: they are in no file, no output and no metric', async () => {
    gatewayFails = 2;
    const one = start({ ...settings(), LOG_LEVEL: 'debug' });
    const http = createHttpClient(await one.url);
    const imported = await importFile('1.2.250.1.213.1.4.8');
    expect(imported.code).toBe(0);
    await expect.poll(() => messages.length, { timeout: 15_000 }).toBe(1);
    const { nir, vitaleSerial } = insured(1);
    const code = /: ([A-Za-z0-9]{12})$/.exec(messages[0]?.body.body)?.[1];
    const verified = await http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
    const token = verified.body.enrolmentToken;
    const activation = { token, body: { ...TERMS, login: 'production', password: PASSWORD } };
    expect((await http.post('/v1/enrolment/activation', activation)).status).toBe(201);
    // Whoever shows one of them as a token is not told it, nor is the log.
    for (const shown of [GATEWAY_TOKEN, MASTER_SECRET])
      expect((await http.get('/v1/me', { token: shown })).status).toBe(401);
    const metrics = (await http.get('/metrics')).bytes;
    const whileRunning = await filesIn(folder.path);
    one.child.kill('SIGTERM');
    const { code: exit, stdout, stderr } = await one.ended;
    expect(exit).toBe(0);

    const places: readonly (readonly [string, Buffer])[] = [
      ...whileRunning,
      ...(await filesIn(folder.path)),
      ['output', Buffer.from(stdout)],
      ['errors', Buffer.from(stderr)],
      ['import', Buffer.from(imported.stdout + imported.stderr)],
      ['metrics', metrics],
    ];
    const names = places.map(([name]) => name).join();
    for (const name of ['events.db', 'keys.db', 'projections.db']) expect(names).toContain(name);
    expect(stdout.split('\n').filter(line => line.startsWith('{')).length).toBeGreaterThan(5);
    for (const [what, secret] of [
      ['master secret', MASTER_SECRET],
      ['gateway token', GATEWAY_TOKEN],
    ] as const) {
      const spelt = asWritten(secret);
      const isThere = (bytes: Buffer): boolean => {
        const text = bytes.toString('latin1').toLowerCase();
        return spelt.some(spelling => text.includes(spelling.toString('latin1').toLowerCase()));
      };
      // The search itself finds what is there.
      for (const encoding of ['latin1', 'base64', 'hex'] as const)
        expect(isThere(Buffer.from(`{"x":"${Buffer.from(secret).toString(encoding)}"}`))).toBe(true);
      expect(isThere(Buffer.from(secret, 'base64'))).toBe(true);
      expect([what, places.filter(([, bytes]) => isThere(bytes)).map(([name]) => name)]).toEqual([what, []]);
    }
  });
});

/** The text in all its spellings, and the bytes it stands for in base64: raw, in hexadecimal, in the other base64. */
const asWritten = (secret: string): readonly Buffer[] => {
  const bytes = Buffer.from(secret, 'base64');
  const others = (['hex', 'base64', 'base64url'] as const).map(encoding => Buffer.from(bytes.toString(encoding)));
  return [...spellings(secret), bytes, ...others];
};
