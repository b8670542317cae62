import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { listDocuments } from '../../src/application/document-list.ts';
import { createRecords, type Records } from '../../src/application/records.ts';
import type { RecordState } from '../../src/domain/record/state.ts';
import type { EventStore } from '../../src/ports/event-store.ts';
import { DOCUMENTS, look, step, tidy } from '../support/arbitraries-history.ts';
import { createTestClock, requestNamed, type TestClock, take } from '../support/history.ts';
import { ACTORS, ESPACE, type Who } from '../support/history-cast.ts';
import { type Expected, type Model, mayRead, newModel, type Purpose, takeInModel } from '../support/history-model.ts';
import { createEspace, type Step } from '../support/history-steps.ts';
import { documentIdOf, NOW, question } from '../support/questions.ts';

/*
 * The record against a model of another shape (test/support/history-model.ts): after every step, what became of it, who
 * may read what, and the trail are the same.
 *
 * Mutants that these tests kill: every mutant of the rule book that the ten laws let through because it takes or gives a
 * right in keeping with them (an attending doctor who does not see masked documents, an author whom the matrix binds, an
 * emergency that needs an authorisation, an administrator who may delete); `until` included; a default that masks what is
 * there already; defaults that clear authorisations each time they are set; a block of the organisation that ends the
 * rights of its people; a deleted document that stays, or takes another with it; a trace too many or too few.
 */

type World = {
  readonly records: Records;
  readonly store: EventStore;
  readonly clock: TestClock;
  /** Requests sent so far. */
  sent: number;
};

const PEOPLE = Object.keys(ACTORS) as Who[];

const PURPOSES = ['TREAT', 'BTG', 'ETREAT'] as const;

const readBy = (world: World, state: RecordState, who: Who, purpose: Purpose): readonly string[] =>
  listDocuments(
    state,
    question(ACTORS[who], 'list-documents', { purpose, reason: 'malaise', at: world.clock.now() }),
    {},
    { sort: 'title', after: null, limit: 100 },
  ).items.map(({ id }) => id);

const readableInModel = (model: Model, who: Who, purpose: Purpose): readonly string[] =>
  [...model.documents.keys()].filter(number => mayRead(model, who, number, purpose)).map(documentIdOf);

const check = async (world: World, model: Model): Promise<void> => {
  const { state } = await world.records.load(ESPACE);
  for (const who of PEOPLE)
    for (const purpose of PURPOSES)
      expect([who, purpose, ...[...readBy(world, state, who, purpose)].sort()]).toEqual([
        who,
        purpose,
        ...[...readableInModel(model, who, purpose)].sort(),
      ]);
  expect(state.espace.status).toBe(model.status);
  expect([...state.consent.authorised.entries()].map(([id]) => id).sort()).toEqual([...model.authorised.keys()].sort());
  expect([...state.consent.blocked.entries()].map(([id]) => id).sort()).toEqual([...model.blocked].sort());
  expect([...state.consent.administrators.entries()].map(([id]) => id).sort()).toEqual(
    [...model.administrators].sort(),
  );
  expect(state.consent.attendingDoctor?.professional ?? null).toBe(model.attendingDoctor);
  const trail = (await world.store.readStream(`espace-${ESPACE}`))
    .filter(({ type }) => type === 'AccessedBy' || type === 'AccessDenied')
    .map(({ type, data }) => `${nameOf(data.actor)} ${type === 'AccessDenied' ? 'denied' : 'let'}`);
  expect(trail).toEqual(model.trail);
};

const nameOf = (actor: unknown): string => {
  const said = JSON.stringify(actor);
  return PEOPLE.find(who => JSON.stringify(ACTORS[who]) === said) ?? said;
};

const outcomeOf = (outcome: Awaited<ReturnType<typeof take>>['outcome']): Expected =>
  outcome !== null && 'outcome' in outcome ? (outcome.outcome as Expected) : null;

const command = (one: Step): fc.AsyncCommand<Model, World> => ({
  check: () => true,
  toString: () => JSON.stringify(one),
  async run(model, world) {
    world.sent += 1;
    const { outcome } = await take(world, one, requestNamed(`request ${world.sent}`));
    expect(outcomeOf(outcome)).toBe(takeInModel(model, one));
    await check(world, model);
  },
});

/** The steps that the model knows, and those of them that say one thing at a time. */
const isKnown = (one: Step): boolean => {
  switch (one.do) {
    case 'look':
      return one.action === 'read-content' && one.reason === 'malaise';
    case 'show':
      return Object.keys(one.visibility).join() === 'maskedFromProfessionals';
    case 'consent':
      return one.who === 'holder';
    case 'life':
      return one.wish !== 'object-to-suspension';
    case 'deposit':
    case 'delete':
    case 'wait':
      return true;
    default:
      return false;
  }
};

/** Documents that are not there yet, so that deposits are not all refused. */
const deposit = step.filter(one => one.do === 'deposit').map(one => ({ ...one, document: one.document + DOCUMENTS }));

const known = fc.noBias(fc.oneof({ weight: 4, arbitrary: step.filter(isKnown) }, tidy, look.filter(isKnown), deposit));

describe('a record', () => {
  it('is what a plain model says it is, after every step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands([known.map(command)], { maxCommands: 40, size: 'max' }), async commands => {
        const setup = async () => {
          const store = createMemoryEventStore();
          const clock = createTestClock(NOW);
          const records = createRecords({ store, clock });
          await records.change(ESPACE, requestNamed('create'), createEspace);
          await take({ records, clock }, { do: 'enrol', wish: 'activate' }, requestNamed('activate'));
          return { model: newModel(), real: { records, store, clock, sent: 0 } };
        };
        await fc.asyncModelRun(setup, commands);
      }),
      { numRuns: 120 },
    );
  });
});
