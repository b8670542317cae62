import { describe, expect, it } from 'vitest';
import {
  decideEnrolment,
  type EnrolmentCommand,
  type EnrolmentEvent,
  type EnrolmentRefusal,
  type EnrolmentState,
  evolveEnrolment,
  initialEnrolment,
  isVerified,
} from '../../src/domain/enrolment/enrolment.ts';
import {
  decideInsClaim,
  erasedInsClaim,
  evolveInsClaim,
  initialInsClaim,
} from '../../src/domain/enrolment/ins-claim.ts';
import { isMinor } from '../../src/domain/enrolment/person.ts';
import type { Decider } from '../../src/domain/shared/decider.ts';
import { fold, given } from '../support/decider-spec.ts';
import { testPerson } from '../support/identities.ts';

/*
 * Mutants that these tests, or those of enrolment-properties.test.ts, kill: a code good at its very expiry; 6 tries; 29
 * seconds between codes; a new code that leaves the earlier one valid; a used code good again; a wrong card that is no
 * try of whoever has the code, or one of whoever has not; the birth date not compared; an unknown contact written to; a verification good for ever, or after another one;
 * a changed contact that counts before its code; a confirmed contact that leaves the pending one; an invitation by post
 * for whoever has an e-mail; a minor invited; a second import that replaces the person.
 */

const decider: Decider<EnrolmentState, EnrolmentCommand, EnrolmentEvent, EnrolmentRefusal> = {
  initial: initialEnrolment,
  evolve: evolveEnrolment,
  decide: decideEnrolment,
};

const T0 = '2026-11-20T08:00:00.000Z';
const SECONDS_29 = '2026-11-20T08:00:29.999Z';
const SECONDS_30 = '2026-11-20T08:00:30.000Z';
const MINUTE_1 = '2026-11-20T08:01:00.000Z';
const LAST_OF_15_MINUTES = '2026-11-20T08:14:59.999Z';
const MINUTES_15 = '2026-11-20T08:15:00.000Z';
const LAST_OF_6_WEEKS = '2027-01-01T07:59:59.999Z';
const WEEKS_6 = '2027-01-01T08:00:00.000Z';

const person = testPerson();
const imported: EnrolmentEvent = { type: 'PersonImported', at: T0, data: person };
const invited = (codeId = 'letter', at = T0): EnrolmentEvent => ({
  type: 'InvitationIssued',
  at,
  data: { codeId, channel: 'EMAIL', expiresAt: WEEKS_6 },
});
const codeSent = (codeId = 'sms', at = T0): EnrolmentEvent => ({
  type: 'IdentificationCodeIssued',
  at,
  data: { codeId, channel: 'SMS', expiresAt: MINUTES_15 },
});
const rejected = (codeId: string, reason: 'CODE' | 'IDENTITY' = 'CODE', at = T0): EnrolmentEvent => ({
  type: 'EnrolmentCodeRejected',
  at,
  data: { codeId, reason },
});
const verified = (
  codeId = 'letter',
  path: 'INVITATION' | 'IDENTIFICATION' = 'INVITATION',
  at = T0,
): EnrolmentEvent => ({
  type: 'IdentityVerified',
  at,
  data: { codeId, path },
});
const verify = (changes: Partial<EnrolmentCommand & { type: 'verify-identity' }> = {}): EnrolmentCommand => ({
  type: 'verify-identity',
  at: MINUTE_1,
  path: 'INVITATION',
  codeMatches: true,
  vitaleSerial: '80250000021',
  birthDate: null,
  ...changes,
});

