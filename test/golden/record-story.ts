import type { Origin } from '../../src/domain/access/access.ts';
import type { Question } from '../../src/domain/access/question.ts';
import { type Change, evolveRecord, type RecordEvent, rule } from '../../src/domain/record/record.ts';
import { erasedRecord, initialRecord, type RecordState } from '../../src/domain/record/state.ts';
import { ESPACE, GP, GP_SURGERY, HOLDER_ACTOR, REGULATOR, SPECIALIST } from '../support/history-cast.ts';
import { contentOf, description, documentIdOf, NOW, question } from '../support/questions.ts';
import { type Effect, storyOf } from './story.ts';

const at = NOW;
const by = HOLDER_ACTOR;
const documentId = documentIdOf(1);
const origin: Origin = { software: 'mon-espace-sante', onBehalfOf: ESPACE, details: '{"category":"BIOLOGIE"}' };

const MINUTE_LATER = '2026-11-20T08:31:00.000Z';
const LATER = '2027-11-20T08:30:00.000Z';
const TEN_YEARS_LATER = '2037-11-20T08:30:00.000Z';
const identity = {
  ins: { value: '253072B07300470', oid: '1.2.250.1.213.1.4.10' },
  birthName: 'Pat-Trois',
  firstNames: 'Dominique Marie-Louise',
  birthDate: '1953-07-14',
  sex: 'F',
} as const;

const fund = { kind: 'fund', id: 'agent-51', name: 'Agent des Essais' } as const;
const system = { kind: 'system', name: 'deadline' } as const;
const accept = { termsVersion: '3', privacyVersion: '2', accompaniment: 'ALONE' } as const;
const consent = (command: object): Change => ({ module: 'consent', command: { at, by, ...command } as never });
const espace = (command: object): Change => ({ module: 'espace', command: { at, ...command } as never });
const document = (command: object): Change => ({
  module: 'document',
  command: { at, by: GP, documentId, ...command } as never,
});
const agent = { kind: 'support', id: 'agent-12', name: 'Nadia Essai' } as const;
const support = (command: object): Change => ({ module: 'support', command: { at, by: agent, ...command } as never });
const proof = { codeMatches: true, ibanMatches: false };
const show = (visibility: object): Change => document({ type: 'set-visibility', visibility });

const MONTH_LATER = '2026-12-20T08:30:00.000Z';
const COMES_OF_AGE = '2027-01-05T00:00:00.000Z';
const CARER = '0a4d6f1e-0000-5000-8000-000000000011';
const PARENT = '0a4d6f1e-0000-5000-8000-000000000012';
const delegationId = (number: number): string => `de1e0000-0000-5000-8000-00000000000${number}`;
const carer = { kind: 'carer', id: CARER, name: 'Camille ESSAI' } as const;
const delegation = (number: number, command: object): Change => ({
  module: 'delegation',
  command: { at, by, delegationId: delegationId(number), ...command } as never,
});
const invite = (number: number): Change =>
  delegation(number, {
    type: 'invite',
    relation: 'CARER',
    delegate: CARER,
    ins: 'Zr1kTb2m0Qv7yXo3',
    isHolder: false,
    name: 'Camille ESSAI',
  });

