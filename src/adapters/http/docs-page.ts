import { breakable, operationArticle } from './docs-operation.ts';
import { commonCodes, commonProblems } from './docs-problems.ts';
import { field, fields, inside, typeOf } from './docs-schema.ts';
import { html, type Markup, type Part, prose } from './html.ts';
import type { Schema } from './openapi/json-schema.ts';
import { type OpenApiDocument, operationsOf } from './openapi/open-api.ts';

/** Where the stylesheet of the page is served. */
export const STYLE_PATH = '/docs/style.css';

/** The document as a page for people: no script, nothing from elsewhere. */
export const docsPage = (document: OpenApiDocument): string => {
  const { info, tags, components } = document;
  const operations = operationsOf(document);
  const sections = tags.map(({ name, description }) => ({
    name,
    id: `tag-${name.toLowerCase()}`,
    description,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const common = commonCodes(document);
  const start = '/dev/outbox' in document.paths ? startSection() : null;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: the API</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<h1>${info.title}</h1>
<p>${info.summary}.</p>
<p class="facts">Version ${info.version} · ${operations.length} operations · <a href="/openapi.json">OpenAPI 3.1 document</a></p>
</header>
<nav aria-label="Contents">
<ul>
${start === null ? null : html`<li><a href="#start">Start</a></li>`}
<li><a href="#conventions">Conventions</a></li>
${sections.map(
  ({ name, id, operations: listed }) =>
    html`<li><a href="#${id}">${name}</a><ul>${listed.map(
      ({ method, operation: { operationId } }) =>
        html`<li><a href="#${operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${operationId}</a></li>`,
    )}</ul></li>`,
)}
<li><a href="#schemas">Schemas</a></li>
</ul>
</nav>
<main id="content">
${start}
${conventions(document)}
${sections.map(
  ({ name, id, description, operations: listed }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
<p>${description}.</p>
<ul class="index">${listed.map(
    ({ method, path, operation: { operationId, summary } }) =>
      html`<li><a href="#${operationId}"><span class="method ${method}">${method.toUpperCase()}</span> <code>${breakable(path)}</code></a> ${summary}</li>`,
  )}</ul>
${listed.map(({ method, path, operation }) => operationArticle(document, method, path, operation, common))}
</section>`,
)}
<section id="schemas" aria-labelledby="schemas-title">
<h2 id="schemas-title">Schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => schemaArticle(name, schema))}
</section>
</main>
<footer><p>${info.license.name}</p></footer>
</body>
</html>
`.markup;
};

/** From nothing to a first answer, on one's own machine. */
const startSection = (): Markup => html`<section id="start" aria-labelledby="start-title">
<h2 id="start-title">Start</h2>
<p>Five commands, in the folder of the project; the last four in a second terminal. Nobody in the example exists.</p>
<ol>
<li>The server, on port 3000, with its data in <code>./data</code>:
<pre tabindex="0"><code>npm ci &amp;&amp; npm start</code></pre></li>
<li>Two invented persons are invited:
<pre tabindex="0"><code>npm run import -- test/fixtures/insured.csv</code></pre></li>
<li>What would have been sent to them, the codes of their invitations among it:
<pre tabindex="0"><code>API=http://127.0.0.1:3000; curl $API/dev/outbox</code></pre></li>
<li>One of them shows who they are, with that code, and gets a token for <a href="#activate">activating</a>:
<pre tabindex="0"><code>curl $API/v1/enrolment/verifications -H 'Content-Type: application/json' \\
  -d '{"code":"…","nir":"279035121518989","vitaleSerial":"12345678901"}'</code></pre></li>
<li>A professional who does not exist gets a token too:
<pre tabindex="0"><code>curl $API/dev/tokens -H 'Content-Type: application/json' -d '{"professional":"general-practitioner"}'</code></pre></li>
</ol>
<p><code>npm run demo</code> plays a whole story on a server of its own and prints each step.</p>
</section>`;

const conventions = (
  document: OpenApiDocument,
): Markup => html`<section id="conventions" aria-labelledby="conventions-title">
<h2 id="conventions-title">Conventions</h2>
${document.info.description.split('\n\n').map(paragraph => html`<p>${prose(paragraph)}</p>`)}
<h3>Tokens</h3>
<dl class="fields">${Object.entries(document.components.securitySchemes).map(
  ([name, { description }]) => html`<div id="token-${name}"><dt>${name}</dt><dd>${prose(description)}.</dd></div>`,
)}</dl>
<h3>Headers</h3>
<dl class="fields">${headerFields(document.components.parameters)}</dl>
<h3>Problems that many operations may answer with</h3>
${commonProblems(document)}
</section>`;

/** A header that some operations require and others do not stands here twice, under one id. */
const headerFields = (parameters: OpenApiDocument['components']['parameters']): Part => {
  const linked = new Set<string>();
  return Object.values(parameters).map(({ name, description, schema, required }) => {
    const id = linked.has(name) ? null : `header-${name.toLowerCase()}`;
    linked.add(name);
    return field(name, { ...schema, description }, required, {}, id);
  });
};

const schemaArticle = (name: string, schema: Schema): Markup => html`<article id="schema-${name}">
<h3>${name}</h3>
${typeof schema.description === 'string' ? html`<p>${prose(schema.description)}.</p>` : null}
${schema.properties !== undefined ? fields(schema) : html`<div class="type">${typeOf(schema)}</div>${inside(schema)}`}
</article>`;
