import type { CardTries } from '../access/card-tries.ts';
import { type ConsentState, initialConsent } from '../consent/consent.ts';
import { type DocumentsState, initialDocuments } from '../document/document.ts';
import { type EspaceState, initialEspace } from '../espace/espace.ts';
import { PersistentMap } from '../shared/persistent-map.ts';

/** What the events of one stream `espace-<id>` add up to: three modules, one order, one lock. */
export type RecordState = {
  readonly espace: EspaceState;
  readonly consent: ConsentState;
  readonly documents: DocumentsState;
  readonly cardTries: CardTries;
};

export const initialRecord: RecordState = {
  espace: initialEspace,
  consent: initialConsent,
  documents: initialDocuments,
  cardTries: PersistentMap.empty(),
};

/** The person's key was destroyed: nothing is left to decide on, and nobody gets anything. */
export const erasedRecord: RecordState = { ...initialRecord, espace: { ...initialEspace, status: 'erased' } };
