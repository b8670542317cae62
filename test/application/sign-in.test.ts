import { describe, expect, it } from 'vitest';
import { activate } from '../../src/application/enrolment/activate.ts';
import { authenticateEnrolment } from '../../src/application/enrolment/contacts.ts';
import type { Espaces } from '../../src/application/enrolment/espaces.ts';
import { verifyIdentity } from '../../src/application/enrolment/identify.ts';
import { createAttemptLimit, createSpacing } from '../../src/application/sign-in/attempt-limits.ts';
import { authenticate, closeSession, refreshSession } from '../../src/application/sign-in/sessions.ts';
import { completeSignIn, startSignIn, type Tokens } from '../../src/application/sign-in/sign-in.ts';
import { testNir, testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, type IdentityWorld, LOGIN, PASSWORD } from '../support/identity-world.ts';

/*
 * Mutants killed: no work for an unknown login, or none of the pace; a limit for known logins only; a lock told to whoever
 * has the wrong password; the challenge of one person completed for another; the same key giving two persons one code;
 * the session opened before the journal has it, or though it could not be written; a failure left out of the journal;
 * tokens that differ when a request is repeated; an access token that outlives its session; a refresh token good twice.
 */

const minute = 60_000;
const credentials = { login: LOGIN, password: PASSWORD, channel: 'EMAIL', device: null } as const;
const wrong = { ...credentials, password: 'Faux#Mot-99' };
const nobody = { ...credentials, login: 'personne.du.tout' };
const refused = (refusal: string) => ({ ok: false, refusal });

const member = async (
  world: IdentityWorld = createIdentityWorld(),
  { order = 1, login = LOGIN, contacts = testPerson().contacts } = {},
): Promise<IdentityWorld> => {
  const person = testPerson({ ins: { value: testNir(order), oid: testPerson().ins.oid }, contacts });
  await world.import(world.deps, person);
  const code = await world.codeSent('InvitationIssued');
  const given = { nir: person.ins.value, code, vitaleSerial: '12345678', birthDate: null };
  const identified = await verifyIdentity(world.deps, given, aRequest());
  if (!identified.ok) throw new Error(identified.refusal);
  const enrolling = await authenticateEnrolment(world.deps, identified.enrolmentToken);
  if (!enrolling.ok) throw new Error(enrolling.refusal);
  const form = { login, password: PASSWORD, termsVersion: '3', privacyVersion: '2', accompaniment: 'ALONE' } as const;
  const activated = await activate(world.deps, enrolling, form, aRequest());
  if (!activated.ok) throw new Error(activated.refusal);
  return world;
};

const begin = async (world: IdentityWorld, key?: string) => {
  const challenge = await startSignIn(world.deps, credentials, aRequest(key));
  if (!challenge.ok) throw new Error(challenge.refusal);
  const code = await world.codeSent('SignInChallenged');
  return { challenge, code, answer: { challengeId: challenge.challengeId, code } };
};

const signIn = async (world: IdentityWorld): Promise<Tokens> => {
  const { answer } = await begin(world);
  const tokens = await completeSignIn(world.deps, answer, aRequest());
  if (!tokens.ok) throw new Error(tokens.refusal);
  return tokens;
};

const not = (code: string): string => (code === '000000' ? '000001' : '000000');
const journal = async (world: IdentityWorld) =>
  (await world.log()).filter(({ type }) => type.startsWith('HolderSign')).map(({ type, data }) => ({ type, data }));

