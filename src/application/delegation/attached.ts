import type { Action } from '../../domain/access/question.ts';
import { rightsOf } from '../../domain/access/rights.ts';
import { actorKindOf, delegationInForce, type Relation } from '../../domain/delegation/delegation.ts';
import type { EspaceStatus } from '../../domain/espace/espace.ts';
import type { RecordState } from '../../domain/record/state.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import { type DelegatesDeps, mayAct } from './delegates.ts';

/** One espace that a person has rights on, and what the rule book lets them do in it now. */
export type AttachedEspace = {
  readonly id: PersonId;
  readonly relation: 'HOLDER' | Relation;
  readonly status: EspaceStatus;
  readonly holder: { readonly birthName: string; readonly firstNames: string } | null;
  /** End of the right, excluded; null: none. */
  readonly until: Instant | null;
  readonly rights: readonly Action[];
};

/**
 * A person's own espace, then each in which they act for somebody, in the order in which they came to. With nobody's but
 * their own where they may not act for others.
 */
export const espacesOf = async (
  { records, attachments, clock }: Pick<DelegatesDeps, 'records' | 'attachments' | 'clock'>,
  person: PersonId,
): Promise<readonly AttachedEspace[]> => {
  const now = clock.now();
  const own = (await records.load(person)).state;
  const mine: AttachedEspace = {
    ...shown(person, own),
    relation: 'HOLDER',
    until: null,
    rights: rightsOf({ kind: 'holder', id: person }, own, now),
  };
  if (!(await mayAct({ records }, person))) return [mine];
  const others = await Promise.all(
    (await attachments.of(person)).map(async ({ espace }) => {
      const { state } = await records.load(espace);
      const inForce = delegationInForce(state.delegations, person, now);
      if (inForce === undefined) return null;
      const actor = { kind: actorKindOf(inForce.relation), id: person, name: inForce.name } as const;
      const { relation, until } = inForce;
      return { ...shown(espace, state), relation, until, rights: rightsOf(actor, state, now) };
    }),
  );
  return [mine, ...others.filter(one => one !== null)];
};

const shown = (id: PersonId, { espace: { status, identity } }: RecordState) => ({
  id,
  status,
  holder: identity && { birthName: identity.birthName, firstNames: identity.firstNames },
});
