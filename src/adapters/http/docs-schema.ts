import { html, type Markup, type Part, prose } from './html.ts';
import { ENUM_DESCRIPTIONS, nameIn, type Schema } from './openapi/json-schema.ts';

/** Longer enumerations are folded away. */
const VALUES_SHOWN = 8;

/** What values a schema takes, in words. */
export const typeOf = (schema: Schema): Part => {
  const name = nameIn(schema);
  if (name !== null) return html`<a href="#schema-${name}">${name}</a>`;
  if (schema.const !== undefined) return html`<code>${String(schema.const)}</code>`;
  if (Array.isArray(schema.enum)) return enumeration(schema.enum, schema[ENUM_DESCRIPTIONS]);
  const choices = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(choices)) return joined(choices.map(typeOf), ' or ');
  if (Array.isArray(schema.type))
    return joined(
      schema.type.map(type => typeOf({ ...schema, type })),
      ' or ',
    );
  return plainType(schema);
};

type Named = Readonly<Record<string, Schema>>;

/**
 * The properties of an object schema, each with what it takes; those of objects inside stand inside, named ones too
 * where `named` gives them.
 */
export const fields = (schema: Schema, named: Named = {}): Markup => {
  const required = schema.required as readonly string[];
  const properties = Object.entries(schema.properties as Readonly<Record<string, Schema>>);
  if (properties.length === 0) return html`<p>No fields.</p>`;
  return html`<dl class="fields">${properties.map(([name, property]) =>
    field(name, property, required.includes(name), named),
  )}</dl>`;
};

/** One named value: a property, a parameter. `id`: where links to it go. */
export const field = (
  name: string,
  schema: Schema,
  required: boolean,
  named: Named = {},
  id: string | null = null,
): Markup => html`<div${id === null ? null : html` id="${id}"`}>
<dt><code>${name}</code>${required ? null : html` <span class="optional">optional</span>`}</dt>
<dd><div class="type">${typeOf(schema)}</div>${described(schema)}${inside(schema, named)}</dd></div>`;

const described = ({ description }: Schema): Part =>
  typeof description === 'string' && description !== '' ? html`<div>${prose(description)}</div>` : null;

/** The fields of the objects that a schema holds. */
export const inside = (schema: Schema, named: Named = {}): Part => {
  const parts = [schema, ...[schema.oneOf, schema.anyOf].flatMap(each => (Array.isArray(each) ? each : []))];
  return parts.map(part => {
    if (part.type === 'array' && part.items !== undefined) return inside(part.items as Schema, named);
    if (part.properties !== undefined) return fields(part, named);
    const object = named[nameIn(part) ?? ''];
    return object?.properties === undefined ? null : fields(object, named);
  });
};

const plainType = (schema: Schema): Part => {
  switch (schema.type) {
    case 'string':
      return `${FORMATS[String(schema.format)] ?? 'text'}${bounds(schema.minLength, schema.maxLength, ' characters')}`;
    case 'integer':
      return `whole number${bounds(schema.minimum, schema.maximum, '')}`;
    case 'boolean':
      return 'true or false';
    case 'array': {
      const items = typeOf((schema.items ?? {}) as Schema);
      return html`list of ${items}${bounds(schema.minItems, schema.maxItems, ' items')}`;
    }
    case 'object':
      return 'object';
    case 'null':
      return html`<code>null</code>`;
    default:
      return 'bytes';
  }
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'UUID',
  date: 'date',
  'date-time': 'instant',
  email: 'e-mail address',
  rpps: 'RPPS',
  finess: 'FINESS',
  nir: 'NIR',
  ins: 'NIR or NIA',
};

const bounds = (least: unknown, most: unknown, unit: string): string => {
  if (typeof most !== 'number') return typeof least === 'number' ? `, at least ${number(least)}${unit}` : '';
  return typeof least === 'number'
    ? `, ${number(least)} to ${number(most)}${unit}`
    : `, at most ${number(most)}${unit}`;
};

const number = (value: number): string => value.toLocaleString('en');

const enumeration = (values: readonly unknown[], labels: unknown): Part => {
  const words = (labels ?? {}) as Readonly<Record<string, string>>;
  const shown = values.map(value => html`<code>${String(value)}</code>${wordsFor(words[String(value)])}`);
  if (values.length <= VALUES_SHOWN) return joined(shown, ' or ');
  return html`<details><summary>one of ${values.length} codes</summary><ul class="codes">${shown.map(
    value => html`<li>${value}</li>`,
  )}</ul></details>`;
};

const wordsFor = (words: string | undefined): Part => (words === undefined ? null : ` ${words}`);

const joined = (parts: readonly Part[], separator: string): readonly Part[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
