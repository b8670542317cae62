/*
 * The OpenAPI document against the route table and the request classes. Mutants that these tests catch: a row left out;
 * a path parameter not turned into `{name}`; a reference to a schema that is not there; an optional field required, a
 * field that takes null not said to; a constraint's bound dropped or off by one; unknown fields let through; an example
 * that its class or its schema refuses; If-Match optional where it is demanded; a problem under another status; a code
 * left out; a token asked for where none is needed; a constraint or an answer without a schema passed over in silence.
 */
import { readFileSync } from 'node:fs';
import { IsHexColor, IsOptional } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/adapters/http/openapi/document.ts';
import { operationsOf, resolveParameter } from '../../src/adapters/http/openapi/open-api.ts';
import { notesOn } from '../../src/adapters/http/openapi/request-notes.ts';
import { fieldsOf, nestedClasses, requestSchema } from '../../src/adapters/http/openapi/request-schemas.ts';
import { statusOf } from '../../src/adapters/http/problems.ts';
import { ExplainedActor } from '../../src/adapters/http/requests/access.ts';
import type { RequestClass, Route } from '../../src/adapters/http/route.ts';
import { validated } from '../../src/adapters/http/validate.ts';
import { createSchemaCompiler } from '../support/json-schemas.ts';
import { ROUTES } from '../support/route-table.ts';

/** Every class that validates something of a request. */
const REQUESTS: readonly RequestClass[] = [
  ...new Set(
    ROUTES.flatMap(({ body, upload, query }) => [body, upload, query].filter(Class => Class !== undefined)).flatMap(
      Class => [Class, ...nestedClasses(Class)],
    ),
  ),
];

const DOCUMENT = openApiDocument(ROUTES);
const OPERATIONS = operationsOf(DOCUMENT);
const compile = createSchemaCompiler(DOCUMENT.components);

const rowOf = (operation: string): Route => ROUTES.find(row => row.operation === operation) as Route;
const operationOf = (row: Route) =>
  OPERATIONS.find(({ operation }) => operation.operationId === row.operation)!.operation;
const parametersOf = (row: Route) => operationOf(row).parameters.map(each => resolveParameter(DOCUMENT, each));
const header = (row: Route, name: string) => parametersOf(row).find(each => each.in === 'header' && each.name === name);

