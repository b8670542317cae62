import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Enrolling } from '../../application/enrolment/contacts.ts';
import type { Outcome } from '../../application/enrolment/outcome.ts';
import { type Choice, selectActivity } from '../../application/sign-in/select-activity.ts';
import { PURPOSES, type Purpose } from '../../domain/access/question.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { isFiness } from '../../domain/shared/identifiers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProfessionalIdentity, ProfessionalVerifier } from '../../ports/professional-verifier.ts';
import type { StaffVerifier } from '../../ports/staff-verifier.ts';
import { isReadable } from '../shared/readable.ts';
import { ProblemError } from './problems.ts';
import type { Audience, Principal } from './route.ts';

const MAX_REASON = 500;
const MAX_SOFTWARE = 100;
const KNOWN_ISSUERS = 10_000;
const KNOWN_CHARACTERS = 8 * 1_024 * 1_024;

export interface Authenticator {
  /** Who the bearer is, or the problem: `unauthenticated`, `access-refused`, `token-…`, `organisation-…`, `profession-…`, `invalid-request`, … */
  identify(audience: Audience, header: (name: string) => string | null): Promise<Principal>;
}

export const createAuthenticator = (deps: {
  readonly professionals: ProfessionalVerifier;
  /** `iss` of the professionals' tokens: which of the two verifiers a token is for. It is proof of nothing. */
  readonly professionalIssuer: string;
  readonly staff: StaffVerifier;
  /** `iss` of the staff's tokens; null: nobody is staff. */
  readonly staffIssuer: string | null;
  readonly holders: (token: string) => Promise<Outcome<{ personId: PersonId; sessionId: string }, string>>;
  readonly enrolling: (token: string) => Promise<Outcome<Enrolling, string>>;
  readonly clock: Clock;
}): Authenticator => {
  const claimed = new LRUCache<string, Claimed>({
    max: KNOWN_ISSUERS,
    // Not yet verified, so anybody can fill it: it is bounded in what it holds, too.
    maxSize: KNOWN_CHARACTERS,
    sizeCalculation: (_, authorization) => authorization.length,
  });

  /** Taken apart once for each header: the text of a token is long, and comes with every request. */
  const claimedIn = (authorization: string | null): Claimed => {
    const known = authorization === null ? undefined : claimed.get(authorization);
    if (known !== undefined) return known;
    const token = bearerOf(authorization);
    let issuer = '';
    try {
      issuer = String(decodeJwt(token).iss);
    } catch {
      throw new ProblemError('token-invalid');
    }
    claimed.set(authorization as string, { token, issuer });
    return { token, issuer };
  };

  const identityOf = async (token: string): Promise<ProfessionalIdentity> => {
    const verified = await deps.professionals.verify(token, deps.clock.now());
    if (!verified.ok) throw new ProblemError(verified.refusal);
    return verified.identity;
  };

  const professional = async (token: string, header: (name: string) => string | null): Promise<Principal> => {
    const identity = await identityOf(token);
    const choice = { organisation: header('Organization'), profession: header('Profession') };
    const selected = selectActivity(identity, choice);
    if (!selected.ok) throw misnamed(choice, selected.refusal) ?? new ProblemError(selected.refusal);
    const software = (identity.software ?? 'unknown').slice(0, MAX_SOFTWARE);
    return {
      kind: 'professional',
      asker: { actor: selected.professional, ...purposeOf(header), software, onBehalfOf: null },
    };
  };

  const holder = async (token: string): Promise<Principal> => {
    const known = await deps.holders(token);
    if (!known.ok) throw new ProblemError(known.refusal);
    return { kind: 'holder', personId: known.personId, sessionId: known.sessionId };
  };

  const enrolling = async (token: string): Promise<Principal> => {
    const known = await deps.enrolling(token);
    if (!known.ok) throw new ProblemError(known.refusal);
    return { kind: 'enrolling', personId: known.personId, verification: known.verification };
  };

  /** Whoever the service is for, signed in or only identified: what their token opens says which of the two it is. */
  const person = async (token: string): Promise<Principal> => {
    const known = await deps.holders(token);
    if (known.ok) return { kind: 'holder', personId: known.personId, sessionId: known.sessionId };
    if (known.refusal !== 'token-invalid') throw new ProblemError(known.refusal);
    return enrolling(token);
  };

  /** One of the two roles, and never the other's routes. */
  const staff = async (token: string, role: 'support' | 'fund'): Promise<Principal> => {
    const verified = await deps.staff.verify(token, deps.clock.now());
    if (!verified.ok) throw new ProblemError(verified.refusal);
    if (verified.staff.kind !== role) throw new ProblemError('access-refused');
    return { kind: 'staff', actor: verified.staff };
  };

  return {
    async identify(audience, header) {
      if (audience === 'open' || audience === 'anonymous') return { kind: 'anonymous' };
      const authorization = header('Authorization');
      if (audience === 'enrolling') return enrolling(bearerOf(authorization));
      const { token, issuer } = claimedIn(authorization);
      const isStaff = deps.staffIssuer !== null && issuer === deps.staffIssuer;
      const takesStaff = audience === 'support' || audience === 'fund';
      if (isStaff !== takesStaff) throw new ProblemError('access-refused');
      if (takesStaff) return staff(token, audience);
      const isProfessional = issuer === deps.professionalIssuer;
      if ((audience === 'holder' || audience === 'person') && isProfessional) throw new ProblemError('access-refused');
      if (audience === 'professional' && !isProfessional) throw new ProblemError('access-refused');
      if (audience === 'person') return person(token);
      if (audience === 'any-activity' && !isProfessional) throw new ProblemError('access-refused');
      if (isProfessional && (audience === 'any-activity' || audience === 'any-reader'))
        return { kind: 'any-activity', identity: await identityOf(token) };
      return isProfessional ? professional(token, header) : holder(token);
    },
  };
};

