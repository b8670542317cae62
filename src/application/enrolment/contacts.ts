import { CODE_CHANNELS, type CodeChannel, contactOf } from '../../domain/account/contacts.ts';
import type { ContactChangeCommand } from '../../domain/enrolment/contact-change.ts';
import {
  decideEnrolment,
  type EnrolmentEvent,
  type EnrolmentRefusal,
  type EnrolmentState,
} from '../../domain/enrolment/enrolment.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { type Decision, refuse } from '../../domain/shared/decider.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import type { TokenIssuer } from '../../ports/token-issuer.ts';
import { derivedId } from '../ids.ts';
import type { Request } from '../stream-handler.ts';
import { decided, type Outcome } from './outcome.ts';
import { type NotOwnAffairs, notOwnAffairs } from './own-affairs.ts';
import type { IdentityStreams } from './streams.ts';

/** Somebody who was identified and has no session: whose enrolment it is, and by which code. */
export type Enrolling = { readonly personId: PersonId; readonly verification: string };

/** Whom an enrolment token speaks of. That no other code was used since is checked with each use. */
export const authenticateEnrolment = async (
  deps: { readonly tokens: TokenIssuer; readonly clock: Clock },
  enrolmentToken: string,
): Promise<Outcome<Enrolling, 'token-invalid' | 'token-expired'>> => {
  const verified = await deps.tokens.verify(enrolmentToken, 'enrolment', deps.clock.now());
  if (!verified.ok) return verified;
  const { personId, sessionId } = verified.claims;
  return { ok: true, personId, verification: sessionId };
};

export type ContactsDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments'>;
  readonly codes: OneTimeCodes;
};

/** A contact that counts once its code was given back. */
export type PendingContact = { readonly channel: CodeChannel; readonly value: string; readonly expiresAt: Instant };

/**
 * Confirms known contacts, or asks for others: a code is then sent to each new one. Contacts not named stay. The values
 * as `emailAddress` and `mobileNumber` give them.
 */
export const changeContacts = async (
  deps: ContactsDeps,
  { personId, verification }: Enrolling,
  wanted: Partial<Record<CodeChannel, string>>,
  request: Request,
): Promise<Outcome<{ readonly pending: readonly PendingContact[] }, EnrolmentRefusal | NotOwnAffairs>> => {
  const changes = Object.fromEntries(
    CODE_CHANNELS.flatMap(channel => {
      const value = wanted[channel];
      const codeId = derivedId(request.id, `contact code ${channel} ${personId}`);
      return value === undefined ? [] : [[channel, { value, codeId }]];
    }),
  );
  const handled = await deps.streams.enrolments.handle(personId, request, (state, at) =>
    decided(seeTo(state, { type: 'change-contacts', at, verification, changes })),
  );
  if (!handled.ok) return handled;
  if (!handled.result.ok) return handled.result;
  const { pending } = handled.state.contacts;
  return {
    ok: true,
    pending: CODE_CHANNELS.flatMap(channel => {
      const waiting = pending[channel];
      return waiting ? [{ channel, value: waiting.value, expiresAt: waiting.code.expiresAt }] : [];
    }),
  };
};

/** Gives back the code that was sent to a new contact; from then on it is the contact. */
export const verifyContact = async (
  deps: ContactsDeps,
  { personId, verification }: Enrolling,
  { channel, code }: { readonly channel: CodeChannel; readonly code: string },
  request: Request,
): Promise<Outcome<{ readonly value: string | null }, EnrolmentRefusal | NotOwnAffairs>> => {
  const handled = await deps.streams.enrolments.handle(personId, request, (state, at) => {
    const waiting = state.contacts.pending[channel];
    const codeMatches = waiting !== null && deps.codes.matches('contact', waiting.code.codeId, code);
    return decided(seeTo(state, { type: 'verify-contact', at, verification, channel, codeMatches }));
  });
  if (!handled.ok) return handled;
  if (!handled.result.ok) return handled.result;
  if (handled.result.events.some(({ type }) => type === 'ContactCodeRejected'))
    return { ok: false, refusal: 'code-wrong' };
  return { ok: true, value: contactOf(handled.state.contacts.current, channel) };
};

/** Of a represented child nothing is changed: notices of what the parents do would go elsewhere. */
const seeTo = (
  state: EnrolmentState,
  command: ContactChangeCommand & { readonly verification: string },
): Decision<EnrolmentEvent, EnrolmentRefusal | NotOwnAffairs> => {
  const obstacle = notOwnAffairs(state, command.verification, command.at);
  return obstacle === null ? decideEnrolment(state, command) : refuse(obstacle);
};
