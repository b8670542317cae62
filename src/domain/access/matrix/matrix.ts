import type { Practice } from '../../shared/professions.ts';

/**
 * The matrice d'habilitation (R.1111-46): which profession reads which type of document. It says nothing of the person's
 * consent. The table itself is dated data in the files beside this one; here is what its columns mean and how it is asked.
 */

/**
 * The columns, with their French labels. NOT the official list: that one has 19 professions, which we have not seen. Known of
 * it: three kinds of pharmacists, and five roles of social and medico-social care (the last five here). The others are the
 * professions of the G15 list, those without a column of their own together in `autre-sante`.
 */
export const COLUMNS = {
  medecin: 'Médecin',
  'sage-femme': 'Sage-femme',
  'pharmacien-officine': "Pharmacien d'officine",
  'pharmacien-pui': 'Pharmacien de pharmacie à usage intérieur',
  'pharmacien-biologiste': 'Pharmacien biologiste',
  infirmier: 'Infirmier',
  'chirurgien-dentiste': 'Chirurgien-dentiste',
  'masseur-kinesitherapeute': 'Masseur-kinésithérapeute',
  'pedicure-podologue': 'Pédicure-podologue',
  orthophoniste: 'Orthophoniste',
  orthoptiste: 'Orthoptiste',
  ergotherapeute: 'Ergothérapeute',
  psychomotricien: 'Psychomotricien',
  dieteticien: 'Diététicien',
  manipulateur: "Manipulateur d'électroradiologie médicale",
  audioprothesiste: 'Audioprothésiste',
  opticien: 'Opticien-lunetier',
  'autre-sante': 'Autre profession de santé',
  'role-coordination': 'Rôle : coordination et orientation',
  'role-administratif': 'Rôle : appui administratif',
  'role-vie-sociale': 'Rôle : vie sociale, professionnelle et éducative',
  'role-accompagnement': 'Rôle : aide et accompagnement',
  'role-direction': 'Rôle : gestion et organisation',
} as const;

export type Column = keyof typeof COLUMNS;

/**
 * One cell. Capital: said by a source. Small: our own conservative default, not official.
 * `Y`, `y` reads; `N`, `n` does not.
 */
export type Letter = 'Y' | 'N' | 'y' | 'n';

/** A table as it is written down: one row per document type, one letter per column in the order of `columns`. */
export type MatrixData = {
  /** `YYYY-MM-DD`, written into every trace. */
  readonly version: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly [letters: string, type: string])[];
};

/** A table ready to be asked. */
export type Matrix = {
  readonly version: string;
  readonly cells: ReadonlyMap<Column, ReadonlyMap<string, Letter>>;
  /** The columns with at least one cell that reads. */
  readonly readers: ReadonlySet<Column>;
};

const permits = (letter: Letter | undefined): boolean => letter === 'Y' || letter === 'y';

/** Tests see to it that every registered table is whole; a letter that was missing would deny. */
export const matrixFrom = ({ version, columns, rows }: MatrixData): Matrix => {
  const columnAt = (at: number) => new Map(rows.map(([letters, type]) => [type, letters.charAt(at) as Letter]));
  const cells = new Map(columns.map((column, at) => [column, columnAt(at)]));
  const readers = new Set(columns.filter((_, at) => rows.some(([letters]) => permits(letters.charAt(at) as Letter))));
  return { version, cells, readers };
};

/** False for a column or a type the table does not list, and for nobody's column (null). */
export const mayRead = (matrix: Matrix, column: Column | null, type: string): boolean =>
  column !== null && permits(matrix.cells.get(column)?.get(type));

export type CellBasis = 'official' | 'conservative-default' | 'not-listed';

/** On what the answer of `mayRead` rests. `official`: a source says so; the header of the data file names it. */
export const basisOf = (matrix: Matrix, column: Column | null, type: string): CellBasis => {
  const letter = column === null ? undefined : matrix.cells.get(column)?.get(type);
  if (letter === undefined) return 'not-listed';
  return letter === 'Y' || letter === 'N' ? 'official' : 'conservative-default';
};

/** Whether there is anything this column may read. */
export const readsSomething = (matrix: Matrix, column: Column | null): boolean =>
  column !== null && matrix.readers.has(column);

const columnsByProfession: ReadonlyMap<string, Column> = new Map(
  (
    [
      ['medecin', 'G15_10'],
      ['sage-femme', 'G15_50'],
      ['infirmier', 'G15_60 G15_69'],
      ['chirurgien-dentiste', 'G15_40'],
      ['masseur-kinesitherapeute', 'G15_70'],
      ['pedicure-podologue', 'G15_80'],
      ['orthophoniste', 'G15_91'],
      ['orthoptiste', 'G15_92'],
      ['ergotherapeute', 'G15_94'],
      ['psychomotricien', 'G15_96'],
      ['dieteticien', 'G15_95'],
      ['manipulateur', 'G15_98'],
      ['audioprothesiste', 'G15_26'],
      ['opticien', 'G15_28'],
      ['autre-sante', 'G15_31 G15_32 G15_35 G15_36 G15_37 G15_38 G15_39 G15_81 G15_82 G15_83 G15_84 G15_85 G15_86'],
      // Which role belongs to which of the five kinds is our reading of the labels; a role in doubt is in none.
      ['role-coordination', '301 308 309 310 330 336'],
      ['role-administratif', '331 332'],
      ['role-vie-sociale', '41 300 304 319 320 322 324 325 326 327 368'],
      ['role-accompagnement', '302 318 323 328 350 367'],
      ['role-direction', '333 359'],
    ] as const
  ).flatMap(([column, codes]) => codes.split(' ').map(code => [code, column] as const)),
);

/** Sections of the Ordre (`E…`: overseas). B and C, industry and wholesale, care for nobody. */
const columnsBySection: ReadonlyMap<string | null, Column | null> = new Map([
  ...['A', 'D', 'DA', 'DM', 'EA', 'ED'].map(section => [section, 'pharmacien-officine'] as const),
  ...['H', 'EH'].map(section => [section, 'pharmacien-pui'] as const),
  ...['G', 'EG'].map(section => [section, 'pharmacien-biologiste'] as const),
  ...['B', 'C', 'EB', 'EC'].map(section => [section, null] as const),
]);

/** Where the section is not told or does not tell (E, M): pharmacies, hospitals, laboratories (JDV_J02). */
const pharmacistsBySector: ReadonlyMap<string | null, Column> = new Map([
  ...['SA33', 'SA38', 'SA39', 'SA65'].map(sector => [sector, 'pharmacien-officine'] as const),
  ...['SA01', 'SA02', 'SA03', 'SA04', 'SA36'].map(sector => [sector, 'pharmacien-pui'] as const),
  ...['SA25', 'SA29', 'SA59'].map(sector => [sector, 'pharmacien-biologiste'] as const),
]);

/**
 * The column somebody falls into, or null: not listed, so nothing is read. Null for those in training
 * (rather than their supervisor's column: ours), for titles outside the health professions, for a pharmacist of unknown kind.
 * A change here changes decisions: it makes a new version of the rule book.
 */
export const columnOf = ({ profession, specialty, sector }: Practice): Column | null => {
  if (profession !== 'G15_21') return columnsByProfession.get(profession) ?? null;
  const bySection = columnsBySection.get(specialty);
  return bySection === undefined ? (pharmacistsBySector.get(sector) ?? null) : bySection;
};
