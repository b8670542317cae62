import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_CODES_A_DAY } from '../../src/domain/enrolment/enrolment.ts';
import type { Reply, Wire } from '../support/http-client.ts';
import { expectProblem } from '../support/http-problems.ts';
import {
  DAY,
  type Insured,
  insured,
  MINUTE,
  NO_EFFECT,
  PASSWORD,
  type SignedInHolder,
  startServer,
  type TestServer,
} from '../support/server.ts';

/**
 * Somebody calls 3422: found by their number, identified, helped back in; all of it in their journal.
 *
 * Mutants seen to fail: an identity confirmed by one agent that counts for another, or for ever; the rule
 * `support-identity-needed` left out; a proof that is not counted; a contact that counts before its code came back; a
 * handle that another agent may use; a correction of the account forgotten; a case that shows a whole address; the end of an
 * IBAN compared without its person; an act in the journal that was refused; an invitation to the contact of the fund once
 * another was verified; a reset code, or another contact that waits, that outlives a correction; help by a permit of before,
 * which was not used then, or a repeat of what was done judged again.
 */

let server: TestServer;
let nadia: string;
let olivier: string;
let her: SignedInHolder;
const caller: Insured = insured(1, { ibanLast5: '01189' });

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(2, { ibanLast5: '44321' });
  await server.importPersons([caller]);
  [nadia, olivier] = [await server.staffTokenOf('support-1'), await server.staffTokenOf('support-2')];
});
afterAll(() => server.stop());

const post = (token: string, path: string, body: object = {}, headers = {}): Promise<Reply> =>
  server.http.post(path, { token, body, headers });

const caseOf = async (person: Insured, token = nadia): Promise<Wire> => {
  const { status, body } = await post(token, '/v1/support/cases', { nir: person.nir });
  expect(status).toBe(201);
  return { ...body, path: `/v1/support/cases/${body.case}` };
};

/** By the end of the IBAN. */
const identify = async (person: Insured, token = nadia): Promise<Wire> => {
  await server.advance(MINUTE);
  const opened = await caseOf(person, token);
  const check = await post(token, `${opened.path}/identity-checks`, { method: 'IBAN' });
  const proved = await post(token, `${opened.path}/identity-checks/${check.body.id}`, { proof: person.ibanLast5 });
  expect(proved.status).toBe(200);
  return { ...opened, confirmedUntil: proved.body.confirmedUntil };
};

const freshToken = async (): Promise<string> => (await server.signIn(her.person, her.login)).accessToken;

describe('who calls', () => {
  test('is found by number, and shown as little as is needed', async () => {
    const { body, status } = await post(nadia, '/v1/support/cases', { nir: caller.nir });
    expect(status).toBe(201);
    expect(body).toEqual({
      case: expect.stringMatching(/^[\w-]{80,400}$/),
      expiresAt: expect.any(String),
      espaceStatus: 'created',
      contacts: { email: 'e****@exemple.fr', mobile: '*****00001', postalAddressKnown: true },
      identityConfirmedUntil: null,
      letter: null,
      ibanKnown: true,
    });
    expect(JSON.stringify(body)).not.toContain(caller.nir);
  });

  test('is nobody where nobody has the number', async () => {
    expectProblem(await post(nadia, '/v1/support/cases', { nir: insured(99).nir }), 404, 'not-found');
  });

  test('has a name for one agent, and for one day', async () => {
    const { path } = await caseOf(caller);
    const asked = { method: 'CODE', channel: 'SMS' };
    expectProblem(await post(olivier, `${path}/identity-checks`, asked), 404, 'not-found');
    expectProblem(await post(nadia, '/v1/support/cases/abc/identity-checks', asked), 404, 'not-found');
    await server.advance(8 * 60 * MINUTE);
    nadia = await server.staffTokenOf('support-1');
    olivier = await server.staffTokenOf('support-2');
    expectProblem(await post(nadia, `${path}/identity-checks`, asked), 404, 'not-found');
  });

  test('is not found by trying numbers out', async () => {
    const fresh = await startServer();
    try {
      const token = await fresh.staffTokenOf('support-1');
      const tries = (from: number) =>
        Promise.all(
          Array.from({ length: 30 }, (_, at) =>
            fresh.http.post('/v1/support/cases', { token, body: { nir: insured(from + at).nir } }),
          ),
        );
      for (const reply of await tries(100)) expect(reply.status).toBe(404);
      const stopped = await fresh.http.post('/v1/support/cases', { token, body: { nir: insured(200).nir } });
      expectProblem(stopped, 429, 'too-many-requests');
      expect(stopped.headers.get('Retry-After')).toBe('3600');
    } finally {
      await fresh.stop();
    }
  });
});

