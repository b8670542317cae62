import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { derivedId } from '../../src/application/ids.ts';
import { type Asked, type Changed, createRecords, type Records } from '../../src/application/records.ts';
import type { Request } from '../../src/application/stream-handler.ts';
import { evolveRecord, type RecordEvent } from '../../src/domain/record/record.ts';
import { initialRecord, type RecordState } from '../../src/domain/record/state.ts';
import { type Instant, plusMs } from '../../src/domain/shared/time.ts';
import type { EventStore, RecordedEvent } from '../../src/ports/event-store.ts';
import { ESPACE } from './history-cast.ts';
import { askOf, changeOf, createEspace, MS_PER_HOUR, type Step } from './history-steps.ts';
import { NOW } from './questions.ts';

/** Histories played through the real handler, on a clock that stands still until it is moved. */

export interface TestClock {
  now(): Instant;
  /** `ms` may be negative: the clock of a machine can be put back. */
  advance(ms: number): void;
}

export const createTestClock = (start: Instant = NOW): TestClock => {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now = plusMs(now, ms);
    },
  };
};

/** The same name gives the same request, as the same Idempotency-Key does. */
export const requestNamed = (name: string): Request => ({ id: derivedId(name, 'request'), fingerprint: name });

export type Taken = { readonly step: Step; readonly request: Request; readonly outcome: Asked | Changed | null };

/** Takes one step through the real handler. */
export const take = async (
  { records, clock }: { readonly records: Records; readonly clock: TestClock },
  step: Step,
  request: Request,
): Promise<Taken> => {
  const asked = askOf(step);
  const change = changeOf(step);
  if (step.do === 'wait') clock.advance(step.hours * MS_PER_HOUR);
  const outcome = asked
    ? await records.ask(ESPACE, request, asked.asker, asked.ask)
    : change && (await records.change(ESPACE, request, change));
  return { step, request, outcome };
};

export type History = {
  readonly taken: readonly Taken[];
  readonly events: readonly RecordedEvent[];
  /** `states[n]`: after `n` events. */
  readonly states: readonly RecordState[];
  readonly records: Records;
  readonly store: EventStore;
  readonly clock: TestClock;
};

/** Plays `steps` one after the other on a fresh store, in an espace that was just created. */
export const play = async (steps: readonly Step[], create = createEspace): Promise<History> => {
  const store = createMemoryEventStore();
  const clock = createTestClock();
  const records = createRecords({ store, clock });
  await records.change(ESPACE, requestNamed('create'), create);
  const taken: Taken[] = [];
  for (const [index, step] of steps.entries())
    taken.push(await take({ records, clock }, step, requestNamed(`step ${index}`)));
  const events = await store.readStream(`espace-${ESPACE}`);
  return { taken, events, states: statesOf(events), records, store, clock };
};

export const statesOf = (events: readonly RecordedEvent[]): readonly RecordState[] => {
  const states = [initialRecord];
  for (const event of events) states.push(evolveRecord(states.at(-1) as RecordState, event as unknown as RecordEvent));
  return states;
};
