import type { Audience, RequestClass, Route } from '../route.ts';
import { answerResponses } from './answer-responses.ts';
import { ANSWER_SCHEMAS } from './answers/answer-schemas.ts';
import { namesIn, ref, type Schema } from './json-schema.ts';
import type { OpenApiDocument, Operation, PathItem, RequestBody, SecurityRequirement } from './open-api.ts';
import { HEADER_PARAMETERS, parametersOf } from './parameters.ts';
import { problemResponses } from './problem-answers.ts';
import { notesOn } from './request-notes.ts';
import { nestedClasses, requestSchema } from './request-schemas.ts';
import { DESCRIPTION, SECURITY_SCHEMES, SUMMARY, TAGS, TITLE, VERSION } from './texts.ts';
import { uploadBody } from './upload-body.ts';

/**
 * The API as OpenAPI 3.1, made from the route table and the request classes. Throws where a route cannot be described:
 * an answer without a schema, a constraint or a path parameter that nothing is known of, an operation named twice.
 */
export const openApiDocument = (routes: readonly Route[]): OpenApiDocument => {
  const paths = pathsOf(routes);
  return {
    openapi: '3.1.1',
    info: {
      title: TITLE,
      version: VERSION,
      summary: SUMMARY,
      description: DESCRIPTION,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server this document came from' }],
    tags: TAGS.filter(({ name }) => routes.some(({ tag }) => tag === name)),
    paths,
    components: {
      schemas: schemasFor(paths, routes),
      parameters: HEADER_PARAMETERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
};

const pathsOf = (routes: readonly Route[]): Readonly<Record<string, PathItem>> => {
  const paths: Record<string, Record<string, Operation>> = {};
  const names = new Set<string>();
  for (const route of routes) {
    if (names.has(route.operation)) throw new Error(`two operations are called "${route.operation}"`);
    if (!TAGS.some(({ name }) => name === route.tag)) throw new Error(`the tag "${route.tag}" is not described`);
    names.add(route.operation);
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
};

const operationOf = (route: Route): Operation => {
  const requestBody = requestBodyOf(route);
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.summary,
    security: SECURITY[route.audience],
    parameters: parametersOf(route),
    ...(requestBody === null ? {} : { requestBody }),
    responses: { ...answerResponses(route), ...problemResponses(route) },
  };
};

const SECURITY: { readonly [A in Audience]: readonly SecurityRequirement[] } = {
  open: [],
  anonymous: [],
  enrolling: [{ enrolment: [] }],
  holder: [{ holder: [] }],
  professional: [{ professional: [] }],
  reader: [{ holder: [] }, { professional: [] }],
  person: [{ holder: [] }, { enrolment: [] }],
  'any-activity': [{ professional: [] }],
  'any-reader': [{ holder: [] }, { professional: [] }],
  support: [{ staff: [] }],
  fund: [{ staff: [] }],
};

const requestBodyOf = ({ body, upload }: Route): RequestBody | null => {
  if (upload !== undefined) return uploadBody(upload);
  if (body === undefined) return null;
  const { description = '', example } = notesOn(body);
  const { required } = requestSchema(body);
  return {
    description,
    required: Array.isArray(required) && required.length > 0,
    content: { 'application/json': { schema: ref(body.name), example } },
  };
};

/** Whatever the operations refer to, and what that refers to, by name and in its order. */
const schemasFor = (paths: unknown, routes: readonly Route[]): Readonly<Record<string, Schema>> => {
  const requests = requestClassesOf(routes).map(Class => [Class.name, requestSchema(Class)] as const);
  const all = new Map<string, Schema>(Object.entries(ANSWER_SCHEMAS));
  for (const [name, schema] of requests) {
    if (all.has(name)) throw new Error(`two schemas are called "${name}"`);
    all.set(name, schema);
  }
  const wanted = new Set(namesIn(paths));
  for (const name of wanted) for (const inner of namesIn(all.get(name))) wanted.add(inner);
  return Object.fromEntries([...all].filter(([name]) => wanted.has(name)).sort(([a], [b]) => a.localeCompare(b, 'en')));
};

const requestClassesOf = (routes: readonly Route[]): readonly RequestClass[] => {
  const bodies = routes.flatMap(({ body, upload }) => [body, upload].filter(Class => Class !== undefined));
  return [...new Set(bodies.flatMap(Class => [Class, ...nestedClasses(Class)]))];
};
