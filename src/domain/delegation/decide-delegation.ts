import type { Identity } from '../espace/espace.ts';
import type { Actor, PersonId } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { majorityOf } from '../shared/majority.ts';
import { type Instant, plusDays } from '../shared/time.ts';
import {
  type Delegation,
  type DelegationEvent,
  type DelegationId,
  type DelegationsState,
  type EndReason,
  type InvitedRelation,
  isRepresentative,
  statusAt,
} from './delegation.ts';

// Commands

type Command<T extends string, D> = T extends string
  ? D & { readonly type: T; readonly at: Instant; readonly by: Actor }
  : never;
type On = { readonly delegationId: DelegationId };

export type DelegationCommand =
  | Command<'declare-parent', On & { readonly delegate: PersonId }>
  | Command<'invite', On & Invited & { readonly relation: InvitedRelation }>
  /** `name`: as the health insurance knows the one who accepts. */
  | Command<'accept', On & { readonly name: string }>
  /** `refuse`, `renounce`: by the delegate. `withdraw`, `revoke`, `renew`: for the person helped. */
  | Command<'refuse' | 'renounce' | 'withdraw' | 'revoke' | 'renew', On>
  /** The term of an invitation, or of a right, may have come. */
  | Command<'lapse', On>
  /** The delegate was erased; invited or accepted, it is over. */
  | Command<'delegate-gone', On>
  | Command<'reach-majority', Record<never, never>>
  | Command<'declare-guardianship', On & Guardianship>
  | Command<'end-guardianship', On>;

export type Invited = {
  readonly delegate: PersonId | null;
  /** Keyed hash, to know the same person again. */
  readonly ins: string;
  /** The INS given is that of the person concerned. */
  readonly isHolder: boolean;
  readonly name: string;
};

export type Guardianship = {
  readonly measure: 'TUTELLE' | 'CURATELLE';
  readonly delegate: PersonId | null;
  readonly name: string;
  readonly judgment: string;
  readonly from: Instant;
  readonly until: Instant | null;
};

// Refusals

export type DelegationRefusal =
  | 'invitation-already-pending'
  | 'already-delegate'
  | 'other-delegation-exists'
  | 'delegate-is-holder'
  | 'too-many-carers'
  | 'too-many-representatives'
  /** Too many of late, those that were taken back included: each is a letter to somebody who did not ask for it. */
  | 'too-many-invitations'
  | 'invitation-unknown'
  | 'invitation-expired'
  | 'delegation-unknown'
  /** What the law or a judge gave, neither side ends. */
  | 'delegation-not-yours-to-end'
  | 'person-of-age'
  | 'person-not-of-age'
  | 'guardianship-end-in-the-past';

/** Published: 3 carers for one person. Invitations that wait count, so that none is accepted in vain (decided). */
export const MAX_CARERS = 3;
/** Representatives, guardians and curators of one person, those invited included: two parents, and room for a judge (decided). */
export const MAX_REPRESENTATIVES = 4;
/** Published: the declaring parent invites the second one. */
export const MAX_SECOND_REPRESENTATIVES = 1;
/** How long an invitation can be answered. Decided: the sources give an end, not which. */
export const INVITATION_DAYS = 30;
/** Invitations of one espace within `INVITATION_DAYS`, and those of them to one person, whatever became of them (decided). */
export const MAX_INVITATIONS = 20;
export const MAX_INVITATIONS_TO_ONE = 5;
/** How long a carer's delegation holds; then, or before, it can be renewed. The published demonstration value: a year. */
export const CARER_DAYS = 365;

type Decided = Decision<DelegationEvent, DelegationRefusal>;
type CommandOf<T extends DelegationCommand['type']> = DelegationCommand & { readonly type: T };

