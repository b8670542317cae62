import { NAME_PATTERN, PLACE_PATTERN } from '../../../domain/directory/search-words.ts';
import { ref, type Schema } from './json-schema.ts';
import { DATE, FINESS, INS_MATRICULE, MOBILE, NIR, REQUESTED_INSTANT, RPPS, VITALE_SERIAL } from './values.ts';

/** What one constraint of class-validator says, as JSON Schema; its arguments are those of the decorator. */
type ConstraintSchema = (args: readonly unknown[]) => Schema;

const string = (more: Schema = {}): Schema => ({ type: 'string', ...more });
const always =
  (schema: Schema): ConstraintSchema =>
  () =>
    schema;

/** By the names that class-validator and `requests/constraints.ts` give their constraints. */
export const CONSTRAINT_SCHEMAS: Readonly<Record<string, ConstraintSchema>> = {
  isString: always(string()),
  isLength: ([minLength, maxLength]) => string({ minLength, maxLength }),
  maxLength: ([maxLength]) => string({ maxLength }),
  isIn: ([values]) => string({ enum: values }),
  isUuid: always(string({ format: 'uuid' })),
  equals: ([value]) => ({ const: value }),
  isBoolean: always({ type: 'boolean' }),
  isInt: always({ type: 'integer' }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isObject: always({ type: 'object' }),
  isArray: always({ type: 'array' }),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  arrayUnique: always({ uniqueItems: true }),

  isReadableText: always(string({ pattern: '\\S' })),
  isReadableLine: always(string({ pattern: '\\S' })),
  isNir: always(NIR),
  isIns: always(INS_MATRICULE),
  isVitaleSerial: always(VITALE_SERIAL),
  isRpps: always(RPPS),
  isFiness: always(FINESS),
  isCalendarDate: always(DATE),
  isDocumentType: always(ref('DocumentType')),
  isEmailAddress: always(string({ format: 'email', maxLength: 254 })),
  isMobileNumber: always(MOBILE),
  isInstant: always(REQUESTED_INSTANT),
  isSearchedName: always(string({ pattern: NAME_PATTERN })),
  isSearchedPlace: always(string({ pattern: PLACE_PATTERN })),
  isSpecialtyCode: always(string({ pattern: '^[A-Z0-9]{1,10}$' })),
};
