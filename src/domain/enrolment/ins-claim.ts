import type { PersonId } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { Instant } from '../shared/time.ts';

/** Who has this INS: one stream per INS, so that nobody is enrolled twice. */
export type InsClaimEvent = {
  readonly type: 'InsClaimed';
  readonly at: Instant;
  readonly data: { readonly owner: PersonId };
};

/** `erased`: whoever had it was erased, and all that is known of them is that there was somebody. */
export type InsClaimState = { readonly owner: PersonId | null; readonly erased: boolean };

export const initialInsClaim: InsClaimState = { owner: null, erased: false };

export const erasedInsClaim: InsClaimState = { owner: null, erased: true };

export const evolveInsClaim = (state: InsClaimState, event: InsClaimEvent): InsClaimState => ({
  ...state,
  owner: event.data.owner,
});

/** The same person claiming again is already so. Erasure is for good: no file of insured persons brings anybody back. */
export const decideInsClaim = (
  state: InsClaimState,
  command: { readonly type: 'claim'; readonly at: Instant; readonly owner: PersonId },
): Decision<InsClaimEvent, 'ins-taken' | 'person-erased'> => {
  if (state.erased) return refuse('person-erased');
  if (state.owner === command.owner) return accept();
  if (state.owner !== null) return refuse('ins-taken');
  return accept({ type: 'InsClaimed', at: command.at, data: { owner: command.owner } });
};
