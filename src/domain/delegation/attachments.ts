import type { PersonId } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import type { Instant } from '../shared/time.ts';
import type { DelegationId, Relation } from './delegation.ts';

/**
 * For whom one person acts, or is asked to: one stream `helper-<person>`, so that nobody helps more than may be, however
 * many accept at once. It gives no right: what holds is what the espace's own stream says. A place is claimed before the
 * espace hears of the acceptance, and given back after.
 */

type On = { readonly delegationId: DelegationId };
type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: On & D };
type Attaching = { readonly espace: PersonId; readonly relation: Relation };

export type AttachmentEvent =
  | Event<'DelegationOffered', Attaching>
  | Event<'DelegationReserved', Attaching>
  | Event<'DelegationReleased', Record<never, never>>;

export type AttachmentCommand =
  | ({ readonly type: 'offer' | 'reserve'; readonly at: Instant } & On & Attaching)
  | ({ readonly type: 'release'; readonly at: Instant } & On);

export type AttachmentRefusal = 'too-many-helped' | 'too-many-offers';

/** Published: 5 people helped by one carer. */
export const MAX_HELPED = 5;
/** Offers that one person may have waiting (decided): more than anybody reads, few enough to look through. */
export const MAX_OFFERS = 50;
/** Attachments of all kinds: children and wards besides those helped (decided). */
export const MAX_ATTACHMENTS = 50;

export type Attachment = Attaching & { readonly id: DelegationId; readonly reserved: boolean };
export type AttachmentsState = readonly Attachment[];
export const initialAttachments: AttachmentsState = [];

export const evolveAttachments = (state: AttachmentsState, event: AttachmentEvent): AttachmentsState => {
  const { delegationId: id } = event.data;
  const others = state.filter(one => one.id !== id);
  switch (event.type) {
    case 'DelegationOffered':
    case 'DelegationReserved': {
      const { espace, relation } = event.data;
      return [...others, { id, espace, relation, reserved: event.type === 'DelegationReserved' }];
    }
    case 'DelegationReleased':
      return others;
  }
};

export const decideAttachments = (
  state: AttachmentsState,
  command: AttachmentCommand,
): Decision<AttachmentEvent, AttachmentRefusal> => {
  const { at, delegationId } = command;
  const known = state.find(one => one.id === delegationId);
  if (command.type === 'release')
    return known ? accept({ type: 'DelegationReleased', at, data: { delegationId } }) : accept();
  const { espace, relation } = command;
  const data = { delegationId, espace, relation };
  const reserved = state.filter(one => one.reserved);
  if (command.type === 'offer') {
    if (known) return accept();
    if (state.length - reserved.length >= MAX_OFFERS) return refuse('too-many-offers');
    return accept({ type: 'DelegationOffered', at, data });
  }
  if (known?.reserved) return accept();
  const helped = reserved.filter(one => one.relation === 'CARER').length;
  if (relation === 'CARER' && helped >= MAX_HELPED) return refuse('too-many-helped');
  if (reserved.length >= MAX_ATTACHMENTS) return refuse('too-many-helped');
  return accept({ type: 'DelegationReserved', at, data });
};
