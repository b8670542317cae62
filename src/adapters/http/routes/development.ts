import type { DevelopmentOutbox } from '../../development/development-outbox.ts';
import type { MovableClock } from '../../development/movable-clock.ts';
import type { DevelopmentIssuer } from '../../identity/development-issuer.ts';
import { ProblemError } from '../problems.ts';
import { AdvanceClock, AskForToken } from '../requests/development.ts';
import { type Route, route } from '../route.ts';

/** What makes trying it possible, and what production must not have: the composition root leaves these out there. */
export const developmentRoutes = (deps: {
  readonly outbox: DevelopmentOutbox;
  readonly issuer: DevelopmentIssuer;
  readonly clock: MovableClock;
  /** Resolves when every message due by now has been made. */
  readonly settled: () => Promise<void>;
  /** Carries out the deadlines that have come. */
  readonly carryOutDeadlines: () => Promise<number>;
}): readonly Route[] => {
  const common = { tag: 'Development', audience: 'open' } as const;
  const tokenAnswer = async ({ professional, staff, expiresIn }: AskForToken) => {
    if ((professional === undefined) === (staff === undefined))
      throw new ProblemError('invalid-request', {
        errors: [{ field: 'professional', message: 'either this or staff must be given' }],
      });
    const options = expiresIn === undefined ? {} : { expiresIn };
    const token =
      professional === undefined
        ? await deps.issuer.staffTokenFor(staff ?? '', options)
        : await deps.issuer.tokenFor(professional, options);
    if (token === null) throw new ProblemError('not-found');
    return { status: 201, body: { accessToken: token, tokenType: 'Bearer' } };
  };
  return [
    route({
      ...common,
      method: 'GET',
      path: '/dev/outbox',
      operation: 'getOutbox',
      summary: 'Messages that would have been sent, newest first',
      answers: { 200: 'Outbox' },
      async handle() {
        await deps.settled();
        return { status: 200, body: { items: deps.outbox.recent() } };
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/dev/clock',
      operation: 'getClock',
      summary: 'What time it is here',
      answers: { 200: 'ClockTime' },
      handle: async () => ({ status: 200, body: { now: deps.clock.now() } }),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/dev/clock',
      operation: 'advanceClock',
      summary: 'Move time forward, and carry out what is due by then',
      body: AdvanceClock,
      answers: { 200: 'ClockTime' },
      async handle(call) {
        deps.clock.advance(call.body.seconds * 1000);
        await deps.carryOutDeadlines();
        return { status: 200, body: { now: deps.clock.now() } };
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/dev/tokens',
      operation: 'listTestProfessionals',
      summary: 'Professionals and staff who do not exist, for whom a token can be had',
      answers: { 200: 'TestProfessionals' },
      handle: async () => ({ status: 200, body: { items: deps.issuer.list(), staff: deps.issuer.listStaff() } }),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/dev/tokens',
      operation: 'getTestToken',
      summary: 'A token of a test professional, or of one of the test staff',
      body: AskForToken,
      answers: { 201: 'TestToken' },
      handle: call => tokenAnswer(call.body),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/dev/jwks',
      operation: 'getTestKeys',
      summary: 'Public keys of the test issuer',
      answers: { 200: 'Jwks' },
      handle: async () => ({ status: 200, body: deps.issuer.jwks() }),
    }),
  ];
};
