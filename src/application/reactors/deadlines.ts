import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordEvent } from '../../domain/record/record.ts';
import { plusDays, plusOneMonth } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deadline, Deadlines } from '../../ports/deadlines.ts';
import type { EventStore, RecordedEvent } from '../../ports/event-store.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import { createReactor, type Reactor } from './reactor.ts';

/** R.1111-53: the holder is told after two weeks, and sees the document after one month. */
const TELL_AFTER_DAYS = 14;
/** Deadlines carried out in one go. */
const MAX_AT_ONCE = 100;
const LOOK_EVERY_MS = 1_000;

const TYPES = ['DocumentHiddenFromHolder', 'DocumentRevealedToHolder', 'DocumentDeleted'] as const;

/** Time is events: a deadline that has come becomes a command, and what the command does is an event like any other. */
export interface DeadlineKeeper {
  readonly reactor: Reactor;
  /** Looks for what is due until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Carries out what is due now, of the deadlines read so far; the number of deadlines carried out. */
  carryOut(): Promise<number>;
}

export const createDeadlineKeeper = (deps: {
  readonly store: EventStore;
  readonly deadlines: Deadlines;
  readonly records: Records;
  readonly clock: Clock;
  readonly onFailure: (reactor: string, error: unknown) => void;
}): DeadlineKeeper => {
  const { deadlines, records, clock } = deps;
  const reactor = createReactor({
    name: 'deadlines',
    store: deps.store,
    types: TYPES,
    checkpoint: () => deadlines.checkpoint(),
    handle: event => deadlines.apply(deadlinesOf(event), event.checkpoint),
    onFailure: deps.onFailure,
  });

  const carryOutOne = async (deadline: Deadline): Promise<void> => {
    // The same deadline is the same request, so two nodes, or a repeat after a crash, do it once.
    const request = { id: derivedId(deadline.espace, deadline.id), fingerprint: deadline.dueAt };
    const by = { kind: 'system', name: 'deadline' } as const;
    const { documentId } = deadline;
    const changed = await records.change(deadline.espace, request, at => ({
      module: 'document',
      command:
        deadline.kind === 'tell-holder'
          ? { type: 'tell-holder', at, by, documentId }
          : { type: 'set-visibility', at, by, documentId, visibility: { hiddenFromHolderUntilAnnounced: false } },
    }));
    // Every other refusal is for good: there is nothing to do any more.
    if (!changed.ok && changed.refusal === 'stream-busy') throw new Error('the espace is busy: the deadline stays due');
    await deadlines.finish(deadline.id);
  };

  /** One that fails stays due, and does not keep the others waiting. */
  const carryOut = async (): Promise<number> => {
    for (let done = 0; ; ) {
      const due = await deadlines.due(clock.now(), MAX_AT_ONCE);
      let failed = 0;
      for (const deadline of due) {
        await carryOutOne(deadline).catch(error => {
          failed += 1;
          deps.onFailure('deadlines', error);
        });
      }
      done += due.length - failed;
      if (failed > 0 || due.length < MAX_AT_ONCE) return done;
    }
  };

  return {
    reactor,
    carryOut,
    async run(signal) {
      const following = reactor.run(signal);
      while (!signal.aborted) {
        await carryOut().catch(error => deps.onFailure('deadlines', error));
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      }
      await following;
    },
  };
};

const deadlinesOf = (
  recorded: RecordedEvent,
): { readonly set: readonly Deadline[]; readonly cancel: readonly string[] } => {
  if (recorded.erased) return { set: [], cancel: [] };
  const event = recorded as unknown as RecordEvent & { type: (typeof TYPES)[number] };
  const espace = recorded.stream.slice('espace-'.length);
  const { documentId } = event.data;
  const tell = { kind: 'tell-holder', espace, documentId } as const;
  const reveal = { kind: 'reveal-document', espace, documentId } as const;
  switch (event.type) {
    case 'DocumentHiddenFromHolder':
      return {
        set: [
          { ...tell, id: idOf(tell), dueAt: plusDays(event.at, TELL_AFTER_DAYS) },
          { ...reveal, id: idOf(reveal), dueAt: plusOneMonth(event.at) },
        ],
        cancel: [],
      };
    case 'DocumentRevealedToHolder':
    case 'DocumentDeleted':
      return { set: [], cancel: [idOf(tell), idOf(reveal)] };
  }
};

const idOf = ({ kind, espace, documentId }: Pick<Deadline, 'kind' | 'espace' | 'documentId'>): string =>
  `${kind}:${espace}:${documentId}`;