describe('signing in', () => {
  it('takes login and password, then the code that was sent', async () => {
    const world = await member();
    const { challenge, answer } = await begin(world);
    expect(challenge).toStrictEqual({
      ok: true,
      challengeId: expect.any(String),
      sentTo: 'dominique.pattrois@exemple.fr',
      channel: 'EMAIL',
      expiresAt: '2026-11-20T08:15:00.000Z',
    });
    const tokens = await completeSignIn(world.deps, answer, aRequest());
    expect(tokens).toStrictEqual({
      ok: true,
      personId: expect.any(String),
      sessionId: expect.any(String),
      accessToken: expect.any(String),
      accessTokenExpiresAt: '2026-11-20T08:15:00.000Z',
      refreshToken: expect.any(String),
      refreshTokenExpiresAt: '2026-11-20T08:30:00.000Z',
    });
    if (!tokens.ok) return;
    const { personId, sessionId } = tokens;
    expect(await authenticate(world.deps, tokens.accessToken)).toStrictEqual({ ok: true, personId, sessionId });
    expect(await authenticate(world.deps, tokens.refreshToken)).toStrictEqual(refused('token-invalid'));
  });

  it('is in the journal before there is a session', async () => {
    const world = await member();
    await signIn(world);
    expect((await world.types()).slice(-5)).toStrictEqual([
      'SignInChallenged',
      'ChallengeClaimed',
      'SignInVerified',
      'HolderSignedIn',
      'SessionOpened',
    ]);
    expect(await journal(world)).toStrictEqual([{ type: 'HolderSignedIn', data: { channel: 'EMAIL' } }]);
  });

  it('opens nothing where the journal cannot be written, and is finished by asking again', async () => {
    let works = false;
    const espaces = (real: Espaces): Espaces => ({
      ...real,
      recordSignIn: (...trace) => (works ? real.recordSignIn(...trace) : Promise.reject(new Error('no journal'))),
    });
    const world = await member(createIdentityWorld({ espaces }));
    const { answer } = await begin(world);
    await expect(completeSignIn(world.deps, answer, aRequest('key'))).rejects.toThrow('no journal');
    expect(await world.types()).not.toContain('SessionOpened');
    works = true;
    expect(await completeSignIn(world.deps, answer, aRequest())).toStrictEqual(refused('code-used'));
    expect((await completeSignIn(world.restart(), answer, aRequest('key'))).ok).toBe(true);
    expect((await world.types()).slice(-2)).toStrictEqual(['HolderSignedIn', 'SessionOpened']);
  });

  it('answers repeated requests the same, and does nothing twice', async () => {
    const world = await member();
    const { challenge, answer } = await begin(world, 'start');
    const tokens = await completeSignIn(world.deps, answer, aRequest('complete'));
    const events = (await world.log()).length;
    world.wait(minute);
    for (const deps of [world.deps, world.restart()]) {
      expect(await startSignIn(deps, credentials, aRequest('start'))).toStrictEqual(challenge);
      expect(await completeSignIn(deps, answer, aRequest('complete'))).toStrictEqual(tokens);
    }
    expect((await world.log()).length).toBe(events);
  });

  it('takes a code once', async () => {
    const world = await member();
    const { answer } = await begin(world);
    const outcomes = await Promise.all([1, 2, 3].map(() => completeSignIn(world.deps, answer, aRequest())));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter(({ ok }) => !ok)).toStrictEqual([refused('code-used'), refused('code-used')]);
    expect((await world.types()).filter(type => type === 'SessionOpened')).toHaveLength(1);
  });

  it('voids the sign-in before', async () => {
    const world = await member();
    const first = await begin(world);
    const second = await begin(world);
    expect(await completeSignIn(world.deps, first.answer, aRequest())).toStrictEqual(refused('challenge-unknown'));
    expect(
      await completeSignIn(world.deps, { ...second.answer, challengeId: first.answer.challengeId }, aRequest()),
    ).toStrictEqual(refused('challenge-unknown'));
    expect((await completeSignIn(world.deps, second.answer, aRequest())).ok).toBe(true);
  });

  it('tries a code five times, tells the journal of each, and lives 15 minutes', async () => {
    const world = await member();
    const { answer, code } = await begin(world);
    const guess = { ...answer, code: not(code) };
    for (let n = 0; n < 5; n++)
      expect(await completeSignIn(world.deps, guess, aRequest())).toStrictEqual(refused('code-wrong'));
    expect(await completeSignIn(world.deps, answer, aRequest())).toStrictEqual(refused('too-many-tries'));
    const data = { reason: 'CODE', channel: 'EMAIL', locked: false };
    expect(await journal(world)).toStrictEqual(Array.from({ length: 5 }, () => ({ type: 'HolderSignInFailed', data })));
    const later = await begin(world);
    world.wait(15 * minute);
    expect(await completeSignIn(world.deps, later.answer, aRequest())).toStrictEqual(refused('code-expired'));
  });

  it('knows no challenge that was never made', async () => {
    const world = await member();
    const answer = { challengeId: '00000000-0000-4000-8000-000000000000', code: '123456' };
    expect(await completeSignIn(world.deps, answer, aRequest())).toStrictEqual(refused('challenge-unknown'));
  });

  it('gives no two persons one challenge or one code, whatever key they send', async () => {
    const world = await member();
    await member(world, { order: 2, login: 'poirier.mauve' });
    const one = await startSignIn(world.deps, credentials, aRequest('same'));
    const firstCode = await world.codeSent('SignInChallenged');
    const two = await startSignIn(world.deps, { ...credentials, login: 'poirier.mauve' }, aRequest('same'));
    expect(await world.codeSent('SignInChallenged')).not.toBe(firstCode);
    if (!one.ok || !two.ok) throw new Error('refused');
    expect(two.challengeId).not.toBe(one.challengeId);
    expect(
      await completeSignIn(world.deps, { challengeId: two.challengeId, code: firstCode }, aRequest()),
    ).toStrictEqual(refused('code-wrong'));
  });

  it('says which channel there is none for to whoever has the password', async () => {
    const contacts = { email: 'a@exemple.fr', mobile: null, postalAddress: null };
    const world = await member(createIdentityWorld(), { contacts });
    expect(await startSignIn(world.deps, { ...credentials, channel: 'SMS' }, aRequest())).toStrictEqual(
      refused('channel-unknown'),
    );
    expect(await startSignIn(world.deps, { ...wrong, channel: 'SMS' }, aRequest())).toStrictEqual(
      refused('credentials-wrong'),
    );
  });

  it('does not lock for a channel there is none for', async () => {
    const contacts = { email: 'a@exemple.fr', mobile: null, postalAddress: null };
    const world = await member(createIdentityWorld(), { contacts });
    for (let n = 0; n < 6; n++)
      expect(await startSignIn(world.deps, { ...credentials, channel: 'SMS' }, aRequest())).toStrictEqual(
        refused('channel-unknown'),
      );
    expect((await startSignIn(world.deps, credentials, aRequest())).ok).toBe(true);
  });
});

