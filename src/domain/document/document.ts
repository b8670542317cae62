import { type Actor, actorKey } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { PersistentMap } from '../shared/persistent-map.ts';
import type { CalendarDate, Instant } from '../shared/time.ts';

/** What a person's documents are, and how visible. The bytes live elsewhere, under `contentId`. */

/** UUID, stable over every change of the document's description. */
export type DocumentId = string;

export type Description = {
  /** 1 to 50 characters. */
  readonly title: string;
  /** One of the 114 codes of JDV_J07_XdsTypeCode_CISIS. */
  readonly typeCode: string;
  /** One of the 15 categories shown to the holder. */
  readonly category: string;
  /** The day of the act it reports. */
  readonly date: CalendarDate;
  readonly comment: string | null;
};

export type Content = {
  readonly contentId: string;
  readonly fileName: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
};

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };
type On = { readonly by: Actor; readonly documentId: DocumentId };

export type DocumentEvent =
  | Event<'DocumentDeposited', On & { readonly description: Description; readonly content: Content }>
  | Event<'DocumentDescribed', On & { readonly description: Description }>
  | Event<'DocumentMasked', On>
  | Event<'DocumentUnmasked', On>
  | Event<'DocumentHiddenFromRepresentatives', On>
  | Event<'DocumentShownToRepresentatives', On>
  | Event<'DocumentHiddenFromHolder', On>
  | Event<'HolderToldOfHiddenDocument', On>
  | Event<'DocumentRevealedToHolder', On>
  | Event<'DocumentPinned', On>
  | Event<'DocumentUnpinned', On>
  | Event<'DocumentDeleted', On & { readonly contentId: string }>;

// Commands

/** Wanted state of each restriction; absent: as it is. */
export type Visibility = {
  readonly maskedFromProfessionals?: boolean;
  readonly hiddenFromRepresentatives?: boolean;
  /** R.1111-53: until a consultation of announcement, one month at most. */
  readonly hiddenFromHolderUntilAnnounced?: boolean;
};

type Command<T extends string, D> = On & D & { readonly type: T; readonly at: Instant };

export type DocumentCommand =
  | Command<
      'deposit',
      { readonly description: Description; readonly content: Content; readonly visibility: Visibility }
    >
  | Command<'describe', { readonly description: Partial<Description> }>
  | Command<'set-visibility', { readonly visibility: Visibility }>
  /** Kept at hand by the holder: it changes nothing for anybody else. */
  | Command<'set-pin', { readonly pinned: boolean }>
  /** Two weeks have gone by without announcement. */
  | Command<'tell-holder', Record<never, never>>
  | Command<'delete', Record<never, never>>;

// Refusals

export type DocumentRefusal =
  | 'document-unknown'
  | 'document-already-exists'
  | 'too-many-documents'
  | 'too-many-pins'
  /** Once seen, a document cannot be taken back from the holder (R.1111-53 speaks of new ones). */
  | 'document-already-visible-to-holder'
  /** Only a professional may keep something for an announcement (R.1111-53). */
  | 'only-professionals-announce';

/** In one espace (decided: fifty years at four times the mean of 7.6 a year, six times over). */
export const MAX_DOCUMENTS = 10_000;
/** Of those in one espace that whoever pins may know of (decided: more would no longer be at hand). */
export const MAX_PINS = 50;

// State

export type Document = Description &
  Content & {
    readonly id: DocumentId;
    readonly author: Actor;
    readonly authorKey: string;
    readonly depositedAt: Instant;
    readonly masked: boolean;
    readonly hiddenFromRepresentatives: boolean;
    /** Since when it waits for its announcement, and whether the holder was told after two weeks; null: it does not. */
    readonly announcement: { readonly since: Instant; readonly holderTold: boolean } | null;
    /** Its time came to be seen before the holder could be told of it. */
    readonly isTellingOwed: boolean;
    readonly pinned: boolean;
  };

export type DocumentsState = PersistentMap<Document>;

export const initialDocuments: DocumentsState = PersistentMap.empty();

// Evolve

export const evolveDocuments = (state: DocumentsState, event: DocumentEvent): DocumentsState => {
  const { documentId } = event.data;
  if (event.type === 'DocumentDeposited') {
    const { by, description, content } = event.data;
    return state.set(documentId, {
      ...description,
      ...content,
      id: documentId,
      author: by,
      authorKey: actorKey(by),
      depositedAt: event.at,
      masked: false,
      hiddenFromRepresentatives: false,
      announcement: null,
      isTellingOwed: false,
      pinned: false,
    });
  }
  const document = state.get(documentId);
  if (document === undefined) return state;
  const change = changeOf(document, event);
  return change === null ? state.delete(documentId) : state.set(documentId, { ...document, ...change });
};

/** The holder is still to be told of it. */
export const awaitsTelling = ({ announcement, isTellingOwed }: Document): boolean =>
  isTellingOwed || announcement?.holderTold === false;

