import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { type AnswerDeps, acceptInvitation } from '../../src/application/delegation/answer.ts';
import { createAttachments } from '../../src/application/delegation/attachments.ts';
import { askingFor } from '../../src/application/delegation/delegates.ts';
import { listDocuments } from '../../src/application/document-list.ts';
import { journalPage } from '../../src/application/journal.ts';
import { createRecords } from '../../src/application/records.ts';
import type { Request } from '../../src/application/stream-handler.ts';
import { judge } from '../../src/domain/access/judge.ts';
import { ACTIONS, groupOf } from '../../src/domain/access/question.ts';
import { delegationInForce, statusAt } from '../../src/domain/delegation/delegation.ts';
import type { Person } from '../../src/domain/enrolment/person.ts';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import type { RecordState } from '../../src/domain/record/state.ts';
import { type Instant, plusMs } from '../../src/domain/shared/time.ts';
import { delegating, historyOf, life, step } from '../support/arbitraries-history.ts';
import { createTestClock, type History, play, requestNamed } from '../support/history.ts';
import { DELEGATES, ESPACE } from '../support/history-cast.ts';
import { createEspaceOf, delegationIdOf, type Step } from '../support/history-steps.ts';
import { NOW, question } from '../support/questions.ts';

/*
 * Who acts for somebody, over random histories through the real handler: invitations, answers, ends, measures, a childhood
 * that comes to its end, and deadlines carried out late, early or never.
 *
 * Mutants that these tests kill: a term that holds until the deadline is carried out; a right before its beginning;
 * carers who outlive a closing; a limit that forgets who waits; a parent's right taken from the relation and not from the
 * term, or a day longer; a carer of the childhood who is one after it; an end that ends another; a secret shown in a list, an answer or the journal; a place that two nodes
 * give away at once; places given back that are still taken; a fourth carer, a sixth person helped.
 */

const RUNS = 150;
const STEPS = 60;

/** Of age fifteen days into a history: waits of 400 hours reach it. */
const BIRTH_DATE = '2008-12-05';
const OF_AGE = '2026-12-05T00:00:00.000Z';
const MOTHER_HAS_THE_CHILD: readonly Step[] = [
  { do: 'declare-parent', parent: 'mother', number: 90 },
  { do: 'delegate', who: 'mother', number: 90, wish: { type: 'accept' } },
  {
    do: 'delegate',
    who: 'mother',
    number: 91,
    wish: { type: 'invite', relation: 'SECOND_REPRESENTATIVE', invited: 'father' },
  },
  { do: 'delegate', who: 'father', number: 91, wish: { type: 'accept' } },
];

const secretStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('look'),
    who: fc.constantFrom('mother', 'father'),
    action: fc.constantFrom('read-content', 'read-document', 'list-documents', 'read-journal'),
    document: fc.nat(4),
    purpose: fc.constant('TREAT'),
    reason: fc.constant(null),
  }),
  fc.constant({ do: 'reach-majority' }),
) as fc.Arbitrary<Step>;
const childStep = fc.oneof(
  { weight: 6, arbitrary: step },
  { weight: 4, arbitrary: delegating },
  { weight: 4, arbitrary: secretStep },
);

const delegateLooks = fc.record({
  do: fc.constant('look'),
  who: fc.constantFrom('guardian', 'carer', 'neighbour', 'cousin', 'friend'),
  action: fc.constantFrom(
    'list-documents',
    'read-document',
    'read-content',
    'look-up',
    'mask-document',
    'read-journal',
  ),
  document: fc.nat(4),
  purpose: fc.constant('TREAT'),
  reason: fc.constant(null),
}) as fc.Arbitrary<Step>;

const overChildhoods = (check: (history: History) => void | Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(historyOf(childStep, STEPS), async steps =>
      check(await play([...MOTHER_HAS_THE_CHILD, ...steps], createEspaceOf(BIRTH_DATE))),
    ),
    { numRuns: RUNS },
  );
