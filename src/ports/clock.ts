import type { Instant } from '../domain/shared/time.ts';

/** The only source of time. In development it can be moved; in tests it is a value. */
export interface Clock {
  now(): Instant;
}
