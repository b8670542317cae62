/**
 * The identifiers of French health care: format and check digits, as text. Everything is compared as stored, so each has
 * one spelling: no spaces, capitals where there are letters (a UUID: lower case).
 */

/** The identity of a person in health care: `matricule` is a NIR or an NIA with its key, `oid` says which, and if it is real. */
export type Ins = { readonly matricule: string; readonly oid: string };

/** Who assigned the matricule. Source: ANS, référentiel INS; fr-core. */
export const INS_OID = {
  nir: '1.2.250.1.213.1.4.8',
  nia: '1.2.250.1.213.1.4.9',
  nirTest: '1.2.250.1.213.1.4.10',
  nirDemo: '1.2.250.1.213.1.4.11',
} as const;

/** Sex, year, month (01–12, or 20–99 where the month is unknown), département, commune, order, key. */
const NIR = /^[12]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}\d{2}$/;

/** 7 (man) or 8 (woman), then twelve: their structure differs with who gave it out, so the key alone is checked. */
const NIA = /^[78]\d{4}(?:\d{2}|2[AB])\d{6}\d{2}$/;

/**
 * The key of the first thirteen characters of a NIR or NIA, two digits 01–97: 97 − (N mod 97), Corsica's 2A counting as 19
 * and 2B as 18. Source: CNAM, nir-validation. The remainder catches every wrong digit and every swap of neighbours.
 */
export const nirKey = (thirteen: string): string => {
  const number = Number(thirteen.replace('2A', '19').replace('2B', '18'));
  return String(97 - (number % 97)).padStart(2, '0');
};

const hasItsKey = (fifteen: string): boolean => nirKey(fifteen.slice(0, 13)) === fifteen.slice(13);

/** Numéro d'inscription au répertoire with its key, 15 characters, e.g. `253072B07300470`. */
export const isNir = (text: string): boolean => NIR.test(text) && hasItsKey(text);

/** Numéro identifiant d'attente with its key, 15 characters: somebody born abroad whose NIR is not yet given. */
export const isNia = (text: string): boolean => NIA.test(text) && hasItsKey(text);

/** A matricule of the kind its OID says. Test and demonstration OIDs hold: see `isTestOid`. */
export const isIns = ({ matricule, oid }: Ins): boolean => {
  if (oid === INS_OID.nia) return isNia(matricule);
  return (oid === INS_OID.nir || isTestOid(oid)) && isNir(matricule);
};

/** Identities that stand for nobody, to be refused in production. */
export const isTestOid = (oid: string): boolean => oid === INS_OID.nirTest || oid === INS_OID.nirDemo;

/** What the 21 digits printed on a card with a photo begin with; the serial is the 11 that follow. */
const PHOTO_CARD = /^8025000002(\d{11})$/;
const SERIAL = /^\d{8,13}$/;

/**
 * Serial number of a carte Vitale as we keep it, or null: 8 to 13 digits, the 11 last of the 21 where the whole line of a
 * card with a photo was typed. No check digit is known. Source: the published Mon espace santé app.
 */
export const vitaleSerial = (text: string): string | null =>
  PHOTO_CARD.exec(text)?.[1] ?? (SERIAL.test(text) ? text : null);

/** Luhn's check (ISO/IEC 7812-1 annex B) over a text of digits: every wrong digit is caught, most swaps are. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/** A professional: 11 digits with Luhn's check (no official text says so; every real number we know passes). */
export const isRpps = (text: string): boolean => /^\d{11}$/.test(text) && passesLuhn(text);

/** The RPPS in a PSIdNat (OID 1.2.250.1.71.4.2.1), `8` + RPPS; null for the other kinds. Source: ANS, PSIdNat.fsh. */
export const rppsOfPsIdNat = (text: string): string | null => {
  const rpps = text.slice(1);
  return text.startsWith('8') && isRpps(rpps) ? rpps : null;
};

export type PsIdNatKind = 'ADELI' | 'CABINET_ADELI' | 'FINESS' | 'SIREN' | 'SIRET' | 'CABINET_RPPS' | 'RPPS';

/** By the first digit. Where a practice or an establishment comes first, the person is known inside of it alone. */
const PSIDNAT_KINDS: ReadonlyMap<string, PsIdNatKind> = new Map([
  ['0', 'ADELI'],
  ['1', 'CABINET_ADELI'],
  ['3', 'FINESS'],
  ['4', 'SIREN'],
  ['5', 'SIRET'],
  ['6', 'CABINET_RPPS'],
  ['8', 'RPPS'],
]);
/** Enough for a SIRET and an internal number. */
const PSIDNAT = /^\d[\dA-Za-z/.-]{1,63}$/;

/** What kind of number a PSIdNat holds, not checked further; null: it is none. Source: ANS, PSIdNat.fsh. */
export const psIdNatKind = (text: string): PsIdNatKind | null =>
  PSIDNAT.test(text) ? (PSIDNAT_KINDS.get(text.charAt(0)) ?? null) : null;

/** An establishment: 9 characters; those of digits alone carry Luhn's check (inferred from published numbers). */
export const isFiness = (text: string): boolean =>
  /^[0-9A-Z]{9}$/.test(text) && (/[A-Z]/.test(text) || passesLuhn(text));

/** A place of business: 14 digits. The format only: it decides nothing. */
export const isSiret = (text: string): boolean => /^\d{14}$/.test(text);

/** RFC 9562, any version, in lower case only: an id is compared as text, so it has one spelling. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const SHORT_MONTHS = [4, 6, 9, 11];

/** `YYYY-MM-DD`, a day that exists in the Gregorian calendar. */
export const isCalendarDate = (text: string): boolean => {
  const [, year = 0, month = 0, day = 0] = (DATE.exec(text) ?? []).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lastDay = month === 2 ? (leap ? 29 : 28) : SHORT_MONTHS.includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= lastDay;
};

const PHONE_DIGITS_SHOWN = 5;
/** Of a shorter number the last five would give away too much. */
const PHONE_DIGITS_LEAST = 10;

/** The last five digits, `*****02858`; the stars do not say how many there were. */
export const maskPhone = (phone: string): string => {
  const digits = phone.replace(/\D/g, '');
  return `*****${digits.length < PHONE_DIGITS_LEAST ? '' : digits.slice(-PHONE_DIGITS_SHOWN)}`;
};

/** The first character and the domain, `m****@exemple.fr`; no first character where it is the only one. */
export const maskEmail = (email: string): string => {
  const at = email.lastIndexOf('@');
  if (at < 0) return '****';
  const [first = '', ...others] = email.slice(0, at);
  return `${others.length === 0 ? '' : first}****${email.slice(at)}`;
};
