import {
  type AccountEvent,
  type AccountState,
  decideAccount,
  evolveAccount,
  initialAccount,
} from '../../src/domain/account/account.ts';
import { decideChallenge, evolveChallenge, initialChallenge } from '../../src/domain/account/challenge-owner.ts';
import { decideLoginClaim, evolveLoginClaim, initialLoginClaim } from '../../src/domain/account/login-claim.ts';
import { MAX_WRONG_PASSWORDS } from '../../src/domain/account/sign-in.ts';
import {
  type AttachmentEvent,
  type AttachmentsState,
  decideAttachments,
  evolveAttachments,
  initialAttachments,
} from '../../src/domain/delegation/attachments.ts';
import {
  decideEnrolment,
  type EnrolmentEvent,
  type EnrolmentState,
  evolveEnrolment,
  initialEnrolment,
} from '../../src/domain/enrolment/enrolment.ts';
import { decideInsClaim, evolveInsClaim, initialInsClaim } from '../../src/domain/enrolment/ins-claim.ts';
import { ESPACE } from '../support/history-cast.ts';
import { testPerson } from '../support/identities.ts';
import { decidedBy, storyOf } from './story.ts';

const at = '2026-11-20T08:30:00.000Z';
const MINUTE_LATER = '2026-11-20T08:31:00.000Z';
const FIVE_MINUTES_LATER = '2026-11-20T08:35:00.000Z';
const MUCH_LATER = '2026-11-20T09:30:00.000Z';
const person = testPerson();
const contacts = { email: 'dominique@exemple.fr', mobile: '+33612302858' };
const vitaleSerial = '12345678';

const enrolment = { initial: initialEnrolment, evolve: evolveEnrolment, decide: decideEnrolment };

export const ENROLMENT_STORY = storyOf<EnrolmentState, EnrolmentEvent>({
  stream: 'enrolment',
  ...enrolment,
  produced: decidedBy(enrolment, [
    { type: 'import', at, person, codeId: 'code-1', ibanCheck: '3f9a1c7be2d40586917c2ab4d5e6f708' },
    {
      type: 'issue-identification-code',
      at,
      codeId: 'code-2',
      channel: 'SMS',
      vitaleSerial,
      birthDate: person.birthDate,
    },
    {
      type: 'verify-identity',
      at,
      path: 'IDENTIFICATION',
      codeMatches: false,
      vitaleSerial,
      birthDate: person.birthDate,
    },
    {
      type: 'verify-identity',
      at,
      path: 'IDENTIFICATION',
      codeMatches: true,
      vitaleSerial,
      birthDate: person.birthDate,
    },
    {
      type: 'change-contacts',
      at,
      verification: 'code-2',
      changes: {
        EMAIL: { value: String(person.contacts.email), codeId: 'code-3' },
        SMS: { value: '+33700000000', codeId: 'code-4' },
      },
    },
    { type: 'verify-contact', at, verification: 'code-2', channel: 'SMS', codeMatches: false },
    { type: 'verify-contact', at, verification: 'code-2', channel: 'SMS', codeMatches: true },
    { type: 'forget', at },
  ]),
  effects: {
    PersonImported: [state => state.person, person],
    IbanCheckImported: [state => state.ibanCheck, '3f9a1c7be2d40586917c2ab4d5e6f708'],
    InvitationIssued: [state => state.codes.INVITATION?.codeId, 'code-1'],
    IdentificationCodeIssued: [state => state.codes.IDENTIFICATION?.codeId, 'code-2'],
    EnrolmentCodeRejected: [state => state.codes.IDENTIFICATION?.wrongTries, 1],
    IdentityVerified: [state => state.verification, { codeId: 'code-2', at }],
    ContactsConfirmed: [state => state.contacts.current.email, person.contacts.email],
    ContactChangeRequested: [state => state.contacts.pending.SMS?.value, '+33700000000'],
    ContactCodeRejected: [state => state.contacts.pending.SMS?.code.wrongTries, 1],
    ContactVerified: [state => state.contacts.current.mobile, '+33700000000'],
    PersonForgotten: [state => state, initialEnrolment],
  },
});

const account = { initial: initialAccount, evolve: evolveAccount, decide: decideAccount };
const signIn = (challengeId: string, passwordMatches = true, device: string | null = null) =>
  ({
    type: 'start-sign-in',
    at,
    passwordMatches,
    channel: 'EMAIL',
    challengeId,
    codeId: `code of ${challengeId}`,
    device,
  }) as const;

