import { expect, it, vi } from 'vitest';
import { activate } from '../../src/application/enrolment/activate.ts';
import { authenticateEnrolment } from '../../src/application/enrolment/contacts.ts';
import { verifyIdentity } from '../../src/application/enrolment/identify.ts';
import { unlockAccount, wasUnlocked } from '../../src/application/support/account-help.ts';
import { resendCode, wasResent } from '../../src/application/support/resend-code.ts';
import { testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, LOGIN, PASSWORD } from '../support/identity-world.ts';

/*
 * Mutants killed: tries forgotten by a request that only repeats what was done; a step asked about by another name than the
 * one it is done by.
 */

const minute = 60_000;

it('wrong tries are forgotten once, however often the request that unlocked or resent is repeated', async () => {
  const world = createIdentityWorld();
  const { deps } = world;
  const person = testPerson();
  await world.import(deps, person);
  const invitation = { nir: person.ins.value, vitaleSerial: '12345678', birthDate: null };
  const identified = await verifyIdentity(
    deps,
    { ...invitation, code: await world.codeSent('InvitationIssued') },
    aRequest(),
  );
  if (!identified.ok) throw new Error(identified.refusal);
  const enrolling = await authenticateEnrolment(deps, identified.enrolmentToken);
  if (!enrolling.ok) throw new Error(enrolling.refusal);
  const { personId } = enrolling;
  const newTries = vi.spyOn(deps.limits.codesTried, 'forget');
  for (const channel of ['INVITATION', 'SMS'] as const) {
    world.wait(minute);
    newTries.mockClear();
    const request = aRequest(channel);
    expect(await wasResent(deps, personId, request)).toBe(false);
    for (const _ of [1, 2]) expect(await resendCode(deps, personId, channel, request)).toMatchObject({ ok: true });
    expect(await wasResent(deps, personId, request)).toBe(true);
    expect(newTries).toHaveBeenCalledTimes(person.vitaleSerials.length);
  }

  const unlocking = aRequest('unlocking');
  expect(await unlockAccount(deps, personId, unlocking)).toEqual({ ok: false, refusal: 'account-unknown' });
  expect(await wasUnlocked(deps, personId, unlocking)).toBe(false);
  const form = { termsVersion: '3', privacyVersion: '2', accompaniment: 'ALONE' } as const;
  const code = await world.codeSent('IdentificationCodeIssued');
  const again = await verifyIdentity(deps, { ...invitation, code }, aRequest());
  const member = again.ok ? await authenticateEnrolment(deps, again.enrolmentToken) : again;
  if (!member.ok) throw new Error(member.refusal);
  await activate(deps, member, { ...form, login: LOGIN, password: PASSWORD }, aRequest());
  const forgotten = vi.spyOn(deps.limit, 'forget');
  for (const _ of [1, 2]) expect(await unlockAccount(deps, personId, unlocking)).toEqual({ ok: true });
  expect(await wasUnlocked(deps, personId, unlocking)).toBe(true);
  expect(forgotten).toHaveBeenCalledTimes(1);
});
