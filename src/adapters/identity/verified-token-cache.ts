import { LRUCache } from 'lru-cache';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import type { TokenIssuer } from '../../ports/token-issuer.ts';

/** Tokens remembered at once, and for how long: a signature is checked once a minute, not at each request. */
const MAX_TOKENS = 10_000;
const REMEMBERED_MS = 60_000;

/** Answers that said yes, each good from when it was given until a minute later or the end of its token. */
const createCache = <V extends object>() => {
  const cache = new LRUCache<string, { readonly verified: V; readonly from: Instant; readonly until: Instant }>({
    max: MAX_TOKENS,
  });
  return {
    get(token: string, at: Instant): V | undefined {
      const known = cache.get(token);
      // A clock that was moved back makes an answer from the future worth nothing.
      return known && at >= known.from && at < known.until ? known.verified : undefined;
    },
    set(token: string, verified: V, at: Instant, expiresAt: Instant): void {
      const later = plusMs(at, REMEMBERED_MS);
      cache.set(token, { verified, from: at, until: later < expiresAt ? later : expiresAt });
    },
  };
};

type Verifier<V> = { verify(token: string, at: Instant): Promise<V> };

/**
 * Spares the signature of tokens seen lately. Only what was accepted is remembered, never past its expiry, and only while
 * the issuer publishes the same keys: `edition` rises when it publishes others.
 */
export const cachingVerifier = <V extends { readonly ok: false } | { readonly ok: true; readonly expiresAt: Instant }>(
  verifier: Verifier<V>,
  edition: () => number,
): Verifier<V> => {
  const cache = createCache<{ readonly verified: V; readonly edition: number }>();
  return {
    async verify(token, at) {
      const known = cache.get(token, at);
      // Of before it was verified: keys that go away meanwhile are asked about again.
      const published = edition();
      if (known?.edition === published) return known.verified;
      const verified = await verifier.verify(token, at);
      if (verified.ok) cache.set(token, { verified, edition: published }, at, verified.expiresAt);
      return verified;
    },
  };
};

/**
 * The same for access tokens of our own; the others are used once. Whether the session is still open is not the token's
 * to say, so it is not remembered.
 */
export const cachingTokenIssuer = (issuer: TokenIssuer): TokenIssuer => {
  const cache = createCache<Awaited<ReturnType<TokenIssuer['verify']>>>();
  return {
    issue: issuer.issue,
    async verify(token, audience, at) {
      if (audience !== 'espace') return issuer.verify(token, audience, at);
      const known = cache.get(token, at);
      if (known) return known;
      const verified = await issuer.verify(token, audience, at);
      if (verified.ok) cache.set(token, verified, at, verified.claims.expiresAt);
      return verified;
    },
  };
};
