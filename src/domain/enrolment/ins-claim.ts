import type { PersonId } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { Instant } from '../shared/time.ts';

/** Who has this INS: one stream per INS, so that nobody is enrolled twice. */
type Event<T extends string> = {
  readonly type: T;
  readonly at: Instant;
  readonly data: { readonly owner: PersonId };
};
export type InsClaimEvent = Event<'InsClaimed'> | Event<'InsReleased'>;

export type InsClaimCommand = {
  readonly type: 'claim' | 'release';
  readonly at: Instant;
  readonly owner: PersonId;
};

/** `erased`: somebody who had it was erased, and all that is known of them is that there was somebody. */
export type InsClaimState = { readonly owner: PersonId | null; readonly erased: boolean };

export const initialInsClaim: InsClaimState = { owner: null, erased: false };

export const erasedInsClaim: InsClaimState = { owner: null, erased: true };

export const evolveInsClaim = (state: InsClaimState, event: InsClaimEvent): InsClaimState => {
  switch (event.type) {
    case 'InsClaimed':
      return { ...state, owner: event.data.owner };
    case 'InsReleased':
      return erasedInsClaim;
  }
};

/** The same person claiming again, or anyone else releasing, changes nothing. Released is what is about to be erased. */
export const decideInsClaim = (
  state: InsClaimState,
  { type, at, owner }: InsClaimCommand,
): Decision<InsClaimEvent, 'ins-taken'> => {
  switch (type) {
    case 'claim':
      if (state.owner === owner) return accept();
      return state.owner === null ? accept({ type: 'InsClaimed', at, data: { owner } }) : refuse('ins-taken');
    case 'release':
      return state.owner === owner ? accept({ type: 'InsReleased', at, data: { owner } }) : accept();
  }
};
