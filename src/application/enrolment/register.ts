import type { EspaceRefusal } from '../../domain/espace/espace.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Request } from '../stream-handler.ts';
import type { Espaces } from './espaces.ts';
import { identityOf } from './invite.ts';
import { type Outcome, stepOf } from './outcome.ts';
import type { IdentityStreams } from './streams.ts';

export type RegisterDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments'>;
  readonly espaces: Pick<Espaces, 'register' | 'status'>;
};

/**
 * Sees to it that somebody whom the fund told us of, and who was not invited, has an espace: what the help desk and the
 * fund do for them is judged and written down there. Nothing for whoever has one, or of whom nothing was imported.
 */
export const registerEspace = async (
  { streams, espaces }: RegisterDeps,
  personId: PersonId,
  request: Request,
): Promise<Outcome<object, EspaceRefusal>> => {
  const { person } = (await streams.enrolments.load(personId)).state;
  if (!person || (await espaces.status(personId)) !== 'unknown') return { ok: true };
  return espaces.register(personId, identityOf(person), stepOf(request, 'register espace'));
};
