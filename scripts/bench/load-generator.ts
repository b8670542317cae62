/**
 * The load, in a process of its own: `connections` sockets, each of which sends its request again as soon as it has the
 * answer. It knows just enough of HTTP/1.1 for that, so that it costs less than what it measures.
 */
import { connect, type Socket } from 'node:net';
import { answerAsHelper } from './helper-process.ts';
import { threadMicroseconds } from './server-protocol.ts';

export type Load = {
  readonly port: number;
  /** Asked by the connections in turns. */
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** The body that every answer must have. */
  readonly expected: Uint8Array;
  readonly connections: number;
  readonly seconds: number;
};

export type LoadOutcome = {
  readonly requests: number;
  /** Until the last answer. */
  readonly seconds: number;
  /** Milliseconds until the answer: half of them were faster, and 99 of 100. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Processor time that the generator itself took, per request: near 1 / requests per second it was the bottleneck. */
  readonly generatorMicroseconds: number;
};

const HEAD_END = '\r\n\r\n';
const OK = 'HTTP/1.1 200';
const LENGTH = 'Content-Length: ';
const NOTHING = Buffer.alloc(0);

/** The body of the answer in `received`; null while it is not whole. Throws where it is no 200. */
const bodyOf = (received: Buffer): Buffer | null => {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const lengthAt = received.indexOf(LENGTH);
  if (received.toString('latin1', 0, OK.length) !== OK || lengthAt < 0 || lengthAt > headEnd)
    throw new Error(`unexpected answer: ${received.toString('latin1', 0, headEnd)}`);
  const length = Number.parseInt(
    received.toString('latin1', lengthAt + LENGTH.length, lengthAt + LENGTH.length + 10),
    10,
  );
  const bodyAt = headEnd + HEAD_END.length;
  return received.length < bodyAt + length ? null : received.subarray(bodyAt);
};

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

const run = async ({ port, paths, headers, expected, connections, seconds }: Load): Promise<LoadOutcome> => {
  const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const body = Buffer.from(expected);
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const latencies: number[] = [];
  const startedMs = performance.now();
  const startedMicroseconds = threadMicroseconds();
  const endMs = startedMs + seconds * 1_000;

  await Promise.all(
    sockets.map(async (socket, index) => {
      const request = Buffer.from(`GET ${paths[index % paths.length]} HTTP/1.1\r\n${lines.join('')}\r\n`);
      const finished = Promise.withResolvers<void>();
      let received: Buffer = NOTHING;
      let sentMs = performance.now();
      socket.on('error', finished.reject);
      socket.on('close', () => finished.reject(new Error('the server closed a connection')));
      socket.on('data', (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        try {
          const answered = bodyOf(received);
          if (answered === null) return;
          if (!answered.equals(body)) throw new Error('an answer has another body than expected');
        } catch (error) {
          finished.reject(error as Error);
          return;
        }
        received = NOTHING;
        const nowMs = performance.now();
        latencies.push(nowMs - sentMs);
        sentMs = nowMs;
        if (nowMs < endMs) socket.write(request);
        else finished.resolve();
      });
      socket.write(request);
      await finished.promise;
    }),
  );

  const elapsedSeconds = (performance.now() - startedMs) / 1_000;
  for (const socket of sockets) socket.destroy();
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
  return {
    requests: latencies.length,
    seconds: elapsedSeconds,
    medianMs: quantile(0.5),
    p99Ms: quantile(0.99),
    generatorMicroseconds: (threadMicroseconds() - startedMicroseconds) / latencies.length,
  };
};

answerAsHelper(run, async () => {});
