import { accept, type Decision, refuse } from '../shared/decider.ts';
import { plusDays } from '../shared/time.ts';
import type { EspaceEvent, EspaceRefusal, EspaceState, SuspensionCommand } from './espace.ts';
import { OBJECTION_DAYS } from './periods.ts';

/** A serious malfunction or a fraud: nobody reads or feeds, until the holder objects or the fund lifts it (R.1111-36). */
export const decideSuspension = (
  state: EspaceState,
  command: SuspensionCommand,
): Decision<EspaceEvent, EspaceRefusal> => {
  const { at } = command;
  if (command.type === 'suspend') {
    if (state.status === 'suspended') return accept();
    if (state.status === 'deceased') return refuse('holder-deceased');
    if (state.archivedSince !== null) return refuse('espace-closed');
    return accept({ type: 'Suspended', at, data: { by: command.by, reason: command.reason } });
  }
  if (state.status !== 'suspended' || state.since === null) return refuse('espace-not-suspended');
  switch (command.type) {
    case 'object-to-suspension':
      return accept({ type: 'SuspensionObjected', at, data: { by: command.by } });
    case 'lift-suspension':
      return accept({ type: 'SuspensionLifted', at, data: { by: command.by } });
    case 'close-suspended':
      // Of an earlier suspension, where the deadline was read before its end.
      if (at < plusDays(state.since, OBJECTION_DAYS)) return refuse('not-due-yet');
      return accept({ type: 'ClosedAfterSuspension', at, data: {} });
  }
};
