import type { Finess, Rpps } from '../shared/actor.ts';
import { searchWords } from './search-words.ts';

/** Where somebody works, as the directory publishes it: `finess` null for a practice that is no establishment. */
export type Site = {
  readonly finess: Finess | null;
  readonly name: string | null;
  /** The name over the door, where it is another. */
  readonly sign: string | null;
  /** Activity sector (JDV_J02), e.g. `SA07`, and its label. */
  readonly sector: string | null;
  readonly sectorLabel: string | null;
  /** Number and street. */
  readonly street: string | null;
  readonly postalCode: string | null;
  /** INSEE. */
  readonly communeCode: string | null;
  readonly commune: string | null;
  /** As published; digits in most cases. */
  readonly phone: string | null;
};

/** In what capacity somebody works at one site. */
export type Activity = Site & {
  /** Author role code, e.g. `G15_10`. */
  readonly profession: string;
  readonly professionLabel: string | null;
  /** Specialty or pharmacist's section, e.g. `SM54`. */
  readonly specialty: string | null;
  readonly specialtyLabel: string | null;
};

export type DirectoryProfessional = {
  readonly rpps: Rpps;
  readonly familyName: string;
  readonly givenName: string;
  /** At least one, in the order of the file, each once. */
  readonly activities: readonly Activity[];
};

export type Structure = Site & { readonly finess: Finess; readonly name: string };

/** One line of the directory: somebody, and one of their activities. */
export type DirectoryEntry = Omit<DirectoryProfessional, 'activities'> & { readonly activity: Activity };

/** Activities kept of one professional; further ones are left out. */
export const MAX_ACTIVITIES = 50;

/** The establishment of an activity; null where it is none, or has no name. */
export const structureOf = (activity: Activity): Structure | null => {
  const { profession, professionLabel, specialty, specialtyLabel, finess, name, ...site } = activity;
  return finess === null || name === null ? null : { finess, name, ...site };
};

/** A tab stands before every letter and before the space between words, so shorter names come first. */
const BETWEEN_NAMES = '\t';

/** What lists of professionals are sorted by, compared code point by code point; RPPS where it is equal. */
export const professionalKey = ({ familyName, givenName }: Omit<DirectoryEntry, 'rpps' | 'activity'>): string =>
  searchWords(familyName).join(' ') + BETWEEN_NAMES + searchWords(givenName).join(' ');

/** What lists of structures are sorted by; FINESS where it is equal. */
export const structureKey = ({ name }: Pick<Structure, 'name'>): string => searchWords(name).join(' ');
