import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailAddress, mobileNumber } from '../../src/domain/account/contacts.ts';
import { loginFlaw } from '../../src/domain/account/login-rules.ts';
import { passwordFlaws } from '../../src/domain/account/password-rules.ts';

/*
 * Mutants killed: a bound off by one in either length; the IBAN's check digits or the NIR's key ignored; separators that
 * hide either; each class of characters left out; names compared with accents or capitals; leet digits not read; the NIR
 * compared as a whole only; a word, a row of keys, a year or a repetition that counts in full.
 */

describe('a login', () => {
  it.each(['dominique', 'dom.inique-53_', 'a'.repeat(64), '12345678', 'fr7612345678901234567890123'])(
    '%s may be one',
    login => expect(loginFlaw(login)).toBeNull(),
  );

  it.each([
    ['', 'login-too-short'],
    ['domini7', 'login-too-short'],
    ['a'.repeat(65), 'login-too-long'],
    ['moi@exemple.fr', 'login-is-email'],
    ['253072b07300470', 'login-is-nir'],
    ['2.53.07.2b.073.004.70', 'login-is-nir'],
    ['2790351215189', 'login-is-nir'],
    ['fr7630006000011234567890189', 'login-is-iban'],
    ['fr76-3000-6000-0112-3456-7890-189', 'login-is-iban'],
    ['gb29nwbk60161331926819', 'login-is-iban'],
    ['Dominique', 'login-with-forbidden-character'],
    ['dominiqué', 'login-with-forbidden-character'],
    ['domi nique', 'login-with-forbidden-character'],
    ['domi+nique', 'login-with-forbidden-character'],
    ['dominique\n', 'login-with-forbidden-character'],
  ])('%j is none: %s', (login, flaw) => expect(loginFlaw(login)).toBe(flaw));
});

const personal = {
  names: ['Pat-Trois', 'Élodie Ève Marie-Louise'],
  birthDate: '1953-07-14',
  nir: '253072B07300470',
  login: 'pommier.mauve',
  email: 'jardin.bleu@exemple.fr',
  mobile: '+33612302858',
};
const flaws = (password: string) => passwordFlaws(password, personal);

describe('a password', () => {
  it.each([
    'Tr0ub4dor&3',
    'xK9#mPq2z',
    'Nuage#Gris7',
    'Fenêtre#Ouverte7',
    'Renard-Voile-42',
    'correct-Horse-battery-9',
  ])('%s may be one', password => expect(flaws(password)).toStrictEqual([]));

  it('is between 9 and 128 characters', () => {
    expect(flaws('xK9#mPq2')).toStrictEqual(['password-too-short']);
    const long = `${'xK9#mPq2'.repeat(16)}`;
    expect(flaws(long)).toStrictEqual([]);
    expect(flaws(`${long}z`)).toStrictEqual(['password-too-long']);
  });

  it.each([
    ['XK9#MPQ2Z', 'password-without-lower-case'],
    ['xk9#mpq2z', 'password-without-upper-case'],
    ['xKv#mPqrz', 'password-without-digit'],
    ['xK9emPq2z', 'password-without-special-character'],
    ['xK9# mPq2z', 'password-with-space'],
    ['xK9#\u00a0mPq2z', 'password-with-space'],
    ['xK9#\u0000mPq2z', 'password-with-space'],
  ])('%j: %s', (password, flaw) => expect(flaws(password)).toStrictEqual([flaw]));

  it.each([
    ['a first name', 'xK9#elodiePq'],
    ['a first name without its accent, in capitals', 'xk9#ELODIEpq'],
    ['a short first name without its accent', 'xK9#wEveq'],
    ['a first name in digits', 'xK9#L0ui53Pq'],
    ['part of the birth name', 'xKw9#Trois-q'],
    ['the birth date', 'xK#q14071953'],
    ['the birth date with separators', 'xK#q14/07/53'],
    ['the birth date, year first', 'xK#q530714w'],
    ['the year of birth', 'xK#qz1953w!'],
    ['six characters of the NIR', 'xK#q2B0730w!'],
    ['six digits of the mobile number', 'xK#q302858w!'],
    ['part of the login', 'xK9#Pommier-q'],
    ['part of the e-mail address', 'xK9#Jardin-q7'],
  ])('holds nothing of the person: %s', (_, password) =>
    expect(flaws(password)).toStrictEqual(['password-with-personal-data']),
  );

  it('may hold what is too short to be a name', () =>
    expect(passwordFlaws('xK9#mPq2zLy', { ...personal, names: ['Ly'], email: 'ab.c@exemple.fr' })).toStrictEqual([]));

  it.each([
    'Password1!',
    'P@ssw0rd2024!',
    'Motdepasse2024!',
    'Azerty123!',
    'Qsdfghjklm1!',
    'Aaaaaaaa1!',
    'Aa1!Aa1!Aa1!',
    'Bonjour123!!',
    'Abcdef98765!A',
    'Soleil2024!!',
  ])('%s is what anyone would try', password => expect(flaws(password)).toStrictEqual(['password-too-easy-to-guess']));

  it('is told everything that is wrong with it, in the same order', () =>
    expect(flaws('elodie')).toStrictEqual([
      'password-too-short',
      'password-without-upper-case',
      'password-without-digit',
      'password-without-special-character',
      'password-with-personal-data',
      'password-too-easy-to-guess',
    ]));

  it('never fails, whatever it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 140 }), fc.string({ unit: 'binary' }), (password, name) => {
        expect(Array.isArray(passwordFlaws(password, { ...personal, names: [name] }))).toBe(true);
      }),
    ));
});

describe('contacts', () => {
  it.each([
    ['moi@exemple.fr', 'moi@exemple.fr'],
    [' Prenom.Nom+sante@sous.exemple.co.uk ', 'Prenom.Nom+sante@sous.exemple.co.uk'],
    ['moi@exemple', null],
    ['moi@@exemple.fr', null],
    ['moi exemple@exemple.fr', null],
    ['moi@-exemple.fr', null],
    ['"moi"@exemple.fr', null],
    [`${'a'.repeat(65)}@exemple.fr`, null],
    ['moi@exemple.fr\r\nBcc: tous@exemple.fr', null],
    ['', null],
  ])('e-mail %j is %j', (text, address) => expect(emailAddress(text)).toBe(address));

  it.each([
    ['0612302858', '+33612302858'],
    ['07 12.30-28 58', '+33712302858'],
    ['+33612302858', '+33612302858'],
    ['0033612302858', '+33612302858'],
    ['+32470123456', '+32470123456'],
    ['0112302858', null],
    ['061230285', null],
    ['+0612302858', null],
    ['06123o2858', null],
    ['', null],
  ])('mobile %j is %j', (text, number) => expect(mobileNumber(text)).toBe(number));
});
