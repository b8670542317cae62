import { type CodeChannel, type Contacts, contactOf } from '../account/contacts.ts';
import {
  CODE_VALIDITY_MS,
  issued,
  isTooSoonAfter,
  judge,
  type OneTimeCode,
  withWrongTry,
} from '../account/one-time-code.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type CalendarDate, type Instant, plusDays, plusMs } from '../shared/time.ts';
import {
  type ContactChangeCommand,
  type ContactChangeEvent,
  type ContactChangeRefusal,
  type ContactsState,
  decideContacts,
  evolveContacts,
  initialContacts,
} from './contact-change.ts';
import { invitationChannel, type Person } from './person.ts';

/**
 * How one insured person shows who they are before they have an account: with the code of the invitation, or with one
 * asked for by birth date and card serial. R.1111-28 of the Code de la santé publique; the published activation paths.
 */

// Events

/** INVITATION: the code of the letter or e-mail. IDENTIFICATION: the code asked for. Both with NIR and card serial. */
export type EnrolmentPath = 'INVITATION' | 'IDENTIFICATION';

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };
type Sent<C extends string> = { readonly codeId: string; readonly channel: C; readonly expiresAt: Instant };

export type EnrolmentEvent =
  | Event<'PersonImported', Person>
  /** `check`: keyed hash of the last five characters of the person's IBAN, by which the help desk makes sure of who calls. */
  | Event<'IbanCheckImported', { readonly check: string }>
  | Event<'InvitationIssued', Sent<'EMAIL' | 'POST'>>
  | Event<'IdentificationCodeIssued', Sent<CodeChannel>>
  /** CODE: the code was wrong, the card theirs. IDENTITY: it was right, but card or birth date were somebody else's. */
  | Event<'EnrolmentCodeRejected', { readonly codeId: string; readonly reason: 'CODE' | 'IDENTITY' }>
  | Event<'IdentityVerified', { readonly codeId: string; readonly path: EnrolmentPath }>
  /** The person is being erased: nothing of them is known any more. */
  | Event<'PersonForgotten', Record<never, never>>
  | ContactChangeEvent;

// Commands

export type EnrolmentCommand =
  /** `codeId`: of the invitation to send at once; null: none. `ibanCheck`: where the fund knows the IBAN. */
  | {
      readonly type: 'import';
      readonly at: Instant;
      readonly person: Person;
      readonly codeId: string | null;
      readonly ibanCheck?: string;
    }
  /** By the help desk or by the member, once the code sent to the new contact came back. */
  | {
      readonly type: 'correct-contact';
      readonly at: Instant;
      readonly channel: CodeChannel;
      readonly value: string;
      readonly codeId: string;
    }
  | { readonly type: 'invite'; readonly at: Instant; readonly codeId: string }
  | {
      readonly type: 'issue-identification-code';
      readonly at: Instant;
      readonly codeId: string;
      readonly channel: CodeChannel;
      readonly vitaleSerial: string;
      readonly birthDate: CalendarDate;
    }
  | {
      readonly type: 'verify-identity';
      readonly at: Instant;
      readonly path: EnrolmentPath;
      readonly codeMatches: boolean;
      readonly vitaleSerial: string;
      /** Null where it was not given: the path does not need it. */
      readonly birthDate: CalendarDate | null;
    }
  | { readonly type: 'forget'; readonly at: Instant }
  /** `verification`: the `codeId` by which the person was identified. */
  | (ContactChangeCommand & { readonly verification: string });

// Refusals

export type EnrolmentRefusal =
  | ContactChangeRefusal
  | 'person-unknown'
  | 'not-invitable'
  | 'contact-unknown'
  | 'identity-mismatch'
  | 'identity-not-verified'
  | 'too-many-codes'
  | 'code-wrong';

// State

type SentCode = OneTimeCode & { readonly channel: CodeChannel | 'POST' };

export type EnrolmentState = {
  readonly person: Person | null;
  /** Keyed hash of the end of their IBAN; null where the fund does not know it. */
  readonly ibanCheck: string | null;
  /** The newest code of each path; a newer one voids it; another contact in place of that which it went to ends it. */
  readonly codes: Readonly<Record<EnrolmentPath, SentCode | null>>;
  /** When codes were sent since the person was last identified; the newest `MAX_CODES_A_DAY`. */
  readonly sent: readonly Instant[];
  /** The last time the person was identified, and by which code. */
  readonly verification: { readonly codeId: string; readonly at: Instant } | null;
  readonly contacts: ContactsState;
};