const lifeStep = fc.oneof(
  { weight: 2, arbitrary: step },
  { weight: 5, arbitrary: delegating },
  { weight: 1, arbitrary: life },
  { weight: 2, arbitrary: delegateLooks },
);
const overLives = (check: (history: History) => void | Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(historyOf(lifeStep, STEPS), async steps =>
      check(await play([{ do: 'enrol', wish: 'activate' }, ...steps])),
    ),
    { numRuns: RUNS },
  );

/** When somebody's right holds, told from the events alone: by whom, from, until. */
type Term = {
  readonly delegate: string;
  readonly relation: string;
  readonly from: Instant;
  until: Instant;
};
const FOR_EVER = '9999-12-31T00:00:00.000Z';

const termsOf = (events: readonly RecordEvent[]): readonly Term[] => {
  const terms = new Map<string, Term>();
  const endAll = (at: Instant, which: (relation: string) => boolean) => {
    for (const term of terms.values()) if (which(term.relation) && at < term.until) term.until = at;
  };
  for (const event of events) {
    const { at } = event;
    if (event.type === 'DelegationAccepted') {
      const { by, until, relation, delegationId } = event.data;
      terms.set(delegationId, { delegate: 'id' in by ? by.id : '', from: at, until, relation });
    }
    if (event.type === 'GuardianshipDeclared' && event.data.measure === 'TUTELLE') {
      const { delegate, from, until, delegationId } = event.data;
      terms.set(delegationId, { delegate: delegate ?? '', from, until: until ?? FOR_EVER, relation: 'GUARDIAN' });
    }
    if (event.type === 'DelegationRenewed') (terms.get(event.data.delegationId) as Term).until = event.data.until;
    if (event.type === 'DelegationEnded' && terms.has(event.data.delegationId)) {
      const term = terms.get(event.data.delegationId) as Term;
      if (at < term.until) term.until = at;
    }
    if (event.type === 'Closed' || event.type === 'Opposed') endAll(at, relation => relation === 'CARER');
    if (event.type === 'MajorityReached') endAll(at, relation => /PARENT|SECOND/.test(relation));
  }
  return [...terms.values()];
};

const permitsOfDelegates = ({ events }: History) =>
  (events as unknown as readonly RecordEvent[]).flatMap((event, index) => {
    if (event.type !== 'AccessedBy') return [];
    const { actor, action } = event.data;
    const isDelegate = actor.kind === 'representative' || actor.kind === 'carer';
    return isDelegate && action !== 'answer-invitation' ? [{ event, actor, index }] : [];
  });

const PARENTS = [DELEGATES.mother, DELEGATES.father];

describe('in every life', () => {
  it('nobody has more than three carers, those asked included', () =>
    overLives(({ events, states }) => {
      for (const [index, { delegations }] of states.entries()) {
        const at = events[index - 1]?.at ?? NOW;
        const carers = delegations.live.filter(
          one => one.relation === 'CARER' && ['PENDING', 'ACCEPTED'].includes(statusAt(one, at)),
        );
        expect(carers.length).toBeLessThanOrEqual(3);
      }
    }));

  it('nobody keeps a right after its end, whatever the deadlines', () =>
    overLives(history => {
      const events = history.events as unknown as readonly RecordEvent[];
      for (const { event, actor, index } of permitsOfDelegates(history)) {
        const terms = termsOf(events.slice(0, index));
        expect(terms.some(one => one.delegate === actor.id && one.from <= event.at && event.at < one.until)).toBe(true);
      }
      // Nor, asked at any moment, is there one before its beginning or after its end, if nothing more is ever written down.
      for (const [index, state] of history.states.entries()) {
        const now = events[index - 1]?.at ?? NOW;
        const terms = termsOf(events.slice(0, index));
        const moments = new Set([now, ...terms.flatMap(({ from, until }) => [plusMs(from, -1), from, until])]);
        for (const at of moments)
          for (const actor of Object.values(DELEGATES)) {
            if (at < now || at === FOR_EVER) continue;
            const holds = terms.some(one => one.delegate === actor.id && one.from <= at && at < one.until);
            if (!holds) expect(judge(question(actor, 'list-documents', { at }), state).permit).toBe(false);
          }
      }
    }));

  it('a carer reads, adds and describes, and no more', () =>
    overLives(history => {
      for (const { event, actor } of permitsOfDelegates(history)) {
        if (actor.kind !== 'carer') continue;
        const { action } = event.data;
        const may = ['deposit-document', 'describe-document', 'renounce-delegation'].includes(action);
        expect([action, may || groupOf(action) === 'care-reading']).toEqual([action, true]);
        expect(event.data.onBehalfOf).toBe(ESPACE);
      }
    }));
});