type Claimed = { readonly token: string; readonly issuer: string };

const bearerOf = (authorization: string | null): string => {
  const [, token] = /^Bearer ([\w.~+/=-]{1,16384})$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw new ProblemError('unauthenticated');
  return token;
};

const ORGANISATION = /^[\w.-]{1,64}$/;
const FINESS_LENGTH = 9;
const PROFESSION = /^\w{1,10}(?:\/\w{0,10})?$/;

/** What is not theirs because it is nobody's: told as a mistake in the request. */
const misnamed = ({ organisation, profession }: Choice, refusal: string): ProblemError | null => {
  const isOrganisation =
    organisation === null ||
    (ORGANISATION.test(organisation) && (organisation.length !== FINESS_LENGTH || isFiness(organisation)));
  if (refusal === 'organisation-unknown' && !isOrganisation)
    return invalid('Organization', 'must be a FINESS number, or the place as GET /v1/professionals/me names it');
  if (refusal === 'profession-unknown' && !PROFESSION.test(profession ?? ''))
    return invalid('Profession', 'must be the code of a profession, with / and a specialty where needed');
  return null;
};

const purposeOf = (
  header: (name: string) => string | null,
): { readonly purpose: Purpose; readonly reason: string | null } => {
  const purpose = header('Purpose-Of-Use') ?? 'TREAT';
  if (!isPurpose(purpose)) throw invalid('Purpose-Of-Use', `must be one of ${PURPOSES.join(', ')}`);
  const reason = reasonOf(header('Purpose-Reason'));
  if (purpose === 'BTG' && reason === null) throw invalid('Purpose-Reason', 'must say why the glass is broken');
  if (reason !== null && !isReadable(reason)) throw invalid('Purpose-Reason', 'must be readable text');
  if (reason !== null && reason.length > MAX_REASON)
    throw invalid('Purpose-Reason', `must be ${MAX_REASON} characters at most`);
  return { purpose, reason };
};

/** Header fields are Latin-1 on the wire; most clients send UTF-8 in them, and some percent-encode it. */
const reasonOf = (sent: string | null): string | null => {
  if (sent === null) return null;
  const text = Buffer.from(sent, 'latin1').toString('utf8');
  const readable = text.includes('\uFFFD') ? sent : text;
  try {
    return decodeURIComponent(readable).trim() || null;
  } catch {
    return readable.trim() || null;
  }
};

const isPurpose = (text: string): text is Purpose => (PURPOSES as readonly string[]).includes(text);

const invalid = (field: string, message: string): ProblemError =>
  new ProblemError('invalid-request', { errors: [{ field, message }] });