/** `holder`: of whom it is about, from the same stream; null before there is anybody. */
export const decideDelegations = (
  state: DelegationsState,
  command: DelegationCommand,
  holder: Identity | null,
): Decided => {
  if (holder === null) return refuse('delegation-unknown');
  const { at, by } = command;
  switch (command.type) {
    case 'declare-parent':
      return declareParent(state, command, holder);
    case 'invite':
      return invite(state, command, holder);
    case 'accept':
      return acceptInvitation(state, command, holder);
    case 'refuse': {
      const one = answerable(state, command);
      if (typeof one === 'string') return refuse(one);
      if (one.relation === 'PARENT') return refuse('delegation-not-yours-to-end');
      return accept({ type: 'DelegationRefused', at, data: { by, delegationId: one.id } });
    }
    case 'withdraw': {
      const { delegationId } = command;
      const one = state.live.find(({ id }) => id === delegationId);
      if (one === undefined || one.ins === null || one.status !== 'PENDING') return refuse('invitation-unknown');
      return accept({ type: 'DelegationInvitationWithdrawn', at, data: { by, delegationId } });
    }
    case 'revoke':
    case 'renounce':
    case 'end-guardianship':
      return end(state, command);
    case 'renew':
      return renew(state, command, holder);
    case 'lapse':
      return lapse(state, command, holder);
    case 'delegate-gone': {
      const { delegationId } = command;
      const one = state.live.find(({ id }) => id === delegationId);
      return one === undefined ? accept() : accept(ended(at, by, delegationId, 'GONE'));
    }
    case 'reach-majority': {
      const represented = state.live.some(isRepresentative);
      const isOfAge = majorityOf(holder.birthDate) <= at;
      return represented && isOfAge ? accept({ type: 'MajorityReached', at, data: { by } }) : accept();
    }
    case 'declare-guardianship':
      return declareGuardianship(state, command, holder);
  }
};

/** Those that count at `at`: a term that has come does not, whether or not it was written down. */
const current = ({ live }: DelegationsState, at: Instant): readonly Delegation[] =>
  live.filter(one => ['PENDING', 'ACCEPTED'].includes(statusAt(one, at)));

const numberOf = (state: DelegationsState, at: Instant, carers: boolean): number =>
  current(state, at).filter(({ relation }) => (relation === 'CARER') === carers).length;

/** The same request again: it is so already. */
const isKnown = ({ live, past }: DelegationsState, { delegationId }: On): boolean =>
  [...live, ...past].some(({ id }) => id === delegationId);

const declareParent = (
  state: DelegationsState,
  { at, by, delegationId, delegate }: CommandOf<'declare-parent'>,
  { birthDate }: Identity,
): Decided => {
  const until = majorityOf(birthDate);
  if (until <= at) return refuse('person-of-age');
  // Nor is one brought back whose authority a judge ended, or who represents the child already.
  const isTheirs = (one: Delegation): boolean => one.delegate === delegate && isRepresentative(one);
  if (isKnown(state, { delegationId }) || state.live.some(one => one.relation === 'PARENT' || isTheirs(one)))
    return accept();
  if (state.past.some(one => isTheirs(one) && one.endReason === 'JUDGMENT')) return accept();
  return accept({ type: 'ParentDeclared', at, data: { by, delegationId, delegate, until } });
};

const invite = (state: DelegationsState, command: CommandOf<'invite'>, holder: Identity): Decided => {
  const { at, by, delegationId, relation, delegate, ins, isHolder, name } = command;
  if (isKnown(state, command)) return accept();
  const isCarer = relation === 'CARER';
  if (!isCarer && majorityOf(holder.birthDate) <= at) return refuse('person-of-age');
  if (isHolder) return refuse('delegate-is-holder');
  const isToThem = (one: Delegation): boolean => one.ins === ins || (delegate !== null && one.delegate === delegate);
  const known = current(state, at).find(isToThem);
  if (known?.status === 'PENDING' && known.relation === relation) return refuse('invitation-already-pending');
  if (known) return refuse(known.relation === relation ? 'already-delegate' : 'other-delegation-exists');
  if (isCarer && numberOf(state, at, true) >= MAX_CARERS) return refuse('too-many-carers');
  const isFull =
    numberOf(state, at, false) >= MAX_REPRESENTATIVES ||
    current(state, at).filter(one => one.relation === relation).length >= MAX_SECOND_REPRESENTATIVES;
  if (!isCarer && isFull) return refuse('too-many-representatives');
  const lately = invitedLately(state, at);
  if (lately.length >= MAX_INVITATIONS || lately.filter(isToThem).length >= MAX_INVITATIONS_TO_ONE)
    return refuse('too-many-invitations');
  const expiresAt = withinMinority(holder, at, plusDays(at, INVITATION_DAYS));
  return accept({ type: 'DelegateInvited', at, data: { by, delegationId, relation, delegate, ins, name, expiresAt } });
};