describe('somebody without a card', () => {
  const { email, mobile } = person.contacts;
  const newborn = { ...person, vitaleSerials: [], contacts: { ...person.contacts, email: 'parents@exemple.fr' } };
  const born: EnrolmentEvent = { type: 'PersonImported', at: T0, data: newborn };
  const bring = (told: typeof person) => ({ type: 'import', at: T0, person: told, codeId: null }) as const;

  it('is told of anew with one, and not again', () => {
    given(decider, [born]).when(bring(newborn)).gives();
    given(decider, [born]).when(bring(person)).gives(imported);
    given(decider, [born, imported])
      .when(bring({ ...person, vitaleSerials: ['87654321'] }))
      .gives();
  });

  it('has the parents they had, where the line with the card names none', () => {
    const child = { ...newborn, birthDate: '2012-05-06', parents: ['hash of a parent'] };
    const bringing = bring({ ...person, birthDate: child.birthDate });
    given(decider, [{ type: 'PersonImported', at: T0, data: child }])
      .when(bringing)
      .gives({ type: 'PersonImported', at: T0, data: { ...bringing.person, parents: child.parents } });
  });

  it('keeps a contact that was verified, and has the others of the fund', () => {
    const corrected: EnrolmentEvent = {
      type: 'ContactVerified',
      at: T0,
      data: { codeId: 'desk', channel: 'SMS', value: '+33699000099' },
    };
    expect(fold(decider, [born, corrected, imported]).contacts.current).toEqual({ email, mobile: '+33699000099' });
    expect(fold(decider, [born, imported]).contacts.current).toEqual({ email, mobile });
  });
});

describe('importing a person', () => {
  it('keeps what the fund says, and invites by e-mail', () =>
    given(decider, []).when({ type: 'import', at: T0, person, codeId: 'letter' }).gives(imported, invited()));

  it('invites by post where there is no e-mail', () => {
    const unreachable = testPerson({ contacts: { email: null, mobile: '+33612302858', postalAddress: '1 rue' } });
    given(decider, [])
      .when({ type: 'import', at: T0, person: unreachable, codeId: 'letter' })
      .gives(
        { type: 'PersonImported', at: T0, data: unreachable },
        { type: 'InvitationIssued', at: T0, data: { codeId: 'letter', channel: 'POST', expiresAt: WEEKS_6 } },
      );
  });

  it.each([
    ['who cannot be reached', testPerson({ contacts: { email: null, mobile: '+33612302858', postalAddress: null } })],
    ['under 18 with parents', testPerson({ birthDate: '2008-11-21', parents: ['253072B07300470'] })],
  ])('does not invite a person %s', (_, uninvited) =>
    given(decider, [])
      .when({ type: 'import', at: T0, person: uninvited, codeId: 'letter' })
      .gives({ type: 'PersonImported', at: T0, data: uninvited }),
  );

  it('invites on the 18th birthday', () => {
    const adult = testPerson({ birthDate: '2008-11-20', parents: ['253072B07300470'] });
    given(decider, [])
      .when({ type: 'import', at: T0, person: adult, codeId: 'letter' })
      .gives({ type: 'PersonImported', at: T0, data: adult }, invited());
  });

  it('invites nobody unasked', () =>
    given(decider, []).when({ type: 'import', at: T0, person, codeId: null }).gives(imported));

  it('is already so the second time, whatever the second file says', () =>
    given(decider, [imported])
      .when({ type: 'import', at: MINUTE_1, person: testPerson({ birthName: 'Autre' }), codeId: 'letter' })
      .gives());
});

