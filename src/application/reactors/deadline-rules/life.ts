import type { EspaceCommand } from '../../../domain/espace/espace.ts';
import { ARCHIVE_YEARS, OBJECTION_DAYS, OPENING_DAYS } from '../../../domain/espace/periods.ts';
import type { RecordEvent } from '../../../domain/record/record.ts';
import { type Instant, plusDays, plusYears } from '../../../domain/shared/time.ts';
import type { DeadlineChange } from '../../../ports/deadlines.ts';
import type { EraseFromEverywhere } from '../../erase.ts';
import type { Records } from '../../records.ts';
import type { DeadlineRule } from '../deadlines.ts';
import { carriedOut, espaceOf } from './carried-out.ts';

const TYPES = [
  'Created',
  'Activated',
  'Opposed',
  'Closed',
  'Reopened',
  'ErasureRequested',
  'ErasureCancelled',
  'ClosedAfterDeath',
  'Suspended',
  'SuspensionObjected',
  'SuspensionLifted',
  'ClosedAfterSuspension',
] as const;

const KINDS = ['open-espace', 'close-suspended', 'end-archive', 'erase-espace'] as const;

/** Six weeks to the opening, six weeks to object to a suspension, ten years of archive, and the erasure asked for. */
export const lifeDeadlines = (deps: {
  readonly records: Records;
  readonly erase: EraseFromEverywhere;
}): DeadlineRule => ({
  kinds: KINDS,
  types: TYPES,

  deadlinesOf(recorded): DeadlineChange {
    const event = recorded as unknown as RecordEvent & { readonly type: (typeof TYPES)[number] };
    const { at } = event;
    const about = { espace: espaceOf(recorded), subject: '' };
    const open = { ...about, kind: 'open-espace' };
    const closeSuspended = { ...about, kind: 'close-suspended' };
    const endArchive = { ...about, kind: 'end-archive' };
    const erase = { ...about, kind: 'erase-espace' };
    const archived = { ...endArchive, dueAt: plusYears(at, ARCHIVE_YEARS) };
    switch (event.type) {
      case 'Created':
        return { set: [{ ...open, dueAt: plusDays(at, OPENING_DAYS) }], cancel: [] };
      case 'Activated':
        return { set: [], cancel: [open, endArchive] };
      case 'Opposed':
        return { set: [archived], cancel: [open, closeSuspended] };
      case 'Closed':
        return { set: [archived], cancel: [] };
      case 'Reopened':
        return { set: [], cancel: [endArchive] };
      case 'ErasureRequested':
        return { set: [{ ...erase, dueAt: event.data.dueAt }], cancel: [] };
      case 'ErasureCancelled':
        return { set: [], cancel: [erase] };
      case 'ClosedAfterDeath':
        // Beside that of an earlier closure, which comes first.
        return { set: [{ ...archived, subject: 'death' }], cancel: [open, closeSuspended] };
      case 'Suspended':
        return { set: [{ ...closeSuspended, dueAt: plusDays(at, OBJECTION_DAYS) }], cancel: [] };
      case 'SuspensionObjected':
      case 'SuspensionLifted':
        return { set: [], cancel: [closeSuspended] };
      case 'ClosedAfterSuspension':
        return { set: [archived], cancel: [] };
    }
  },

  async carryOut({ kind, espace }, request) {
    await carriedOut(deps.records, espace, request, at => ({ module: 'espace', command: commandOf(kind, at) }));
    if (kind === 'end-archive' || kind === 'erase-espace') await deps.erase(espace, request);
    return null;
  },
});

const commandOf = (kind: string, at: Instant): EspaceCommand => {
  switch (kind) {
    case 'open-espace':
      return { type: 'open', at };
    case 'close-suspended':
      return { type: 'close-suspended', at };
    default:
      return { type: 'erase', at, reason: kind === 'erase-espace' ? 'REQUESTED' : 'ARCHIVE_ENDED' };
  }
};