describe('an identity', () => {
  test('is confirmed by a code sent to what is known, for this agent and half an hour', async () => {
    const { path } = await caseOf(caller);
    const check = await post(nadia, `${path}/identity-checks`, { method: 'CODE', channel: 'SMS' });
    expect(check.body).toMatchObject({ method: 'CODE', channel: 'SMS', sentTo: '*****00001' });
    const code = await server.codeFor(caller, 'support-code');
    expect(code).toMatch(/^\d{6}$/);
    expectProblem(await post(nadia, `${path}/codes`, { channel: 'INVITATION' }), 403, 'access-refused');
    const proved = await post(nadia, `${path}/identity-checks/${check.body.id}`, { proof: ` ${code}` });
    expect([proved.status, proved.body]).toEqual([200, { confirmedUntil: expect.any(String) }]);
    expect((await caseOf(caller)).identityConfirmedUntil).toBe(proved.body.confirmedUntil);
    expect((await caseOf(caller, olivier)).identityConfirmedUntil).toBeNull();

    await server.advance(MINUTE);
    expect((await post(nadia, `${path}/codes`, { channel: 'INVITATION' })).status).toBe(202);
    const { path: others } = await caseOf(caller, olivier);
    const refused = await post(olivier, `${others}/codes`, { channel: 'INVITATION' });
    expectProblem(refused, 403, 'access-refused');
    expect(refused.body.rule).toBe('support-identity-needed');
    await server.advance(30 * MINUTE);
    expectProblem(await post(nadia, `${path}/codes`, { channel: 'INVITATION' }), 403, 'access-refused');
    expectProblem(await post(nadia, `${path}/identity-checks/${check.body.id}`, { proof: code }), 409, 'code-used');
  });

  test('is confirmed by the end of the IBAN, this person’s own', async () => {
    await server.advance(MINUTE);
    const { path } = await caseOf(caller);
    const check = await post(nadia, `${path}/identity-checks`, { method: 'IBAN' });
    expect(check.body).toMatchObject({ method: 'IBAN', channel: null, sentTo: null });
    const one = `${path}/identity-checks/${check.body.id}`;
    for (const proof of ['44321', '0118', '000000'])
      expectProblem(await post(nadia, one, { proof }), 403, 'proof-wrong');
    expect((await post(nadia, one, { proof: '01189' })).status).toBe(200);
  });

  test('is confirmed by the end of an IBAN with letters in it, however they are typed', async () => {
    const person = insured(15, { ibanLast5: 'a0142' });
    await server.importPersons([person]);
    const { path } = await caseOf(person);
    const check = await post(nadia, `${path}/identity-checks`, { method: 'IBAN' });
    const one = `${path}/identity-checks/${check.body.id}`;
    expectProblem(await post(nadia, one, { proof: 'B0142' }), 403, 'proof-wrong');
    expect((await post(nadia, one, { proof: 'A01 42' })).status).toBe(200);
  });

  test('cannot be confirmed by an IBAN that nobody knows, or a contact that is not there', async () => {
    const bare = insured(3, { mobile: '' });
    await server.importPersons([bare]);
    const { path, ibanKnown } = await caseOf(bare);
    expect(ibanKnown).toBe(false);
    expectProblem(await post(nadia, `${path}/identity-checks`, { method: 'IBAN' }), 409, 'iban-unknown');
    const bySms = { method: 'CODE', channel: 'SMS' };
    expectProblem(await post(nadia, `${path}/identity-checks`, bySms), 409, 'contact-unknown');
    expectProblem(await post(nadia, `${path}/identity-checks`, { method: 'CODE' }), 400, 'invalid-request', [
      'channel',
    ]);
    const both = { method: 'IBAN', channel: 'SMS' };
    expectProblem(await post(nadia, `${path}/identity-checks`, both), 400, 'invalid-request', ['channel']);
  });

  test('by letter is answered days later, to whichever agent picks up', async () => {
    const [person] = [insured(4)];
    await server.importPersons([person]);
    const { path } = await caseOf(person);
    const letter = await post(nadia, `${path}/identity-checks`, { method: 'CODE', channel: 'POST' });
    const [posted] = await server.messagesTo(person.postalAddress ?? '');
    expect(posted).toMatchObject({ channel: 'POST', kind: 'support-code' });
    await server.advance(5 * DAY);
    olivier = await server.staffTokenOf('support-2');
    const again = await caseOf(person, olivier);
    expect(again.letter.id).toBe(letter.body.id);
    const code = await server.codeFor(person, 'support-code');
    const proved = await post(olivier, `${again.path}/identity-checks/${again.letter.id}`, { proof: code });
    expect(proved.status).toBe(200);
    expect((await caseOf(person, olivier)).letter).toBeNull();
    nadia = await server.staffTokenOf('support-1');
  });

  test('is not guessed: five wrong proofs in a day, whoever asks and however often', async () => {
    const person = insured(5, { ibanLast5: '77777' });
    await server.importPersons([person]);
    for (const token of [nadia, olivier]) {
      const { path } = await caseOf(person, token);
      const check = await post(token, `${path}/identity-checks`, { method: 'IBAN' });
      for (const proof of token === nadia ? ['00001', '00002', '00003'] : ['00004', '00005'])
        expectProblem(await post(token, `${path}/identity-checks/${check.body.id}`, { proof }), 403, 'proof-wrong');
      if (token === olivier)
        expectProblem(
          await post(token, `${path}/identity-checks/${check.body.id}`, { proof: '77777' }),
          429,
          'too-many-tries',
        );
      await server.advance(MINUTE);
    }
    const { path } = await caseOf(person);
    expectProblem(await post(nadia, `${path}/identity-checks`, { method: 'IBAN' }), 429, 'too-many-tries');
  });

  test('asked for again gives the same answer, and nothing twice', async () => {
    const person = insured(6, { ibanLast5: '12121' });
    await server.importPersons([person]);
    const { path } = await caseOf(person);
    const key = { 'Idempotency-Key': 'check-1' };
    const first = await post(nadia, `${path}/identity-checks`, { method: 'IBAN' }, key);
    const one = `${path}/identity-checks/${first.body.id}`;
    const proofKey = { 'Idempotency-Key': 'proof-1' };
    const proved = await post(nadia, one, { proof: '12121' }, proofKey);
    const { result, ...effect } = await server.effectOf(async () => [
      await post(nadia, `${path}/identity-checks`, { method: 'IBAN' }, key),
      await post(nadia, one, { proof: '12121' }, proofKey),
    ]);
    expect(result.map(({ body }) => body)).toEqual([first.body, proved.body]);
    expect(effect).toEqual(NO_EFFECT);
  });
});

