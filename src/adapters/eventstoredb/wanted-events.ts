import { type AllStreamRecordedEvent, eventTypeFilter, type Filter, streamNameFilter } from '@eventstore/db-client';
import type { RecordedEvent } from '../../ports/event-store.ts';
import type { Naming } from './naming.ts';
import { recordedEvent } from './recorded-event.ts';

/** What a subscription is about: what to ask of the server, and what to give of what it sends. */
export type WantedEvents = {
  filter(options: Pick<Filter, 'checkpointInterval' | 'checkpointReached' | 'maxSearchWindow'>): Filter;
  /** The event to give; null where it is not wanted, or not of this store. */
  pick(event: AllStreamRecordedEvent): RecordedEvent | null;
};

/** Events whose type does not begin like those of the server's own. */
const NOT_SYSTEM = '^[^$]';
/** Matches nothing, in the regular expressions of the server as in ours. */
const NOTHING = '(?!)';

/**
 * The server filters by what types begin with, or by streams, never by both: so it sends more than is wanted, and all
 * of it is looked at again here. `types` are exact names; undefined: all types.
 */
export const createWantedEvents = (types: readonly string[] | undefined, naming: Naming): WantedEvents => {
  const exact = types && new Set(types);
  return {
    filter(options) {
      if (exact?.size === 0) return eventTypeFilter({ ...options, regex: NOTHING });
      if (exact) return eventTypeFilter({ ...options, prefixes: [...exact] });
      if (naming.prefix !== null) return streamNameFilter({ ...options, prefixes: [naming.prefix] });
      return eventTypeFilter({ ...options, regex: NOT_SYSTEM });
    },
    pick(event) {
      const stream = naming.fromServer(event.streamId);
      if (stream === null || (exact && !exact.has(event.type))) return null;
      return recordedEvent(stream, event);
    },
  };
};
