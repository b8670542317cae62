import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../../application/sign-in/attempt-limits.ts';

/** No sooner than `leastMs` after the question; failures wait as well. */
export const createSteadyPace =
  (leastMs: number): Pace =>
  async work => {
    const [settled] = await Promise.allSettled([work(), sleep(leastMs)]);
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  };
