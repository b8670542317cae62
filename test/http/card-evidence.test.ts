import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPerson, isCardOf } from '../../src/application/enrolment/persons.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { expectProblem, refusedBy } from '../support/http-problems.ts';
import { insured, rppsOf, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * The patient's card as evidence of their presence, where a professional records their agreement.
 *
 * Mutants seen to fail: the number not compared, or compared as it was typed; a card without number, or a number without
 * card, taken; the number in an event; tries without end; a parent's card refused for a child, or taken for an adult.
 */

let server: TestServer;
let her: SignedInHolder;
let nurse: string;

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1, { vitaleSerial2: '7654321098' });
  nurse = await server.tokenOf('nurse');
});
afterAll(() => server.stop());

const CARD = insured(1).vitaleSerial;
const record = (body: object, token = nurse, professional = 'nurse', espace = her.espace) =>
  server.http.put(`${espace}/access/authorisations/${rppsOf(professional)}`, { token, body });

describe('a carte Vitale', () => {
  test.each([
    ['read, with its number', { evidence: 'CARTE_VITALE', vitaleSerial: CARD }],
    ['copied from its front', { evidence: 'CARTE_VITALE_SERIAL', vitaleSerial: `8025000002${CARD}` }],
    ['the second one', { evidence: 'CARTE_VITALE', vitaleSerial: '7654321098' }],
  ])('%s', async (_, body) => {
    expect((await record(body)).status).toBe(204);
    const { body: access } = await server.http.get(`${her.espace}/access`, { token: her.token });
    expect(access.authorisations).toMatchObject([{ target: { id: rppsOf('nurse') }, evidence: body.evidence }]);
  });

  test.each([
    ['a card without its number', { evidence: 'CARTE_VITALE' }],
    ['a copied number that is missing', { evidence: 'CARTE_VITALE_SERIAL' }],
    ['a number without a card', { evidence: 'ORAL_AGREEMENT', vitaleSerial: CARD }],
    ['a number alone', { vitaleSerial: CARD }],
    ['a number that is none', { evidence: 'CARTE_VITALE', vitaleSerial: '1234567' }],
  ])('%s is no evidence', async (_, body) => {
    await refusedBy(server, () => record(body), 400, 'invalid-request', { fields: ['vitaleSerial'] });
  });

  test('says nothing where the holder authorises', async () => {
    const body = { evidence: 'CARTE_VITALE', vitaleSerial: '99999999' };
    expect((await record(body, her.token, 'dentist')).status).toBe(200);
  });

  test('is told as nothing to somebody blocked', async () => {
    const rpps = rppsOf('podologist');
    await server.http.put(`${her.espace}/access/blocked/${rpps}`, { token: her.token, body: {} });
    const token = await server.tokenOf('podologist');
    const replies = [];
    for (const vitaleSerial of [CARD, '88888888'])
      replies.push(await record({ evidence: 'CARTE_VITALE', vitaleSerial }, token, 'podologist'));
    for (const reply of replies) {
      expectProblem(reply, 403, 'access-refused');
      expect(reply.body.rule).toBe('silence');
    }
  });

  test('of a parent stands for a child, who has none, and for no adult', async () => {
    const born = (years: number) => `${new Date().getUTCFullYear() - years}-01-02`;
    const parentNirs = her.person.nir;
    const child = insured(3, { vitaleSerial: '', birthDate: born(7), parentNirs });
    const adult = insured(4, { vitaleSerial: '', birthDate: born(30), parentNirs });
    await server.importPersons([child, adult], false);
    const { streams, hash, clock } = server.application.parts.get(TOKENS.identity);
    const isTheirs = async ({ nir }: typeof child, serial: string): Promise<boolean> =>
      isCardOf({ streams, hash }, (await findPerson({ streams, hash }, nir)) ?? '', serial, clock.now());
    expect([await isTheirs(child, CARD), await isTheirs(child, '7654321098')]).toEqual([true, true]);
    expect([await isTheirs(child, '88888888'), await isTheirs(adult, CARD)]).toEqual([false, false]);
  });

  test('is nobody’s in an espace that is not there', async () => {
    const espace = `/v1/espaces/${crypto.randomUUID()}`;
    const body = { evidence: 'CARTE_VITALE', vitaleSerial: CARD };
    expectProblem(await record(body, nurse, 'nurse', espace), 404, 'not-found');
  });

  test('of somebody else is refused, with the rule, and traced; after five, none is looked at for a while', async () => {
    const token = await server.tokenOf('pharmacist');
    const show = (vitaleSerial: string) => () =>
      record({ evidence: 'CARTE_VITALE', vitaleSerial }, token, 'pharmacist');
    for (let round = 0; round < 5; round++)
      await refusedBy(server, show(`8888888${round}`), 403, 'access-refused', {
        rule: 'card-not-recognised',
        events: ['espace AccessDenied card-not-recognised'],
      });
    await refusedBy(server, show(CARD), 403, 'access-refused', {
      rule: 'card-tries-used',
      events: ['espace AccessDenied card-tries-used'],
    });
    const path = `${her.espace}/journal?limit=1&kind=AccessDenied`;
    const [entry] = (await server.http.get(path, { token: her.token })).body.items;
    expect(entry).toMatchObject({
      verdict: 'DENY',
      actor: { rpps: rppsOf('pharmacist') },
      rule: 'card-tries-used',
      ruleText: 'Trop de cartes Vitale d’autres personnes ont été présentées : attendez un quart d’heure.',
    });
    // Of another patient, and of others’ tries, that says nothing.
    const other = await server.holder(2);
    const theirs = { evidence: 'CARTE_VITALE', vitaleSerial: insured(2).vitaleSerial };
    expect((await record(theirs, token, 'pharmacist', other.espace)).status).toBe(204);
    expect((await record({ evidence: 'CARTE_VITALE', vitaleSerial: CARD })).status).toBe(204);
    await server.advance(15 * 60);
    expect((await record({ evidence: 'CARTE_VITALE', vitaleSerial: CARD }, token, 'pharmacist')).status).toBe(204);
  });

  test('leaves its number in no event of the espace', async () => {
    const events = (await server.everyEvent()).filter(({ stream }) => stream.startsWith('espace-'));
    expect(events.length).toBeGreaterThan(10);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${CARD}|7654321098|8888888`));
  });
});

describe('an agreement that is refused', () => {
  test('or of a version that is gone is told to nobody, and one that is recorded is', async () => {
    const one = await server.holder(7);
    const notices = async () =>
      (await server.messagesTo(one.person.email)).filter(({ kind }) => kind === 'access:agreement-recorded').length;
    const put = (body: object, headers: Record<string, string> = {}) =>
      server.http.put(`${one.espace}/access/authorisations/${rppsOf('nurse')}`, { token: nurse, body, headers });
    const evidence = 'ORAL_AGREEMENT';
    expect((await put({ evidence }, { 'If-Match': '"stale"' })).status).toBe(412);
    expect((await put({ evidence, until: '2020-01-01T00:00:00Z' })).body.code).toBe('authorisation-end-in-the-past');
    expect(await notices()).toBe(0);
    const { body } = await server.http.get(`${one.espace}/journal`, { token: one.token });
    const asked = body.items.filter(({ action }: { action: string }) => action === 'authorise');
    expect(asked.map(({ verdict, told }: { verdict: string; told: string[] }) => [verdict, told])).toEqual([
      ['PERMIT', []],
      ['PERMIT', []],
    ]);
    expect((await put({ evidence })).status).toBe(204);
    expect(await notices()).toBe(1);
  });
});
