import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './adapters/http/app.ts';
import { type Composition, compose, TOKENS } from './composition-root.ts';
import type { Config } from './config.ts';

export type Application = {
  readonly parts: Composition;
  readonly server: Server;
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Stops taking requests, finishes those under way, and lets go of everything. */
  stop(): Promise<void>;
};

/** Node's own limits, in numbers of our choosing. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADERS_BYTES = 32 * 1024;
/** Requests under way at the stop are waited for this long. */
const STOP_TIMEOUT_MS = 10_000;
/** How often connections without a request are looked for at the stop. */
const IDLE_EVERY_MS = 20;

/** The parts without a server, for tasks beside a running one: both work on the same stores. */
export const openParts = (config: Config): { readonly parts: Composition; readonly close: () => Promise<void> } => {
  const parts = compose(config);
  return {
    parts,
    async close() {
      parts.get(TOKENS.stop).abort();
      await parts.get(TOKENS.store).close();
      await parts.get(TOKENS.keys).close();
    },
  };
};

/** Composes, starts the reactors and listens. Rejects where a store does not open or the port is taken. */
export const startApplication = async (config: Config): Promise<Application> => {
  const parts = compose(config);
  const stop = parts.get(TOKENS.stop);
  const app = createApp(await parts.http());
  const reactors = [
    parts.get(TOKENS.notices).codes.run(stop.signal),
    parts.get(TOKENS.notices).letters.run(stop.signal),
    parts.get(TOKENS.contentKeeper).run(stop.signal),
    parts.get(TOKENS.deadlines).run(stop.signal),
    parts.get(TOKENS.ticketQueue).run(stop.signal),
  ];
  const server = createServer({ maxHeaderSize: MAX_HEADERS_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }, app.callback());
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const closeStores = async (): Promise<void> => {
    stop.abort();
    await Promise.all(reactors);
    await parts.get(TOKENS.store).close();
    await parts.get(TOKENS.keys).close();
    await parts.get(TOKENS.projections).close();
    await parts.get(TOKENS.directory).close();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, resolve);
    });
  } catch (error) {
    await closeStores();
    throw error;
  }
  const { address, port, family } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  return {
    parts,
    server,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop() {
      stopped ??= (async () => {
        stop.abort();
        const closed = new Promise(resolve => server.close(resolve));
        // A connection whose last answer is given only now would be kept for the client's next request.
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_EVERY_MS);
        const timer = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS);
        await closed;
        clearInterval(idle);
        clearTimeout(timer);
        await closeStores();
        // The last lines too: the log is written a little behind.
        await new Promise<void>(resolve => parts.get(TOKENS.log).flush(() => resolve()));
      })();
      return stopped;
    },
  };
};
