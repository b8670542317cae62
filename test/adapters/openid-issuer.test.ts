import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOpenIdIssuer } from '../../src/adapters/identity/openid-issuer.ts';
import { createOpenIdProfessionalVerifier } from '../../src/adapters/identity/openid-professional-verifier.ts';
import { cachingVerifier } from '../../src/adapters/identity/verified-token-cache.ts';
import type { ProfessionalVerifier } from '../../src/ports/professional-verifier.ts';

/*
 * An issuer that does what no good one does: it is away, slow to tell, lies about who it is, rotates its keys, answers
 * without end. (A real provider is in test/http/pro-sante-connect.test.ts.)
 *
 * Mutants seen to fail: the issuer in the metadata not compared; keys or userinfo read in the clear from elsewhere; a
 * redirection followed; an answer read without end; keys fetched for each token, for each made-up key id, or never again; a
 * key that was taken away accepted for ever; keys of long ago used while the issuer is away; a failure not remembered, or
 * remembered for ever; a fault of the network told as a fault of the token; userinfo asked for each request, for a token
 * that is forged, for one that says all itself, or not for each claim that is needed; userinfo of somebody else taken; a
 * refusal of userinfo not remembered; professionals turned away for a claim they can do without, or taken without one of
 * the others, while userinfo is away; what they lacked then lacking for a minute.
 */

const T0 = Date.now();
const at = (seconds: number): string => new Date(T0 + seconds * 1_000).toISOString();
const AUDIENCE = 'espace-sante';
const invalid = { ok: false, refusal: 'token-invalid' };
const unreachable = { ok: false, refusal: 'keys-unreachable' };
const MINUTE = 60;

const WHO = {
  SubjectNameID: '899700218896',
  given_name: 'Alice',
  family_name: 'MARTINEAU',
  Acces_Regulation_Medicale: true,
  SubjectRefPro: { exercices: [{ codeProfession: '10', codeCategorieProfessionnelle: 'C', activities: [] }] },
};

type Key = { readonly privateKey: CryptoKey; readonly jwk: JWK };
const keyOf = async (kid: string): Promise<Key> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), alg: 'ES256', kid, use: 'sig' } };
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let one: Key;
let two: Key;
let server: Server;
let issuer: string;
/** Paths asked for, in order. */
let asked: string[];
let routes: Record<string, Handler>;
let keys: JWK[];
let verifier: ProfessionalVerifier;

const json =
  (body: () => unknown, status = 200): Handler =>
  (_, response) =>
    void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body()));
const times = (path: string): number => asked.filter(each => each === path).length;

beforeAll(async () => {
  [one, two] = await Promise.all([keyOf('one'), keyOf('two')]);
});

