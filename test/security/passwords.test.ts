import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARGON2ID, createArgon2PasswordHasher } from '../../src/adapters/identity/argon2-password-hasher.ts';
import { passwordFlaws } from '../../src/domain/account/password-rules.ts';
import { createFakeRandom } from '../support/fake-random.ts';
import { expectProblem } from '../support/http-problems.ts';
import { insured, PASSWORD, startServer, TERMS, type TestServer } from '../support/server.ts';

/**
 * What a password may be, over HTTP and beneath: OWASP ASVS 4.0.3, V2.1 and V2.4.
 *
 * Mutants seen to fail: a password cut at 64 or 72 characters; characters counted in UTF-16; a common password taken; cheaper
 * parameters of the hash.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const PERSONAL = {
  names: ['Exemple', 'Camille'],
  birthDate: '1961-02-03',
  nir: '261027511518989',
  login: 'quelquun.dautre',
  email: null,
  mobile: null,
};
const flaws = (password: string) => passwordFlaws(password, PERSONAL);

/** Opens an account with this password, and signs in with it. */
const canBeUsed = async (order: number, password: string) => {
  const person = insured(order);
  const login = `motdepasse.${order}`;
  const token = await server.enrol(person);
  const activated = await server.http.post('/v1/enrolment/activation', { token, body: { ...TERMS, login, password } });
  const session = await server.signIn(person, login, password);
  return { status: activated.status, login, session: session.session };
};

describe('a long password', () => {
  const LONG = `Orme-Pourpre57?${'xqzvwjkhgbnm'.repeat(9)}`;

  test('of 64 characters and more is taken, and signs in', async () => {
    expect(LONG.length).toBeGreaterThan(120);
    const used = await canBeUsed(1, LONG);
    expect([used.status, used.session]).toEqual([201, expect.any(String)]);
  });

  test('counts to its last character', async () => {
    const { login } = await canBeUsed(2, LONG);
    for (const cut of [LONG.slice(0, -1), LONG.slice(0, 72), LONG.slice(0, 64), `${LONG}x`]) {
      const reply = await server.http.post('/v1/sessions', { body: { login, password: cut, channel: 'SMS' } });
      expectProblem(reply, 401, 'credentials-wrong');
      // So that the fifth is still judged.
      await server.signIn(insured(2), login, LONG);
    }
  });

  test('is hashed whole, however long', async () => {
    const cheap = { memory: 8, passes: 1, parallelism: 1 };
    const hasher = createArgon2PasswordHasher({ random: createFakeRandom(), parameters: cheap });
    const hashed = await hasher.hash('x'.repeat(128));
    expect(await hasher.verify('x'.repeat(127), hashed.ok ? hashed.value : '')).toEqual({ ok: true, value: false });
  });
});

describe('a password of any script', () => {
  test('is taken, and signs in', async () => {
    const used = await canBeUsed(3, 'Ключ-от-Сада-57-钥匙-🗝️');
    expect([used.status, used.session]).toEqual([201, expect.any(String)]);
  });

  test('is counted in characters, not in what they are made of', () => {
    expect(flaws(`aA1-${'🗝'.repeat(4)}`)).toContain('password-too-short');
    expect(flaws(`aA1-${'🗝🌳🍂🌿🍁'.repeat(12)}`)).not.toContain('password-too-long');
    expect(flaws(`aA1-${'🗝🌳🍂🌿🍁'.repeat(25)}`)).toEqual(['password-too-long']);
  });
});

/** From the top of the published lists of leaked passwords, those that have four classes and nine characters. */
const LEAKED = [
  ...['P@ssw0rd1', 'Password1!', 'Passw0rd!', 'P@ssword1', 'P@$$w0rd1', 'Password123!', 'Password@123', 'P@ssw0rd123'],
  ...['Welcome1!', 'Welcome123!', 'Welcome@123', 'Qwerty123!', 'Qwerty1234!', 'Qwerty@123', 'Azerty123!', 'Azerty@123'],
  ...['Admin@123', 'Admin123!', 'Abcd1234!', 'Abcd@1234', 'Abc12345!', 'Aa123456!', 'Aa@123456', 'Abc@12345'],
  ...[
    'Test@1234',
    'Summer2024!',
    'Winter2023!',
    'Passw0rd@1',
    'Motdepasse1!',
    'Bonjour123!',
    'Soleil123!',
    'Football1!',
  ],
  ...['Marseille13!', 'Iloveyou1!', 'Princess1!', 'Sunshine1!', 'Superman1!', 'Michael1!', 'Liverpool1!', 'Chocolat1!'],
];

describe('a password that was leaked', () => {
  test.each(LEAKED)('%s is not taken', password => {
    expect(flaws(password)).toContain('password-too-easy-to-guess');
  });
});

describe('the published composition', () => {
  test('asks for nine characters of four classes, and for nothing else', () => {
    for (const password of ['xK9#mPq2z', 'Zz-échelle-44', 'correct-Horse-battery-9', '"\\;--%00<Ab1>', 'Ab1~€ªµÇñ©']) {
      expect([password, flaws(password)]).toEqual([password, []]);
    }
  });

  test('a password never has to be changed for its age', async () => {
    const { login } = await canBeUsed(4, PASSWORD);
    await server.advance(3 * 365 * 86_400);
    expect((await server.signIn(insured(4), login)).session).toEqual(expect.any(String));
  });
});

test('the hash is Argon2id at least as OWASP recommends, with a salt of its own', async () => {
  expect(ARGON2ID.memory).toBeGreaterThanOrEqual(19_456);
  expect(ARGON2ID.passes).toBeGreaterThanOrEqual(2);
  expect(ARGON2ID.parallelism).toBeGreaterThanOrEqual(1);
  await canBeUsed(5, PASSWORD);
  await canBeUsed(6, PASSWORD);
  const hashes = (await server.everyEvent())
    .filter(({ type }) => type === 'AccountOpened')
    .map(({ data }) => String(data.passwordHash));
  expect(hashes.length).toBeGreaterThan(2);
  const { memory, passes, parallelism } = ARGON2ID;
  for (const hash of hashes)
    expect(hash.startsWith(`$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`)).toBe(true);
  const salts = hashes.map(hash => hash.split('$')[4] ?? '');
  expect(new Set(salts).size).toBe(salts.length);
  for (const salt of salts) expect(Buffer.from(salt, 'base64').byteLength * 8).toBeGreaterThanOrEqual(32);
});
