import type { PersonId } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { Instant } from '../shared/time.ts';

/** Whose sign-in a challenge belongs to: the second step knows the challenge's id only. One stream per challenge. */
export type ChallengeEvent = {
  readonly type: 'ChallengeClaimed';
  readonly at: Instant;
  readonly data: { readonly owner: PersonId };
};

export type ChallengeState = { readonly owner: PersonId | null };

export const initialChallenge: ChallengeState = { owner: null };

export const evolveChallenge = (_state: ChallengeState, event: ChallengeEvent): ChallengeState => ({
  owner: event.data.owner,
});

export const decideChallenge = (
  state: ChallengeState,
  command: { readonly type: 'claim'; readonly at: Instant; readonly owner: PersonId },
): Decision<ChallengeEvent, 'challenge-taken'> => {
  if (state.owner === command.owner) return accept();
  if (state.owner !== null) return refuse('challenge-taken');
  return accept({ type: 'ChallengeClaimed', at: command.at, data: { owner: command.owner } });
};
