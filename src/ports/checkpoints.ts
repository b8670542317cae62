import type { Checkpoint } from './event-store.ts';

/** How far each reactor has got whose effect lies outside a database of ours. */
export interface Checkpoints {
  /** Null: it has not begun. */
  read(reactor: string): Promise<Checkpoint | null>;
  write(reactor: string, checkpoint: Checkpoint): Promise<void>;
}
