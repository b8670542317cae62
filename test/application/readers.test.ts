import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readersOf } from '../../src/application/readers.ts';
import { judge } from '../../src/domain/access/judge.ts';
import type { Document } from '../../src/domain/document/document.ts';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import type { RecordState } from '../../src/domain/record/state.ts';
import { historyOf, step } from '../support/arbitraries-history.ts';
import { play } from '../support/history.ts';
import { ESPACE, GP, GP_SURGERY, HOLDER_ACTOR, NURSE, PROFESSIONALS, SPECIALIST } from '../support/history-cast.ts';
import { deposited, documentIdOf, EARLIER, NOW, OPEN, question, stateOf } from '../support/questions.ts';

/*
 * Mutants that these tests kill: a right, a role or a block left out of the list; an emergency asked for the other purpose
 * or without a reason; an organisation taken for a person; a standing shown with the end of another; an answer that is not
 * the rule book's; the professions of another type.
 */

const by = HOLDER_ACTOR;
const read = (state: RecordState, number: number, idle: readonly string[] = []) =>
  readersOf(state, state.documents.get(documentIdOf(number)) as Document, ESPACE, NOW, new Set(idle));

describe('who can read a document', () => {
  const later = '2026-12-01T00:00:00.000Z';
  const events: readonly RecordEvent[] = [
    ...deposited(1, SPECIALIST, {}, { maskedFromProfessionals: true }),
    { type: 'AttendingDoctorDeclared', at: EARLIER, data: { by, professional: GP.rpps } },
    { type: 'AdministratorNamed', at: EARLIER, data: { by, professional: '99700000001' } },
    {
      type: 'ProfessionalAuthorised',
      at: EARLIER,
      data: { by, target: GP_SURGERY, until: later, evidence: 'HOLDER' },
    },
    { type: 'ProfessionalBlocked', at: EARLIER, data: { by, target: NURSE.rpps } },
  ];

  it('is asked about everyone who has a standing there', () => {
    const { readers } = read(stateOf(...OPEN, ...events), 1);
    expect(
      readers.map(({ who, standing, purpose, permit, rule, until }) =>
        [who.kind, who.id, standing, purpose, permit, rule.id, until].join(' '),
      ),
    ).toEqual([
      `holder ${ESPACE} holder TREAT true holder `,
      `professional ${SPECIALIST.rpps} author TREAT true author `,
      `professional ${GP.rpps} attending-doctor TREAT true authorised `,
      'professional 99700000001 administrator TREAT true authorised ',
      `organisation ${GP_SURGERY} authorisation TREAT false masked ${later}`,
      `professional ${NURSE.rpps} blocked TREAT false blocked `,
      'emergency break-glass break-glass BTG false masked ',
      'emergency call-centre call-centre ETREAT false masked ',
    ]);
  });

  it('is asked about who acts for the person, while they do', () => {
    const by = { kind: 'carer', id: 'carer-1', name: 'Camille' } as const;
    const given = (until: string): RecordEvent[] => [
      {
        type: 'DelegateInvited',
        at: EARLIER,
        data: {
          by: HOLDER_ACTOR,
          delegationId: 'delegation-1',
          relation: 'CARER',
          delegate: by.id,
          ins: 'ins',
          name: by.name,
          expiresAt: later,
        },
      },
      {
        type: 'DelegationAccepted',
        at: EARLIER,
        data: { by, delegationId: 'delegation-1', relation: 'CARER', name: by.name, until },
      },
    ];
    const carers = (until: string, hidden: boolean, idle: readonly string[] = []) =>
      read(
        stateOf(...OPEN, ...deposited(1, SPECIALIST, {}, { hiddenFromRepresentatives: hidden }), ...given(until)),
        1,
        idle,
      )
        .readers.filter(({ who }) => who.kind === 'carer')
        .map(({ who, standing, permit, rule, until: end }) => [who.id, standing, permit, rule.id, end]);
    expect(carers(later, false)).toEqual([['delegation-1', 'carer', true, 'carer', later]]);
    expect(carers(later, true)).toEqual([['delegation-1', 'carer', false, 'hidden-from-representatives', later]]);
    expect(carers(NOW, false)).toEqual([]);
    expect(carers(later, false, [by.id])).toEqual([]);
    expect(carers(later, false, ['carer-2']).length).toBe(1);
  });

  it('depends on the switches, and not on an author where the holder is', () => {
    const { readers } = read(
      stateOf(...OPEN, ...deposited(1), {
        type: 'EmergencyAccessSet',
        at: EARLIER,
        data: { by, callCentre: true, breakGlass: false, masked: false },
      }),
      1,
    );
    expect(readers.map(({ standing, permit, rule }) => [standing, permit, rule.id])).toEqual([
      ['holder', true, 'holder'],
      ['break-glass', false, 'emergency-refused'],
      ['call-centre', true, 'call-centre'],
    ]);
    const open = read(stateOf(...OPEN, ...deposited(1)), 1).readers;
    expect(open.map(({ permit, rule }) => [permit, rule.id])).toEqual([
      [true, 'holder'],
      [true, 'break-glass'],
      [true, 'call-centre'],
    ]);
  });

  it('is conditional on the profession', () => {
    const columns = (typeCode: string) =>
      read(stateOf(...OPEN, ...deposited(1, GP, { typeCode })), 1).professions.map(({ column }) => column);
    expect(columns('68599-0')).toEqual(['medecin']);
    expect(columns('11502-2')).toContain('infirmier');
    expect(columns('11502-2')).not.toContain('role-direction');
    expect(columns('FICHE-CONTACTS').length).toBe(23);
  });

  it('is nobody missing: whoever could read it in care has a permit in the list', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(step, 25), async steps => {
        const { states, clock } = await play(steps);
        const state = states.at(-1) as RecordState;
        const at = clock.now();
        for (const document of state.documents.values()) {
          const { readers } = readersOf(state, document, ESPACE, at, new Set());
          for (const professional of PROFESSIONALS) {
            const asking = question(professional, 'read-content', { documentId: document.id, at });
            if (!judge(asking, state).permit) continue;
            const mine = readers.filter(
              ({ who, permit }) => permit && [professional.rpps, professional.organisation].includes(who.id),
            );
            expect(mine.length).toBeGreaterThan(0);
          }
          const named = [
            ...[...state.consent.authorised.entries()].map(([id]) => ['authorisation', id]),
            ...[...state.consent.blocked.entries()].map(([id]) => ['blocked', id]),
            ...[...state.consent.administrators.entries()].map(([id]) => ['administrator', id]),
          ];
          const listed = readers.map(({ standing, who }) => [standing, who.id]);
          expect(listed).toEqual(expect.arrayContaining(named));
          expect(readers[0]).toMatchObject({
            permit: judge(question(HOLDER_ACTOR, 'read-content', { documentId: document.id, at }), state).permit,
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});
