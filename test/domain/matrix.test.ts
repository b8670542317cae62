import { describe, expect, it } from 'vitest';
import {
  basisOf,
  COLUMNS,
  type Column,
  columnOf,
  type MatrixData,
  matrixFrom,
  mayRead,
  readsSomething,
} from '../../src/domain/access/matrix/matrix.ts';
import { PROFESSIONS } from '../../src/domain/shared/professions.ts';

/*
 * The mechanism, on a small table. What the real tables say: matrix-data.test.ts.
 * Mutants that these tests kill: `y` or `Y` not read; `n` or `N` read; columns shifted by one; small letters official; an
 * unlisted type or column read, or official; everybody reads something; a profession or a section in another column, in
 * training in their supervisor's; sector before section; B and C by sector; an unknown pharmacist in officine.
 */

const data: MatrixData = {
  version: '2000-01-01',
  columns: ['medecin', 'infirmier', 'opticien'],
  rows: [
    ['Yyn', 'SYNTH'],
    ['NnN', 'REMB'],
  ],
};
const matrix = matrixFrom(data);

describe('a cell', () => {
  it.each([
    ['medecin', 'SYNTH', true, 'official'],
    ['infirmier', 'SYNTH', true, 'conservative-default'],
    ['opticien', 'SYNTH', false, 'conservative-default'],
    ['medecin', 'REMB', false, 'official'],
    ['infirmier', 'REMB', false, 'conservative-default'],
    ['opticien', 'REMB', false, 'official'],
    ['medecin', 'PROT_ALD', false, 'not-listed'],
    ['medecin', '', false, 'not-listed'],
    ['orthoptiste', 'SYNTH', false, 'not-listed'],
    [null, 'SYNTH', false, 'not-listed'],
  ] as const)('of %s and %s: %s, %s', (column, type, reads, basis) => {
    expect(mayRead(matrix, column, type)).toBe(reads);
    expect(basisOf(matrix, column, type)).toBe(basis);
  });

  it('that is missing denies', () => {
    const short = matrixFrom({ ...data, rows: [['Y', 'SYNTH']] });
    expect(mayRead(short, 'medecin', 'SYNTH')).toBe(true);
    expect(mayRead(short, 'infirmier', 'SYNTH')).toBe(false);
    expect(readsSomething(short, 'infirmier')).toBe(false);
  });
});

it('knows which columns read something', () => {
  expect(readsSomething(matrix, 'medecin')).toBe(true);
  expect(readsSomething(matrix, 'infirmier')).toBe(true);
  expect(readsSomething(matrix, 'opticien')).toBe(false);
  expect(readsSomething(matrix, 'orthoptiste')).toBe(false);
  expect(readsSomething(matrix, null)).toBe(false);
});

describe('the column of', () => {
  const of = (profession: string, specialty: string | null = null, sector: string | null = null) =>
    columnOf({ profession, specialty, sector });

  it('every profession and role that has one', () => {
    const found = Map.groupBy(PROFESSIONS.keys(), code => of(code));
    expect(Object.fromEntries([...found].map(([column, codes]) => [`${column}`, codes.join(' ')]))).toEqual({
      medecin: 'G15_10',
      'sage-femme': 'G15_50',
      infirmier: 'G15_60 G15_69',
      'chirurgien-dentiste': 'G15_40',
      'masseur-kinesitherapeute': 'G15_70',
      'pedicure-podologue': 'G15_80',
      orthophoniste: 'G15_91',
      orthoptiste: 'G15_92',
      ergotherapeute: 'G15_94',
      psychomotricien: 'G15_96',
      dieteticien: 'G15_95',
      manipulateur: 'G15_98',
      audioprothesiste: 'G15_26',
      opticien: 'G15_28',
      'autre-sante': 'G15_31 G15_32 G15_35 G15_36 G15_37 G15_38 G15_39 G15_81 G15_82 G15_83 G15_84 G15_85 G15_86',
      'role-coordination': '301 308 309 310 330 336',
      'role-administratif': '331 332',
      'role-vie-sociale': '41 300 304 319 320 322 324 325 326 327 368',
      'role-accompagnement': '302 318 323 328 350 367',
      'role-direction': '333 359',
      null:
        'G15_21 G16_10 G16_21 G16_40 G16_50 71 72 73 93 303 305 306 307 311 312 313 314 315 316 317 321 329 334 335 337 ' +
        '338 339 340 341 342 343 344 345 346 347 348 349 351 353 354 355 356 357 358 360 361 362 363 364 365 366 369 370',
    });
  });

  it('anybody but a pharmacist does not hang on specialty or sector', () => {
    expect(of('G15_10', 'SM03', 'SA25')).toBe('medecin');
    expect(of('G15_60', 'A', 'SA33')).toBe('infirmier');
  });

  it('somebody whose code nobody knows: none', () => {
    for (const profession of ['', '10', 'G15_99', 'g15_10', 'constructor', 'medecin'])
      expect(of(profession)).toBeNull();
  });

  const pharmacists: readonly (readonly [string | null, string | null, Column | null])[] = [
    ...['A', 'D', 'DA', 'DM', 'EA', 'ED'].map(section => [section, 'SA01', 'pharmacien-officine'] as const),
    ...['H', 'EH'].map(section => [section, 'SA33', 'pharmacien-pui'] as const),
    ...['G', 'EG'].map(section => [section, 'SA33', 'pharmacien-biologiste'] as const),
    ...['B', 'C', 'EB', 'EC'].map(section => [section, 'SA33', null] as const),
    ...['SA33', 'SA38', 'SA39', 'SA65'].map(sector => [null, sector, 'pharmacien-officine'] as const),
    ...['SA01', 'SA02', 'SA03', 'SA04', 'SA36'].map(sector => ['M', sector, 'pharmacien-pui'] as const),
    ...['SA25', 'SA29', 'SA59'].map(sector => ['E', sector, 'pharmacien-biologiste'] as const),
    ['A', null, 'pharmacien-officine'],
    ['E', 'SA32', null],
    ['FQ01', null, null],
    [null, 'SA05', null],
    [null, null, null],
  ];
  it.each(pharmacists)('a pharmacist of section %s, sector %s: %s', (section, sector, column) => {
    expect(of('G15_21', section, sector)).toBe(column);
  });
});

it('has a label for each column', () => {
  expect(Object.keys(COLUMNS).length).toBe(23);
  expect(new Set(Object.values(COLUMNS)).size).toBe(23);
});
