import type { Decision } from '../../domain/shared/decider.ts';
import { derivedId, isRepeatable } from '../ids.ts';
import type { Request } from '../stream-handler.ts';

export type HandlerRefusal = 'idempotency-key-reused' | 'stream-busy';

/** What a use case answers: what was asked for, or why not. */
export type Outcome<T, R extends string> =
  | (T & { readonly ok: true })
  | { readonly ok: false; readonly refusal: R | HandlerRefusal };

/** A decision as the stream handler takes it, with the whole decision for a result. */
export const decided = <E, R extends string>(
  decision: Decision<E, R>,
): { readonly events: readonly E[]; readonly result: Decision<E, R> } => ({
  events: decision.ok ? decision.events : [],
  result: decision,
});

/**
 * One step of a request that takes several: a request of its own, the same again when the whole is repeated, and
 * remembered by its stream only if the whole is.
 */
export const stepOf = (request: Request, step: string): Request => {
  const id = derivedId(request.id, step);
  const fingerprint = `${request.fingerprint} ${step}`;
  return { id: isRepeatable(request.id) ? id : `${id.slice(0, 14)}4${id.slice(15)}`, fingerprint };
};
