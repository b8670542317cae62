import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '../support/http-client.ts';
import { insured, PASSWORD, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * How long an answer takes does not tell whether somebody has an account: every route that takes a login, a NIR or a code
 * from a stranger fills a fixed time, and does the same slow work for those it does not know.
 *
 * Mutants seen to fail: the pace taken off any of the six. (That the work is the same, test/application/sign-in.test.ts sees.)
 */

let server: TestServer;
let members: readonly SignedInHolder[];
const ROUNDS = 6;

beforeAll(async () => {
  server = await startServer();
  members = await Promise.all(Array.from({ length: ROUNDS }, (_, index) => server.holder(index + 1)));
});
afterAll(() => server.stop());

/** What each answer about an identity fills, at least. */
const STEADY_MS = 150;
/** A busy machine makes answers slower, never quicker: so the quickest of several are compared. */
const MOST_APART_MS = 60;

const tookMs = async (ask: () => Promise<Reply>): Promise<number> => {
  const started = performance.now();
  await ask();
  return performance.now() - started;
};

const nobody = (index: number) => insured(500 + index);
const post = (path: string, body: object) => () => server.http.post(path, { body });
const codeBody = ({ nir, vitaleSerial, birthDate }: ReturnType<typeof insured>) => ({
  nir,
  vitaleSerial,
  birthDate,
  channel: 'EMAIL',
});

const ASKED: readonly (readonly [string, (known: SignedInHolder | null, index: number) => () => Promise<Reply>])[] = [
  [
    'a wrong password',
    (known, index) =>
      post('/v1/sessions', { login: known?.login ?? `personne.${index}`, password: `${PASSWORD}x`, channel: 'SMS' }),
  ],
  [
    'a forgotten login',
    (known, index) => post('/v1/sessions/forgotten-login', codeBody(known?.person ?? nobody(index))),
  ],
  [
    'a forgotten password',
    (known, index) =>
      post('/v1/sessions/forgotten-password', { login: known?.login ?? `personne.${index}`, channel: 'EMAIL' }),
  ],
  ['a code to enrol with', (known, index) => post('/v1/enrolment/codes', codeBody(known?.person ?? nobody(index)))],
  [
    'a wrong code to enrol with',
    (known, index) => {
      const { nir, vitaleSerial } = known?.person ?? nobody(index);
      return post('/v1/enrolment/verifications', { code: '000000', nir, vitaleSerial });
    },
  ],
];

test.each(ASKED)('%s is answered in the same time, known or not', async (_, ask) => {
  const known: number[] = [];
  const unknown: number[] = [];
  for (const [index, member] of members.entries()) {
    known.push(await tookMs(ask(member, index)));
    unknown.push(await tookMs(ask(null, index)));
  }
  for (const ms of [...known, ...unknown]) expect(ms).toBeGreaterThanOrEqual(STEADY_MS - 1);
  expect(Math.abs(Math.min(...known) - Math.min(...unknown))).toBeLessThan(MOST_APART_MS);
});

test('a wrong code for a new password is answered in the same time, whether there is such a reset or not', async () => {
  const known: number[] = [];
  const unknown: number[] = [];
  await server.advance(60);
  for (const { login } of members) {
    const { body } = await server.http.post('/v1/sessions/forgotten-password', { body: { login, channel: 'EMAIL' } });
    for (const [id, took] of [
      [body.resetId, known],
      [crypto.randomUUID(), unknown],
    ] as const)
      took.push(
        await tookMs(
          post(`/v1/sessions/forgotten-password/${id}`, { code: 'aaaaaaaaaaaa', newPassword: `${PASSWORD}x` }),
        ),
      );
  }
  for (const ms of [...known, ...unknown]) expect(ms).toBeGreaterThanOrEqual(STEADY_MS - 1);
  expect(Math.abs(Math.min(...known) - Math.min(...unknown))).toBeLessThan(MOST_APART_MS);
});
