import { type AccountRefusal, decideAccount } from '../../domain/account/account.ts';
import { CODE_CHANNELS } from '../../domain/account/contacts.ts';
import { decideLoginClaim } from '../../domain/account/login-claim.ts';
import { loginFlaw } from '../../domain/account/login-rules.ts';
import { type PasswordFlaw, passwordFlaws } from '../../domain/account/password-rules.ts';
import type { EnrolmentState } from '../../domain/enrolment/enrolment.ts';
import type { Person } from '../../domain/enrolment/person.ts';
import type { Accompaniment, EspaceRefusal, EspaceStatus } from '../../domain/espace/espace.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { Request } from '../stream-handler.ts';
import type { Enrolling } from './contacts.ts';
import type { Espaces } from './espaces.ts';
import { identityOf } from './invite.ts';
import { decided, type Outcome, stepOf } from './outcome.ts';
import { type NotOwnAffairs, notOwnAffairs } from './own-affairs.ts';
import { loginSubject } from './persons.ts';
import type { IdentityStreams } from './streams.ts';

export type ActivateDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments' | 'accounts' | 'logins'>;
  readonly espaces: Espaces;
  readonly passwords: PasswordHasher;
  readonly hash: KeyedHash;
  readonly clock: Clock;
};

export type Activation = {
  readonly login: string;
  readonly password: string;
  readonly termsVersion: string;
  readonly privacyVersion: string;
  readonly accompaniment: Accompaniment;
};

export type ActivationRefusal =
  | AccountRefusal
  | EspaceRefusal
  | PasswordFlaw
  | NotOwnAffairs
  | 'contact-not-verified'
  | 'login-taken'
  | 'busy';

/**
 * Opens the account, then the espace. In this order, each step repeatable, so that a crash anywhere leaves something
 * that the same person finishes by asking again: the login is claimed, the account opened, the espace activated.
 * `contact-not-verified`: a changed contact whose code has not come back. `minor-represented`: the parents act for a child
 * until majority; the espace that they activated is then the young adult's own, under the same id. What a representative or a
 * suspension closed comes back to whoever never had an account (decided), and an erasure asked for is cancelled.
 * `espace-closed`: there is an account, to sign in and reopen it with.
 */
export const activate = async (
  deps: ActivateDeps,
  enrolling: Enrolling,
  asked: Activation,
  request: Request,
): Promise<Outcome<{ readonly personId: PersonId; readonly login: string }, ActivationRefusal>> => {
  const { personId } = enrolling;
  const { state: enrolment } = await deps.streams.enrolments.load(personId);
  const { person } = enrolment;
  const obstacle = notOwnAffairs(enrolment, enrolling.verification, deps.clock.now());
  if (!person || obstacle !== null) return { ok: false, refusal: obstacle ?? 'identity-not-verified' };
  if (CODE_CHANNELS.some(channel => enrolment.contacts.pending[channel] !== null))
    return { ok: false, refusal: 'contact-not-verified' };
  const flaw = loginFlaw(asked.login) ?? flawsOf(person, enrolment, asked)[0];
  if (flaw) return { ok: false, refusal: flaw };
  const status = await deps.espaces.status(personId);
  const barred = BARRED[status];
  if (barred !== undefined) return { ok: false, refusal: barred };

  const account = await openAccount(deps, personId, enrolment, asked, request);
  // Opened before a crash, the espace not: it is finished for whoever is identified, who then signs in as they chose to.
  if (!account.ok && account.refusal !== 'account-already-open') return account;
  if (!account.ok && status === 'closed') return { ok: false, refusal: 'espace-closed' };
  const created = await deps.espaces.create(personId, identityOf(person), stepOf(request, 'create espace'));
  if (!created.ok) return created;
  const { termsVersion, privacyVersion, accompaniment } = asked;
  const accepted = { termsVersion, privacyVersion, accompaniment, reopens: account.ok };
  const activated = await deps.espaces.activate(personId, accepted, stepOf(request, 'activate espace'));
  if (!account.ok) return account;
  const wasActivatedForThem = !activated.ok && activated.refusal === 'espace-already-activated';
  return activated.ok || wasActivatedForThem ? { ok: true, personId, login: asked.login } : activated;
};

/**
 * No account is opened for an espace that could not be activated. A closed one is not among them: who has an account is told
 * to sign in and reopen it, to who has none it is given back.
 */
const BARRED: Partial<Readonly<Record<EspaceStatus, EspaceRefusal>>> = {
  suspended: 'espace-suspended',
  deceased: 'holder-deceased',
  erased: 'espace-erased',
};

/** Everything that is wrong with the password, given who the person is. */
const flawsOf = (person: Person, { contacts }: EnrolmentState, { login, password }: Activation) =>
  passwordFlaws(password, {
    names: [person.birthName, person.firstNames],
    birthDate: person.birthDate,
    nir: person.ins.value,
    login,
    ...contacts.current,
  });

const openAccount = async (
  deps: ActivateDeps,
  personId: PersonId,
  enrolment: EnrolmentState,
  { password, ...asked }: Activation,
  request: Request,
): Promise<Outcome<object, AccountRefusal | 'login-taken' | 'busy'>> => {
  const { accounts } = deps.streams;
  const { state } = await accounts.load(personId);
  const hashed = await deps.passwords.hash(password);
  if (!hashed.ok) return hashed;
  const claimed = state.credentials
    ? { ok: true as const }
    : await claim(deps, 'claim', personId, asked.login, request);
  if (!claimed.ok) return claimed;
  const contacts = enrolment.contacts.current;
  const handled = await accounts.handle(personId, stepOf(request, 'open account'), (current, at) =>
    decided(decideAccount(current, { type: 'open-account', at, ...asked, passwordHash: hashed.value, contacts })),
  );
  const { credentials } = (await accounts.load(personId)).state;
  // The same person was faster with another login: this one is for others again. Never otherwise: a request that is
  // repeated takes its claim for granted.
  if (credentials && credentials.login !== asked.login) await claim(deps, 'release', personId, asked.login, request);
  if (!handled.ok) return handled;
  return handled.result.ok ? { ok: true } : handled.result;
};

const claim = async (
  deps: ActivateDeps,
  type: 'claim' | 'release',
  owner: PersonId,
  login: string,
  request: Request,
): Promise<Outcome<object, 'login-taken'>> => {
  const handled = await deps.streams.logins.handle(
    loginSubject(deps.hash, login),
    stepOf(request, `${type} login ${owner}`),
    (state, at) => decided(decideLoginClaim(state, { type, at, owner })),
  );
  if (!handled.ok) return handled;
  return handled.result.ok ? { ok: true } : handled.result;
};
