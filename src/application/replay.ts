import { questionOf, type Trace } from '../domain/access/access.ts';
import { judgeBy } from '../domain/access/judge.ts';
import { evolveRecord, type RecordEvent } from '../domain/record/record.ts';
import { erasedRecord, initialRecord, type RecordState } from '../domain/record/state.ts';
import type { RecordedEvent } from '../ports/event-store.ts';

/** One decision taken again. */
export type Recomputed = {
  readonly recorded: { readonly permit: boolean; readonly rule: string };
  /** Null where the editions that decided then are not known here. */
  readonly now: { readonly permit: boolean; readonly rule: string } | null;
  readonly same: boolean;
};

export type ReplayStep = {
  readonly event: RecordedEvent;
  readonly recomputed: Recomputed | null;
  /** The state after the event. */
  readonly state: RecordState;
};

/**
 * Goes through a history in order and takes every recorded decision again, on the events before it, by the rule book and
 * the matrix that decided then. Pure: the same events give the same answers on every machine, for ever.
 */
export function* replay(events: Iterable<RecordedEvent>): Generator<ReplayStep> {
  let state = initialRecord;
  for (const event of events) {
    const recomputed = event.erased ? null : recompute(event as unknown as RecordEvent, state);
    state = event.erased ? erasedRecord : evolveRecord(state, event as unknown as RecordEvent);
    yield { event, recomputed, state };
  }
}

const recompute = (event: RecordEvent, before: RecordState): Recomputed | null => {
  if (event.type !== 'AccessedBy' && event.type !== 'AccessDenied') return null;
  const trace: Trace = event.data;
  const recorded = { permit: event.type === 'AccessedBy', rule: trace.rule };
  const verdict = judgeBy(trace, questionOf(trace, event.at), before);
  if (verdict === null) return { recorded, now: null, same: false };
  const now = { permit: verdict.permit, rule: verdict.rule.id };
  return { recorded, now, same: now.permit === recorded.permit && now.rule === recorded.rule };
};