describe('inviting again', () => {
  it('comes 30 seconds later at the earliest', () => {
    given(decider, [imported, invited()])
      .when({ type: 'invite', at: SECONDS_29, codeId: 'second' })
      .refuses('code-asked-too-soon');
    given(decider, [imported, invited()])
      .when({ type: 'invite', at: SECONDS_30, codeId: 'second' })
      .gives({
        type: 'InvitationIssued',
        at: SECONDS_30,
        data: { codeId: 'second', channel: 'EMAIL', expiresAt: '2027-01-01T08:00:30.000Z' },
      });
  });

  it('goes by the contacts in use, not by those of the fund', () => {
    const corrected: EnrolmentEvent = {
      type: 'ContactVerified',
      at: T0,
      data: { codeId: 'desk', channel: 'EMAIL', value: 'neuf@exemple.fr' },
    };
    const byPost = testPerson({ contacts: { email: null, mobile: null, postalAddress: '1 rue' } });
    const letter = { codeId: 'letter', channel: 'POST', expiresAt: WEEKS_6 } as const;
    const history: EnrolmentEvent[] = [
      { type: 'PersonImported', at: T0, data: byPost },
      { type: 'InvitationIssued', at: T0, data: letter },
      corrected,
    ];
    given(decider, history)
      .when({ type: 'invite', at: SECONDS_30, codeId: 'second' })
      .gives({
        type: 'InvitationIssued',
        at: SECONDS_30,
        data: { codeId: 'second', channel: 'EMAIL', expiresAt: '2027-01-01T08:00:30.000Z' },
      });
  });

  it('is needed where the code of the last one went to an address that another has replaced', () => {
    const replaced = (channel: 'EMAIL' | 'SMS', value: string): EnrolmentEvent => ({
      type: 'ContactVerified',
      at: T0,
      data: { codeId: 'desk', channel, value },
    });
    const byEmail = [imported, invited()];
    given(decider, [...byEmail, replaced('EMAIL', 'neuf@exemple.fr')])
      .when(verify())
      .refuses('code-expired');
    given(decider, [...byEmail, replaced('SMS', '+33699000999')])
      .when(verify())
      .gives(verified('letter', 'INVITATION', MINUTE_1));
    given(decider, [...byEmail, verified(), replaced('EMAIL', 'neuf@exemple.fr')])
      .when(verify())
      .refuses('code-used');
  });

  it('is refused for whoever has no way to be reached, and for nobody', () => {
    const unreachable = testPerson({ contacts: { email: null, mobile: null, postalAddress: null } });
    given(decider, [{ type: 'PersonImported', at: T0, data: unreachable }])
      .when({ type: 'invite', at: T0, codeId: 'letter' })
      .refuses('not-invitable');
    given(decider, []).when({ type: 'invite', at: T0, codeId: 'letter' }).refuses('person-unknown');
  });
});

describe('asking for an identification code', () => {
  const ask = (changes: Partial<EnrolmentCommand & { type: 'issue-identification-code' }> = {}): EnrolmentCommand => ({
    type: 'issue-identification-code',
    at: T0,
    codeId: 'sms',
    channel: 'SMS',
    vitaleSerial: '12345678',
    birthDate: '1953-07-14',
    ...changes,
  });

  it('has it sent, for 15 minutes', () => given(decider, [imported]).when(ask()).gives(codeSent()));

  it.each([
    ['identity-mismatch', { vitaleSerial: '12345679' }],
    ['identity-mismatch', { birthDate: '1953-07-15' }],
  ] as const)('is refused as %s for %o', (refusal, changes) =>
    given(decider, [imported]).when(ask(changes)).refuses(refusal),
  );

  it('is refused where there is no such contact, and for nobody', () => {
    const withoutMobile = testPerson({ contacts: { email: 'a@exemple.fr', mobile: null, postalAddress: null } });
    given(decider, [{ type: 'PersonImported', at: T0, data: withoutMobile }])
      .when(ask())
      .refuses('contact-unknown');
    given(decider, []).when(ask()).refuses('person-unknown');
  });

  it('comes 30 seconds after the last one at the earliest; an invitation just sent is no obstacle', () => {
    const again = { at: SECONDS_30, codeId: 'second' };
    given(decider, [imported, codeSent()])
      .when(ask({ at: SECONDS_29 }))
      .refuses('code-asked-too-soon');
    given(decider, [imported, invited(), codeSent()])
      .when(ask(again))
      .gives({
        type: 'IdentificationCodeIssued',
        at: SECONDS_30,
        data: { codeId: 'second', channel: 'SMS', expiresAt: '2026-11-20T08:15:30.000Z' },
      });
  });
});

