import { getMetadataStorage } from 'class-validator';
import type { RequestClass } from '../route.ts';
import { CONSTRAINT_SCHEMAS } from './constraint-schemas.ts';
import { nullable, object, ref, type Schema } from './json-schema.ts';
import { notesOn } from './request-notes.ts';

export type Field = { readonly name: string; readonly required: boolean; readonly schema: Schema };

/** class-validator's name for what `IsOptional` adds. */
const CONDITIONAL = 'conditionalValidation';

/**
 * The fields of a request class, in the order of its declaration, as its decorators validate them. Throws where a
 * constraint has no schema, so that none is left out in silence.
 */
export const fieldsOf = (Class: RequestClass): readonly Field[] => {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false);
  const { fields: notes = {} } = notesOn(Class);
  const names = [...new Set(metadata.map(({ propertyName }) => propertyName))];
  return names.map(name => {
    const own = metadata.filter(({ propertyName }) => propertyName === name);
    const constraints = own.filter(({ type }) => type !== CONDITIONAL);
    const { description, nested, nullable: mayBeNull = false } = notes[name] ?? {};
    const items = merged(
      Class,
      constraints.filter(({ each }) => each),
    );
    const said = merged(
      Class,
      constraints.filter(({ each }) => !each),
    );
    const whole = nested === undefined ? { ...said, ...(said.type === 'array' ? { items } : {}) } : ref(nested.name);
    return {
      name,
      required: own.length === constraints.length,
      schema: described(mayBeNull ? nullable(whole) : whole, description),
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

const merged = (
  Class: RequestClass,
  constraints: readonly { readonly name?: string; readonly constraints: readonly unknown[] }[],
): Schema =>
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
