import type { Attachments } from '../../../application/delegation/attachments.ts';
import type { Attestations } from '../../../application/delegation/attestations.ts';
import { delegationOf } from '../../../application/delegation/delegates.ts';
import { type InviteDelegateDeps, inviteDelegate } from '../../../application/delegation/invite.ts';
import type { Records } from '../../../application/records.ts';
import type { Delegation } from '../../../domain/delegation/delegation.ts';
import type { Actor } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import { askerOf, idIn, permitted, problemOf } from '../asking.ts';
import { presentDelegation } from '../present-delegations.ts';
import { InviteDelegate } from '../requests/delegations.ts';
import { Empty } from '../requests/espaces.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';

const BASE = '/v1/espaces/:espace';

/** Who acts for the person: looked at, invited and ended by the person or who represents them. */
export const delegationRoutes = (
  deps: InviteDelegateDeps & {
    readonly records: Records;
    readonly attachments: Attachments;
    readonly attestations: Attestations;
  },
): readonly Route[] => {
  const { records, attachments, attestations } = deps;

  const list = async (call: Call, wanted: (one: Delegation) => boolean): Promise<Answer> => {
    const espace = idIn(call, 'espace');
    const asker = askerOf(call.principal, espace);
    const { state, at } = await permitted(records, espace, call.request(), asker, { action: 'read-delegations' });
    const { live, past } = state.delegations;
    const items = [...live, ...past].filter(wanted).map(one => presentDelegation(one, at));
    return { status: 200, body: { items } };
  };

  /** A delegate ends their own; anybody else ends one as the person would. */
  const end = async (call: Call, isRenounced: (actor: Actor) => boolean): Promise<Answer> => {
    const espace = idIn(call, 'espace');
    const delegationId = idIn(call, 'delegation');
    const asker = askerOf(call.principal, espace);
    const by = asker.actor;
    const renounced = isRenounced(by);
    const { state } = await permitted(records, espace, call.request(), asker, {
      action: renounced ? 'renounce-delegation' : 'end-delegation',
      details: `delegation=${delegationId}`,
      change: at => ({
        module: 'delegation',
        command: { type: renounced ? 'renounce' : 'revoke', at, by, delegationId },
      }),
    });
    await letGo(call, delegationOf(state, delegationId));
    return { status: 204 };
  };

  const letGo = async (call: Call, delegation: Delegation | undefined): Promise<void> => {
    if (delegation?.delegate) await attachments.release(delegation.delegate, delegation.id, call.request());
  };

  const change = async (
    call: Call,
    action: 'withdraw-invitation' | 'renew-delegation',
    type: 'withdraw' | 'renew',
    name: string,
  ) => {
    const espace = idIn(call, 'espace');
    const delegationId = idIn(call, name);
    const asker = askerOf(call.principal, espace);
    const asked = await permitted(records, espace, call.request(), asker, {
      action,
      details: `delegation=${delegationId}`,
      change: (at: Instant) => ({ module: 'delegation', command: { type, at, by: asker.actor, delegationId } }),
    });
    return { at: asked.at, delegation: delegationOf(asked.state, delegationId) };
  };

  const listed = { tag: 'Delegations', audience: 'holder', answers: { 200: 'Delegations' } } as const;

  return [
    route({
      ...listed,
      method: 'GET',
      path: `${BASE}/representatives`,
      operation: 'listRepresentatives',
      summary: 'Parents of a minor, guardians and curators of an adult, those of the past included',
      problems: ['access-refused'],
      handle: call =>
        list(call, ({ relation, status }) => relation !== 'CARER' && (status === 'ACCEPTED' || status === 'ENDED')),
    }),
    route({
      ...listed,
      method: 'GET',
      path: `${BASE}/carers`,
      operation: 'listCarers',
      summary: 'Carers, those of the past included',
      problems: ['access-refused'],
      handle: call =>
        list(call, ({ relation, status }) => relation === 'CARER' && (status === 'ACCEPTED' || status === 'ENDED')),
    }),
    route({
      ...listed,
      method: 'GET',
      path: `${BASE}/invitations`,
      operation: 'listInvitations',
      summary: 'Invitations that wait, and those that were refused, withdrawn or left without an answer',
      problems: ['access-refused'],
      handle: call => list(call, ({ status }) => status !== 'ACCEPTED' && status !== 'ENDED'),
    }),
    route({
      method: 'POST',
      path: `${BASE}/invitations`,
      operation: 'inviteDelegate',
      tag: 'Delegations',
      summary: 'Invite a carer, or a minor’s second representative; the answer never says whether the person is known',
      audience: 'holder',
      body: InviteDelegate,
      answers: { 201: 'Delegation' },
      problems: [
        'access-refused',
        'invitation-already-pending',
        'already-delegate',
        'other-delegation-exists',
        'delegate-is-holder',
        'too-many-carers',
        'too-many-representatives',
        'too-many-invitations',
        'person-of-age',
      ],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asker = askerOf(call.principal, espace);
        const { relation, ins, firstName, birthName, birthDate } = call.body;
        const wanted = { relation, ins, firstName, birthName, birthDate };
        const { asked, invitation } = await inviteDelegate(deps, espace, asker, wanted, call.request());
        if (asked.outcome !== 'permitted') throw problemOf(asked);
        if (invitation === undefined) throw new Error('an invitation was written down and is not there');
        return {
          status: 201,
          body: presentDelegation(invitation, asked.at),
          headers: { Location: `/v1/espaces/${espace}/invitations` },
        };
      },
    }),
    route({
      method: 'DELETE',
      path: `${BASE}/invitations/:invitation`,
      operation: 'withdrawInvitation',
      tag: 'Delegations',
      summary: 'Take back an invitation that waits',
      audience: 'holder',
      answers: { 204: null },
      problems: ['access-refused', 'invitation-unknown'],
      async handle(call) {
        const { delegation } = await change(call, 'withdraw-invitation', 'withdraw', 'invitation');
        await letGo(call, delegation);
        return { status: 204 };
      },
    }),
    route({
      method: 'DELETE',
      path: `${BASE}/carers/:delegation`,
      operation: 'endCarer',
      tag: 'Delegations',
      summary: 'End a carer’s access, effective at once; by either side',
      audience: 'holder',
      answers: { 204: null },
      problems: ['access-refused', 'delegation-unknown', 'delegation-not-yours-to-end'],
      handle: call => end(call, actor => actor.kind === 'carer'),
    }),
    route({
      method: 'POST',
      path: `${BASE}/carers/:delegation/renewal`,
      operation: 'renewCarer',
      tag: 'Delegations',
      summary: 'A carer’s access for another year from now, with an attestation that says so among the documents',
      audience: 'holder',
      body: Empty,
      answers: { 200: 'Delegation' },
      problems: ['access-refused', 'delegation-unknown', 'delegation-not-yours-to-end'],
      async handle(call) {
        const { at, delegation } = await change(call, 'renew-delegation', 'renew', 'delegation');
        if (delegation === undefined) throw new Error('a delegation was renewed and is not there');
        await attestations.file(idIn(call, 'espace'), delegation, call.request());
        return { status: 200, body: presentDelegation(delegation, at) };
      },
    }),
    route({
      method: 'DELETE',
      path: `${BASE}/representatives/:delegation`,
      operation: 'renounceRepresentation',
      tag: 'Delegations',
      summary: 'A second representative ends their own access; what the law or a judge gave does not end this way',
      audience: 'holder',
      answers: { 204: null },
      problems: ['access-refused', 'delegation-unknown', 'delegation-not-yours-to-end'],
      handle: call => end(call, actor => actor.kind === 'representative'),
    }),
  ];
};
