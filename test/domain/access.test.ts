import { describe, expect, it } from 'vitest';
import { type Origin, questionOf, type Trace, traceOf } from '../../src/domain/access/access.ts';
import { type Facts, factsOf } from '../../src/domain/access/facts.ts';
import { EDITIONS_IN_FORCE, judge, judgeBy } from '../../src/domain/access/judge.ts';
import { CURRENT_MATRIX } from '../../src/domain/access/matrix/matrices.ts';
import type { Question } from '../../src/domain/access/question.ts';
import type { Authorisation } from '../../src/domain/consent/consent.ts';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import type { Actor } from '../../src/domain/shared/actor.ts';
import {
  AUDITOR,
  BANK,
  CAST,
  ESPACE,
  GP,
  GP_SURGERY,
  HOLDER_ACTOR,
  HOSPITAL,
  INSURER_DOCTOR,
  NURSE,
  OCCUPATIONAL,
  OSTEOPATH,
  PHARMACIST,
  REGULATOR,
  SPECIALIST,
} from '../support/history-cast.ts';
import { asked, deposited, documentIdOf, EARLIER, NOW, OPEN, question, stateOf } from '../support/questions.ts';

/*
 * Mutants that these tests kill: a fact taken from the professional alone or the organisation alone; an authorisation
 * that has ended; an agreement a professional recorded taken for the holder's; an empty reason; the matrix asked for
 * another type, or not where no document is named; the author taken from the name; a holder's own look traced, or a
 * look at their journal not; a trace of what must stay unknown to the holder; a trace without its editions, or that
 * loses a part of the question; editions that are not known answered by those in force.
 */

const documentId = documentIdOf(1);
const by = HOLDER_ACTOR;

const authorised = (target: string, more: Partial<Authorisation> = {}): RecordEvent => {
  const { until = null, evidence = 'HOLDER' } = more;
  return { type: 'ProfessionalAuthorised', at: EARLIER, data: { by, target, until, evidence } };
};
const blocked = (target: string): RecordEvent => ({ type: 'ProfessionalBlocked', at: EARLIER, data: { by, target } });
const named = (professional: string): RecordEvent => ({
  type: 'AdministratorNamed',
  at: EARLIER,
  data: { by, professional },
});
const declared = (professional: string): RecordEvent => ({
  type: 'AttendingDoctorDeclared',
  at: EARLIER,
  data: { by, professional },
});

const factsIn = (events: readonly RecordEvent[], actor: Actor, more: Partial<Question> = {}): Facts =>
  factsOf(question(actor, 'read-content', { documentId, ...more }), stateOf(...OPEN, ...events), CURRENT_MATRIX);

