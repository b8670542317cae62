import { type CryptoKey, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectProblem } from '../support/http-problems.ts';
import { AUDIENCE, type ProSanteConnect, startProSanteConnect } from '../support/pro-sante-connect.ts';
import { DAY, MINUTE, NOTES, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * Professionals who sign in at a real OpenID provider and come here with its token. All that the product is told of the
 * provider is its issuer and for whom its tokens are.
 *
 * Mutants seen to fail: the audience not looked at; the level of authentication not looked at; keys kept for ever, or
 * fetched for each made-up key id; a start that waits for the provider, or fails without it; readiness that does not tell,
 * or takes the node out; an activity taken unasked; the headers of one activity leading to another.
 */

const HOSPITAL = {
  numeroFinessSite: '990000010',
  raisonSocialeSite: 'Centre hospitalier des Essais',
  codeSecteurDactivite: 'SA01^1.2.250.1.71.4.2.4',
};
const SURGERY = {
  numeroFinessSite: '',
  numeroSiretSite: '12345678900011',
  raisonSocialeSite: 'Cabinet du Parc',
  codeSecteurDactivite: 'SA07^1.2.250.1.71.4.2.4',
};
const exercise = (codeProfession: string, codeSavoirFaire: string, activities: readonly object[], category = 'C') => ({
  codeProfession,
  codeCategorieProfessionnelle: category,
  codeSavoirFaire,
  activities,
});
const person = (SubjectNameID: string, family_name: string, exercices: readonly object[]) => ({
  SubjectNameID,
  preferred_username: SubjectNameID,
  given_name: 'Bruno',
  family_name,
  Acces_Regulation_Medicale: false,
  SubjectRefPro: { codeCivilite: 'M', exercices },
});
const RPPS = '99700024450';
const ACCOUNTS = {
  doctor: person(`8${RPPS}`, 'LEGRAND', [exercise('10', 'SM54', [HOSPITAL])]),
  everywhere: person('899700300116', 'LOPES', [
    exercise('10', 'SM54', [HOSPITAL, SURGERY]),
    exercise('21', 'H', [HOSPITAL]),
  ]),
  student: person('899700300017', 'JEUNE', [exercise('10', '', [], 'E')]),
  adeli: person('0759012345', 'ANCIEN', [exercise('93', '', [HOSPITAL])]),
};

let psc: ProSanteConnect;
let server: TestServer;
let her: SignedInHolder;

const startWith = async (): Promise<void> => {
  server = await startServer({ PSC_ISSUER: psc.issuer, PSC_AUDIENCE: AUDIENCE });
};
const me = (token: string, headers: Record<string, string> = {}) =>
  server.http.get('/v1/professionals/me', { token, headers });
const documents = (token: string, headers: Record<string, string> = {}) =>
  server.http.get(`${her.espace}/documents`, { token, headers });
const timesAsked = (path: string): number => psc.asked.filter(each => each === path).length;

describe('a professional who signs in', () => {
  beforeAll(async () => {
    psc = await startProSanteConnect(ACCOUNTS);
    await startWith();
    her = await server.holder(1);
    await server.deposit(her.token, her.espace, { title: 'Notes', type: 'DOCPAT01' });
    for (const target of [RPPS, '990000010', '99700300116', '99700300017'])
      await server.http.put(`${her.espace}/access/authorisations/${target}`, { token: her.token, body: {} });
  });
  afterAll(async () => {
    await server.stop();
    await psc.stop();
  });

  const lastEntryOf = async (rpps: string) => {
    const path = `${her.espace}/journal?limit=1&kind=AccessedBy&actor=${rpps}`;
    return (await server.http.get(path, { token: her.token })).body.items[0];
  };

  test('finds a patient, reads, and stands in the journal with the software', async () => {
    const token = await psc.login('doctor');
    const found = await server.http.post('/v1/espaces/lookup', { token, body: { ins: her.person.nir } });
    expect(found.body).toEqual({ id: her.id, status: 'activated', authorisation: 'VALIDE' });
    const [document] = (await documents(token)).body.items;
    const content = await server.http.get(`${her.espace}/documents/${document.id}/content`, { token });
    expect(content.bytes).toEqual(Buffer.from(NOTES.bytes));
    expect(await lastEntryOf(RPPS)).toMatchObject({
      actor: { rpps: RPPS, name: 'Bruno LEGRAND', organisation: '990000010', profession: 'G15_10', specialty: 'SM54' },
      software: 'logiciel-metier',
      rule: 'authorised',
    });
  });

  test('with a token that does not say who they are is known by userinfo, asked once', async () => {
    const token = await psc.login('doctor', { lean: true });
    const before = psc.userinfoAsked();
    const replies = await Promise.all(Array.from({ length: 10 }, () => documents(token)));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(psc.userinfoAsked() - before).toBe(1);
  });

  test('is told of every activity, and may act in each by the headers that come with it', async () => {
    const token = await psc.login('everywhere');
    expectProblem(await documents(token), 400, 'organisation-required');
    expectProblem(await documents(token, { Organization: '990000010' }), 400, 'profession-required');
    const { status, body } = await me(token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ rpps: '99700300116', name: 'Bruno LOPES', software: 'logiciel-metier' });
    expect(body.activities).toMatchObject([
      { profession: 'G15_10', place: '990000010', placeKind: 'FINESS', sector: 'SA01' },
      { profession: 'G15_10', place: '12345678900011', placeKind: 'SIRET', organisationName: 'Cabinet du Parc' },
      { profession: 'G15_21', professionLabel: 'Pharmacien', specialty: 'H', place: '990000010' },
    ]);
    for (const { profession, specialty, organisationName, headers } of body.activities) {
      expect((await documents(token, headers)).status).toBe(200);
      expect((await lastEntryOf('99700300116')).actor).toMatchObject({ profession, specialty, organisationName });
    }
  });

  test.each([
    [{ Organization: '990000028' }, 403, 'organisation-unknown', undefined],
    [{ Organization: '98765432100011' }, 403, 'organisation-unknown', undefined],
    [{ Organization: 'Cabinet du Parc' }, 400, 'invalid-request', ['Organization']],
    [{ Organization: '990000010', Profession: 'G15_60' }, 403, 'profession-unknown', undefined],
    [{ Organization: '12345678900011', Profession: 'G15_21' }, 403, 'profession-unknown', undefined],
    [{ Organization: '990000010', Profession: 'médecin' }, 400, 'invalid-request', ['Profession']],
  ])('does not act in what is not theirs: %j', async (headers, status, code, fields) => {
    expectProblem(await documents(await psc.login('everywhere'), headers as never), status, code, fields);
  });

  test('in training has no place, and reads nothing by it', async () => {
    const token = await psc.login('student');
    const { body } = await me(token);
    expect(body.activities).toMatchObject([{ profession: 'G16_10', place: null, placeKind: null, headers: {} }]);
    const refused = await documents(token);
    expectProblem(refused, 403, 'access-refused');
    expect(refused.body.rule).toBe('matrix-refuses');
  });

  test('is asked to choose nothing only to be told who they are; nobody else is told', async () => {
    expect((await me(await psc.login('everywhere'), { Organization: '990000028' })).status).toBe(200);
    expectProblem(await me(her.token), 403, 'access-refused');
    expectProblem(await server.http.get('/v1/professionals/me'), 401, 'unauthenticated');
  });

  test('by another number than an RPPS is told so', async () => {
    const token = await psc.login('adeli');
    for (const reply of [await me(token), await documents(token)])
      expectProblem(reply, 403, 'professional-without-rpps');
  });

  test.each(['eidas0', 'pwd', ''])('at level "%s" is to sign in again, better', async acr => {
    const token = await psc.login('doctor', { acr });
    for (const reply of [await me(token), await documents(token)]) expectProblem(reply, 401, 'authentication-too-weak');
  });

  test('to another service is not signed in here, nor by what proves it to their own software', async () => {
    expectProblem(await me(await psc.login('doctor', { audience: 'autre-service' })), 401, 'token-invalid');
    await psc.login('doctor');
    expectProblem(await me(psc.idToken()), 401, 'token-invalid');
  });

  test('at another provider is not signed in here', async () => {
    const other = await startProSanteConnect(ACCOUNTS);
    try {
      const token = await other.login('doctor');
      expectProblem(await documents(token), 401, 'token-invalid');
      expectProblem(await me(token), 403, 'access-refused');
      expect(other.asked.filter(path => path === '/jwks')).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

describe('over time', () => {
  beforeEach(async () => {
    psc = await startProSanteConnect(ACCOUNTS);
  });
  afterEach(async () => {
    await server.stop();
    await psc.stop();
  });

  test('the provider rotates its keys in the middle of everything', async () => {
    await startWith();
    const before = await psc.login('doctor');
    expect((await me(before)).status).toBe(200);
    await psc.rotate();
    const after = await psc.login('doctor');
    // The new one is known at once, the old one is still published.
    for (const token of [after, before]) expect((await me(token)).status).toBe(200);
    await psc.rotate();
    await server.advance(30);
    expect((await me(await psc.login('doctor'))).status).toBe(200);
  });

  test('a key that was stolen is taken away: its tokens are refused within five minutes, at once where a new one came', async () => {
    await startWith();
    const stolen = await psc.login('doctor');
    expect((await me(stolen)).status).toBe(200);
    await psc.rotate({ revoked: true });
    await server.advance(4 * MINUTE);
    expect((await me(stolen)).status).toBe(200);
    await server.advance(2 * MINUTE);
    expectProblem(await me(stolen), 401, 'token-invalid');

    const next = await psc.login('doctor');
    await server.advance(MINUTE);
    expect((await me(next)).status).toBe(200);
    await psc.rotate({ revoked: true });
    await server.advance(30);
    expect((await me(await psc.login('doctor'))).status).toBe(200);
    expectProblem(await me(next), 401, 'token-invalid');
  });

  test('a token ends when it says, give or take a minute', async () => {
    await startWith();
    const token = await psc.login('doctor');
    await server.advance(DAY + 30);
    expect((await me(token)).status).toBe(200);
    await server.advance(MINUTE);
    expectProblem(await me(token), 401, 'token-expired');
  });

  const readiness = async () => (await server.http.get('/readyz')).body;

  test('without the provider the product starts, serves holders, and says what is missing until it is there', async () => {
    const token = await psc.login('doctor');
    await psc.stop();
    await startWith();
    her = await server.holder(1);
    expect((await server.http.get(her.espace, { token: her.token })).status).toBe(200);
    expect(await readiness()).toEqual({ status: 'ok', degraded: ['professional keys'] });
    const refused = await me(token);
    expectProblem(refused, 503, 'keys-unreachable');
    expect(refused.headers.get('Retry-After')).toBe('5');

    await psc.start();
    expectProblem(await me(token), 503, 'keys-unreachable');
    await server.advance(5);
    // Asking is what makes it look again.
    await readiness();
    await expect.poll(readiness).toEqual({ status: 'ok' });
    expect((await me(token)).status).toBe(200);
  });

  test('while the provider is away its keys will do for a quarter of an hour, and are not asked for at each request', async () => {
    await startWith();
    const token = await psc.login('doctor');
    expect((await me(token)).status).toBe(200);
    await psc.stop();
    await server.advance(14 * MINUTE);
    expect((await me(token)).status).toBe(200);
    expect(await readiness()).toEqual({ status: 'ok', degraded: ['professional keys'] });
    await server.advance(2 * MINUTE);
    expectProblem(await me(token), 503, 'keys-unreachable');
    await psc.start();
    await server.advance(5);
    expect((await me(token)).status).toBe(200);
    expect(await readiness()).toEqual({ status: 'ok' });
  });

  test('nobody makes the product hammer the provider with key ids that they made up', async () => {
    await startWith();
    expect((await me(await psc.login('doctor'))).status).toBe(200);
    const { privateKey } = await generateKeyPair('RS256');
    const before = timesAsked('/jwks');
    const forged = await Promise.all(Array.from({ length: 60 }, (_, each) => forge(privateKey, `made-up-${each}`)));
    for (const reply of await Promise.all(forged.map(token => me(token)))) expectProblem(reply, 401, 'token-invalid');
    expect(timesAsked('/jwks') - before).toBe(1);
    expect(psc.userinfoAsked()).toBe(0);
  });

  const forge = (key: CryptoKey, kid: string): Promise<string> =>
    new SignJWT({ ...ACCOUNTS.doctor, sub: 'doctor', acr: 'eidas1' })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(psc.issuer)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(key);
});
