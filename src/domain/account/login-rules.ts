import { isNir } from '../shared/identifiers.ts';

export type LoginFlaw =
  | 'login-too-short'
  | 'login-too-long'
  | 'login-is-email'
  | 'login-is-nir'
  | 'login-is-iban'
  | 'login-with-forbidden-character';

/** Characters. The least is published, the most is decided. */
export const LOGIN_MIN_LENGTH = 8;
export const LOGIN_MAX_LENGTH = 64;

/** Lower-case letters without accents, digits, and `. - _`. */
const ALLOWED = /^[a-z0-9._-]*$/;

/**
 * Why `login` may not be one, or null. Neither an e-mail address, nor a NIR, nor an IBAN, however it is spaced: a login
 * is shown and written down, they are not to be.
 */
export const loginFlaw = (login: string): LoginFlaw | null => {
  if (login.length < LOGIN_MIN_LENGTH) return 'login-too-short';
  if (login.length > LOGIN_MAX_LENGTH) return 'login-too-long';
  if (login.includes('@')) return 'login-is-email';
  const bare = login.toUpperCase().replace(/[\s._-]/g, '');
  if (isNir(bare) || NIR_WITHOUT_KEY.test(bare)) return 'login-is-nir';
  if (isIban(bare)) return 'login-is-iban';
  return ALLOWED.test(login) ? null : 'login-with-forbidden-character';
};

const NIR_WITHOUT_KEY = /^[12]\d{4}(?:\d{2}|2[AB])\d{6}$/;
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** ISO 13616: country and check digits moved behind, letters as 10 to 35, the number is 1 modulo 97. */
const isIban = (text: string): boolean => {
  if (!IBAN.test(text)) return false;
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
};
