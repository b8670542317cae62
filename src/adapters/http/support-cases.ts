import type { PersonId, Staff } from '../../domain/shared/actor.ts';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import type { Cursors } from './cursors.ts';
import { ProblemError } from './problems.ts';

/** How long an agent may go on with somebody they looked up: a working day. */
const CASE_MS = 8 * 60 * 60_000;

/**
 * By what an agent names the person they look after: unreadable, good for this agent alone and for one day. So no id of
 * an espace, and nothing that another agent could use, is ever in an agent's hands.
 */
export interface SupportCases {
  open(agent: Staff, person: PersonId, at: Instant): { readonly handle: string; readonly expiresAt: Instant };
  /** Throws `not-found`. */
  personIn(agent: Staff, handle: string, at: Instant): PersonId;
}

export const createSupportCases = (cursors: Cursors): SupportCases => {
  const nameOf = (agent: Staff): string => `support-case ${agent.id}`;
  return {
    open(agent, person, at) {
      const expiresAt = plusMs(at, CASE_MS);
      return { handle: cursors.write(nameOf(agent), { person, expiresAt }), expiresAt };
    },
    personIn(agent, handle, at) {
      try {
        const { person, expiresAt } = cursors.read(nameOf(agent), handle) as { person: PersonId; expiresAt: Instant };
        if (at < expiresAt) return person;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
      }
      throw new ProblemError('not-found');
    },
  };
};
