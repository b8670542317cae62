import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createIdentityStreams, type IdentityStreams } from '../../src/application/enrolment/streams.ts';
import { createNotices } from '../../src/application/reactors/notices.ts';
import { createSetAside } from '../../src/application/reactors/set-aside.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { Checkpoint, EventStore } from '../../src/ports/event-store.ts';
import type { Message } from '../../src/ports/messenger.ts';
import { createFakeRandom } from '../support/fake-random.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ESPACE, GP, HOSPITAL_DOCTOR, SPECIALIST } from '../support/history-cast.ts';
import { createEspace, type Step, type Wish } from '../support/history-steps.ts';
import { testPerson } from '../support/identities.ts';

/*
 * The notices that the rule book asks for: law 9 says that every emergency has two.
 *
 * Mutants that these tests kill: the attending doctor of today told instead of that of the day of the access; a denied
 * emergency told; a reading that is no emergency told; a message twice under two ids after a crash; a checkpoint kept
 * before the messages are gone; a message that names the professional or a document;
 * a code behind a letter; everything sent anew where codes and letters begin to go apart.
 */

let store: EventStore;
let clock: TestClock;
let records: Records;
let streams: IdentityStreams;
let sent: Message[];
/** How far each reactor got. */
let kept: Map<string, Checkpoint>;

beforeEach(async () => {
  store = createMemoryEventStore();
  clock = createTestClock();
  records = createRecords({ store, clock });
  streams = createIdentityStreams({ store, clock });
  sent = [];
  kept = new Map();
  await streams.enrolments.handle(ESPACE, requestNamed('import'), (_, at) => ({
    events: [{ type: 'PersonImported', at, data: testPerson() }],
    result: null,
  }));
  await records.change(ESPACE, requestNamed('create'), createEspace);
});

const send = vi.fn(async (message: Message) => void sent.push(message));

const random = createFakeRandom('notices');
const createOurs = () =>
  createNotices({
    store,
    streams,
    records,
    codes: { codeFor: () => '123456' } as never,
    messenger: { send },
    progress: {
      turns: {
        take: async reactor => kept.get(reactor) ?? null,
        keep: async () => {},
        release: async () => {},
        async reached(reactor, checkpoint) {
          kept.set(reactor, checkpoint);
        },
      },
      setAside: reactor => createSetAside({ log: store, clock, random }, reactor),
      clock,
    },
    onFailure: () => {},
  });

/** Works through everything that stands in the log, and stops. */
const notify = async (): Promise<readonly string[]> => {
  const before = sent.length;
  const reactors = Object.values(createOurs());
  const stop = new AbortController();
  const running = reactors.map(reactor => reactor.run(stop.signal));
  await Promise.all(reactors.map(reactor => reactor.settled()));
  stop.abort();
  await Promise.all(running);
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

describe('a letter', () => {
  it('that is never taken holds up no other, and goes out once it is', async () => {
    await emergency();
    clock.advance(1);
    await emergency('chute');
    let refused: string | null = null;
    send.mockImplementation(async message => {
      refused ??= message.id;
      if (message.id === refused) throw new Error('not taken');
      sent.push(message);
    });
    expect(await notify()).toHaveLength(1);
    send.mockImplementation(async message => void sent.push(message));
    const stop = new AbortController();
    const running = createOurs().letters.run(stop.signal);
    await expect.poll(() => sent.map(({ id }) => id)).toContain(refused);
    stop.abort();
    await running;
    expect(await notify()).toEqual([]);
  });
});

describe('a code', () => {
  const askForCode = (codeId: string) =>
    streams.enrolments.handle(ESPACE, requestNamed(codeId), (_, at) => ({
      events: [
        { type: 'ContactChangeRequested', at, data: { codeId, channel: 'SMS', value: '+33600000001', expiresAt: at } },
      ],
      result: null,
    }));
  const CODE = 'contact-code SMS +33600000001';

  it('goes out though a letter before it is never taken', async () => {
    await emergency();
    await askForCode('code 1');
    send.mockImplementation(async message => {
      if (message.kind !== 'contact-code') throw new Error('not taken');
      sent.push(message);
    });
    const { codes, letters } = createOurs();
    const stop = new AbortController();
    const running = [codes, letters].map(reactor => reactor.run(stop.signal));
    await codes.settled();
    stop.abort();
    await Promise.all(running);
    send.mockImplementation(async message => void sent.push(message));
    expect(sent.map(({ kind }) => kind)).toEqual(['contact-code']);
    expect(await notify()).toEqual([`access:break-glass EMAIL ${EMAIL}`]);
  });

  it('and a letter are sent once where both went by one place in the log before', async () => {
    await emergency();
    await askForCode('code 1');
    const last = (await store.readStream(`enrolment-${ESPACE}`)).at(-1);
    kept.set('notices', last?.checkpoint ?? '');
    expect(await notify()).toEqual([]);
    await askForCode('code 2');
    clock.advance(1);
    await emergency('chute');
    expect([...(await notify())].sort()).toEqual([`access:break-glass EMAIL ${EMAIL}`, CODE]);
    expect(await notify()).toEqual([]);
  });
});