describe('the document', () => {
  it('has every route, once, at its path and method, and no other', () => {
    expect(
      OPERATIONS.map(({ method, path, operation: { operationId } }) => [operationId, `${method} ${path}`]),
    ).toEqual(
      expect.arrayContaining(
        ROUTES.map(({ operation, method, path }) => [
          operation,
          `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`,
        ]),
      ),
    );
    expect(OPERATIONS).toHaveLength(ROUTES.length);
  });

  it('bears the version of the package', () => {
    expect(DOCUMENT.info.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });

  it('describes exactly the parameters of each path', () => {
    for (const { path, operation } of OPERATIONS) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = operation.parameters
        .map(each => resolveParameter(DOCUMENT, each))
        .filter(each => each.in === 'path');
      expect(described.map(({ name }) => name)).toEqual(named);
      expect(described.every(({ required }) => required)).toBe(true);
    }
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(DOCUMENT).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(references.length).toBeGreaterThan(100);
    for (const path of references) {
      const found = path.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], DOCUMENT);
      expect(found, path).toBeDefined();
    }
  });

  it('holds no schema that nothing refers to', () => {
    const text = JSON.stringify(DOCUMENT);
    for (const name of Object.keys(DOCUMENT.components.schemas))
      expect(text.includes(`"#/components/schemas/${name}"`), name).toBe(true);
  });

  it('is made of JSON Schemas, in the strict sense, and closes every object it names', () => {
    for (const [name, schema] of Object.entries(DOCUMENT.components.schemas)) {
      expect(() => compile(schema), name).not.toThrow();
      if (schema.type === 'object') expect(schema.additionalProperties, name).toBe(false);
    }
  });

  it('asks for the tokens of the audience', () => {
    expect(operationOf(rowOf('askForCode')).security).toEqual([]);
    expect(operationOf(rowOf('getHealth')).security).toEqual([]);
    expect(operationOf(rowOf('activate')).security).toEqual([{ enrolment: [] }]);
    expect(operationOf(rowOf('getMe')).security).toEqual([{ holder: [] }]);
    expect(operationOf(rowOf('lookUpEspace')).security).toEqual([{ professional: [] }]);
    expect(operationOf(rowOf('getDocument')).security).toEqual([{ holder: [] }, { professional: [] }]);
  });

  it('names the headers that an operation takes', () => {
    for (const row of ROUTES) {
      expect(header(row, 'Idempotency-Key') !== undefined, row.operation).toBe(row.method !== 'GET');
      expect(header(row, 'Purpose-Of-Use') !== undefined, row.operation).toBe(
        row.audience === 'reader' || row.audience === 'professional',
      );
      expect(header(row, 'If-Match')?.required, row.operation).toBe(
        row.problems?.includes('precondition-required')
          ? true
          : row.problems?.includes('version-mismatch')
            ? false
            : undefined,
      );
      expect(header(row, 'Accept-Language')?.required).toBe(false);
    }
    expect(ROUTES.filter(row => header(row, 'Range')).map(row => row.operation)).toEqual(['getDocumentContent']);
    expect(ROUTES.filter(row => header(row, 'If-None-Match')).map(row => row.operation)).toEqual([
      'getDocumentContent',
    ]);
    expect(ROUTES.filter(row => header(row, 'Last-Event-ID')).map(row => row.operation)).toEqual(['streamJournal']);
    expect(ROUTES.filter(row => header(row, 'If-Match')).length).toBeGreaterThan(10);
  });

  it('puts every problem a route names under its status, and those that go without saying', () => {
    for (const row of ROUTES) {
      const { responses } = operationOf(row);
      const codes = (status: number): readonly string[] => {
        const schema = responses[status]?.content?.['application/problem+json']?.schema;
        return (schema?.properties as { code: { enum: string[] } } | undefined)?.code.enum ?? [];
      };
      for (const code of row.problems ?? []) expect(codes(statusOf(code)), row.operation).toContain(code);
      expect(codes(400)).toContain('invalid-request');
      expect(codes(500)).toContain('fault');
      expect(codes(401).includes('unauthenticated')).toBe(row.audience !== 'open' && row.audience !== 'anonymous');
      const limited = row.audience === 'anonymous' || (row.problems ?? []).includes('too-many-requests');
      expect(codes(429).includes('too-many-requests')).toBe(limited);
      if (row.path.includes(':')) expect(codes(404)).toContain('not-found');
      if (row.body) expect(codes(413)).toContain('body-too-large');
    }
  });
});

describe('examples', () => {
  const contents = OPERATIONS.flatMap(({ operation: { operationId, requestBody, responses } }) => [
    ...Object.entries(requestBody?.content ?? {}).map(([type, content]) => ({ of: operationId, type, ...content })),
    ...Object.values(responses).flatMap(({ content = {} }) =>
      Object.entries(content).map(([type, each]) => ({ of: operationId, type, ...each })),
    ),
  ]);

  it('stand by every JSON body and answer, and fit their schemas', () => {
    const json = contents.filter(({ type }) => type.endsWith('json') || type === 'multipart/form-data');
    expect(json.length).toBeGreaterThan(300);
    for (const { of, type, schema, example } of json) {
      if (schema === undefined) continue;
      expect(example, `${of} ${type}`).toBeDefined();
      expect(compile(schema)(example), `${of} ${type}`).toEqual([]);
    }
  });

  it('of parameters fit them', () => {
    const given = OPERATIONS.flatMap(({ operation }) =>
      operation.parameters.map(each => resolveParameter(DOCUMENT, each)),
    ).filter(({ example }) => example !== undefined);
    expect(given.length).toBeGreaterThan(40);
    for (const { name, schema, example } of given) expect(compile(schema)(example), name).toEqual([]);
  });

  it('of requests are taken by the classes that validate them', () => {
    for (const Class of REQUESTS) expect(() => validated(Class, notesOn(Class).example), Class.name).not.toThrow();
  });
});

