import type { PersonId } from '../domain/shared/actor.ts';
import type { Instant } from '../domain/shared/time.ts';
import type { Checkpoint } from './event-store.ts';

/** Something to do for one espace at an instant. The same three of kind, espace and subject are the same deadline. */
export type Deadline = {
  /** What is to be done, e.g. `reveal-document`. */
  readonly kind: string;
  readonly espace: PersonId;
  /** What of the espace it is about, e.g. a document's id; empty: all of it. */
  readonly subject: string;
  readonly dueAt: Instant;
};

export type DeadlineChange = {
  /** In the place of the same deadlines, where they are there already. */
  readonly set: readonly Deadline[];
  readonly cancel: readonly Omit<Deadline, 'dueAt'>[];
};

/** Deadlines across all espaces, kept with the place in the log up to which they were read. Rebuilt from the log at will. */
export interface Deadlines {
  checkpoint(): Promise<Checkpoint | null>;
  /** All of it in one transaction. */
  apply(change: DeadlineChange, checkpoint: Checkpoint): Promise<void>;
  /** Due at or before `now`, earliest first, at most `limit`; of them those that come after `after`, itself there or not. */
  due(now: Instant, limit: number, after?: Deadline): Promise<readonly Deadline[]>;
  /** Everything of an espace, whose person was erased. Repeating it is harmless. */
  forget(espace: PersonId): Promise<void>;
  /** It was carried out. Harmless where it is not there, or is due at another instant by now. */
  finish(deadline: Deadline): Promise<void>;
  /** It could not be carried out yet, and is due at `until` instead. Harmless where `finish` is. */
  putOff(deadline: Deadline, until: Instant): Promise<void>;
}
