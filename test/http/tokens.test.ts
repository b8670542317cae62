import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sent } from '../support/http-client.ts';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { sendRaw } from '../support/http-raw.ts';
import { insured, rppsOf, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * Who a request says it comes from: tokens and the professionals' headers. Nothing that is refused here leaves a trace.
 *
 * Mutants seen to fail: the audience of a route not looked at, either way; a refresh or enrolment token taken for an access
 * token; an expiry not looked at; a reason of any length; an organisation that is not theirs, or the first of several,
 * taken. (Of `none` and HS256 the token library itself thinks better, whatever it is told.)
 */

let server: TestServer;
let her: SignedInHolder;
let gp: string;

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
  gp = await server.tokenOf('general-practitioner');
  for (const target of [rppsOf('general-practitioner'), rppsOf('two-places-doctor')])
    await server.http.put(`${her.espace}/access/authorisations/${target}`, { token: her.token, body: {} });
});
afterAll(() => server.stop());

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const documents = (sent: Sent) => server.http.get(`${her.espace}/documents`, sent);
const refused = (token: string, status: number, code: string) =>
  refusedBy(server, () => documents({ token }), status, code);

describe('no token, or none that could be one', () => {
  test.each([
    ['none', {}],
    ['another scheme', { Authorization: 'Basic ZXNzYWk6ZXNzYWk=' }],
    ['the scheme alone', { Authorization: 'Bearer' }],
    ['two tokens', { Authorization: 'Bearer a b' }],
    ['a token of signs', { Authorization: 'Bearer <script>' }],
    ['a token longer than any', { Authorization: `Bearer ${'a'.repeat(16_385)}` }],
  ] as [string, Record<string, string>][])('%s', async (_, headers) => {
    const reply = await refusedBy(server, () => documents({ headers }), 401, 'unauthenticated');
    expect(reply.headers.get('WWW-Authenticate')).toBe('Bearer');
  });

  test.each(['x', 'a.b.c', '..', 'e30.e30.', `${encode({ alg: 'HS256' })}.bm9uc2Vuc2U.x`])('%s', async token => {
    await refused(token, 401, 'token-invalid');
  });

  test('headers larger than any are not read', async () => {
    const head = `GET ${her.espace} HTTP/1.1\r\nHost: x\r\nPurpose-Reason: ${'x'.repeat(40_000)}\r\n\r\n`;
    expect(await sendRaw(server.url, head)).toMatchObject({ status: 431, body: '' });
  });

  test('the scheme is written in any case', async () => {
    expect((await documents({ headers: { Authorization: `bearer ${her.token}` } })).status).toBe(200);
  });
});