describe('the facts', () => {
  it('of a plain question are these', () => {
    expect(factsIn([...deposited(1)], GP)).toEqual({
      espace: 'activated',
      action: 'read-content',
      actor: 'professional',
      purpose: 'TREAT',
      reasoned: false,
      excluded: false,
      occupational: false,
      regulation: false,
      delegated: false,
      invited: false,
      declaringParent: false,
      guardian: false,
      blocked: false,
      targetBlocked: false,
      authorised: false,
      expresslyAuthorised: false,
      attendingDoctor: false,
      administrator: false,
      breakGlassAllowed: true,
      callCentreAllowed: true,
      maskedInEmergency: false,
      professionalsBlocked: false,
      matrixAllows: true,
      evidence: false,
      foreignCard: false,
      cardTriesUsed: false,
      patientInformed: false,
      identityConfirmed: false,
      documentExists: true,
      author: false,
      putInByHolder: true,
      masked: false,
      hiddenFromRepresentatives: false,
      hiddenFromHolder: false,
    });
  });

  it.each([
    [GP.rpps, GP, true],
    [GP_SURGERY, GP, true],
    [GP_SURGERY, NURSE, true],
    [GP.rpps, NURSE, false],
    [GP_SURGERY, SPECIALIST, false],
    [GP_SURGERY, OSTEOPATH, false],
  ])('of %s authorised or blocked hold for %o: %s', (target, actor, expected) => {
    expect(factsIn([authorised(target)], actor).authorised).toBe(expected);
    expect(factsIn([blocked(target)], actor).blocked).toBe(expected);
  });

  it('of somebody who is to be given access are whether they are blocked', () => {
    const targetBlocked = (target: string | null) =>
      factsIn([blocked(SPECIALIST.rpps)], GP, { action: 'authorise', target }).targetBlocked;
    expect([targetBlocked(SPECIALIST.rpps), targetBlocked(GP.rpps), targetBlocked(null)]).toEqual([true, false, false]);
  });

  it('of an authorisation are its end, and whose it is', () => {
    const until = '2026-11-20T08:30:00.001Z';
    expect(factsIn([authorised(GP.rpps, { until })], GP)).toMatchObject({
      authorised: true,
      expresslyAuthorised: true,
    });
    expect(factsIn([authorised(GP.rpps, { until: NOW })], GP)).toMatchObject({
      authorised: false,
      expresslyAuthorised: false,
    });
    expect(factsIn([authorised(GP.rpps, { evidence: 'ORAL_AGREEMENT' })], GP)).toMatchObject({
      authorised: true,
      expresslyAuthorised: false,
    });
    expect(factsIn([authorised(GP_SURGERY)], GP)).toMatchObject({ authorised: true, expresslyAuthorised: false });
  });

  it('of a role are of one person', () => {
    expect(factsIn([named(GP.rpps)], GP).administrator).toBe(true);
    expect(factsIn([named(GP.rpps)], NURSE).administrator).toBe(false);
    expect(factsIn([declared(GP.rpps)], GP).attendingDoctor).toBe(true);
    expect(factsIn([declared(GP.rpps)], NURSE).attendingDoctor).toBe(false);
    expect(factsIn([], HOLDER_ACTOR)).toMatchObject({ administrator: false, attendingDoctor: false });
  });

  it('of what somebody is', () => {
    const excluded = CAST.filter(actor => factsIn([], actor).excluded);
    expect(excluded).toEqual([INSURER_DOCTOR, BANK]);
    expect(CAST.filter(actor => factsIn([], actor).occupational)).toEqual([OCCUPATIONAL]);
    expect(CAST.filter(actor => factsIn([], actor).regulation)).toEqual([REGULATOR]);
    expect(CAST.map(actor => factsIn([], actor).actor)).toEqual(CAST.map(({ kind }) => kind));
  });

  it('of a reason are that there is one', () => {
    const reasoned = (reason: string | null) => factsIn([], GP, { purpose: 'BTG', reason }).reasoned;
    expect([reasoned(null), reasoned(''), reasoned(' \t'), reasoned('malaise')]).toEqual([false, false, false, true]);
  });

  it('of the switches and defaults are each its own', () => {
    const switches = { callCentre: false, breakGlass: true, masked: true };
    const defaults = { professionalsBlocked: true, documentsMasked: false };
    const events: RecordEvent[] = [
      { type: 'EmergencyAccessSet', at: EARLIER, data: { by, ...switches } },
      { type: 'AccessDefaultsSet', at: EARLIER, data: { by, ...defaults } },
    ];
    expect(factsIn(events, GP)).toMatchObject({
      callCentreAllowed: false,
      breakGlassAllowed: true,
      maskedInEmergency: true,
      professionalsBlocked: true,
    });
  });

  it('of the matrix are the profession and the type, or any type where no document is named', () => {
    const events = deposited(1, GP, { typeCode: '68599-0' });
    const allowed = (actor: Actor, more: Partial<Question> = {}) => factsIn(events, actor, more).matrixAllows;
    expect([GP, NURSE, PHARMACIST, OSTEOPATH].map(actor => allowed(actor))).toEqual([true, false, false, false]);
    const anyType = [GP, NURSE, OSTEOPATH, HOLDER_ACTOR].map(actor => allowed(actor, { documentId: null }));
    expect(anyType).toEqual([true, true, false, false]);
  });

  it('of a document are its own, and all false where there is none', () => {
    const everything = {
      maskedFromProfessionals: true,
      hiddenFromRepresentatives: true,
      hiddenFromHolderUntilAnnounced: true,
    };
    const found = { documentExists: true, masked: true, hiddenFromRepresentatives: true, hiddenFromHolder: true };
    const events = deposited(1, GP, {}, everything);
    expect(factsIn(events, GP)).toMatchObject({ ...found, author: true, putInByHolder: false });
    expect(factsIn(events, NURSE)).toMatchObject({ ...found, author: false });
    expect(factsIn([...deposited(1)], HOLDER_ACTOR)).toMatchObject({ author: true, putInByHolder: true });
    for (const more of [{ documentId: null }, { documentId: documentIdOf(2) }])
      expect(factsIn(events, GP, more)).toMatchObject({
        documentExists: false,
        author: false,
        putInByHolder: false,
        masked: false,
        hiddenFromRepresentatives: false,
        hiddenFromHolder: false,
      });
  });

  it('of what was said with the question', () => {
    expect(factsIn([], GP, { evidence: 'CARTE_VITALE', patientInformed: true, purpose: 'ETREAT' })).toMatchObject({
      evidence: true,
      patientInformed: true,
      purpose: 'ETREAT',
    });
  });
});

