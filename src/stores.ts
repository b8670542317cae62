import { join } from 'node:path';
import { createMovableClock } from './adapters/development/movable-clock.ts';
import { createEventStoreDbStore } from './adapters/eventstoredb/eventstoredb-event-store.ts';
import { systemRandom } from './adapters/identity/system-random.ts';
import { createMemoryEventStore } from './adapters/memory/memory-event-store.ts';
import { openProjections, type Projections } from './adapters/sqlite/projections.ts';
import { createSqliteEventStore } from './adapters/sqlite/sqlite-event-store.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createStreamTurns } from './adapters/turns/stream-turns.ts';
import type { Config } from './config.ts';
import type { EventStore } from './ports/event-store.ts';
import type { Turns } from './ports/turns.ts';

/** The log of this configuration, as it is at rest. */
export const openLog = ({ eventStore, dataFolder }: Pick<Config, 'eventStore' | 'dataFolder'>): EventStore => {
  switch (eventStore.kind) {
    case 'memory':
      return createMemoryEventStore();
    case 'sqlite':
      return createSqliteEventStore({ file: join(dataFolder, 'events.db') });
    case 'eventstoredb': {
      const { connectionString, prefix } = eventStore;
      return createEventStoreDbStore({ connectionString, ...(prefix === null ? {} : { prefix }) });
    }
  }
};

export const openProjectionsOf = ({ eventStore, projectionsFolder }: Config): Projections => {
  const file = eventStore.kind === 'memory' ? ':memory:' : join(projectionsFolder, 'projections.db');
  if (eventStore.kind !== 'eventstoredb') return openProjections(file, eventStore.kind);
  // Without the credentials that the address may hold.
  const place = eventStore.connectionString.replace(/\/\/[^@]*@/, '//');
  return openProjections(file, `${place} ${eventStore.prefix ?? ''}`);
};

/** The edition of the directory of professionals that is in force; nodes share it. */
export const directoryFileOf = ({ dataFolder }: Pick<Config, 'dataFolder'>): string => join(dataFolder, 'directory.db');

/** Several nodes on one log take turns in it; a node that is alone always has its turn. */
export const turnsOf = (config: Config, log: EventStore, projections: Projections): Turns =>
  config.eventStore.kind === 'eventstoredb'
    ? createStreamTurns({
        store: log,
        clock: config.production ? systemClock : createMovableClock(),
        random: systemRandom,
      })
    : projections.turns;
