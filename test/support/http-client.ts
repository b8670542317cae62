/** What comes over the wire, to be asserted on. */
// biome-ignore lint/suspicious/noExplicitAny: an answer is asserted, not typed
export type Wire = any;

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** Parsed where it is JSON; undefined otherwise. */
  readonly body: Wire;
};

export type Sent = {
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is; its type is in `headers`, or a form's own. */
  readonly raw?: string | Uint8Array<ArrayBuffer> | FormData | ReadableStream;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

export type HttpClient = ReturnType<typeof createHttpClient>;

/** A client of one server: what its tests say, and no more. `send` is where answers are checked on their way. */
export const createHttpClient = (baseUrl: string, send: typeof fetch = fetch) => {
  const respond = (method: string, path: string, sent: Sent = {}): Promise<Response> => {
    const headers = new Headers(sent.headers);
    if (sent.token !== undefined) headers.set('Authorization', `Bearer ${sent.token}`);
    if (sent.body !== undefined && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
    const body = sent.raw ?? (sent.body === undefined ? null : JSON.stringify(sent.body));
    return send(baseUrl + path, {
      method,
      headers,
      body,
      redirect: 'manual',
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
      ...(sent.signal === undefined ? {} : { signal: sent.signal }),
    } as RequestInit);
  };

  const request = async (method: string, path: string, sent: Sent = {}): Promise<Reply> => {
    const response = await respond(method, path, sent);
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = /json/.test(response.headers.get('Content-Type') ?? '') && bytes.length > 0;
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      body: isJson ? JSON.parse(bytes.toString()) : undefined,
    };
  };

  return {
    baseUrl,
    request,
    /** The answer as it comes, its body not yet read. */
    respond,
    get: (path: string, sent?: Sent) => request('GET', path, sent),
    post: (path: string, sent?: Sent) => request('POST', path, sent),
    put: (path: string, sent?: Sent) => request('PUT', path, sent),
    patch: (path: string, sent?: Sent) => request('PATCH', path, sent),
    delete: (path: string, sent?: Sent) => request('DELETE', path, sent),
  };
};
