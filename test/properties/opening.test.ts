import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { openProjections } from '../../src/adapters/sqlite/projections.ts';
import { activate } from '../../src/application/enrolment/activate.ts';
import { authenticateEnrolment } from '../../src/application/enrolment/contacts.ts';
import { verifyIdentity } from '../../src/application/enrolment/identify.ts';
import { loginSubject } from '../../src/application/enrolment/persons.ts';
import { lifeDeadlines } from '../../src/application/reactors/deadline-rules/life.ts';
import { createDeadlineKeeper } from '../../src/application/reactors/deadlines.ts';
import { type Changed, createRecords } from '../../src/application/records.ts';
import { decideEspace, type EspaceEvent, evolveEspace, initialEspace } from '../../src/domain/espace/espace.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { createTestClock, requestNamed, take } from '../support/history.ts';
import { ESPACE } from '../support/history-cast.ts';
import { createEspace } from '../support/history-steps.ts';
import { testPerson } from '../support/identities.ts';
import { aRequest, createIdentityWorld, PASSWORD } from '../support/identity-world.ts';
import { lossy, WireError } from '../support/lossy-store.ts';
import { NOW } from '../support/questions.ts';

/*
 * Saying yes, saying no and saying nothing: in any order, on nodes whose clocks are moved at will, an espace is what a plain
 * model says. And however many ask at once over a bad wire, a person is activated once.
 *
 * Mutants that these tests kill: an opening of what was opposed or activated; one before the six weeks, by the clock of
 * whoever looks; an opposition after the activation; an opened espace that cannot be opposed, or not be activated; an
 * opening that is done twice by two nodes; a second `Activated`; a second account; a login that is kept, though its account
 * was opened with another.
 */

const DAY_MS = 86_400_000;
const NODES = 2;

type Act =
  | { readonly do: 'activate' | 'oppose' | 'look' | 'both-look'; readonly node: number }
  | { readonly do: 'wait'; readonly node: number; readonly days: number };

const node = fc.nat(NODES - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constantFrom('activate' as const, 'oppose' as const), node }),
  fc.record({ do: fc.constantFrom('look' as const, 'look' as const, 'both-look' as const), node }),
  // The clock of a machine can be put back.
  fc.record({ do: fc.constant('wait' as const), node, days: fc.constantFrom(-20, 1, 13, 29, 41, 42, 43) }),
);

/** Told once more without events: where it stands, and what each clock shows. */
type Model = { status: 'created' | 'opened' | 'activated' | 'opposed'; readonly days: number[] };

const takeInModel = (model: Model, one: Act): string | null => {
  const isDue = (clock: number): boolean => (model.days[clock] ?? 0) >= 42;
  switch (one.do) {
    case 'wait':
      model.days[one.node] = (model.days[one.node] ?? 0) + one.days;
      return null;
    case 'look':
    case 'both-look': {
      const looking = one.do === 'look' ? [one.node] : [0, 1];
      if (model.status === 'created' && looking.some(isDue)) model.status = 'opened';
      return null;
    }
    case 'activate':
      if (model.status === 'activated') return 'espace-already-activated';
      model.status = 'activated';
      return 'ok';
    case 'oppose':
      if (model.status === 'activated') return 'espace-already-activated';
      model.status = 'opposed';
      return 'ok';
  }
};

const answerOf = (outcome: unknown): string => {
  const changed = outcome as Changed;
  return changed.ok ? 'ok' : changed.refusal;
};

const createNode = (store: EventStore) => {
  const clock = createTestClock(NOW);
  const records = createRecords({ store, clock });
  const projections = openProjections(':memory:');
  const keeper = createDeadlineKeeper({
    store,
    deadlines: projections.deadlines,
    rules: [lifeDeadlines({ records, erase: async () => {} })],
    clock,
    onFailure: (_, error) => {
      throw error;
    },
  });
  return { clock, records, projections, keeper };
};

