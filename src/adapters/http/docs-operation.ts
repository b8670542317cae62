import { curlFor } from './docs-curl.ts';
import { problemList } from './docs-problems.ts';
import { field, fields, inside, typeOf } from './docs-schema.ts';
import { html, type Markup, type Part, prose } from './html.ts';
import { nameIn, type Schema } from './openapi/json-schema.ts';
import {
  type Content,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type RequestBody,
  type Response,
  resolveParameter,
} from './openapi/open-api.ts';
import { PROBLEM_MEDIA_TYPE } from './openapi/problem-answers.ts';

/** One operation, with all there is to say of it. `common`: codes of problems that are explained elsewhere. */
export const operationArticle = (
  document: OpenApiDocument,
  method: string,
  path: string,
  operation: Operation,
  common: ReadonlySet<string>,
): Markup => {
  const { operationId, summary, requestBody, responses } = operation;
  const parameters = operation.parameters.map(parameter => resolveParameter(document, parameter));
  const answers = Object.entries(responses).filter(([, { content }]) => !isProblem(content));
  return html`<article id="${operationId}" aria-labelledby="${operationId}-title">
<h3 id="${operationId}-title"><span class="method ${method}">${method.toUpperCase()}</span> <code>${breakable(path)}</code></h3>
<p class="summary">${summary}</p>
<p class="facts">${whoMayCall(operation)} · named <code>${operationId}</code> · headers: ${headers(parameters)}</p>
${parameterList('Path', parameters, 'path')}
${parameterList('Query', parameters, 'query')}
${requestBody === undefined ? null : bodyList(document, requestBody)}
<h4>Answers</h4>
<dl class="fields">${answers.map(([status, response]) => answer(status, response))}</dl>
${problemList(operation, common)}
<h4>Example</h4>
<pre tabindex="0"><code>${curlFor(document, method, path, operation)}</code></pre>
</article>`;
};

/** A long path may break after each slash. */
export const breakable = (path: string): Part =>
  path.split(/(?<=.\/)/).map((piece, index) => (index === 0 ? piece : html`<wbr>${piece}`));

const isProblem = (content: Content | undefined): boolean => content !== undefined && PROBLEM_MEDIA_TYPE in content;

const CALLERS: Readonly<Record<string, string>> = {
  holder: 'the holder',
  professional: 'a professional',
  enrolment: 'somebody identified',
};

const whoMayCall = ({ security }: Operation): Part => {
  if (security.length === 0) return 'No token';
  const schemes = security.flatMap(requirement => Object.keys(requirement));
  return html`Token of ${schemes.map((scheme, index) => [
    index === 0 ? '' : ' or ',
    html`<a href="#token-${scheme}">${CALLERS[scheme] ?? scheme}</a>`,
  ])}`;
};

const headers = (parameters: readonly Parameter[]): Part =>
  parameters
    .filter(({ in: place }) => place === 'header')
    .map(({ name, required }, index) => [
      index === 0 ? '' : ', ',
      html`<a href="#header-${name.toLowerCase()}"><code>${name}</code></a>${required ? ' (required)' : null}`,
    ]);

const parameterList = (title: string, parameters: readonly Parameter[], place: Parameter['in']): Part => {
  const wanted = parameters.filter(parameter => parameter.in === place);
  if (wanted.length === 0) return null;
  return html`<h4>${title}</h4><dl class="fields">${wanted.map(({ name, required, description, schema }) =>
    field(name, { ...schema, description: ownWords(description, schema) }, required),
  )}</dl>`;
};

/** A parameter's words, and its schema's where they add something. */
const ownWords = (description: string, { description: more }: Schema): string =>
  typeof more === 'string' && !description.includes(more)
    ? [description, more].filter(Boolean).join('. ')
    : description;

const bodyList = (document: OpenApiDocument, { description, content, required }: RequestBody): Part => {
  const described = Object.entries(content).filter(([, { schema }]) => schema !== undefined);
  const raw = Object.keys(content).filter(mediaType => content[mediaType]?.schema === undefined);
  return [
    described.map(([mediaType, { schema = {} }]) => {
      const named = document.components.schemas[nameIn(schema) ?? ''];
      return html`<h4>Body <span class="type">${mediaType}${required ? null : ', optional'}</span></h4>
${description === '' ? null : html`<p>${prose(description)}.</p>`}
${fields(named ?? schema, document.components.schemas)}`;
    }),
    raw.length === 0 ? null : html`<p>As a raw body: ${prose(raw.map(type => `\`${type}\``).join(', '))}.</p>`,
  ];
};

const answer = (status: string, { description, headers: sent = {}, content = {} }: Response): Markup => {
  const names = Object.entries(sent).map(([name]) => html` · <code>${name}</code>`);
  return html`<div><dt>${status}</dt><dd>${description}${names}${Object.entries(content).map(
    ([mediaType, { schema, example }]) => [
      html`<br><span class="type">${mediaType}</span>`,
      schema === undefined || mediaType.startsWith('text/') ? null : html`: ${typeOf(schema)}${inside(schema)}`,
      example === undefined
        ? null
        : html`<details><summary>Example</summary><pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre></details>`,
    ],
  )}</dd></div>`;
};
