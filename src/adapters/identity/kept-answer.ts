import { type Instant, plusMs } from '../../domain/shared/time.ts';

/** Something that others publish, kept for a while. */
export interface KeptAnswer<T> {
  /** Rejects with what `fetch` rejects with, where nothing is known that may still be used. */
  get(at: Instant): Promise<T>;
  /** Fetched now, however fresh what is known may be. Rejects where it cannot be. */
  getAnew(at: Instant): Promise<T>;
  /** The last time it was asked for there was nothing to be had. */
  isFailing(): boolean;
}

/** An answer is fresh for `freshMs`; where it cannot be fetched again it may be used until `keptMs`. */
export const createKeptAnswer = <T>(settings: {
  readonly fetch: (at: Instant) => Promise<T>;
  readonly freshMs: number;
  readonly keptMs: number;
  /** After a failure nothing is fetched for so long: whoever asks meanwhile is answered at once. */
  readonly retryAfterMs: number;
}): KeptAnswer<T> => {
  let known: { readonly value: T; readonly from: Instant } | null = null;
  let failed: { readonly error: unknown; readonly from: Instant } | null = null;
  let fetching: Promise<T> | null = null;

  /** One at a time, whoever asks. */
  const fetchOnce = (at: Instant): Promise<T> => {
    fetching ??= settings
      .fetch(at)
      .then(
        value => {
          known = { value, from: at };
          failed = null;
          return value;
        },
        error => {
          failed = { error, from: at };
          throw error;
        },
      )
      .finally(() => {
        fetching = null;
      });
    return fetching;
  };

  const getAnew = async (at: Instant): Promise<T> => {
    if (failed && isWithin(failed.from, settings.retryAfterMs, at)) throw failed.error;
    return fetchOnce(at);
  };

  return {
    async get(at) {
      if (known && isWithin(known.from, settings.freshMs, at)) return known.value;
      try {
        return await getAnew(at);
      } catch (error) {
        if (known && isWithin(known.from, settings.keptMs, at)) return known.value;
        throw error;
      }
    },
    getAnew,
    isFailing: () => failed !== null,
  };
};

/** A clock that was moved back makes what is from the future worth nothing. */
const isWithin = (from: Instant, ms: number, at: Instant): boolean => at >= from && at < plusMs(from, ms);
