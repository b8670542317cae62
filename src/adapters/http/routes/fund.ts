import { type RegisterDeps, registerEspace } from '../../../application/enrolment/register.ts';
import { liftSuspension, reportDeath, suspend } from '../../../application/fund.ts';
import type { Asked, Asker, Records } from '../../../application/records.ts';
import type { PersonId } from '../../../domain/shared/actor.ts';
import { askerOf, idIn, permitted, problemOf } from '../asking.ts';
import { ProblemError } from '../problems.ts';
import { LookUp } from '../requests/espaces.ts';
import { ReportDeath, SuspendEspace } from '../requests/fund.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';
import { succeeded } from '../succeeded.ts';

const PATH = '/v1/fund/espaces';
const ONE = `${PATH}/:espace`;

/** What the health insurance fund does to the life of an espace; of what is in it, it is shown nothing. */
export const fundRoutes = (
  deps: RegisterDeps & {
    readonly records: Records;
    /** Whose espace the INS belongs to; null: nobody's. */
    readonly findByIns: (matricule: string) => Promise<PersonId | null>;
  },
): readonly Route[] => {
  const { records } = deps;
  const common = { tag: 'Fund', audience: 'fund' } as const;

  const act = async (call: Call, ask: (espace: PersonId, asker: Asker) => Promise<Asked>): Promise<Answer> => {
    const espace = idIn(call, 'espace');
    const asked = await ask(espace, askerOf(call.principal, espace));
    if (asked.outcome !== 'permitted') throw problemOf(asked);
    return { status: 200, body: { id: espace, status: asked.state.espace.status } };
  };

  return [
    route({
      ...common,
      method: 'POST',
      path: `${PATH}/lookup`,
      operation: 'lookUpForFund',
      summary: 'Find somebody’s espace by INS, and in what state it is',
      body: LookUp,
      answers: { 200: 'FundEspace' },
      async handle(call) {
        const espace = await deps.findByIns(call.body.ins);
        if (espace === null) throw new ProblemError('not-found');
        const asker = askerOf(call.principal, espace);
        const request = call.request();
        succeeded(await registerEspace(deps, espace, request));
        const { state } = await permitted(records, espace, request, asker, { action: 'fund-look-up' });
        return { status: 200, body: { id: espace, status: state.espace.status } };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/death`,
      operation: 'reportDeath',
      summary: 'The holder has died: the espace is closed, and kept for ten years',
      body: ReportDeath,
      answers: { 200: 'FundEspace' },
      problems: ['death-date-impossible', 'espace-erased'],
      handle: call =>
        act(call, (espace, asker) => reportDeath(records, espace, asker, call.request(), { diedOn: call.body.diedOn })),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${ONE}/suspension`,
      operation: 'suspendEspace',
      summary: 'A fraud or a serious malfunction: closed to everybody; the holder is told, and has six weeks to object',
      body: SuspendEspace,
      answers: { 200: 'FundEspace' },
      problems: ['espace-closed', 'holder-deceased', 'espace-erased'],
      handle: call =>
        act(call, (espace, asker) => suspend(records, espace, asker, call.request(), { reason: call.body.reason })),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${ONE}/suspension`,
      operation: 'liftSuspension',
      summary: 'The espace is what it was before',
      answers: { 200: 'FundEspace' },
      problems: ['espace-not-suspended', 'holder-deceased', 'espace-erased'],
      handle: call => act(call, (espace, asker) => liftSuspension(records, espace, asker, call.request())),
    }),
  ];
};
