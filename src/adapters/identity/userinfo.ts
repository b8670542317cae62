import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Instant, plusMs } from '../../domain/shared/time.ts';
import { createGate } from './gate.ts';
import { fetchFromIssuer, IssuerUnreachableError, TokenRefusedByIssuerError } from './issuer-fetch.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Answers remembered at once; never past the token's expiry, and no longer than this. */
const MAX_REMEMBERED = 10_000;
const REMEMBERED_MS = 10 * 60_000;
/** A refusal is remembered too, so that a token that was revoked does not ask at each request. */
const REFUSAL_REMEMBERED_MS = 30_000;
/** Asked at once, and waiting to be: more are told that the issuer cannot be asked. */
const AT_ONCE = 20;
const MAX_WAITING = 500;

/** `claims`: null where the token was refused. */
type Answer = { readonly claims: Claims | null; readonly from: Instant; readonly until: Instant };

/**
 * What the issuer says of the bearer of `token`; null where it has nothing that could be asked. Rejects with
 * `TokenRefusedByIssuerError` where it refuses the token, and with `IssuerUnreachableError`.
 */
export type Userinfo = (token: string, expiresAt: Instant, at: Instant) => Promise<Claims | null>;

/**
 * OpenID Connect Core, section 5.3. For tokens whose signature was verified: with any other, whoever makes one up would
 * have us ask. `addressOf`: the endpoint, or null where the issuer has none.
 */
export const createUserinfo = (addressOf: (at: Instant) => Promise<URL | null>): Userinfo => {
  const remembered = new LRUCache<string, Answer>({ max: MAX_REMEMBERED });
  const asked = new Map<string, Promise<Claims | null>>();
  const gate = createGate(AT_ONCE, MAX_WAITING);

  const ask = async (name: string, token: string, expiresAt: Instant, at: Instant): Promise<Claims | null> => {
    const address = await addressOf(at);
    if (address === null) return null;
    const fetched = await gate(() => fetchFromIssuer(address, token).catch(nullWhereRefused));
    if (!fetched.ok) throw new IssuerUnreachableError();
    const claims = fetched.value;
    const later = plusMs(at, claims === null ? REFUSAL_REMEMBERED_MS : REMEMBERED_MS);
    remembered.set(name, { claims, from: at, until: later < expiresAt ? later : expiresAt });
    return taken(claims);
  };

  return async (token, expiresAt, at) => {
    const name = createHash('sha256').update(token).digest('base64url');
    const known = remembered.get(name);
    if (known && at >= known.from && at < known.until) return taken(known.claims);
    const pending = asked.get(name) ?? ask(name, token, expiresAt, at).finally(() => asked.delete(name));
    asked.set(name, pending);
    return pending;
  };
};

const nullWhereRefused = (error: unknown): null => {
  if (error instanceof TokenRefusedByIssuerError) return null;
  throw error;
};

const taken = (claims: Claims | null): Claims => {
  if (claims === null) throw new TokenRefusedByIssuerError();
  return claims;
};
