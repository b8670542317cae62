import { parseAst } from 'vitest/node';

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** With these a test runs, `runIf` where its machine is; with any other it does not, or is expected to fail. */
const RUNNING = ['each', 'for', 'concurrent', 'sequential', 'runIf'];
/** As options they keep a test from running, whatever their value: none is put there to say no. */
const NOT_RUNNING = ['skip', 'todo', 'fails'];

/** `test.each(…)` as `['test', 'each']`; null: what is called has no such name. */
const chainOf = (callee: unknown): readonly string[] | null => {
  if (!isNode(callee)) return null;
  if (callee.type === 'Identifier') return [String(callee.name)];
  if (callee.type === 'CallExpression') return chainOf(callee.callee);
  if (callee.type !== 'MemberExpression' || !isNode(callee.property)) return null;
  const owner = chainOf(callee.object);
  // What is computed may be anything.
  return owner && [...owner, callee.computed === true ? '?' : String(callee.property.name)];
};

const textOf = (node: Node | undefined): string | null => {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type !== 'TemplateLiteral') return null;
  const [only, ...more] = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
  return only !== undefined && more.length === 0 ? only.value.cooked : null;
};

const isSwitchedOff = (argument: Node): boolean =>
  argument.type === 'ObjectExpression' &&
  (argument.properties as readonly Node[]).some(
    ({ key }) => isNode(key) && NOT_RUNNING.includes(String(key.name ?? key.value)),
  );

/** A test without a body shows nothing. */
const hasBody = ({ type, body }: Node): boolean =>
  /Function/.test(type) && isNode(body) && (body.type !== 'BlockStatement' || (body.body as Node[]).length > 0);

/**
 * Names, as they are written, of the tests that run of a file with this code: those in comments or texts, without a body,
 * or skipped, themselves or with a group around them, are not among them.
 */
export const declaredTests = (code: string): readonly string[] => {
  const names: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const child of value) visit(child);
    if (!isNode(value)) return;
    if (value.type === 'CallExpression') {
      const [base = '', ...modifiers] = chainOf(value.callee) ?? [];
      const given = value.arguments as readonly Node[];
      const name = textOf(given[0]);
      if (['test', 'it', 'describe'].includes(base) && name !== null) {
        if (modifiers.some(each => !RUNNING.includes(each)) || given.some(isSwitchedOff)) return;
        if (base !== 'describe' && given.some(hasBody)) names.push(name);
      }
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(parseAst(code, { lang: 'ts' }));
  return names;
};
