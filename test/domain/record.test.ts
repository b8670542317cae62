import { describe, expect, it } from 'vitest';
import type { Origin } from '../../src/domain/access/access.ts';
import type { DocumentCommand, Visibility } from '../../src/domain/document/document.ts';
import {
  type Change,
  decideChange,
  evolveRecord,
  RECORD_EVENT_TYPES,
  type RecordEvent,
  rule,
} from '../../src/domain/record/record.ts';
import { erasedRecord, initialRecord, type RecordState } from '../../src/domain/record/state.ts';
import type { Actor } from '../../src/domain/shared/actor.ts';
import type { Instant } from '../../src/domain/shared/time.ts';
import { deepFreeze } from '../support/decider-spec.ts';
import {
  DELEGATES,
  ESPACE,
  FUND,
  GP,
  HOLDER_ACTOR,
  HOSPITAL_DOCTOR,
  NURSE,
  SPECIALIST,
} from '../support/history-cast.ts';
import {
  ACTIVATED,
  CREATED,
  contentOf,
  deposited,
  description,
  documentIdOf,
  EARLIER,
  NOW,
  OPEN,
  question,
  stateOf,
} from '../support/questions.ts';

/*
 * Mutants that these tests kill: a change carried out though a question was denied; traces after the change, or lost when
 * the change is refused; a notice of a change that was refused or stale; a permitted question's trace left where another is denied; the verdict of another question than
 * the one that denied; a deposit's type taken from nowhere; the holder's default for new documents not asked, asked of
 * the holder who said otherwise, or overruled by a professional; closing that leaves rights, or reopening that takes
 * restrictions; a trace that changes the state; an event handed to the wrong module.
 */

const by = HOLDER_ACTOR;
const documentId = documentIdOf(1);
const origin: Origin = { software: 'tests', onBehalfOf: ESPACE, details: null };

const defaultsMasked: RecordEvent = {
  type: 'AccessDefaultsSet',
  at: EARLIER,
  data: { by, professionalsBlocked: false, documentsMasked: true },
};
const declared: RecordEvent = {
  type: 'AttendingDoctorDeclared',
  at: EARLIER,
  data: { by, professional: GP.rpps },
};

const depositOf = (actor: Actor, visibility: Visibility = {}): Change & { readonly command: DocumentCommand } => ({
  module: 'document',
  command: {
    type: 'deposit',
    at: NOW,
    by: actor,
    documentId,
    description: description({ typeCode: '34112-3', category: 'CPT_REND' }),
    content: contentOf(1),
    visibility,
  },
});
const visibilityOf = (actor: Actor, visibility: Visibility): Change => ({
  module: 'document',
  command: { type: 'set-visibility', at: NOW, by: actor, documentId, visibility },
});

const summary = ({ type, data }: RecordEvent) => ('action' in data ? `${type} ${data.action} ${data.rule}` : type);
const ruled = (
  state: RecordState,
  actor: Actor,
  actions: readonly Parameters<typeof question>[1][],
  change: Change | 'stale' | null,
  more: Parameters<typeof question>[2] = {},
) => {
  const [first, ...others] = actions.map(action =>
    question(actor, action, { documentId, patientInformed: true, ...more }),
  );
  const { verdict, events, refusal } = rule(deepFreeze(state), [first as never, ...others], origin, change);
  return { rule: verdict.rule.id, permit: verdict.permit, events: events.map(summary), refusal };
};

