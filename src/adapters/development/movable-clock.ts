import type { Clock } from '../../ports/clock.ts';

/** The machine's clock, which development and tests may move forward (never back: time in a stream only grows). */
export interface MovableClock extends Clock {
  /** `ms` ≥ 0. */
  advance(ms: number): void;
}

export const createMovableClock = (): MovableClock => {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs).toISOString(),
    advance(ms) {
      offsetMs += ms;
    },
  };
};
