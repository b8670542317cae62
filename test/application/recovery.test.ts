import { describe, expect, it } from 'vitest';
import { activate } from '../../src/application/enrolment/activate.ts';
import { authenticateEnrolment } from '../../src/application/enrolment/contacts.ts';
import type { Espaces } from '../../src/application/enrolment/espaces.ts';
import { verifyIdentity } from '../../src/application/enrolment/identify.ts';
import { remindLogin } from '../../src/application/sign-in/forgotten-login.ts';
import { askPasswordReset, resetPassword } from '../../src/application/sign-in/forgotten-password.ts';
import { completeSignIn, startSignIn } from '../../src/application/sign-in/sign-in.ts';
import { testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, type IdentityWorld, LOGIN, PASSWORD } from '../support/identity-world.ts';

/*
 * Mutants killed: what a state refuses told to whoever has the wrong code; asking spaced by login alone; no pace; the slow
 * work done for a wrong code; the password changed before the journal has it; a reset that cannot be finished after a crash.
 */

const refused = (refusal: string) => ({ ok: false, refusal });
const asked = { login: LOGIN, birthDate: null, channel: 'EMAIL', network: '203.0.113.7' } as const;
const password = 'Ruche&Lilas-77';

const member = async (world: IdentityWorld = createIdentityWorld()): Promise<IdentityWorld> => {
  const person = testPerson();
  await world.import(world.deps, person);
  const code = await world.codeSent('InvitationIssued');
  const given = { nir: person.ins.value, code, vitaleSerial: '12345678', birthDate: null };
  const identified = await verifyIdentity(world.deps, given, aRequest());
  if (!identified.ok) throw new Error(identified.refusal);
  const enrolling = await authenticateEnrolment(world.deps, identified.enrolmentToken);
  if (!enrolling.ok) throw new Error(enrolling.refusal);
  const form = { termsVersion: '3', privacyVersion: '2', accompaniment: 'ALONE' } as const;
  const activated = await activate(world.deps, enrolling, { ...form, login: LOGIN, password: PASSWORD }, aRequest());
  if (!activated.ok) throw new Error(activated.refusal);
  return world;
};

const begin = async (world: IdentityWorld, key?: string) => {
  const started = await askPasswordReset(world.deps, asked, aRequest(key));
  if (!started.ok) throw new Error(started.refusal);
  return { resetId: started.resetId, code: await world.codeSent('PasswordResetRequested'), password };
};
const signInWith = (world: IdentityWorld, given: string) =>
  startSignIn(world.deps, { login: LOGIN, password: given, channel: 'EMAIL', device: null }, aRequest());

describe('asking for a new password', () => {
  it('is spaced by login and network: nobody elsewhere keeps the person from asking', async () => {
    const world = await member();
    expect((await askPasswordReset(world.deps, asked, aRequest())).ok).toBe(true);
    expect(await askPasswordReset(world.deps, asked, aRequest())).toStrictEqual(refused('code-asked-too-soon'));
    expect((await askPasswordReset(world.deps, { ...asked, network: '203.0.113.8' }, aRequest())).ok).toBe(true);
  });

  it('is paced for anybody, and leaves nothing behind for a login that nobody has', async () => {
    const world = await member();
    const paced = world.paced();
    const events = (await world.log()).length;
    const nobodys = await askPasswordReset(world.deps, { ...asked, login: 'personne.du.tout' }, aRequest());
    expect(nobodys).toStrictEqual({ ok: true, resetId: expect.any(String) });
    await remindLogin(
      world.deps,
      { nir: '279035121518989', vitaleSerial: '12345678', birthDate: '1979-03-12', channel: 'SMS' },
      aRequest(),
    );
    expect([world.paced() - paced, (await world.log()).length]).toStrictEqual([2, events]);
  });

  it('gives an id that is the same for the same request, known or not, and no other', async () => {
    const world = await member();
    for (const login of [LOGIN, 'personne.du.tout']) {
      const first = await askPasswordReset(world.deps, { ...asked, login }, aRequest('key'));
      expect(await askPasswordReset(world.deps, { ...asked, login }, aRequest('key'))).toStrictEqual(first);
      expect(await askPasswordReset(world.restart(), { ...asked, login }, aRequest())).not.toStrictEqual(first);
    }
  });
});