describe('a question about a record', () => {
  it('is judged, traced, and then its change carried out', () => {
    expect(ruled(stateOf(...OPEN), GP, ['deposit-document'], depositOf(GP, { maskedFromProfessionals: true }))).toEqual(
      {
        rule: 'depositor',
        permit: true,
        events: ['AccessedBy deposit-document depositor', 'DocumentDeposited', 'DocumentMasked'],
        refusal: null,
      },
    );
  });

  it('about a deposit is traced with the type of what is deposited', () => {
    const { events } = rule(
      stateOf(...OPEN),
      [question(GP, 'deposit-document', { documentId, patientInformed: true })],
      origin,
      depositOf(GP),
    );
    expect(events[0]?.data).toMatchObject({ documentType: '34112-3', category: 'CPT_REND', documentId });
  });

  it('that is denied changes nothing, and leaves its own trace alone', () => {
    const state = stateOf(...OPEN, ...deposited(1), declared);
    const change = visibilityOf(GP, { maskedFromProfessionals: true, hiddenFromRepresentatives: true });
    expect(ruled(state, NURSE, ['mask-document'], change)).toEqual({
      rule: 'silence',
      permit: false,
      events: ['AccessDenied mask-document silence'],
      refusal: null,
    });
    expect(ruled(state, GP, ['mask-document', 'hide-from-representatives'], change)).toEqual({
      rule: 'silence',
      permit: false,
      events: ['AccessDenied hide-from-representatives silence'],
      refusal: null,
    });
  });

  it('with others is permitted where all of them are, each traced', () => {
    const state = stateOf(...OPEN, ...deposited(1, GP));
    const change = visibilityOf(GP, { maskedFromProfessionals: true, hiddenFromRepresentatives: true });
    expect(ruled(state, GP, ['mask-document', 'hide-from-representatives'], change)).toEqual({
      rule: 'author',
      permit: true,
      events: [
        'AccessedBy mask-document author',
        'AccessedBy hide-from-representatives author',
        'DocumentMasked',
        'DocumentHiddenFromRepresentatives',
      ],
      refusal: null,
    });
  });

  it('whose change is refused leaves its traces alone', () => {
    const state = stateOf(...OPEN, ...deposited(1, GP));
    const change = visibilityOf(GP, { maskedFromProfessionals: true, hiddenFromHolderUntilAnnounced: true });
    expect(ruled(state, GP, ['mask-document', 'announce-document'], change)).toEqual({
      rule: 'author',
      permit: true,
      events: ['AccessedBy mask-document author', 'AccessedBy announce-document author'],
      refusal: 'document-already-visible-to-holder',
    });
  });

  it('that somebody is written to of is told where its change is made, and not where it is refused or stale', () => {
    const agreement = (until: Instant | null): Change => ({
      module: 'consent',
      command: { type: 'authorise', at: NOW, by: GP, target: GP.rpps, until, evidence: 'ORAL_AGREEMENT' },
    });
    const shown = { evidence: 'ORAL_AGREEMENT', target: GP.rpps, documentId: null } as const;
    const trace = 'AccessedBy authorise agreement-recorded';
    const made = ruled(stateOf(...OPEN), GP, ['authorise'], agreement(null), shown);
    expect(made.events).toEqual([trace, 'NoticeOwed', 'ProfessionalAuthorised']);
    const refused = ruled(stateOf(...OPEN), GP, ['authorise'], agreement(EARLIER), shown);
    expect(refused).toMatchObject({ permit: true, events: [trace], refusal: 'authorisation-end-in-the-past' });
    expect(ruled(stateOf(...OPEN), GP, ['authorise'], 'stale', shown)).toMatchObject({
      permit: true,
      events: [trace],
      refusal: null,
    });
    const look = ruled(stateOf(...OPEN, ...deposited(1)), HOSPITAL_DOCTOR, ['read-content'], null, {
      purpose: 'BTG',
      reason: 'malaise',
    });
    expect(look.events).toEqual(['AccessedBy read-content break-glass', 'NoticeOwed']);
  });

  it('whose change is so already leaves its trace alone', () => {
    const state = stateOf(...OPEN, ...deposited(1, GP));
    expect(ruled(state, GP, ['mask-document'], visibilityOf(GP, { maskedFromProfessionals: false }))).toEqual({
      rule: 'author',
      permit: true,
      events: ['AccessedBy mask-document author'],
      refusal: null,
    });
  });

  it('of the holder about their own leaves the change alone', () => {
    const state = stateOf(...OPEN, ...deposited(1));
    expect(ruled(state, HOLDER_ACTOR, ['mask-document'], visibilityOf(by, { maskedFromProfessionals: true }))).toEqual({
      rule: 'holder-manages',
      permit: true,
      events: ['DocumentMasked'],
      refusal: null,
    });
  });

  it('without a change is judged and traced', () => {
    const state = stateOf(...OPEN, ...deposited(1), declared);
    expect(ruled(state, GP, ['read-content'], null)).toEqual({
      rule: 'authorised',
      permit: true,
      events: ['AccessedBy read-content authorised'],
      refusal: null,
    });
    expect(ruled(state, SPECIALIST, ['read-content'], null).events).toEqual([
      'AccessDenied read-content not-authorised',
    ]);
  });
});

describe('a change that nobody asked for', () => {
  it('is decided by its module on its part of the state', () => {
    const state = stateOf(...OPEN, ...deposited(1, GP, {}, { hiddenFromHolderUntilAnnounced: true }));
    expect(decideChange(state, { module: 'espace', command: { type: 'close', at: NOW } })).toEqual({
      ok: true,
      events: [{ type: 'Closed', at: NOW, data: {} }],
    });
    expect(
      decideChange(state, { module: 'consent', command: { type: 'block', at: NOW, by, target: GP.rpps } }),
    ).toEqual({
      ok: true,
      events: [{ type: 'ProfessionalBlocked', at: NOW, data: { by, target: GP.rpps } }],
    });
    const system = { kind: 'system', name: 'deadline' } as const;
    const tell: DocumentCommand = { type: 'tell-holder', at: NOW, by: system, documentId };
    expect(decideChange(state, { module: 'document', command: tell })).toEqual({
      ok: true,
      events: [{ type: 'HolderToldOfHiddenDocument', at: NOW, data: { by: system, documentId } }],
    });
    expect(decideChange(erasedRecord, { module: 'espace', command: { type: 'reopen', at: NOW } })).toEqual({
      ok: false,
      refusal: 'espace-erased',
    });
  });
});

