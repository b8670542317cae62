import { describe, expect, it } from 'vitest';
import {
  type Content,
  type Description,
  type Document,
  type DocumentCommand,
  type DocumentEvent,
  type DocumentRefusal,
  type DocumentsState,
  decideDocuments,
  evolveDocuments,
  initialDocuments,
  MAX_DOCUMENTS,
  MAX_PINS,
  type Visibility,
} from '../../src/domain/document/document.ts';
import type { Decider } from '../../src/domain/shared/decider.ts';
import { fold, given } from '../support/decider-spec.ts';
import { DELEGATES, GP, HOLDER_ACTOR } from '../support/history-cast.ts';

/*
 * Mutants that these tests kill: a second deposit under the same id; one document too many or too few; a holder who keeps
 * their own document for an announcement; a document taken back from the holder who has seen it; a description that is
 * lost in part, or written though nothing changes; a restriction written twice, in another order, or that lifts another;
 * `since` of an announcement taken from the deposit; the holder told twice, or of what waits for nothing; the content
 * forgotten by the deletion; a pin that is written twice, or one too many; a pin refused
 * because of what whoever pins must not know of; an event about an unknown document that makes one.
 */

const decider: Decider<DocumentsState, DocumentCommand, DocumentEvent, DocumentRefusal> = {
  initial: initialDocuments,
  evolve: evolveDocuments,
  decide: decideDocuments,
};

const before = '2026-11-01T08:00:00.000Z';
const at = '2026-11-20T08:30:00.000Z';
const documentId = 'a4b5c6d7-0000-4000-8000-000000000001';
const by = HOLDER_ACTOR;
const on = { by, documentId };

const description: Description = {
  title: 'Bilan sanguin',
  typeCode: '11502-2',
  category: 'BIOLOGIE',
  date: '2026-10-30',
  comment: null,
};
const content: Content = {
  contentId: 'c0ffee00-0000-4000-8000-000000000001',
  fileName: 'bilan.pdf',
  mediaType: 'application/pdf',
  size: 1_234,
  sha256: 'ab'.repeat(32),
};

const deposited: DocumentEvent = { type: 'DocumentDeposited', at: before, data: { ...on, description, content } };
const marked = <T extends DocumentEvent['type']>(type: T, instant = before): DocumentEvent =>
  ({ type, at: instant, data: on }) as DocumentEvent;
const masked = marked('DocumentMasked');
const hiddenFromRepresentatives = marked('DocumentHiddenFromRepresentatives');
const pending = marked('DocumentHiddenFromHolder');
const told = marked('HolderToldOfHiddenDocument');
const revealed = marked('DocumentRevealedToHolder');
const deleted: DocumentEvent = {
  type: 'DocumentDeleted',
  at: before,
  data: { ...on, contentId: content.contentId },
};

const when = (history: readonly DocumentEvent[], command: DocumentCommand) => given(decider, history).when(command);
const found = (history: readonly DocumentEvent[]): Document | undefined => fold(decider, history).get(documentId);

describe('a deposit', () => {
  const deposit = { type: 'deposit', at, ...on, description, content, visibility: {} } as const;
  const event: DocumentEvent = { type: 'DocumentDeposited', at, data: { ...on, description, content } };
  const byDoctor = { by: GP, documentId };

  it('is one event, and one more for each restriction', () => {
    when([], deposit).gives(event);
    when([], {
      ...deposit,
      ...byDoctor,
      visibility: {
        maskedFromProfessionals: true,
        hiddenFromRepresentatives: true,
        hiddenFromHolderUntilAnnounced: true,
      },
    }).gives(
      { type: 'DocumentDeposited', at, data: { ...byDoctor, description, content } },
      { type: 'DocumentMasked', at, data: byDoctor },
      { type: 'DocumentHiddenFromRepresentatives', at, data: byDoctor },
      { type: 'DocumentHiddenFromHolder', at, data: byDoctor },
    );
  });

  it('with nothing restricted is one event', () => {
    const visibility = {
      maskedFromProfessionals: false,
      hiddenFromRepresentatives: false,
      hiddenFromHolderUntilAnnounced: false,
    };
    when([], { ...deposit, visibility }).gives(event);
  });

  it('is of a document that is not there', () => {
    when([deposited], deposit).refuses('document-already-exists');
    when([deposited], { ...deposit, documentId: 'another' }).gives({
      type: 'DocumentDeposited',
      at,
      data: { by, documentId: 'another', description, content },
    });
  });

  it('for an announcement is a professional’s', () => {
    when([], { ...deposit, visibility: { hiddenFromHolderUntilAnnounced: true } }).refuses(
      'only-professionals-announce',
    );
  });

  it('makes a document that nobody is kept from', () => {
    expect(found([deposited])).toEqual({
      ...description,
      ...content,
      id: documentId,
      author: by,
      authorKey: `person:${by.id}`,
      depositedAt: before,
      masked: false,
      hiddenFromRepresentatives: false,
      announcement: null,
      isTellingOwed: false,
      pinned: false,
    });
  });

  it('of a professional is theirs', () => {
    const data = { by: GP, documentId, description, content };
    expect(found([{ type: 'DocumentDeposited', at, data }])).toMatchObject({
      author: GP,
      authorKey: `professional:${GP.rpps}`,
      depositedAt: at,
    });
  });

  it('is refused in a full espace only', () => {
    const copies = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...deposited,
        data: { ...deposited.data, documentId: `d${index}` },
      })) as DocumentEvent[];
    const almost = fold(decider, copies(MAX_DOCUMENTS - 1));
    expect(decideDocuments(almost, deposit)).toEqual({ ok: true, events: [event] });
    expect(decideDocuments(evolveDocuments(almost, deposited), { ...deposit, documentId: 'one more' })).toEqual({
      ok: false,
      refusal: 'too-many-documents',
    });
  });
});

