import { html, type Markup, type Part } from './html.ts';
import type { Schema } from './openapi/json-schema.ts';
import { type OpenApiDocument, type Operation, operationsOf } from './openapi/open-api.ts';
import { PROBLEM_MEDIA_TYPE } from './openapi/problem-answers.ts';
import { sentenceOf } from './problem-sentences.ts';

export type Coded = { readonly status: string; readonly code: string };

/** Codes that at least this share of the operations may answer with are explained once, for all of them. */
const COMMON_SHARE = 1 / 3;

/** The codes that one operation may answer with, by status. */
export const problemsOf = ({ responses }: Operation): readonly Coded[] =>
  Object.entries(responses).flatMap(([status, { content = {} }]) =>
    codesIn(content[PROBLEM_MEDIA_TYPE]?.schema).map(code => ({ status, code })),
  );

export const commonCodes = (document: OpenApiDocument): ReadonlySet<string> => {
  const operations = operationsOf(document);
  const all = operations.flatMap(({ operation }) => problemsOf(operation).map(({ code }) => code));
  const counts = [...Map.groupBy(all, code => code)].map(([code, found]) => [code, found.length] as const);
  return new Set(counts.filter(([, count]) => count >= operations.length * COMMON_SHARE).map(([code]) => code));
};

/** What one operation may answer instead: its own problems in words, the common ones by name. */
export const problemList = (operation: Operation, common: ReadonlySet<string>): Part => {
  const [shared, own] = [true, false].map(wanted =>
    problemsOf(operation).filter(({ code }) => common.has(code) === wanted),
  ) as [Coded[], Coded[]];
  const links = [...Map.groupBy(shared, ({ status }) => status)].map(([status, coded]) => [
    ` ${status}`,
    coded.map(({ code }) => html` <a href="#problem-${code}"><code>${code}</code></a>`),
  ]);
  return html`<h4>Problems</h4>
${own.length === 0 ? null : html`<dl class="fields">${own.map(coded => inWords(coded, null))}</dl>`}
<p class="facts">${own.length === 0 ? 'The common ones:' : 'And the common ones:'}${links}</p>`;
};

/** Every common problem, with its sentence. */
export const commonProblems = (document: OpenApiDocument): Markup => {
  const common = commonCodes(document);
  const all = operationsOf(document).flatMap(({ operation }) => problemsOf(operation));
  const once = new Map(all.filter(({ code }) => common.has(code)).map(coded => [coded.code, coded]));
  const sorted = [...once.values()].sort((a, b) => a.status.localeCompare(b.status, 'en'));
  return html`<dl class="fields">${sorted.map(coded => inWords(coded, `problem-${coded.code}`))}</dl>`;
};

const inWords = ({ status, code }: Coded, id: string | null): Markup => {
  const { title, detail } = sentenceOf(code, 'en');
  const anchor = id === null ? null : html` id="${id}"`;
  return html`<div${anchor}><dt>${status} <code>${code}</code></dt><dd>${title}: ${detail}</dd></div>`;
};

const codesIn = (schema: Schema | undefined): readonly string[] => {
  const { code } = (schema?.properties ?? {}) as { readonly code?: { readonly enum: readonly string[] } };
  return code?.enum ?? [];
};
