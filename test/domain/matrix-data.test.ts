import { describe, expect, it } from 'vitest';
import { MATRIX_2023_10_26 } from '../../src/domain/access/matrix/2023-10-26.ts';
import { CURRENT_MATRIX, MATRICES } from '../../src/domain/access/matrix/matrices.ts';
import {
  basisOf,
  COLUMNS,
  type Column,
  columnOf,
  matrixFrom,
  mayRead,
  readsSomething,
} from '../../src/domain/access/matrix/matrix.ts';
import { DOCUMENT_TYPES } from '../../src/domain/document/document-types.ts';

/*
 * What the table of 2023-10-26 says, spelled out apart from it.
 * Mutants that these tests kill: any single letter of the table changed, in answer or in case; a row left out, doubled or of
 * another width; two columns exchanged; the current version not registered.
 */

const types = DOCUMENT_TYPES.map(({ code }) => code);
const columns = Object.keys(COLUMNS) as Column[];
const roles = columns.filter(column => column.startsWith('role-'));
const healthProfessions = columns.filter(column => !roles.includes(column));

/** Said by the sources that the header of the data file names. */
const CONFIRMED: Readonly<
  Partial<Record<Column, { readonly yes: readonly string[]; readonly no: readonly string[] }>>
> = {
  medecin: { yes: types.filter(type => type !== 'ATTEST-RESID'), no: ['ATTEST-RESID'] },
  infirmier: {
    yes: ['83981-1', 'DOCPAT03', 'DOCPAT06', '47420-5', '11502-2', '15507-7', '56445-0', 'PROT_ALD'],
    no: ['75496-0', '68599-0', '83901-9', '68817-6', '89601-9'],
  },
  'chirurgien-dentiste': { yes: [], no: ['80788-3', '75496-0', '83981-1', '83901-9', '68599-0', 'EXPPAT_3'] },
  'pedicure-podologue': { yes: [], no: ['15508-5'] },
  'role-coordination': {
    yes: [],
    no: [
      ...['15507-7', 'BIL_AUTO', '34794-8', '34112-3', '11506-3'],
      ...['CERT_DECL', '89601-9', '57828-6', '57832-8', '57833-6'],
    ],
  },
};

const NOT_READ_BY_DEFAULT = [
  ...['68599-0', '83901-9', 'EXPPAT_3', 'PIECE-IDENTITE'],
  ...['ATTEST-ASS-COMPL', 'ATTEST-RESID', 'ATTEST-HEBGT', 'ATTEST-DROITS-AM'],
  ...['DOCPAT09', 'FEUILLE-DE-STYLE', 'EXPORT_DUI', '51851-4', 'E1762'],
];
const READ_BY_ROLES = [
  ...['FICHE-CONTACTS', '28653-4', '34842-5', '80788-3', '80771-9', '83981-1', '88348-8', 'EXPPAT_1'],
];

describe.each([...MATRICES])('every registered table, here %s', (version, matrix) => {
  it('is known by its date', () => {
    expect(matrix.version).toBe(version);
    expect(version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('is whole', () => {
    const [first, ...others] = [...matrix.cells.values()];
    for (const other of others) expect([...other.keys()]).toEqual([...(first?.keys() ?? [])]);
    for (const column of matrix.cells.values()) {
      for (const letter of column.values()) expect(letter).toMatch(/^[YNyn]$/);
    }
  });
});

it('is in force in a version that old traces will find again', () => {
  expect(CURRENT_MATRIX.version).toBe('2023-10-26');
  expect(MATRICES.get('2023-10-26')).toBe(CURRENT_MATRIX);
  expect(MATRICES.get('2023-10-27')).toBeUndefined();
});

describe('the table of 2023-10-26', () => {
  const { version, columns: listed, rows } = MATRIX_2023_10_26;
  const matrix = matrixFrom(MATRIX_2023_10_26);

  it('has one row for each of the 114 types, one of four letters for each column', () => {
    expect(version).toBe('2023-10-26');
    expect(listed).toEqual(columns);
    expect(rows.map(([, type]) => type)).toEqual(types);
    for (const [letters] of rows) expect(letters).toMatch(/^[YNyn]{23}$/);
  });

  const cells = columns.flatMap(column => types.map(type => ({ column, type })));
  const confirmed = ({ column, type }: { column: Column; type: string }): boolean | undefined =>
    CONFIRMED[column]?.yes.includes(type) ? true : CONFIRMED[column]?.no.includes(type) ? false : undefined;

  it('has as official exactly the confirmed cells, each with its answer', () => {
    const official = cells.filter(({ column, type }) => basisOf(matrix, column, type) === 'official');
    expect(official).toEqual(cells.filter(cell => confirmed(cell) !== undefined));
    for (const cell of official)
      expect(mayRead(matrix, cell.column, cell.type), JSON.stringify(cell)).toBe(confirmed(cell));
    expect(official.length).toBe(114 + 13 + 6 + 1 + 10);
  });

  it('lets health professions read by default what is not kept from them', () => {
    for (const column of healthProfessions) {
      const byDefault = types.filter(type => confirmed({ column, type }) === undefined);
      expect(byDefault.filter(type => !mayRead(matrix, column, type))).toEqual(
        byDefault.filter(type => NOT_READ_BY_DEFAULT.includes(type)),
      );
    }
  });

  it('lets roles read by default eight types', () => {
    for (const column of roles) {
      expect(types.filter(type => mayRead(matrix, column, type)).sort()).toEqual([...READ_BY_ROLES].sort());
    }
  });

  it('gives no profession more than a physician', () => {
    for (const { column, type } of cells) {
      expect(mayRead(matrix, column, type) && !mayRead(matrix, 'medecin', type)).toBe(false);
    }
  });

  it('denies whatever it does not list', () => {
    for (const column of [...columns, null]) {
      for (const type of ['99999-9', 'SYNTHESE', '']) {
        expect(mayRead(matrix, column, type)).toBe(false);
        expect(basisOf(matrix, column, type)).toBe('not-listed');
      }
    }
    const student = columnOf({ profession: 'G16_10', specialty: null, sector: 'SA01' });
    expect(types.some(type => mayRead(matrix, student, type))).toBe(false);
  });

  it('has something to read in every column', () => {
    expect(columns.filter(column => !readsSomething(matrix, column))).toEqual([]);
  });
});
