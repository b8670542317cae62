import type { Origin } from '../domain/access/access.ts';
import type { Verdict } from '../domain/access/judge.ts';
import type { Action, Purpose, Question, ShownEvidence } from '../domain/access/question.ts';
import type { Target } from '../domain/consent/consent.ts';
import type { DocumentId } from '../domain/document/document.ts';
import {
  type Change,
  decideChange,
  evolveRecord,
  type RecordEvent,
  type RecordRefusal,
  rule,
} from '../domain/record/record.ts';
import { erasedRecord, initialRecord, type RecordState } from '../domain/record/state.ts';
import type { Actor, PersonId } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore, Version } from '../ports/event-store.ts';
import { unrepeatable } from './ids.ts';
import { type IfMatch, staleVersion } from './if-match.ts';
import { createStreamHandler, type Request, type StreamHandler } from './stream-handler.ts';

/** Who asks, and what they say of why and with what. */
export type Asker = {
  readonly actor: Actor;
  readonly purpose: Purpose;
  readonly reason: string | null;
} & Omit<Origin, 'details'>;

export type Ask = {
  readonly action: Action;
  /** What else the same change needs; all of it must be permitted. */
  readonly alsoActions?: readonly Action[];
  readonly documentId?: DocumentId;
  readonly target?: Target;
  readonly evidence?: ShownEvidence | null;
  readonly patientInformed?: boolean;
  /** For the journal: filters of a list, target of a change; at most 500 characters. */
  readonly details?: string | null;
  /** What to do where the rule book permits; absent: a look, which no Idempotency-Key makes a repeat of an earlier one. */
  readonly change?: (at: Instant) => Change;
  /**
   * What is permitted is done in other streams: whether this very request did it there. Where it did, a repeat hears the same
   * and leaves no second trace; where it did not, what was permitted then counts for nothing, and it is judged again.
   */
  readonly isDoneElsewhere?: () => Promise<boolean>;
  readonly ifMatch?: IfMatch<RecordState>;
};

export type Asked =
  | {
      readonly outcome: 'permitted';
      readonly verdict: Verdict;
      readonly state: RecordState;
      readonly version: Version;
      readonly at: Instant;
    }
  | { readonly outcome: 'denied'; readonly verdict: Verdict }
  | { readonly outcome: 'refused'; readonly refusal: RecordRefusal }
  | { readonly outcome: 'version-mismatch'; readonly current: string }
  | { readonly outcome: 'espace-unknown' }
  | { readonly outcome: 'idempotency-key-reused' | 'stream-busy' };

/** What became of each of several, in their order. */
export type AskedEach =
  | { readonly outcome: 'answered'; readonly each: readonly AskResult[] }
  | { readonly outcome: 'idempotency-key-reused' | 'stream-busy' };

export type Changed =
  | { readonly ok: true; readonly state: RecordState; readonly version: Version }
  | { readonly ok: false; readonly refusal: RecordRefusal | 'idempotency-key-reused' | 'stream-busy' };

/** The one door to a person's record. Whoever asks is judged, traced, and only then served. */
export interface Records {
  ask(espace: PersonId, request: Request, asker: Asker, ask: Ask): Promise<Asked>;
  /** Several changes as one request, written down in one piece: each is judged after those before it, and has its own answer. */
  askEach(espace: PersonId, request: Request, asker: Asker, asks: readonly Ask[]): Promise<AskedEach>;
  /** A change of the product's own (enrolment, deadlines): no person asks, so no rule is asked. */
  change(espace: PersonId, request: Request, change: (at: Instant) => Change): Promise<Changed>;
  /** Writes down what happened elsewhere (a sign-in). Rejects with `NotNotedError` where there is no room for it now. */
  note(espace: PersonId, request: Request, event: (at: Instant) => RecordEvent): Promise<void>;
  load: StreamHandler<RecordState, RecordEvent>['load'];
  loadAt: StreamHandler<RecordState, RecordEvent>['loadAt'];
}

/** The espace is too busy to take a note: whoever wanted it tries again later. */
export class NotNotedError extends Error {
  constructor() {
    super('the espace is too busy to take a note');
    this.name = 'NotNotedError';
  }
}

/** States of espaces kept in memory; one of a hundred documents takes about 60 kB. */
const CACHED_ESPACES = 10_000;

