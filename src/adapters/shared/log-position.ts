import type { Checkpoint } from '../../ports/event-store.ts';

/** Number.MAX_SAFE_INTEGER has 16 digits: with as many, the order of the text is the order of the positions. */
const CHECKPOINT_DIGITS = 16;
const CHECKPOINT = /^\d{16}$/;

export const checkpointOf = (position: number): Checkpoint => String(position).padStart(CHECKPOINT_DIGITS, '0');

/** The position of a checkpoint, 0 for null. Throws on a text that is no checkpoint of these stores. */
export const positionOf = (checkpoint: Checkpoint | null): number => {
  if (checkpoint === null) return 0;
  if (!CHECKPOINT.test(checkpoint)) throw new Error('not a checkpoint of this event store');
  return Number(checkpoint);
};