describe('somebody identified', () => {
  test('gets a new invitation, with which they activate', async () => {
    const person = insured(7, { ibanLast5: '07007' });
    await server.importPersons([person]);
    const { path } = await identify(person);
    const key = { 'Idempotency-Key': 'invitation-1' };
    const invite = () => post(nadia, `${path}/codes`, { channel: 'INVITATION' }, key);
    const invited = await server.effectOf(invite);
    expect(invited.result.status).toBe(202);
    expect(invited.events).toEqual(['espace AccessedBy support', 'enrolment InvitationIssued', 'espace HelpNoted']);
    const { result: again, ...effect } = await server.effectOf(invite);
    expect([again.status, effect]).toEqual([202, NO_EFFECT]);
    const { nir, vitaleSerial } = person;
    const code = await server.codeFor(person, 'invitation');
    const verified = await server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
    expect(verified.status).toBe(201);
    await server.advance(MINUTE);
    expect((await post(nadia, `${path}/codes`, { channel: 'EMAIL' })).status).toBe(202);
    expect(await server.codeFor(person, 'identification-code')).toMatch(/^\d{6}$/);
  });

  test('whose espace is activated needs no invitation', async () => {
    const { path } = await identify(her.person);
    const { result, events } = await server.effectOf(() => post(nadia, `${path}/codes`, { channel: 'INVITATION' }));
    expectProblem(result, 409, 'espace-already-activated');
    expect(events).toEqual(['espace AccessedBy support']);
  });

  test('gets another number, once the code sent there came back, and signs in with it', async () => {
    const { path } = await identify(her.person);
    const mobile = '+33699000777';
    await server.advance(MINUTE);
    const asked = await post(nadia, `${path}/contact-corrections`, { mobile: '06 99 00 07 77' });
    expect([asked.status, asked.body.sentTo]).toEqual([201, '*****00777']);
    expect((await caseOf(her.person)).contacts.mobile).toBe('*****00002');
    const warned = await server.messagesTo(her.person.email);
    expect(warned[0]?.kind).toBe('contact-correction');
    const one = `${path}/contact-corrections/${asked.body.id}`;
    expectProblem(await post(nadia, one, { proof: '000000' }), 403, 'proof-wrong');
    const code = await server.codeFor({ ...her.person, mobile }, 'contact-code');
    expect((await post(nadia, one, { proof: code })).status).toBe(204);
    expect((await caseOf(her.person)).contacts.mobile).toBe('*****00777');
    const body = { login: her.login, password: PASSWORD, channel: 'SMS' };
    expect((await server.http.post('/v1/sessions', { body })).body.sentTo).toBe('*****00777');
    her = { ...her, person: { ...her.person, mobile } };
    const neither = await post(nadia, `${path}/contact-corrections`, {});
    expectProblem(neither, 400, 'invalid-request', ['email']);
    const unknown = `${path}/contact-corrections/${crypto.randomUUID()}`;
    expectProblem(await post(nadia, unknown, { proof: code }), 404, 'contact-correction-unknown');
  });

  test('cannot have their e-mail address changed unseen: the one so far is told before the other counts', async () => {
    const { path } = await identify(her.person);
    await server.advance(MINUTE);
    const email = 'ailleurs@exemple.fr';
    expect((await post(nadia, `${path}/contact-corrections`, { email })).status).toBe(201);
    const [warned] = await server.messagesTo(her.person.email);
    expect([warned?.kind, warned?.channel]).toEqual(['contact-correction', 'EMAIL']);
    expect((await server.messagesTo(email)).map(({ kind }) => kind)).toEqual(['contact-code']);
  });

  test('is safe from whoever has the old mailbox: what was sent there is void', async () => {
    const one = await server.holder(14, { ibanLast5: '14014' });
    const { path } = await identify(one.person);
    const asked = await server.http.post('/v1/sessions/forgotten-password', {
      body: { login: one.login, channel: 'EMAIL' },
    });
    const stolen = await server.codeFor(one.person, 'password-reset-code');
    await server.advance(MINUTE);
    const token = (await server.signIn(one.person, one.login)).accessToken;
    const thief = 'voleur.14@exemple.fr';
    await server.http.put('/v1/me/contacts', { token, body: { password: PASSWORD, email: thief } });
    const code = await server.codeFor({ ...one.person, email: thief }, 'contact-code');
    const email = 'neuf.14@exemple.fr';
    const correction = await post(nadia, `${path}/contact-corrections`, { email });
    const proof = await server.codeFor({ ...one.person, email }, 'contact-code');
    expect((await post(nadia, `${path}/contact-corrections/${correction.body.id}`, { proof })).status).toBe(204);
    const reset = `/v1/sessions/forgotten-password/${asked.body.resetId}`;
    const tried = await server.http.post(reset, { body: { code: stolen, newPassword: 'Orme-Pourpre57?' } });
    expectProblem(tried, 401, 'code-wrong');
    const verified = await post(token, '/v1/me/contacts/verifications', { channel: 'EMAIL', code });
    expectProblem(verified, 409, 'contact-not-pending');
  });

  test('is invited where they say they are, once that is verified, and nowhere else', async () => {
    for (const person of [insured(11, { ibanLast5: '11011' }), insured(12, { ibanLast5: '12012', email: '' })]) {
      await server.importPersons([person]);
      const { path } = await identify(person);
      const email = `neuf.${person.ibanLast5}@exemple.fr`;
      await server.advance(MINUTE);
      const asked = await post(nadia, `${path}/contact-corrections`, { email });
      const proof = await server.codeFor({ ...person, email }, 'contact-code');
      expect((await post(nadia, `${path}/contact-corrections/${asked.body.id}`, { proof })).status).toBe(204);
      const before = await server.messagesTo(person.email, person.postalAddress ?? '');
      const code = await server.codeFor(person, 'invitation');
      const { nir, vitaleSerial } = person;
      const first = await server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
      // A letter is still the person's; what lies in the old mailbox is void.
      if (person.email === '') expect(first.status).toBe(201);
      else expectProblem(first, 409, 'code-expired');
      await server.advance(MINUTE);
      expect((await post(nadia, `${path}/codes`, { channel: 'INVITATION' })).status).toBe(202);
      expect((await server.messagesTo(email))[0]).toMatchObject({ channel: 'EMAIL', kind: 'invitation' });
      expect(await server.messagesTo(person.email, person.postalAddress ?? '')).toEqual(before);
    }
  });

  test('is told apart from somebody who asks too soon: after ten codes in a day there are none', async () => {
    const person = insured(13, { ibanLast5: '13013' });
    await server.importPersons([person]);
    const { path } = await identify(person);
    const invite = () => post(nadia, `${path}/codes`, { channel: 'INVITATION' });
    for (let sent = 1; sent < MAX_CODES_A_DAY; sent++) {
      expect((await invite()).status).toBe(202);
      await server.advance(MINUTE);
    }
    expectProblem(await invite(), 429, 'too-many-codes');
  });

  test('is let in again after too many wrong passwords', async () => {
    const wrong = { login: her.login, password: 'Faux-Tilleul42!', channel: 'SMS' };
    for (let tries = 0; tries < 5; tries++) await server.http.post('/v1/sessions', { body: wrong });
    const right = { ...wrong, password: PASSWORD };
    expectProblem(await server.http.post('/v1/sessions', { body: right }), 429, 'account-locked');
    const { path } = await identify(her.person);
    const unlocked = await server.effectOf(() => post(nadia, `${path}/unlocking`));
    expect(unlocked.result.status).toBe(204);
    expect(unlocked.events).toEqual(['espace AccessedBy support', 'account AccountUnlocked', 'espace HelpNoted']);
    expect((await server.http.post('/v1/sessions', { body: right })).status).toBe(202);
    const { path: others } = await identify(caller);
    const refused = await server.effectOf(() => post(nadia, `${others}/unlocking`));
    expectProblem(refused.result, 409, 'account-unknown');
    expect(refused.events).toEqual(['espace AccessedBy support']);
  });

  test('whose espace is closed is helped to have it back, and nothing else', async () => {
    const one = await server.holder(8, { ibanLast5: '08008' });
    const closed = await server.http.post(`${one.espace}/closure`, {
      token: one.token,
      body: { password: PASSWORD, erase: false },
    });
    expect(closed.status).toBe(200);
    const opened = await identify(one.person);
    expect(opened.espaceStatus).toBe('closed');
    expect((await post(nadia, `${opened.path}/unlocking`)).status).toBe(204);
    expectProblem(await post(nadia, `${opened.path}/codes`, { channel: 'INVITATION' }), 409, 'espace-closed');
  });
});

