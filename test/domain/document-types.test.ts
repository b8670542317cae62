import { describe, expect, it } from 'vitest';
import { CATEGORIES, DOCUMENT_TYPES, documentType, isCategory } from '../../src/domain/document/document-types.ts';

/*
 * Mutants that these tests kill: a row left out, doubled, or moved to another system, class or category; `isCategory`
 * by `in`.
 */

const countBy = <T>(items: readonly T[], key: (item: T) => string): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(items, key)]
      .map(([name, group]) => [name, group.length] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('document types', () => {
  it('are the 114 of revision 2024-09-27', () => {
    expect(DOCUMENT_TYPES.length).toBe(114);
    expect(new Set(DOCUMENT_TYPES.map(({ code }) => code)).size).toBe(114);
    expect(countBy(DOCUMENT_TYPES, ({ system }) => system)).toEqual({ ANS: 35, ASTM: 1, LOINC: 78 });
  });

  it('have a code of the form of their system, and a label', () => {
    const forms = { ANS: /^[A-Z][A-Z0-9_-]+$/, LOINC: /^\d{5,6}-\d$/, ASTM: /^E1762$/ };
    for (const { code, system, label } of DOCUMENT_TYPES) {
      expect(code).toMatch(forms[system]);
      expect(label).toMatch(/^\p{Lu}[^\s].{5,}$/u);
    }
  });

  it('keep the classes and categories that were inferred', () => {
    expect(countBy(DOCUMENT_TYPES, ({ classCode }) => classCode)).toEqual(CLASS_COUNTS);
    expect(countBy(DOCUMENT_TYPES, ({ category }) => category)).toEqual(CATEGORY_COUNTS);
  });

  it('are found by code, and only by code', () => {
    for (const type of DOCUMENT_TYPES) expect(documentType(type.code)).toBe(type);
    expect(documentType('11502-2')).toEqual({
      code: '11502-2',
      system: 'LOINC',
      label: "CR d'examens biologiques",
      classCode: '10',
      category: 'BIOLOGIE',
    });
    for (const code of ['', 'constructor', '11502-3', 'synth']) expect(documentType(code)).toBeUndefined();
  });
});

describe('categories', () => {
  it('are fifteen, each with a label', () => {
    expect(Object.keys(CATEGORIES).length).toBe(15);
    expect(new Set(Object.values(CATEGORIES)).size).toBe(15);
    expect(CATEGORIES.SYNTHESE).toBe('Ma santé en résumé');
  });

  it('are told from other codes', () => {
    expect(Object.keys(CATEGORIES).every(isCategory)).toBe(true);
    for (const code of ['', 'toString', 'biologie']) expect(isCategory(code)).toBe(false);
  });
});

const CLASS_COUNTS = {
  '10': 46,
  '11': 9,
  '31': 3,
  '42': 13,
  '43': 3,
  '44': 6,
  '45': 3,
  '52': 5,
  '60': 1,
  '90': 13,
  '95': 12,
};
const CATEGORY_COUNTS = {
  AUTR_DOC: 1,
  BIOLOGIE: 4,
  CAR_VAC: 3,
  CERT_MED: 5,
  CPT_REND: 39,
  DEPISTAG: 7,
  DIR_ANT: 1,
  DOC_ADM: 13,
  ORD_SOIN: 23,
  QUEST_SANTE: 1,
  RADIO_SC: 4,
  REMB: 1,
  SYNTHESE: 10,
  SYNTH_PML: 1,
  VDP: 1,
};