describe('a professional’s token', () => {
  const parts = () => gp.split('.') as [string, string, string];
  const publicKey = async () => (await server.http.get('/dev/jwks')).body.keys[0] as JsonWebKey & { kid: string };
  const claims = () => decode(parts()[1]);

  test('with another claim is forged', async () => {
    const [header, , signature] = parts();
    await refused(`${header}.${encode({ ...claims(), azp: 'other' })}.${signature}`, 401, 'token-invalid');
  });

  test.each(['none', 'None', 'NONE', ''])('with algorithm "%s" is forged, signed or not', async alg => {
    const [header, payload, signature] = parts();
    for (const end of ['', signature])
      await refused(`${encode({ ...decode(header), alg })}.${payload}.${end}`, 401, 'token-invalid');
  });

  test('signed with the public key as a secret is forged', async () => {
    const jwk = await publicKey();
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const [header, payload] = parts();
    const signed = `${encode({ ...decode(header), alg: 'HS256' })}.${payload}`;
    const secrets = [
      JSON.stringify(jwk),
      key.export({ format: 'pem', type: 'spki' }),
      key.export({ format: 'der', type: 'spki' }),
      Buffer.from(jwk.x ?? '', 'base64url'),
    ];
    for (const secret of secrets)
      await refused(
        `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`,
        401,
        'token-invalid',
      );
  });

  const forged = async (changes: object, kid?: string) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return new SignJWT({ ...claims(), ...changes })
      .setProtectedHeader({ alg: 'ES256', ...(kid === undefined ? {} : { kid }) })
      .sign(privateKey);
  };

  test('of another key is forged, whatever key it names', async () => {
    await refused(await forged({}, (await publicKey()).kid), 401, 'token-invalid');
    await refused(await forged({}, 'other'), 401, 'token-invalid');
    await refused(await forged({}), 401, 'token-invalid');
  });

  test('that brings its own key is forged', async () => {
    const { privateKey, publicKey: own } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'ES256', jwk: own.export({ format: 'jwk' }) as never, kid: (await publicKey()).kid })
      .sign(privateKey);
    await refused(token, 401, 'token-invalid');
  });

  test('that claims to be ours is forged', async () => {
    await refused(await forged({ iss: 'urn:espace-sante:identity', sub: her.id, aud: 'espace' }), 401, 'token-invalid');
  });

  test('expires, a minute of difference between clocks apart', async () => {
    const own = await startServer();
    try {
      const token = await own.tokenOf('general-practitioner', 30);
      const ask = () => own.http.post('/v1/espaces/lookup', { token, body: { ins: insured(1).nir } });
      expectProblem(await ask(), 404, 'not-found');
      await own.advance(80);
      expectProblem(await ask(), 404, 'not-found');
      await own.advance(11);
      await refusedBy(own, ask, 401, 'token-expired');
    } finally {
      await own.stop();
    }
  });

  test('opens no route that is for holders alone', async () => {
    await refusedBy(server, () => server.http.get('/v1/me', { token: gp }), 403, 'access-refused');
    await refusedBy(server, () => server.http.delete('/v1/sessions/current', { token: gp }), 403, 'access-refused');
  });

  test('does not enrol', async () => {
    const body = { email: 'autre@exemple.fr' };
    await refusedBy(server, () => server.http.put('/v1/enrolment/contacts', { token: gp, body }), 401, 'token-invalid');
  });
});

describe('a holder’s token', () => {
  test('opens no route that is for professionals alone', async () => {
    const body = { ins: her.person.nir };
    await refusedBy(
      server,
      () => server.http.post('/v1/espaces/lookup', { token: her.token, body }),
      403,
      'access-refused',
    );
  });

  test('with another claim, or signed with a guess, is forged', async () => {
    const [header, payload, signature] = her.token.split('.');
    const other = { ...decode(payload), sub: crypto.randomUUID() };
    await refused(`${header}.${encode(other)}.${signature}`, 401, 'token-invalid');
    for (const secret of ['', 'secret', 'espace', 'changeme']) {
      const signed = `${header}.${payload}`;
      const guess = createHmac('sha256', secret).update(signed).digest('base64url');
      await refused(`${signed}.${guess}`, 401, 'token-invalid');
    }
    await refused(`${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`, 401, 'token-invalid');
  });

  test('is for one thing: refreshing, enrolling and reading each have theirs', async () => {
    const person = insured(2);
    const enrolment = await server.enrol(person);
    await refused(her.refreshToken, 401, 'token-invalid');
    await refused(enrolment, 401, 'token-invalid');
    const refresh = (refreshToken: string) => () =>
      server.http.post('/v1/sessions/refresh', { body: { refreshToken } });
    await refusedBy(server, refresh(her.token), 401, 'token-invalid');
    await refusedBy(server, refresh(enrolment), 401, 'token-invalid');
    await refusedBy(server, refresh(gp), 401, 'token-invalid');
    const proof = (token: string) => () => server.http.get('/v1/enrolment/opposition/proof', { token });
    await refusedBy(server, proof(her.token), 401, 'token-invalid');
    await refusedBy(server, proof(her.refreshToken), 401, 'token-invalid');
    await refusedBy(server, proof(enrolment), 404, 'not-found');
  });
});

