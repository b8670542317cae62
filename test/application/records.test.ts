import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { type Ask, createRecords, NotNotedError, type Records } from '../../src/application/records.ts';
import type { Change } from '../../src/domain/record/record.ts';
import type { Instant } from '../../src/domain/shared/time.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { askerFor, ESPACE, GP, HOLDER, HOLDER_ACTOR, NURSE, SPECIALIST } from '../support/history-cast.ts';
import { askOf, createEspace, type Step } from '../support/history-steps.ts';
import { documentIdOf, NOW } from '../support/questions.ts';

/*
 * Mutants that these tests kill: a stream begun for an unknown id; `If-Match` looked at before a repeat, or before the
 * rule book; a stale change carried out, or left untraced; a denial that tells the current version; a reading answered a
 * second time from its first permit; a reading remembered in the place of the change that follows under the same key; a
 * refusal without its trace; a note lost because a reading had the same key; an erased record that takes a trace.
 */

const STREAM = `espace-${ESPACE}`;
let store: EventStore;
let clock: TestClock;
let records: Records;

const types = async () => (await store.readStream(STREAM)).map(({ type }) => type);
const step = (one: Step, name = JSON.stringify(one)) => take({ records, clock }, one, requestNamed(name));
const authorise = (target: string): Step => ({
  do: 'consent',
  who: 'holder',
  wish: { type: 'authorise', target, hours: null },
  evidence: null,
});
const block = (target: string): Step => ({
  do: 'consent',
  who: 'holder',
  wish: { type: 'block', target },
  evidence: null,
});
const deposit = (document: number, who: 'holder' | 'gp' = 'holder'): Step => ({
  do: 'deposit',
  who,
  document,
  typeCode: '11502-2',
  informed: true,
  visibility: {},
});
const READ = { action: 'read-content', documentId: documentIdOf(1) } as const satisfies Ask;
const mask = (at: Instant): Change => ({
  module: 'document',
  command: {
    type: 'set-visibility',
    at,
    by: HOLDER_ACTOR,
    documentId: documentIdOf(1),
    visibility: { maskedFromProfessionals: true },
  },
});
/** The number of documents, as a version that is easily seen. */
const ifMatch = (wanted: string): NonNullable<Ask['ifMatch']> => ({
  wanted,
  current: state => String(state.documents.size),
});

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
  await records.change(ESPACE, requestNamed('create'), createEspace);
  await step({ do: 'enrol', wish: 'activate' });
  await step(deposit(1));
});

describe('whoever asks', () => {
  it('is judged, traced, and served what the record is then', async () => {
    await step(authorise(GP.rpps));
    const asked = await records.ask(ESPACE, requestNamed('read'), askerFor(GP), READ);
    expect(asked).toMatchObject({ outcome: 'permitted', version: 5, at: NOW, verdict: { permit: true } });
    expect(asked.outcome === 'permitted' && asked.state.documents.size).toBe(1);
    expect((await store.readStream(STREAM)).at(-1)).toMatchObject({
      type: 'AccessedBy',
      at: NOW,
      requestId: expect.stringMatching(/^.{14}4/),
      data: { actor: GP, software: 'tests', onBehalfOf: ESPACE, details: null, rule: 'authorised' },
    });
  });

  it('is denied, and the attempt stands', async () => {
    const asked = await records.ask(ESPACE, requestNamed('read'), askerFor(GP), READ);
    expect(asked).toMatchObject({ outcome: 'denied', verdict: { permit: false, rule: { id: 'not-authorised' } } });
    expect(await types()).toEqual(['Created', 'Activated', 'DocumentDeposited', 'AccessDenied']);
  });

  it('is refused by the module, and the permit stands', async () => {
    expect(await step(deposit(1, 'gp'))).toMatchObject({
      outcome: { outcome: 'refused', refusal: 'document-already-exists' },
    });
    expect(await types()).toEqual(['Created', 'Activated', 'DocumentDeposited', 'AccessedBy']);
  });

  it('for an espace that nobody has begins none', async () => {
    const asked = await records.ask('unknown', requestNamed('read'), askerFor(GP), { action: 'look-up' });
    expect(asked).toEqual({ outcome: 'espace-unknown' });
    expect(await store.readStream('espace-unknown')).toEqual([]);
  });

  it('for an espace whose key is destroyed gets nothing, and leaves nothing', async () => {
    const read = store.readStream.bind(store);
    vi.spyOn(store, 'readStream').mockImplementation(async (...args) =>
      (await read(...args)).map(event => ({ ...event, data: {}, erased: true })),
    );
    records = createRecords({ store, clock });
    const before = (await types()).length;
    for (const asker of [HOLDER, askerFor(GP)])
      expect(await records.ask(ESPACE, requestNamed('read'), asker, READ)).toEqual({ outcome: 'espace-unknown' });
    expect(await records.change(ESPACE, requestNamed('tell'), mask)).toEqual({
      ok: false,
      refusal: 'document-unknown',
    });
    expect((await records.load(ESPACE)).state.espace.status).toBe('erased');
    expect((await types()).length).toBe(before);
  });

  it('several things at once must be let do all of them', async () => {
    const ask: Ask = { ...READ, action: 'mask-document', alsoActions: ['announce-document'], change: mask };
    expect(await records.ask(ESPACE, requestNamed('both'), HOLDER, ask)).toMatchObject({
      outcome: 'denied',
      verdict: { rule: { id: 'only-professionals-announce' } },
    });
    expect((await records.load(ESPACE)).state.documents.get(documentIdOf(1))?.masked).toBe(false);
  });
});

