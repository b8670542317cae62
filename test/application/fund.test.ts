import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { liftSuspension, reportDeath, suspend } from '../../src/application/fund.ts';
import { journalPage } from '../../src/application/journal.ts';
import { type Asked, type Asker, createRecords, type Records } from '../../src/application/records.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ACTORS, askerFor, ESPACE, FUND, GP, HOLDER } from '../support/history-cast.ts';
import { createEspace } from '../support/history-steps.ts';
import { NOW } from '../support/questions.ts';

/*
 * Mutants that these tests kill: a death or a suspension that anybody but the fund brings about; one without its trace, or
 * told to the journal as the holder's doing; a repeated request that suspends again; the fund let read.
 */

let store: EventStore;
let records: Records;
let clock: TestClock;

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
  await records.change(ESPACE, requestNamed('create'), createEspace);
  await take({ records, clock }, { do: 'enrol', wish: 'activate' }, requestNamed('activate'));
});

const fund = askerFor(FUND);
const status = async () => (await records.load(ESPACE)).state.espace.status;
const outcomeOf = (asked: Asked) =>
  asked.outcome === 'denied' ? asked.verdict.rule.id : asked.outcome === 'refused' ? asked.refusal : asked.outcome;
const look = (asker: Asker) =>
  records.ask(ESPACE, requestNamed(`look ${asker.actor.kind}`), asker, { action: 'list-documents' }).then(outcomeOf);

describe('the fund', () => {
  it('suspends, and nobody reads any more; lifts it, and everything is as before', async () => {
    await take(
      { records, clock },
      { do: 'consent', who: 'holder', wish: { type: 'authorise', target: GP.rpps, hours: null }, evidence: null },
      requestNamed('authorise'),
    );
    expect(await look(askerFor(GP))).toBe('permitted');
    const suspended = await suspend(records, ESPACE, fund, requestNamed('1'), { reason: 'FRAUD' });
    expect([outcomeOf(suspended), await status()]).toEqual(['permitted', 'suspended']);
    for (const asker of [HOLDER, askerFor(GP), fund]) expect(await look(asker)).toBe('espace-not-open');
    expect(outcomeOf(await liftSuspension(records, ESPACE, fund, requestNamed('2')))).toBe('permitted');
    expect(await status()).toBe('activated');
    expect([await look(HOLDER), await look(askerFor(GP))]).toEqual(['permitted', 'permitted']);
    expect(await look(fund)).toBe('silence');
  });

  it('reports a death, and the espace is closed for good', async () => {
    const early = await reportDeath(records, ESPACE, fund, requestNamed('1'), { diedOn: '2026-12-01' });
    expect(outcomeOf(early)).toBe('death-date-impossible');
    const reported = await reportDeath(records, ESPACE, fund, requestNamed('2'), { diedOn: NOW.slice(0, 10) });
    expect([outcomeOf(reported), await status()]).toEqual(['permitted', 'deceased']);
    expect(await look(HOLDER)).toBe('espace-not-open');
    const reopening = await take(
      { records, clock },
      { do: 'life', who: 'holder', wish: 'reopen' },
      requestNamed('reopen'),
    );
    expect(outcomeOf(reopening.outcome as Asked)).toBe('holder-deceased');
    expect(outcomeOf(await suspend(records, ESPACE, fund, requestNamed('3'), { reason: 'FRAUD' }))).toBe(
      'holder-deceased',
    );
  });

  it('alone does', async () => {
    for (const actor of Object.values(ACTORS).filter(other => other !== FUND)) {
      const asker = askerFor(actor);
      const name = JSON.stringify(actor);
      for (const asked of [
        await suspend(records, ESPACE, asker, requestNamed(`suspend ${name}`), { reason: 'FRAUD' }),
        await reportDeath(records, ESPACE, asker, requestNamed(`death ${name}`), { diedOn: '2026-11-19' }),
        await liftSuspension(records, ESPACE, asker, requestNamed(`lift ${name}`)),
      ])
        expect(outcomeOf(asked)).toBe('only-the-fund-supervises');
    }
    expect(await status()).toBe('activated');
  });

  it('knows of no espace that is not there', async () => {
    const asked = await suspend(records, GP.rpps, fund, requestNamed('1'), { reason: 'FRAUD' });
    expect(outcomeOf(asked)).toBe('espace-unknown');
    expect(await store.readStream(`espace-${GP.rpps}`)).toEqual([]);
  });

  it('that repeats itself is answered alike, and does it once', async () => {
    const once = () => suspend(records, ESPACE, fund, requestNamed('1'), { reason: 'MALFUNCTION' });
    expect([outcomeOf(await once()), outcomeOf(await once())]).toEqual(['permitted', 'permitted']);
    const types = (await store.readStream(`espace-${ESPACE}`)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['AccessedBy', 'Suspended']);
  });

  it('stands in the journal with all that it did', async () => {
    await suspend(records, ESPACE, fund, requestNamed('1'), { reason: 'FRAUD' });
    await take({ records, clock }, { do: 'life', who: 'holder', wish: 'object-to-suspension' }, requestNamed('2'));
    await reportDeath(records, ESPACE, fund, requestNamed('3'), { diedOn: '2026-11-19' });
    const { entries } = await journalPage(store, ESPACE, await records.load(ESPACE), {}, { limit: 10 });
    expect(entries.slice(0, 5).map(({ kind, actor, says }) => [kind, actor.kind, says?.en ?? null])).toEqual([
      ['ClosedAfterDeath', 'fund', null],
      ['AccessedBy', 'fund', expect.stringContaining('reads nothing of it')],
      ['SuspensionObjected', 'holder', null],
      ['Suspended', 'fund', null],
      ['AccessedBy', 'fund', expect.stringContaining('reads nothing of it')],
    ]);
  });
});
