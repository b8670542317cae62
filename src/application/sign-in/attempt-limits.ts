import { LRUCache } from 'lru-cache';
import { type Instant, plusMs } from '../../domain/shared/time.ts';

/** Subjects remembered at once, whether they exist or not; the one unused longest is forgotten first. */
const MAX_SUBJECTS = 20_000;

/**
 * What somebody who guesses is told. The streams keep the true limits of those who exist and survive a restart; this
 * one answers first, and the same for a NIR or login that nobody has: so being stopped says nothing of who exists.
 * Subjects are keyed hashes. In the memory of one process.
 */
export interface AttemptLimit {
  isReached(subject: string, at: Instant): boolean;
  /** One more failure; the window begins again. */
  count(subject: string, at: Instant): void;
  /** The last one counted was none: nobody could judge it. */
  uncount(subject: string): void;
  /** It succeeded: the count begins anew. */
  forget(subject: string): void;
}

/** `most` failures, each within `windowMs` of the one before; the limit then holds for `windowMs`. */
export const createAttemptLimit = (most: number, windowMs: number): AttemptLimit => {
  const subjects = new LRUCache<string, { readonly failures: number; readonly until: Instant }>({ max: MAX_SUBJECTS });
  const current = (subject: string, at: Instant): number => {
    const known = subjects.get(subject);
    return known && at < known.until ? known.failures : 0;
  };
  return {
    isReached: (subject, at) => current(subject, at) >= most,
    count(subject, at) {
      subjects.set(subject, { failures: current(subject, at) + 1, until: plusMs(at, windowMs) });
    },
    uncount(subject) {
      const known = subjects.get(subject);
      if (known) subjects.set(subject, { ...known, failures: Math.max(0, known.failures - 1) });
    },
    forget(subject) {
      subjects.delete(subject);
    },
  };
};

/** At most one a while: `first` where `subject` may go on now, and then for no other request until `spacingMs` have passed. */
export type Spacing = (subject: string, requestId: string, at: Instant) => 'first' | 'again' | 'too-soon';

/** The request that was let through is let through again: somebody whose answer got lost asks with the same id. */
export const createSpacing = (spacingMs: number): Spacing => {
  const subjects = new LRUCache<string, { readonly requestId: string; readonly until: Instant }>({ max: MAX_SUBJECTS });
  return (subject, requestId, at) => {
    const last = subjects.get(subject);
    if (last && at < last.until) return last.requestId === requestId ? 'again' : 'too-soon';
    subjects.set(subject, { requestId, until: plusMs(at, spacingMs) });
    return 'first';
  };
};

/** Answers only when `work` has settled and a fixed while has passed, so that how long it took tells less of what it did. */
export type Pace = <T>(work: () => Promise<T>) => Promise<T>;