describe('a request sent again by its key', () => {
  const keyed = () => ({ 'Idempotency-Key': crypto.randomUUID() });
  /** When no confirmation counts any more. */
  const later = async () => {
    await server.advance(45 * MINUTE);
    [nadia, olivier] = [await server.staffTokenOf('support-1'), await server.staffTokenOf('support-2')];
  };

  test('does nothing by a permit of before, where it was refused then', async () => {
    const person = insured(17, { ibanLast5: '17017' });
    await server.importPersons([person]);
    const { path } = await identify(person);
    const key = keyed();
    const resend = () => server.effectOf(() => post(nadia, `${path}/codes`, { channel: 'SMS' }, key));
    expect((await post(nadia, `${path}/codes`, { channel: 'SMS' })).status).toBe(202);
    expectProblem((await resend()).result, 429, 'code-asked-too-soon');
    await later();
    for (const again of [await resend(), await resend()]) {
      expectProblem(again.result, 403, 'access-refused');
      expect(again.events).toEqual(['espace AccessDenied support-identity-needed']);
    }
    await identify(person);
    const done = await resend();
    expect([done.result.status, done.events]).toEqual([
      202,
      ['espace AccessedBy support', 'enrolment IdentificationCodeIssued', 'espace HelpNoted'],
    ]);
    await later();
    const { result, ...effect } = await resend();
    expect([result.status, effect]).toEqual([202, NO_EFFECT]);
  });

  test('unlocks once: what was locked since stays so', async () => {
    const one = await server.holder(18, { ibanLast5: '18018' });
    const { path } = await identify(one.person);
    const key = keyed();
    const unlock = () => server.effectOf(() => post(nadia, `${path}/unlocking`, {}, key));
    expect((await unlock()).result.status).toBe(204);
    const wrong = { login: one.login, password: 'Faux-Tilleul42!', channel: 'SMS' };
    for (let tries = 0; tries < 5; tries++) await server.http.post('/v1/sessions', { body: wrong });
    const { result, ...effect } = await unlock();
    expect([result.status, effect]).toEqual([204, NO_EFFECT]);
    expectProblem(await server.http.post('/v1/sessions', { body: wrong }), 429, 'account-locked');
  });
});