describe('in every childhood', () => {
  it('no parent is let do anything once the child is of age', () =>
    overChildhoods(history => {
      for (const { event, actor } of permitsOfDelegates(history))
        if (PARENTS.some(({ id }) => id === actor.id)) expect(event.at < OF_AGE).toBe(true);
      for (const state of new Set(history.states))
        for (const parent of PARENTS)
          for (const action of ACTIONS) {
            const { permit } = judge(question(parent, action, { at: OF_AGE }), state);
            expect([parent.name, action, permit]).toEqual([parent.name, action, false]);
          }
    }));

  it('nobody whom the childhood brought has a right once the child is of age', () =>
    overChildhoods(({ states, events }) => {
      for (const [index, state] of states.entries()) {
        if ((events[index - 1]?.at ?? NOW) >= OF_AGE) break;
        for (const actor of Object.values(DELEGATES)) {
          const isAppointed = termsOf(events.slice(0, index) as unknown as readonly RecordEvent[]).some(
            one => one.delegate === actor.id && one.relation === 'GUARDIAN' && one.from >= OF_AGE,
          );
          const { permit } = judge(question(actor, 'list-documents', { at: OF_AGE }), state);
          if (!isAppointed) expect([actor.name, permit]).toEqual([actor.name, false]);
          expect(judge(question(actor, 'answer-invitation', { at: OF_AGE }), state).permit).toBe(false);
        }
      }
    }));

  it('no parent sees a secret act, at any date', () =>
    overChildhoods(async ({ states, events, store }) => {
      const last = states.at(-1) as RecordState;
      for (const [index, state] of states.entries()) {
        const at = events[index - 1]?.at ?? NOW;
        for (const { id, hiddenFromRepresentatives } of state.documents.values()) {
          if (!hiddenFromRepresentatives) continue;
          for (const parent of PARENTS)
            for (const action of ['read-document', 'read-content', 'mask-document', 'describe-document'] as const) {
              const { permit, hidden } = judge(question(parent, action, { documentId: id, at }), state);
              expect([permit, hidden]).toEqual([false, true]);
            }
        }
        const listed = PARENTS.flatMap(
          parent =>
            listDocuments(
              state,
              question(parent, 'list-documents', { at }),
              {},
              { sort: 'date', after: null, limit: 50 },
            ).items,
        );
        expect(listed.filter(one => one.hiddenFromRepresentatives)).toEqual([]);
      }
      const known = { state: last, version: events.length, reader: { kind: 'representative', at: NOW } } as const;
      const { entries } = await journalPage(store, ESPACE, known, {}, { limit: 1_000 });
      const secrets = [...last.documents.values()].filter(one => one.hiddenFromRepresentatives).map(({ id }) => id);
      for (const { documentId } of entries) {
        expect(secrets).not.toContain(documentId);
        expect(last.keptSecrets.has(documentId ?? '')).toBe(false);
      }
    }));
});

type Wish = { readonly number: number; readonly second: boolean; readonly what: 'accept' | 'renounce' | 'close' };
const ESPACES = [...Array(10).keys()];
const helpedEspace = (number: number) => `e5bace00-0000-4000-8000-00000000000${number}`;