describe('the holder’s default for new documents', () => {
  const types = (actor: Actor, visibility: Visibility, history: readonly RecordEvent[] = [defaultsMasked]) => {
    const decision = decideChange(stateOf(...OPEN, ...history), depositOf(actor, visibility));
    return decision.ok ? decision.events.map(({ type }) => type) : decision.refusal;
  };

  it('masks what professionals deposit, whatever they say', () => {
    expect(types(GP, {})).toEqual(['DocumentDeposited', 'DocumentMasked']);
    expect(types(GP, { maskedFromProfessionals: false })).toEqual(['DocumentDeposited', 'DocumentMasked']);
    expect(types(GP, { hiddenFromHolderUntilAnnounced: true })).toEqual([
      'DocumentDeposited',
      'DocumentMasked',
      'DocumentHiddenFromHolder',
    ]);
  });

  it('masks what the holder deposits, where they do not say otherwise', () => {
    expect(types(HOLDER_ACTOR, {})).toEqual(['DocumentDeposited', 'DocumentMasked']);
    expect(types(HOLDER_ACTOR, { maskedFromProfessionals: false })).toEqual(['DocumentDeposited']);
  });

  it('is to mask nothing, where nothing was set', () => {
    expect(types(GP, {}, [])).toEqual(['DocumentDeposited']);
    expect(types(GP, { maskedFromProfessionals: true }, [])).toEqual(['DocumentDeposited', 'DocumentMasked']);
  });

  it('and what somebody who acts for them says: a carer keeps nothing from anybody', () => {
    const wanted = { maskedFromProfessionals: true, hiddenFromRepresentatives: true };
    expect(types(DELEGATES.carer, wanted, [])).toEqual(['DocumentDeposited']);
    expect(types(DELEGATES.mother, wanted, [])).toEqual(['DocumentDeposited', 'DocumentMasked']);
    expect(types(DELEGATES.carer, {})).toEqual(['DocumentDeposited', 'DocumentMasked']);
  });

  it('leaves the documents that are there as they are', () => {
    const state = stateOf(...OPEN, ...deposited(1), defaultsMasked);
    expect(state.documents.get(documentId)?.masked).toBe(false);
    expect(decideChange(state, visibilityOf(by, { hiddenFromRepresentatives: true }))).toMatchObject({
      events: [{ type: 'DocumentHiddenFromRepresentatives' }],
    });
  });
});

describe('the state of a record', () => {
  it('begins with an espace that nobody knows', () => {
    expect(initialRecord.espace.status).toBe('unknown');
    expect(initialRecord.documents.size).toBe(0);
    expect(erasedRecord).toEqual({ ...initialRecord, espace: { ...initialRecord.espace, status: 'erased' } });
  });

  it('loses every right when the espace closes, keeps documents and restrictions, and gets no right back', () => {
    const restrictions: readonly RecordEvent[] = [
      ...deposited(1, GP, {}, { maskedFromProfessionals: true }),
      defaultsMasked,
      { type: 'ProfessionalBlocked', at: EARLIER, data: { by, target: SPECIALIST.rpps } },
      { type: 'EmergencyAccessSet', at: EARLIER, data: { by, callCentre: false, breakGlass: true, masked: true } },
    ];
    const rights: readonly RecordEvent[] = [
      declared,
      {
        type: 'ProfessionalAuthorised',
        at: EARLIER,
        data: { by, target: NURSE.rpps, until: null, evidence: 'HOLDER' },
      },
      { type: 'AdministratorNamed', at: EARLIER, data: { by, professional: NURSE.rpps } },
    ];
    const life: readonly RecordEvent[] = [
      { type: 'Closed', at: NOW, data: {} },
      { type: 'Reopened', at: NOW, data: {} },
    ];
    const plain = ({ espace, consent, documents }: RecordState) => ({
      status: espace.status,
      consent: {
        ...consent,
        authorised: [...consent.authorised.entries()],
        blocked: [...consent.blocked.entries()],
        administrators: [...consent.administrators.entries()],
      },
      documents: [...documents.entries()],
    });
    const without = plain(stateOf(...OPEN, ...restrictions));
    expect(plain(stateOf(...OPEN, ...restrictions, ...rights, ...life))).toEqual(without);
    expect(plain(stateOf(...OPEN, ...restrictions, ...rights, ...life.slice(0, 1)))).toEqual({
      ...without,
      status: 'closed',
    });
  });

  it('is not touched by a look', () => {
    const state = stateOf(...OPEN, ...deposited(1));
    const { events } = rule(state, [question(GP, 'read-content', { documentId })], origin, null);
    expect(evolveRecord(state, events[0] as RecordEvent)).toBe(state);
    const signedIn: RecordEvent = { type: 'HolderSignedIn', at: NOW, data: { channel: 'EMAIL' } };
    expect(evolveRecord(state, signedIn)).toBe(state);
  });

  it('knows each type of event of its stream once', () => {
    expect(new Set(RECORD_EVENT_TYPES).size).toBe(RECORD_EVENT_TYPES.length);
  });

  it('is nothing any more once it is erased, whatever is written after that', () => {
    const erased: RecordEvent = { type: 'Erased', at: NOW, data: { reason: 'REQUESTED' } };
    const state = stateOf(...OPEN, ...deposited(1), { type: 'Closed', at: NOW, data: {} }, erased);
    expect(state).toEqual(erasedRecord);
    expect(stateOf(...OPEN, erased, ACTIVATED, ...deposited(2))).toEqual(erasedRecord);
  });
});

