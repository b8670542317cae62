import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Choice, capacitiesOf, choiceOf, selectActivity } from '../../src/application/sign-in/select-activity.ts';
import type {
  ProfessionalActivity,
  ProfessionalExercise,
  ProfessionalIdentity,
} from '../../src/ports/professional-verifier.ts';

/*
 * Mutants seen to fail: the first of several places, of several professions or of several specialties taken unasked; a
 * place or a profession that is not theirs taken; the choice of a capacity that names another one too, or names more than
 * it must; somebody without a place who cannot act; the place in the actor, where events would keep it.
 */

const HOSPITAL: ProfessionalActivity = {
  place: '990000010',
  organisation: '990000010',
  organisationName: 'Centre hospitalier des Essais',
  sector: 'SA01',
};
const SURGERY: ProfessionalActivity = {
  place: '12345678900011',
  organisation: null,
  organisationName: 'Cabinet du Parc',
  sector: 'SA07',
};
const NOWHERE: ProfessionalActivity = { place: null, organisation: null, organisationName: null, sector: null };

const doctor = (...activities: ProfessionalActivity[]): ProfessionalExercise => ({
  profession: 'G15_10',
  specialty: 'SM26',
  activities,
});
const pharmacist = (...activities: ProfessionalActivity[]): ProfessionalExercise => ({
  profession: 'G15_21',
  specialty: 'A',
  activities,
});
const student = (...activities: ProfessionalActivity[]): ProfessionalExercise => ({
  profession: 'G16_10',
  specialty: null,
  activities,
});
const who = (...exercises: ProfessionalExercise[]): ProfessionalIdentity => ({
  rpps: '99700218896',
  name: 'Alice MARTINEAU',
  exercises,
  regulation: false,
  software: null,
});

/** `organisation profession`, or the refusal. */
const chosen = (identity: ProfessionalIdentity, choice: Partial<Choice> = {}): string => {
  const selected = selectActivity(identity, { organisation: null, profession: null, ...choice });
  if (!selected.ok) return selected.refusal;
  const { organisationName, profession, specialty } = selected.professional;
  return `${profession}/${specialty} ${organisationName}`;
};

describe('the capacity somebody acts in', () => {
  it('is their only one', () => {
    expect(selectActivity(who(doctor(HOSPITAL)), { organisation: null, profession: null })).toStrictEqual({
      ok: true,
      professional: {
        kind: 'professional',
        rpps: '99700218896',
        name: 'Alice MARTINEAU',
        profession: 'G15_10',
        specialty: 'SM26',
        organisation: '990000010',
        organisationName: 'Centre hospitalier des Essais',
        sector: 'SA01',
        regulation: false,
      },
    });
  });

  it('is at the place that is named, with or without FINESS', () => {
    const identity = who(doctor(HOSPITAL, SURGERY));
    expect(chosen(identity)).toBe('organisation-required');
    expect(chosen(identity, { organisation: '990000010' })).toBe('G15_10/SM26 Centre hospitalier des Essais');
    expect(chosen(identity, { organisation: '12345678900011' })).toBe('G15_10/SM26 Cabinet du Parc');
    for (const organisation of ['990000028', '', 'none'])
      expect(chosen(identity, { organisation })).toBe('organisation-unknown');
  });

  it('is in the profession that is named, where there are two in one place', () => {
    const identity = who(doctor(HOSPITAL), pharmacist(HOSPITAL));
    for (const organisation of [null, '990000010']) {
      expect(chosen(identity, { organisation })).toBe('profession-required');
      expect(chosen(identity, { organisation, profession: 'G15_21' })).toBe('G15_21/A Centre hospitalier des Essais');
      expect(chosen(identity, { organisation, profession: 'G15_10/SM26' })).toBe(
        'G15_10/SM26 Centre hospitalier des Essais',
      );
      for (const profession of ['G15_60', 'G15_10/SM02', 'G15', ''])
        expect(chosen(identity, { organisation, profession })).toBe('profession-unknown');
    }
  });

  it('is told by the profession alone, where only one place has it', () => {
    const identity = who(doctor(HOSPITAL), pharmacist(SURGERY));
    expect(chosen(identity)).toBe('organisation-required');
    expect(chosen(identity, { profession: 'G15_21' })).toBe('G15_21/A Cabinet du Parc');
    expect(chosen(identity, { organisation: '990000010', profession: 'G15_21' })).toBe('profession-unknown');
  });

  it('is told by the specialty, where the profession is the same', () => {
    const identity = who(
      doctor(HOSPITAL),
      { ...doctor(HOSPITAL), specialty: 'SM25' },
      { ...doctor(HOSPITAL), specialty: null },
    );
    expect(chosen(identity, { profession: 'G15_10' })).toBe('profession-required');
    expect(chosen(identity, { profession: 'G15_10/SM25' })).toBe('G15_10/SM25 Centre hospitalier des Essais');
    expect(chosen(identity, { profession: 'G15_10/' })).toBe('G15_10/null Centre hospitalier des Essais');
  });

  it('needs no place: locums and students', () => {
    expect(chosen(who(doctor()))).toBe('G15_10/SM26 null');
    expect(chosen(who(student(NOWHERE)))).toBe('G16_10/null null');
    expect(chosen(who(doctor()), { organisation: '990000010' })).toBe('organisation-unknown');
    const both = who(doctor(HOSPITAL, NOWHERE));
    expect(chosen(both)).toBe('organisation-required');
    expect(chosen(both, { organisation: 'none' })).toBe('G15_10/SM26 null');
  });

  it('that is declared twice is one', () => {
    expect(capacitiesOf(who(doctor(HOSPITAL), doctor(HOSPITAL, { ...HOSPITAL, sector: 'SA02' })))).toEqual([
      { profession: 'G15_10', specialty: 'SM26', ...HOSPITAL },
    ]);
  });
});

describe('the choice of a capacity', () => {
  it('names what must be named, and no more', () => {
    const choices = (identity: ProfessionalIdentity) => {
      const all = capacitiesOf(identity);
      return all.map(capacity => choiceOf(capacity, all));
    };
    expect(choices(who(doctor(HOSPITAL)))).toEqual([{ organisation: null, profession: null }]);
    expect(choices(who(doctor(HOSPITAL, NOWHERE)))).toEqual([
      { organisation: '990000010', profession: null },
      { organisation: 'none', profession: null },
    ]);
    expect(choices(who(doctor(HOSPITAL), pharmacist(HOSPITAL)))).toEqual([
      { organisation: null, profession: 'G15_10' },
      { organisation: null, profession: 'G15_21' },
    ]);
    expect(choices(who(doctor(HOSPITAL), { ...doctor(HOSPITAL), specialty: 'SM25' }))).toEqual([
      { organisation: null, profession: 'G15_10/SM26' },
      { organisation: null, profession: 'G15_10/SM25' },
    ]);
  });

  it('always leads to this very capacity', () => {
    const activity = fc.constantFrom(HOSPITAL, SURGERY, NOWHERE);
    const exercise = fc.record({
      profession: fc.constantFrom('G15_10', 'G15_21', 'G16_10'),
      specialty: fc.constantFrom('SM26', 'SM25', null),
      activities: fc.array(activity, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(exercise, { minLength: 1, maxLength: 5 }), exercises => {
        const identity = who(...exercises);
        const all = capacitiesOf(identity);
        for (const capacity of all) {
          const selected = selectActivity(identity, choiceOf(capacity, all));
          const { place: _, ...acting } = capacity;
          expect(selected).toMatchObject({ ok: true, professional: acting });
        }
      }),
    );
  });
});
