import type { Schema } from '../../src/adapters/http/openapi/json-schema.ts';
import {
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Response as ResponseObject,
} from '../../src/adapters/http/openapi/open-api.ts';
import { createSchemaCompiler } from './json-schemas.ts';

/** An answer as it came. `body`: parsed JSON; undefined where it is none, or was not read. */
export type SeenAnswer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export type Documented = { readonly method: string; readonly path: string; readonly operation: Operation };

export interface AnswerChecker {
  /** The operation that answers this method and path (without query); null where the document has none. */
  operationFor(method: string, path: string): Documented | null;
  /** Throws an error that says everything an answer has against the document: status, type, headers, body, code. */
  check(documented: Documented, answer: SeenAnswer): void;
  /** The answer to what is not in the document must be a problem that says so. Throws like `check`. */
  checkUnknown(method: string, path: string, answer: SeenAnswer): void;
  /** Statuses seen, by operation. */
  exercised(): ReadonlyMap<string, ReadonlySet<number>>;
  /** Operations that have not answered yet. */
  unexercised(): readonly string[];
}

export const createAnswerChecker = (document: OpenApiDocument): AnswerChecker => {
  const compile = createSchemaCompiler(document.components);
  // Fixed segments before parameters: `/sessions/refresh` is not a challenge.
  const operations = operationsOf(document)
    .map(documented => ({ documented, pattern: patternOf(documented.path) }))
    .sort((a, b) => a.documented.path.split('{').length - b.documented.path.split('{').length);
  const seen = new Map<string, Set<number>>();
  const fits: Fits = (schema, value) => compile(schema)(value);

  const against = (response: ResponseObject, answer: SeenAnswer): readonly string[] => [
    ...headerFaults(response, answer, fits),
    ...bodyFaults(response, answer, fits),
  ];

  return {
    operationFor: (method, path) =>
      operations.find(
        ({ documented, pattern }) => documented.method === method.toLowerCase() && pattern.test(withoutQuery(path)),
      )?.documented ?? null,

    check({ method, path, operation }, answer) {
      const { operationId, responses } = operation;
      const statuses = seen.get(operationId) ?? new Set();
      seen.set(operationId, statuses.add(answer.status));
      const response = responses[answer.status];
      const faults =
        response === undefined
          ? [`status ${answer.status} is not documented (only ${Object.keys(responses).join(', ')})`]
          : against(response, answer);
      report(`${operationId} (${method.toUpperCase()} ${path})`, answer, faults);
    },

    checkUnknown(method, path, answer) {
      const { code } = (answer.body ?? {}) as { readonly code?: unknown };
      const isSaid = (answer.status === 404 && code === 'not-found') || code === 'method-not-allowed';
      const schema = document.components.schemas.Problem;
      const faults = isSaid && schema ? fits(schema, answer.body) : ['the document has no such operation'];
      report(`${method} ${withoutQuery(path)}`, answer, faults);
    },

    exercised: () => seen,
    unexercised: () => operations.map(({ documented }) => documented.operation.operationId).filter(id => !seen.has(id)),
  };
};

const withoutQuery = (path: string): string => path.split('?', 1)[0] ?? '';

const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);

type Fits = (schema: Schema, value: unknown) => readonly string[];

const headerFaults = ({ headers = {} }: ResponseObject, answer: SeenAnswer, fits: Fits): readonly string[] =>
  Object.entries(headers).flatMap(([name, { required, schema }]) => {
    const value = answer.headers.get(name);
    if (value === null) return required ? [`the header ${name} is missing`] : [];
    return fits(schema, value).map(fault => `the header ${name}: ${fault}`);
  });

const bodyFaults = ({ content }: ResponseObject, answer: SeenAnswer, fits: Fits): readonly string[] => {
  const contentType = answer.headers.get('Content-Type');
  if (content === undefined) return contentType === null ? [] : [`a body of type ${contentType} is not documented`];
  const mediaType = contentType?.split(';', 1)[0]?.trim() ?? 'none';
  const documented = content[mediaType];
  if (documented === undefined)
    return [`the type ${mediaType} is not documented (only ${Object.keys(content).join(', ')})`];
  return isJson(mediaType) && documented.schema ? fits(documented.schema, answer.body) : [];
};

/** `application/json`, `application/problem+json`. */
export const isJson = (mediaType: string): boolean => /^application\/(?:[\w.-]+\+)?json$/.test(mediaType);

const SHOWN_CHARACTERS = 2_000;

const report = (what: string, { status, body }: SeenAnswer, faults: readonly string[]): void => {
  if (faults.length === 0) return;
  const shown = body === undefined ? '' : `\n${JSON.stringify(body, null, 2).slice(0, SHOWN_CHARACTERS)}`;
  throw new Error(`${what} answered ${status}, not as documented:\n  - ${faults.join('\n  - ')}${shown}`);
};
