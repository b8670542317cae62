import { cancelled, type Failure, noLeader, timedOut, tooBusy } from './statuses.ts';

/**
 * What goes wrong with one append, where it is carried out (`written`: before the fault; `lost`: never; `late`: some time
 * after the client was told of a time-out) and what the client gets to see of it.
 */
export type AppendFault =
  | { readonly shows: 'drop' | 'silence' | 'timeout'; readonly write: 'written' | 'lost' }
  | { readonly shows: 'timeout'; readonly write: 'late'; readonly lateMs: number }
  | { readonly shows: 'too-busy' | 'no-leader' | 'cancelled' | 'not-leader' }
  | { readonly shows: 'delay'; readonly delayMs: number };

/** What goes wrong with one read or subscription; `afterEvents`: only once it has given so many. */
export type ReadFault = {
  readonly shows: 'drop' | 'silence' | 'too-busy' | 'no-leader' | 'cancelled' | 'not-leader' | 'end';
  readonly afterEvents?: number;
};

/** Asked once for each call; undefined: nothing goes wrong with it. */
export type Faults = {
  append: (() => AppendFault | undefined) | undefined;
  read: (() => ReadFault | undefined) | undefined;
  subscribe: (() => ReadFault | undefined) | undefined;
};

export const noFaults = (): Faults => ({ append: undefined, read: undefined, subscribe: undefined });

/** Faults for the next calls, one each; then nothing goes wrong any more. */
export const inTurn = <F>(...faults: readonly F[]): (() => F | undefined) => {
  const left = [...faults];
  return () => left.shift();
};

const FAILURES: Readonly<Record<string, () => Failure>> = {
  timeout: timedOut,
  'too-busy': tooBusy,
  'no-leader': noLeader,
  cancelled,
};

/** The status that a fault shows; undefined: it shows none. */
export const failureOf = (shows: string): Failure | undefined => FAILURES[shows]?.();