describe('a verdict', () => {
  const masked = deposited(1, HOLDER_ACTOR, {}, { maskedFromProfessionals: true });
  const told = (events: readonly RecordEvent[], actor: Actor, more: Partial<Question> = {}) => {
    const { permit, rule, shown, hidden } = judge(
      question(actor, 'read-content', { documentId, ...more }),
      stateOf(...OPEN, ...events),
    );
    return [permit, rule.id, shown.id, hidden];
  };

  it('names the rule, and hides what the actor must not know of', () => {
    expect(told([...deposited(1)], GP)).toEqual([false, 'not-authorised', 'not-authorised', false]);
    expect(told([...deposited(1), authorised(GP.rpps)], GP)).toEqual([true, 'authorised', 'authorised', false]);
    expect(told([...masked, authorised(GP.rpps)], GP)).toEqual([false, 'masked', 'masked', true]);
    expect(told([authorised(GP.rpps)], GP)).toEqual([false, 'no-such-document', 'no-such-document', true]);
    expect(told(deposited(1, GP, {}, { hiddenFromHolderUntilAnnounced: true }), HOLDER_ACTOR)).toEqual([
      false,
      'hidden-from-holder',
      'hidden-from-holder',
      true,
    ]);
  });

  it('keeps a block to the holder', () => {
    const nursesType = deposited(1, GP, { typeCode: '68599-0' });
    expect(told([...deposited(1), blocked(GP.rpps)], GP)).toEqual([false, 'blocked', 'not-authorised', false]);
    expect(told([...nursesType, blocked(NURSE.rpps)], NURSE)).toEqual([false, 'blocked', 'matrix-refuses', false]);
    expect(told([...deposited(1), blocked(OCCUPATIONAL.rpps)], OCCUPATIONAL)).toEqual([
      false,
      'blocked',
      'occupational-doctor',
      false,
    ]);
    expect(told([...deposited(1), blocked(GP.rpps)], GP, { purpose: 'BTG', reason: 'malaise' })).toEqual([
      false,
      'blocked',
      'emergency-refused',
      false,
    ]);
  });

  it('keeps a block to the holder, from whoever would authorise too', () => {
    const asking = question(GP, 'authorise', { target: SPECIALIST.rpps, evidence: 'ORAL_AGREEMENT' });
    const answer = (...events: readonly RecordEvent[]) => {
      const { permit, rule, shown } = judge(asking, stateOf(...OPEN, ...events));
      return [permit, rule.id, shown.id];
    };
    expect(answer()).toEqual([true, 'agreement-recorded', 'agreement-recorded']);
    expect(answer(blocked(SPECIALIST.rpps))).toEqual([false, 'target-blocked', 'silence']);
  });

  it('shows no masked document to one whose organisation is blocked, whatever their role', () => {
    expect(told([...masked, declared(GP.rpps)], GP)).toEqual([true, 'authorised', 'authorised', false]);
    const [permit, rule, , hidden] = told([...masked, declared(GP.rpps), blocked(GP_SURGERY)], GP);
    expect([permit, rule, hidden]).toEqual([false, 'blocked', true]);
  });

  it('hides nothing where no document was named', () => {
    const { permit, hidden } = judge(question(GP, 'list-documents'), stateOf(...OPEN));
    expect([permit, hidden]).toEqual([false, false]);
  });

  it('hides nothing of a deposit, whose document is not there yet', () => {
    const { hidden } = judge(question(BANK, 'deposit-document', { documentId }), stateOf(...OPEN));
    expect(hidden).toBe(false);
  });

  it('of other editions is theirs, or none where they are not known', () => {
    const state = stateOf(...OPEN, ...deposited(1));
    const asking = question(GP, 'read-content', { documentId });
    expect(judgeBy(EDITIONS_IN_FORCE, asking, state)).toEqual(judge(asking, state));
    expect(judgeBy({ ...EDITIONS_IN_FORCE, ruleBook: '1789-07-14' }, asking, state)).toBeNull();
    expect(judgeBy({ ...EDITIONS_IN_FORCE, matrix: '1789-07-14' }, asking, state)).toBeNull();
  });

  it('of the story: attending doctor, blocked specialist, matrix, emergency, insurer', () => {
    const state = stateOf(
      ...OPEN,
      ...masked,
      ...deposited(2, GP, { typeCode: '68599-0' }),
      declared(GP.rpps),
      authorised(NURSE.rpps),
      blocked(SPECIALIST.rpps),
    );
    const read = (actor: Actor, number: number, more: Partial<Question> = {}) =>
      asked(state, actor, 'read-content', { documentId: documentIdOf(number), ...more });
    expect(read(GP, 1)).toEqual([true, 'authorised']);
    expect(read(SPECIALIST, 1)).toEqual([false, 'blocked']);
    expect(asked(state, SPECIALIST, 'deposit-document', { patientInformed: true })).toEqual([true, 'depositor']);
    expect(read(NURSE, 2)).toEqual([false, 'matrix-refuses']);
    expect(read(REGULATOR, 2, { purpose: 'ETREAT' })).toEqual([true, 'call-centre']);
    expect(read(REGULATOR, 1, { purpose: 'BTG', reason: 'malaise' })).toEqual([false, 'masked']);
    expect(read(INSURER_DOCTOR, 2, { purpose: 'BTG', reason: 'malaise' })).toEqual([false, 'excluded-actor']);
    expect(asked(state, AUDITOR, 'replay-history')).toEqual([true, 'auditor']);
    expect(asked(state, AUDITOR, 'read-journal')).toEqual([false, 'silence']);
  });
});

