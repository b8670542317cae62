import { docsPage, STYLE_PATH } from '../docs-page.ts';
import { DOCS_STYLE } from '../docs-style.ts';
import { openApiDocument } from '../openapi/document.ts';
import { type Route, route } from '../route.ts';

/** The API, for programs and for people. `routes`: the whole table, these rows included; asked for once, when needed. */
export const documentationRoutes = (routes: () => readonly Route[]): readonly Route[] => {
  const document = once(() => openApiDocument(routes()));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => docsPage(document()));
  const common = { method: 'GET', tag: 'Operations', audience: 'open' } as const;
  return [
    route({
      ...common,
      path: '/openapi.json',
      operation: 'getOpenApi',
      summary: 'This API as an OpenAPI document',
      answers: { 200: 'OpenApi' },
      handle: async () => ({
        status: 200,
        content: { mediaType: 'application/json; charset=utf-8', bytes: json() },
      }),
    }),
    route({
      ...common,
      path: '/docs',
      operation: 'getDocs',
      summary: 'This API as a page',
      answers: { 200: 'text/html' },
      handle: async () => ({
        status: 200,
        content: { mediaType: 'text/html; charset=utf-8', bytes: page() },
      }),
    }),
    route({
      ...common,
      path: STYLE_PATH,
      operation: 'getDocsStyle',
      summary: 'How the page looks',
      answers: { 200: 'text/css' },
      handle: async () => ({ status: 200, content: { mediaType: 'text/css; charset=utf-8', bytes: DOCS_STYLE } }),
    }),
  ];
};

const once = <T extends object | string>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};
