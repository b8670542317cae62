import { ProblemError } from './problems.ts';

/** Places for work that holds something of this process while it lasts: one person must not take those of all others. */
export interface Places {
  /** What `take` would throw; null: there is one for `who`. */
  refusalTo(who: string): ProblemError | null;
  /**
   * Takes one for `who` (`actorKey`), and tells how to give it back: giving it back again is harmless. Throws
   * `too-many-requests` where they have as many as one may have, `busy` where none is free.
   */
  take(who: string): () => void;
}

/** `inAll` at a time, of them `each` for one person. */
export const createPlaces = ({
  inAll,
  each,
  retryAfterSeconds,
}: {
  readonly inAll: number;
  readonly each: number;
  readonly retryAfterSeconds: number;
}): Places => {
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  const taken = new Map<string, number>();
  let all = 0;
  const refusalTo = (who: string): ProblemError | null => {
    if ((taken.get(who) ?? 0) >= each) return new ProblemError('too-many-requests', { headers });
    return all >= inAll ? new ProblemError('busy', { headers }) : null;
  };
  return {
    refusalTo,
    take(who) {
      const refusal = refusalTo(who);
      if (refusal !== null) throw refusal;
      taken.set(who, (taken.get(who) ?? 0) + 1);
      all += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        all -= 1;
        const left = (taken.get(who) ?? 1) - 1;
        if (left === 0) taken.delete(who);
        else taken.set(who, left);
      };
    },
  };
};