describe('a wrong password', () => {
  it('is told as such, in the journal too, and locks at the fifth, the right one included', async () => {
    const world = await member();
    for (let n = 0; n < 5; n++)
      expect(await startSignIn(world.deps, wrong, aRequest())).toStrictEqual(refused('credentials-wrong'));
    expect(await startSignIn(world.deps, wrong, aRequest())).toStrictEqual(refused('account-locked'));
    expect(await startSignIn(world.deps, credentials, aRequest())).toStrictEqual(refused('account-locked'));
    const failure = (locked: boolean) => ({
      type: 'HolderSignInFailed',
      data: { reason: 'PASSWORD', channel: 'EMAIL', locked },
    });
    const whileLocked = { type: 'HolderSignInFailed', data: { reason: 'LOCKED', channel: 'EMAIL', locked: false } };
    expect(await journal(world)).toStrictEqual([
      ...Array.from({ length: 4 }, () => failure(false)),
      failure(true),
      whileLocked,
      whileLocked,
    ]);
    world.wait(15 * minute - 1);
    expect(await startSignIn(world.deps, credentials, aRequest())).toStrictEqual(refused('account-locked'));
    world.wait(1);
    expect((await startSignIn(world.deps, credentials, aRequest())).ok).toBe(true);
  });

  it('after a restart hides the lock from whoever has none, and tells it to whoever has the right one', async () => {
    const world = await member();
    for (let n = 0; n < 5; n++) await startSignIn(world.deps, wrong, aRequest());
    const deps = world.restart();
    expect(await startSignIn(deps, wrong, aRequest())).toStrictEqual(refused('credentials-wrong'));
    expect(await startSignIn(deps, credentials, aRequest())).toStrictEqual(refused('account-locked'));
    expect((await journal(world)).slice(-2).map(({ data }) => data.reason)).toStrictEqual(['LOCKED', 'LOCKED']);
  });

  it('does not stop many at once from being counted one by one', async () => {
    const world = await member();
    await Promise.all(Array.from({ length: 20 }, () => startSignIn(world.deps, wrong, aRequest())));
    expect((await world.types()).filter(type => type === 'SignInFailed')).toHaveLength(5);
    expect((await world.types()).filter(type => type === 'AccountLocked')).toHaveLength(1);
  });

  it('is forgotten after a right one', async () => {
    const world = await member();
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 4; n++) await startSignIn(world.deps, wrong, aRequest());
      expect((await startSignIn(world.deps, credentials, aRequest())).ok).toBe(true);
    }
  });
});

