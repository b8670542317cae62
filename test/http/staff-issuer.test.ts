import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectProblem } from '../support/http-problems.ts';
import { type Insured, insured, MINUTE, startServer, type TestServer } from '../support/server.ts';

/**
 * Agents of the help desk and the fund who come with tokens of an issuer of their own, which the configuration names. The
 * tests go on from each other.
 *
 * Mutants seen to fail: an audience that is not the one configured; readiness that looks at the professionals' keys alone.
 */

const ISSUER = 'https://agents.exemple.fr';
const AUDIENCE = 'espace-sante-agents';
const AGENT = { sub: 'agent-12', name: 'Nadia Essai', role: 'support' };

let keys: JWK[] = [];
let publisher: Server;
let port = 0;
let server: TestServer;
let caller: Insured;
let current: { readonly kid: string; readonly privateKey: CryptoKey };

const publish = async (): Promise<void> => {
  publisher = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>(resolve => publisher.listen(port, '127.0.0.1', resolve));
  port = (publisher.address() as AddressInfo).port;
};
const withdraw = (): Promise<void> => {
  publisher.closeAllConnections();
  return new Promise(resolve => publisher.close(() => resolve()));
};

/** From now on tokens are signed with another key, and it alone is published. */
const rotate = async (kid: string): Promise<void> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }];
  current = { kid, privateKey };
};

const now = async (): Promise<number> => Math.floor(Date.parse((await server.http.get('/dev/clock')).body.now) / 1_000);
const tokenOf = async (claims: object = AGENT, { iss = ISSUER, aud = AUDIENCE } = {}): Promise<string> => {
  const seconds = await now();
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: current.kid })
    .setIssuer(iss)
    .setAudience(aud)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3_600)
    .sign(current.privateKey);
};
const call = (token: string) => server.http.post('/v1/support/cases', { token, body: { nir: caller.nir } });
const readiness = async () => (await server.http.get('/readyz')).body;

beforeAll(async () => {
  await rotate('one');
  await publish();
  server = await startServer({
    STAFF_ISSUER: ISSUER,
    STAFF_AUDIENCE: AUDIENCE,
    STAFF_JWKS_URL: `http://127.0.0.1:${port}/jwks`,
  });
  caller = insured(1);
  await server.importPersons([caller]);
});
afterAll(async () => {
  await server.stop();
  await withdraw();
});

test('an agent of the issuer that is named works at the desk, and one of the fund does not', async () => {
  expect((await call(await tokenOf())).status).toBe(201);
  expectProblem(await call(await tokenOf({ ...AGENT, role: 'fund' })), 403, 'access-refused');
});

test('a token for somebody else, of somebody else, or of the test staff is nobody’s', async () => {
  for (const aud of ['espace-sante', ISSUER])
    expectProblem(await call(await tokenOf(AGENT, { aud })), 401, 'token-invalid');
  expectProblem(await call(await tokenOf(AGENT, { iss: 'https://exemple.fr' })), 403, 'access-refused');
  expectProblem(await call(await server.staffTokenOf('support-1')), 403, 'access-refused');
});

test('a new key is known at once, the one it replaced no longer', async () => {
  const before = await tokenOf();
  expect((await call(before)).status).toBe(201);
  await rotate('two');
  await server.advance(MINUTE);
  expect((await call(await tokenOf())).status).toBe(201);
  expectProblem(await call(before), 401, 'token-invalid');
});

test('while the issuer is away agents wait, and readiness says so until it is back', async () => {
  expect(await readiness()).toEqual({ status: 'ok' });
  await withdraw();
  await server.advance(16 * MINUTE);
  const waiting = await call(await tokenOf());
  expectProblem(waiting, 503, 'keys-unreachable');
  expect(await readiness()).toEqual({ status: 'ok', degraded: ['staff keys'] });
  await publish();
  await server.advance(MINUTE);
  await expect.poll(readiness).toEqual({ status: 'ok' });
  expect((await call(await tokenOf())).status).toBe(201);
});
