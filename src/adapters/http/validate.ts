import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { type FieldError, ProblemError } from './problems.ts';
import type { RequestClass } from './route.ts';

const MAX_REPORTED_ERRORS = 20;

/**
 * `input` as an instance of `Class`, or the problem `invalid-request` that names each field at fault. Unknown fields are
 * errors. The values themselves are never repeated in the answer. `within`: the field that holds `input`.
 */
export const validated = <T extends object>(Class: RequestClass<T>, input: unknown, within = ''): T => {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new ProblemError('invalid-request', { errors: [{ field: within, message: 'must be an object' }] });
  const { declared } = fieldsOf(Class);
  const given = Object.entries(input);
  // Not left to class-validator: it lets `__proto__` and `hasOwnProperty` through, and takes a field `constructor` for
  // the class to validate by.
  const unknown = given
    .filter(([field]) => !declared.has(field))
    .map(([field]) => ({ field, message: 'unknown field' }));
  const instance = Object.assign(new Class(), Object.fromEntries(given.filter(([field]) => declared.has(field))));
  const invalid = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    // A class without fields takes none, and is no fault.
    forbidUnknownValues: false,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  const errors = [...unknown, ...invalid.map(fieldError)];
  if (errors.length === 0) return instance;
  const named = errors.map(({ field, message }) => ({ field: within === '' ? field : `${within}.${field}`, message }));
  throw new ProblemError('invalid-request', { errors: named.slice(0, MAX_REPORTED_ERRORS) });
};

const fieldError = ({ property, constraints }: ValidationError): FieldError => ({
  field: property,
  message: Object.values(constraints ?? {})[0] ?? '',
});

/** A query is text: fields that a class declares as numbers are read as such before it is validated. */
export const validatedQuery = <T extends object>(Class: RequestClass<T>, query: URLSearchParams): T => {
  const input: Record<string, unknown> = Object.create(null);
  for (const [field, value] of query) {
    if (field in input)
      throw new ProblemError('invalid-request', { errors: [{ field, message: 'given more than once' }] });
    input[field] = value;
  }
  return validatedText(Class, input);
};

/** The same for a form, whose fields may be text or, from a part of JSON, anything. */
export const validatedText = <T extends object>(
  Class: RequestClass<T>,
  fields: Readonly<Record<string, unknown>>,
): T => {
  const { numbers, booleans } = fieldsOf(Class);
  const read = ([field, value]: [string, unknown]): [string, unknown] => {
    if (typeof value !== 'string') return [field, value];
    if (numbers.has(field) && /^\d{1,9}$/.test(value)) return [field, Number(value)];
    if (booleans.has(field) && /^(?:true|false)$/.test(value)) return [field, value === 'true'];
    return [field, value];
  };
  return validated(Class, Object.fromEntries(Object.entries(fields).map(read)));
};

type Fields = Readonly<Record<'declared' | 'numbers' | 'booleans', ReadonlySet<string>>>;
const fieldsByClass = new WeakMap<RequestClass, Fields>();
const fieldsOf = (Class: RequestClass): Fields => {
  const known = fieldsByClass.get(Class);
  if (known) return known;
  const metadata = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false);
  const fieldsWith = (constraint?: string): ReadonlySet<string> =>
    new Set(
      metadata
        .filter(({ name }) => constraint === undefined || name === constraint)
        .map(({ propertyName }) => propertyName),
    );
  const fields = { declared: fieldsWith(), numbers: fieldsWith('isInt'), booleans: fieldsWith('isBoolean') };
  fieldsByClass.set(Class, fields);
  return fields;
};
