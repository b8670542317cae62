import {
  type Content,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  resolveParameter,
} from './openapi/open-api.ts';

/** A command that calls the operation: `$API`, `$TOKEN` and the ids of the path are the reader's to set. */
export const curlFor = (document: OpenApiDocument, method: string, path: string, operation: Operation): string => {
  const parameters = operation.parameters.map(parameter => resolveParameter(document, parameter));
  const content = operation.requestBody?.content ?? {};
  const url = `"$API${path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)}${queryOf(parameters)}"`;
  return [
    `curl${flagsFor(method, operation, content)} ${url}`,
    ...(operation.security.length > 0 ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...parameters.filter(isNeeded).map(({ name }) => `-H "${name}: $ETAG"`),
    ...bodyOf(content),
  ].join(' \\\n  ');
};

const queryOf = (parameters: readonly Parameter[]): string => {
  const given = parameters.filter(({ in: place, example }) => place === 'query' && example !== undefined);
  const query = given.map(
    ({ name, example }) => `${name}=${encodeURIComponent(String(example)).replaceAll('%3A', ':')}`,
  );
  return query.length === 0 ? '' : `?${query.join('&')}`;
};

const isNeeded = ({ in: place, required }: Parameter): boolean => place === 'header' && required;

const flagsFor = (method: string, { responses }: Operation, content: Content): string => {
  const implied = Object.keys(content).length > 0 ? 'post' : 'get';
  const answer = Object.keys(responses['200']?.content ?? {});
  return [
    ...(answer.includes('text/event-stream') ? [' -N'] : []),
    ...(answer.some(isFile) ? [' -OJ'] : []),
    ...(method === implied ? [] : [` -X ${method.toUpperCase()}`]),
  ].join('');
};

const isFile = (mediaType: string): boolean => mediaType === 'application/pdf' || mediaType === 'text/csv';

const bodyOf = (content: Content): readonly string[] => {
  const json = content['application/json'];
  if (json !== undefined) return ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(json.example))}`];
  const form = content['multipart/form-data'];
  if (form === undefined) return [];
  const { metadata, file } = form.example as { readonly metadata: object; readonly file: string };
  return [`-F ${quoted(`metadata=${JSON.stringify(metadata)}`)}`, `-F file=@${file}`];
};

/** For a shell, as one word. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
