import type { CodeChannel, Contacts } from '../../domain/account/contacts.ts';
import {
  decideEnrolment,
  type EnrolmentPath,
  type EnrolmentRefusal,
  type EnrolmentState,
  isTheirs,
  VERIFICATION_MS,
} from '../../domain/enrolment/enrolment.ts';
import type { EspaceStatus } from '../../domain/espace/espace.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { type CalendarDate, type Instant, plusMs } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { OneTimeCodes } from '../../ports/one-time-codes.ts';
import type { TokenIssuer } from '../../ports/token-issuer.ts';
import { derivedId } from '../ids.ts';
import type { Pace } from '../sign-in/attempt-limits.ts';
import type { Request } from '../stream-handler.ts';
import type { Espaces } from './espaces.ts';
import { invite } from './invite.ts';
import { type EnrolmentLimits, triedSubject } from './limits.ts';
import { decided, type Outcome } from './outcome.ts';
import { findPerson } from './persons.ts';
import type { IdentityStreams } from './streams.ts';

export type IdentifyDeps = {
  readonly streams: Pick<IdentityStreams, 'ins' | 'enrolments'>;
  readonly espaces: Espaces;
  readonly hash: KeyedHash;
  readonly codes: OneTimeCodes;
  readonly tokens: TokenIssuer;
  readonly limits: EnrolmentLimits;
  readonly pace: Pace;
  readonly clock: Clock;
};

/**
 * Has a code sent to the contact known to the fund. The answer is the same, and as fast, whether the person, the card,
 * the birth date or the contact are known or not; asking too soon is judged by what was asked, not by what is known.
 */
export const issueCode = (
  deps: IdentifyDeps,
  asked: {
    readonly nir: string;
    readonly vitaleSerial: string;
    readonly birthDate: CalendarDate;
    /** `INVITATION`: a new invitation, by e-mail, else by post. */
    readonly channel: CodeChannel | 'INVITATION';
  },
  request: Request,
): Promise<Outcome<object, 'code-asked-too-soon'>> =>
  deps.pace(async () => {
    const { nir, vitaleSerial, birthDate, channel } = asked;
    const subject = deps.hash.of('code-asked', [nir, vitaleSerial, birthDate].join('\0'));
    const spaced = deps.limits.codesAsked(subject, request.id, deps.clock.now());
    if (spaced === 'too-soon') return { ok: false, refusal: 'code-asked-too-soon' };
    // For whoever asks alike, known or not: how many tries there are must not tell.
    if (spaced === 'first') deps.limits.codesTried.forget(triedSubject(deps.hash, nir, vitaleSerial));
    const personId = await findPerson(deps, nir);
    if (personId === null) return { ok: true };
    if (channel === 'INVITATION') {
      const { person } = (await deps.streams.enrolments.load(personId)).state;
      if (person && isTheirs(person, vitaleSerial, birthDate)) await invite(deps, personId, request);
      return { ok: true };
    }
    const codeId = derivedId(request.id, `identification code ${personId}`);
    const handled = await deps.streams.enrolments.handle(personId, request, (state, at) =>
      decided(
        decideEnrolment(state, { type: 'issue-identification-code', at, codeId, channel, vitaleSerial, birthDate }),
      ),
    );
    if (!handled.ok) return handled;
    return { ok: true };
  });

export type Identified = {
  readonly personId: PersonId;
  readonly enrolmentToken: string;
  readonly expiresAt: Instant;
  readonly contacts: Contacts;
  readonly espaceStatus: EspaceStatus;
};

type VerificationRefusal = 'code-wrong' | 'identity-mismatch' | 'code-used' | 'code-expired' | 'too-many-tries';

/**
 * Shows with a code who one is. Everything but `code-wrong` and `too-many-tries` is told only to whoever gave the right
 * code; a NIR that nobody has meets the same answers at the same try. `contacts` are whole: whoever shows them masks them.
 */
export const verifyIdentity = (
  deps: IdentifyDeps,
  given: {
    readonly nir: string;
    readonly code: string;
    readonly vitaleSerial: string;
    readonly birthDate: CalendarDate | null;
  },
  request: Request,
): Promise<Outcome<Identified, VerificationRefusal>> =>
  deps.pace(async () => {
    const { codesTried } = deps.limits;
    const subject = triedSubject(deps.hash, given.nir, given.vitaleSerial);
    if (codesTried.isReached(subject, deps.clock.now())) return { ok: false, refusal: 'too-many-tries' };
    const personId = await findPerson(deps, given.nir);
    const outcome =
      personId === null
        ? ({ ok: false, refusal: 'code-wrong' } as const)
        : await verify(deps, personId, given, request);
    if (outcome.ok) codesTried.forget(subject);
    else if (outcome.refusal === 'code-wrong' || outcome.refusal === 'identity-mismatch')
      codesTried.count(subject, deps.clock.now());
    return outcome;
  });

const verify = async (
  deps: IdentifyDeps,
  personId: PersonId,
  { code, vitaleSerial, birthDate }: Parameters<typeof verifyIdentity>[1],
  request: Request,
): Promise<Outcome<Identified, VerificationRefusal>> => {
  const typed = code.replace(/[\s-]/g, '');
  const path: EnrolmentPath = /^\d{6}$/.test(typed) ? 'IDENTIFICATION' : 'INVITATION';
  const handled = await deps.streams.enrolments.handle(personId, request, (state, at) => {
    const codeMatches = matches(deps.codes, state, path, typed);
    const command = { type: 'verify-identity', at, path, codeMatches, vitaleSerial, birthDate } as const;
    const { events, result } = decided(decideEnrolment(state, command));
    return { events, result: { decision: result, codeMatches } };
  });
  if (!handled.ok) return handled;
  const { decision, codeMatches } = handled.result;
  if (!decision.ok) return { ok: false, refusal: codeMatches ? told(decision.refusal) : 'code-wrong' };
  const [event] = decision.events;
  if (event?.type !== 'IdentityVerified')
    return { ok: false, refusal: codeMatches ? 'identity-mismatch' : 'code-wrong' };
  const issuedAt = event.at;
  const expiresAt = plusMs(issuedAt, VERIFICATION_MS);
  const sessionId = event.data.codeId;
  return {
    ok: true,
    personId,
    enrolmentToken: await deps.tokens.issue({
      audience: 'enrolment',
      personId,
      sessionId,
      generation: 0,
      issuedAt,
      expiresAt,
    }),
    expiresAt,
    contacts: handled.state.contacts.current,
    espaceStatus: await deps.espaces.status(personId),
  };
};

const KINDS = { INVITATION: 'invitation', IDENTIFICATION: 'identification' } as const;

const matches = (codes: OneTimeCodes, state: EnrolmentState, path: EnrolmentPath, typed: string): boolean => {
  const code = state.codes[path];
  return code !== null && codes.matches(KINDS[path], code.codeId, typed);
};

/** What the state alone would refuse, whatever the code, looks like a wrong code. */
const told = (refusal: EnrolmentRefusal): VerificationRefusal =>
  refusal === 'code-used' || refusal === 'code-expired' || refusal === 'too-many-tries' ? refusal : 'code-wrong';