/** One life with everything in it: changes, questions, and what is noted. */
const LIFE: readonly (Change | Question | RecordEvent)[] = [
  espace({ type: 'register', identity }),
  espace({ type: 'create', identity }),
  espace({ type: 'open' }),
  espace({ type: 'oppose', reference: '7b2c4f0e-0000-5000-8000-000000000001' }),
  espace({ type: 'activate', ...accept }),
  consent({ type: 'authorise', target: GP_SURGERY, until: LATER, evidence: 'HOLDER' }),
  consent({ type: 'withdraw', target: GP_SURGERY }),
  consent({ type: 'block', target: SPECIALIST.rpps }),
  consent({ type: 'unblock', target: SPECIALIST.rpps }),
  consent({ type: 'set-defaults', professionalsBlocked: false, documentsMasked: true }),
  consent({ type: 'set-emergency', callCentre: false, breakGlass: true, masked: true }),
  consent({ type: 'name-administrator', professional: GP.rpps }),
  consent({ type: 'remove-administrator', professional: GP.rpps }),
  consent({ type: 'declare-attending-doctor', professional: GP.rpps }),
  consent({ type: 'remove-attending-doctor' }),
  consent({ type: 'declare-referring', role: 'PHARMACIST', professional: SPECIALIST.rpps }),
  consent({ type: 'remove-referring', role: 'PHARMACIST' }),
  document({
    type: 'deposit',
    description: description({ comment: 'à jeun' }),
    content: contentOf(1),
    visibility: { hiddenFromHolderUntilAnnounced: true },
  }),
  document({ type: 'tell-holder', by: system }),
  show({ hiddenFromHolderUntilAnnounced: false }),
  document({ type: 'describe', description: { title: 'Bilan sanguin d’octobre' } }),
  show({ maskedFromProfessionals: false }),
  show({ hiddenFromRepresentatives: true }),
  show({ hiddenFromRepresentatives: false }),
  document({ type: 'set-pin', pinned: true }),
  document({ type: 'set-pin', pinned: false }),
  question(REGULATOR, 'read-content', { purpose: 'BTG', reason: 'malaise', documentId }),
  question(SPECIALIST, 'read-content', { documentId }),
  { type: 'HolderSignedIn', at, data: { channel: 'EMAIL' } },
  { type: 'HolderSignInFailed', at, data: { reason: 'CODE', channel: 'SMS', locked: false } },
  { type: 'HolderPasswordRejected', at, data: { what: 'CLOSURE' } },
  { type: 'HolderCredentialsChanged', at, data: { what: 'DEVICE', device: 'Firefox, Windows' } },
  { type: 'HolderSessionsClosed', at, data: { reason: 'REVOKED', sessions: 2 } },
  { type: 'HolderRecoveryAsked', at, data: { what: 'PASSWORD', channel: 'SMS' } },
  support({ type: 'start-identity-check', checkId: 'check-1', method: 'CODE', channel: 'SMS' }),
  support({ type: 'give-proof', checkId: 'check-1', ...proof, codeMatches: false }),
  support({ type: 'give-proof', checkId: 'check-1', ...proof }),
  support({
    type: 'request-contact-correction',
    at: MINUTE_LATER,
    correctionId: 'correction-1',
    channel: 'EMAIL',
    value: 'dominique@exemple.fr',
  }),
  support({ type: 'verify-contact-correction', correctionId: 'correction-1', codeMatches: false }),
  support({ type: 'verify-contact-correction', correctionId: 'correction-1', codeMatches: true }),
  {
    type: 'HelpNoted',
    at,
    data: { by: agent, act: 'TICKET_ANSWERED', ticket: '7b2c4f0e-0000-5000-8000-000000000003' },
  },
  {
    type: 'AccessReported',
    at,
    data: { by, entry: '7b2c4f0e-0000-5000-8000-000000000002', documentId, comment: 'Inconnu' },
  },
  document({ type: 'delete' }),
  invite(1),
  delegation(1, { type: 'refuse', by: carer }),
  invite(2),
  delegation(2, { type: 'withdraw' }),
  invite(3),
  delegation(3, { type: 'lapse', at: MONTH_LATER, by: system }),
  invite(4),
  delegation(4, { type: 'accept', by: carer, name: 'Camille ESSAI' }),
  delegation(4, { type: 'renew', at: MONTH_LATER }),
  delegation(4, { type: 'revoke' }),
  delegation(5, {
    type: 'declare-guardianship',
    by: fund,
    measure: 'TUTELLE',
    delegate: PARENT,
    name: 'Dominique ESSAI',
    judgment: 'TJ Reims, 2026/0412',
    from: at,
    until: LATER,
  }),
  espace({ type: 'close', erase: true }),
  espace({ type: 'reopen' }),
  espace({ type: 'suspend', by: fund, reason: 'FRAUD' }),
  espace({ type: 'object-to-suspension', by }),
  espace({ type: 'suspend', by: fund, reason: 'MALFUNCTION' }),
  espace({ type: 'lift-suspension', by: fund }),
  espace({ type: 'suspend', by: fund, reason: 'FRAUD' }),
  espace({ type: 'close-suspended', at: LATER }),
  espace({ type: 'report-death', by: fund, diedOn: '2026-11-20' }),
  espace({ type: 'erase', at: TEN_YEARS_LATER, reason: 'ARCHIVE_ENDED' }),
];

