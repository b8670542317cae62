import type { Schema } from './json-schema.ts';

/** The parts of OpenAPI 3.1 that the document uses. https://spec.openapis.org/oas/v3.1.1.html */

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
  readonly example?: unknown;
};

export type Reference = { readonly $ref: string };

/** Media type → what it holds; `{}`: bytes. */
export type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;

export type Header = { readonly description: string; readonly required: boolean; readonly schema: Schema };

export type RequestBody = { readonly description: string; readonly required: boolean; readonly content: Content };

export type Response = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Content;
};

export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly SecurityRequirement[];
  readonly parameters: readonly (Parameter | Reference)[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, Response>>;
};

export type PathItem = Readonly<Record<string, Operation>>;

export type SecurityScheme = {
  readonly type: 'http';
  readonly scheme: 'bearer';
  readonly bearerFormat: string;
  readonly description: string;
};

export type OpenApiDocument = {
  readonly openapi: '3.1.1';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  };
};

/** The parameter itself, where `parameter` refers to one of the document's. */
export const resolveParameter = (document: OpenApiDocument, parameter: Parameter | Reference): Parameter => {
  if (!('$ref' in parameter)) return parameter;
  const name = parameter.$ref.slice('#/components/parameters/'.length);
  const found = document.components.parameters[name];
  if (found === undefined) throw new Error(`there is no parameter ${name}`);
  return found;
};

/** Every operation with its method (lower case) and path, in the order of the route table. */
export const operationsOf = (
  document: OpenApiDocument,
): readonly { readonly method: string; readonly path: string; readonly operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
