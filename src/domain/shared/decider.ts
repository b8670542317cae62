import type { JsonObject } from './json.ts';
import type { Instant } from './time.ts';

/** Something that happened: a name unique in the whole system, when, and what it says. */
export type DomainEvent = { readonly type: string; readonly at: Instant; readonly data: JsonObject };

/** No events and `ok` means "already so": a success. A refusal is a literal, and the problem code on the wire. */
export type Decision<E, R extends string> =
  | { readonly ok: true; readonly events: readonly E[] }
  | { readonly ok: false; readonly refusal: R };

/** Pure and total: no clock, no chance, no exception; time, ids and facts of others come in the command. */
export interface Decider<S, C, E extends DomainEvent, R extends string> {
  readonly initial: S;
  readonly evolve: (state: S, event: E) => S;
  readonly decide: (state: S, command: C) => Decision<E, R>;
}

export const accept = <E>(...events: readonly E[]): { readonly ok: true; readonly events: readonly E[] } => ({
  ok: true,
  events,
});

export const refuse = <R extends string>(refusal: R): { readonly ok: false; readonly refusal: R } => ({
  ok: false,
  refusal,
});
