import type { Position } from '@eventstore/db-client';
import type { Checkpoint } from '../../ports/event-store.ts';
import { EventStoreRefusedError } from './failures.ts';

/** 2^63 has 19 digits. With as many in both halves, the order of the text is the order of the log. */
const DIGITS = 19;
const CHECKPOINT = /^(\d{19})-(\d{19})$/;
/** Where the server does not know a position, it sends a number that is none. */
const MAX_POSITION = 2n ** 63n - 1n;

/** A place in $all: commit position, then prepare position. */
export const checkpointOf = ({ commit, prepare }: Position): Checkpoint => {
  if (commit > MAX_POSITION || prepare > MAX_POSITION)
    throw new EventStoreRefusedError('it does not tell where events stand in the log, as versions from 22.6 on do');
  return `${String(commit).padStart(DIGITS, '0')}-${String(prepare).padStart(DIGITS, '0')}`;
};

/** Throws on a text that is no checkpoint of this store. */
export const positionOf = (checkpoint: Checkpoint): Position => {
  const [, commit, prepare] = CHECKPOINT.exec(checkpoint) ?? [];
  if (commit === undefined || prepare === undefined) throw new Error('not a checkpoint of this event store');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};
