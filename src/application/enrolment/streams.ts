import { evolveAccount, initialAccount } from '../../domain/account/account.ts';
import { evolveChallenge, initialChallenge } from '../../domain/account/challenge-owner.ts';
import { evolveLoginClaim, initialLoginClaim } from '../../domain/account/login-claim.ts';
import { evolveEnrolment, initialEnrolment } from '../../domain/enrolment/enrolment.ts';
import { erasedInsClaim, evolveInsClaim, initialInsClaim } from '../../domain/enrolment/ins-claim.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventStore } from '../../ports/event-store.ts';
import { createStreamHandler } from '../stream-handler.ts';

/** States kept in memory for each kind of stream. */
const CACHED_ENROLMENTS = 10_000;
const CACHED_ACCOUNTS = 10_000;
const CACHED_CLAIMS = 1_000;

export type IdentityStreams = ReturnType<typeof createIdentityStreams>;

/** `enrolment-<person>`, `account-<person>`, and the three that say whose something is: `ins-`, `login-`, `challenge-`. */
export const createIdentityStreams = (deps: { readonly store: EventStore; readonly clock: Clock }) => ({
  enrolments: createStreamHandler({
    ...deps,
    kind: 'enrolment',
    initial: initialEnrolment,
    evolve: evolveEnrolment,
    erased: () => initialEnrolment,
    cacheSize: CACHED_ENROLMENTS,
  }),
  accounts: createStreamHandler({
    ...deps,
    kind: 'account',
    initial: initialAccount,
    evolve: evolveAccount,
    erased: () => initialAccount,
    cacheSize: CACHED_ACCOUNTS,
  }),
  /** By the keyed hash of the NIR or NIA. */
  ins: createStreamHandler({
    ...deps,
    kind: 'ins',
    initial: initialInsClaim,
    evolve: evolveInsClaim,
    erased: () => erasedInsClaim,
    cacheSize: CACHED_CLAIMS,
  }),
  /** By the keyed hash of the login. */
  logins: createStreamHandler({
    ...deps,
    kind: 'login',
    initial: initialLoginClaim,
    evolve: evolveLoginClaim,
    erased: () => initialLoginClaim,
    cacheSize: CACHED_CLAIMS,
  }),
  /** By the id of the challenge. */
  challenges: createStreamHandler({
    ...deps,
    kind: 'challenge',
    initial: initialChallenge,
    evolve: evolveChallenge,
    erased: () => initialChallenge,
    cacheSize: CACHED_CLAIMS,
  }),
});
