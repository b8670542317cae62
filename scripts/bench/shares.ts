import { randomUUID } from 'node:crypto';
import { NoQuery } from '../../src/adapters/http/requests/page.ts';
import { validatedQuery } from '../../src/adapters/http/validate.ts';
import { seal } from '../../src/adapters/sealing/sealed-event.ts';
import { TOKENS } from '../../src/composition-root.ts';
import type { Question } from '../../src/domain/access/question.ts';
import { rule } from '../../src/domain/record/record.ts';
import { isUuid } from '../../src/domain/shared/identifiers.ts';
import { spreadOf } from './alternating.ts';
import { PRACTITIONER } from './life.ts';
import type { Readable } from './readables.ts';
import type { Note } from './results.ts';
import { threadMicroseconds } from './server-protocol.ts';
import { openFresh } from './workspace.ts';

const REPEATS = 5;

/** Processor time of this thread for one `work`, median of a few series, in microseconds. */
const costOf = async (times: number, work: (index: number) => unknown): Promise<number> => {
  const costs: number[] = [];
  for (let repeat = -1; repeat < REPEATS; repeat += 1) {
    const before = threadMicroseconds();
    for (let index = 0; index < times; index += 1) {
      const result = work(index);
      if (result instanceof Promise) await result;
    }
    if (repeat >= 0) costs.push((threadMicroseconds() - before) / times);
  }
  return spreadOf(costs).median;
};

/**
 * What one audited read is made of, on the main thread: each part called by itself, and what remains of a whole request
 * under load. Parts by themselves are faster than in company, so the remainder is a little too large.
 */
export const sharesOf = async (
  data: string,
  readables: readonly Readable[],
  token: string,
  times: number,
  underLoad: { readonly auditedReadMicroseconds: number; readonly bareKoaMicroseconds: number },
): Promise<Note> => {
  const { parts, close } = openFresh(data);
  const records = parts.get(TOKENS.records);
  const contents = parts.get(TOKENS.contents);
  const { authenticator, observe } = await parts.http();
  const one = (index: number): Readable => readables[index % readables.length] as Readable;
  const [{ espace, documentId }] = readables as [Readable];
  const key = await parts.get(TOKENS.keys).sealingKey(espace);
  const { state } = await records.load(espace);

  const header = (name: string): string | null => (name === 'Authorization' ? `Bearer ${token}` : null);
  const question: Question = {
    actor: PRACTITIONER,
    action: 'read-content',
    purpose: 'TREAT',
    reason: null,
    documentId,
    evidence: null,
    patientInformed: false,
    target: null,
    at: parts.get(TOKENS.clock).now(),
  };
  const asker = {
    actor: PRACTITIONER,
    purpose: 'TREAT',
    reason: null,
    software: 'mesures',
    onBehalfOf: espace,
  } as const;
  const origin = { software: 'mesures', onBehalfOf: espace, details: null };
  const [trace] = rule(state, [question], origin, null).events;
  if (trace?.type !== 'AccessedBy') throw new Error('the read was not permitted');
  const place = { stream: `espace-${espace}`, version: 7, type: trace.type } as const;

  const askAll = async (): Promise<void> => {
    const asked = await Promise.all(
      readables.map(readable =>
        records.ask(readable.espace, { id: randomUUID(), fingerprint: '' }, asker, {
          action: 'read-content',
          documentId: readable.documentId,
        }),
      ),
    );
    if (asked.some(({ outcome }) => outcome !== 'permitted')) throw new Error('the read was not permitted');
  };

  const tokenCost = await costOf(times, () => authenticator.identify('reader', header));
  const ruleCost = await costOf(times, () => rule(state, [question], origin, null));
  const sealCost = await costOf(times, () => seal(key, espace, place, JSON.stringify(trace.data)));
  const askCost = (await costOf(Math.ceil(times / readables.length), askAll)) / readables.length;
  const validationCost = await costOf(times, () => {
    if (!isUuid(espace) || !isUuid(documentId)) throw new Error('not an id');
    return validatedQuery(NoQuery, new URLSearchParams(''));
  });
  const contentCost = await costOf(times, async index => {
    const { contentId, espace: owner } = one(index);
    for await (const _ of (await contents.read(contentId, owner)) ?? []);
  });
  const observation = {
    requestId: randomUUID(),
    method: 'GET',
    route: '/v1/espaces/:espace',
    status: 200,
    seconds: 0.001,
  };
  const observeCost = await costOf(times, () => observe(observation));
  await close();

  const total = underLoad.auditedReadMicroseconds;
  const known: readonly (readonly [string, number])[] = [
    ['HTTP: what bare Koa takes', underLoad.bareKoaMicroseconds],
    ['token, verified lately', tokenCost],
    ['validation', validationCost],
    ['decision by the rule book, and its trace', ruleCost],
    ['seal of the trace', sealCost],
    ['queue, append and hand-over to the commit thread', Math.max(0, askCost - ruleCost - sealCost)],
    ['content: read and opened', contentCost],
    ['log and metrics', observeCost],
  ];
  const rest = total - known.reduce((sum, [, cost]) => sum + cost, 0);
  return {
    title: `One audited read, ${total.toFixed(1)} µs of the main thread`,
    lines: [...known, ['the rest: routing, headers, answer, memory', rest] as const].map(
      ([what, cost]) =>
        `${what.padEnd(50)} ${cost.toFixed(1).padStart(6)} µs ${((100 * cost) / total).toFixed(0).padStart(4)} %`,
    ),
  };
};