beforeEach(async () => {
  asked = [];
  keys = [one.jwk];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const handler = routes[request.url ?? ''];
    if (handler) handler(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`;
  routes = {
    '/realm/.well-known/openid-configuration': json(() => ({
      issuer,
      jwks_uri: `${issuer}/keys`,
      userinfo_endpoint: `${issuer}/userinfo`,
    })),
    '/realm/keys': json(() => ({ keys })),
    '/realm/userinfo': json(() => ({ sub: 'f:1', ...WHO })),
  };
  verifier = verifierOf();
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const verifierOf = (jwksUrl: URL | null = null): ProfessionalVerifier =>
  createOpenIdProfessionalVerifier({ issuer, audience: AUDIENCE, ...createOpenIdIssuer({ issuer, jwksUrl }) });

type Signing = { key?: Key; kid?: string; claims?: object; from?: number; lifetime?: number };
const sign = ({ key = one, kid, claims = {}, from = 0, lifetime = 3_600 }: Signing = {}): Promise<string> =>
  new SignJWT({ sub: 'f:1', acr: 'eidas1', ...WHO, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: kid ?? String(key.jwk.kid) })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setIssuedAt(Math.floor(T0 / 1_000) + from)
    .setExpirationTime(Math.floor(T0 / 1_000) + from + lifetime)
    .sign(key.privateKey);
/** Says nothing of the professional: whom it is about, userinfo knows. */
const lean = (more: Signing = {}): Promise<string> =>
  sign({
    ...more,
    claims: { SubjectNameID: undefined, SubjectRefPro: undefined, given_name: undefined, ...more.claims },
  });
const isTaken = async (token: string, seconds = 0): Promise<boolean> => (await verifier.verify(token, at(seconds))).ok;
const METADATA = '/realm/.well-known/openid-configuration';
const KEYS = '/realm/keys';
const USERINFO = '/realm/userinfo';
const away: Handler = (_, response) => void response.writeHead(503).end();

describe('discovery', () => {
  it('finds the keys, once', async () => {
    for (let round = 0; round < 3; round++) expect(await isTaken(await sign())).toBe(true);
    expect(asked).toEqual([METADATA, KEYS]);
  });

  it('is not needed for keys whose address is given', async () => {
    verifier = verifierOf(new URL(`${issuer}/keys`));
    expect(await isTaken(await sign())).toBe(true);
    expect(asked).toEqual([KEYS]);
  });

  it('is done again after an hour, and yesterday’s will do for a day', async () => {
    const token = await sign({ lifetime: 200_000 });
    expect(await isTaken(token)).toBe(true);
    expect(await isTaken(token, 59 * MINUTE)).toBe(true);
    expect(times(METADATA)).toBe(1);
    routes[METADATA] = away;
    expect(await isTaken(token, 65 * MINUTE)).toBe(true);
    expect(times(METADATA)).toBe(2);
    expect(await isTaken(token, 23 * 60 * MINUTE)).toBe(true);
    expect(await verifier.verify(token, at(24 * 60 * MINUTE + 16 * MINUTE))).toStrictEqual(unreachable);
  });

  it.each<[string, () => unknown]>([
    ['of another issuer', () => ({ issuer: `${issuer}2`, jwks_uri: `${issuer}/keys` })],
    ['of this issuer with a slash', () => ({ issuer: `${issuer}/`, jwks_uri: `${issuer}/keys` })],
    ['of nobody', () => ({ jwks_uri: `${issuer}/keys` })],
    ['without keys', () => ({ issuer })],
    ['with keys in the clear elsewhere', () => ({ issuer, jwks_uri: 'http://psc.exemple.fr/keys' })],
    ['with keys that are no address', () => ({ issuer, jwks_uri: 'keys' })],
    ['with keys in a file', () => ({ issuer, jwks_uri: 'file://127.0.0.1/keys' })],
    [
      'with userinfo in the clear elsewhere',
      () => ({ issuer, jwks_uri: `${issuer}/keys`, userinfo_endpoint: 'http://psc.exemple.fr/userinfo' }),
    ],
    ['of more than 256 KiB', () => ({ issuer, jwks_uri: `${issuer}/keys`, padding: ' '.repeat(262_144) })],
    ['that is a list', () => []],
    ['that is null', () => null],
  ])('takes no document %s', async (_, body) => {
    routes[METADATA] = json(body);
    expect(await verifier.verify(await sign(), at(0))).toStrictEqual(unreachable);
    expect(times(KEYS)).toBe(0);
  });

  it.each<[string, Handler]>([
    ['an error', away],
    ['what is no JSON', (_, response) => void response.end('<html>')],
    ['nothing', (_, response) => void response.end()],
    ['a redirection', (_, response) => void response.writeHead(302, { Location: `${issuer}/elsewhere` }).end()],
    ['without end', (_, response) => void response.write(' '.repeat(300_000))],
    ['half', (_, response) => void response.write('{"issuer":', () => response.destroy())],
  ])('answered with %s is no fault of the token', async (_, handler) => {
    routes['/realm/elsewhere'] = routes[METADATA] as Handler;
    routes[METADATA] = handler;
    expect(await verifier.verify(await sign(), at(0))).toStrictEqual(unreachable);
    // What cannot be a token is refused without anybody being asked.
    expect(await verifier.verify('garbage', at(0))).toStrictEqual(invalid);
  });
});

describe('published keys', () => {
  it('that are new are fetched at once', async () => {
    expect(await isTaken(await sign())).toBe(true);
    keys = [one.jwk, two.jwk];
    expect(await isTaken(await sign({ key: two }), 1)).toBe(true);
    expect(times(KEYS)).toBe(2);
  });

  it('are not fetched for each key id that somebody makes up', async () => {
    expect(await isTaken(await sign())).toBe(true);
    for (let round = 0; round < 50; round++)
      expect(await verifier.verify(await sign({ key: two, kid: `made-up-${round}` }), at(1))).toStrictEqual(invalid);
    expect(times(KEYS)).toBe(2);
    // A rotation meanwhile waits no longer than the thirty seconds.
    keys = [two.jwk];
    expect(await isTaken(await sign({ key: two }), 30)).toBe(false);
    expect(await isTaken(await sign({ key: two }), 31)).toBe(true);
    expect(times(KEYS)).toBe(3);
  });

  it('that somebody else’s token had fetched are not looked for again', async () => {
    expect(await isTaken(await sign())).toBe(true);
    keys = [two.jwk];
    const tokens = await Promise.all(Array.from({ length: 20 }, () => sign({ key: two })));
    expect(await Promise.all(tokens.map(token => isTaken(token, 1)))).toEqual(tokens.map(() => true));
    expect(times(KEYS)).toBe(2);
  });

  it('that were taken away are refused within five minutes, and at once where others were seen', async () => {
    const token = await sign();
    expect(await isTaken(token)).toBe(true);
    keys = [two.jwk];
    expect(await isTaken(token, 5 * MINUTE - 1)).toBe(true);
    expect(await verifier.verify(token, at(5 * MINUTE))).toStrictEqual(invalid);

    keys = [one.jwk];
    expect(await isTaken(token, 6 * MINUTE)).toBe(true);
    keys = [two.jwk];
    expect(await isTaken(await sign({ key: two }), 7 * MINUTE)).toBe(true);
    expect(await verifier.verify(token, at(7 * MINUTE))).toStrictEqual(invalid);
  });

  it('that were taken away void what was remembered of their tokens', async () => {
    const parts = createOpenIdIssuer({ issuer, jwksUrl: null });
    const plain = createOpenIdProfessionalVerifier({ issuer, audience: AUDIENCE, ...parts });
    verifier = cachingVerifier(plain, parts.keys.edition);
    const token = await sign();
    expect(await isTaken(token)).toBe(true);
    keys = [two.jwk];
    expect(await isTaken(token, 10)).toBe(true);
    expect(await isTaken(await sign({ key: two }), 11)).toBe(true);
    expect(await isTaken(token, 12)).toBe(false);
  });

  it('stay in use for a quarter of an hour while the issuer is away, and no longer', async () => {
    const token = await sign();
    expect(await isTaken(token)).toBe(true);
    routes[KEYS] = away;
    expect(await isTaken(token, 14 * MINUTE)).toBe(true);
    expect(await verifier.verify(token, at(15 * MINUTE))).toStrictEqual(unreachable);
    routes[KEYS] = json(() => ({ keys }));
    expect(await isTaken(token, 15 * MINUTE + 5)).toBe(true);
  });

  it('that cannot be had are asked for again after five seconds, and by one at a time', async () => {
    routes[KEYS] = away;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => sign()));
    for (const answer of await Promise.all(tokens.map(token => verifier.verify(token, at(0)))))
      expect(answer).toStrictEqual(unreachable);
    expect(await verifier.verify(await sign(), at(4))).toStrictEqual(unreachable);
    expect(times(KEYS)).toBe(1);
    routes[KEYS] = json(() => ({ keys }));
    expect(await isTaken(await sign(), 5)).toBe(true);
  });

  it('of an unknown id that cannot be fetched are not the token’s fault', async () => {
    expect(await isTaken(await sign())).toBe(true);
    routes[KEYS] = away;
    expect(await verifier.verify(await sign({ key: two }), at(1))).toStrictEqual(unreachable);
  });

  it.each<[string, unknown]>([
    ['no list', { keys: 'none' }],
    ['nothing', {}],
    ['a list of texts', { keys: ['key'] }],
  ])('that are %s are none', async (_, body) => {
    routes[KEYS] = json(() => body);
    expect(await verifier.verify(await sign(), at(0))).toStrictEqual(unreachable);
  });

  it('are fetched again where the clock was moved back', async () => {
    const token = await sign();
    expect(await isTaken(token, 30 * MINUTE)).toBe(true);
    expect(await isTaken(token)).toBe(true);
    expect(times(KEYS)).toBe(2);
  });
});

describe('userinfo', () => {
  it('completes a token that does not say whom it is about, once', async () => {
    const token = await lean();
    for (let second = 0; second < 5; second++)
      expect(await verifier.verify(token, at(second))).toMatchObject({
        ok: true,
        identity: { rpps: '99700218896', name: 'Alice MARTINEAU' },
        expiresAt: new Date(Math.floor(T0 / 1_000) * 1_000 + 3_600_000).toISOString(),
      });
    expect(times(USERINFO)).toBe(1);
  });

  it.each<[string, unknown]>([
    ['given_name', undefined],
    ['family_name', undefined],
    ['family_name', ''],
    ['acr', undefined],
    ['acr', null],
    ['Acces_Regulation_Medicale', undefined],
    ['Acces_Regulation_Medicale', null],
    ['SubjectRefPro', undefined],
    ['SubjectNameID', undefined],
  ])('completes a token whose %s is %j', async (claim, value) => {
    routes[USERINFO] = json(() => ({ sub: 'f:1', acr: 'eidas1', ...WHO }));
    expect(await verifier.verify(await sign({ claims: { [claim]: value } }), at(0))).toMatchObject({
      ok: true,
      identity: { rpps: '99700218896', name: 'Alice MARTINEAU', regulation: true },
    });
    expect(times(USERINFO)).toBe(1);
  });

  it('is shown the token', async () => {
    let shown: string | undefined;
    routes[USERINFO] = (request, response) => {
      shown = request.headers.authorization;
      json(() => ({ sub: 'f:1', ...WHO }))(request, response);
    };
    const token = await lean();
    expect(await isTaken(token)).toBe(true);
    expect(shown).toBe(`Bearer ${token}`);
  });

  it('is asked by one at a time, again after ten minutes, and not past the token’s end', async () => {
    const token = await lean();
    expect(await Promise.all(Array.from({ length: 30 }, () => isTaken(token)))).not.toContain(false);
    expect(times(USERINFO)).toBe(1);
    expect(await isTaken(token, 10 * MINUTE - 1)).toBe(true);
    expect(times(USERINFO)).toBe(1);
    expect(await isTaken(token, 10 * MINUTE)).toBe(true);
    expect(times(USERINFO)).toBe(2);
    const short = await lean({ lifetime: 30 });
    expect([await isTaken(short, 29), await isTaken(short, 31)]).toEqual([true, true]);
    expect(times(USERINFO)).toBe(4);
  });

  it('is not asked about a token that is forged, or that says all itself', async () => {
    expect(await isTaken(await lean({ key: two, kid: 'one' }))).toBe(false);
    expect(await isTaken(await lean({ from: 7_200 }))).toBe(false);
    expect(await isTaken(await sign())).toBe(true);
    expect(times(USERINFO)).toBe(0);
  });

  it('that speaks of somebody else is not taken', async () => {
    routes[USERINFO] = json(() => ({ sub: 'f:2', ...WHO }));
    expect(await verifier.verify(await lean(), at(0))).toStrictEqual(invalid);
    routes[USERINFO] = json(() => WHO);
    expect(await verifier.verify(await lean({ claims: { sub: undefined } }), at(0))).toStrictEqual(invalid);
  });

  it('changes nothing that the token says', async () => {
    routes[USERINFO] = json(() => ({ sub: 'f:1', ...WHO, acr: 'eidas3', azp: 'other' }));
    expect(await verifier.verify(await lean({ claims: { acr: 'eidas0' } }), at(0))).toMatchObject({
      refusal: 'authentication-too-weak',
    });
    expect(await verifier.verify(await lean({ claims: { azp: 'own' } }), at(0))).toMatchObject({
      identity: { software: 'own' },
    });
  });

  it.each([401, 403])('that answers %i refuses the token, and is not asked again for half a minute', async status => {
    const token = await lean();
    routes[USERINFO] = json(() => ({}), status);
    for (const second of [0, 29]) expect(await verifier.verify(token, at(second))).toStrictEqual(invalid);
    expect(times(USERINFO)).toBe(1);
    routes[USERINFO] = json(() => ({ sub: 'f:1', ...WHO }));
    expect(await isTaken(token, 30)).toBe(true);
  });

  it.each<[string, Handler]>([
    ['an error', away],
    ['a signed answer', (_, response) => void response.setHeader('Content-Type', 'application/jwt').end('a.b.c')],
    ['without end', (_, response) => void response.write(' '.repeat(300_000))],
  ])('answered with %s is no fault of the token, and is asked again', async (_, handler) => {
    const token = await lean();
    routes[USERINFO] = handler;
    expect(await verifier.verify(token, at(0))).toStrictEqual(unreachable);
    routes[USERINFO] = json(() => ({ sub: 'f:1', ...WHO }));
    expect(await isTaken(token, 1)).toBe(true);
  });

  it('that is away leaves out a given name and the access of regulation, until it is back', async () => {
    const parts = createOpenIdIssuer({ issuer, jwksUrl: null });
    const plain = createOpenIdProfessionalVerifier({ issuer, audience: AUDIENCE, ...parts });
    verifier = cachingVerifier(plain, parts.keys.edition);
    const token = await sign({ claims: { given_name: undefined, Acces_Regulation_Medicale: undefined } });
    const without = { ok: true, identity: { name: 'MARTINEAU', regulation: false } };
    for (const handler of [away, json(() => ({}), 404), json(() => 'a.b.c')]) {
      routes[USERINFO] = handler;
      expect(await plain.verify(token, at(0))).toMatchObject({ ...without, expiresAt: at(10) });
    }
    expect(await verifier.verify(token, at(0))).toMatchObject(without);
    routes[USERINFO] = json(() => ({ sub: 'f:1', ...WHO }));
    expect(await verifier.verify(token, at(9))).toMatchObject(without);
    const whole = { ok: true, identity: { name: 'Alice MARTINEAU', regulation: true } };
    expect(await verifier.verify(token, at(10))).toMatchObject(whole);
    routes[USERINFO] = away;
    expect(await verifier.verify(token, at(9 * MINUTE))).toMatchObject(whole);
    const short = await sign({ claims: { given_name: undefined }, lifetime: 5 });
    expect(await verifier.verify(short, at(0))).toMatchObject({ expiresAt: at(5).replace(/\.\d+Z$/, '.000Z') });
  });

  it.each(['SubjectNameID', 'SubjectRefPro', 'family_name', 'acr'])(
    'that is away is waited for where %s is missing',
    async claim => {
      routes[USERINFO] = away;
      const token = await sign({ claims: { [claim]: undefined, given_name: undefined } });
      expect(await verifier.verify(token, at(0))).toStrictEqual(unreachable);
    },
  );

  it('that refuses a token, or speaks of somebody else, is not away', async () => {
    const token = await sign({ claims: { given_name: undefined } });
    routes[USERINFO] = json(() => ({ sub: 'f:2', ...WHO }));
    expect(await verifier.verify(token, at(0))).toStrictEqual(invalid);
    routes[USERINFO] = json(() => ({}), 401);
    expect(await verifier.verify(await sign({ claims: { given_name: '' } }), at(0))).toStrictEqual(invalid);
  });

  it('that the issuer does not have completes nothing', async () => {
    routes[METADATA] = json(() => ({ issuer, jwks_uri: `${issuer}/keys` }));
    expect(await verifier.verify(await lean(), at(0))).toStrictEqual(invalid);
    const level = await sign({ claims: { acr: undefined } });
    expect(await verifier.verify(level, at(0))).toStrictEqual({ ok: false, refusal: 'authentication-too-weak' });
    const enough = await sign({ claims: { Acces_Regulation_Medicale: undefined } });
    expect(await verifier.verify(enough, at(0))).toMatchObject({ ok: true, identity: { regulation: false } });
  });
});

describe('an issuer', () => {
  it('that is away is known to be, until it is back', async () => {
    const { keys: published } = createOpenIdIssuer({ issuer, jwksUrl: null });
    expect(published.isReachable()).toBe(true);
    routes[METADATA] = away;
    await published.prepare(at(0));
    expect(published.isReachable()).toBe(false);
    routes[METADATA] = json(() => ({ issuer, jwks_uri: `${issuer}/keys` }));
    await published.prepare(at(5));
    expect(published.isReachable()).toBe(true);
  });
});
