import type { Delegation, Relation } from '../../domain/delegation/delegation.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { derivedId } from '../ids.ts';
import type { Asked } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import { type AnswerDeps, type Answered, acceptInvitation } from './answer.ts';
import { askingFor, type DelegatesDeps, mayAct, nameOf } from './delegates.ts';

/** The editions that are accepted for the child or the protected adult. */
export type ActivationForAnother = { readonly termsVersion: string; readonly privacyVersion: string };

/** A child's declaring parent, or a protected adult's guardian: who decides whether there is an espace at all. */
const DECIDES = {
  PARENT: { activates: 'activate-for-child', opposes: 'oppose-for-child' },
  GUARDIAN: { activates: 'activate-for-ward', opposes: 'oppose-for-ward' },
} as const;
type Deciding = keyof typeof DECIDES;

/**
 * The declaring parent, or the guardian, from their own account, certifies to be the legal representative and activates:
 * then the espace is theirs to act in. In this order, so that it works after an opposition too; a crash in between is mended
 * by asking again.
 */
export const activateForAnother = async (
  deps: AnswerDeps,
  decider: PersonId,
  espace: PersonId,
  accepted: ActivationForAnother,
  request: Request,
): Promise<Answered> => {
  const deciding = await decidingFor(deps, decider, espace);
  if (deciding === undefined) return { outcome: 'not-possible', refusal: 'invitation-unknown' };
  const name = await nameOf(deps, decider);
  if (name === null || (await deps.records.load(decider)).state.espace.status !== 'activated')
    return { outcome: 'not-possible', refusal: 'own-espace-not-active' };
  const by = { kind: 'representative', id: decider, name } as const;
  const asked = await deps.records.ask(espace, request, askingFor(by, espace), {
    action: DECIDES[deciding.relation].activates,
    details: 'certifiesLegalRepresentation=true',
    change: at => ({ module: 'espace', command: { type: 'activate', at, ...accepted, accompaniment: 'GUARDIAN' } }),
  });
  const isActive = asked.outcome === 'refused' && asked.refusal === 'espace-already-activated';
  if (asked.outcome !== 'permitted' && !(isActive && deciding.delegation.status === 'PENDING')) return asked;
  return deciding.relation === 'GUARDIAN'
    ? { outcome: 'answered', delegation: deciding.delegation }
    : acceptInvitation(deps, decider, { espace, delegationId: deciding.delegation.id }, request);
};

/** The same people say no, as anybody may for themself; activating takes it back. */
export const opposeForAnother = async (
  deps: DelegatesDeps,
  decider: PersonId,
  espace: PersonId,
  request: Request,
): Promise<Asked> => {
  const deciding = await decidingFor(deps, decider, espace);
  if (deciding === undefined) return { outcome: 'espace-unknown' };
  const by = { kind: 'representative', id: decider, name: (await nameOf(deps, decider)) ?? '' } as const;
  const reference = derivedId(request.id, `opposition ${espace}`);
  return deps.records.ask(espace, request, askingFor(by, espace), {
    action: DECIDES[deciding.relation].opposes,
    change: at => ({ module: 'espace', command: { type: 'oppose', at, reference } }),
  });
};

/** The same people look at the proof that they said no; traced, as any look is. */
export const readOppositionFor = async (
  deps: DelegatesDeps,
  decider: PersonId,
  espace: PersonId,
  request: Request,
): Promise<Asked> => {
  if ((await decidingFor(deps, decider, espace)) === undefined) return { outcome: 'espace-unknown' };
  const by = { kind: 'representative', id: decider, name: (await nameOf(deps, decider)) ?? '' } as const;
  return deps.records.ask(espace, request, askingFor(by, espace), { action: 'read-opposition-proof' });
};

/** Where the person's own stream names the espace, so that an id they guess is answered without it. */
const decidingFor = async (
  deps: Pick<DelegatesDeps, 'records' | 'attachments'>,
  decider: PersonId,
  espace: PersonId,
): Promise<{ readonly relation: Deciding; readonly delegation: Delegation } | undefined> => {
  const { records, attachments } = deps;
  const isDeciding = (relation: Relation): relation is Deciding => relation in DECIDES;
  const isAttached = (await attachments.of(decider)).some(one => one.espace === espace && isDeciding(one.relation));
  if (!isAttached || !(await mayAct(deps, decider))) return undefined;
  for (const delegation of (await records.load(espace)).state.delegations.live) {
    const { relation, delegate } = delegation;
    if (delegate === decider && isDeciding(relation)) return { relation, delegation };
  }
  return undefined;
};
