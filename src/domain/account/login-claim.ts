import type { PersonId } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { Instant } from '../shared/time.ts';

/** Who has this login: one stream per login, so that no two accounts share one. */
type Event<T extends string> = {
  readonly type: T;
  readonly at: Instant;
  readonly data: { readonly owner: PersonId };
};
export type LoginClaimEvent = Event<'LoginClaimed'> | Event<'LoginReleased'>;

export type LoginClaimCommand = {
  readonly type: 'claim' | 'release';
  readonly at: Instant;
  readonly owner: PersonId;
};

export type LoginClaimState = { readonly owner: PersonId | null };

export const initialLoginClaim: LoginClaimState = { owner: null };

export const evolveLoginClaim = (_state: LoginClaimState, event: LoginClaimEvent): LoginClaimState => {
  switch (event.type) {
    case 'LoginClaimed':
      return { owner: event.data.owner };
    case 'LoginReleased':
      return { owner: null };
  }
};

/** The same person claiming again, or anyone else releasing, changes nothing. */
export const decideLoginClaim = (
  state: LoginClaimState,
  { type, at, owner }: LoginClaimCommand,
): Decision<LoginClaimEvent, 'login-taken'> => {
  switch (type) {
    case 'claim':
      if (state.owner === owner) return accept();
      return state.owner === null ? accept({ type: 'LoginClaimed', at, data: { owner } }) : refuse('login-taken');
    case 'release':
      return state.owner === owner ? accept({ type: 'LoginReleased', at, data: { owner } }) : accept();
  }
};
