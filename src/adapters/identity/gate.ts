import type { Hashed } from '../../ports/password-hasher.ts';

/** Lets `atOnce` pieces of work run and `maxWaiting` wait their turn; one more is told `busy` and does not run. */
export const createGate = (atOnce: number, maxWaiting: number): (<T>(work: () => Promise<T>) => Promise<Hashed<T>>) => {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async work => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) return { ok: false, refusal: 'busy' };
      // Whoever leaves hands over their place, so `running` stays.
      await new Promise<void>(resolve => waiting.push(resolve));
    } else running += 1;
    try {
      return { ok: true, value: await work() };
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
};
