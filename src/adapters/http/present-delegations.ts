import type { Received } from '../../application/delegation/answer.ts';
import type { AttachedEspace } from '../../application/delegation/attached.ts';
import { type Delegation, type DelegationStatus, statusAt } from '../../domain/delegation/delegation.ts';
import type { Instant } from '../../domain/shared/time.ts';

/** Delegations as the API shows them. The same to whoever invited, whether or not somebody is known by what they gave. */

/** The published service calls a second representative's invitation waiting, validated or refused. */
const STATUS_OF_REPRESENTATIVE: Readonly<Record<DelegationStatus, string>> = {
  PENDING: 'WAITING',
  ACCEPTED: 'VALIDATED',
  REFUSED: 'REFUSED',
  EXPIRED: 'EXPIRED',
  WITHDRAWN: 'WITHDRAWN',
  ENDED: 'ENDED',
};

export const presentDelegation = (one: Delegation, at: Instant): object => {
  const status = statusAt(one, at);
  return {
    id: one.id,
    relation: one.relation,
    status: one.relation === 'CARER' ? status : STATUS_OF_REPRESENTATIVE[status],
    name: one.name,
    invitedAt: one.invitedAt,
    expiresAt: one.expiresAt,
    since: one.since,
    until: one.until,
    judgment: one.judgment,
  };
};

export const presentReceived = ({ espace, invitation, relation, holder }: Received): object => ({
  id: invitation.id,
  espace,
  relation,
  holder: holder && { ...holder },
  invitedAt: invitation.invitedAt,
  expiresAt: invitation.expiresAt,
});

export const presentAttached = ({ rights, holder, ...espace }: AttachedEspace): object => ({
  ...espace,
  holder: holder && { ...holder },
  rights: [...rights],
});