describe('identifying oneself', () => {
  it('takes the invitation with the card, either of the two', () => {
    given(decider, [imported, invited()])
      .when(verify())
      .gives(verified('letter', 'INVITATION', MINUTE_1));
    given(decider, [imported, invited()])
      .when(verify({ vitaleSerial: '12345678' }))
      .gives(verified('letter', 'INVITATION', MINUTE_1));
  });

  it('takes the code asked for, with the birth date or without', () => {
    const history = [imported, invited(), codeSent()];
    const byCode = { path: 'IDENTIFICATION' } as const;
    given(decider, history)
      .when(verify(byCode))
      .gives(verified('sms', 'IDENTIFICATION', MINUTE_1));
    given(decider, history)
      .when(verify({ ...byCode, birthDate: '1953-07-14' }))
      .gives(verified('sms', 'IDENTIFICATION', MINUTE_1));
  });

  it('counts a wrong code, a wrong card and a wrong birth date as tries', () => {
    const history = [imported, invited()];
    given(decider, history)
      .when(verify({ codeMatches: false }))
      .gives(rejected('letter', 'CODE', MINUTE_1));
    given(decider, history)
      .when(verify({ vitaleSerial: '1' }))
      .gives(rejected('letter', 'IDENTITY', MINUTE_1));
    given(decider, history)
      .when(verify({ birthDate: '1953-07-15' }))
      .gives(rejected('letter', 'IDENTITY', MINUTE_1));
  });

  it('uses up nothing for whoever has neither the code nor the card', () => {
    const byStranger = verify({ codeMatches: false, vitaleSerial: '1' });
    given(decider, [imported, invited()]).when(byStranger).refuses('code-wrong');
    given(decider, [imported, invited(), ...Array.from({ length: 5 }, () => rejected('letter'))])
      .when(byStranger)
      .refuses('code-wrong');
  });

  it('refuses the right code after five wrong tries of any kind, and takes it after four', () => {
    const four = [rejected('letter'), rejected('letter', 'IDENTITY'), rejected('letter'), rejected('letter')];
    given(decider, [imported, invited(), ...four])
      .when(verify())
      .gives(verified('letter', 'INVITATION', MINUTE_1));
    const five = [imported, invited(), ...four, rejected('letter')];
    given(decider, five).when(verify()).refuses('too-many-tries');
    given(decider, five)
      .when(verify({ codeMatches: false }))
      .refuses('too-many-tries');
  });

  it('counts tries for each code apart', () => {
    const five = Array.from({ length: 5 }, () => rejected('letter'));
    given(decider, [imported, invited(), codeSent(), ...five])
      .when(verify({ path: 'IDENTIFICATION' }))
      .gives(verified('sms', 'IDENTIFICATION', MINUTE_1));
    given(decider, [imported, invited(), ...five, invited('second')])
      .when(verify())
      .gives(verified('second', 'INVITATION', MINUTE_1));
  });

  it('takes a code up to its last instant, and tells of its expiry to whoever has it', () => {
    const letter = [imported, invited()];
    given(decider, letter)
      .when(verify({ at: LAST_OF_6_WEEKS }))
      .gives(verified('letter', 'INVITATION', LAST_OF_6_WEEKS));
    given(decider, letter)
      .when(verify({ at: WEEKS_6 }))
      .refuses('code-expired');
    given(decider, letter)
      .when(verify({ at: WEEKS_6, codeMatches: false }))
      .gives(rejected('letter', 'CODE', WEEKS_6));
    const sms = [imported, codeSent()];
    const path = 'IDENTIFICATION';
    given(decider, sms)
      .when(verify({ path, at: LAST_OF_15_MINUTES }))
      .gives(verified('sms', path, LAST_OF_15_MINUTES));
    given(decider, sms)
      .when(verify({ path, at: MINUTES_15 }))
      .refuses('code-expired');
  });

  it('takes a code once, and tells so to whoever has it', () => {
    const used = [imported, invited(), verified()];
    given(decider, used).when(verify()).refuses('code-used');
    given(decider, used)
      .when(verify({ at: WEEKS_6 }))
      .refuses('code-used');
    given(decider, used)
      .when(verify({ codeMatches: false }))
      .gives(rejected('letter', 'CODE', MINUTE_1));
  });

  it('knows no code where none was sent, and nobody where nobody is', () => {
    given(decider, [imported]).when(verify()).refuses('code-wrong');
    given(decider, []).when(verify()).refuses('person-unknown');
  });

  it('is good for half an hour, and until the next time', () => {
    const state = fold(decider, [imported, invited(), verified()]);
    expect(isVerified(state, 'letter', '2026-11-20T08:29:59.999Z')).toBe(true);
    expect(isVerified(state, 'letter', '2026-11-20T08:30:00.000Z')).toBe(false);
    expect(isVerified(state, 'another', T0)).toBe(false);
    const later = fold(decider, [imported, invited(), verified(), codeSent(), verified('sms', 'IDENTIFICATION')]);
    expect(isVerified(later, 'letter', T0)).toBe(false);
    expect(isVerified(later, 'sms', T0)).toBe(true);
  });
});