/** A childhood, to its end. */
const CHILDHOOD: readonly Change[] = [
  espace({ type: 'create', identity: { ...identity, birthDate: '2009-01-05' } }),
  delegation(6, { type: 'declare-parent', by: { kind: 'system', name: 'enrolment' }, delegate: PARENT }),
  delegation(6, { type: 'reach-majority', at: COMES_OF_AGE, by: system }),
];

const produce = (life: typeof LIFE): readonly RecordEvent[] => {
  const events: RecordEvent[] = [];
  let state = initialRecord;
  for (const one of life) {
    const written = writtenBy(state, one);
    events.push(...written);
    state = written.reduce(evolveRecord, state);
  }
  return events;
};

const writtenBy = (state: RecordState, one: (typeof LIFE)[number]): readonly RecordEvent[] => {
  if ('data' in one) return [one];
  if ('actor' in one) return rule(state, [one], origin, null).events;
  // The auditor's question is permitted in every state, and the holder's leaves no trace of its own.
  const { events, refusal } = rule(state, [question(AUDITOR, 'replay-history')], origin, one);
  if (refusal !== null) throw new Error(`${refusal}: ${JSON.stringify(one)}`);
  return events.slice(1);
};
const AUDITOR = { kind: 'system', name: 'golden' } as const;

const kept = ({ documents }: RecordState) => documents.get(documentId);
const liveOf = ({ delegations }: RecordState, status: string) =>
  delegations.live.filter(one => one.status === status).map(({ id, delegate }) => [id, delegate]);
const pastOf = ({ delegations }: RecordState) => delegations.past.map(({ id, status }) => [id, status]);
const nothing: Effect<RecordState> = [state => state.documents.size, 1];

