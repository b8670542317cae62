import type { Actor, Delegate, PersonId } from '../shared/actor.ts';
import type { Instant } from '../shared/time.ts';

/**
 * Who acts for the person besides the person: parents of a minor, the guardian whom a judge appointed, carers whom the
 * person chose. Law: L.1111-14, R.1111-33, articles 371-1, 414, 440 and 473 of the Code civil; for carers the published
 * service. Whether somebody may invite, accept or end is the rule book's business.
 */

/** UUID: first of the invitation, then of what came of it. */
export type DelegationId = string;

/**
 * PARENT: declared the child, told by the fund. SECOND_REPRESENTATIVE: the other parent, or whom a judge appointed for a
 * minor. GUARDIAN: tutelle. CURATOR: curatelle, where the person decides and the curator is only named.
 */
export type Relation = 'PARENT' | 'SECOND_REPRESENTATIVE' | 'GUARDIAN' | 'CURATOR' | 'CARER';
/** What somebody can be invited to be. */
export type InvitedRelation = 'SECOND_REPRESENTATIVE' | 'CARER';

export type DelegationStatus = 'PENDING' | 'ACCEPTED' | 'REFUSED' | 'EXPIRED' | 'WITHDRAWN' | 'ENDED';

/** EXPIRED: its term came. REVOKED: by whoever is helped, or for them. RENOUNCED: by the delegate. JUDGMENT: the measure was lifted. GONE: the delegate was erased. CLOSED: the espace is closed or opposed, or the person has died. */
export type EndReason = 'EXPIRED' | 'REVOKED' | 'RENOUNCED' | 'JUDGMENT' | 'GONE' | 'CLOSED';

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };
type On = { readonly by: Actor; readonly delegationId: DelegationId };

export type DelegationEvent =
  /** The parent to whom the fund attaches the child: asked to activate or to oppose. `until`: majority. */
  | Event<'ParentDeclared', On & { readonly delegate: PersonId; readonly until: Instant }>
  /**
   * `delegate`: null where nobody is known by what was given; whoever invites is not told. `ins`: keyed hash, since no key of
   * the delegate's seals this stream. `expiresAt`: excluded.
   */
  | Event<
      'DelegateInvited',
      On & {
        readonly relation: InvitedRelation;
        readonly delegate: PersonId | null;
        readonly ins: string;
        readonly name: string;
        readonly expiresAt: Instant;
      }
    >
  /** `until`: end of the right, excluded. */
  | Event<'DelegationAccepted', On & { readonly relation: Relation; readonly name: string; readonly until: Instant }>
  | Event<'DelegationRefused', On>
  | Event<'DelegationInvitationWithdrawn', On>
  | Event<'DelegationInvitationExpired', On>
  | Event<'DelegationRenewed', On & { readonly until: Instant }>
  | Event<'DelegationEnded', On & { readonly reason: EndReason }>
  /** `delegate`: null for a curator. `judgment`: reference of the decision. `from` included, `until` excluded; null: no term. */
  | Event<
      'GuardianshipDeclared',
      On & {
        readonly measure: 'TUTELLE' | 'CURATELLE';
        readonly delegate: PersonId | null;
        readonly name: string;
        readonly judgment: string;
        readonly from: Instant;
        readonly until: Instant | null;
      }
    >
  /** Whoever represented the minor does so no more. */
  | Event<'MajorityReached', { readonly by: Actor }>;

// State

export type Delegation = {
  readonly id: DelegationId;
  readonly relation: Relation;
  readonly status: DelegationStatus;
  /** First name and birth name; empty for a declaring parent who has not accepted yet. */
  readonly name: string;
  readonly delegate: PersonId | null;
  /** Keyed hash of the INS that whoever invited gave. */
  readonly ins: string | null;
  readonly invitedAt: Instant;
  /** End of the invitation, excluded. */
  readonly expiresAt: Instant | null;
  /** From when the right holds. */
  readonly since: Instant | null;
  /** End of the right, excluded. */
  readonly until: Instant | null;
  /** When it came to its end, or was refused; null while it is live. */
  readonly endedAt: Instant | null;
  /** Why it ended; null where it did not, or was not a right yet. */
  readonly endReason: EndReason | null;
  readonly judgment: string | null;
};

export type DelegationsState = {
  /** Waiting for an answer, or accepted. A term that has come shows only in `statusAt`. */
  readonly live: readonly Delegation[];
  /** What came to its end, newest first. */
  readonly past: readonly Delegation[];
};

export const initialDelegations: DelegationsState = { live: [], past: [] };

/** Of what came to its end, this many are kept, to be shown and counted: twice the invitations of a month, and more. */
const MAX_PAST = 50;

/** What it is at `at`, whether or not anybody has written down that its term came. */
export const statusAt = ({ status, expiresAt, until }: Delegation, at: Instant): DelegationStatus => {
  // A declaring parent's has no end of its own but the child's majority.
  const answerableUntil = expiresAt ?? until;
  if (status === 'PENDING') return answerableUntil !== null && answerableUntil <= at ? 'EXPIRED' : 'PENDING';
  if (status === 'ACCEPTED') return until !== null && until <= at ? 'ENDED' : 'ACCEPTED';
  return status;
};

/** As what sort of actor somebody in this relation acts. */
export const actorKindOf = (relation: Relation): Delegate['kind'] =>
  relation === 'CARER' ? 'carer' : 'representative';