export const ACCOUNT_STORY = storyOf<AccountState, AccountEvent>({
  stream: 'account',
  ...account,
  produced: decidedBy(account, [
    {
      type: 'open-account',
      at,
      login: 'pommier.mauve',
      passwordHash: '$argon2id$v=19$m=8,t=1,p=1$c2Vs$aGFjaGU',
      contacts,
      termsVersion: '3',
      privacyVersion: '2',
      accompaniment: 'ALONE',
    },
    signIn('challenge-1', true, 'Firefox, Windows'),
    { type: 'complete-sign-in', at, challengeId: 'challenge-1', codeMatches: false },
    { type: 'complete-sign-in', at, challengeId: 'challenge-1', codeMatches: true },
    { type: 'open-session', at, challengeId: 'challenge-1', sessionId: 'session-1' },
    { type: 'refresh-session', at: MINUTE_LATER, sessionId: 'session-1', generation: 0 },
    { type: 'close-session', at: FIVE_MINUTES_LATER, sessionId: 'session-1', reason: 'SIGNED_OUT' },
    signIn('challenge-3', true, 'Ma tablette'),
    { type: 'complete-sign-in', at, challengeId: 'challenge-3', codeMatches: true },
    { type: 'open-session', at, challengeId: 'challenge-3', sessionId: 'session-3' },
    { type: 'forget-device', at, device: 'Firefox, Windows', kept: 'session-3' },
    { type: 'remind-login', at, channel: 'EMAIL' },
    {
      type: 'change-contacts',
      at,
      changes: {
        EMAIL: { value: contacts.email, codeId: 'code-1' },
        SMS: { value: '+33700000000', codeId: 'code-2' },
      },
    },
    { type: 'verify-contact', at, channel: 'SMS', codeMatches: false },
    { type: 'verify-contact', at, channel: 'SMS', codeMatches: true },
    { type: 'ask-password-reset', at, resetId: 'reset-1', codeId: 'code-3', channel: 'SMS', withBirthDate: true },
    { type: 'verify-password-reset', at, resetId: 'reset-1', codeMatches: false, objection: null },
    { type: 'verify-password-reset', at, resetId: 'reset-1', codeMatches: true, objection: null },
    { type: 'reset-password', at, resetId: 'reset-1', passwordHash: '$argon2id$v=19$m=8,t=1,p=1$c2Vs$YXV0cmU' },
    ...Array.from({ length: MAX_WRONG_PASSWORDS }, () => ({ ...signIn('challenge-2', false), at: MUCH_LATER })),
    { type: 'unlock', at },
    { type: 'correct-contact', at, channel: 'SMS', value: '+33700000001' },
    { type: 'close-account', at: FIVE_MINUTES_LATER },
  ]),
  effects: {
    AccountOpened: [state => [state.credentials?.login, state.contacts], ['pommier.mauve', contacts]],
    SignInChallenged: [state => state.challenge?.challengeId, 'challenge-1'],
    DeviceNamed: [state => state.challenge?.device, 'Firefox, Windows'],
    SignInFailed: [state => state.wrongCodes, 1],
    SignInVerified: [state => state.challenge?.code.used, true],
    SessionOpened: [
      state => state.sessions.map(({ sessionId, generation }) => [sessionId, generation]),
      [['session-1', 0]],
    ],
    NewDeviceUsed: [state => state.devices?.map(({ name }) => name), ['Firefox, Windows']],
    DeviceForgotten: [state => state.devices, []],
    SessionRefreshed: [state => state.sessions[0]?.generation, 1],
    SessionClosed: [state => state.sessions, []],
    LoginReminded: [state => state.reminders, [at]],
    MemberContactsConfirmed: [state => state.renewal.pending, { EMAIL: null, SMS: null }],
    MemberContactRequested: [state => state.renewal.pending.SMS?.value, '+33700000000'],
    MemberContactRejected: [state => state.renewal.pending.SMS?.code.wrongTries, 1],
    MemberContactChanged: [state => state.contacts.mobile, '+33700000000'],
    PasswordResetRequested: [state => state.resets.map(({ resetId }) => resetId), ['reset-1']],
    PasswordResetFailed: [state => state.resets[0]?.code.wrongTries, 1],
    PasswordResetVerified: [state => state.resets[0]?.code.used, true],
    PasswordChanged: [
      state => [state.credentials?.passwordHash, state.credentials?.formerHashes, state.resets],
      ['$argon2id$v=19$m=8,t=1,p=1$c2Vs$YXV0cmU', ['$argon2id$v=19$m=8,t=1,p=1$c2Vs$aGFjaGU'], []],
    ],
    AccountLocked: [state => state.lockedUntil, '2026-11-20T08:45:00.000Z'],
    AccountUnlocked: [state => state.lockedUntil, null],
    AccountContactCorrected: [state => state.contacts.mobile, '+33700000001'],
    AccountClosed: [state => state, initialAccount],
  },
});

const attachments = { initial: initialAttachments, evolve: evolveAttachments, decide: decideAttachments };
const attaching = { delegationId: 'de1e0000-0000-5000-8000-000000000001', espace: ESPACE, relation: 'CARER' } as const;

/** For whom somebody acts. */
export const HELPER_STORY = storyOf<AttachmentsState, AttachmentEvent>({
  stream: 'helper',
  ...attachments,
  produced: decidedBy(attachments, [
    { type: 'offer', at, ...attaching },
    { type: 'reserve', at, ...attaching },
    { type: 'release', at, delegationId: attaching.delegationId },
  ]),
  effects: {
    DelegationOffered: [state => state.map(({ reserved }) => reserved), [false]],
    DelegationReserved: [state => state.map(({ reserved }) => reserved), [true]],
    DelegationReleased: [state => state, []],
  },
});

const owner = ESPACE;
const ins = { initial: initialInsClaim, evolve: evolveInsClaim, decide: decideInsClaim };
const login = { initial: initialLoginClaim, evolve: evolveLoginClaim, decide: decideLoginClaim };
const challenge = { initial: initialChallenge, evolve: evolveChallenge, decide: decideChallenge };

/** The streams that say whose something is. */
export const CLAIM_STORIES = [
  storyOf({
    stream: 'ins',
    ...ins,
    produced: decidedBy(ins, [
      { type: 'claim', at, owner },
      { type: 'release', at, owner },
    ]),
    effects: {
      InsClaimed: [state => state.owner, owner],
      InsReleased: [state => [state.owner, state.erased], [null, true]],
    },
  }),
  storyOf({
    stream: 'login',
    ...login,
    produced: decidedBy(login, [
      { type: 'claim', at, owner },
      { type: 'release', at, owner },
    ]),
    effects: { LoginClaimed: [state => state.owner, owner], LoginReleased: [state => state.owner, null] },
  }),
  storyOf({
    stream: 'challenge',
    ...challenge,
    produced: decidedBy(challenge, [{ type: 'claim', at, owner }]),
    effects: { ChallengeClaimed: [state => state.owner, owner] },
  }),
];