export const RECORD_STORY = storyOf<RecordState, RecordEvent>({
  stream: 'espace',
  initial: initialRecord,
  evolve: evolveRecord,
  produced: [...produce(LIFE), ...produce(CHILDHOOD)],
  effects: {
    Registered: [state => state.espace.awaitsInvitation, true],
    Created: [state => state.espace, { ...initialRecord.espace, status: 'created', identity, since: at }],
    OpenedAutomatically: [state => state.espace.status, 'opened'],
    Opposed: [
      state => [state.espace.status, state.espace.opposition],
      ['opposed', { reference: '7b2c4f0e-0000-5000-8000-000000000001', at }],
    ],
    Activated: [state => state.espace.status, 'activated'],
    ProfessionalAuthorised: [
      state => [...state.consent.authorised.entries()],
      [[GP_SURGERY, { since: at, until: LATER, evidence: 'HOLDER', by }]],
    ],
    AuthorisationWithdrawn: [state => state.consent.authorised.size, 0],
    ProfessionalBlocked: [state => [...state.consent.blocked.entries()], [[SPECIALIST.rpps, { since: at, by }]]],
    ProfessionalUnblocked: [state => state.consent.blocked.size, 0],
    AccessDefaultsSet: [state => state.consent.defaults, { professionalsBlocked: false, documentsMasked: true }],
    EmergencyAccessSet: [state => state.consent.emergency, { callCentre: false, breakGlass: true, masked: true }],
    AdministratorNamed: [state => [...state.consent.administrators.entries()], [[GP.rpps, { since: at }]]],
    AdministratorRemoved: [state => state.consent.administrators.size, 0],
    AttendingDoctorDeclared: [state => state.consent.attendingDoctor, { professional: GP.rpps, since: at }],
    AttendingDoctorRemoved: [state => state.consent.attendingDoctor, null],
    ReferringProfessionalDeclared: [
      state => state.consent.referring,
      { MIDWIFE: null, PHARMACIST: { professional: SPECIALIST.rpps, since: at } },
    ],
    ReferringProfessionalRemoved: [state => state.consent.referring, { MIDWIFE: null, PHARMACIST: null }],
    DocumentDeposited: [
      kept,
      {
        ...description({ comment: 'à jeun' }),
        ...contentOf(1),
        id: documentId,
        author: GP,
        authorKey: `professional:${GP.rpps}`,
        depositedAt: at,
        masked: false,
        hiddenFromRepresentatives: false,
        announcement: null,
        isTellingOwed: false,
        pinned: false,
      },
    ],
    DocumentMasked: [state => kept(state)?.masked, true],
    DocumentHiddenFromHolder: [state => kept(state)?.announcement, { since: at, holderTold: false }],
    HolderToldOfHiddenDocument: [state => kept(state)?.announcement, { since: at, holderTold: true }],
    DocumentRevealedToHolder: [state => kept(state)?.announcement, null],
    DocumentDescribed: [state => kept(state)?.title, 'Bilan sanguin d’octobre'],
    DocumentUnmasked: [state => kept(state)?.masked, false],
    DocumentHiddenFromRepresentatives: [state => kept(state)?.hiddenFromRepresentatives, true],
    DocumentShownToRepresentatives: [state => kept(state)?.hiddenFromRepresentatives, false],
    DocumentPinned: [state => kept(state)?.pinned, true],
    DocumentUnpinned: [state => kept(state)?.pinned, false],
    AccessedBy: nothing,
    AccessDenied: nothing,
    NoticeOwed: nothing,
    HolderSignedIn: nothing,
    HolderSignInFailed: nothing,
    HolderPasswordRejected: nothing,
    HolderCredentialsChanged: nothing,
    HolderSessionsClosed: nothing,
    HolderRecoveryAsked: nothing,
    AccessReported: nothing,
    HelpNoted: nothing,
    IdentityCheckStarted: [state => state.support.call?.code.codeId, 'check-1'],
    IdentityCheckFailed: [state => [state.support.call?.code.wrongTries, state.support.wrong], [1, [at]]],
    IdentityConfirmed: [
      state => [state.support.confirmed, state.support.wrong],
      [{ agent: 'agent-12', until: '2026-11-20T09:00:00.000Z' }, []],
    ],
    ContactCorrectionRequested: [state => state.support.correction?.value, 'dominique@exemple.fr'],
    ContactCorrectionFailed: [state => state.support.correction?.code.wrongTries, 1],
    ContactCorrected: [state => state.support.correction?.code.used, true],
    DocumentDeleted: [state => state.documents.size, 0],
    DelegateInvited: [state => liveOf(state, 'PENDING'), [[delegationId(1), CARER]]],
    DelegationRefused: [state => pastOf(state), [[delegationId(1), 'REFUSED']]],
    DelegationInvitationWithdrawn: [state => pastOf(state).length, 1],
    DelegationInvitationExpired: [state => pastOf(state).length, 1],
    DelegationAccepted: [state => liveOf(state, 'ACCEPTED'), []],
    DelegationRenewed: [state => liveOf(state, 'ACCEPTED'), []],
    DelegationEnded: [state => pastOf(state).length, 1],
    GuardianshipDeclared: [state => liveOf(state, 'ACCEPTED'), [[delegationId(5), PARENT]]],
    ParentDeclared: [state => liveOf(state, 'PENDING'), [[delegationId(6), PARENT]]],
    MajorityReached: [state => pastOf(state)[0], [delegationId(6), 'EXPIRED']],
    Closed: [state => [state.espace.status, state.espace.archivedSince], ['closed', at]],
    ErasureRequested: [state => state.espace.erasureDueAt, '2027-02-13T08:30:00.000Z'],
    Reopened: [state => [state.espace.status, state.espace.archivedSince], ['activated', null]],
    ErasureCancelled: [state => state.espace.erasureDueAt, null],
    Suspended: [
      state => [state.espace.status, state.espace.suspension],
      ['suspended', { reason: 'FRAUD', status: 'activated' }],
    ],
    SuspensionObjected: [state => [state.espace.status, state.espace.suspension], ['activated', null]],
    SuspensionLifted: [state => state.espace.suspension, null],
    ClosedAfterSuspension: [state => [state.espace.status, state.espace.archivedSince], ['closed', LATER]],
    ClosedAfterDeath: [state => [state.espace.status, state.espace.archivedSince], ['deceased', LATER]],
    Erased: [state => state, erasedRecord],
  },
});
