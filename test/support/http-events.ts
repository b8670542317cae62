import type { HttpClient, Wire } from './http-client.ts';

export type LiveEvent = { readonly id: string; readonly event: string; readonly data: Wire };

/** A reader of `text/event-stream`, as a browser's EventSource is one. */
export interface LiveReader {
  /** Resolves with the next event; rejects when `timeoutMs` have passed without one. */
  next(timeoutMs?: number): Promise<LiveEvent>;
  /** Everything received so far that `next` has not given. */
  waiting(): readonly LiveEvent[];
  /** Comment lines received so far. */
  comments(): number;
  /** Resolves when the server ends it. */
  readonly ended: Promise<void>;
  leave(): void;
}

const PATIENCE_MS = 5_000;

/** Begins to read. Throws what was answered instead where it is no stream. */
export const readLive = async (http: HttpClient, path: string, token: string, lastId?: string): Promise<LiveReader> => {
  const abort = new AbortController();
  const headers = lastId === undefined ? {} : { 'Last-Event-ID': lastId };
  const response = await http.respond('GET', path, { token, headers, signal: abort.signal });
  if (response.status !== 200) throw Object.assign(new Error('no stream'), { answer: await response.json() });
  const events: LiveEvent[] = [];
  let comments = 0;
  let ring = Promise.withResolvers<void>();

  const take = (block: string): void => {
    const fields = new Map(
      block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    if (block.startsWith(':')) comments += 1;
    if (fields.has('data'))
      events.push({
        id: fields.get('id') ?? '',
        event: fields.get('event') ?? '',
        data: JSON.parse(fields.get('data') ?? ''),
      });
    ring.resolve();
    ring = Promise.withResolvers();
  };
  const ended = (async () => {
    let text = '';
    for await (const piece of (response.body as ReadableStream<Uint8Array>).pipeThrough(
      new TextDecoderStream() as never,
    )) {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  })().catch(() => {});

  return {
    async next(timeoutMs = PATIENCE_MS) {
      const until = Date.now() + timeoutMs;
      while (events.length === 0) {
        const left = until - Date.now();
        if (left <= 0) throw new Error('no event came');
        await Promise.race([ring.promise, new Promise(resolve => setTimeout(resolve, left))]);
      }
      return events.shift() as LiveEvent;
    },
    waiting: () => [...events],
    comments: () => comments,
    ended,
    leave: () => abort.abort(),
  };
};
