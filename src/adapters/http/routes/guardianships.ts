import {
  declareGuardianship,
  endGuardianship,
  type GuardianshipDeps,
} from '../../../application/delegation/guardianship.ts';
import { MAY_END } from '../../../domain/delegation/decide-delegation.ts';
import type { Staff } from '../../../domain/shared/actor.ts';
import { askerOf, idIn, permitted, problemOf } from '../asking.ts';
import { presentDelegation } from '../present-delegations.ts';
import { ProblemError } from '../problems.ts';
import { instantOf } from '../requests/constraints.ts';
import { DeclareGuardianship } from '../requests/delegations.ts';
import { type Call, type Route, route } from '../route.ts';

const PATH = '/v1/fund/espaces/:espace/guardianships';

/** What a judge decided, recorded by the health insurance. */
export const guardianshipRoutes = (deps: GuardianshipDeps): readonly Route[] => [
  route({
    method: 'POST',
    path: PATH,
    operation: 'declareGuardianship',
    tag: 'Delegations',
    summary: 'Record a tutelle, whose guardian represents the person, or a curatelle, whose curator is only named',
    audience: 'fund',
    body: DeclareGuardianship,
    answers: { 201: 'Delegation' },
    problems: [
      'guardian-unknown',
      'guardian-not-able',
      'already-delegate',
      'other-delegation-exists',
      'too-many-representatives',
      'too-many-helped',
      'person-not-of-age',
      'guardianship-end-in-the-past',
    ],
    async handle(call) {
      const espace = idIn(call, 'espace');
      const { from, until, ...said } = call.body;
      const measure = { ...said, from: instantOf(from), until: until === undefined ? null : instantOf(until) };
      const declared = await declareGuardianship(deps, staffOf(call), espace, measure, call.request());
      if (declared.outcome === 'not-possible') throw new ProblemError(declared.refusal);
      if (declared.outcome !== 'declared') throw problemOf(declared);
      return {
        status: 201,
        body: presentDelegation(declared.delegation, deps.clock.now()),
        headers: { Location: `/v1/fund/espaces/${espace}/guardianships/${declared.delegation.id}` },
      };
    },
  }),
  route({
    method: 'GET',
    path: PATH,
    operation: 'listGuardianships',
    tag: 'Delegations',
    summary: 'Who represents the person, or is their curator: parents, guardians, whom a judge can take that from',
    audience: 'fund',
    answers: { 200: 'Delegations' },
    async handle(call) {
      const espace = idIn(call, 'espace');
      const asker = askerOf(call.principal, espace);
      const { state, at } = await permitted(deps.records, espace, call.request(), asker, {
        action: 'read-guardianships',
      });
      const named = state.delegations.live.filter(({ relation }) => MAY_END['end-guardianship'].includes(relation));
      return { status: 200, body: { items: named.map(one => presentDelegation(one, at)) } };
    },
  }),
  route({
    method: 'DELETE',
    path: `${PATH}/:delegation`,
    operation: 'endGuardianship',
    tag: 'Delegations',
    summary: 'The measure was lifted, or a parent has died or lost their authority',
    audience: 'fund',
    answers: { 204: null },
    problems: ['delegation-unknown', 'delegation-not-yours-to-end'],
    async handle(call) {
      const espace = idIn(call, 'espace');
      const asked = await endGuardianship(deps, staffOf(call), espace, idIn(call, 'delegation'), call.request());
      if (asked.outcome !== 'permitted') throw problemOf(asked);
      return { status: 204 };
    },
  }),
];

const staffOf = ({ principal }: Call): Staff => {
  if (principal.kind !== 'staff') throw new ProblemError('access-refused');
  return principal.actor;
};
