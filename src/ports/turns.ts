import type { Checkpoint } from './event-store.ts';

/** Another node acts for this reactor now: whoever gets this begins again, and waits for their turn. */
export class TurnLostError extends Error {
  constructor() {
    super('another node has taken over');
    this.name = 'TurnLostError';
  }
}

/** Whose turn it is to act for a reactor, and how far it has got. One node at a time, however many follow. */
export interface Turns {
  /** Waits for the turn; then where to begin (null: at the beginning). Ends without the turn when `signal` aborts. */
  take(reactor: string, signal: AbortSignal): Promise<Checkpoint | null>;
  /** Before acting: makes sure that the turn lasts for a while yet. Rejects with `TurnLostError`. */
  keep(reactor: string): Promise<void>;
  /** Acted up to here. May be written down a second later: after a crash what came since is acted on again. */
  reached(reactor: string, checkpoint: Checkpoint): Promise<void>;
  /** Gives the turn back, with what was reached, so that another node need not wait. Harmless where there is none. */
  release(reactor: string): Promise<void>;
}
