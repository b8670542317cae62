import type { CalendarDate } from '../shared/time.ts';
import { COMMON_WORDS } from './common-words.ts';

export const PASSWORD_FLAWS = [
  'password-too-short',
  'password-too-long',
  'password-with-space',
  'password-without-lower-case',
  'password-without-upper-case',
  'password-without-digit',
  'password-without-special-character',
  'password-with-personal-data',
  'password-too-easy-to-guess',
] as const;
export type PasswordFlaw = (typeof PASSWORD_FLAWS)[number];

/** Code points: a character outside the basic plane counts once. The least is published; the most is decided, and bounds the work. */
export const PASSWORD_MIN_LENGTH = 9;
export const PASSWORD_MAX_LENGTH = 128;

/** What must not be part of the person's password. */
export type PersonalData = {
  readonly names: readonly string[];
  readonly birthDate: CalendarDate;
  /** NIR with its key. */
  readonly nir: string;
  readonly login: string;
  readonly email: string | null;
  readonly mobile: string | null;
};

/** Everything that is wrong with `password`, the first thing first; empty where it may be taken. */
export const passwordFlaws = (password: string, personal: PersonalData): readonly PasswordFlaw[] => {
  const { length } = [...password];
  if (length > PASSWORD_MAX_LENGTH) return ['password-too-long'];
  const flaws: PasswordFlaw[] = [];
  if (length < PASSWORD_MIN_LENGTH) flaws.push('password-too-short');
  if (/[\s\p{C}]/u.test(password)) flaws.push('password-with-space');
  if (!/\p{Ll}/u.test(password)) flaws.push('password-without-lower-case');
  if (!/\p{Lu}/u.test(password)) flaws.push('password-without-upper-case');
  if (!/\d/.test(password)) flaws.push('password-without-digit');
  if (!/[^\p{L}\p{N}\s\p{C}]/u.test(password)) flaws.push('password-without-special-character');
  if (holdsPersonalData(password, personal)) flaws.push('password-with-personal-data');
  if (guessable(password)) flaws.push('password-too-easy-to-guess');
  return flaws;
};

/** Shorter parts of a name or an address turn up in any password. */
const NAME_MIN_LENGTH = 3;
const ADDRESS_PART_MIN_LENGTH = 4;
/** Digits in a row shared with the NIR or the mobile number. */
const NUMBER_PART_LENGTH = 6;

const holdsPersonalData = (password: string, personal: PersonalData): boolean => {
  const written = fold(password);
  const read = readAsLetters(written);
  const words = [
    ...personal.names.flatMap(name => wordsOf(name, NAME_MIN_LENGTH)),
    ...wordsOf(personal.email?.split('@')[0] ?? '', ADDRESS_PART_MIN_LENGTH),
    ...wordsOf(personal.login, ADDRESS_PART_MIN_LENGTH),
    fold(personal.login),
  ];
  if (words.some(word => written.includes(word) || read.includes(readAsLetters(word)))) return true;
  const digits = written.replace(/(?<=\d)[-/._](?=\d)/g, '');
  if (datesOf(personal.birthDate).some(date => digits.includes(date))) return true;
  return [personal.nir.toLowerCase(), personal.mobile?.replace(/\D/g, '') ?? ''].some(number =>
    partsOf(number, NUMBER_PART_LENGTH).some(part => digits.includes(part)),
  );
};

/** Lower case without accents: `Élodie` is found in `elodie`. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const LETTERS_READ: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** `p4ssw0rd` as people read it. One character for one, so that places stay comparable. */
const readAsLetters = (folded: string): string => folded.replace(/[013457@$!]/g, sign => LETTERS_READ[sign] ?? sign);

const wordsOf = (text: string, minLength: number): string[] =>
  fold(text)
    .split(/[^a-z0-9]+/)
    .filter(word => word.length >= minLength);

/** The year, and the whole date in the orders in which people write it. */
const datesOf = (date: CalendarDate): string[] => {
  const [year = '', month = '', day = ''] = date.split('-');
  const short = year.slice(2);
  return [year, day + month + short, short + month + day];
};

const partsOf = (number: string, length: number): string[] =>
  Array.from({ length: Math.max(0, number.length - length + 1) }, (_, start) => number.slice(start, start + length));

/** A word, a row of keys, a year or a repetition is worth this many characters to somebody who guesses. Decided. */
const PATTERN_WORTH = 2;
/** Characters that must be left when each pattern counts as `PATTERN_WORTH`. Decided. */
const MIN_WORTH = 7;
const RUN_MIN_LENGTH = 3;
const ROWS = ['azertyuiop', 'qsdfghjklm', 'wxcvbn', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'abcdefghijklmnopqrstuvwxyz'];
const NEIGHBOURS = [...ROWS, '01234567890'].flatMap(row => [row, [...row].reverse().join('')]);
const YEAR = /^(?:19|20)\d\d/;

const guessable = (password: string): boolean => {
  const written = fold(password);
  const read = readAsLetters(written);
  let worth = 0;
  for (let place = 0; place < written.length; ) {
    const pattern = patternAt(written, read, place);
    worth += pattern > 0 ? PATTERN_WORTH : 1;
    place += Math.max(1, pattern);
  }
  return worth < MIN_WORTH;
};

/** How many characters from `place` on anyone would guess together; 0: none. */
const patternAt = (written: string, read: string, place: number): number => {
  const rest = written.slice(place);
  const word = COMMON_WORDS.find(each => rest.startsWith(each) || read.startsWith(each, place));
  const year = YEAR.test(rest) ? 4 : 0;
  return Math.max(word?.length ?? 0, year, repetitionIn(rest), neighboursIn(rest));
};

/** `aaaa`, `121212`, `abcabc`: the length of one to four characters that come at least three, or two, times. */
const repetitionIn = (rest: string): number => {
  const match = /^(?:(.)\1{2,}|(.{2,4})\2+)/u.exec(rest);
  return match?.[0].length ?? 0;
};

const neighboursIn = (rest: string): number => {
  let length = 0;
  while (length < rest.length && NEIGHBOURS.some(row => row.includes(rest.slice(0, length + 1)))) length += 1;
  return length >= RUN_MIN_LENGTH ? length : 0;
};
