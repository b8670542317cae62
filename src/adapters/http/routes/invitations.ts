import {
  type AnswerDeps,
  type Answered,
  acceptInvitation,
  receivedInvitations,
  refuseInvitation,
} from '../../../application/delegation/answer.ts';
import {
  activateForAnother,
  opposeForAnother,
  readOppositionFor,
} from '../../../application/delegation/decide-for-another.ts';
import type { IdentityStreams } from '../../../application/enrolment/streams.ts';
import type { PersonId } from '../../../domain/shared/actor.ts';
import type { Instant } from '../../../domain/shared/time.ts';
import type { ProofWriter } from '../../../ports/proof-writer.ts';
import { idIn, problemOf } from '../asking.ts';
import { IDENTIFIED_PROBLEMS, identifiedPerson } from '../identified.ts';
import { oppositionProof } from '../opposition-proof.ts';
import { presentDelegation, presentReceived } from '../present-delegations.ts';
import { ProblemError } from '../problems.ts';
import { ActivateForChild } from '../requests/delegations.ts';
import { Empty } from '../requests/espaces.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';

const ONE = '/v1/espaces/:espace/invitations/:invitation';
const OPPOSITION = '/v1/espaces/:espace/opposition';

/** The side of whoever is asked: their invitations, and the people for whom they decide. */
export const invitationRoutes = (
  deps: AnswerDeps & {
    readonly streams: Pick<IdentityStreams, 'accounts'>;
    readonly proofs: ProofWriter;
    readonly now: () => Instant;
  },
): readonly Route[] => {
  const answer = (answered: Answered): Answer => {
    if (answered.outcome === 'answered')
      return { status: 200, body: presentDelegation(answered.delegation, deps.clock.now()) };
    throw answered.outcome === 'not-possible' ? new ProblemError(answered.refusal) : problemOf(answered);
  };
  const named = (call: Call) => ({ espace: idIn(call, 'espace'), delegationId: idIn(call, 'invitation') });
  const answering = { tag: 'Delegations', audience: 'holder', method: 'POST', answers: { 200: 'Delegation' } } as const;

  return [
    route({
      method: 'GET',
      path: '/v1/me/invitations',
      operation: 'listReceivedInvitations',
      tag: 'Delegations',
      summary:
        'What one is asked to be: a carer, a second representative, or the parent who activates a child’s espace',
      audience: 'person',
      answers: { 200: 'ReceivedInvitations' },
      problems: [...IDENTIFIED_PROBLEMS],
      async handle(call) {
        const received = await receivedInvitations(deps, await identifiedPerson(deps, call));
        return { status: 200, body: { items: received.map(presentReceived) } };
      },
    }),
    route({
      ...answering,
      path: `${ONE}/acceptance`,
      operation: 'acceptInvitation',
      summary: 'Accept: a carer has access for a year, a second representative until majority',
      body: Empty,
      problems: [
        'invitation-unknown',
        'invitation-expired',
        'own-espace-not-active',
        'espace-not-activated',
        'too-many-helped',
        'person-of-age',
      ],
      handle: async call => answer(await acceptInvitation(deps, personOf(call), named(call), call.request())),
    }),
    route({
      ...answering,
      path: `${ONE}/refusal`,
      operation: 'refuseInvitation',
      summary: 'Refuse an invitation',
      body: Empty,
      problems: ['invitation-unknown', 'invitation-expired', 'delegation-not-yours-to-end', 'own-espace-not-active'],
      handle: async call => answer(await refuseInvitation(deps, personOf(call), named(call), call.request())),
    }),
    route({
      ...answering,
      path: '/v1/espaces/:espace/activation',
      operation: 'activateForChild',
      summary: 'The declaring parent or the guardian certifies to represent the person, and activates the espace',
      body: ActivateForChild,
      problems: [
        'invitation-unknown',
        'own-espace-not-active',
        'espace-already-activated',
        'espace-closed',
        'espace-suspended',
        'holder-deceased',
        'espace-erased',
      ],
      async handle(call) {
        const { termsVersion, privacyVersion } = call.body;
        const espace = idIn(call, 'espace');
        const accepted = { termsVersion, privacyVersion };
        return answer(await activateForAnother(deps, personOf(call), espace, accepted, call.request()));
      },
    }),
    route({
      ...answering,
      path: OPPOSITION,
      audience: 'person',
      operation: 'opposeForChild',
      summary: 'The declaring parent or the guardian says no for the person; activating takes it back at any time',
      body: Empty,
      answers: { 201: 'Opposition' },
      problems: [
        'espace-already-activated',
        'espace-closed',
        'holder-deceased',
        'espace-erased',
        ...IDENTIFIED_PROBLEMS,
      ],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asked = await opposeForAnother(deps, await identifiedPerson(deps, call), espace, call.request());
        if (asked.outcome !== 'permitted') throw problemOf(asked);
        const { opposition } = asked.state.espace;
        if (opposition === null) throw new Error('an opposed espace has no opposition');
        const proof = `/v1/espaces/${espace}/opposition/proof`;
        return {
          status: 201,
          body: { reference: opposition.reference, opposedAt: opposition.at, proof },
          headers: { Location: proof },
        };
      },
    }),
    route({
      method: 'GET',
      path: `${OPPOSITION}/proof`,
      operation: 'getOppositionProofForChild',
      tag: 'Delegations',
      summary: 'The proof of that opposition, as a PDF, for whoever may oppose',
      audience: 'person',
      answers: { 200: 'application/pdf' },
      problems: [...IDENTIFIED_PROBLEMS],
      async handle(call) {
        const espace = idIn(call, 'espace');
        const asked = await readOppositionFor(deps, await identifiedPerson(deps, call), espace, call.request());
        if (asked.outcome !== 'permitted') throw problemOf(asked);
        return oppositionProof(deps.proofs, asked.state);
      },
    }),
  ];
};

const personOf = ({ principal }: Call): PersonId => {
  if (principal.kind !== 'holder') throw new ProblemError('unauthenticated');
  return principal.personId;
};
