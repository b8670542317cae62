import type { SuspensionReason } from '../domain/espace/espace.ts';
import type { PersonId } from '../domain/shared/actor.ts';
import type { CalendarDate } from '../domain/shared/time.ts';
import type { Asked, Asker, Records } from './records.ts';
import type { Request } from './stream-handler.ts';

/** What the health insurance fund does to the life of an espace; the rule book lets nobody else (R.1111-36, L.1111-18). */

/** Closes the espace for good, whatever it was; kept for ten years. Refuses with `death-date-impossible`. */
export const reportDeath = (
  records: Records,
  espace: PersonId,
  asker: Asker,
  request: Request,
  { diedOn }: { readonly diedOn: CalendarDate },
): Promise<Asked> =>
  records.ask(espace, request, asker, {
    action: 'report-death',
    details: diedOn,
    change: at => ({ module: 'espace', command: { type: 'report-death', at, by: asker.actor, diedOn } }),
  });

/**
 * Nobody reads or feeds from now on; the holder is told, and has six weeks to object. Already so is a success. Refuses with
 * `espace-closed` (opposed too) and `holder-deceased`.
 */
export const suspend = (
  records: Records,
  espace: PersonId,
  asker: Asker,
  request: Request,
  { reason }: { readonly reason: SuspensionReason },
): Promise<Asked> =>
  records.ask(espace, request, asker, {
    action: 'suspend',
    details: reason,
    change: at => ({ module: 'espace', command: { type: 'suspend', at, by: asker.actor, reason } }),
  });

/** The espace is what it was before. Refuses with `espace-not-suspended`. */
export const liftSuspension = (records: Records, espace: PersonId, asker: Asker, request: Request): Promise<Asked> =>
  records.ask(espace, request, asker, {
    action: 'lift-suspension',
    change: at => ({ module: 'espace', command: { type: 'lift-suspension', at, by: asker.actor } }),
  });
