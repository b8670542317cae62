import type { Activity, DirectoryEntry, Site, Structure } from '../../../domain/directory/directory.ts';
import { departmentOf, type Place } from '../../../domain/directory/place.ts';
import { type ProfessionalSearch, type StructureSearch, structureWords } from '../../../domain/directory/search.ts';
import { searchWords } from '../../../domain/directory/search-words.ts';

/** What a term is, by its first letter. */
const NAME = 'n';
const PROFESSION = 'p';
const SPECIALTY = 's';
const COMMUNE = 'c';
const POSTAL_CODE = 'z';
const DEPARTMENT = 'd';

const joined = (terms: readonly (string | null)[]): string => [...new Set(terms)].filter(Boolean).join(' ');
/** One word whatever the code holds: the underscore belongs to words. */
const withLetter = (letter: string, code: string): string => letter + code.replace(/[^A-Za-z0-9]/g, '_');
const coded = (letter: string, code: string | null): string | null => (code === null ? null : withLetter(letter, code));

export const nameTerms = ({ familyName, givenName }: Pick<DirectoryEntry, 'familyName' | 'givenName'>): string =>
  joined(searchWords(`${familyName} ${givenName}`).map(word => NAME + word));

export const activityTerms = (activity: Activity): string =>
  joined([coded(PROFESSION, activity.profession), coded(SPECIALTY, activity.specialty), ...siteTerms(activity)]);

export const structureTerms = (structure: Structure): string =>
  joined([...structureWords(structure).map(word => NAME + word), ...siteTerms(structure)]);

const siteTerms = (site: Site): readonly (string | null)[] => [
  coded(POSTAL_CODE, site.postalCode),
  coded(DEPARTMENT, departmentOf(site)),
  ...searchWords(site.commune ?? '').map(word => COMMUNE + word),
];

/** The search in the language of FTS5; null: everything. */
export const professionalQuery = ({ name, profession, specialty, place }: ProfessionalSearch): string | null =>
  all([
    ...name.map(word => beginning(NAME + word)),
    ...(profession === null ? [] : [exact(withLetter(PROFESSION, profession))]),
    ...(specialty === null ? [] : [exact(withLetter(SPECIALTY, specialty))]),
    ...placeQuery(place),
  ]);

export const structureQuery = ({ name, place }: StructureSearch): string | null =>
  all([...name.map(word => beginning(NAME + word)), ...placeQuery(place)]);

const placeQuery = (place: Place | null): readonly string[] => {
  switch (place?.kind) {
    case undefined:
      return [];
    case 'postal-code':
      return [exact(withLetter(POSTAL_CODE, place.code))];
    case 'department':
      return [exact(withLetter(DEPARTMENT, place.code))];
    case 'commune':
      return place.words.map(word => beginning(COMMUNE + word));
  }
};

/** Quoted: nothing of a term is an operator, and none of them holds a quote. */
const exact = (term: string): string => `"${term}"`;
const beginning = (term: string): string => `"${term}" *`;
const all = (terms: readonly string[]): string | null => (terms.length === 0 ? null : terms.join(' AND '));
