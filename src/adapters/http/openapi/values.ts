import { INS_OID } from '../../../domain/shared/identifiers.ts';
import { oneOf, type Schema } from './json-schema.ts';

/** Single values that many answers hold. The formats that JSON Schema does not know are checked by patterns too. */

export const UUID: Schema = { type: 'string', format: 'uuid' };

/** UTC, milliseconds. */
export const INSTANT: Schema = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
};

/** As clients may write it. */
export const REQUESTED_INSTANT: Schema = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
  description: 'RFC 3339 with its offset',
};

export const DATE: Schema = { type: 'string', format: 'date' };

export const TEXT: Schema = { type: 'string' };

export const BOOLEAN: Schema = { type: 'boolean' };

export const RPPS: Schema = {
  type: 'string',
  format: 'rpps',
  pattern: '^\\d{11}$',
  description: 'RPPS: 11 digits with Luhn’s check',
};

export const FINESS: Schema = {
  type: 'string',
  format: 'finess',
  pattern: '^[0-9A-Z]{9}$',
  description: 'FINESS: 9 characters',
};

export const NIR: Schema = {
  type: 'string',
  format: 'nir',
  pattern: '^[12]\\d{4}(\\d{2}|2[AB])\\d{8}$',
  description: 'NIR with its key: 15 characters, Corsica’s 2A and 2B included',
};

export const INS_MATRICULE: Schema = {
  type: 'string',
  format: 'ins',
  pattern: '^[1278]\\d{4}(\\d{2}|2[AB])\\d{8}$',
  description: 'Matricule of the INS: NIR or NIA with its key, 15 characters',
};

export const VITALE_SERIAL: Schema = {
  type: 'string',
  pattern: '^(8025000002\\d{11}|\\d{8,13})$',
  description: 'Serial number of a carte Vitale: 8 to 13 digits, or the 21 digits printed on a card with a photo',
};

export const MOBILE: Schema = {
  type: 'string',
  pattern: '^[+\\d\\s.()-]+$',
  description: 'Mobile number: 06…, 07… or E.164',
};

/** INS as its holder sees it. */
export const INS_OIDS: Schema = oneOf(Object.values(INS_OID), 'Who assigned the matricule: NIR, NIA, or one of a test');

export const CURSOR: Schema = {
  type: ['string', 'null'],
  maxLength: 1_000,
  description: 'Give it as `after` to go on; null: this was the last page',
};
