import { getMetadataStorage } from 'class-validator';
import type { RequestClass } from '../route.ts';
import { CONSTRAINT_SCHEMAS } from './constraint-schemas.ts';
import { ENUM_DESCRIPTIONS, nullable, object, ref, type Schema } from './json-schema.ts';
import { notesOn } from './request-notes.ts';

export type Field = { readonly name: string; readonly required: boolean; readonly schema: Schema };

/** class-validator's name for what `IsOptional` and `ValidateIf` add. */
const CONDITIONAL = 'conditionalValidation';

/**
 * The fields of a request class, in the order of its declaration, as its decorators validate them. Throws where a
 * constraint has no schema, so that none is left out in silence.
 */
export const fieldsOf = (Class: RequestClass, notes = notesOn(Class).fields ?? {}): readonly Field[] => {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false);
  const names = [...new Set(metadata.map(({ propertyName }) => propertyName))];
  return names.map(name => {
    const own = metadata.filter(({ propertyName }) => propertyName === name);
    const constraints = own.filter(({ type }) => type !== CONDITIONAL);
    const conditions = own.filter(({ type }) => type === CONDITIONAL);
    const { description, named, nested, labels } = notes[name] ?? {};
    const items = merged(
      Class,
      constraints.filter(({ each }) => each),
    );
    const said = merged(
      Class,
      constraints.filter(({ each }) => !each),
    );
    const plain = {
      ...said,
      ...(said.type === 'array' ? { items } : {}),
      ...(labels === undefined ? {} : { [ENUM_DESCRIPTIONS]: Object.fromEntries(labels) }),
    };
    const reference = named ?? nested?.name;
    const whole = reference === undefined ? plain : ref(reference);
    return {
      name,
      required: !passes(conditions, name, undefined),
      schema: described(passes(conditions, name, null) ? nullable(whole) : whole, description),
    };
  });
};

/** The whole body; unknown fields are refused, as `forbidNonWhitelisted` does. */
export const requestSchema = (Class: RequestClass): Schema => {
  const fields = fieldsOf(Class);
  return object(
    notesOn(Class).description ?? '',
    Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
    fields.filter(({ required }) => !required).map(({ name }) => name),
  );
};

/** The classes that stand in fields of `Class`. */
export const nestedClasses = (Class: RequestClass): readonly RequestClass[] =>
  Object.values(notesOn(Class).fields ?? {}).flatMap(({ nested }) => (nested === undefined ? [] : [nested]));

type Metadata = { readonly name?: string; readonly constraints: readonly unknown[] };

/** Whether a condition spares this value the constraints: they say so themselves when they are asked. */
const passes = (conditions: readonly Metadata[], name: string, value: null | undefined): boolean =>
  conditions.some(({ constraints: [isValidated] }) => {
    const condition = isValidated as (instance: object, value: unknown) => boolean;
    return !condition({ [name]: value }, value);
  });

const merged = (Class: RequestClass, constraints: readonly Metadata[]): Schema =>
  Object.assign(
    {},
    ...constraints.map(({ name = '', constraints: args }) => {
      const schema = CONSTRAINT_SCHEMAS[name];
      if (schema === undefined) throw new Error(`the constraint "${name}" of ${Class.name} has no JSON Schema`);
      return schema(args ?? []);
    }),
  );

const described = (schema: Schema, description: string | undefined): Schema =>
  description === undefined
    ? schema
    : { ...schema, description: [description, schema.description].filter(Boolean).join('. ') };
