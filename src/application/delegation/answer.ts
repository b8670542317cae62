import type { AttachmentRefusal } from '../../domain/delegation/attachments.ts';
import {
  actorKindOf,
  type Delegation,
  type DelegationId,
  type Relation,
  statusAt,
} from '../../domain/delegation/delegation.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { type HandlerRefusal, stepOf } from '../enrolment/outcome.ts';
import type { Asked } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import type { Attestations } from './attestations.ts';
import { askingFor, type DelegatesDeps, delegationOf, mayAct, nameOf } from './delegates.ts';

export type AnswerDeps = DelegatesDeps & { readonly attestations: Attestations };

export type Answered =
  | { readonly outcome: 'answered'; readonly delegation: Delegation }
  | Exclude<Asked, { outcome: 'permitted' }>
  | { readonly outcome: 'not-possible'; readonly refusal: AnswerRefusal };

export type AnswerRefusal =
  | AttachmentRefusal
  | Exclude<HandlerRefusal, 'idempotency-key-reused' | 'stream-busy'>
  | 'invitation-unknown'
  | 'invitation-expired'
  /** Whoever acts for others has an active espace of their own. */
  | 'own-espace-not-active'
  /** The declaring parent first activates the child's, and certifies to be its legal representative. */
  | 'espace-not-activated';

const notPossible = (refusal: AnswerRefusal): Answered => ({ outcome: 'not-possible', refusal });

/**
 * Takes on what one was invited to. A place is claimed in one's own stream first, so that however many are accepted at
 * once nobody helps too many; then the espace hears of it. A crash in between leaves a place that is given back when the
 * invitation lapses, or used when the same person accepts again.
 */
export const acceptInvitation = async (
  deps: AnswerDeps,
  person: PersonId,
  invitation: { readonly espace: PersonId; readonly delegationId: DelegationId },
  request: Request,
): Promise<Answered> => {
  const { espace, delegationId } = invitation;
  const found = await invitationTo(deps, person, espace, delegationId);
  if (found === undefined) return notPossible('invitation-unknown');
  const { relation } = found;
  const name = await nameOf(deps, person);
  if (name === null || (await deps.records.load(person)).state.espace.status !== 'activated')
    return notPossible('own-espace-not-active');
  if (relation === 'PARENT' && (await deps.records.load(espace)).state.espace.status !== 'activated')
    return notPossible('espace-not-activated');
  const reserved = await deps.attachments.reserve(person, { delegationId, espace, relation }, request);
  if (!reserved.ok)
    return reserved.refusal === 'stream-busy' || reserved.refusal === 'idempotency-key-reused'
      ? { outcome: reserved.refusal }
      : notPossible(reserved.refusal);

  const asked = await answer(deps, person, espace, found, request, 'accept', name);
  if (asked.outcome === 'answered') {
    if (relation === 'CARER') await deps.attestations.file(espace, asked.delegation, request);
    return asked;
  }
  // Being busy says nothing of what became of it.
  if (asked.outcome !== 'stream-busy') await deps.attachments.release(person, delegationId, request);
  return asked;
};

export const refuseInvitation = async (
  deps: DelegatesDeps,
  person: PersonId,
  invitation: { readonly espace: PersonId; readonly delegationId: DelegationId },
  request: Request,
): Promise<Answered> => {
  const { espace, delegationId } = invitation;
  const found = await invitationTo(deps, person, espace, delegationId);
  if (found === undefined) return notPossible('invitation-unknown');
  if (!(await mayAct(deps, person))) return notPossible('own-espace-not-active');
  const name = (await nameOf(deps, person)) ?? '';
  const answered = await answer(deps, person, espace, found, request, 'refuse', name);
  if (answered.outcome === 'answered') await deps.attachments.release(person, delegationId, request);
  return answered;
};

/** The invitation of this id, where it is to this person; whether it can still be answered is decided later. */
const invitationTo = async (
  { records }: DelegatesDeps,
  person: PersonId,
  espace: PersonId,
  delegationId: DelegationId,
): Promise<Delegation | undefined> => {
  const one = delegationOf((await records.load(espace)).state, delegationId);
  return one?.delegate === person ? one : undefined;
};

const answer = async (
  deps: DelegatesDeps,
  person: PersonId,
  espace: PersonId,
  found: Delegation,
  request: Request,
  type: 'accept' | 'refuse',
  name: string,
): Promise<Answered> => {
  const { id: delegationId, relation } = found;
  const by = { kind: actorKindOf(relation), id: person, name } as const;
  const asked = await deps.records.ask(espace, stepOf(request, `${type} ${delegationId}`), askingFor(by, espace), {
    action: 'answer-invitation',
    details: `relation=${relation}`,
    change: at => ({
      module: 'delegation',
      command:
        type === 'accept' ? { type: 'accept', at, by, delegationId, name } : { type: 'refuse', at, by, delegationId },
    }),
  });
  const { state } = asked.outcome === 'permitted' ? asked : await deps.records.load(espace);
  const delegation = delegationOf(state, delegationId);
  const wanted = type === 'accept' ? 'ACCEPTED' : 'REFUSED';
  // Accepted before, by a request whose answer was lost.
  if (delegation && statusAt(delegation, deps.clock.now()) === wanted && delegation.delegate === person)
    return { outcome: 'answered', delegation };
  if (asked.outcome === 'permitted') throw new Error('an answer was written down and is not there');
  if (asked.outcome !== 'denied') return asked;
  const isLate = delegation !== undefined && statusAt(delegation, deps.clock.now()) === 'EXPIRED';
  return notPossible(isLate ? 'invitation-expired' : 'invitation-unknown');
};

/** An invitation as whoever is invited is shown it. */
export type Received = {
  readonly espace: PersonId;
  readonly invitation: Delegation;
  readonly relation: Relation;
  readonly holder: { readonly birthName: string; readonly firstNames: string } | null;
};

/** Every invitation to this person that can still be answered, the newest first. */
export const receivedInvitations = async (
  { records, attachments, clock }: DelegatesDeps,
  person: PersonId,
): Promise<readonly Received[]> => {
  if (!(await mayAct({ records }, person))) return [];
  const looked = await Promise.all(
    (await attachments.of(person)).map(async ({ id, espace, relation }) => {
      const { state } = await records.load(espace);
      const invitation = state.delegations.live.find(one => one.id === id && one.delegate === person);
      if (invitation === undefined || statusAt(invitation, clock.now()) !== 'PENDING') return null;
      const { identity } = state.espace;
      const holder = identity && { birthName: identity.birthName, firstNames: identity.firstNames };
      return { espace, invitation, relation, holder };
    }),
  );
  return looked.filter(one => one !== null).sort((a, b) => (a.invitation.invitedAt < b.invitation.invitedAt ? 1 : -1));
};