describe('an unknown login', () => {
  it('hears the same as a wrong password, try by try', async () => {
    const world = await member();
    const told = async (given: typeof nobody | typeof wrong): Promise<unknown[]> => {
      const answers: unknown[] = [];
      for (let n = 0; n < 7; n++) answers.push(await startSignIn(world.deps, given, aRequest()));
      world.wait(15 * minute);
      answers.push(await startSignIn(world.deps, given, aRequest()));
      return answers;
    };
    expect(await told(nobody)).toStrictEqual(await told(wrong));
  });

  it('costs the same work, at the same pace', async () => {
    const world = await member();
    const paced = world.paced();
    await startSignIn(world.deps, nobody, aRequest());
    await startSignIn(world.deps, wrong, aRequest());
    expect(world.worked).toStrictEqual(['verify for nobody', 'verify']);
    expect(world.paced() - paced).toBe(2);
  });

  it('may have been claimed and never opened: it is nobody’s', async () => {
    const world = await member();
    const owner = String((await world.log()).find(({ type }) => type === 'LoginClaimed')?.data.owner);
    await world.deps.streams.logins.handle(world.deps.hash.of('login', nobody.login), aRequest(), (_, at) => ({
      events: [{ type: 'LoginClaimed', at, data: { owner } }],
      result: null,
    }));
    expect(await startSignIn(world.deps, nobody, aRequest())).toStrictEqual(refused('credentials-wrong'));
    expect(world.worked).toStrictEqual(['verify for nobody']);
  });

  it('leaves nothing behind', async () => {
    const world = await member();
    const before = await world.types();
    for (let n = 0; n < 10; n++) await startSignIn(world.deps, nobody, aRequest());
    expect(await world.types()).toStrictEqual(before);
  });
});

describe('a busy service', () => {
  it('says so, and counts nothing', async () => {
    const world = await member();
    const busy = () => Promise.resolve({ ok: false, refusal: 'busy' } as const);
    const deps = { ...world.deps, passwords: { ...world.deps.passwords, verify: busy, verifyForNobody: busy } };
    for (let n = 0; n < 6; n++)
      for (const given of [wrong, nobody])
        expect(await startSignIn(deps, given, aRequest())).toStrictEqual(refused('busy'));
    expect((await startSignIn(world.deps, credentials, aRequest())).ok).toBe(true);
  });
});

