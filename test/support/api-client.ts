import type { OpenApiDocument } from '../../src/adapters/http/openapi/open-api.ts';
import { type AnswerChecker, createAnswerChecker, isJson } from './answer-checker.ts';

export type ApiRequest = {
  readonly token?: string;
  /** Sent as JSON; text and bytes as they are, with the `Content-Type` given in `headers`. */
  readonly body?: unknown;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

export type ApiAnswer<T> = {
  readonly status: number;
  readonly headers: Headers;
  /** JSON parsed, a `ReadableStream` where it is an event stream, a `Buffer` of other bytes, null where there is none. */
  readonly body: T;
};

export interface ApiClient {
  /** Throws where the document does not have the path, or where the answer is not as it says. */
  call<T = unknown>(method: string, path: string, request?: ApiRequest): Promise<ApiAnswer<T>>;
  /** Which operations and statuses were exercised, and which operations were not. */
  readonly checker: AnswerChecker;
}

/** A client that believes nothing: every answer is held against the OpenAPI document. */
export const createApiClient = (baseUrl: string, document: OpenApiDocument): ApiClient => {
  const checker = createAnswerChecker(document);
  return {
    checker,
    async call<T>(method: string, path: string, request: ApiRequest = {}): Promise<ApiAnswer<T>> {
      const documented = checker.operationFor(method, path);
      if (documented === null) throw new Error(`the document has no operation ${method} ${path}`);
      const response = await fetch(baseUrl + path, { method, redirect: 'manual', ...initOf(request) });
      const { status, headers } = response;
      const body = await bodyOf(response);
      checker.check(documented, { status, headers, body: Buffer.isBuffer(body) ? undefined : (body ?? undefined) });
      return { status, headers, body: body as T };
    },
  };
};

/** A `fetch` whose answers are checked on their way. What the document does not know must be answered by saying so. */
export const checkedFetch =
  (checker: AnswerChecker): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    const method = init?.method ?? 'GET';
    // Node answers 431 itself, before anything of ours has seen the request.
    if (method === 'HEAD' || method === 'OPTIONS' || response.status === 431) return response;
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const { status, headers } = response;
    const body = isJson(mediaTypeOf(response)) ? await response.clone().json() : undefined;
    const documented = checker.operationFor(method, pathname);
    if (documented === null) checker.checkUnknown(method, pathname, { status, headers, body });
    else checker.check(documented, { status, headers, body });
    return response;
  };

const initOf = ({ token, body, form, headers: given, signal }: ApiRequest): RequestInit => {
  const headers = new Headers(given);
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  if (body !== undefined && !isRaw) headers.set('Content-Type', 'application/json');
  const sent =
    form ?? (body === undefined ? null : isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body));
  return { headers, body: sent, ...(signal === undefined ? {} : { signal }) };
};

const bodyOf = async (response: Response): Promise<unknown> => {
  const mediaType = mediaTypeOf(response);
  if (mediaType === 'text/event-stream') return response.body;
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.length === 0) return null;
  return isJson(mediaType) ? JSON.parse(bytes.toString('utf8')) : bytes;
};

const mediaTypeOf = ({ headers }: Response): string => headers.get('Content-Type')?.split(';', 1)[0]?.trim() ?? '';
