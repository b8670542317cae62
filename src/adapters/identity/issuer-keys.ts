import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import { fetchFromIssuer, IssuerUnreachableError } from './issuer-fetch.ts';
import { createKeptAnswer } from './kept-answer.ts';

/** A key that the issuer takes away is refused after so long; where the issuer cannot be asked, after the second. */
export const KEYS_FRESH_MS = 5 * 60_000;
export const KEYS_KEPT_MS = 15 * 60_000;
/** Between two fetches for a key id that is unknown: anybody can make one up. */
export const UNKNOWN_KEY_COOLDOWN_MS = 30_000;
/** After a failure. */
const RETRY_AFTER_MS = 5_000;

export interface IssuerKeys {
  /** The key a token says it is signed with. Rejects with jose's own errors, or `IssuerUnreachableError`. */
  keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput, at: Instant): Promise<CryptoKey>;
  /** Rises each time other keys are published: what was verified before is to be verified again. */
  edition(): number;
  isReachable(): boolean;
  /** Fetches them where none are known, for whoever will ask; never rejects. */
  prepare(at: Instant): Promise<void>;
}

/** Keys that never change. */
export const fixedKeys = (jwks: JSONWebKeySet): IssuerKeys => {
  const find = createLocalJWKSet(jwks);
  return { keyFor: find, edition: () => 0, isReachable: () => true, prepare: async () => {} };
};

/** Keys published at an address (RFC 7517), whose rotation is followed. */
export const publishedKeys = (addressOf: (at: Instant) => Promise<URL>): IssuerKeys => {
  let edition = 0;
  let published = '';
  let lookedForUnknown: Instant | null = null;
  const keys = createKeptAnswer({
    async fetch(at) {
      const jwks = await fetchFromIssuer(await addressOf(at));
      const find = finderIn(jwks);
      const text = JSON.stringify(jwks);
      if (text !== published) edition += 1;
      published = text;
      return find;
    },
    freshMs: KEYS_FRESH_MS,
    keptMs: KEYS_KEPT_MS,
    retryAfterMs: RETRY_AFTER_MS,
  });

  const isCoolingDown = (at: Instant): boolean =>
    lookedForUnknown !== null && at >= lookedForUnknown && at < plusMs(lookedForUnknown, UNKNOWN_KEY_COOLDOWN_MS);

  const lookAgain = async (at: Instant): Promise<FindKey> => {
    const found = await keys.getAnew(at);
    lookedForUnknown = at;
    return found;
  };

  return {
    async keyFor(header, token, at) {
      const find = await keys.get(at);
      try {
        return await find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // While it cools down, the newest are those that somebody else's token had fetched.
        const newest = isCoolingDown(at) ? await keys.get(at) : await lookAgain(at);
        return newest(header, token);
      }
    },
    edition: () => edition,
    isReachable: () => !keys.isFailing(),
    prepare: at =>
      keys.get(at).then(
        () => {},
        () => {},
      ),
  };
};

type FindKey = ReturnType<typeof createLocalJWKSet>;

const finderIn = (jwks: Record<string, unknown>): FindKey => {
  try {
    return createLocalJWKSet(jwks as unknown as JSONWebKeySet);
  } catch (error) {
    throw new IssuerUnreachableError({ cause: error });
  }
};