export const initialEnrolment: EnrolmentState = {
  person: null,
  ibanCheck: null,
  codes: { INVITATION: null, IDENTIFICATION: null },
  sent: [],
  verification: null,
  contacts: initialContacts,
};

/** Published: valid 6 weeks. */
export const INVITATION_DAYS = 42;

/** Codes sent for one person within 24 hours without one coming back: each gives new tries. Decided. */
export const MAX_CODES_A_DAY = 10;

/** How long after identifying oneself one may activate, oppose or change contacts. Decided. */
export const VERIFICATION_MS = 30 * 60_000;

/** Whether the person was identified by `verification`, lately, and by no other code since. */
export const isVerified = (state: EnrolmentState, verification: string, at: Instant): boolean =>
  state.verification?.codeId === verification && at < plusMs(state.verification.at, VERIFICATION_MS);

// Evolve

export const evolveEnrolment = (state: EnrolmentState, event: EnrolmentEvent): EnrolmentState => {
  const { at } = event;
  switch (event.type) {
    case 'PersonImported':
      return { ...state, person: event.data, contacts: { ...state.contacts, current: contactsOf(state, event.data) } };
    case 'IbanCheckImported':
      return { ...state, ibanCheck: event.data.check };
    case 'InvitationIssued':
      return withNewCode(state, 'INVITATION', sentCode(at, event.data));
    case 'IdentificationCodeIssued':
      return withNewCode(state, 'IDENTIFICATION', sentCode(at, event.data));
    case 'EnrolmentCodeRejected': {
      const path = state.codes.INVITATION?.codeId === event.data.codeId ? 'INVITATION' : 'IDENTIFICATION';
      const code = state.codes[path];
      return code ? withCode(state, path, { ...code, ...withWrongTry(code) }) : state;
    }
    case 'IdentityVerified': {
      const { codeId, path } = event.data;
      const code = state.codes[path];
      const verified = { ...state, sent: [], verification: { codeId, at } };
      return code ? withCode(verified, path, { ...code, used: true }) : verified;
    }
    case 'PersonForgotten':
      return initialEnrolment;
    case 'ContactsConfirmed':
    case 'ContactChangeRequested':
    case 'ContactCodeRejected':
      return { ...state, contacts: evolveContacts(state.contacts, event) };
    case 'ContactVerified': {
      const contacts = evolveContacts(state.contacts, event);
      const { INVITATION, IDENTIFICATION } = state.codes;
      const ended = (code: SentCode | null): SentCode | null =>
        code?.channel === event.data.channel ? { ...code, expiresAt: at } : code;
      return { ...state, contacts, codes: { INVITATION: ended(INVITATION), IDENTIFICATION: ended(IDENTIFICATION) } };
    }
  }
};

const sentCode = (at: Instant, { codeId, channel, expiresAt }: Sent<SentCode['channel']>): SentCode => ({
  ...issued(codeId, at, expiresAt),
  channel,
});

/** As the fund knows them, but for those that were verified here. */
const contactsOf = ({ person, contacts: { current } }: EnrolmentState, told: Person): Contacts => {
  const known = (channel: 'email' | 'mobile') =>
    current[channel] === (person?.contacts[channel] ?? null) ? told.contacts[channel] : current[channel];
  return { email: known('email'), mobile: known('mobile') };
};

const withCode = (state: EnrolmentState, path: EnrolmentPath, code: SentCode): EnrolmentState => ({
  ...state,
  codes: { ...state.codes, [path]: code },
});

const withNewCode = (state: EnrolmentState, path: EnrolmentPath, code: SentCode): EnrolmentState => ({
  ...withCode(state, path, code),
  sent: [...state.sent, code.issuedAt].slice(-MAX_CODES_A_DAY),
});

const isCapped = ({ sent }: EnrolmentState, at: Instant): boolean =>
  sent.length === MAX_CODES_A_DAY && at < plusDays(sent[0] as Instant, 1);

// Decide

type Decided = Decision<EnrolmentEvent, EnrolmentRefusal>;
type CommandOf<T extends EnrolmentCommand['type']> = EnrolmentCommand & { readonly type: T };