describe('yes, no and silence', () => {
  it('give one of the allowed states, in any order and with any clock', async () => {
    await fc.assert(
      fc.asyncProperty(fc.noBias(fc.array(act, { maxLength: 14, size: 'max' })), async acts => {
        const store = createMemoryEventStore();
        const nodes = Array.from({ length: NODES }, () => createNode(store));
        const stop = new AbortController();
        const running = nodes.map(({ keeper }) => keeper.reactor.run(stop.signal));
        await nodes[0]?.records.change(ESPACE, requestNamed('create'), createEspace);
        await Promise.all(nodes.map(({ keeper }) => keeper.reactor.settled()));
        const model: Model = { status: 'created', days: Array.from({ length: NODES }, () => 0) };
        for (const [index, one] of acts.entries()) {
          const expected = takeInModel(model, one);
          const { clock, records, keeper } = nodes[one.node] as (typeof nodes)[number];
          if (one.do === 'wait') clock.advance(one.days * DAY_MS);
          // Without waiting until what happened was read: an old deadline must find nothing to do.
          else if (one.do === 'look') await keeper.carryOut();
          else if (one.do === 'both-look') await Promise.all(nodes.map(other => other.keeper.carryOut()));
          else {
            const { outcome } = await take({ records, clock }, { do: 'enrol', wish: one.do }, requestNamed(`${index}`));
            expect(answerOf(outcome)).toBe(expected);
          }
          for (const { records: known } of nodes)
            expect((await known.load(ESPACE)).state.espace.status).toBe(model.status);
        }
        const types = (await store.readStream(`espace-${ESPACE}`)).map(({ type }) => type);
        expect(types.filter(type => type === 'OpenedAutomatically').length).toBeLessThanOrEqual(1);
        expect(types.filter(type => type === 'Activated').length).toBeLessThanOrEqual(1);
        stop.abort();
        await Promise.all(running);
        for (const { projections } of nodes) await projections.close();
      }),
      { numRuns: 150 },
    );
  });
});

const chances = fc.noBias(fc.infiniteStream(fc.nat(999).map(thousandths => thousandths / 1_000)));
const wires = fc.constantFrom(
  { lostRequests: 0, lateRequests: 0, lostAnswers: 0 },
  { lostRequests: 0.05, lateRequests: 0.1, lostAnswers: 0.2 },
  { lostRequests: 0.1, lateRequests: 0.2, lostAnswers: 0.1 },
);
const MAX_ATTEMPTS = 100;

/** An activation is some fifteen messages, and one of them lost is enough. */
const betterWires = fc.constantFrom(
  { lostRequests: 0, lateRequests: 0, lostAnswers: 0 },
  { lostRequests: 0.01, lateRequests: 0.02, lostAnswers: 0.04 },
);

/** Asks again, as a client with a key does, until there is an answer. */
const insistently = async <T extends { readonly ok: boolean }>(ask: (attempt: number) => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt++)
    try {
      const answer = await ask(attempt);
      if (answer.ok || !('refusal' in answer) || answer.refusal !== 'stream-busy') return answer;
    } catch (error) {
      if (!(error instanceof WireError) || attempt >= MAX_ATTEMPTS) throw error;
    }
};