describe('a professional’s headers', () => {
  const gpAsks = (headers: Record<string, string>) => documents({ token: gp, headers });
  const twoPlaces = async (headers: Record<string, string>) =>
    documents({ token: await server.tokenOf('two-places-doctor'), headers });

  test.each([
    ['an unknown purpose', { 'Purpose-Of-Use': 'RESEARCH' }, 'Purpose-Of-Use'],
    ['a purpose in lower case', { 'Purpose-Of-Use': 'btg' }, 'Purpose-Of-Use'],
    ['two purposes', { 'Purpose-Of-Use': 'TREAT, BTG' }, 'Purpose-Of-Use'],
    ['glass broken without a reason', { 'Purpose-Of-Use': 'BTG' }, 'Purpose-Reason'],
    ['an empty reason', { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': '' }, 'Purpose-Reason'],
    ['a reason of spaces', { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': '%20%09%C2%A0' }, 'Purpose-Reason'],
    ['a reason of 501 characters', { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'x'.repeat(501) }, 'Purpose-Reason'],
    ['501 encoded ones', { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': '%C3%A9'.repeat(501) }, 'Purpose-Reason'],
    ['a long reason for care too', { 'Purpose-Reason': 'x'.repeat(501) }, 'Purpose-Reason'],
    ['an organisation that is no FINESS', { Organization: 'Cabinet du Parc' }, 'Organization'],
    ['a FINESS with a wrong check digit', { Organization: '990000029' }, 'Organization'],
  ] as [string, Record<string, string>, string][])('%s', async (_, headers, field) => {
    await refusedBy(server, () => gpAsks(headers), 400, 'invalid-request', { fields: [field] });
  });

  test('an organisation that is not theirs', async () => {
    await refusedBy(server, () => gpAsks({ Organization: '990000010' }), 403, 'organisation-unknown');
    await refusedBy(server, () => twoPlaces({ Organization: '990000036' }), 403, 'organisation-unknown');
  });

  test('several organisations and none named', async () => {
    await refusedBy(server, () => twoPlaces({}), 400, 'organisation-required');
  });

  test('the one that is named stands in the trace', async () => {
    for (const [organisation, name] of [
      ['990000010', 'Centre hospitalier des Essais'],
      ['990000028', 'Cabinet médical du Parc'],
    ] as const) {
      expect((await twoPlaces({ Organization: organisation })).status).toBe(200);
      const { body } = await server.http.get(
        `${her.espace}/journal?limit=1&kind=AccessedBy&actor=${rppsOf('two-places-doctor')}`,
        {
          token: her.token,
        },
      );
      expect(body.items[0].actor).toMatchObject({ organisation, organisationName: name });
    }
  });

  test.each([
    ['500 characters', 'x'.repeat(500), 'x'.repeat(500)],
    ['500 encoded accents', '%C3%A9'.repeat(500), 'é'.repeat(500)],
    ['Latin-1, as the standard has it', 'hémorragie à 3 h', 'hémorragie à 3 h'],
    ['UTF-8, as most send it', Buffer.from('hémorragie — grave').toString('latin1'), 'hémorragie — grave'],
    ['percent-encoded', encodeURIComponent('patiente inconsciente, 50 % brûlée'), 'patiente inconsciente, 50 % brûlée'],
    ['with a percent sign that encodes nothing', 'saturation a 80 %', 'saturation a 80 %'],
    ['with spaces around', '  malaise  ', 'malaise'],
  ])('a reason: %s', async (_, sent, written) => {
    const token = await server.tokenOf('emergency-doctor');
    const headers = { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': sent };
    expect((await documents({ token, headers })).status).toBe(200);
    const query = `limit=1&kind=AccessedBy&actor=${rppsOf('emergency-doctor')}`;
    const { body } = await server.http.get(`${her.espace}/journal?${query}`, { token: her.token });
    expect(body.items[0]).toMatchObject({ purpose: 'BTG', reason: written, rule: 'break-glass' });
  });

  test('mean nothing from a holder', async () => {
    const headers = { 'Purpose-Of-Use': 'RESEARCH', Organization: 'x', 'Purpose-Reason': 'x'.repeat(600) };
    expect((await documents({ token: her.token, headers })).status).toBe(200);
  });

  test('a key that is too long', async () => {
    const request = () =>
      server.http.put(`${her.espace}/access/blocked/${rppsOf('nurse')}`, {
        token: her.token,
        headers: { 'Idempotency-Key': 'x'.repeat(256) },
        body: {},
      });
    await refusedBy(server, request, 400, 'invalid-request', { fields: ['Idempotency-Key'] });
  });
});
