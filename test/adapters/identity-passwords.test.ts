import { describe, expect, it } from 'vitest';
import { createArgon2PasswordHasher } from '../../src/adapters/identity/argon2-password-hasher.ts';
import { createGate } from '../../src/adapters/identity/gate.ts';
import { createSteadyPace } from '../../src/adapters/identity/steady-pace.ts';
import { createFakeRandom } from '../support/fake-random.ts';

/*
 * Mutants killed: the password not normalised; one salt for all; verification that compares nothing; a stored string
 * taken whatever its parameters; the work for nobody left out, or answering yes; three hashes at once; a queue without an
 * end; a place lost when work fails.
 */

const CHEAP = { memory: 8, passes: 1, parallelism: 1 };
const hasher = createArgon2PasswordHasher({ random: createFakeRandom(), parameters: CHEAP });

const hashOf = async (password: string): Promise<string> => {
  const hashed = await hasher.hash(password);
  if (!hashed.ok) throw new Error(hashed.refusal);
  return hashed.value;
};
const yes = { ok: true, value: true };
const no = { ok: true, value: false };

describe('a password hash', () => {
  it('is a PHC string with the published parameters', async () => {
    const real = createArgon2PasswordHasher({ random: createFakeRandom() });
    const hashed = await real.hash('xK9#mPq2z');
    expect(hashed.ok && hashed.value).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    expect(await real.verify('xK9#mPq2z', hashed.ok ? hashed.value : '')).toStrictEqual(yes);
  });

  it('is Argon2id: a string made by the reference implementation is understood', async () => {
    // echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
    const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await hasher.verify('password', phc)).toStrictEqual(yes);
    expect(await hasher.verify('Password', phc)).toStrictEqual(no);
  });

  it('has its own salt', async () => expect(await hashOf('xK9#mPq2z')).not.toBe(await hashOf('xK9#mPq2z')));

  it('opens for its password, however its accents were typed, and for no other', async () => {
    const phc = await hashOf('F\u00eanetre#7');
    expect(await hasher.verify('Fe\u0302netre#7', phc)).toStrictEqual(yes);
    for (const wrong of ['Fenetre#7', 'f\u00eanetre#7', 'F\u00eanetre#7 ', '', 'F'.repeat(10_000)])
      expect(await hasher.verify(wrong, phc)).toStrictEqual(no);
  });

  it.each([
    '',
    'xK9#mPq2z',
    '$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHRzb21l',
    '$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHRzb21l',
    '$argon2id$v=19$m=9999999,t=1,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHRzb21l',
    '$argon2id$v=19$m=8,t=99,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHRzb21l',
    '$argon2id$v=19$m=8,t=1,p=9$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHRzb21l',
    '$argon2id$v=19$m=8,t=1,p=1$$',
  ])('%s is not one of ours', phc =>
    expect(hasher.verify('xK9#mPq2z', phc)).rejects.toThrow('a stored password hash is not one of ours'),
  );

  it('for nobody is never right, and takes the work all the same', async () => {
    const real = createArgon2PasswordHasher({ random: createFakeRandom() });
    const phc = await real.hash('xK9#mPq2z');
    const took = async (work: () => Promise<unknown>): Promise<number> => {
      const started = performance.now();
      await work();
      return performance.now() - started;
    };
    expect(await real.verifyForNobody('xK9#mPq2z')).toStrictEqual(no);
    // The quickest of several turns: a busy machine only makes them slower.
    let forNobody = Number.POSITIVE_INFINITY;
    let forSomebody = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 10; round++) {
      forNobody = Math.min(forNobody, await took(() => real.verifyForNobody('wrong')));
      forSomebody = Math.min(forSomebody, await took(() => real.verify('wrong', phc.ok ? phc.value : '')));
    }
    expect(forNobody / forSomebody).toBeGreaterThan(0.2);
    expect(forNobody / forSomebody).toBeLessThan(5);
  });

  it('says busy when a hundred wait, and does the others', async () => {
    const asked = Array.from({ length: 110 }, () => hasher.hash('xK9#mPq2z'));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(102);
    expect(answers.slice(102)).toStrictEqual(Array.from({ length: 8 }, () => ({ ok: false, refusal: 'busy' })));
    expect((await hasher.hash('xK9#mPq2z')).ok).toBe(true);
  });
});

describe('the gate', () => {
  it('lets so many run at once, in the order in which they came', async () => {
    const gate = createGate(2, 10);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const work = (n: number) => async () => {
      most = Math.max(most, ++running);
      order.push(n);
      await new Promise(resolve => setTimeout(resolve, 2));
      running -= 1;
      return n;
    };
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => gate(work(n))));
    expect(most).toBe(2);
    expect(order).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(answers).toStrictEqual(order.map(value => ({ ok: true, value })));
  });

  it('gives its place back when work fails', async () => {
    const gate = createGate(1, 1);
    const failing = gate(() => Promise.reject(new Error('no')));
    const next = gate(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toStrictEqual({ ok: true, value: 'yes' });
    expect(await gate(() => Promise.resolve('again'))).toStrictEqual({ ok: true, value: 'again' });
  });
});

describe('the steady pace', () => {
  it('waits for the work and for the clock, also when the work fails', async () => {
    const pace = createSteadyPace(40);
    const started = performance.now();
    expect(await pace(() => Promise.resolve('done'))).toBe('done');
    expect(performance.now() - started).toBeGreaterThanOrEqual(39);
    const again = performance.now();
    await expect(pace(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(performance.now() - again).toBeGreaterThanOrEqual(39);
  });
});
