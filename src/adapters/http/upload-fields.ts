import { ProblemError } from './problems.ts';

/** Names beside the file; what a document needs has far fewer. */
export const MAX_FIELDS = 32;
/** Of the part `metadata`, and of each text field. */
export const MAX_FIELD_BYTES = 16_384;

/** The part that holds several fields, as one JSON object. */
export const METADATA = 'metadata';

/** What came beside the file, not validated: text, or from `metadata` any JSON. */
export type UploadFields = { readonly [name: string]: unknown };

export interface FieldCollector {
  /** Throws `field-repeated` or `metadata-invalid`. A name may come once, be it a text field or in `metadata`. */
  add(name: string, text: string): void;
  all(): UploadFields;
}

export const createFieldCollector = (): FieldCollector => {
  const fields = new Map<string, unknown>();

  const set = (name: string, value: unknown): void => {
    if (fields.has(name)) throw new ProblemError('field-repeated');
    if (fields.size === MAX_FIELDS) throw new ProblemError('metadata-invalid');
    fields.set(name, value);
  };

  return {
    add: (name, text) => {
      const entries = name === METADATA ? Object.entries(jsonObject(text)) : [[name, text] as const];
      for (const [key, value] of entries) set(key, value);
    },
    all: () => Object.fromEntries(fields),
  };
};

const jsonObject = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Not JSON: refused like anything else that is no object.
  }
  throw new ProblemError('metadata-invalid');
};
