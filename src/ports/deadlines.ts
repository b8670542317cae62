import type { Instant } from '../domain/shared/time.ts';
import type { Checkpoint } from './event-store.ts';

/** Something to do for one espace at an instant; `id` is unique, so that the same deadline is never there twice. */
export type Deadline = {
  /** `<kind>:<subject id>` */
  readonly id: string;
  readonly kind: 'tell-holder' | 'reveal-document';
  readonly espace: string;
  readonly documentId: string;
  readonly dueAt: Instant;
};

/** Deadlines across all espaces, kept with the place in the log up to which they were read. Rebuilt from the log at will. */
export interface Deadlines {
  checkpoint(): Promise<Checkpoint | null>;
  /** All of it in one transaction. */
  apply(
    change: { readonly set: readonly Deadline[]; readonly cancel: readonly string[] },
    checkpoint: Checkpoint,
  ): Promise<void>;
  /** Due at or before `now`, earliest first, at most `limit`. */
  due(now: Instant, limit: number): Promise<readonly Deadline[]>;
  /** It was carried out; repeating it is harmless. */
  finish(id: string): Promise<void>;
}
