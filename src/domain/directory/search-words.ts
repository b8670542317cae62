/** Letters that do not come apart into a base and an accent. */
const SPELLED_OUT: Readonly<Record<string, string>> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd' };

/**
 * The words of a name or a place as they are compared: without case and accents, cut at everything that is neither letter
 * nor digit. `SAINT-ÉTIENNE` → `saint`, `etienne`.
 */
export const searchWords = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[œæßøłđ]/g, letter => SPELLED_OUT[letter] ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '');

/** Each of `wanted` is the beginning of one of `words`, in any order. */
export const hasWords = (words: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every(start => words.some(word => word.startsWith(start)));

/** Words of one search. */
const MAX_WORDS = 6;
const WORD = '[\\p{L}\\p{M}\\p{N}]+';
const BETWEEN = '[^\\p{L}\\p{M}\\p{N}]';
const WORDS = `${BETWEEN}*${WORD}(?:${BETWEEN}+${WORD}){0,${MAX_WORDS - 1}}${BETWEEN}*`;
const TWO_LETTERS = '(?=(?:[^\\p{L}\\p{N}]*[\\p{L}\\p{N}]){2})';
const A_LETTER = '(?=[^\\p{L}]*\\p{L})';

/** What can be looked for as a name (Unicode): one to six words, two letters or digits at least in all. */
export const NAME_PATTERN = `^${TWO_LETTERS}${WORDS}$`;
/** As a place: a postal code, the code of a department, or words like those of a name, with a letter. */
export const PLACE_PATTERN = `^(?:\\d{5}|\\d{2}|9[78]\\d|2[ABab]|${A_LETTER}${TWO_LETTERS}${WORDS})$`;

const NAME = new RegExp(NAME_PATTERN, 'u');
const PLACE = new RegExp(PLACE_PATTERN, 'u');

/** Counted again as they are compared: a single sign can stand for several words. */
export const isSearchedName = (text: string): boolean => NAME.test(text) && isFewWords(text);
export const isSearchedPlace = (text: string): boolean => PLACE.test(text) && isFewWords(text);

const isFewWords = (text: string): boolean => {
  const { length } = searchWords(text);
  return length > 0 && length <= MAX_WORDS;
};