describe('a new password', () => {
  it('takes the code, and from then on signs in', async () => {
    const world = await member();
    expect(await resetPassword(world.deps, await begin(world), aRequest())).toStrictEqual({ ok: true });
    expect((await signInWith(world, PASSWORD)).ok).toBe(false);
    expect((await signInWith(world, password)).ok).toBe(true);
  });

  it('costs no slow work for a wrong code', async () => {
    const world = await member();
    const given = await begin(world);
    world.worked.length = 0;
    expect(await resetPassword(world.deps, { ...given, code: 'aaaaaaaaaaaa' }, aRequest())).toStrictEqual(
      refused('code-wrong'),
    );
    expect(world.worked).toStrictEqual([]);
  });

  it('after a restart still hides from a wrong code what only the right one may know', async () => {
    const world = await member();
    const given = await begin(world);
    for (let n = 0; n < 5; n++) await resetPassword(world.deps, { ...given, code: 'aaaaaaaaaaaa' }, aRequest());
    const deps = world.restart();
    expect(await resetPassword(deps, { ...given, code: 'aaaaaaaaaaaa' }, aRequest())).toStrictEqual(
      refused('code-wrong'),
    );
    expect(await resetPassword(deps, given, aRequest())).toStrictEqual(refused('too-many-tries'));
  });

  it('is in the journal before it is there, and finished by asking again', async () => {
    let works = false;
    const espaces = (real: Espaces): Espaces => ({
      ...real,
      noteAccount: (personId, note, request) =>
        works || note.type !== 'HolderCredentialsChanged'
          ? real.noteAccount(personId, note, request)
          : Promise.reject(new Error('no journal')),
    });
    const world = await member(createIdentityWorld({ espaces }));
    const given = await begin(world);
    await expect(resetPassword(world.deps, given, aRequest('key'))).rejects.toThrow('no journal');
    expect((await world.types()).slice(-1)).toStrictEqual(['PasswordResetVerified']);
    expect((await signInWith(world, PASSWORD)).ok).toBe(true);
    works = true;
    expect(await resetPassword(world.deps, given, aRequest())).toStrictEqual(refused('code-used'));
    expect(await resetPassword(world.restart(), given, aRequest('key'))).toStrictEqual({ ok: true });
    expect((await world.types()).slice(-2)).toStrictEqual(['HolderCredentialsChanged', 'PasswordChanged']);
    expect((await signInWith(world, password)).ok).toBe(true);
  });

  it('answers a repeated request the same, and does nothing twice', async () => {
    const world = await member();
    const given = await begin(world);
    expect(await resetPassword(world.deps, given, aRequest('key'))).toStrictEqual({ ok: true });
    const events = (await world.log()).length;
    for (const deps of [world.deps, world.restart()])
      expect(await resetPassword(deps, given, aRequest('key'))).toStrictEqual({ ok: true });
    expect((await world.log()).length).toBe(events);
  });

  it('is given once, however many come at once', async () => {
    const world = await member();
    const given = await begin(world);
    const outcomes = await Promise.all([1, 2, 3].map(() => resetPassword(world.deps, given, aRequest())));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await world.types()).filter(type => type === 'PasswordChanged')).toHaveLength(1);
  });

  it('says busy where no password can be hashed, and keeps the code', async () => {
    const world = await member();
    const given = await begin(world);
    const busy = () => Promise.resolve({ ok: false, refusal: 'busy' } as const);
    const deps = { ...world.deps, passwords: { ...world.deps.passwords, hash: busy } };
    expect(await resetPassword(deps, given, aRequest())).toStrictEqual(refused('busy'));
    expect((await resetPassword(world.deps, given, aRequest())).ok).toBe(true);
  });

  it('ends a sign-in that began with the one before', async () => {
    const world = await member();
    const challenge = await signInWith(world, PASSWORD);
    if (!challenge.ok) throw new Error(challenge.refusal);
    const code = await world.codeSent('SignInChallenged');
    await resetPassword(world.deps, await begin(world), aRequest());
    const { challengeId } = challenge;
    expect(await completeSignIn(world.deps, { challengeId, code }, aRequest())).toStrictEqual(
      refused('challenge-unknown'),
    );
  });

  it('is no way to sign in: the id of one is none of the other', async () => {
    const world = await member();
    const { resetId, code } = await begin(world);
    expect(await completeSignIn(world.deps, { challengeId: resetId, code }, aRequest())).toStrictEqual(
      refused('challenge-unknown'),
    );
    const challenge = await signInWith(world, PASSWORD);
    if (!challenge.ok) throw new Error(challenge.refusal);
    const given = { resetId: challenge.challengeId, code: await world.codeSent('SignInChallenged'), password };
    expect(await resetPassword(world.deps, given, aRequest())).toStrictEqual(refused('code-wrong'));
  });
});