/** What the event changes of the document; null: it is gone. */
const changeOf = (
  document: Document,
  event: Exclude<DocumentEvent, { type: 'DocumentDeposited' }>,
): Partial<Document> | null => {
  switch (event.type) {
    case 'DocumentDescribed':
      return event.data.description;
    case 'DocumentMasked':
      return { masked: true };
    case 'DocumentUnmasked':
      return { masked: false };
    case 'DocumentHiddenFromRepresentatives':
      return { hiddenFromRepresentatives: true };
    case 'DocumentShownToRepresentatives':
      return { hiddenFromRepresentatives: false };
    case 'DocumentHiddenFromHolder':
      return { announcement: { since: event.at, holderTold: false } };
    case 'HolderToldOfHiddenDocument':
      return {
        announcement: document.announcement && { ...document.announcement, holderTold: true },
        isTellingOwed: false,
      };
    case 'DocumentRevealedToHolder':
      // A professional who reveals it has announced it.
      return { announcement: null, isTellingOwed: awaitsTelling(document) && event.data.by.kind === 'system' };
    case 'DocumentPinned':
      return { pinned: true };
    case 'DocumentUnpinned':
      return { pinned: false };
    case 'DocumentDeleted':
      return null;
  }
};

// Decide

export const decideDocuments = (
  state: DocumentsState,
  command: DocumentCommand,
): Decision<DocumentEvent, DocumentRefusal> => {
  const { at, by, documentId } = command;
  if (command.type === 'deposit') return deposit(state, command);
  const document = state.get(documentId);
  if (document === undefined) return refuse('document-unknown');
  switch (command.type) {
    case 'describe': {
      const { title, typeCode, category, date, comment } = { ...document, ...command.description };
      const description = { title, typeCode, category, date, comment };
      const same = Object.entries(description).every(([key, value]) => document[key as keyof Description] === value);
      return same ? accept() : accept({ type: 'DocumentDescribed', at, data: { by, documentId, description } });
    }
    case 'set-visibility': {
      const { hiddenFromHolderUntilAnnounced } = command.visibility;
      if (hiddenFromHolderUntilAnnounced && document.announcement === null)
        return refuse('document-already-visible-to-holder');
      return accept(...visibilityEvents(document, command.visibility, at, { by, documentId }));
    }
    case 'set-pin': {
      const { pinned } = command;
      if (pinned === document.pinned) return accept();
      if (pinned && isFull(state, by)) return refuse('too-many-pins');
      return accept({ type: pinned ? 'DocumentPinned' : 'DocumentUnpinned', at, data: { by, documentId } });
    }
    case 'tell-holder':
      return awaitsTelling(document)
        ? accept({ type: 'HolderToldOfHiddenDocument', at, data: { by, documentId } })
        : accept();
    case 'delete':
      return accept({ type: 'DocumentDeleted', at, data: { by, documentId, contentId: document.contentId } });
  }
};

/** What `by` must not know of does not count, so that being refused never tells of it (decided). */
const isFull = (state: DocumentsState, by: Actor): boolean => {
  let pins = 0;
  for (const document of state.values()) if (document.pinned && mayKnowOf(by, document)) pins += 1;
  return pins >= MAX_PINS;
};

const mayKnowOf = ({ kind }: Actor, { announcement, hiddenFromRepresentatives }: Document): boolean =>
  announcement === null && (kind === 'holder' || !hiddenFromRepresentatives);

const deposit = (
  state: DocumentsState,
  command: DocumentCommand & { readonly type: 'deposit' },
): Decision<DocumentEvent, DocumentRefusal> => {
  const { at, by, documentId, description, content, visibility } = command;
  if (state.has(documentId)) return refuse('document-already-exists');
  if (state.size >= MAX_DOCUMENTS) return refuse('too-many-documents');
  if (visibility.hiddenFromHolderUntilAnnounced && by.kind !== 'professional')
    return refuse('only-professionals-announce');
  const visible = { masked: false, hiddenFromRepresentatives: false, announcement: null };
  return accept<DocumentEvent>(
    { type: 'DocumentDeposited', at, data: { by, documentId, description, content } },
    ...visibilityEvents(visible, visibility, at, { by, documentId }),
  );
};

/** One event for each restriction that is not yet as wanted. */
const visibilityEvents = (
  now: Pick<Document, 'masked' | 'hiddenFromRepresentatives' | 'announcement'>,
  wanted: Visibility,
  at: Instant,
  data: On,
): DocumentEvent[] => {
  const events: DocumentEvent[] = [];
  const { maskedFromProfessionals, hiddenFromRepresentatives, hiddenFromHolderUntilAnnounced } = wanted;
  if (maskedFromProfessionals !== undefined && maskedFromProfessionals !== now.masked)
    events.push({ type: maskedFromProfessionals ? 'DocumentMasked' : 'DocumentUnmasked', at, data });
  if (hiddenFromRepresentatives !== undefined && hiddenFromRepresentatives !== now.hiddenFromRepresentatives)
    events.push({
      type: hiddenFromRepresentatives ? 'DocumentHiddenFromRepresentatives' : 'DocumentShownToRepresentatives',
      at,
      data,
    });
  if (hiddenFromHolderUntilAnnounced !== undefined && hiddenFromHolderUntilAnnounced !== (now.announcement !== null))
    events.push({
      type: hiddenFromHolderUntilAnnounced ? 'DocumentHiddenFromHolder' : 'DocumentRevealedToHolder',
      at,
      data,
    });
  return events;
};