describe('contacts', () => {
  const identified = [imported, invited(), verified()];
  const requested = (codeId = 'mail', at = T0): EnrolmentEvent => ({
    type: 'ContactChangeRequested',
    at,
    data: { channel: 'EMAIL', value: 'neuf@exemple.fr', codeId, expiresAt: MINUTES_15 },
  });
  const change = (
    changes: (EnrolmentCommand & { type: 'change-contacts' })['changes'],
    rest: { at?: string; verification?: string } = {},
  ): EnrolmentCommand => ({ type: 'change-contacts', at: T0, verification: 'letter', changes, ...rest });
  const giveBack = (changes: Partial<EnrolmentCommand & { type: 'verify-contact' }> = {}): EnrolmentCommand => ({
    type: 'verify-contact',
    at: MINUTE_1,
    verification: 'letter',
    channel: 'EMAIL',
    codeMatches: true,
    ...changes,
  });
  const newMail = { EMAIL: { value: 'neuf@exemple.fr', codeId: 'mail' } };

  it('are confirmed where they are the same, and asked for where they are not', () =>
    given(decider, identified)
      .when(change({ ...newMail, SMS: { value: '+33612302858', codeId: 'unused' } }))
      .gives({ type: 'ContactsConfirmed', at: T0, data: { channels: ['SMS'] } }, requested()));

  it('are left alone where nothing is asked', () => given(decider, identified).when(change({})).gives());

  it('count when the code came back, and not before', () => {
    const contacts = (history: readonly EnrolmentEvent[]) => fold(decider, history).contacts.current;
    const verifiedMail: EnrolmentEvent = {
      type: 'ContactVerified',
      at: MINUTE_1,
      data: { codeId: 'mail', channel: 'EMAIL', value: 'neuf@exemple.fr' },
    };
    given(decider, [...identified, requested()])
      .when(giveBack())
      .gives(verifiedMail);
    expect(contacts([...identified, requested()]).email).toBe('dominique.pattrois@exemple.fr');
    expect(contacts([...identified, requested(), verifiedMail])).toStrictEqual({
      email: 'neuf@exemple.fr',
      mobile: '+33612302858',
    });
    given(decider, [...identified, requested(), verifiedMail])
      .when(giveBack())
      .refuses('contact-not-pending');
  });

  it('are tried five times, in time', () => {
    const wrong: EnrolmentEvent = { type: 'ContactCodeRejected', at: MINUTE_1, data: { codeId: 'mail' } };
    const pending = [...identified, requested()];
    given(decider, pending)
      .when(giveBack({ codeMatches: false }))
      .gives(wrong);
    given(decider, [...pending, wrong, wrong, wrong, wrong, wrong])
      .when(giveBack())
      .refuses('too-many-tries');
    given(decider, pending)
      .when(giveBack({ at: MINUTES_15 }))
      .refuses('code-expired');
    given(decider, pending)
      .when(giveBack({ channel: 'SMS' }))
      .refuses('contact-not-pending');
  });

  it('are asked for again after 30 seconds, also when the first wish was taken back', () => {
    const confirmed: EnrolmentEvent = { type: 'ContactsConfirmed', at: T0, data: { channels: ['EMAIL'] } };
    const takenBack = [...identified, requested(), confirmed];
    expect(fold(decider, takenBack).contacts.pending).toStrictEqual({ EMAIL: null, SMS: null });
    for (const history of [[...identified, requested()], takenBack]) {
      given(decider, history)
        .when(change(newMail, { at: SECONDS_29 }))
        .refuses('code-asked-too-soon');
      given(decider, history)
        .when(change(newMail, { at: SECONDS_30 }))
        .gives({
          type: 'ContactChangeRequested',
          at: SECONDS_30,
          data: { ...newMail.EMAIL, channel: 'EMAIL', expiresAt: '2026-11-20T08:15:30.000Z' },
        });
    }
  });

  it('are for whoever was identified lately, by the code they say', () => {
    given(decider, identified)
      .when(change(newMail, { verification: 'another' }))
      .refuses('identity-not-verified');
    given(decider, identified)
      .when(change(newMail, { at: '2026-11-20T08:30:00.000Z' }))
      .refuses('identity-not-verified');
    given(decider, [imported, invited()]).when(change(newMail)).refuses('identity-not-verified');
    given(decider, [...identified, requested()])
      .when(giveBack({ verification: 'another' }))
      .refuses('identity-not-verified');
  });
});

