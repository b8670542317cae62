import type { Delegation, InvitedRelation } from '../../domain/delegation/delegation.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import { findPerson } from '../enrolment/persons.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId } from '../ids.ts';
import type { Asked, Asker } from '../records.ts';
import type { Pace } from '../sign-in/attempt-limits.ts';
import type { Request } from '../stream-handler.ts';
import { type DelegatesDeps, delegationOf, hasTraits, type Traits } from './delegates.ts';

export type InviteDelegateDeps = Omit<DelegatesDeps, 'streams'> & {
  readonly streams: Pick<IdentityStreams, 'enrolments' | 'ins'>;
  readonly hash: KeyedHash;
  readonly pace: Pace;
};

export type Wanted = Traits & { readonly relation: InvitedRelation; readonly ins: string };

const ACTION_OF = { CARER: 'invite-carer', SECOND_REPRESENTATIVE: 'invite-representative' } as const;

/**
 * Invites a carer, or a minor's second representative. The answer is the same, and as fast, whether or not somebody is
 * known by this INS and these traits: an invitation to nobody waits, and lapses.
 */
export const inviteDelegate = (
  deps: InviteDelegateDeps,
  espace: PersonId,
  asker: Asker,
  wanted: Wanted,
  request: Request,
): Promise<{ readonly asked: Asked; readonly invitation: Delegation | undefined }> =>
  deps.pace(async () => {
    const { relation } = wanted;
    // Of this espace alone: the stream is not sealed with the invited person's key, and outlives their erasure.
    const ins = deps.hash.of('invited', `${espace} ${wanted.ins}`);
    const known = await findPerson(deps, wanted.ins);
    const person = known === null ? null : (await deps.streams.enrolments.load(known)).state.person;
    const delegate = person && hasTraits(person, wanted) ? known : null;
    const delegationId = derivedId(request.id, `delegation ${espace}`);
    const name = `${wanted.firstName} ${wanted.birthName}`;
    const by = asker.actor;
    const isHolder = known === espace;
    const asked = await deps.records.ask(espace, request, asker, {
      action: ACTION_OF[relation],
      details: `relation=${relation}`,
      change: at => ({
        module: 'delegation',
        command: { type: 'invite', at, by, delegationId, relation, delegate, ins, isHolder, name },
      }),
    });
    const invitation = asked.outcome === 'permitted' ? delegationOf(asked.state, delegationId) : undefined;
    // Of one that waits already too: what a crash left undone is done when it is asked for again.
    const pending = invitation ?? (await pendingInvitation(deps, espace, asked, ins));
    if (delegate !== null && pending?.delegate === delegate) {
      const offered = await deps.attachments.offer(delegate, { delegationId: pending.id, espace, relation }, request);
      if (!offered.ok && offered.refusal === 'stream-busy') return { asked: { outcome: 'stream-busy' }, invitation };
    }
    return { asked, invitation };
  });

const pendingInvitation = async (
  { records }: InviteDelegateDeps,
  espace: PersonId,
  asked: Asked,
  ins: string,
): Promise<Delegation | undefined> => {
  if (asked.outcome !== 'refused' || asked.refusal !== 'invitation-already-pending') return undefined;
  const { delegations } = (await records.load(espace)).state;
  return delegations.live.find(one => one.ins === ins && one.status === 'PENDING');
};