/** What was asked or given for a minor ends with their minority: whom they want beside them they say then. */
const withinMinority = ({ birthDate }: Identity, at: Instant, end: Instant): Instant => {
  const majority = majorityOf(birthDate);
  return at < majority && majority < end ? majority : end;
};

/** Invitations of the last `INVITATION_DAYS`, whatever became of them; what a court or the fund declared is none. */
const invitedLately = ({ live, past }: DelegationsState, at: Instant): readonly Delegation[] =>
  [...live, ...past].filter(one => one.ins !== null && at < plusDays(one.invitedAt, INVITATION_DAYS));

/** The invitation that this person can answer now, or why not. */
const answerable = (
  state: DelegationsState,
  { at, by, delegationId }: { readonly at: Instant; readonly by: Actor } & On,
): Delegation | DelegationRefusal => {
  const one = state.live.find(({ id }) => id === delegationId);
  if (one === undefined || !isFor(one, by) || one.status !== 'PENDING') return 'invitation-unknown';
  return statusAt(one, at) === 'PENDING' ? one : 'invitation-expired';
};

const isFor = ({ delegate }: Delegation, by: Actor): boolean => 'id' in by && delegate === by.id;

const acceptInvitation = (state: DelegationsState, command: CommandOf<'accept'>, holder: Identity): Decided => {
  const { at, by, delegationId, name } = command;
  const done = state.live.find(({ id }) => id === delegationId);
  if (done?.status === 'ACCEPTED' && isFor(done, by)) return accept();
  const one = answerable(state, command);
  if (typeof one === 'string') return refuse(one);
  if (one.relation !== 'CARER' && majorityOf(holder.birthDate) <= at) return refuse('person-of-age');
  const until =
    one.relation === 'CARER' ? withinMinority(holder, at, plusDays(at, CARER_DAYS)) : majorityOf(holder.birthDate);
  return accept({ type: 'DelegationAccepted', at, data: { by, delegationId, relation: one.relation, name, until } });
};

/**
 * Carers: by either side. A second representative: by themself. A guardian or curator: by whoever declared the measure, who
 * also records that a parent died or that a judge withdrew their authority.
 */
export const MAY_END: Readonly<Record<'revoke' | 'renounce' | 'end-guardianship', readonly Delegation['relation'][]>> =
  {
    revoke: ['CARER'],
    renounce: ['CARER', 'SECOND_REPRESENTATIVE'],
    'end-guardianship': ['GUARDIAN', 'CURATOR', 'PARENT', 'SECOND_REPRESENTATIVE'],
  };
const REASONS = { revoke: 'REVOKED', renounce: 'RENOUNCED', 'end-guardianship': 'JUDGMENT' } as const;

const end = (
  state: DelegationsState,
  { type, at, by, delegationId }: CommandOf<'revoke' | 'renounce' | 'end-guardianship'>,
): Decided => {
  const one = state.live.find(({ id }) => id === delegationId);
  if (one === undefined || (type === 'renounce' && !isFor(one, by))) return refuse('delegation-unknown');
  // A declared parent is one before they have accepted.
  if (one.status !== 'ACCEPTED' && one.relation !== 'PARENT') return refuse('delegation-unknown');
  if (!MAY_END[type].includes(one.relation)) return refuse('delegation-not-yours-to-end');
  return accept(ended(at, by, delegationId, REASONS[type]));
};

