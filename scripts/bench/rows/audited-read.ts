import { alternate, type Speed, spreadOf } from '../alternating.ts';
import { type Helper, startHelper } from '../helper-process.ts';
import type { Load, LoadOutcome } from '../load-generator.ts';
import { BODY, pathOf, type Readable, storeReadables } from '../readables.ts';
import { comparison, type Measured } from '../results.ts';
import type { Measure, Surroundings } from '../row.ts';
import type { ServerAnswer, ServerQuestion } from '../server-protocol.ts';
import { sharesOf } from '../shares.ts';
import { environmentOf, freshFolder } from '../workspace.ts';

const CONNECTIONS = 64;
const FLOOR = 0.4;

/**
 * A professional reads a document of 1 kB over HTTP (token, decision, durable trace, bytes), on as many espaces as there
 * are connections and on a single one, against Koa alone that answers the same bytes. Three processes: the one that asks,
 * and two servers, of which one is asked at a time.
 */
export const auditedRead: Measure = async surroundings => {
  const data = freshFolder(surroundings.folder);
  const { many, single } = await storeReadables(data, CONNECTIONS);
  const { token, loads, ...measured } = await measureServers(surroundings, data, many, single);
  surroundings.onProgress('taking a request apart');
  const shares = await sharesOf(data, many, token, surroundings.size.calls, {
    bareKoaMicroseconds: loads[0]?.cpuMicroseconds() ?? 0,
    auditedReadMicroseconds: loads[1]?.cpuMicroseconds() ?? 0,
  });
  return { ...measured, notes: [...measured.notes, shares] };
};

const measureServers = async (
  { size, profileFolder, onProgress }: Surroundings,
  data: string,
  many: readonly Readable[],
  single: readonly Readable[],
): Promise<Measured & { readonly token: string; readonly loads: readonly ServerUnderLoad[] }> => {
  const bare = startHelper<ServerQuestion, ServerAnswer>('bare-koa-server');
  const record = startHelper<ServerQuestion, ServerAnswer>('record-server', {
    env: environmentOf(data),
    execArgv: profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
  });
  const generator = startHelper<Load, LoadOutcome>('load-generator');
  try {
    const { port: barePort } = await bare.ask({ kind: 'listen', body: BODY });
    const { port } = await record.ask({ kind: 'listen', body: BODY });
    const token = await tokenFrom(port);
    const under = (what: string, server: typeof record, onPort: number, readables: readonly Readable[]) =>
      underLoad(what, size.rounds, generator, server, {
        port: onPort,
        paths: readables.map(pathOf),
        headers: { Authorization: `Bearer ${token}` },
        expected: BODY,
        connections: CONNECTIONS,
        seconds: size.loadSeconds,
      });
    const loads = [
      under('bare Koa', bare, barePort, many),
      under(`audited read, ${CONNECTIONS} espaces`, record, port, many),
      under('audited read, one espace', record, port, single),
    ];
    const sides = loads.map(({ measure }) => measure);
    const [speeds = [], ...ours] = await alternate(size, sides, onProgress);
    return {
      token,
      loads,
      results: ours.map((oursSpeeds, index) =>
        comparison(loads[index + 1]?.what ?? '', 'requests/s', oursSpeeds, { what: 'bare Koa', speeds }, FLOOR),
      ),
      notes: [
        {
          title: `${CONNECTIONS} connections that never pause`,
          lines: loads.map(({ describe }) => describe()),
        },
      ],
    };
  } finally {
    await Promise.all([bare.stop(), record.stop(), generator.stop()]);
  }
};

type ServerUnderLoad = {
  readonly what: string;
  /** Requests per second. */
  readonly measure: () => Promise<Speed>;
  /** Processor time of the main thread for one request, median of the rounds. */
  readonly cpuMicroseconds: () => number;
  readonly describe: () => string;
};

const underLoad = (
  what: string,
  rounds: number,
  generator: Helper<Load, LoadOutcome>,
  server: Helper<ServerQuestion, ServerAnswer>,
  load: Load,
): ServerUnderLoad => {
  const outcomes: (LoadOutcome & { readonly cpuMicroseconds: number })[] = [];
  const median = (of: (outcome: (typeof outcomes)[number]) => number): number =>
    spreadOf(outcomes.slice(-rounds).map(of)).median;
  return {
    what,
    async measure() {
      const before = await server.ask({ kind: 'usage' });
      const outcome = await generator.ask(load);
      const after = await server.ask({ kind: 'usage' });
      const cpuMicroseconds = (after.cpuMicroseconds - before.cpuMicroseconds) / outcome.requests;
      outcomes.push({ ...outcome, cpuMicroseconds });
      return outcome.requests / outcome.seconds;
    },
    cpuMicroseconds: () => median(each => each.cpuMicroseconds),
    describe: () =>
      `${what}: half of the answers within ${median(each => each.medianMs).toFixed(1)} ms, 99 of 100 within ` +
      `${median(each => each.p99Ms).toFixed(1)} ms; a request takes ${median(each => each.cpuMicroseconds).toFixed(1)} µs ` +
      `of the server's main thread and ${median(each => each.generatorMicroseconds).toFixed(1)} µs of the generator`,
  };
};

const tokenFrom = async (port: number): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}/dev/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ professional: 'general-practitioner' }),
  });
  const { accessToken } = (await response.json()) as { readonly accessToken: string };
  return accessToken;
};