describe('a change of a version', () => {
  const change: Ask = { ...READ, action: 'mask-document', change: mask };

  it('is carried out on that version, and on no other', async () => {
    const stale = await records.ask(ESPACE, requestNamed('a'), HOLDER, { ...change, ifMatch: ifMatch('0') });
    expect(stale).toEqual({ outcome: 'version-mismatch', current: '1' });
    expect((await records.load(ESPACE)).state.documents.get(documentIdOf(1))?.masked).toBe(false);
    const fresh = await records.ask(ESPACE, requestNamed('b'), HOLDER, { ...change, ifMatch: ifMatch('1') });
    expect(fresh).toMatchObject({ outcome: 'permitted' });
    expect((await records.load(ESPACE)).state.documents.get(documentIdOf(1))?.masked).toBe(true);
  });

  it('may be one of several that would do', async () => {
    const asked = await records.ask(ESPACE, requestNamed('a'), HOLDER, { ...change, ifMatch: ifMatch('7, 1 ,3') });
    expect(asked).toMatchObject({ outcome: 'permitted' });
    const none = await records.ask(ESPACE, requestNamed('b'), HOLDER, { ...change, ifMatch: ifMatch('7,3') });
    expect(none).toEqual({ outcome: 'version-mismatch', current: '1' });
  });

  it('that is gone is traced where somebody else asked', async () => {
    await step({
      do: 'consent',
      who: 'holder',
      wish: { type: 'declare-attending-doctor', professional: GP.rpps },
      evidence: null,
    });
    const asked = await records.ask(ESPACE, requestNamed('a'), askerFor(GP), { ...change, ifMatch: ifMatch('0') });
    expect(asked).toEqual({ outcome: 'version-mismatch', current: '1' });
    expect((await types()).slice(4)).toEqual(['AccessedBy']);
  });

  it('that is gone is told to nobody', async () => {
    const agreed: Step = {
      do: 'consent',
      who: 'gp',
      wish: { type: 'authorise', target: GP.rpps, hours: null },
      evidence: 'ORAL_AGREEMENT',
    };
    const { ask, asker } = askOf(agreed) as NonNullable<ReturnType<typeof askOf>>;
    const gone = await records.ask(ESPACE, requestNamed('a'), asker, { ...ask, ifMatch: ifMatch('0') });
    expect(gone).toEqual({ outcome: 'version-mismatch', current: '1' });
    expect((await types()).slice(3)).toEqual(['AccessedBy']);
    await records.ask(ESPACE, requestNamed('b'), asker, { ...ask, ifMatch: ifMatch('1') });
    expect((await types()).slice(4)).toEqual(['AccessedBy', 'NoticeOwed', 'ProfessionalAuthorised']);
  });

  it('says nothing of the version to one who is denied', async () => {
    const asked = await records.ask(ESPACE, requestNamed('a'), askerFor(NURSE), { ...change, ifMatch: ifMatch('0') });
    expect(asked).toMatchObject({ outcome: 'denied' });
    expect(asked).not.toHaveProperty('current');
  });

  it('asked again after it was done is done, not stale', async () => {
    const asked = { ...askOf(deposit(2)), request: requestNamed('deposit') } as const;
    const ask: Ask = { ...(asked.ask as Ask), ifMatch: ifMatch('1') };
    const first = await records.ask(ESPACE, asked.request, HOLDER, ask);
    expect(first).toMatchObject({ outcome: 'permitted', version: 4 });
    await step(deposit(3));
    const again = await records.ask(ESPACE, asked.request, HOLDER, ask);
    expect(again).toMatchObject({ outcome: 'permitted', version: 4 });
    expect(again.outcome === 'permitted' && again.state.documents.size).toBe(2);
    expect((await types()).length).toBe(5);
  });
});