/** One helper, invited to ten espaces, on two nodes over one store. */
const anInvitedHelper = async () => {
  const { carer } = DELEGATES;
  const store = createMemoryEventStore();
  const clock = createTestClock();
  const person = { birthName: carer.name, firstNames: carer.name } as Person;
  const streams = {
    enrolments: { load: async () => ({ state: { person } }) },
  } as unknown as AnswerDeps['streams'];
  const attestations = { file: async () => {} };
  const aNode = (): AnswerDeps => {
    const records = createRecords({ store, clock });
    return { records, clock, streams, attestations, attachments: createAttachments({ store, clock, records }) };
  };
  const nodes = [aNode(), aNode()] as const;
  const { records } = nodes[0];
  const activate = (at: Instant) =>
    ({
      module: 'espace',
      command: { type: 'activate', at, termsVersion: '1', privacyVersion: '1', accompaniment: 'ALONE' },
    }) as const;
  for (const espace of [carer.id, ...ESPACES.map(helpedEspace)]) {
    await records.change(espace, requestNamed(`create ${espace}`), createEspaceOf('1953-07-14'));
    await records.change(espace, requestNamed(`activate ${espace}`), activate);
  }
  for (const number of ESPACES) {
    const espace = helpedEspace(number);
    const delegationId = delegationIdOf(number);
    const invited = { delegationId, relation: 'CARER', delegate: carer.id, ins: 'carer', isHolder: false } as const;
    await records.change(espace, requestNamed(`invite ${number}`), at => ({
      module: 'delegation',
      command: { type: 'invite', at, by: { kind: 'holder', id: espace }, ...invited, name: carer.name },
    }));
    const offered = { espace, delegationId, relation: 'CARER' } as const;
    await nodes[0].attachments.offer(carer.id, offered, requestNamed(`offer ${number}`));
  }
  return {
    async take({ number, second, what }: Wish, request: Request): Promise<unknown> {
      const node = nodes[second ? 1 : 0];
      const espace = helpedEspace(number);
      const delegationId = delegationIdOf(number);
      if (what === 'accept') return acceptInvitation(node, carer.id, { espace, delegationId }, request);
      if (what === 'close')
        return node.records.change(espace, request, at => ({
          module: 'espace',
          command: { type: 'close', at, erase: false },
        }));
      const asked = await node.records.ask(espace, request, askingFor(carer, espace), {
        action: 'renounce-delegation',
        change: at => ({ module: 'delegation', command: { type: 'renounce', at, by: carer, delegationId } }),
      });
      return asked.outcome === 'permitted' && node.attachments.release(carer.id, delegationId, request);
    },
    /** Of how many espaces the own stream says that the helper may act there. */
    async helps(): Promise<number> {
      const states = await Promise.all(ESPACES.map(number => nodes[1].records.load(helpedEspace(number))));
      return states.filter(({ state }) => delegationInForce(state.delegations, carer.id, clock.now())).length;
    },
  };
};

describe('a helper', () => {
  it('acts for five at most, whichever node they accept on', async () => {
    const wish: fc.Arbitrary<Wish> = fc.record({
      number: fc.nat(ESPACES.length - 1),
      second: fc.boolean(),
      what: fc.constantFrom('accept', 'accept', 'accept', 'accept', 'accept', 'accept', 'renounce', 'close'),
    });
    let most = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(wish, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 8 }),
        async rounds => {
          const helper = await anInvitedHelper();
          for (const [round, wishes] of rounds.entries()) {
            await Promise.all(wishes.map((each, index) => helper.take(each, requestNamed(`wish ${round}.${index}`))));
            const helped = await helper.helps();
            expect(helped).toBeLessThanOrEqual(5);
            most = Math.max(most, helped);
          }
        },
      ),
      { numRuns: 30 },
    );
    // Or the limit was never met.
    expect(most).toBe(5);
  });

  it('gets back a place whose delegation ended without their knowing', async () => {
    const store = createMemoryEventStore();
    const clock = createTestClock();
    const records = createRecords({ store, clock });
    const attachments = createAttachments({ store, clock, records });
    const { carer } = DELEGATES;
    for (const number of Array(5).keys())
      await attachments.reserve(
        carer.id,
        { delegationId: `ended ${number}`, espace: ESPACE, relation: 'CARER' },
        requestNamed(`reserve ${number}`),
      );
    const sixth = { delegationId: 'sixth', espace: ESPACE, relation: 'CARER' } as const;
    expect(await attachments.reserve(carer.id, sixth, requestNamed('sixth'))).toEqual({ ok: true });
    expect((await attachments.of(carer.id)).map(({ id }) => id)).toEqual(['sixth']);
  });
});
