import { emailAddress, mobileNumber } from '../../domain/account/contacts.ts';
import type { Person } from '../../domain/enrolment/person.ts';
import {
  INS_OID,
  isCalendarDate,
  isIns,
  isNia,
  isNir,
  isTestOid,
  vitaleSerial,
} from '../../domain/shared/identifiers.ts';
import type { Instant } from '../../domain/shared/time.ts';

/** Columns of the health insurance's file. All may be empty but those in `REQUIRED_COLUMNS`. */
export const COLUMNS = [
  'nir',
  'oid',
  'birthName',
  'firstNames',
  'birthDate',
  'sex',
  'birthPlace',
  'vitaleSerial',
  'vitaleSerial2',
  'email',
  'mobile',
  'postalAddress',
  'parentNirs',
  'ibanLast5',
] as const;
export type Column = (typeof COLUMNS)[number];

export const REQUIRED_COLUMNS: readonly Column[] = ['nir', 'birthName', 'firstNames', 'birthDate', 'sex'];

export type LineFlaw =
  | 'unreadable'
  | 'nir-invalid'
  | 'oid-unknown'
  | 'oid-not-for-production'
  | 'birth-name-invalid'
  | 'first-names-invalid'
  | 'birth-date-invalid'
  | 'birth-date-in-the-future'
  | 'sex-invalid'
  | 'birth-place-invalid'
  | 'vitale-serial-invalid'
  | 'vitale-serial-missing'
  | 'email-invalid'
  | 'mobile-invalid'
  | 'postal-address-too-long'
  | 'parent-nir-invalid'
  /** The register lists children under a parent's NIR: here a child has an INS of their own. */
  | 'nir-is-parents'
  | 'iban-end-invalid';

/** What a line says of one person. */
export type InsuredLine = {
  readonly person: Omit<Person, 'parents'>;
  /** The parent who declared the child first. */
  readonly parentNirs: readonly string[];
  readonly ibanLast5: string | null;
};

const NAME_MAX_LENGTH = 100;
const ADDRESS_MAX_LENGTH = 500;
const MAX_PARENTS = 4;
/** The fund's own: of an IBAN it gives away no more than its end. Account numbers hold letters too (ISO 13616). */
const IBAN_END = /^[0-9A-Z]{5}$/;
const INSEE_PLACE = /^(?:\d{5}|2[AB]\d{3})$/;
const SEXES: ReadonlyMap<string, Person['sex']> = new Map([
  ['F', 'F'],
  ['M', 'M'],
  ['I', 'U'],
]);

/**
 * A line as a person, or everything that is wrong with it, in words that repeat nothing of it. Cells are trimmed.
 * `parentNirs`: separated by spaces, the parent who declared the child first. Sex: F, M, or I (undetermined). A person without parents has a card.
 */
export const personOfLine = (
  cells: Partial<Record<Column, string>>,
  context: { readonly now: Instant; readonly production: boolean },
): ({ readonly ok: true } & InsuredLine) | { readonly ok: false; readonly flaws: readonly LineFlaw[] } => {
  const flaws: LineFlaw[] = [];
  const cell = (column: Column): string => cells[column]?.trim() ?? '';
  const check = (holds: boolean, flaw: LineFlaw): void => {
    if (!holds) flaws.push(flaw);
  };
  const optional = (column: Column, read: (text: string) => string | null, flaw: LineFlaw): string | null => {
    const value = cell(column) === '' ? null : read(cell(column));
    check(value !== null || cell(column) === '', flaw);
    return value;
  };

  const value = cell('nir').toUpperCase();
  const oid = cell('oid') || INS_OID.nir;
  const known = Object.values<string>(INS_OID).includes(oid);
  check(known, 'oid-unknown');
  check(!(context.production && isTestOid(oid)), 'oid-not-for-production');
  check(known ? isIns({ matricule: value, oid }) : isNir(value) || isNia(value), 'nir-invalid');

  const birthName = cell('birthName');
  const firstNames = cell('firstNames');
  check(birthName !== '' && birthName.length <= NAME_MAX_LENGTH, 'birth-name-invalid');
  check(firstNames !== '' && firstNames.length <= NAME_MAX_LENGTH, 'first-names-invalid');
  const birthDate = cell('birthDate');
  if (!isCalendarDate(birthDate)) flaws.push('birth-date-invalid');
  else check(birthDate <= context.now.slice(0, 10), 'birth-date-in-the-future');
  const sex = SEXES.get(cell('sex'));
  check(sex !== undefined, 'sex-invalid');
  const birthPlace = optional('birthPlace', text => (INSEE_PLACE.test(text) ? text : null), 'birth-place-invalid');

  const serials = [
    optional('vitaleSerial', vitaleSerial, 'vitale-serial-invalid'),
    optional('vitaleSerial2', vitaleSerial, 'vitale-serial-invalid'),
  ].filter(serial => serial !== null);
  const email = optional('email', emailAddress, 'email-invalid');
  const mobile = optional('mobile', mobileNumber, 'mobile-invalid');
  const postalAddress = optional(
    'postalAddress',
    text => (text.length <= ADDRESS_MAX_LENGTH ? text : null),
    'postal-address-too-long',
  );
  const parentNirs = cell('parentNirs').toUpperCase().split(/\s+/).filter(Boolean);
  check(parentNirs.length <= MAX_PARENTS && parentNirs.every(isNir), 'parent-nir-invalid');
  check(!parentNirs.includes(value), 'nir-is-parents');
  check(
    serials.length > 0 || parentNirs.length > 0 || flaws.includes('vitale-serial-invalid'),
    'vitale-serial-missing',
  );

  const ibanLast5 = optional(
    'ibanLast5',
    text => (IBAN_END.test(text.toUpperCase()) ? text.toUpperCase() : null),
    'iban-end-invalid',
  );

  if (flaws.length > 0 || sex === undefined) return { ok: false, flaws: [...new Set(flaws)] };
  return {
    ok: true,
    ibanLast5,
    person: {
      ins: { value, oid },
      birthName,
      firstNames,
      birthDate,
      sex,
      birthPlace,
      vitaleSerials: [...new Set(serials)],
      contacts: { email, mobile, postalAddress },
    },
    parentNirs,
  };
};