describe('a trace', () => {
  const origin: Origin = { software: 'Logiciel de cabinet 7', onBehalfOf: ESPACE, details: '{"q":"bilan"}' };
  const state = stateOf(...OPEN, ...deposited(1), authorised(HOSPITAL));
  const traces = (asking: Question, in_ = state) =>
    traceOf(asking, judge(asking, in_), origin, in_.documents.get(asking.documentId ?? ''));

  it('says all that was asked, with what, on what, and who decided', () => {
    const asking = question(REGULATOR, 'read-content', {
      purpose: 'BTG',
      reason: 'malaise',
      documentId,
      target: GP_SURGERY,
      evidence: 'CARTE_VITALE',
      patientInformed: true,
    });
    const data: Trace = {
      actor: REGULATOR,
      action: 'read-content',
      purpose: 'BTG',
      reason: 'malaise',
      documentId,
      target: GP_SURGERY,
      evidence: 'CARTE_VITALE',
      patientInformed: true,
      software: 'Logiciel de cabinet 7',
      onBehalfOf: ESPACE,
      documentType: '11502-2',
      category: 'BIOLOGIE',
      details: '{"q":"bilan"}',
      rule: 'break-glass',
      legalBasis: 'L.1111-17 I, R.1111-48',
      ruleBook: EDITIONS_IN_FORCE.ruleBook,
      matrix: EDITIONS_IN_FORCE.matrix,
    };
    expect(traces(asking)).toStrictEqual([
      { type: 'AccessedBy', at: NOW, data },
      { type: 'NoticeOwed', at: NOW, data: { rule: 'break-glass', to: ['holder', 'attending-doctor'], documentId } },
    ]);
    expect(questionOf(data, NOW)).toStrictEqual(asking);
  });

  it('of a denial names the rule that denied, the true one', () => {
    const [trace] = traces(
      question(GP, 'read-content', { documentId }),
      stateOf(...OPEN, ...deposited(1), blocked(GP.rpps)),
    );
    expect(trace).toMatchObject({ type: 'AccessDenied', at: NOW, data: { rule: 'blocked', legalBasis: 'L.1111-19' } });
  });

  it('of a question about no document names none', () => {
    expect(traces(question(GP, 'list-documents'))).toMatchObject([{ data: { documentType: null, category: null } }]);
  });

  it.each(CAST.filter(actor => actor !== HOLDER_ACTOR))('is left by every question of %o', actor => {
    for (const action of [
      'look-up',
      'list-documents',
      'read-content',
      'deposit-document',
      'close',
      'authorise',
    ] as const)
      for (const one of [documentId, documentIdOf(7)])
        expect(traces(question(actor, action, { documentId: one })).length).toBe(1);
  });

  it('is left by a holder who reads a file or the journal, or meets a refusal', () => {
    const left = (action: Question['action'], more: Partial<Question> = {}) =>
      traces(question(HOLDER_ACTOR, action, more)).map(({ type }) => type);
    expect(left('read-content', { documentId })).toEqual(['AccessedBy']);
    expect(left('read-journal')).toEqual(['AccessedBy']);
    expect(left('export-journal')).toEqual(['AccessedBy']);
    for (const action of [
      'list-documents',
      'read-access',
      'explain-access',
      'block',
      'close',
      'deposit-document',
    ] as const)
      expect(left(action)).toEqual([]);
    expect(left('read-document', { documentId })).toEqual([]);
    expect(left('announce-document', { documentId })).toEqual(['AccessDenied']);
  });

  it('is not left where it would tell the holder of what must stay unknown to them', () => {
    const pending = stateOf(...OPEN, ...deposited(1, GP, {}, { hiddenFromHolderUntilAnnounced: true }));
    for (const action of ['read-content', 'mask-document', 'delete-document'] as const) {
      expect(traces(question(HOLDER_ACTOR, action, { documentId }), pending)).toEqual([]);
      expect(traces(question(HOLDER_ACTOR, action, { documentId: documentIdOf(7) }))).toEqual([]);
    }
  });
});