describe('request schemas', () => {
  const UUID = '6f1c2a4e-8b0d-4c57-9a39-2f60b3d1e7a5';
  const text = (length: number) => 'x'.repeat(length);
  const ELEVEN_IDS = Array.from({ length: 11 }, (_, at) => UUID.replace(/^../, String(at + 10)));
  /** One of everything, on both sides of each bound. */
  const VALUES: readonly unknown[] = [
    ...[null, true, false, 0, 1, -1, 1.5, 200, 201, 86_400, 86_401, 3_162_240_000, 3_162_240_001, {}, []],
    ...[0, 1, 10, 11, 20, 21, 40, 41, 50, 51, 60, 61, 128, 129, 500, 501, 1_000, 1_001, 3_000, 3_001, 4_096, 4_097].map(
      text,
    ),
    ...[UUID, UUID.toUpperCase(), `${UUID}0`, [UUID], [UUID, UUID], [UUID, 7], ['x'], ELEVEN_IDS],
    ...['279035121518989', '279035121518988', '2B9035121518989', '179030000000063', '699035121518989'],
    ...[
      '12345678901',
      '1234567',
      '802500000212345678901',
      '99700024450',
      '99700024451',
      '990000028',
      '99000002A',
      '990000029',
    ],
    ...['2026-02-28', '2026-02-29', '2026-13-01', '20260228'],
    ...[
      '2026-11-20T10:00:00Z',
      '2026-11-20T10:00:00.123+02:00',
      '2026-02-30T10:00:00Z',
      '2026-11-20T10:00:00',
      '2026-11-20',
    ],
    ...['dominique@exemple.fr', 'dominique', '@exemple.fr', '0612345678', '06 12 34 56 78', '+33612345678', 'six'],
    ...['SMS', 'EMAIL', 'sms', 'ALONE', 'TREAT', 'BTG', 'open', 'visible', 'json', 'csv', 'delete', '-date', 'G15_10'],
    ...['34112-3', 'CPT_REND', 'AccessedBy', 'ORAL_AGREEMENT', 'HOLDER'],
  ];
  /** What a pattern cannot tell: whether the digits of a mobile number are as many as they must be. */
  const LAXER = new Set(['ChangeContacts.mobile', 'ChangeMyContacts.mobile']);

  const isTaken = (Class: RequestClass, body: object): boolean => {
    try {
      const { actor } = validated<Record<string, object>>(Class, body);
      if (nestedClasses(Class).includes(ExplainedActor)) validated(ExplainedActor, actor);
      return true;
    } catch {
      return false;
    }
  };

  it.each(REQUESTS.map(Class => [Class.name, Class] as const))('%s says what the class does', (name, Class) => {
    const check = compile(requestSchema(Class));
    const { example } = notesOn(Class);
    for (const field of [...fieldsOf(Class).map(each => each.name), 'unknownField'])
      for (const value of [undefined, ...VALUES]) {
        const body = JSON.parse(JSON.stringify({ ...example, [field]: value }));
        const isDocumented = check(body).length === 0;
        const shown = `${name}.${field} = ${JSON.stringify(value)?.slice(0, 80)}`;
        if (isTaken(Class, body)) expect(isDocumented, shown).toBe(true);
        else if (!LAXER.has(`${name}.${field}`)) expect(isDocumented, shown).toBe(false);
      }
  });

  it('take null where it says something, and nowhere else', () => {
    const nullable = REQUESTS.flatMap(Class =>
      fieldsOf(Class)
        .filter(({ schema }) => compile(schema)(null).length === 0)
        .map(field => `${Class.name}.${field.name}`),
    );
    expect(nullable).toEqual(['DescribeDocument.comment']);
  });
});

describe('a route that cannot be described', () => {
  const planted = (changes: Partial<Route>) => () => openApiDocument([{ ...rowOf('getEspace'), ...changes }]);

  class WithUnknownConstraint {
    @IsOptional() @IsHexColor() colour?: string;
  }

  it.each([
    ['an answer without a schema', { answers: { 200: 'Nothing' } }, 'the answer "Nothing" has no schema'],
    ['an unknown path parameter', { path: '/v1/things/:thing' }, 'the path parameter "thing" is not described'],
    ['a class without an example', { body: WithUnknownConstraint }, 'WithUnknownConstraint has no example'],
    ['an unknown tag', { tag: 'Elsewhere' }, 'the tag "Elsewhere" is not described'],
  ])('stops the document: %s', (_, changes, message) => {
    expect(planted(changes)).toThrow(message);
  });

  it('stops the document: an operation named twice', () => {
    expect(() => openApiDocument([rowOf('getEspace'), rowOf('getEspace')])).toThrow('two operations are called');
  });

  it('stops the document: a constraint without a schema', () => {
    expect(() => fieldsOf(WithUnknownConstraint, {})).toThrow(
      '"isHexColor" of WithUnknownConstraint has no JSON Schema',
    );
  });
});
