import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createIdentityStreams, type IdentityStreams } from '../../src/application/enrolment/streams.ts';
import { createNotices } from '../../src/application/reactors/notices.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { Checkpoint, EventStore } from '../../src/ports/event-store.ts';
import type { Message } from '../../src/ports/messenger.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ESPACE, GP, HOSPITAL_DOCTOR, SPECIALIST } from '../support/history-cast.ts';
import { createEspace, type Step, type Wish } from '../support/history-steps.ts';
import { testPerson } from '../support/identities.ts';

/*
 * The notices that the rule book asks for: law 9 says that every emergency has two.
 *
 * Mutants that these tests kill: the attending doctor of today told instead of that of the day of the access; a denied
 * emergency told; a reading that is no emergency told; a message twice under two ids after a crash; a checkpoint kept
 * before the messages are gone; a message that names the professional or a document.
 */

let store: EventStore;
let clock: TestClock;
let records: Records;
let streams: IdentityStreams;
let sent: Message[];
let kept: Checkpoint | null;

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
  streams = createIdentityStreams({ store, clock });
  sent = [];
  kept = null;
  await streams.enrolments.handle(ESPACE, requestNamed('import'), (_, at) => ({
    events: [{ type: 'PersonImported', at, data: testPerson() }],
    result: null,
  }));
  await records.change(ESPACE, requestNamed('create'), createEspace);
});

const send = vi.fn(async (message: Message) => void sent.push(message));

/** Works through everything that stands in the log, and stops. */
const notify = async (): Promise<readonly string[]> => {
  const before = sent.length;
  const notices = createNotices({
    store,
    streams,
    records,
    codes: { codeFor: () => '123456' } as never,
    messenger: { send },
    turns: {
      take: async () => kept,
      keep: async () => {},
      release: async () => {},
      async reached(_, checkpoint) {
        kept = checkpoint;
      },
    },
    onFailure: () => {},
  });
  const stop = new AbortController();
  const running = notices.run(stop.signal);
  await notices.settled();
  stop.abort();
  await running;
  return sent.slice(before).map(({ kind, channel, to }) => `${kind} ${channel} ${to}`);
};

const EMAIL = 'dominique.pattrois@exemple.fr';
const step = (one: Step) => take({ records, clock }, one, requestNamed(JSON.stringify([one, clock.now()])));
const holderSets = (wish: Wish) => step({ do: 'consent', who: 'holder', wish, evidence: null });
const emergency = (reason: string | null = 'malaise') =>
  step({ do: 'look', who: 'hospitalDoctor', action: 'list-documents', document: 0, purpose: 'BTG', reason });

describe('an emergency', () => {
  it('is told to the holder and to the attending doctor of that day', async () => {
    await holderSets({ type: 'declare-attending-doctor', professional: GP.rpps });
    await emergency();
    clock.advance(1);
    await holderSets({ type: 'declare-attending-doctor', professional: SPECIALIST.rpps });
    expect(await notify()).toEqual([`access:break-glass EMAIL ${EMAIL}`, `access:break-glass MSSANTE ${GP.rpps}`]);
    for (const { subject, body } of sent) {
      expect(subject + body).not.toContain(HOSPITAL_DOCTOR.name);
      expect(subject + body).not.toContain('malaise');
    }
  });

  it('is told to the holder alone where there is no attending doctor', async () => {
    await emergency();
    expect(await notify()).toEqual([`access:break-glass EMAIL ${EMAIL}`]);
  });

  it('is not told where it was refused, nor is a reading that is none', async () => {
    await emergency(null);
    await holderSets({ type: 'set-emergency', callCentre: true, breakGlass: false, masked: false });
    await emergency();
    await holderSets({ type: 'authorise', target: HOSPITAL_DOCTOR.rpps, hours: null });
    await step({
      do: 'look',
      who: 'hospitalDoctor',
      action: 'list-documents',
      document: 0,
      purpose: 'TREAT',
      reason: null,
    });
    expect(await notify()).toEqual([]);
  });

  it('is told again under the same id where it is not known to have been told', async () => {
    await holderSets({ type: 'declare-attending-doctor', professional: GP.rpps });
    await emergency();
    let calls = 0;
    send.mockImplementation(async message => {
      calls += 1;
      if (calls === 2) throw new Error('not taken');
      sent.push(message);
    });
    await notify();
    send.mockImplementation(async message => void sent.push(message));
    expect(sent.map(({ channel }) => channel)).toEqual(['EMAIL', 'EMAIL', 'MSSANTE']);
    expect(sent[0]).toEqual(sent[1]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
    expect(await notify()).toEqual([]);
  });
});

describe('an agreement that a professional recorded', () => {
  it('is told to the holder', async () => {
    await step({
      do: 'consent',
      who: 'gp',
      wish: { type: 'authorise', target: GP.rpps, hours: null },
      evidence: 'ORAL_AGREEMENT',
    });
    expect(await notify()).toEqual([`access:agreement-recorded EMAIL ${EMAIL}`]);
  });
});
