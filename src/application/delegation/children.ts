import { isMinor, type Person } from '../../domain/enrolment/person.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { identityOf } from '../enrolment/invite.ts';
import { type Outcome, stepOf } from '../enrolment/outcome.ts';
import { derivedId } from '../ids.ts';
import type { Asked, Records } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import { type AnswerDeps, type Answered, acceptInvitation } from './answer.ts';
import type { Attachments } from './attachments.ts';
import { askingFor, type DelegatesDeps, nameOf } from './delegates.ts';

/** Whose espace is created with their birth and put into the hands of the parent who declared it. */
export const isAttachedChild = (person: Person, at: Instant): boolean =>
  person.parents.length > 0 && isMinor(person.birthDate, at);

/**
 * Creates a child's espace and asks the declaring parent, who may not be known to us yet: their id is theirs already.
 * Repeating it is harmless.
 */
export const attachChild = async (
  deps: { readonly espaces: Pick<Espaces, 'create'>; readonly records: Records; readonly attachments: Attachments },
  child: { readonly id: PersonId; readonly person: Person },
  parent: PersonId,
  request: Request,
): Promise<Outcome<object, 'espace-not-created' | 'parent-not-asked'>> => {
  const { id: espace, person } = child;
  const created = await deps.espaces.create(espace, identityOf(person), stepOf(request, 'create espace'));
  if (!created.ok) return { ok: false, refusal: 'espace-not-created' };
  const delegationId = derivedId(espace, 'declaring parent');
  const declared = await deps.records.change(espace, stepOf(request, 'declare parent'), at => ({
    module: 'delegation',
    command: { type: 'declare-parent', at, by: { kind: 'system', name: 'enrolment' }, delegationId, delegate: parent },
  }));
  if (!declared.ok) return { ok: false, refusal: 'parent-not-asked' };
  const asked = declared.state.delegations.live.find(({ id }) => id === delegationId);
  if (asked?.delegate !== parent || asked.status !== 'PENDING') return { ok: true };
  const offered = await deps.attachments.offer(parent, { delegationId, espace, relation: 'PARENT' }, request);
  return offered.ok || offered.refusal === 'too-many-offers'
    ? { ok: true }
    : { ok: false, refusal: 'parent-not-asked' };
};

/** The editions that the parent accepts for the child. */
export type ChildActivation = { readonly termsVersion: string; readonly privacyVersion: string };

/**
 * The declaring parent, from their own account, certifies to be the child's legal representative and activates: then the
 * espace is theirs to act in. In this order, so that it works after an opposition too; a crash in between is mended by
 * asking again.
 */
export const activateForChild = async (
  deps: AnswerDeps,
  parent: PersonId,
  espace: PersonId,
  accepted: ChildActivation,
  request: Request,
): Promise<Answered> => {
  const declared = await declaredBy(deps, parent, espace);
  if (declared === undefined) return { outcome: 'not-possible', refusal: 'invitation-unknown' };
  const name = await nameOf(deps, parent);
  if (name === null || (await deps.records.load(parent)).state.espace.status !== 'activated')
    return { outcome: 'not-possible', refusal: 'own-espace-not-active' };
  const by = { kind: 'representative', id: parent, name } as const;
  const asked = await deps.records.ask(espace, request, askingFor(by, espace), {
    action: 'activate-for-child',
    details: 'certifiesLegalRepresentation=true',
    change: at => ({ module: 'espace', command: { type: 'activate', at, ...accepted, accompaniment: 'GUARDIAN' } }),
  });
  const isActive = asked.outcome === 'refused' && asked.refusal === 'espace-already-activated';
  if (asked.outcome !== 'permitted' && !(isActive && declared.status === 'PENDING')) return asked;
  return acceptInvitation(deps, parent, { espace, delegationId: declared.id }, request);
};

/** The declaring parent says no for the child, as anybody may for themself; activating takes it back. */
export const opposeForChild = async (
  deps: DelegatesDeps,
  parent: PersonId,
  espace: PersonId,
  request: Request,
): Promise<Asked> => {
  const declared = await declaredBy(deps, parent, espace);
  if (declared === undefined) return { outcome: 'espace-unknown' };
  const by = { kind: 'representative', id: parent, name: (await nameOf(deps, parent)) ?? '' } as const;
  const reference = derivedId(request.id, `opposition ${espace}`);
  return deps.records.ask(espace, request, askingFor(by, espace), {
    action: 'oppose-for-child',
    change: at => ({ module: 'espace', command: { type: 'oppose', at, reference } }),
  });
};

const declaredBy = async ({ records, attachments }: DelegatesDeps, parent: PersonId, espace: PersonId) => {
  if (!(await attachments.of(parent)).some(one => one.espace === espace && one.relation === 'PARENT')) return undefined;
  const { live } = (await records.load(espace)).state.delegations;
  return live.find(one => one.relation === 'PARENT' && one.delegate === parent);
};
