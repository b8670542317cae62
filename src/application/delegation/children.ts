import type { DelegationId } from '../../domain/delegation/delegation.ts';
import { isMinor, type Person } from '../../domain/enrolment/person.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { identityOf } from '../enrolment/invite.ts';
import { type Outcome, stepOf } from '../enrolment/outcome.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import type { Attachments } from './attachments.ts';

/** Whose espace is created with their birth and put into the hands of the parent who declared it. */
export const isAttachedChild = (person: Person, at: Instant): boolean =>
  person.parents.length > 0 && isMinor(person.birthDate, at);

type Deps = {
  readonly streams: Pick<IdentityStreams, 'enrolments'>;
  readonly espaces: Pick<Espaces, 'create' | 'register'>;
  readonly records: Records;
  readonly attachments: Attachments;
};
type Attached = Outcome<object, 'espace-not-created' | 'parent-not-asked'>;
type Child = { readonly id: PersonId; readonly person: Person };

/** Of the delegation by which this parent is asked. */
const declarationOf = (child: PersonId, parent: PersonId): DelegationId =>
  derivedId(child, `declaring parent ${parent}`);

/**
 * Sees to a child's espace. Where the parent is known they are asked, and the six weeks to its opening begin. Where they
 * are not, it is registered: nobody's silence opens it, and nobody feeds it; it waits in the parent's own stream, so that
 * `attachChildrenOf` finds it. The parent's id is theirs already. Repeating it is harmless.
 */
export const attachChild = async (
  deps: Deps,
  { id: espace, person }: Child,
  parent: PersonId | null,
  request: Request,
): Promise<Attached> => {
  const begin = async (as: 'register' | 'create'): Promise<Attached> => {
    const begun = await deps.espaces[as](espace, identityOf(person), stepOf(request, `${as} espace`));
    return begun.ok ? begun : { ok: false, refusal: 'espace-not-created' };
  };
  if (parent === null) return begin('register');
  const delegationId = declarationOf(espace, parent);
  // Before the parent is looked up: of two lines of one file that are read at once, one finds the other.
  const offered = await deps.attachments.offer(parent, { delegationId, espace, relation: 'PARENT' }, request);
  if (!offered.ok && offered.refusal !== 'too-many-offers') return { ok: false, refusal: 'parent-not-asked' };
  if ((await deps.streams.enrolments.load(parent)).state.person === null) return begin('register');
  const created = await begin('create');
  if (!created.ok) return created;
  await endOfTheDead(deps, espace, request);
  const declared = await deps.records.change(espace, stepOf(request, `declare parent ${parent}`), at => ({
    module: 'delegation',
    command: { type: 'declare-parent', at, by: { kind: 'system', name: 'enrolment' }, delegationId, delegate: parent },
  }));
  return declared.ok ? { ok: true } : { ok: false, refusal: 'parent-not-asked' };
};

/** A parent who died or was erased after they were asked makes room for the other. */
const endOfTheDead = async ({ records }: Deps, espace: PersonId, request: Request): Promise<void> => {
  for (const { id, relation, delegate } of (await records.load(espace)).state.delegations.live) {
    if (relation !== 'PARENT' || delegate === null) continue;
    const { status } = (await records.load(delegate)).state.espace;
    if (status !== 'deceased' && status !== 'erased') continue;
    await records.change(espace, stepOf(request, `former parent ${id}`), at => ({
      module: 'delegation',
      command: { type: 'delegate-gone', at, by: { kind: 'system', name: 'enrolment' }, delegationId: id },
    }));
  }
};

/** Asks somebody who was just imported about the children who were told of before them. */
export const attachChildrenOf = async (
  deps: Deps & { readonly clock: Clock },
  parent: PersonId,
  request: Request,
): Promise<Attached> => {
  for (const { espace, relation, reserved } of await deps.attachments.of(parent)) {
    if (relation !== 'PARENT' || reserved) continue;
    const { person } = (await deps.streams.enrolments.load(espace)).state;
    if (!person || !isAttachedChild(person, deps.clock.now())) continue;
    const attached = await attachChild(deps, { id: espace, person }, parent, stepOf(request, `child ${espace}`));
    if (!attached.ok) return attached;
  }
  return { ok: true };
};
