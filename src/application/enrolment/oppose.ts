import type { EspaceRefusal } from '../../domain/espace/espace.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Request } from '../stream-handler.ts';
import type { Enrolling } from './contacts.ts';
import type { Espaces } from './espaces.ts';
import { identityOf } from './invite.ts';
import { type Outcome, stepOf } from './outcome.ts';
import { type NotOwnAffairs, notOwnAffairs } from './own-affairs.ts';
import type { IdentityStreams } from './streams.ts';

/** Says no to the espace, with the same identification as for activating it; activating takes it back at any time. */
export const oppose = async (
  deps: {
    readonly streams: Pick<IdentityStreams, 'enrolments'>;
    readonly espaces: Espaces;
    readonly clock: Clock;
  },
  { personId, verification }: Enrolling,
  request: Request,
): Promise<Outcome<{ readonly reference: string; readonly at: Instant }, EspaceRefusal | NotOwnAffairs>> => {
  const { state } = await deps.streams.enrolments.load(personId);
  const obstacle = notOwnAffairs(state, verification, deps.clock.now());
  if (!state.person || obstacle !== null) return { ok: false, refusal: obstacle ?? 'identity-not-verified' };
  const created = await deps.espaces.create(personId, identityOf(state.person), stepOf(request, 'create espace'));
  if (!created.ok) return created;
  return deps.espaces.oppose(personId, stepOf(request, 'oppose espace'));
};
