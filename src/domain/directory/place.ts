import type { Site } from './directory.ts';
import { hasWords, searchWords } from './search-words.ts';

/** Where to look: a postal code, a department by its code, or a commune by the beginnings of its words. */
export type Place =
  | { readonly kind: 'postal-code'; readonly code: string }
  | { readonly kind: 'department'; readonly code: string }
  | { readonly kind: 'commune'; readonly words: readonly string[] };

const POSTAL_CODE = /^\d{5}$/;
/** 01–95, Corsica's 2A and 2B, three digits overseas. */
const DEPARTMENT = /^(?:\d{2}|2[AB]|9[78]\d)$/;

/** As somebody writes it: `51100`, `2A`, `974`, `Saint-Étienne`. */
export const placeOf = (text: string): Place => {
  const code = text.trim().toUpperCase();
  if (POSTAL_CODE.test(code)) return { kind: 'postal-code', code };
  if (DEPARTMENT.test(code)) return { kind: 'department', code };
  return { kind: 'commune', words: searchWords(text) };
};

/**
 * By the commune's INSEE code, and by the postal code where there is none. A postal code does not always say it (offices
 * serve neighbours across the border); of Corsica 200 and 201 are the south.
 */
export const departmentOf = ({ communeCode, postalCode }: Pick<Site, 'communeCode' | 'postalCode'>): string | null => {
  if (communeCode !== null) return beginningOf(communeCode);
  if (postalCode === null) return null;
  if (!postalCode.startsWith('20')) return beginningOf(postalCode);
  return /^20[01]/.test(postalCode) ? '2A' : '2B';
};

const beginningOf = (code: string): string => code.slice(0, /^9[78]/.test(code) ? 3 : 2);

export const isAt = (site: Site, place: Place): boolean => {
  switch (place.kind) {
    case 'postal-code':
      return site.postalCode === place.code;
    case 'department':
      return departmentOf(site) === place.code;
    case 'commune':
      return hasWords(searchWords(site.commune ?? ''), place.words);
  }
};