describe('a description', () => {
  const describe_ = (change: Partial<Description>): DocumentCommand => ({
    type: 'describe',
    at,
    ...on,
    description: change,
  });
  const gives = (change: Partial<Description>) =>
    when([deposited], describe_(change)).gives({
      type: 'DocumentDescribed',
      at,
      data: { ...on, description: { ...description, ...change } },
    });

  it('is written whole where a part of it changes', () => {
    gives({ title: 'Bilan' });
    gives({ typeCode: '34112-3', category: 'CPT_REND' });
    gives({ date: '2026-10-31' });
    gives({ comment: 'à jeun' });
  });

  it('is not written where nothing changes', () => {
    when([deposited], describe_({})).gives();
    when([deposited], describe_({ title: 'Bilan sanguin', comment: null })).gives();
  });

  it('changes the description and nothing else', () => {
    const changed = { ...description, title: 'Bilan', comment: 'à jeun' };
    const event: DocumentEvent = { type: 'DocumentDescribed', at, data: { ...on, description: changed } };
    expect(found([deposited, masked, event])).toEqual({ ...found([deposited, masked]), ...changed });
  });
});

describe('visibility', () => {
  const set = (visibility: Visibility): DocumentCommand => ({ type: 'set-visibility', at, ...on, visibility });

  it.each([
    [{ maskedFromProfessionals: true }, 'DocumentMasked', masked],
    [{ hiddenFromRepresentatives: true }, 'DocumentHiddenFromRepresentatives', hiddenFromRepresentatives],
  ] as const)('%j is written once', (wanted, type, already) => {
    when([deposited], set(wanted)).gives(marked(type, at));
    when([deposited, already], set(wanted)).gives();
  });

  it.each([
    [{ maskedFromProfessionals: false }, 'DocumentUnmasked', masked],
    [{ hiddenFromRepresentatives: false }, 'DocumentShownToRepresentatives', hiddenFromRepresentatives],
    [{ hiddenFromHolderUntilAnnounced: false }, 'DocumentRevealedToHolder', pending],
  ] as const)('%j is written once', (wanted, type, restricted) => {
    when([deposited, restricted], set(wanted)).gives(marked(type, at));
    when([deposited], set(wanted)).gives();
  });

  it('is left as it is where nothing is said', () => {
    when([deposited, masked, hiddenFromRepresentatives, pending], set({})).gives();
  });

  it('changes several restrictions in one order', () => {
    when(
      [deposited, masked, pending],
      set({ hiddenFromHolderUntilAnnounced: false, hiddenFromRepresentatives: true, maskedFromProfessionals: false }),
    ).gives(
      marked('DocumentUnmasked', at),
      marked('DocumentHiddenFromRepresentatives', at),
      marked('DocumentRevealedToHolder', at),
    );
  });

  it('cannot take back what the holder has seen', () => {
    const hide = set({ hiddenFromHolderUntilAnnounced: true });
    when([deposited], hide).refuses('document-already-visible-to-holder');
    when([deposited, pending, revealed], hide).refuses('document-already-visible-to-holder');
    when([deposited, pending], hide).gives();
    when([deposited], set({ hiddenFromHolderUntilAnnounced: true, maskedFromProfessionals: true })).refuses(
      'document-already-visible-to-holder',
    );
  });

  it('is what the events say', () => {
    const plain = found([deposited]);
    expect(found([deposited, masked])).toEqual({ ...plain, masked: true });
    expect(found([deposited, masked, marked('DocumentUnmasked')])).toEqual(plain);
    const all = [deposited, masked, hiddenFromRepresentatives, pending];
    expect(found([...all, marked('DocumentUnmasked')])).toEqual({ ...found(all), masked: false });
    expect(found([...all, marked('DocumentShownToRepresentatives')])).toEqual({
      ...found(all),
      hiddenFromRepresentatives: false,
    });
    expect(found([...all, revealed])).toEqual({ ...found(all), announcement: null });
    expect(found([deposited, hiddenFromRepresentatives])).toEqual({ ...plain, hiddenFromRepresentatives: true });
    expect(found([deposited, hiddenFromRepresentatives, marked('DocumentShownToRepresentatives')])).toEqual(plain);
    expect(found([deposited, marked('DocumentHiddenFromHolder', at)])).toEqual({
      ...plain,
      announcement: { since: at, holderTold: false },
    });
    expect(found([deposited, pending, revealed])).toEqual(plain);
  });
});

