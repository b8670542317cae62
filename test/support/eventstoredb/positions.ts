/** A place in the log. Those of events have two equal halves; the place after an event is `{ commit: end, prepare: 0 }`. */
export type Position = { readonly commit: number; readonly prepare: number };

/** Before everything. */
export const BEFORE_ALL: Position = { commit: -1, prepare: -1 };

/** Where the first page of everything begins. */
export const START_OF_LOG: Position = { commit: 0, prepare: 0 };

export const positionOf = (offset: number): Position => ({ commit: offset, prepare: offset });

export const precedes = (one: Position, other: Position): boolean =>
  one.commit < other.commit || (one.commit === other.commit && one.prepare < other.prepare);