export const decideEnrolment = (state: EnrolmentState, command: EnrolmentCommand): Decided => {
  const { person } = state;
  if (command.type === 'import')
    return isNews(person, command.person)
      ? register({ ...command, person: withParents(person, command.person) })
      : accept();
  if (!person) return refuse('person-unknown');
  switch (command.type) {
    case 'forget':
      return accept({ type: 'PersonForgotten', at: command.at, data: {} });
    case 'invite': {
      if (isTooSoonAfter(state.codes.INVITATION?.issuedAt ?? null, command.at)) return refuse('code-asked-too-soon');
      if (isCapped(state, command.at)) return refuse('too-many-codes');
      const invitation = invite(person, state.contacts.current.email, command.codeId, command.at);
      return invitation ? accept(invitation) : refuse('not-invitable');
    }
    case 'issue-identification-code':
      return issueIdentificationCode(state, person, command);
    case 'verify-identity':
      return verifyIdentity(state, person, command);
    case 'correct-contact': {
      const { at, channel, value, codeId } = command;
      if (contactOf(state.contacts.current, channel) === value) return accept();
      return accept({ type: 'ContactVerified', at, data: { codeId, channel, value } });
    }
    case 'change-contacts':
    case 'verify-contact':
      if (!isVerified(state, command.verification, command.at)) return refuse('identity-not-verified');
      return decideContacts(state.contacts, command);
  }
};

/** Whoever had no card, as children have none, gets one: with it they are told of anew, and can enrol at majority. */
const isNews = (known: Person | null, told: Person): boolean =>
  known === null || (known.vitaleSerials.length === 0 && told.vitaleSerials.length > 0);

/** A line that names no parents takes none away. */
const withParents = (known: Person | null, told: Person): Person =>
  told.parents.length > 0 ? told : { ...told, parents: known?.parents ?? [] };

const register = ({ at, person, codeId, ibanCheck }: CommandOf<'import'>): Decided => {
  const invitation = codeId === null ? null : invite(person, person.contacts.email, codeId, at);
  return accept<EnrolmentEvent>(
    { type: 'PersonImported', at, data: person },
    ...(ibanCheck === undefined ? [] : [{ type: 'IbanCheckImported', at, data: { check: ibanCheck } } as const]),
    ...(invitation ? [invitation] : []),
  );
};

const invite = (person: Person, email: string | null, codeId: string, at: Instant): EnrolmentEvent | null => {
  const channel = invitationChannel(person, email, at);
  return (
    channel && { type: 'InvitationIssued', at, data: { codeId, channel, expiresAt: plusDays(at, INVITATION_DAYS) } }
  );
};

/** Whether card and, where it is given, birth date are this person's. */
export const isTheirs = (person: Person, vitaleSerial: string, birthDate: CalendarDate | null): boolean =>
  person.vitaleSerials.includes(vitaleSerial) && (birthDate === null || person.birthDate === birthDate);

const issueIdentificationCode = (
  state: EnrolmentState,
  person: Person,
  { at, codeId, channel, vitaleSerial, birthDate }: CommandOf<'issue-identification-code'>,
): Decided => {
  if (!isTheirs(person, vitaleSerial, birthDate)) return refuse('identity-mismatch');
  if (contactOf(state.contacts.current, channel) === null) return refuse('contact-unknown');
  if (isTooSoonAfter(state.codes.IDENTIFICATION?.issuedAt ?? null, at)) return refuse('code-asked-too-soon');
  if (isCapped(state, at)) return refuse('too-many-codes');
  const data = { codeId, channel, expiresAt: plusMs(at, CODE_VALIDITY_MS) };
  return accept({ type: 'IdentificationCodeIssued', at, data });
};

/**
 * A wrong code counts only with a card of the person's: whoever knows the NIR alone uses up nothing of the code, which is told
 * as wrong to them. With the right code a wrong card or birth date is a wrong try too (decided): who has the code is no such
 * stranger, and must not try cards without end. What counts is accepted as having happened.
 */
const verifyIdentity = (
  state: EnrolmentState,
  person: Person,
  { at, path, codeMatches, vitaleSerial, birthDate }: CommandOf<'verify-identity'>,
): Decided => {
  const code = state.codes[path];
  if (!code || (!codeMatches && !person.vitaleSerials.includes(vitaleSerial))) return refuse('code-wrong');
  const { codeId } = code;
  const rejected = (reason: 'CODE' | 'IDENTITY'): Decided =>
    accept({ type: 'EnrolmentCodeRejected', at, data: { codeId, reason } });
  const verdict = judge(code, codeMatches, at);
  if (verdict === 'code-wrong') return rejected('CODE');
  if (verdict !== 'code-right') return refuse(verdict);
  if (!isTheirs(person, vitaleSerial, birthDate)) return rejected('IDENTITY');
  return accept({ type: 'IdentityVerified', at, data: { codeId, path } });
};
