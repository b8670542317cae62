import type { Change } from '../../../domain/record/record.ts';
import type { PersonId, System } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import type { RecordedEvent } from '../../../ports/event-store.ts';
import type { Records } from '../../records.ts';
import type { Request } from '../../stream-handler.ts';

/** In whose name a deadline acts. */
const BY: System = { kind: 'system', name: 'deadline' };

/** The espace that an event of a stream `espace-<id>` is about. */
export const espaceOf = ({ stream }: RecordedEvent): PersonId => stream.slice('espace-'.length);

/** Makes a change that a deadline asks for, which is over with it. A refusal is for good: what it is about has come to its end in another way. */
export const carriedOut = async (
  records: Records,
  espace: PersonId,
  request: Request,
  change: (at: Instant, by: System) => Change,
): Promise<null> => {
  const changed = await records.change(espace, request, at => change(at, BY));
  if (!changed.ok && changed.refusal === 'stream-busy') throw new Error('the espace is busy: the deadline stays due');
  return null;
};