describe('many at once', () => {
  it('who activate or oppose one espace activate it once, and nobody opposes after that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.noBias(fc.array(fc.constantFrom('activate', 'activate', 'oppose'), { minLength: 6, maxLength: 6 })),
        fc.scheduler(),
        chances,
        wires,
        async (wishes, scheduler, chance, wire) => {
          const raw = createMemoryEventStore();
          const store = lossy(raw, {
            ...wire,
            random: () => chance.next().value,
            delay: message => scheduler.schedule(Promise.resolve(), message),
          });
          const quiet = createRecords({ store: raw, clock: createTestClock(NOW) });
          await quiet.change(ESPACE, requestNamed('create'), createEspace);
          const nodes = Array.from({ length: 3 }, () => ({ clock: createTestClock(NOW) })).map(({ clock }) => ({
            clock,
            records: createRecords({ store, clock }),
          }));
          const asking = wishes.map((wish, index) =>
            insistently(async attempt => {
              const on = nodes[(index + attempt) % nodes.length] as (typeof nodes)[number];
              const step = { do: 'enrol', wish: wish as 'activate' | 'oppose' } as const;
              return (await take(on, step, requestNamed(`${index}`))).outcome as Changed;
            }),
          );
          const answers = await scheduler.waitFor(Promise.all(asking));
          await scheduler.waitIdle();
          const events = (await raw.readStream(`espace-${ESPACE}`)) as unknown as readonly EspaceEvent[];
          const types = events.map(({ type }) => type);
          const first = types.indexOf('Activated');
          expect(types.filter(type => type === 'Activated').length).toBeLessThanOrEqual(1);
          if (first !== -1) expect(types.slice(first)).toEqual(['Activated']);
          expect(answers.filter((answer, index) => answer.ok && wishes[index] === 'activate').length).toBe(
            types.filter(type => type === 'Activated').length,
          );
          expect(explained(events)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('who activate one person with logins of their own, on two nodes, get one account', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), chances, betterWires, async (scheduler, chance, wire) => {
        const raw = createMemoryEventStore();
        let isBad = false;
        const bad = lossy(raw, {
          ...wire,
          random: () => chance.next().value,
          delay: message => scheduler.schedule(Promise.resolve(), message),
        });
        const store: EventStore = {
          ...raw,
          readStream: (...args) => (isBad ? bad : raw).readStream(...args),
          appendToStream: (...args) => (isBad ? bad : raw).appendToStream(...args),
        };
        const world = createIdentityWorld({ store });
        const person = testPerson();
        await world.import(world.deps, person);
        const given = {
          nir: person.ins.value,
          code: await world.codeSent('InvitationIssued'),
          vitaleSerial: String(person.vitaleSerials[0]),
          birthDate: null,
        };
        const verified = await verifyIdentity(world.deps, given, aRequest());
        if (!verified.ok) throw new Error(verified.refusal);
        const enrolling = await authenticateEnrolment(world.deps, verified.enrolmentToken);
        if (!enrolling.ok) throw new Error(enrolling.refusal);
        const nodes = [world.deps, world.restart()];
        const logins = ['pommier.mauve', 'cerisier.vert', 'poirier.blanc'];
        isBad = true;
        const asking = logins.map((login, index) =>
          insistently(attempt => {
            const terms = { termsVersion: '1', privacyVersion: '1', accompaniment: 'ALONE' } as const;
            const deps = nodes[(index + attempt) % 2] as typeof world.deps;
            return activate(deps, enrolling, { login, password: PASSWORD, ...terms }, aRequest(login));
          }),
        );
        const answers = await scheduler.waitFor(Promise.all(asking));
        await scheduler.waitIdle();
        isBad = false;
        const types = await world.types();
        for (const once of ['AccountOpened', 'Activated'])
          expect([once, types.filter(type => type === once).length]).toEqual([once, 1]);
        expect(answers.filter(({ ok }) => ok).length).toBeLessThanOrEqual(1);
        const { streams, hash } = world.restart();
        const { credentials } = (await streams.accounts.load(enrolling.personId)).state;
        const owner = async (login: string) => (await streams.logins.load(loginSubject(hash, login))).state.owner;
        expect(credentials).not.toBeNull();
        // The one they sign in with is theirs, and the others are there for whoever wants them.
        for (const login of logins)
          expect([login, await owner(login)]).toEqual([
            login,
            login === credentials?.login ? enrolling.personId : null,
          ]);
      }),
      { numRuns: 25 },
    );
  });
});

/** Each event is one that its state allows. */
const explained = (events: readonly EspaceEvent[]): boolean => {
  let state = initialEspace;
  return events.every(event => {
    const { at } = event;
    const command =
      event.type === 'Created'
        ? ({ type: 'create', at, ...event.data } as const)
        : event.type === 'Activated'
          ? ({ type: 'activate', at, ...event.data } as const)
          : ({ type: 'oppose', at, reference: 'reference' } as const);
    const decision = decideEspace(state, command);
    state = evolveEspace(state, event);
    return decision.ok && decision.events[0]?.type === event.type;
  });
};
