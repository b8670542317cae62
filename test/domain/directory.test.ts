/*
 * Mutants that these tests caught: accents kept; `œ` left as it is; a hyphen that does not part words; a word more, or a
 * letter less, let through; `2a` not read as Corsica; the postal code asked before the commune's; overseas cut to two
 * digits; the south of Corsica in the north.
 */
import { describe, expect, it } from 'vitest';
import { professionalKey } from '../../src/domain/directory/directory.ts';
import { departmentOf, placeOf } from '../../src/domain/directory/place.ts';
import { isSearchedName, isSearchedPlace, searchWords } from '../../src/domain/directory/search-words.ts';
import { professionOf } from '../../src/domain/shared/professions.ts';

describe('words', () => {
  it.each([
    ['LE GOFF-ÉVRARD', ['le', 'goff', 'evrard']],
    ["D'ŒUVRAY", ['d', 'oeuvray']],
    ['Nun\u0303ez', ['nunez']],
    ['  Straße 15e, ', ['strasse', '15e']],
    ['ﬁnet 𝒜li', ['finet', 'ali']],
    ['İpek Łukasz', ['ipek', 'lukasz']],
    ['李 – ', ['李']],
    ['…', []],
  ])('of %s', (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });
});

describe('what can be looked for', () => {
  it.each(['ma', 'J M', 'Le Goff', 'a b c d e f', '李明', '4x'])('as a name: %s', name => {
    expect(isSearchedName(name)).toBe(true);
  });
  it.each(['', 'm', "d'", '-', ' m ', 'a b c d e f g', 'é', 'ﷺﷺ'])('not as a name: %s', name => {
    expect(isSearchedName(name)).toBe(false);
  });
  it.each(['51100', '51', '2A', '2b', '974', 'Reims', 'Saint-Étienne', 'Paris 15', 'Ay'])('as a place: %s', place => {
    expect(isSearchedPlace(place)).toBe(true);
  });
  it.each(['', '5', '511', '5110', '511000', '999', '15 16', 'X', '-'])('not as a place: %s', place => {
    expect(isSearchedPlace(place)).toBe(false);
  });
});

describe('a place', () => {
  it.each([
    ['51100', { kind: 'postal-code', code: '51100' }],
    ['51', { kind: 'department', code: '51' }],
    ['2a', { kind: 'department', code: '2A' }],
    ['974', { kind: 'department', code: '974' }],
    ['Saint-Étienne', { kind: 'commune', words: ['saint', 'etienne'] }],
    ['2Ab', { kind: 'commune', words: ['2ab'] }],
  ])('%s is what it says', (text, place) => expect(placeOf(text)).toEqual(place));

  it.each([
    ['25462', '70000', '25'],
    ['2A004', null, '2A'],
    ['97411', null, '974'],
    ['98818', null, '988'],
    [null, '25304', '25'],
    [null, '97400', '974'],
    [null, '20090', '2A'],
    [null, '20137', '2A'],
    [null, '20200', '2B'],
    [null, '20600', '2B'],
    [null, null, null],
  ])('of commune %s and postal code %s is in %s', (communeCode, postalCode, department) => {
    expect(departmentOf({ communeCode, postalCode })).toBe(department);
  });
});

it('a shorter family name stands before a longer one, whatever the given names', () => {
  const keys = [
    ['Martin', 'Zoé'],
    ['Martin Dupont', 'Anne'],
    ['Martineau', 'Anne'],
  ].map(([familyName = '', givenName = '']) => professionalKey({ familyName, givenName }));
  expect(keys.toSorted()).toEqual(keys);
});

it.each([
  ['10', 'C', 'G15_10'],
  ['10', 'E', 'G16_10'],
  ['301', 'C', '301'],
  ['10', null, 'G15_10'],
  ['93', 'C', '93'],
])('profession %s of category %s is %s', (code, category, profession) => {
  expect(professionOf(code, category)).toBe(profession);
});