/** Represents a minor, and so until majority. */
export const isRepresentative = ({ relation }: Pick<Delegation, 'relation'>): boolean =>
  relation === 'PARENT' || relation === 'SECOND_REPRESENTATIVE';

/** What lets this person act here at `at`; a curator is let do nothing. */
export const delegationInForce = (state: DelegationsState, delegate: PersonId, at: Instant): Delegation | undefined =>
  state.live.find(
    one =>
      one.delegate === delegate &&
      one.relation !== 'CURATOR' &&
      one.since !== null &&
      one.since <= at &&
      statusAt(one, at) === 'ACCEPTED',
  );

/** An invitation to this person that can still be answered at `at`. */
export const openInvitation = (state: DelegationsState, delegate: PersonId, at: Instant): Delegation | undefined =>
  state.live.find(one => one.delegate === delegate && statusAt(one, at) === 'PENDING');

/** The parent who declared the child, whether they have accepted or not; nobody once the child is of age. */
export const isDeclaringParent = (state: DelegationsState, delegate: PersonId, at: Instant): boolean =>
  state.live.some(
    one => one.delegate === delegate && one.relation === 'PARENT' && one.until !== null && at < one.until,
  );

/**
 * What closing and opposing take away for good: what the person gave, and what was still asked. What the law or a judge
 * gave stays: a parent who closed must be able to reopen, one who opposed to activate.
 */
const given = ({ live }: DelegationsState): readonly Delegation[] =>
  live.filter(({ relation, status }) => relation === 'CARER' || (relation !== 'PARENT' && status === 'PENDING'));

/** Without them, also where no event says so of each. */
export const withoutGivenRights = (state: DelegationsState, at: Instant): DelegationsState =>
  given(state).reduce((now, one) => past(now, one.id, one.status === 'PENDING' ? 'WITHDRAWN' : 'ENDED', at), state);

/** The end of each, for the journal and for whoever acted. */
export const endsOfGivenRights = (state: DelegationsState, at: Instant): readonly DelegationEvent[] => {
  const by = { kind: 'system', name: 'closure' } as const;
  return given(state).map(({ id: delegationId, status }) =>
    status === 'PENDING'
      ? { type: 'DelegationInvitationWithdrawn', at, data: { by, delegationId } }
      : { type: 'DelegationEnded', at, data: { by, delegationId, reason: 'CLOSED' } },
  );
};

const past = (
  state: DelegationsState,
  id: DelegationId,
  status: DelegationStatus,
  at: Instant,
  endReason: EndReason | null = null,
): DelegationsState => {
  const one = state.live.find(other => other.id === id);
  if (one === undefined) return state;
  return {
    live: state.live.filter(other => other.id !== id),
    past: [{ ...one, status, endedAt: at, endReason }, ...state.past].slice(0, MAX_PAST),
  };
};

const changed = (state: DelegationsState, id: DelegationId, change: Partial<Delegation>): DelegationsState => ({
  ...state,
  live: state.live.map(one => (one.id === id ? { ...one, ...change } : one)),
});

// Evolve

const UNANSWERED = {
  status: 'PENDING',
  name: '',
  ins: null,
  expiresAt: null,
  since: null,
  until: null,
  endedAt: null,
  endReason: null,
  judgment: null,
} as const;

export const evolveDelegations = (state: DelegationsState, event: DelegationEvent): DelegationsState => {
  const { at } = event;
  switch (event.type) {
    case 'ParentDeclared': {
      const { delegationId: id, delegate, until } = event.data;
      const one = { ...UNANSWERED, id, relation: 'PARENT', delegate, until, invitedAt: at } as const;
      return { ...state, live: [...state.live, one] };
    }
    case 'DelegateInvited': {
      const { delegationId: id, relation, delegate, ins, name, expiresAt } = event.data;
      const one = { ...UNANSWERED, id, relation, delegate, ins, name, expiresAt, invitedAt: at };
      return { ...state, live: [...state.live, one] };
    }
    case 'GuardianshipDeclared': {
      const { delegationId: id, measure, delegate, name, judgment, from, until } = event.data;
      const relation = measure === 'TUTELLE' ? 'GUARDIAN' : 'CURATOR';
      const terms = { since: from, until, invitedAt: at, judgment };
      return {
        ...state,
        live: [...state.live, { ...UNANSWERED, ...terms, id, relation, delegate, name, status: 'ACCEPTED' }],
      };
    }
    case 'DelegationAccepted': {
      const { delegationId, name, until } = event.data;
      return changed(state, delegationId, { status: 'ACCEPTED', name, since: at, until });
    }
    case 'DelegationRenewed':
      return changed(state, event.data.delegationId, { until: event.data.until });
    case 'DelegationRefused':
      return past(state, event.data.delegationId, 'REFUSED', at);
    case 'DelegationInvitationWithdrawn':
      return past(state, event.data.delegationId, 'WITHDRAWN', at);
    case 'DelegationInvitationExpired':
      return past(state, event.data.delegationId, 'EXPIRED', at);
    case 'DelegationEnded':
      return past(state, event.data.delegationId, 'ENDED', at, event.data.reason);
    case 'MajorityReached':
      return state.live
        .filter(isRepresentative)
        .reduce((now, one) => past(now, one.id, one.status === 'PENDING' ? 'EXPIRED' : 'ENDED', at), state);
  }
};
