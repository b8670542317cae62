import { type Activity, type DirectoryProfessional, MAX_ACTIVITIES, type Structure } from './directory.ts';
import { isAt, type Place } from './place.ts';
import { hasWords, searchWords } from './search-words.ts';

/** Null or empty: whatever it is. */
export type ProfessionalSearch = {
  /** Beginnings of words of the name, compared as `searchWords` has them. */
  readonly name: readonly string[];
  readonly profession: string | null;
  readonly specialty: string | null;
  readonly place: Place | null;
};

export type StructureSearch = { readonly name: readonly string[]; readonly place: Place | null };

/** Somebody of that name, with one activity that is all of the rest: the cardiologist here, not one who is elsewhere. */
export const isFound = (
  { familyName, givenName, activities }: DirectoryProfessional,
  { name, ...wanted }: ProfessionalSearch,
): boolean =>
  hasWords(searchWords(`${familyName} ${givenName}`), name) && activities.some(activity => isWanted(activity, wanted));

const isWanted = (activity: Activity, { profession, specialty, place }: Omit<ProfessionalSearch, 'name'>): boolean =>
  (profession === null || activity.profession === profession) &&
  (specialty === null || activity.specialty === specialty) &&
  (place === null || isAt(activity, place));

export const isStructureFound = (structure: Structure, { name, place }: StructureSearch): boolean =>
  hasWords(structureWords(structure), name) && (place === null || isAt(structure, place));

export const structureWords = ({ name, sign }: Structure): readonly string[] => searchWords(`${name} ${sign ?? ''}`);

/** `activity` among those already kept of the same person: itself, twice over, or one too many. */
export const isAnother = (kept: readonly Activity[], activity: Activity): boolean =>
  kept.length < MAX_ACTIVITIES && !kept.some(one => sameActivity(one, activity));

const sameActivity = (one: Activity, other: Activity): boolean =>
  (Object.keys(one) as (keyof Activity)[]).every(field => one[field] === other[field]);
