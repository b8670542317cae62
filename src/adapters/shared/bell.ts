/**
 * Wakes those who wait for more. It counts its rings, so that one between looking and waiting is not missed:
 * note `rings`, look, and wait for a ring since then.
 */
export type Bell = {
  readonly rings: number;
  /** How many wait at this moment. */
  readonly waiting: number;
  ring(): void;
  /** Resolves once the bell has rung more than `rings` times, or `signal` has aborted. */
  rungSince(rings: number, signal: AbortSignal): Promise<void>;
};

export const createBell = (): Bell => {
  const sleepers = new Set<() => void>();
  let rings = 0;
  return {
    get rings() {
      return rings;
    },
    get waiting() {
      return sleepers.size;
    },
    ring() {
      rings += 1;
      for (const wake of [...sleepers]) wake();
    },
    rungSince(seen, signal) {
      if (rings !== seen || signal.aborted) return Promise.resolve();
      return new Promise(resolve => {
        const wake = () => {
          sleepers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        sleepers.add(wake);
        signal.addEventListener('abort', wake);
      });
    },
  };
};
