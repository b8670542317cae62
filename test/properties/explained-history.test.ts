import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { unrepeatable } from '../../src/application/ids.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { Request } from '../../src/application/stream-handler.ts';
import type { Instant } from '../../src/domain/shared/time.ts';
import type { EventStore, RecordedEvent } from '../../src/ports/event-store.ts';
import { historyOf, step } from '../support/arbitraries-history.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ESPACE } from '../support/history-cast.ts';
import { createEspace, type Step } from '../support/history-steps.ts';
import { lossy, WireError } from '../support/lossy-store.ts';
import { NOW } from '../support/questions.ts';

/*
 * Every history is explained by its decider: several nodes with different clocks over one store at the far end of a bad
 * wire, clients that ask again with the same key; afterwards the recorded requests, taken one after the other on one node,
 * give exactly the events recorded, and every answer anybody got is the answer of its place. So a permit never stands
 * after the revocation that forbids it, an acknowledged request has its events once, and what was answered before
 * something else was asked comes before it.
 *
 * Mutants that these tests kill: an append without its version; a batch decided on the state before it; a lost race
 * answered as it was decided; a repeat decided anew, or at the present instant; an answer without events from a stale
 * cache; event ids without the instant (a slow node takes another's events for its own); `at` taken from the clock though
 * the stream is ahead.
 */

const STREAM = `espace-${ESPACE}`;
const NODES = 3;
const CLIENTS = 4;
const STEPS_EACH = 4;
/** Attempts before a client gives up without an answer. */
const MAX_ATTEMPTS = 12;

const chances = fc.noBias(fc.infiniteStream(fc.nat(999).map(thousandths => thousandths / 1_000)));
const wires = fc.constantFrom(
  { lostRequests: 0, lateRequests: 0, lostAnswers: 0 },
  { lostRequests: 0.1, lateRequests: 0.1, lostAnswers: 0.2 },
  { lostRequests: 0.1, lateRequests: 0.2, lostAnswers: 0.4 },
  { lostRequests: 0.1, lateRequests: 0.5, lostAnswers: 0.1 },
);
/** Each node's clock is some seconds off: authorisations end in between. */
const skews = fc.array(fc.constantFrom(-5_000, 0, 0, 5_000, 3_600_000), { minLength: NODES, maxLength: NODES });

type Node = { readonly records: Records; readonly clock: TestClock };
type Asked = {
  readonly step: Step;
  readonly name: string;
  /** Versions of the stream when it was first asked, and when it was answered. */
  readonly from: number;
  readonly to: number;
  /** Null where there was no answer. */
  readonly answer: string | null;
};

const nodeOn = (store: EventStore, now: Instant, skewMs = 0): Node => {
  const clock = createTestClock(now);
  clock.advance(skewMs);
  return { records: createRecords({ store, clock }), clock };
};

type Outcome = Awaited<ReturnType<typeof take>>['outcome'];

/** All of an answer that whoever asked could see of its place in the history. */
const summaryOf = (outcome: Outcome): string => {
  if (outcome === null) return 'nothing';
  if ('ok' in outcome) return JSON.stringify(outcome.ok ? ['done', outcome.version] : outcome);
  switch (outcome.outcome) {
    case 'permitted':
      return JSON.stringify(['permitted', outcome.verdict.rule.id, outcome.version, outcome.at]);
    case 'denied':
      return JSON.stringify(['denied', outcome.verdict.rule.id, outcome.verdict.shown.id, outcome.verdict.hidden]);
    default:
      return JSON.stringify(outcome);
  }
};
const isBusy = (summary: string): boolean => summary.includes('stream-busy');

/** Asks, again where there was no answer, each time on another node, as a client does that has a key. */
const askInsistently = async (raw: EventStore, nodes: readonly Node[], first: number, step: Step, name: string) => {
  const versionNow = async () => (await raw.readStream(STREAM)).length;
  const from = await versionNow();
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    try {
      const { outcome } = await take(nodes[(first + attempt) % NODES] as Node, step, requestNamed(name));
      const answer = summaryOf(outcome);
      if (!isBusy(answer)) return { step, name, from, to: await versionNow(), answer };
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }
  return { step, name, from, to: await versionNow(), answer: null };
};

/** Events that one request wrote in one go. */
const groupsOf = (events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] => {
  const groups: RecordedEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const isMore = !isLook(event) || event.type === 'NoticeOwed';
    const isSame = last?.[0]?.requestId === event.requestId && last[0].at === event.at && isMore;
    if (isSame) last.push(event);
    else groups.push([event]);
  }
  return groups;
};
const isLook = ({ requestId }: RecordedEvent): boolean => requestId.charAt(14) === '4';

/** Looks under one key that were decided together are told apart by their number among them. */
const comparable = ({ checkpoint: _, ...event }: RecordedEvent) =>
  isLook(event as RecordedEvent) ? { ...event, id: '' } : event;

