import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from './problems.ts';

export interface Limits {
  /** Counts one request from an address that has not identified itself; throws `too-many-requests`. */
  anonymous(address: string, setHeader: (name: string, value: string) => void): Promise<void>;
}

const WINDOW_SECONDS = 60;

/** `perMinute`: requests from one address to the routes that take no token. */
export const createLimits = (perMinute: number): Limits => {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  return {
    async anonymous(address, setHeader) {
      const counted = await limiter.consume(address).catch((refused: unknown) => {
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
  };
};
