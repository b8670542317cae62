import { describe, expect, it } from 'vitest';
import { isExcludedSector, isOccupationalPhysician, PROFESSIONS } from '../../src/domain/shared/professions.ts';

/*
 * Mutants that these tests kill: a profession left out; each of the five occupational codes left out; specialty AND sector
 * instead of OR; only physicians; null taken for occupational; SA24 (social security) taken for an insurer.
 */

const physician = { profession: 'G15_10', specialty: 'SM26', sector: 'SA07' };

describe('professions', () => {
  it('are those of the value set', () => {
    const codes = [...PROFESSIONS.keys()];
    expect(codes.filter(code => code.startsWith('G15_')).length).toBe(29);
    expect(codes.filter(code => code.startsWith('G16_'))).toEqual(['G16_10', 'G16_21', 'G16_40', 'G16_50']);
    expect(codes.filter(code => /^\d+$/.test(code)).length).toBe(75);
    expect(codes.length).toBe(108);
    expect(PROFESSIONS.get('G15_98')).toBe('Manipulateur ERM');
    expect(PROFESSIONS.get('370')).toBe('Opérateur de soins non programmés');
    expect([...PROFESSIONS.values()].every(label => label.length > 5)).toBe(true);
  });
});

describe('occupational medicine', () => {
  it.each(['SM25', 'C41', 'CAPA11'])('is the specialty %s anywhere', specialty => {
    expect(isOccupationalPhysician({ ...physician, specialty })).toBe(true);
    expect(isOccupationalPhysician({ ...physician, specialty, sector: null })).toBe(true);
  });

  it.each(['SA13', 'SA66'])('is the sector %s, whoever works there', sector => {
    expect(isOccupationalPhysician({ ...physician, sector })).toBe(true);
    expect(isOccupationalPhysician({ profession: 'G15_60', specialty: null, sector })).toBe(true);
  });

  it('is nothing else', () => {
    expect(isOccupationalPhysician(physician)).toBe(false);
    expect(isOccupationalPhysician({ profession: 'G15_10', specialty: null, sector: null })).toBe(false);
  });
});

it('excludes private insurance alone', () => {
  expect(['SA01', 'SA22', 'SA23', 'SA24', 'SA66', null].filter(isExcludedSector)).toEqual(['SA23']);
});
