/** A JSON Schema (draft 2020-12), as OpenAPI 3.1 embeds it. */
export type Schema = { readonly [keyword: string]: unknown };

const SCHEMAS = '#/components/schemas/';

/** The named schema `name` of the document. */
export const ref = (name: string): Schema => ({ $ref: SCHEMAS + name });

/** The name that `schema` refers to; null where it is no reference. */
export const nameIn = (schema: Schema): string | null =>
  typeof schema.$ref === 'string' && schema.$ref.startsWith(SCHEMAS) ? schema.$ref.slice(SCHEMAS.length) : null;

/** Exactly these properties, all of them but the `optional` ones: what an answer holds besides is drift, and caught. */
export const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: 'object',
  ...(description === '' ? {} : { description }),
  properties,
  required: Object.keys(properties).filter(name => !optional.includes(name)),
  additionalProperties: false,
});

export const listOf = (items: Schema, limits: Schema = {}): Schema => ({ type: 'array', items, ...limits });

export const oneOf = (values: readonly string[], description = ''): Schema => ({
  type: 'string',
  enum: values,
  ...(description === '' ? {} : { description }),
});

/** Where the words for the codes of an enumeration stand: not a keyword of JSON Schema, but known to many tools. */
export const ENUM_DESCRIPTIONS = 'x-enumDescriptions';

/** One of the codes of `labels`. */
export const labelled = (labels: ReadonlyMap<string, string>, description: string): Schema => ({
  ...oneOf([...labels.keys()], description),
  [ENUM_DESCRIPTIONS]: Object.fromEntries(labels),
});

/** `schema`, or null. */
export const nullable = (schema: Schema): Schema =>
  typeof schema.type === 'string' && schema.enum === undefined
    ? { ...schema, type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

/** Every schema name that `value` refers to, at any depth. */
export const namesIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = nameIn(value as Schema);
  return [...(own === null ? [] : [own]), ...Object.values(value).flatMap(namesIn)];
};
