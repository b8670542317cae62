/*
 * The page at /docs. Mutants that these tests catch: an operation, a field or a code left out; an optional field not called so; a link to nowhere; an id
 * given twice; a script, an inline style or anything from elsewhere; text that is not escaped; a heading level skipped;
 * a colour too pale to read, in light or in dark; the start shown where there is nothing to start with.
 */
import { describe, expect, it } from 'vitest';
import { docsPage, STYLE_PATH } from '../../src/adapters/http/docs-page.ts';
import { problemsOf } from '../../src/adapters/http/docs-problems.ts';
import { DOCS_STYLE } from '../../src/adapters/http/docs-style.ts';
import { openApiDocument } from '../../src/adapters/http/openapi/document.ts';
import { type OpenApiDocument, operationsOf } from '../../src/adapters/http/openapi/open-api.ts';
import { requestSchema } from '../../src/adapters/http/openapi/request-schemas.ts';
import { sentenceOf } from '../../src/adapters/http/problem-sentences.ts';
import type { RequestClass } from '../../src/adapters/http/route.ts';
import { ROUTES } from '../support/route-table.ts';

const DOCUMENT = openApiDocument(ROUTES);
const PAGE = docsPage(DOCUMENT);

const unescaped = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
const TEXT = unescaped(PAGE);

const all = (pattern: RegExp): string[] => [...PAGE.matchAll(pattern)].map(([, found = '']) => found);
const articleOf = (operationId: string): string =>
  unescaped(new RegExp(`<article id="${operationId}".*?</article>`, 's').exec(PAGE)?.[0] ?? '');

describe('the page', () => {
  it('shows every operation: method, path, summary, fields, answers, codes, and how to call it', () => {
    for (const { method, path, operation } of operationsOf(DOCUMENT)) {
      const shown = articleOf(operation.operationId);
      expect(shown, operation.operationId).toContain(`${method.toUpperCase()} ${path}`);
      expect(shown).toContain(operation.summary);
      for (const status of Object.keys(operation.responses)) expect(shown).toContain(status);
      for (const { code } of problemsOf(operation)) expect(shown, operation.operationId).toContain(code);
      expect(shown).toMatch(/curl [^\n]*"\$API\//);
      expect(shown.includes('Bearer $TOKEN')).toBe(operation.security.length > 0);
    }
    for (const { operation, body } of ROUTES)
      for (const field of Object.keys((body ? requestSchema(body as RequestClass).properties : {}) as object))
        expect(articleOf(operation)).toContain(field);
  });

  it('says the bounds of a field, what else it may hold, and what it is for', () => {
    const deposit = articleOf('depositDocument');
    expect(deposit).toMatch(/title\s*text, 1 to 50 characters/);
    expect(deposit).toMatch(/comment optional\s*text, at most 3,000 characters/);
    expect(deposit).toContain('A professional declares that the patient was told of the deposit (R.1111-47)');
    expect(deposit).toContain(`-F 'metadata={"title":`);
    expect(articleOf('describeDocument')).toMatch(/text, at most 3,000 characters or null\s*Null takes it away/);
    expect(articleOf('describeDocument')).toContain('-H "If-Match: $ETAG"');
    expect(articleOf('changeDocuments')).toContain('list of UUID, 1 to 10 items');
    expect(articleOf('explainAccess')).toContain('G15_10 Médecin');
  });

  it('gives every problem its sentence', () => {
    const codes = new Set(
      operationsOf(DOCUMENT).flatMap(({ operation }) => problemsOf(operation).map(each => each.code)),
    );
    expect(codes.size).toBeGreaterThan(50);
    for (const code of codes)
      expect(TEXT).toContain(`${sentenceOf(code, 'en').title}: ${sentenceOf(code, 'en').detail}`);
  });

  it('loads nothing but its own stylesheet, and runs nothing', () => {
    expect(PAGE).not.toMatch(/<script|<iframe|<img|<object|<style|\sstyle=|\son\w+=|javascript:/i);
    expect(all(/<link [^>]*href="([^"]*)"/g)).toEqual([STYLE_PATH]);
    for (const target of all(/(?:href|src|action)="([^"]*)"/g)) expect(target).toMatch(/^(?:#|\/(?!\/))/);
    expect(DOCS_STYLE).not.toMatch(/url\(|@import|https?:/);
  });

  it('links to what is there, under ids of their own', () => {
    const ids = all(/ id="([^"]*)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = all(/href="#([^"]*)"/g);
    expect(targets.length).toBeGreaterThan(ROUTES.length * 3);
    expect(targets.filter(target => !ids.includes(target))).toEqual([]);
    for (const id of all(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(id);
  });

  it('has landmarks, and headings without gaps', () => {
    for (const landmark of ['header', 'nav', 'main', 'footer'])
      expect(all(new RegExp(`<(${landmark})[ >]`, 'g'))).toHaveLength(1);
    const levels = all(/<h(\d)/g).map(Number);
    expect(levels[0]).toBe(1);
    expect(levels.filter(level => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
  });

  it('escapes what it shows', () => {
    const document: OpenApiDocument = { ...DOCUMENT, info: { ...DOCUMENT.info, title: `<b>"'&` } };
    expect(docsPage(document)).toContain('<h1>&lt;b&gt;&quot;&#39;&amp;</h1>');
  });

  it('says how to start where there is something to start with', () => {
    expect(PAGE).toContain('id="start"');
    const production = docsPage(openApiDocument(ROUTES.filter(({ tag }) => tag !== 'Development')));
    expect(production).not.toContain('id="start"');
    expect(production).not.toContain('Development</h2>');
  });
});

describe('the colours', () => {
  const [light = '', dark = ''] = [...DOCS_STYLE.matchAll(/:root \{([^}]*--ground:[^}]*)\}/g)].map(
    ([, rules]) => rules,
  );
  const palette = (rules: string): ReadonlyMap<string, string> =>
    new Map([...rules.matchAll(/--(\w+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]));

  /** WCAG 2.2, relative luminance. */
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map(part => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [bright = 0, dim = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (bright + 0.05) / (dim + 0.05);
  };

  it.each([
    ['light', light],
    ['dark', dark],
  ])('can be read: %s', (_, rules) => {
    const colours = palette(rules);
    expect(colours.size).toBe(11);
    for (const name of ['text', 'quiet', 'link', 'get', 'post', 'put', 'patch', 'delete'])
      for (const ground of ['ground', 'raised'])
        expect(contrast(colours.get(name)!, colours.get(ground)!), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
});
