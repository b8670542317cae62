import { describe, expect, it } from 'vitest';
import { activate } from '../../src/application/enrolment/activate.ts';
import { authenticateEnrolment } from '../../src/application/enrolment/contacts.ts';
import { verifyIdentity } from '../../src/application/enrolment/identify.ts';
import { changeMemberContacts, verifyMemberContact } from '../../src/application/sign-in/member-contacts.ts';
import type { SignedIn } from '../../src/application/sign-in/sessions.ts';
import { MAX_WRONG_TRIES } from '../../src/domain/account/one-time-code.ts';
import { createCrashingStore } from '../support/crashing-store.ts';
import { testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, LOGIN, PASSWORD } from '../support/identity-world.ts';

/*
 * Mutants killed: the account changed before the enrolment or the journal, so that a crash leaves the former contact where
 * one identifies oneself; a second line in the journal; a code that is right after too many tries made at once.
 */

const EMAIL = 'nouvelle@exemple.fr';

/** A member whose new e-mail address awaits its code, in a process that dies before its write of a number. */
const changing = async () => {
  const { store, crashAt } = createCrashingStore();
  const world = createIdentityWorld({ store });
  const person = testPerson();
  await world.import(world.deps, person);
  const invitation = { nir: person.ins.value, code: await world.codeSent('InvitationIssued') };
  const identified = await verifyIdentity(
    world.deps,
    { ...invitation, vitaleSerial: '12345678', birthDate: null },
    aRequest(),
  );
  if (!identified.ok) throw new Error(identified.refusal);
  const enrolling = await authenticateEnrolment(world.deps, identified.enrolmentToken);
  if (!enrolling.ok) throw new Error(enrolling.refusal);
  const form = { termsVersion: '3', privacyVersion: '2', accompaniment: 'ALONE' } as const;
  await activate(world.deps, enrolling, { ...form, login: LOGIN, password: PASSWORD }, aRequest());
  const { personId } = enrolling;
  const signedIn: SignedIn = { personId, sessionId: 'session' };
  const asked = await changeMemberContacts(world.deps, signedIn, PASSWORD, { EMAIL }, aRequest());
  if (!asked.ok) throw new Error(asked.refusal);
  const given = { channel: 'EMAIL', code: await world.codeSent('MemberContactRequested') } as const;
  const emails = async (deps = world.restart()) => [
    (await deps.streams.accounts.load(personId)).state.contacts.email,
    (await deps.streams.enrolments.load(personId)).state.contacts.current.email,
  ];
  return { world, signedIn, given, crashAt, emails, former: person.contacts.email };
};

describe('a member’s new contact', () => {
  it.each([1, 2, 3])(
    'cut off before its write number %i counts everywhere once its code is given again, with its key or without',
    async cut => {
      for (const key of [undefined, 'key']) {
        const { world, signedIn, given, crashAt, emails } = await changing();
        crashAt(cut);
        await expect(verifyMemberContact(world.deps, signedIn, given, aRequest(key))).rejects.toThrow('crashed');
        crashAt(null);
        const deps = world.restart();
        expect(await verifyMemberContact(deps, signedIn, given, aRequest(key))).toMatchObject({ ok: true });
        expect(await emails()).toEqual([EMAIL, EMAIL]);
        const types = await world.types();
        for (const type of ['MemberContactChanged', 'ContactVerified', 'HolderCredentialsChanged'])
          expect(types.filter(each => each === type)).toHaveLength(1);
        const again = await verifyMemberContact(deps, signedIn, given, aRequest(key));
        expect(again).toMatchObject(key === undefined ? { ok: false, refusal: 'contact-not-pending' } : { ok: true });
        expect(await world.types()).toEqual(types);
      }
    },
  );

  it('is not taken by the right code beside as many wrong ones as there are tries', async () => {
    const { world, signedIn, given, emails, former } = await changing();
    const wrong = { ...given, code: given.code === '000000' ? '000001' : '000000' };
    const tries = [...Array.from({ length: MAX_WRONG_TRIES }, () => wrong), given];
    const answers = await Promise.all(tries.map(each => verifyMemberContact(world.deps, signedIn, each, aRequest())));
    expect(answers.at(-1)).toEqual({ ok: false, refusal: 'too-many-tries' });
    expect(await emails()).toEqual([former, former]);
  });
});
