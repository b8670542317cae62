import { buildMessage, ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';
import { emailAddress, mobileNumber } from '../../../domain/account/contacts.ts';
import { isSearchedName, isSearchedPlace } from '../../../domain/directory/search-words.ts';
import { documentType } from '../../../domain/document/document-types.ts';
import { isCalendarDate, isFiness, isNia, isNir, isRpps, vitaleSerial } from '../../../domain/shared/identifiers.ts';
import { isReadable } from '../../shared/readable.ts';

/** May be left out. Unlike `IsOptional` it lets no null pass for an absent value. */
export const IsOmissible = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/**
 * A text of `min` to `max` characters, as code points. Named like class-validator's own, which does not count variation
 * selectors, so that a title of fifty characters could be of any size.
 */
export const Length = (min: number, max: number): PropertyDecorator =>
  ValidateBy({
    name: 'isLength',
    constraints: [min, max],
    validator: {
      validate: value => typeof value === 'string' && isBetween([...value].length, min, max),
      defaultMessage: () => `must be a text of ${min} to ${max} characters`,
    },
  });

export const MaxLength = (max: number): PropertyDecorator =>
  ValidateBy({
    name: 'maxLength',
    constraints: [max],
    validator: {
      validate: value => typeof value === 'string' && [...value].length <= max,
      defaultMessage: () => `must be a text of ${max} characters at most`,
    },
  });

const isBetween = (number: number, min: number, max: number): boolean => number >= min && number <= max;

/** One of our own checks as a class-validator constraint: `name` is also how the OpenAPI document finds it. */
const constraint =
  (name: string, check: (text: string) => boolean, says: string) =>
  (options?: ValidationOptions): PropertyDecorator =>
    ValidateBy(
      {
        name,
        validator: {
          validate: value => typeof value === 'string' && check(value),
          defaultMessage: buildMessage(each => `${each}$property ${says}`, options),
        },
      },
      options,
    );

export const IsReadableText = constraint(
  'isReadableText',
  isReadable,
  'must be readable text: not blank, without control characters',
);
/** The same on one line. */
export const IsReadableLine = constraint(
  'isReadableLine',
  text => isReadable(text) && !/[\t\r\n]/.test(text),
  'must be one line of readable text: not blank, without control characters',
);
export const IsNir = constraint('isNir', isNir, 'must be a NIR of 15 characters with its key');
export const IsInsMatricule = constraint(
  'isIns',
  text => isNir(text) || isNia(text),
  'must be the matricule of an INS: NIR or NIA of 15 characters with its key',
);
export const IsVitaleSerial = constraint(
  'isVitaleSerial',
  text => vitaleSerial(text) !== null,
  'must be the serial of a carte Vitale: 8 to 13 digits',
);
export const IsRppsNumber = constraint('isRpps', isRpps, 'must be an RPPS number of 11 digits');
export const IsFinessNumber = constraint('isFiness', isFiness, 'must be a FINESS number of 9 characters');
export const IsCalendarDate = constraint('isCalendarDate', isCalendarDate, 'must be a date, YYYY-MM-DD');
export const IsDocumentType = constraint(
  'isDocumentType',
  code => documentType(code) !== undefined,
  'must be one of the 114 codes of JDV_J07_XdsTypeCode_CISIS',
);

export const IsEmailAddress = constraint(
  'isEmailAddress',
  text => emailAddress(text) !== null,
  'must be an e-mail address',
);
export const IsMobileNumber = constraint(
  'isMobileNumber',
  text => mobileNumber(text) !== null,
  'must be a mobile number: 06…, 07… or E.164',
);

export const IsSearchedName = constraint(
  'isSearchedName',
  isSearchedName,
  'must be one to six words, of two letters at least',
);
export const IsSearchedPlace = constraint(
  'isSearchedPlace',
  isSearchedPlace,
  'must be a postal code (51100), a department (51, 2A, 974) or a commune, one to six words of two letters at least',
);
export const IsSpecialtyCode = constraint(
  'isSpecialtyCode',
  text => /^[A-Z0-9]{1,10}$/.test(text),
  'must be a code of a specialty, e.g. SM54',
);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const DATE_LENGTH = 10;
const isWithinFourDigitYears = (text: string): boolean => {
  const ms = Date.parse(text);
  // An offset can push the last or the first hours over the edge, where the text no longer sorts by time.
  return !Number.isNaN(ms) && new Date(ms).toISOString().length === 'YYYY-MM-DDThh:mm:ss.sssZ'.length;
};

export const IsInstantText = constraint(
  'isInstant',
  // The day apart: 30 February would be read as 2 March.
  text => INSTANT.test(text) && isCalendarDate(text.slice(0, DATE_LENGTH)) && isWithinFourDigitYears(text),
  'must be an instant, RFC 3339 with its offset',
);

/** An RFC 3339 instant as the domain writes it: UTC, milliseconds. */
export const instantOf = (text: string): string => new Date(text).toISOString();
