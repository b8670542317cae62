import { askingFor, OWN_FRONTEND } from '../../application/delegation/delegates.ts';
import type { Ask, Asked, Asker, Records } from '../../application/records.ts';
import type { Request } from '../../application/stream-handler.ts';
import type { Action, Question } from '../../domain/access/question.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { isUuid } from '../../domain/shared/identifiers.ts';
import type { Instant } from '../../domain/shared/time.ts';
import { versionMismatch } from './etags.ts';
import { denial, ProblemError } from './problems.ts';
import type { Call, Principal } from './route.ts';

/** Where the staff's requests come from: the desk that answers the telephone, and the fund. */
const STAFF_SOFTWARE = { support: '3422', fund: 'assurance-maladie' } as const;

/** Who asks, about `espace`. A holder knows of no espace but theirs and those where they act for somebody. Throws `not-found`. */
export const askerOf = (principal: Principal, espace: PersonId): Asker => {
  if (principal.kind === 'professional') return { ...principal.asker, onBehalfOf: espace };
  if (principal.kind === 'staff') {
    const { actor } = principal;
    return { actor, purpose: 'TREAT', reason: null, software: STAFF_SOFTWARE[actor.kind], onBehalfOf: espace };
  }
  if (principal.kind !== 'holder') throw new ProblemError('not-found');
  if (principal.personId !== espace) {
    if (principal.standing?.espace !== espace) throw new ProblemError('not-found');
    return askingFor(principal.standing.actor, espace);
  }
  const actor = { kind: 'holder', id: principal.personId } as const;
  return { actor, purpose: 'TREAT', reason: null, software: OWN_FRONTEND, onBehalfOf: null };
};

/** The UUID in the path under `name`; anything else is an id that nobody has. */
export const idIn = (call: Call, name: string): string => {
  const id = call.params[name]?.toLowerCase() ?? '';
  if (!isUuid(id)) throw new ProblemError('not-found');
  return id;
};

export type Permitted = Asked & { readonly outcome: 'permitted' };

/** Asks, and throws the problem of every outcome but a permit. */
export const permitted = async (
  records: Records,
  espace: PersonId,
  request: Request,
  asker: Asker,
  ask: Ask,
): Promise<Permitted> => {
  const asked = await records.ask(espace, request, asker, ask);
  if (asked.outcome === 'permitted') return asked;
  throw problemOf(asked);
};

/** What the asker hears of every outcome but a permit. */
export const problemOf = (asked: Exclude<Asked, { outcome: 'permitted' }>): ProblemError => {
  switch (asked.outcome) {
    case 'denied':
      return denial(asked.verdict);
    case 'refused':
      return new ProblemError(asked.refusal);
    case 'version-mismatch':
      return versionMismatch(asked.current);
    case 'espace-unknown':
      return new ProblemError('not-found');
    case 'idempotency-key-reused':
    case 'stream-busy':
      return new ProblemError(asked.outcome);
  }
};

/** What the rule book is asked where nothing is written down: what to show of what was permitted, and for how long. */
export const questionOf = (asker: Asker, action: Action, at: Instant): Question => ({
  actor: asker.actor,
  action,
  purpose: asker.purpose,
  reason: asker.reason,
  documentId: null,
  target: null,
  evidence: null,
  patientInformed: false,
  at,
});

/** Cursor, bound to the list with its filters and to who reads it. */
export const listName = (name: string, espace: PersonId, asker: Asker, filter: object): string =>
  JSON.stringify([
    name,
    espace,
    asker.actor.kind,
    'rpps' in asker.actor ? asker.actor.rpps : 'id' in asker.actor ? asker.actor.id : '',
    asker.purpose,
    filter,
  ]);

/** The answer to a list: its items, and where to go on. */
export const listAnswer = (call: Call, path: string, items: readonly object[], next: string | null) => {
  const query = new URLSearchParams(call.raw.url?.split('?')[1] ?? '');
  if (next !== null) query.set('after', next);
  return {
    status: 200,
    body: { items, next },
    headers: next === null ? {} : { Link: `<${path}?${query}>; rel="next"` },
  };
};