test('nobody who calls is somebody who has died, not even if they were identified before', async () => {
  const one = await server.holder(16, { ibanLast5: '11011' });
  const { path } = await identify(one.person);
  await server.advance(MINUTE);
  const asked = await post(nadia, `${path}/contact-corrections`, { mobile: '06 99 00 07 78' });
  expect(asked.status).toBe(201);
  const fund = await server.staffTokenOf('fund-1');
  const diedOn = (await server.http.get('/dev/clock')).body.now.slice(0, 10);
  expect((await post(fund, `/v1/fund/espaces/${one.id}/death`, { diedOn })).status).toBe(200);
  await server.advance(MINUTE);
  const code = await server.codeFor({ ...one.person, mobile: '+33699000778' }, 'contact-code');
  const { result, events } = await server.effectOf(async () => [
    await post(nadia, `${path}/identity-checks`, { method: 'IBAN' }),
    await post(nadia, `${path}/identity-checks/${crypto.randomUUID()}`, { proof: '11011' }),
    await post(nadia, `${path}/contact-corrections`, { email: 'heritier@exemple.fr' }),
    await post(nadia, `${path}/contact-corrections/${asked.body.id}`, { proof: code }),
    await post(nadia, `${path}/codes`, { channel: 'SMS' }),
    await post(nadia, `${path}/unlocking`),
  ]);
  for (const reply of result) expectProblem(reply, 409, 'holder-deceased');
  expect(new Set(events)).toEqual(new Set(['espace AccessedBy support']));
});

