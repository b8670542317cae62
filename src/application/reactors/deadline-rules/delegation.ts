import type { RecordEvent } from '../../../domain/record/record.ts';
import type { DeadlineChange } from '../../../ports/deadlines.ts';
import type { Records } from '../../records.ts';
import type { DeadlineRule } from '../deadlines.ts';
import { carriedOut, espaceOf } from './carried-out.ts';

const TYPES = [
  'ParentDeclared',
  'DelegateInvited',
  'DelegationAccepted',
  'DelegationRefused',
  'DelegationInvitationWithdrawn',
  'DelegationRenewed',
  'DelegationEnded',
  'GuardianshipDeclared',
  'MajorityReached',
] as const;

/**
 * Invitations lapse, delegations end, children come of age. The rule book refuses from the very instant; what is carried
 * out here is that it is written down, and told.
 */
export const delegationDeadlines = (records: Records): DeadlineRule => ({
  kinds: ['lapse-invitation', 'end-delegation', 'reach-majority'],
  types: TYPES,

  deadlinesOf(recorded): DeadlineChange {
    const event = recorded as unknown as RecordEvent & { readonly type: (typeof TYPES)[number] };
    const espace = espaceOf(recorded);
    const majority = { kind: 'reach-majority', espace, subject: '' };
    if (event.type === 'MajorityReached') return { set: [], cancel: [majority] };
    const subject = event.data.delegationId;
    const invitation = { kind: 'lapse-invitation', espace, subject };
    const end = { kind: 'end-delegation', espace, subject };
    switch (event.type) {
      case 'ParentDeclared':
        return { set: [{ ...majority, dueAt: event.data.until }], cancel: [] };
      case 'DelegateInvited':
        return { set: [{ ...invitation, dueAt: event.data.expiresAt }], cancel: [] };
      case 'DelegationAccepted':
        // Who represents a minor does so until majority, which has a deadline of its own, whoever declared the child.
        return {
          set: [{ ...(event.data.relation === 'CARER' ? end : majority), dueAt: event.data.until }],
          cancel: [invitation],
        };
      case 'DelegationRenewed':
        return { set: [{ ...end, dueAt: event.data.until }], cancel: [] };
      case 'GuardianshipDeclared':
        return { set: event.data.until === null ? [] : [{ ...end, dueAt: event.data.until }], cancel: [] };
      case 'DelegationRefused':
      case 'DelegationInvitationWithdrawn':
      case 'DelegationEnded':
        return { set: [], cancel: [invitation, end] };
    }
  },

  carryOut: ({ kind, espace, subject: delegationId }, request) =>
    carriedOut(records, espace, request, (at, by) => ({
      module: 'delegation',
      command: kind === 'reach-majority' ? { type: 'reach-majority', at, by } : { type: 'lapse', at, by, delegationId },
    })),
});
