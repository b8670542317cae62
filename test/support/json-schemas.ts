import { type ErrorObject, Ajv2020 as JsonSchema } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { ENUM_DESCRIPTIONS, type Schema } from '../../src/adapters/http/openapi/json-schema.ts';
import { isFiness, isNia, isNir, isRpps } from '../../src/domain/shared/identifiers.ts';

/** What a value has against a schema: where, and what; empty where it fits. */
export type SchemaCheck = (value: unknown) => readonly string[];

const COMPONENTS = 'urn:openapi:components';

/** Compiles schemas that may refer to the document's `components`. Strict: an unknown keyword or format throws. */
export const createSchemaCompiler = (components: object): ((schema: Schema) => SchemaCheck) => {
  const ajv = new JsonSchema({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });
  formats.default(ajv);
  ajv.addVocabulary(['components', ENUM_DESCRIPTIONS]);
  ajv.addFormat('rpps', isRpps).addFormat('finess', isFiness).addFormat('nir', isNir);
  ajv.addFormat('ins', (text: string) => isNir(text) || isNia(text));
  // Once, under a name of its own: what refers to them is then compiled alone.
  ajv.addSchema({ $id: COMPONENTS, components });
  const compiled = new Map<string, SchemaCheck>();
  return schema => {
    const named = JSON.stringify(schema).replaceAll('"#/components/', `"${COMPONENTS}#/components/`);
    const known = compiled.get(named);
    if (known) return known;
    const validate = ajv.compile(JSON.parse(named) as Schema);
    const check: SchemaCheck = value => (validate(value) ? [] : (validate.errors ?? []).map(said));
    compiled.set(named, check);
    return check;
  };
};

const said = ({ instancePath, message = '', params }: ErrorObject): string => {
  const detail = Object.values(params as Record<string, unknown>).filter(each => typeof each !== 'object');
  return `${instancePath === '' ? 'the whole' : instancePath} ${message} (${detail.join(', ')})`;
};