describe('a reading', () => {
  it('is judged and traced each time, also under one key', async () => {
    await step(authorise(SPECIALIST.rpps));
    const read = () => records.ask(ESPACE, requestNamed('same key'), askerFor(SPECIALIST), READ);
    expect((await read()).outcome).toBe('permitted');
    clock.advance(1);
    expect((await read()).outcome).toBe('permitted');
    clock.advance(1);
    await step(block(SPECIALIST.rpps));
    expect(await read()).toMatchObject({ outcome: 'denied', verdict: { rule: { id: 'blocked' } } });
    const traces = (await store.readStream(STREAM)).filter(({ type }) => type.startsWith('Access'));
    expect(traces.map(({ type }) => type)).toEqual(['AccessedBy', 'AccessedBy', 'AccessDenied']);
    expect(new Set(traces.map(({ id }) => id)).size).toBe(3);
  });

  it('is traced each time, though several under one key wait together', async () => {
    const read = () => records.ask(ESPACE, requestNamed('same key'), askerFor(GP), READ);
    await Promise.all([read(), read(), read()]);
    const traces = (await store.readStream(STREAM)).slice(3);
    expect(traces.map(({ type }) => type)).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
    expect(new Set(traces.map(({ id }) => id)).size).toBe(3);
  });

  it('does not stand in the way of the change under its key', async () => {
    const request = requestNamed('report');
    await records.ask(ESPACE, request, HOLDER, { action: 'read-journal' });
    await records.note(ESPACE, request, at => ({
      type: 'AccessReported',
      at,
      data: { by: HOLDER_ACTOR, entry: 'entry', comment: null },
    }));
    expect((await types()).slice(3)).toEqual(['AccessedBy', 'AccessReported']);
  });
});

describe('several changes as one request', () => {
  const remove = (number: number): Ask => ({
    action: 'delete-document',
    documentId: documentIdOf(number),
    change: at => ({
      module: 'document',
      command: { type: 'delete', at, by: HOLDER_ACTOR, documentId: documentIdOf(number) },
    }),
  });
  const outcomes = (asked: Awaited<ReturnType<Records['askEach']>>) =>
    asked.outcome === 'answered' ? asked.each.map(({ outcome }) => outcome) : asked.outcome;

  it('are judged one after the other, each with its answer, and written down once', async () => {
    await step(deposit(2));
    await step(deposit(3, 'gp'));
    const ask = () => records.askEach(ESPACE, requestNamed('bulk'), HOLDER, [1, 1, 3, 2].map(remove));
    const first = outcomes(await ask());
    expect(first).toEqual(['permitted', 'denied', 'denied', 'permitted']);
    expect((await types()).slice(6)).toEqual(['DocumentDeleted', 'AccessDenied', 'DocumentDeleted']);
    expect(outcomes(await ask())).toEqual(first);
    expect(outcomes(await records.askEach(ESPACE, { ...requestNamed('bulk'), fingerprint: '' }, HOLDER, []))).toBe(
      'idempotency-key-reused',
    );
    expect((await types()).length).toBe(9);
  });

  it('of an espace that nobody has begin none', async () => {
    const asked = await records.askEach('unknown', requestNamed('bulk'), HOLDER, [remove(1)]);
    expect(outcomes(asked)).toEqual(['espace-unknown']);
    expect(await store.readStream('espace-unknown')).toEqual([]);
  });
});

describe('what nobody asks for', () => {
  it('is carried out, once', async () => {
    const close = (at: Instant): Change => ({ module: 'espace', command: { type: 'close', at } });
    expect(await records.change(ESPACE, requestNamed('close'), close)).toMatchObject({ ok: true, version: 4 });
    expect(await records.change(ESPACE, requestNamed('close'), close)).toMatchObject({ ok: true, version: 4 });
    expect(await records.change(ESPACE, requestNamed('again'), close)).toMatchObject({ ok: true, version: 4 });
    expect((await types()).slice(3)).toEqual(['Closed']);
  });

  it('is refused by its module', async () => {
    const reopen = (at: Instant): Change => ({ module: 'espace', command: { type: 'activate', ...TERMS, at } });
    expect(await records.change(ESPACE, requestNamed('a'), reopen)).toEqual({
      ok: false,
      refusal: 'espace-already-activated',
    });
    const other = { ...requestNamed('create'), fingerprint: 'another' };
    expect(await records.change(ESPACE, other, reopen)).toEqual({ ok: false, refusal: 'idempotency-key-reused' });
  });

  it('is noted, once', async () => {
    const note = () =>
      records.note(ESPACE, requestNamed('signed in'), at => ({
        type: 'HolderSignedIn',
        at,
        data: { channel: 'EMAIL' },
      }));
    await note();
    await note();
    expect((await types()).slice(3)).toEqual(['HolderSignedIn']);
    const other = { ...requestNamed('signed in'), fingerprint: 'another' };
    await expect(
      records.note(ESPACE, other, at => ({ type: 'HolderSignedIn', at, data: { channel: 'SMS' } })),
    ).rejects.toThrow(NotNotedError);
  });
});

describe('the record at an instant', () => {
  it('is what it was then', async () => {
    clock.advance(1);
    await step(authorise(GP.rpps));
    expect((await records.loadAt(ESPACE, NOW)).consent.authorised.size).toBe(0);
    expect((await records.loadAt(ESPACE, clock.now())).consent.authorised.get(GP.rpps)?.since).toBe(clock.now());
    expect((await records.load(ESPACE)).version).toBe(4);
  });
});

const TERMS = { termsVersion: '1', privacyVersion: '1', accompaniment: 'ALONE' } as const;
