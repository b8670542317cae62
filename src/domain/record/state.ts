import type { CardTries } from '../access/card-tries.ts';
import { type ConsentState, initialConsent } from '../consent/consent.ts';
import { type DelegationsState, initialDelegations } from '../delegation/delegation.ts';
import { type DocumentId, type DocumentsState, initialDocuments } from '../document/document.ts';
import { type EspaceState, erasedEspace, initialEspace } from '../espace/espace.ts';
import type { Rpps } from '../shared/actor.ts';
import { PersistentMap } from '../shared/persistent-map.ts';
import type { Instant } from '../shared/time.ts';
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
  /** By `careDayOf`: when a professional put in, changed or looked for what was kept from representatives at that time. */
  readonly secretCare: PersistentMap<true>;
};

export const initialRecord: RecordState = {
  espace: initialEspace,
  consent: initialConsent,
  documents: initialDocuments,
  support: initialSupport,
  cardTries: PersistentMap.empty(),
  delegations: initialDelegations,
  keptSecrets: PersistentMap.empty(),
  secretCare: PersistentMap.empty(),
};

/** Of who represents the minor, or helps: the document is hidden from them, or was when it was deleted. */
export const isKeptFromRepresentatives = (
  { documents, keptSecrets }: Pick<RecordState, 'documents' | 'keptSecrets'>,
  documentId: DocumentId | null,
): boolean =>
  documentId !== null &&
  ((documents.get(documentId)?.hiddenFromRepresentatives ?? false) || keptSecrets.has(documentId));

/** A professional's day with the person, in UTC: `99700024450 2026-11-20`. */
export const careDayOf = (rpps: Rpps, at: Instant): string => `${rpps} ${at.slice(0, 10)}`;

/** The person was erased: nothing is left to decide on, and nobody gets anything. The same once their key is destroyed. */
export const erasedRecord: RecordState = { ...initialRecord, espace: erasedEspace };