describe('an INS', () => {
  const claims = { initial: initialInsClaim, evolve: evolveInsClaim, decide: decideInsClaim };
  const claimed = { type: 'InsClaimed', at: T0, data: { owner: 'one' } } as const;

  it('belongs to the first who claims it', () => {
    given(claims, []).when({ type: 'claim', at: T0, owner: 'one' }).gives(claimed);
    given(claims, [claimed]).when({ type: 'claim', at: T0, owner: 'one' }).gives();
    given(claims, [claimed]).when({ type: 'claim', at: T0, owner: 'two' }).refuses('ins-taken');
  });

  it('is released by whoever has it, and by nobody else', () => {
    const released = { type: 'InsReleased', at: T0, data: { owner: 'one' } } as const;
    given(claims, [claimed]).when({ type: 'release', at: T0, owner: 'one' }).gives(released);
    given(claims, [claimed]).when({ type: 'release', at: T0, owner: 'two' }).gives();
    given(claims, [claimed, released]).when({ type: 'release', at: T0, owner: 'one' }).gives();
  });

  it('of somebody erased is another’s, and it stays known that there was somebody', () => {
    const again = { type: 'InsClaimed', at: T0, data: { owner: 'two' } } as const;
    given({ ...claims, initial: erasedInsClaim }, [])
      .when({ type: 'claim', at: T0, owner: 'two' })
      .gives(again);
    expect([claimed, again].reduce(evolveInsClaim, initialInsClaim).erased).toBe(false);
    expect(evolveInsClaim(erasedInsClaim, again)).toEqual({ owner: 'two', erased: true });
  });
});

describe('majority', () => {
  it.each([
    ['2008-11-20', false],
    ['2008-11-21', true],
    ['2009-01-01', true],
    ['1953-07-14', false],
  ])('born on %s, minor on 2026-11-20: %s', (birthDate, minor) => expect(isMinor(birthDate, T0)).toBe(minor));

  it('of somebody born on 29 February comes on 1 March', () => {
    expect(isMinor('2008-02-29', '2026-02-28T12:00:00.000Z')).toBe(true);
    expect(isMinor('2008-02-29', '2026-03-01T00:00:00.000Z')).toBe(false);
  });
});
