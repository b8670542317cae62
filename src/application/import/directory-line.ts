import type { DirectoryEntry } from '../../domain/directory/directory.ts';
import { searchWords } from '../../domain/directory/search-words.ts';
import { isFiness, isRpps } from '../../domain/shared/identifiers.ts';
import { professionOf } from '../../domain/shared/professions.ts';

/**
 * The columns that are read of the public extract of the Annuaire santé, `PS_LibreAcces_Personne_activite`, by what we call
 * them. No official description was at hand: the names are those that several public programs read from the file (editions
 * of 2021 to 2026), which agree on all of these. They differ on columns that are not read here: the code of the department,
 * the labels of civility, role and kind of activity, and whether the last four are there at all.
 */
export const DIRECTORY_COLUMNS = {
  identifierType: "Type d'identifiant PP",
  identifier: 'Identifiant PP',
  familyName: "Nom d'exercice",
  givenName: "Prénom d'exercice",
  profession: 'Code profession',
  professionLabel: 'Libellé profession',
  category: 'Code catégorie professionnelle',
  skill: 'Code savoir-faire',
  skillLabel: 'Libellé savoir-faire',
  finess: 'Numéro FINESS site',
  name: 'Raison sociale site',
  sign: 'Enseigne commerciale site',
  streetNumber: 'Numéro Voie (coord. structure)',
  streetNumberSuffix: 'Indice répétition voie (coord. structure)',
  streetType: 'Libellé type de voie (coord. structure)',
  streetName: 'Libellé Voie (coord. structure)',
  office: 'Bureau cedex (coord. structure)',
  postalCode: 'Code postal (coord. structure)',
  communeCode: 'Code commune (coord. structure)',
  commune: 'Libellé commune (coord. structure)',
  phone: 'Téléphone (coord. structure)',
  sector: "Code secteur d'activité",
  sectorLabel: "Libellé secteur d'activité",
  section: 'Code section tableau pharmaciens',
  sectionLabel: 'Libellé section tableau pharmaciens',
} as const;
export type DirectoryColumn = keyof typeof DIRECTORY_COLUMNS;

/** `not-rpps`: known by another number (ADELI, `0`); nobody signs in or is authorised by it. */
export type DirectoryLineFlaw =
  | 'unreadable'
  | 'not-rpps'
  | 'rpps-invalid'
  | 'name-missing'
  | 'profession-invalid'
  | 'finess-invalid';

export type DirectoryCells = Readonly<Record<DirectoryColumn, string>>;

const RPPS_TYPE = '8';
const PROFESSION = /^[0-9A-Z]{1,10}$/;
/** What stands where something was no UTF-8. */
const REPLACEMENT = '\uFFFD';

/**
 * A line as an entry, or everything that is wrong with it, in words that repeat nothing of it. Cells are trimmed, and hold
 * nothing unseen, such as what turns the writing round; empty ones are null. Codes that cannot be what they should be are left out, names and numbers of people and places are not.
 */
export const entryOfLine = (
  cells: DirectoryCells,
):
  | { readonly ok: true; readonly entry: DirectoryEntry }
  | { readonly ok: false; readonly flaws: readonly DirectoryLineFlaw[] } => {
  const of = (column: DirectoryColumn): string | null => readable(cells[column]) || null;
  const rpps = of('identifier') ?? '';
  const familyName = of('familyName') ?? '';
  const profession = of('profession') ?? '';
  const finess = of('finess');
  const isRppsNumber = cells.identifierType.trim() === RPPS_TYPE;

  const flaws: DirectoryLineFlaw[] = [];
  if (Object.values(cells).some(cell => cell.includes(REPLACEMENT))) flaws.push('unreadable');
  if (!isRppsNumber) flaws.push('not-rpps');
  else if (!isRpps(rpps)) flaws.push('rpps-invalid');
  if (searchWords(familyName).length === 0) flaws.push('name-missing');
  if (!PROFESSION.test(profession)) flaws.push('profession-invalid');
  if (finess !== null && !isFiness(finess)) flaws.push('finess-invalid');
  if (flaws.length > 0) return { ok: false, flaws };

  const name = of('name') ?? of('sign');
  const sign = of('sign');
  const skill = of('skill');
  return {
    ok: true,
    entry: {
      rpps,
      familyName,
      givenName: of('givenName') ?? '',
      activity: {
        profession: professionOf(profession, of('category')),
        professionLabel: of('professionLabel'),
        specialty: skill ?? of('section'),
        specialtyLabel: skill === null ? of('sectionLabel') : of('skillLabel'),
        finess,
        name,
        sign: sign === name ? null : sign,
        sector: of('sector'),
        sectorLabel: of('sectorLabel'),
        street: streetOf(of),
        postalCode: like(/^\d{5}$/, of('postalCode')),
        communeCode: like(/^\d[0-9AB]\d{3}$/, of('communeCode')),
        commune: of('commune') ?? communeOf(of('office')),
        phone: of('phone'),
      },
    },
  };
};

const readable = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cf}+/gu, '')
    .trim();

const like = (pattern: RegExp, text: string | null): string | null =>
  text !== null && pattern.test(text) ? text : null;

const streetOf = (of: (column: DirectoryColumn) => string | null): string | null => {
  const number = [of('streetNumber'), of('streetNumberSuffix')].filter(part => part !== null).join(' ');
  return [number, of('streetType'), of('streetName')].filter(Boolean).join(' ') || null;
};

/** Where the commune is left empty the distributing office often names it: `25304 PONTARLIER CEDEX`. */
const communeOf = (office: string | null): string | null =>
  office?.replace(/^\d{5}\s+/, '').replace(/\s+CEDEX(?:\s+\d+)?$/i, '') || null;
