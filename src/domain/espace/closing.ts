import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusDays, plusYears } from '../shared/time.ts';
import type { EndCommand, EspaceEvent, EspaceRefusal, EspaceState } from './espace.ts';
import { ARCHIVE_YEARS, ERASURE_DAYS } from './periods.ts';

/** How an espace that exists comes to its end, for a while or for good: closure, death, erasure; and back from the first. */

type Decided = Decision<EspaceEvent, EspaceRefusal>;
type CommandOf<T extends EndCommand['type']> = EndCommand & { readonly type: T };

export const decideEnd = (state: EspaceState, command: EndCommand): Decided => {
  switch (command.type) {
    case 'close':
      return close(state, command);
    case 'reopen':
      return reopen(state, command.at);
    case 'report-death':
      return reportDeath(state, command);
    case 'erase':
      return erase(state, command);
  }
};

const close = ({ status }: EspaceState, { at, erase: wanted }: CommandOf<'close'>): Decided => {
  if (status === 'closed') return accept();
  if (status === 'suspended') return refuse('espace-suspended');
  if (status === 'deceased') return refuse('holder-deceased');
  if (status !== 'activated') return refuse('espace-not-activated');
  const closed: EspaceEvent = { type: 'Closed', at, data: {} };
  const asked: EspaceEvent = { type: 'ErasureRequested', at, data: { dueAt: plusDays(at, ERASURE_DAYS) } };
  return wanted ? accept<EspaceEvent>(closed, asked) : accept<EspaceEvent>(closed);
};

const reopen = ({ status, erasureDueAt }: EspaceState, at: Instant): Decided => {
  if (status === 'activated') return accept();
  if (status === 'suspended') return refuse('espace-suspended');
  if (status === 'deceased') return refuse('holder-deceased');
  if (status !== 'closed') return refuse('espace-not-closed');
  const reopened: EspaceEvent = { type: 'Reopened', at, data: {} };
  const cancelled: EspaceEvent = { type: 'ErasureCancelled', at, data: {} };
  return erasureDueAt === null ? accept<EspaceEvent>(reopened) : accept<EspaceEvent>(reopened, cancelled);
};

/** Whatever the espace was, but erased: no reopening any more (L.1111-18). An erasure that was asked for stays. */
const reportDeath = (state: EspaceState, { at, by, diedOn }: CommandOf<'report-death'>): Decided => {
  if (state.status === 'deceased') return accept();
  // A day of grace: where the death was recorded it may be a day later than in UTC.
  const lastDay = plusDays(at, 1).slice(0, 10);
  if (diedOn > lastDay || diedOn < (state.identity?.birthDate ?? '')) return refuse('death-date-impossible');
  return accept({ type: 'ClosedAfterDeath', at, data: { by, diedOn } });
};

/** Judged anew when it is carried out: a deadline that was read before a reopening must not erase anything. */
const erase = ({ archivedSince, erasureDueAt }: EspaceState, { at, reason }: CommandOf<'erase'>): Decided => {
  if (archivedSince === null) return refuse('espace-not-closed');
  const dueAt = reason === 'REQUESTED' ? erasureDueAt : plusYears(archivedSince, ARCHIVE_YEARS);
  if (dueAt === null || at < dueAt) return refuse('not-due-yet');
  return accept({ type: 'Erased', at, data: { reason } });
};
