import { decideEnrolment, type EnrolmentRefusal } from '../../domain/enrolment/enrolment.ts';
import type { Person } from '../../domain/enrolment/person.ts';
import type { Identity } from '../../domain/espace/espace.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import { derivedId } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import type { Espaces } from './espaces.ts';
import { type EnrolmentLimits, withNewTries } from './limits.ts';
import { decided, type Outcome, stepOf } from './outcome.ts';
import type { IdentityStreams } from './streams.ts';

export type InviteDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments'>;
  readonly espaces: Espaces;
  readonly hash: KeyedHash;
  readonly limits: EnrolmentLimits;
};

/** The traits of a person that their espace keeps. */
export const identityOf = ({ ins, birthName, firstNames, birthDate, sex }: Person): Identity => ({
  ins,
  birthName,
  firstNames,
  birthDate,
  sex,
});

export type InvitationRefusal =
  | 'person-unknown'
  | 'not-invitable'
  | 'code-asked-too-soon'
  | 'too-many-codes'
  | 'espace-not-created';

/** UUID of an invitation's code: of this person and this request alone. */
export const invitationCodeId = (request: Request, personId: PersonId): string =>
  derivedId(request.id, `invitation code ${personId}`);

/** A new invitation, which voids the earlier one. By e-mail, else by post; the espace is there from now on. */
export const invite = async (
  deps: InviteDeps,
  personId: PersonId,
  request: Request,
): Promise<Outcome<object, InvitationRefusal>> => {
  const codeId = invitationCodeId(request, personId);
  const handled = await deps.streams.enrolments.handle(personId, request, (state, at) =>
    decided(decideEnrolment(state, { type: 'invite', at, codeId })),
  );
  if (!handled.ok) return handled;
  const { person } = handled.state;
  if (!person) return { ok: false, refusal: 'person-unknown' };
  if (!handled.result.ok) return { ok: false, refusal: told(handled.result.refusal) };
  if (!handled.repeated) withNewTries(deps, person);
  const created = await deps.espaces.create(personId, identityOf(person), stepOf(request, 'create espace'));
  return created.ok ? created : { ok: false, refusal: 'espace-not-created' };
};

const told = (refusal: EnrolmentRefusal): InvitationRefusal =>
  refusal === 'code-asked-too-soon' || refusal === 'too-many-codes' ? refusal : 'not-invitable';