const ended = (at: Instant, by: Actor, delegationId: DelegationId, reason: EndReason): DelegationEvent => ({
  type: 'DelegationEnded',
  at,
  data: { by, delegationId, reason },
});

/** A year from now; what has come to its end is not brought back. Once a day: each is a letter to the carer (decided). */
const renew = (state: DelegationsState, { at, by, delegationId }: CommandOf<'renew'>, holder: Identity): Decided => {
  const one = state.live.find(({ id }) => id === delegationId);
  if (one === undefined || statusAt(one, at) !== 'ACCEPTED') return refuse('delegation-unknown');
  if (one.relation !== 'CARER') return refuse('delegation-not-yours-to-end');
  const until = withinMinority(holder, at, plusDays(at, CARER_DAYS));
  return one.until !== null && until < plusDays(one.until, 1)
    ? accept()
    : accept({ type: 'DelegationRenewed', at, data: { by, delegationId, until } });
};

const lapse = (state: DelegationsState, { at, by, delegationId }: CommandOf<'lapse'>, holder: Identity): Decided => {
  const one = state.live.find(({ id }) => id === delegationId);
  if (one === undefined || one.status === statusAt(one, at)) return accept();
  if (one.status === 'PENDING') return accept({ type: 'DelegationInvitationExpired', at, data: { by, delegationId } });
  const expired = ended(at, by, delegationId, 'EXPIRED');
  // A minor whom no parent represented comes of age with the end of the measure.
  const comesOfAge = one.relation === 'GUARDIAN' && one.until === majorityOf(holder.birthDate);
  return comesOfAge && !state.live.some(isRepresentative)
    ? accept<DelegationEvent>(expired, { type: 'MajorityReached', at, data: { by } })
    : accept(expired);
};

const declareGuardianship = (
  state: DelegationsState,
  command: CommandOf<'declare-guardianship'>,
  holder: Identity,
): Decided => {
  const { at, by, delegationId, measure, delegate, name, judgment, from, until } = command;
  if (isKnown(state, command)) return accept();
  if (until !== null && (until <= at || until <= from)) return refuse('guardianship-end-in-the-past');
  // A minor has a guardian where no parent can act for them, until majority. What a judge decides in the last year for the
  // adult (article 429) begins on that day, which is hours off where it is written with another offset.
  const majority = majorityOf(holder.birthDate);
  const isForMinor = at < majority && from < plusDays(majority, -1);
  const begins = at < majority && !isForMinor && from < majority ? majority : from;
  if (isForMinor && measure === 'CURATELLE') return refuse('person-not-of-age');
  const known = delegate === null ? [] : current(state, at).filter(one => one.delegate === delegate);
  if (known.some(({ relation }) => relation === 'GUARDIAN')) return refuse('already-delegate');
  // Who represents the minor until then may well be appointed for the adult.
  if (known.some(isRepresentative) && begins < majority) return refuse('other-delegation-exists');
  const carer = known.find(({ relation }) => relation === 'CARER');
  if (numberOf(state, at, false) >= MAX_REPRESENTATIVES) return refuse('too-many-representatives');
  const ends = isForMinor && (until === null || majority < until) ? majority : until;
  const declared: DelegationEvent = {
    type: 'GuardianshipDeclared',
    at,
    data: { by, delegationId, measure, delegate, name, judgment, from: begins, until: ends },
  };
  // Whom a judge appoints is a carer no more, nor asked to be one.
  if (carer === undefined) return accept(declared);
  const on = { by, delegationId: carer.id };
  return carer.status === 'PENDING'
    ? accept<DelegationEvent>({ type: 'DelegationInvitationWithdrawn', at, data: on }, declared)
    : accept<DelegationEvent>(ended(at, by, carer.id, 'JUDGMENT'), declared);
};