/** The answers of a serial history: for each recorded request the versions it wrote, and what it was answered. */
const replaySerially = async (events: readonly RecordedEvent[], asked: readonly Asked[]) => {
  const store = createMemoryEventStore();
  const node = nodeOn(store, NOW);
  const answers: { name: string; first: number; last: number; answer: string; isRepeatable: boolean }[] = [];
  for (const group of groupsOf(events)) {
    const [{ requestId, at, version: first }] = group as [RecordedEvent];
    const mine = asked.find(({ name }) => namesOf(requestNamed(name)).includes(requestId));
    node.clock.advance(Date.parse(at) - Date.parse(node.clock.now()));
    if (mine === undefined) await node.records.change(ESPACE, requestNamed('create'), createEspace);
    else {
      const { outcome } = await take(node, mine.step, requestNamed(mine.name));
      answers.push({
        name: mine.name,
        first,
        last: first + group.length - 1,
        answer: summaryOf(outcome),
        isRepeatable: !isLook(group[0] as RecordedEvent),
      });
    }
    const written = await store.readStream(STREAM, first - 1);
    expect(written.map(comparable)).toEqual(group.map(comparable));
  }
  return answers;
};
const namesOf = ({ id }: Request): readonly string[] => [id, unrepeatable(id)];

/** Whether the request, asked of the first `version` events by a node of that clock, is answered so and writes nothing. */
const isAnsweredAt = async (events: readonly RecordedEvent[], version: number, now: Instant, one: Asked) => {
  const store = createMemoryEventStore();
  await store.appendToStream(STREAM, 0, events.slice(0, version));
  const { outcome } = await take(nodeOn(store, now), one.step, requestNamed(one.name));
  return summaryOf(outcome) === one.answer && (await store.readStream(STREAM)).length === version;
};

const explain = async (raw: EventStore, nodes: readonly Node[], asked: readonly Asked[]): Promise<void> => {
  const events = await raw.readStream(STREAM);
  const times = events.map(({ at }) => at);
  expect(times).toEqual([...times].sort());
  const serial = await replaySerially(events, asked);
  for (const one of asked) {
    if (one.answer === null) continue;
    const recorded = serial.filter(
      ({ name, first, last, answer }) =>
        name === one.name && answer === one.answer && first > one.from && last <= one.to,
    );
    if (recorded.length > 0) continue;
    // Once a request is written down, its answer is that of its place and no other.
    const own = serial.find(({ name, isRepeatable }) => name === one.name && isRepeatable);
    const last = Math.min(one.to, own ? own.first - 1 : one.to);
    let isExplained = false;
    for (let version = one.from; version <= last && !isExplained; version++)
      for (const { clock } of nodes) isExplained ||= await isAnsweredAt(events, version, clock.now(), one);
    expect([one.name, one.answer, isExplained]).toEqual([one.name, one.answer, true]);
  }
};

const oneStep = step.filter(one => one.do !== 'wait');

describe('every history', () => {
  it('is explained by its decider, whatever the wire loses, delays and brings late', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf(oneStep, 3),
        fc.noBias(fc.array(oneStep, { minLength: CLIENTS * STEPS_EACH, maxLength: CLIENTS * STEPS_EACH })),
        fc.scheduler(),
        chances,
        wires,
        skews,
        async (before, steps, scheduler, chance, wire, skewed) => {
          const raw = createMemoryEventStore();
          const store = lossy(raw, {
            ...wire,
            random: () => chance.next().value,
            delay: message => scheduler.schedule(Promise.resolve(), message),
          });
          const quiet = nodeOn(raw, NOW);
          await quiet.records.change(ESPACE, requestNamed('create'), createEspace);
          const asked: Asked[] = [];
          for (const [index, one] of before.entries())
            asked.push(await askInsistently(raw, [quiet, quiet, quiet], 0, one, `before ${index}`));

          const nodes = skewed.map(skewMs => nodeOn(store, NOW, skewMs));
          const clients = Array.from({ length: CLIENTS }, async (_, client) => {
            for (const [index, one] of steps.slice(client * STEPS_EACH, (client + 1) * STEPS_EACH).entries()) {
              const ask = (first: number) => askInsistently(raw, nodes, first, one, `client ${client} step ${index}`);
              // Some do not wait for the answer before they ask somewhere else.
              asked.push(...(await Promise.all(index % 2 === 0 ? [ask(client)] : [ask(client), ask(client + 1)])));
            }
          });
          await scheduler.waitFor(Promise.all(clients));
          await scheduler.waitIdle();
          await explain(raw, [quiet, ...nodes], asked);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is explained though every client asks on one node at once', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(oneStep, 30), skews, async (steps, [skewMs]) => {
        const raw = createMemoryEventStore();
        const node = nodeOn(raw, NOW, skewMs);
        await node.records.change(ESPACE, requestNamed('create'), createEspace);
        const asked = await Promise.all(
          steps.map((one, index) => askInsistently(raw, [node, node, node], 0, one, `step ${index}`)),
        );
        await explain(raw, [node], asked);
      }),
      { numRuns: 30 },
    );
  });
});