test('equal ends of two IBANs are not kept alike', async () => {
  await server.importPersons([insured(9, { ibanLast5: '90909' }), insured(10, { ibanLast5: '90909' })]);
  const checks = (await server.everyEvent()).filter(({ type }) => type === 'IbanCheckImported');
  expect(new Set(checks.map(({ data }) => data.check)).size).toBe(checks.length);
  expect(JSON.stringify(checks)).not.toContain('90909');
});

test('the holder reads every act of the help desk, refused ones too, and no contact in it', async () => {
  const { body } = await server.http.get(`${her.espace}/journal?limit=200`, { token: await freshToken() });
  const acts = body.items.filter(({ actor }: Wire) => actor.kind === 'support');
  expect(new Set(acts.map(({ actor }: Wire) => actor.name))).toEqual(new Set(['Assistance 3422 (agent support-1)']));
  expect(
    new Set(acts.map(({ kind, action, verdict }: Wire) => [kind, action, verdict].filter(Boolean).join(' '))),
  ).toEqual(
    new Set([
      'AccessedBy support-look-up PERMIT',
      'AccessedBy confirm-identity PERMIT',
      'IdentityCheckStarted',
      'IdentityConfirmed',
      'AccessedBy resend-code PERMIT',
      'HelpNoted',
      'AccessedBy correct-contact PERMIT',
      'ContactCorrectionRequested',
      'ContactCorrectionFailed',
      'ContactCorrected',
      'AccessedBy unlock-account PERMIT',
    ]),
  );
  for (const { software, onBehalfOf, action } of acts)
    if (action !== null) expect([software, onBehalfOf]).toEqual(['3422', her.id]);
  expect(JSON.stringify(acts)).not.toMatch(/00777|essai-2@|Nadia/);
  const { path } = await caseOf(her.person, olivier);
  await post(olivier, `${path}/unlocking`);
  const all = await server.http.get(`${her.espace}/journal?kind=AccessDenied`, { token: await freshToken() });
  expect(all.body.items[0]).toMatchObject({
    actor: { kind: 'support', name: 'Assistance 3422 (agent support-2)' },
    action: 'unlock-account',
    rule: 'support-identity-needed',
  });
});