describe('saying no to the espace', () => {
  const given = (target: string): RecordEvent => ({
    type: 'ProfessionalAuthorised',
    at: EARLIER,
    data: { by: GP, target, until: null, evidence: 'ORAL_AGREEMENT' },
  });
  const restricted: RecordEvent = {
    type: 'ProfessionalBlocked',
    at: EARLIER,
    data: { by: HOLDER_ACTOR, target: SPECIALIST.rpps },
  };

  it.each(['Opposed', 'Closed', 'ClosedAfterSuspension', 'ClosedAfterDeath'] as const)(
    '(%s) ends what was given before, and keeps what was forbidden',
    type => {
      const end = { type, at: NOW, data: type === 'Opposed' ? { reference: ESPACE } : {} } as unknown as RecordEvent;
      const { consent } = stateOf(CREATED, given(GP.rpps), restricted, end, ACTIVATED);
      expect([consent.authorised.size, consent.blocked.has(SPECIALIST.rpps)]).toEqual([0, true]);
      expect(stateOf(CREATED, given(GP.rpps)).consent.authorised.size).toBe(1);
    },
  );

  it('says of each carer and each invitation that it ends, and of no parent or guardian', () => {
    const { carer, neighbour, guardian } = DELEGATES;
    const invited = (delegationId: string, delegate: string): RecordEvent => ({
      type: 'DelegateInvited',
      at: EARLIER,
      data: {
        by,
        delegationId,
        relation: 'CARER',
        delegate,
        ins: delegate,
        name: 'x',
        expiresAt: '2027-11-20T08:30:00.000Z',
      },
    });
    const accepted: RecordEvent = {
      type: 'DelegationAccepted',
      at: EARLIER,
      data: { by: carer, delegationId: 'one', relation: 'CARER', name: 'x', until: '2027-11-20T08:30:00.000Z' },
    };
    const measure = { measure: 'TUTELLE', name: 'x', judgment: 'TJ', from: EARLIER, until: null } as const;
    const appointed: RecordEvent = {
      type: 'GuardianshipDeclared',
      at: EARLIER,
      data: { by, delegationId: 'three', delegate: guardian.id, ...measure },
    };
    const asked = [invited('one', carer.id), accepted, invited('two', neighbour.id), appointed];
    const state = stateOf(...OPEN, ...asked);
    const closure = { kind: 'system', name: 'closure' };
    expect(decideChange(state, { module: 'espace', command: { type: 'close', at: NOW } })).toEqual({
      ok: true,
      events: [
        { type: 'DelegationEnded', at: NOW, data: { by: closure, delegationId: 'one', reason: 'CLOSED' } },
        { type: 'DelegationInvitationWithdrawn', at: NOW, data: { by: closure, delegationId: 'two' } },
        { type: 'Closed', at: NOW, data: {} },
      ],
    });
    const suspend = { type: 'suspend', at: NOW, by: FUND, reason: 'FRAUD' } as const;
    const suspended = decideChange(state, { module: 'espace', command: suspend });
    expect(suspended.ok && suspended.events.map(({ type }) => type)).toEqual(['Suspended']);
  });

  it('is not what a suspension is: what was given is there again afterwards', () => {
    const by = { kind: 'fund', id: 'agent-51', name: 'Agent des Essais' } as const;
    const { consent } = stateOf(
      CREATED,
      given(GP.rpps),
      { type: 'Suspended', at: NOW, data: { by, reason: 'FRAUD' } },
      { type: 'SuspensionLifted', at: NOW, data: { by } },
    );
    expect(consent.authorised.size).toBe(1);
  });
});
