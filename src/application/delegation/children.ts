import { isMinor, type Person } from '../../domain/enrolment/person.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Espaces } from '../enrolment/espaces.ts';
import { identityOf } from '../enrolment/invite.ts';
import { type Outcome, stepOf } from '../enrolment/outcome.ts';
import { derivedId } from '../ids.ts';
import type { Records } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import type { Attachments } from './attachments.ts';

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
