import { type ConsentState, initialConsent } from '../consent/consent.ts';
import { type DelegationsState, initialDelegations } from '../delegation/delegation.ts';
import { type DocumentsState, initialDocuments } from '../document/document.ts';
import { type EspaceState, initialEspace } from '../espace/espace.ts';
import { PersistentMap } from '../shared/persistent-map.ts';

/** What the events of one stream `espace-<id>` add up to: its modules, one order, one lock. */
export type RecordState = {
  readonly espace: EspaceState;
  readonly consent: ConsentState;
  readonly documents: DocumentsState;
  readonly delegations: DelegationsState;
  /** Ids of documents that were kept from representatives when they were deleted: their trail stays kept from them. */
  readonly keptSecrets: PersistentMap<true>;
};

export const initialRecord: RecordState = {
  espace: initialEspace,
  consent: initialConsent,
  documents: initialDocuments,
  delegations: initialDelegations,
  keptSecrets: PersistentMap.empty(),
};

/** The person's key was destroyed: nothing is left to decide on, and nobody gets anything. */
export const erasedRecord: RecordState = { ...initialRecord, espace: { ...initialEspace, status: 'erased' } };