describe('two weeks without an announcement', () => {
  const tell: DocumentCommand = { type: 'tell-holder', at, ...on };

  it('are told to the holder, once', () => {
    when([deposited, pending], tell).gives(marked('HolderToldOfHiddenDocument', at));
    when([deposited, pending, told], tell).gives();
    when([deposited, pending, revealed], tell).gives();
    when([deposited], tell).gives();
  });

  it('are remembered with the announcement, and with nothing else', () => {
    expect(found([deposited, pending, { ...told, at }])?.announcement).toEqual({ since: before, holderTold: true });
    expect(found([deposited, told])?.announcement).toBeNull();
  });
});

describe('a deletion', () => {
  it('names the content that goes, and takes the document away', () => {
    when([deposited], { type: 'delete', at, ...on }).gives({
      type: 'DocumentDeleted',
      at,
      data: { ...on, contentId: content.contentId },
    });
    expect(found([deposited, deleted])).toBeUndefined();
    expect(fold(decider, [deposited, deleted]).size).toBe(0);
  });
});

describe('an unknown document', () => {
  const commands: readonly DocumentCommand[] = [
    { type: 'describe', at, ...on, description: { title: 'Bilan' } },
    { type: 'set-visibility', at, ...on, visibility: { maskedFromProfessionals: true } },
    { type: 'tell-holder', at, ...on },
    { type: 'delete', at, ...on },
  ];

  it.each(commands)('is not there for $type', command => {
    when([], command).refuses('document-unknown');
    when([deposited, deleted], command).refuses('document-unknown');
  });

  it.each([masked, hiddenFromRepresentatives, pending, told, revealed, deleted])(
    'does not come to be by $type',
    event => {
      expect(fold(decider, [event]).size).toBe(0);
    },
  );
});

describe('a pin', () => {
  const pin = { type: 'set-pin', at, ...on, pinned: true } as const;
  const unpin = { ...pin, pinned: false } as const;

  it('is put in and taken out once', () => {
    given(decider, [deposited]).when(pin).gives({ type: 'DocumentPinned', at, data: on });
    given(decider, [deposited, marked('DocumentPinned')])
      .when(pin)
      .gives();
    given(decider, [deposited, marked('DocumentPinned')])
      .when(unpin)
      .gives({ type: 'DocumentUnpinned', at, data: on });
    given(decider, [deposited]).when(unpin).gives();
    given(decider, []).when(pin).refuses('document-unknown');
    expect(found([deposited, marked('DocumentPinned')])?.pinned).toBe(true);
    expect(found([deposited, marked('DocumentPinned'), marked('DocumentUnpinned')])?.pinned).toBe(false);
  });

  const others = (count: number, more: readonly DocumentEvent['type'][] = []): DocumentEvent[] =>
    Array.from({ length: count }, (_, index) => ({ by, documentId: `${index}` })).flatMap(data => [
      { type: 'DocumentDeposited', at: before, data: { ...data, description, content } },
      ...[...more, 'DocumentPinned'].map(type => ({ type, at: before, data }) as DocumentEvent),
    ]);

  it('is refused where as many are there as can be at hand', () => {
    given(decider, [deposited, ...others(MAX_PINS)])
      .when(pin)
      .refuses('too-many-pins');
    given(decider, [deposited, ...others(MAX_PINS - 1)])
      .when(pin)
      .gives({ type: 'DocumentPinned', at, data: on });
  });

  it.each([DELEGATES.father, DELEGATES.carer])(
    'is not refused to a $kind because of those kept from them',
    delegate => {
      const secrets = others(MAX_PINS, ['DocumentHiddenFromRepresentatives']);
      const pinned = { type: 'DocumentPinned', at, data: { by: delegate, documentId } } as const;
      given(decider, [deposited, ...secrets])
        .when({ ...pin, by: delegate })
        .gives(pinned);
      given(decider, [deposited, ...others(MAX_PINS)])
        .when({ ...pin, by: delegate })
        .refuses('too-many-pins');
      given(decider, [deposited, ...secrets])
        .when(pin)
        .refuses('too-many-pins');
    },
  );

  it('is not refused because of those that await their announcement', () => {
    given(decider, [deposited, ...others(MAX_PINS, ['DocumentHiddenFromHolder'])])
      .when(pin)
      .gives({ type: 'DocumentPinned', at, data: on });
  });
});