describe('a session', () => {
  it('gives new tokens for its refresh token', async () => {
    const world = await member();
    const first = await signIn(world);
    world.wait(10 * minute);
    const second = await refreshSession(world.deps, first.refreshToken, aRequest('key'));
    expect(second).toMatchObject({
      ok: true,
      sessionId: first.sessionId,
      accessTokenExpiresAt: '2026-11-20T08:25:00.000Z',
      refreshTokenExpiresAt: '2026-11-20T08:40:00.000Z',
    });
    if (!second.ok) return;
    expect((await authenticate(world.deps, second.accessToken)).ok).toBe(true);
    expect((await authenticate(world.deps, first.accessToken)).ok).toBe(true);
    world.wait(minute);
    expect(await refreshSession(world.deps, first.refreshToken, aRequest('key'))).toStrictEqual(second);
    expect((await refreshSession(world.deps, second.refreshToken, aRequest())).ok).toBe(true);
  });

  it('is closed when a refresh token comes twice, for the thief and for the owner', async () => {
    const world = await member();
    const first = await signIn(world);
    const second = await refreshSession(world.deps, first.refreshToken, aRequest());
    expect(await refreshSession(world.deps, first.refreshToken, aRequest())).toStrictEqual(refused('session-closed'));
    if (!second.ok) throw new Error(second.refusal);
    expect(await refreshSession(world.deps, second.refreshToken, aRequest())).toStrictEqual(refused('session-closed'));
    expect(await authenticate(world.deps, second.accessToken)).toStrictEqual(refused('session-closed'));
  });

  it('is refreshed once, however many ask at once', async () => {
    const world = await member();
    const { refreshToken } = await signIn(world);
    const outcomes = await Promise.all([1, 2].map(() => refreshSession(world.deps, refreshToken, aRequest())));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await world.types()).slice(-3)).toStrictEqual([
      'SessionRefreshed',
      'SessionClosed',
      'HolderSessionsClosed',
    ]);
  });

  it('ends with signing out, at once and everywhere', async () => {
    const world = await member();
    const { accessToken, refreshToken, personId, sessionId } = await signIn(world);
    const other = await signIn(world);
    for (const key of ['key', 'key', undefined])
      expect(await closeSession(world.deps, { personId, sessionId }, aRequest(key))).toStrictEqual({ ok: true });
    for (const deps of [world.deps, world.restart()]) {
      expect(await authenticate(deps, accessToken)).toStrictEqual(refused('session-closed'));
      expect(await refreshSession(deps, refreshToken, aRequest())).toStrictEqual(refused('session-closed'));
      expect((await authenticate(deps, other.accessToken)).ok).toBe(true);
    }
    expect((await world.types()).filter(type => type === 'SessionClosed')).toHaveLength(1);
  });

  it('gives access for 15 minutes, and refresh for half an hour', async () => {
    const world = await member();
    const { accessToken, refreshToken } = await signIn(world);
    world.wait(15 * minute);
    expect(await authenticate(world.deps, accessToken)).toStrictEqual(refused('token-expired'));
    expect(await refreshSession(world.deps, accessToken, aRequest())).toStrictEqual(refused('token-invalid'));
    world.wait(15 * minute);
    expect(await refreshSession(world.deps, refreshToken, aRequest())).toStrictEqual(refused('token-expired'));
  });

  it('of the eleventh sign-in takes the place of the first', async () => {
    const world = await member();
    const all: Tokens[] = [];
    for (let n = 0; n < 11; n++) all.push(await signIn(world));
    const live = await Promise.all(
      all.map(async ({ accessToken }) => (await authenticate(world.deps, accessToken)).ok),
    );
    expect(live).toStrictEqual([false, ...Array.from({ length: 10 }, () => true)]);
  });
});

describe('limits', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 8) + seconds * 1_000).toISOString();

  it('hold for a while after the last failure, and for one subject', () => {
    const limit = createAttemptLimit(2, 60_000);
    limit.count('a', at(0));
    expect(limit.isReached('a', at(0))).toBe(false);
    limit.count('a', at(59));
    expect(limit.isReached('a', at(59))).toBe(true);
    expect(limit.isReached('a', at(118.999))).toBe(true);
    expect(limit.isReached('a', at(119))).toBe(false);
    expect(limit.isReached('b', at(59))).toBe(false);
    limit.forget('a');
    expect(limit.isReached('a', at(60))).toBe(false);
  });

  it('forget a failure that is long ago', () => {
    const limit = createAttemptLimit(2, 60_000);
    limit.count('a', at(0));
    limit.count('a', at(60));
    expect(limit.isReached('a', at(60))).toBe(false);
  });

  it('space requests, but for the one that was let through', () => {
    const spacing = createSpacing(30_000);
    expect(spacing('a', 'one', at(0))).toBe('first');
    expect(spacing('a', 'two', at(29.999))).toBe('too-soon');
    expect(spacing('a', 'one', at(29.999))).toBe('again');
    expect(spacing('b', 'two', at(1))).toBe('first');
    expect(spacing('a', 'two', at(30))).toBe('first');
  });
});
