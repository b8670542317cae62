import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { Filter } from './filters.ts';
import { BEFORE_ALL, type Position } from './positions.ts';

/** What a client asks of `Streams.Read`, out of the protocol buffers. */
export type ReadOptions = NonNullable<ReturnType<ReadReq['getOptions']>>;

/** Events looked at before a page is given back, where the client does not say. */
export const DEFAULT_WINDOW = 32;

export const filterOf = (options: ReadOptions): Filter | null => {
  const asked = options.getFilter();
  const expression = asked?.getEventType() ?? asked?.getStreamIdentifier();
  if (asked === undefined || expression === undefined) return null;
  const regex = expression.getRegex();
  return {
    on: asked.hasEventType() ? 'type' : 'stream',
    regex: regex === '' ? null : new RegExp(regex),
    prefixes: expression.getPrefixList(),
  };
};

/** How many events a filtered subscription looks at for one page, and between two checkpoints. */
export const paceOf = (options: ReadOptions): { readonly window: number; readonly interval: number } => {
  const asked = options.getFilter();
  if (asked === undefined) return { window: DEFAULT_WINDOW, interval: Number.POSITIVE_INFINITY };
  const window = asked.hasMax() ? asked.getMax() : DEFAULT_WINDOW;
  return { window, interval: window * asked.getCheckpointintervalmultiplier() };
};

/** The place in the log that is asked for, where the log is asked for and no stream. */
export const positionOfAll = (options: ReadOptions): Position | 'end' => {
  const all = options.getAll();
  const position = all?.getPosition();
  if (position) return { commit: Number(position.getCommitPosition()), prepare: Number(position.getPreparePosition()) };
  return all?.hasEnd() ? 'end' : BEFORE_ALL;
};
