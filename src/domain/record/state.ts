import type { CardTries } from '../access/card-tries.ts';
import { type ConsentState, initialConsent } from '../consent/consent.ts';
import { type DelegationsState, initialDelegations } from '../delegation/delegation.ts';
import { type DocumentsState, initialDocuments } from '../document/document.ts';
import { type EspaceState, erasedEspace, initialEspace } from '../espace/espace.ts';
import { PersistentMap } from '../shared/persistent-map.ts';
import { initialSupport, type SupportState } from '../support/support.ts';

/** What the events of one stream `espace-<id>` add up to: its modules, one order, one lock. */
export type RecordState = {
  readonly espace: EspaceState;
  readonly consent: ConsentState;
  readonly documents: DocumentsState;
  readonly support: SupportState;
  readonly cardTries: CardTries;
  readonly delegations: DelegationsState;
  /** Ids of documents that were kept from representatives when they were deleted: their trail stays kept from them. */
  readonly keptSecrets: PersistentMap<true>;
};

export const initialRecord: RecordState = {
  espace: initialEspace,
  consent: initialConsent,
  documents: initialDocuments,
  support: initialSupport,
  cardTries: PersistentMap.empty(),
  delegations: initialDelegations,
  keptSecrets: PersistentMap.empty(),
};

/** The person was erased: nothing is left to decide on, and nobody gets anything. The same once their key is destroyed. */
export const erasedRecord: RecordState = { ...initialRecord, espace: erasedEspace };
