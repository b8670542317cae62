import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reply } from '../support/http-client.ts';
import { ROUTES } from '../support/route-table.ts';
import { insured, PASSWORD, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * An `Idempotency-Key` without a token tells nothing: only streams that exist remember one, so whoever is not identified must
 * never hear that theirs was used. Known or not, a stranger is answered alike, with the same body and with another.
 *
 * Mutants seen to fail: the key named without the body.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let orders = 0;
type Asked = { readonly path: string; readonly body: object };
type Sample = {
  /** Somebody of whom something is known, and a stranger: two bodies to send under one key. */
  readonly known: readonly [Asked, Asked];
  readonly unknown: readonly [Asked, Asked];
};

const member = (): Promise<SignedInHolder> => server.holder(++orders);
const nobody = () => ({ person: insured(500 + ++orders), login: `personne.${orders}` });
type Somebody = Pick<SignedInHolder, 'person' | 'login'>;

/** What two requests to one route say of somebody. */
const ofSomebody =
  (path: string, one: (somebody: Somebody) => object, other: (somebody: Somebody) => object) =>
  async (): Promise<Sample> => {
    const asked = (somebody: Somebody) =>
      [
        { path, body: one(somebody) },
        { path, body: other(somebody) },
      ] as const;
    return { known: asked(await member()), unknown: asked(nobody()) };
  };

const traits = ({ person: { nir, vitaleSerial, birthDate } }: Somebody) => ({ nir, vitaleSerial, birthDate });
const wrongSecret = (name: string, index: number) => ({ [name]: `${PASSWORD}${index}` });

/** One for each operation that takes a key and no token: a new one must say here what a stranger could ask it. */
const SAMPLES: Readonly<Record<string, () => Promise<Sample>>> = {
  startSignIn: ofSomebody(
    '/v1/sessions',
    ({ login }) => ({ login, ...wrongSecret('password', 1), channel: 'SMS' }),
    ({ login }) => ({ login, ...wrongSecret('password', 2), channel: 'SMS' }),
  ),
  remindLogin: ofSomebody(
    '/v1/sessions/forgotten-login',
    somebody => ({ ...traits(somebody), channel: 'EMAIL' }),
    somebody => ({ ...traits(somebody), channel: 'SMS' }),
  ),
  askPasswordReset: ofSomebody(
    '/v1/sessions/forgotten-password',
    ({ login }) => ({ login, channel: 'EMAIL' }),
    ({ login, person: { birthDate } }) => ({ login, channel: 'EMAIL', birthDate }),
  ),
  askForCode: ofSomebody(
    '/v1/enrolment/codes',
    somebody => ({ ...traits(somebody), channel: 'EMAIL' }),
    somebody => ({ ...traits(somebody), channel: 'SMS' }),
  ),
  async verifyIdentity() {
    const invited = insured(++orders);
    await server.importPersons([invited]);
    const asked = ({ nir, vitaleSerial }: Somebody['person']) =>
      ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'].map(code => ({
        path: '/v1/enrolment/verifications',
        body: { nir, vitaleSerial, code },
      })) as unknown as readonly [Asked, Asked];
    return { known: asked(invited), unknown: asked(nobody().person) };
  },
  async resetPassword() {
    const { login } = await member();
    const { body } = await server.http.post('/v1/sessions/forgotten-password', { body: { login, channel: 'EMAIL' } });
    const asked = (id: string) =>
      ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'].map(code => ({
        path: `/v1/sessions/forgotten-password/${id}`,
        body: { code, newPassword: `${PASSWORD}x` },
      })) as unknown as readonly [Asked, Asked];
    return { known: asked(body.resetId), unknown: asked(crypto.randomUUID()) };
  },
};

/** Whoever asks these shows something that only a member was given, so the answers may differ; a used key shows all the same. */
const WITH_SOMETHING_GIVEN: Readonly<Record<string, () => Promise<readonly [Asked, Asked]>>> = {
  async completeSignIn() {
    const { login } = await member();
    const body = { login, password: PASSWORD, channel: 'SMS' };
    const { challengeId } = (await server.http.post('/v1/sessions', { body })).body;
    const path = `/v1/sessions/${challengeId}`;
    return [
      { path, body: { code: '000000' } },
      { path, body: { code: '000001' } },
    ];
  },
  async refreshSession() {
    const { refreshToken } = await member();
    const path = '/v1/sessions/refresh';
    const { body } = await server.http.post(path, { body: { refreshToken } });
    return [
      { path, body: { refreshToken: body.refreshToken } },
      { path, body: { refreshToken } },
    ];
  },
};

/** What a stranger can hold two answers against each other by. */
const told = ({ status, headers, body }: Reply) => [status, body?.code ?? null, headers.get('Retry-After')];

const answersTo = async (...all: readonly Asked[]) => {
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const answers: (readonly unknown[])[] = [];
  for (const { path, body } of all) answers.push(told(await server.http.post(path, { body, headers })));
  return answers;
};

const takingKeys = ROUTES.filter(({ audience, method }) => audience === 'anonymous' && method !== 'GET');

test('every operation that takes a key and no token is tried', () => {
  const tried = [...Object.keys(SAMPLES), ...Object.keys(WITH_SOMETHING_GIVEN)];
  expect(tried.toSorted()).toEqual(takingKeys.map(({ operation }) => operation).toSorted());
});

describe.each(Object.entries(SAMPLES))('%s under one key', (_, sampleOf) => {
  test('tells a stranger nothing by another body', async () => {
    const { known, unknown } = await sampleOf();
    const answers = await answersTo(...known, ...known);
    expect(answers).toEqual(await answersTo(...unknown, ...unknown));
    expect(answers.map(([status]) => status)).not.toContain(422);
  });

  test('tells a stranger nothing by the same body, which is answered alike', async () => {
    const { known, unknown } = await sampleOf();
    const answers = await answersTo(known[0], known[0]);
    expect(answers).toEqual(await answersTo(unknown[0], unknown[0]));
    expect(answers[1]).toEqual(answers[0]);
  });
});

test.each(Object.entries(WITH_SOMETHING_GIVEN))('%s never says that a key was used', async (_, askedOf) => {
  for (const [status] of await answersTo(...(await askedOf()))) expect(status).not.toBe(422);
});

test('a birth date is guessed no faster under one key than without', async () => {
  const { login, person } = await member();
  const path = '/v1/sessions/forgotten-password';
  const body = { login, channel: 'EMAIL' };
  const guess = (birthDate: string) => ({ path, body: { ...body, birthDate } });
  const sent = (await server.messagesTo(person.email)).length;
  const answers = await answersTo({ path, body }, guess('1950-01-01'), guess(person.birthDate), guess('1960-01-01'));
  expect(answers.map(([status]) => status)).toEqual([202, 429, 429, 429]);
  expect(await server.messagesTo(person.email)).toHaveLength(sent + 1);
});