export const createRecords = (deps: {
  readonly store: EventStore;
  readonly clock: Clock;
  /** See the stream handler. */
  readonly pauseMs?: number;
}): Records => {
  const handler = createStreamHandler<RecordState, RecordEvent>({
    ...deps,
    kind: 'espace',
    initial: initialRecord,
    evolve: evolveRecord,
    erased: () => erasedRecord,
    cacheSize: CACHED_ESPACES,
  });

  return {
    async ask(espace, request, asker, ask) {
      // A look is judged and traced each time: an old permit must not open what was closed since.
      const anew = { ...request, id: unrepeatable(request.id) };
      const judged = (named: Request) => handler.handle(espace, named, (state, at) => decideAsk(state, at, asker, ask));
      const first = await judged(ask.change || ask.isDoneElsewhere ? request : anew);
      const isOldPermit = first.ok && first.repeated && first.result.outcome === 'permitted';
      const isUnused = isOldPermit && ask.isDoneElsewhere !== undefined && !(await ask.isDoneElsewhere());
      const handled = isUnused ? await judged(anew) : first;
      if (!handled.ok) return { outcome: handled.refusal };
      const { result, state, version } = handled;
      return result.outcome === 'permitted' ? { ...result, state, version } : result;
    },

    async askEach(espace, request, asker, asks) {
      const handled = await handler.handle(espace, request, (before, at) => {
        let state = before;
        const events: RecordEvent[] = [];
        const result = asks.map(ask => {
          const decided = decideAsk(state, at, asker, ask);
          events.push(...decided.events);
          state = decided.events.reduce(evolveRecord, state);
          return decided.result;
        });
        return { events, result };
      });
      return handled.ok ? { outcome: 'answered', each: handled.result } : { outcome: handled.refusal };
    },

    async change(espace, request, change) {
      const handled = await handler.handle(espace, request, (state, at) => {
        const decision = decideChange(state, change(at));
        return { events: decision.ok ? decision.events : [], result: decision.ok ? null : decision.refusal };
      });
      if (!handled.ok) return handled;
      const { result: refusal, state, version } = handled;
      return refusal === null ? { ok: true, state, version } : { ok: false, refusal };
    },

    async note(espace, request, event) {
      const handled = await handler.handle(espace, request, (_, at) => ({ events: [event(at)], result: null }));
      if (!handled.ok) throw new NotNotedError();
    },

    load: handler.load,
    loadAt: handler.loadAt,
  };
};

export type AskResult =
  | Exclude<Asked, { outcome: 'permitted' }>
  | Omit<Asked & { outcome: 'permitted' }, 'state' | 'version'>;

const OUTSIDERS: ReadonlySet<Actor['kind']> = new Set(['professional', 'third-party']);

const decideAsk = (
  state: RecordState,
  at: Instant,
  asker: Asker,
  ask: Ask,
): { readonly events: readonly RecordEvent[]; readonly result: AskResult } => {
  // No stream is begun for an id that nobody has; an erased one can take nothing more.
  const { status, awaitsInvitation } = state.espace;
  const isThere = status !== 'unknown' && status !== 'erased';
  // Who was never told of theirs has none for those who would feed or read it, even where the desk has helped them.
  const isToldOf = !awaitsInvitation || !OUTSIDERS.has(asker.actor.kind);
  if (!isThere || !isToldOf) return { events: [], result: { outcome: 'espace-unknown' } };
  const questionOf = (action: Action): Question => ({
    actor: asker.actor,
    action,
    purpose: asker.purpose,
    reason: asker.reason,
    documentId: ask.documentId ?? null,
    target: ask.target ?? null,
    evidence: ask.evidence ?? null,
    patientInformed: ask.patientInformed ?? false,
    at,
  });
  const origin: Origin = { software: asker.software, onBehalfOf: asker.onBehalfOf, details: ask.details ?? null };
  const stale = staleVersion(ask.ifMatch, state);
  const questions = [questionOf(ask.action), ...(ask.alsoActions ?? []).map(questionOf)] as const;
  const change = ask.change === undefined ? null : stale === null ? ask.change(at) : 'stale';
  const { verdict, events, refusal } = rule(state, questions, origin, change);
  if (!verdict.permit) return { events, result: { outcome: 'denied', verdict } };
  if (stale !== null) return { events, result: { outcome: 'version-mismatch', current: stale } };
  if (refusal !== null) return { events, result: { outcome: 'refused', refusal } };
  return { events, result: { outcome: 'permitted', verdict, at } };
};
