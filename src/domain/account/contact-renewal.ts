import {
  type ContactChangeCommand,
  type ContactChangeEvent,
  type ContactChangeRefusal,
  type ContactsState,
  decideContacts,
  evolveContacts,
  initialContacts,
} from '../enrolment/contact-change.ts';
import { accept, type Decision } from '../shared/decider.ts';
import type { Instant } from '../shared/time.ts';
import { type Contacts, contactOf } from './contacts.ts';

/** A member gives another e-mail address or mobile number: the steps of the enrolment, in the account's own events. */

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };
type DataOf<T extends ContactChangeEvent['type']> = (ContactChangeEvent & { readonly type: T })['data'];

export type ContactRenewalEvent =
  | Event<'MemberContactsConfirmed', DataOf<'ContactsConfirmed'>>
  | Event<'MemberContactRequested', DataOf<'ContactChangeRequested'>>
  | Event<'MemberContactRejected', DataOf<'ContactCodeRejected'>>
  /** `former`: what it was until then, where there was one; it is written to as well. */
  | Event<'MemberContactChanged', DataOf<'ContactVerified'> & { readonly former: string | null }>;

/** What is under way; the contacts in use are the account's. */
export type ContactRenewal = Omit<ContactsState, 'current'>;

export const initialRenewal: ContactRenewal = {
  pending: initialContacts.pending,
  lastSentAt: initialContacts.lastSentAt,
};

type Renewing = { readonly contacts: Contacts; readonly renewal: ContactRenewal };

/** What is under way; that a contact has changed ends more than this, so the account says it. */
export type ContactRenewalStep = Exclude<ContactRenewalEvent, { readonly type: 'MemberContactChanged' }>;

export const evolveRenewal = ({ contacts, renewal }: Renewing, event: ContactRenewalStep): Renewing => {
  const { current, ...next } = evolveContacts({ ...renewal, current: contacts }, asBefore(event));
  return { contacts: current, renewal: next };
};

export const decideRenewal = (
  { contacts, renewal }: Renewing,
  command: ContactChangeCommand,
): Decision<ContactRenewalEvent, ContactChangeRefusal> => {
  const decision = decideContacts({ ...renewal, current: contacts }, command);
  return decision.ok ? accept(...decision.events.map(event => ofMember(contacts, event))) : decision;
};

const asBefore = (event: ContactRenewalStep): ContactChangeEvent => {
  switch (event.type) {
    case 'MemberContactsConfirmed':
      return { ...event, type: 'ContactsConfirmed' };
    case 'MemberContactRequested':
      return { ...event, type: 'ContactChangeRequested' };
    case 'MemberContactRejected':
      return { ...event, type: 'ContactCodeRejected' };
  }
};

const ofMember = (contacts: Contacts, event: ContactChangeEvent): ContactRenewalEvent => {
  switch (event.type) {
    case 'ContactsConfirmed':
      return { ...event, type: 'MemberContactsConfirmed' };
    case 'ContactChangeRequested':
      return { ...event, type: 'MemberContactRequested' };
    case 'ContactCodeRejected':
      return { ...event, type: 'MemberContactRejected' };
    case 'ContactVerified': {
      const former = contactOf(contacts, event.data.channel);
      return { type: 'MemberContactChanged', at: event.at, data: { ...event.data, former } };
    }
  }
};
