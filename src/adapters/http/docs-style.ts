/** The stylesheet of the page at /docs: light or dark as the reader's system is, from 360 pixels on, and on paper. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff;
  --raised: #f4f6f8;
  --line: #d5dbe1;
  --text: #1b2733;
  --quiet: #51606e;
  --link: #0b57a4;
  --get: #1a6b3c;
  --post: #0b57a4;
  --put: #8a4b00;
  --patch: #6b3fa0;
  --delete: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12181f;
    --raised: #1b242e;
    --line: #34414e;
    --text: #e4eaf0;
    --quiet: #a5b3c0;
    --link: #86bdf5;
    --get: #7ed3a0;
    --post: #86bdf5;
    --put: #f0b671;
    --patch: #c7a6f2;
    --delete: #ff9d94;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: auto; scroll-padding-top: 1rem; }
body {
  margin: 0 auto;
  padding: 0 1rem 4rem;
  max-width: 82rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h1, h2, h3, h4 { line-height: 1.25; }
h1 { font-size: 1.9rem; margin: 1.5rem 0 .25rem; }
h2 { font-size: 1.5rem; margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 3px solid var(--line); }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h4 { font-size: .95rem; margin: 1.1rem 0 .3rem; }
p { margin: .4rem 0; }
code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .9em; }
pre {
  margin: .4rem 0;
  padding: .7rem .9rem;
  overflow-x: auto;
  overflow-wrap: normal;
  background: var(--raised);
  border: 1px solid var(--line);
  border-radius: 6px;
  line-height: 1.4;
}
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem; background: var(--ground); }
.facts, .type, .optional, footer { color: var(--quiet); font-size: .9rem; }
.facts a code { white-space: nowrap; }
.summary { font-size: 1.05rem; }
.method { font: 700 .8em ui-monospace, Menlo, Consolas, monospace; color: var(--text); }
.get { color: var(--get); }
.post { color: var(--post); }
.put { color: var(--put); }
.patch { color: var(--patch); }
.delete { color: var(--delete); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav > ul { display: flex; flex-wrap: wrap; gap: .3rem 1rem; padding: .6rem 0; }
nav li ul { display: none; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
.index { list-style: none; padding: 0; margin: .8rem 0; }
.index li { margin: .35rem 0; }
.index a { text-decoration: none; }
.index a:hover code { text-decoration: underline; }
main > section:first-child h2 { margin-top: 1rem; }
article { padding: .2rem 0 1.2rem; border-bottom: 1px solid var(--line); }
.fields { margin: .3rem 0; }
.fields > div { padding: .35rem 0; border-top: 1px solid var(--line); }
.fields dt { font-weight: 600; }
.fields dd { margin: 0; }
.fields .fields { margin: .4rem 0 .2rem .6rem; padding-left: .7rem; border-left: 2px solid var(--line); }
.optional { font-weight: 400; }
details { margin: .4rem 0; }
summary { cursor: pointer; color: var(--link); }
.codes { columns: 16rem; padding-left: 1.1rem; font-size: .9rem; }
ol { padding-left: 1.4rem; }
@media (min-width: 48rem) {
  .fields > div { display: grid; grid-template-columns: minmax(0, 16.5rem) minmax(0, 1fr); column-gap: 1rem; }
  .fields .fields > div { display: block; }
}
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 17rem minmax(0, 1fr); column-gap: 2.5rem; }
  .skip, header, footer { grid-column: 1 / -1; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; align-self: start; font-size: .88rem; }
  nav > ul { display: block; }
  nav > ul > li { margin: .5rem 0; font-weight: 600; }
  nav li ul { display: block; font-weight: 400; padding-left: .4rem; }
  main > section:first-child h2 { margin-top: 0; padding-top: .5rem; border-top: 0; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --raised: #fff; --line: #bbb; --text: #000; --quiet: #333; --link: #000; }
  body { display: block; max-width: none; font-size: 10pt; }
  nav, .skip { display: none; }
  pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2, h3, h4 { break-after: avoid; }
  .fields > div { break-inside: avoid; }
}
`;
