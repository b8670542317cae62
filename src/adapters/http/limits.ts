import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from './problems.ts';

export interface Limits {
  /** Counts one request from a network (`networkOf`) that has not identified itself; throws `too-many-requests`. */
  anonymous(network: string, setHeader: (name: string, value: string) => void): Promise<void>;
  /** Does `work`; a guess at a secret that turns out wrong costs as much as `WRONG_GUESS_COST` requests. */
  guessing<T>(network: string, work: () => Promise<T>): Promise<T>;
}

const WINDOW_SECONDS = 60;
/** Decided: somebody who tries one password on many logins is stopped by their address, where each login has one failure. */
export const WRONG_GUESS_COST = 5;
const WRONG_GUESSES: ReadonlySet<string> = new Set([
  'credentials-wrong',
  'account-locked',
  'code-wrong',
  'too-many-tries',
  'identity-mismatch',
]);

/** `perMinute`: requests from one network to the routes that take no token. */
export const createLimits = (perMinute: number): Limits => {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  return {
    async anonymous(network, setHeader) {
      const counted = await limiter.consume(network).catch((refused: unknown) => {
        if (refused instanceof RateLimiterRes) return refused;
        throw refused;
      });
      const resetSeconds = String(Math.ceil(counted.msBeforeNext / 1000));
      setHeader('RateLimit-Limit', String(perMinute));
      setHeader('RateLimit-Remaining', String(counted.remainingPoints));
      setHeader('RateLimit-Reset', resetSeconds);
      if (counted.consumedPoints > perMinute)
        throw new ProblemError('too-many-requests', { headers: { 'Retry-After': resetSeconds } });
    },
    async guessing(network, work) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof ProblemError && WRONG_GUESSES.has(error.code))
          await limiter.penalty(network, WRONG_GUESS_COST - 1);
        throw error;
      }
    },
  };
};
