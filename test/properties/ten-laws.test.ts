import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unrepeatable } from '../../src/application/ids.ts';
import { journalPage, type KnownRecord } from '../../src/application/journal.ts';
import { replay } from '../../src/application/replay.ts';
import { questionOf } from '../../src/domain/access/access.ts';
import { judge, judgeBy } from '../../src/domain/access/judge.ts';
import { groupOf } from '../../src/domain/access/question.ts';
import { ruleOf } from '../../src/domain/access/rule-books.ts';
import { isAuthorised } from '../../src/domain/consent/consent.ts';
import { isOpen } from '../../src/domain/espace/espace.ts';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import type { RecordState } from '../../src/domain/record/state.ts';
import { type Actor, actorKey } from '../../src/domain/shared/actor.ts';
import { DOCUMENTS, historyOf, life, step } from '../support/arbitraries-history.ts';
import { type History, play } from '../support/history.ts';
import { ACTORS, ESPACE, GP } from '../support/history-cast.ts';
import { askOf, type Step } from '../support/history-steps.ts';
import { documentIdOf, everyQuestion } from '../support/questions.ts';

/*
 * The laws that no rule may break, over random histories through the real command handler: the holder, nine kinds of
 * professionals, a bank and supervision look, deposit, mask, authorise, block, close and reopen while time goes by. The
 * seventh law, non-interference, needs two histories: it has a file of its own.
 *
 * Mutants that these tests kill: a trace left out for one kind of actor, doubled, or left by what was asked of an unknown
 * espace; a change carried out before its trace, or after a denial; the verdict recorded with another rule, edition or
 * instant; the state after a batch taken for the state before; `withoutRights` that keeps a role, or takes restrictions;
 * `isAuthorised` without its end; a block that leaves rights; a withdrawal that takes the organisation for the person;
 * an emergency with its switch off; an emergency rule that tells one of the two; a journal that loses an entry between
 * pages; `unblock` that gives the old authorisation back.
 */

const RUNS = 40;
const STEPS = 40;

const overHistories = (
  check: (history: History) => void | Promise<void>,
  runs = RUNS,
  one: fc.Arbitrary<Step> = step,
  last: readonly Step[] = [],
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(historyOf(one, STEPS), async steps => check(await play([...steps, ...last]))),
    { numRuns: runs },
  );

type Moment = { readonly event: RecordEvent; readonly before: RecordState; readonly after: RecordState };

const momentsOf = ({ events, states }: History): readonly Moment[] =>
  events.map((event, index) => ({
    event: event as unknown as RecordEvent,
    before: states[index] as RecordState,
    after: states[index + 1] as RecordState,
  }));

const permitsOf = (history: History) =>
  momentsOf(history).flatMap(({ event, before }) => (event.type === 'AccessedBy' ? [{ event, before }] : []));

const DOCUMENT_IDS = Array.from({ length: DOCUMENTS }, (_, number) => documentIdOf(number));

/** What the event turned round: questions permitted before and denied after, and the reverse. */
const turnedBy = ({ event, before, after }: Moment) => {
  const turned = { closed: [] as string[], opened: [] as string[], closedTo: [] as Actor[] };
  for (const asking of everyQuestion(DOCUMENT_IDS, event.at)) {
    const was = judge(asking, before).permit;
    if (was === judge(asking, after).permit) continue;
    const said = `${actorKey(asking.actor)} ${asking.action} ${asking.purpose} ${asking.documentId}`;
    (was ? turned.closed : turned.opened).push(said);
    if (was) turned.closedTo.push(asking.actor);
  }
  return turned;
};

/** Whether the event takes, gives, or does both or neither. */
const directionOf = ({ event, before }: Moment): 'takes' | 'gives' | null => {
  switch (event.type) {
    case 'DocumentMasked':
    case 'DocumentHiddenFromRepresentatives':
    case 'DocumentHiddenFromHolder':
    case 'DocumentDeleted':
    case 'ProfessionalBlocked':
    case 'AuthorisationWithdrawn':
    case 'AdministratorRemoved':
    case 'AttendingDoctorRemoved':
    case 'Closed':
    case 'Opposed':
    case 'ClosedAfterSuspension':
    case 'ClosedAfterDeath':
    case 'Suspended':
    case 'Erased':
    case 'DelegationRefused':
    case 'DelegationInvitationWithdrawn':
    case 'DelegationInvitationExpired':
    case 'DelegationEnded':
    case 'MajorityReached':
      return 'takes';
    case 'DocumentUnmasked':
    case 'DocumentShownToRepresentatives':
    case 'DocumentRevealedToHolder':
    case 'ProfessionalAuthorised':
    case 'ProfessionalUnblocked':
    case 'AdministratorNamed':
    case 'Activated':
    case 'Reopened':
    case 'OpenedAutomatically':
    case 'SuspensionObjected':
    case 'SuspensionLifted':
    case 'ParentDeclared':
    case 'DelegateInvited':
    case 'DelegationAccepted':
    case 'DelegationRenewed':
    case 'GuardianshipDeclared':
      return 'gives';
    case 'AttendingDoctorDeclared':
      // There is one: declaring another takes the role from the first.
      return before.consent.attendingDoctor === null ? 'gives' : null;
    case 'AccessDefaultsSet':
      return event.data.professionalsBlocked ? 'takes' : 'gives';
    case 'EmergencyAccessSet': {
      const { callCentre, breakGlass, masked } = before.consent.emergency;
      const now = event.data;
      if (now.callCentre <= callCentre && now.breakGlass <= breakGlass && now.masked <= masked) return 'takes';
      return now.callCentre >= callCentre && now.breakGlass >= breakGlass && now.masked >= masked ? 'gives' : null;
    }
    default:
      return null;
  }
};

/** Supervision, which shows nothing, is let at what is not open. */
const OF_WHAT_IS_NOT_OPEN = [
  ...['replay-history', 'report-death', 'suspend', 'lift-suspension'],
  // What a judge decided, and whether there is to be an espace at all: neither shows anything of it.
  ...['declare-guardianship', 'end-guardianship', 'activate-for-ward', 'oppose-for-ward'],
];
const INTO_WHAT_IS_NOT_OPEN = [
  ...[
    'Registered',
    'Created',
    'OpenedAutomatically',
    'Activated',
    'Opposed',
    'Reopened',
    'ErasureRequested',
    'ErasureCancelled',
  ],
  ...['ClosedAfterDeath', 'SuspensionObjected', 'SuspensionLifted', 'ClosedAfterSuspension', 'Erased'],
  ...['HolderToldOfHiddenDocument', 'DocumentRevealedToHolder'],
  ...['DelegationInvitationExpired', 'DelegationEnded', 'MajorityReached'],
  ...['GuardianshipDeclared', 'DelegationInvitationWithdrawn', 'NoticeOwed'],
];

const isAccessTrace = ({ type }: { readonly type: string }): boolean =>
  type === 'AccessedBy' || type === 'AccessDenied';

describe('in every history', () => {
  it('law 1: nobody gets anything from an espace that is not open', () =>
    overHistories(history => {
      for (const { event, before } of permitsOf(history))
        if (!isOpen(before.espace.status)) expect(OF_WHAT_IS_NOT_OPEN).toContain(event.data.action);
      for (const moment of momentsOf(history)) {
        if (isOpen(moment.before.espace.status) || isAccessTrace(moment.event)) continue;
        expect(INTO_WHAT_IS_NOT_OPEN).toContain(moment.event.type);
      }
    }));

  it('law 2: an excluded actor gets nothing, whatever was granted', () =>
    overHistories(({ taken, events }) => {
      const excluded = [ACTORS.insurerDoctor, ACTORS.bank].map(actorKey);
      for (const event of events as unknown as readonly RecordEvent[])
        if (event.type === 'AccessedBy') expect(excluded).not.toContain(actorKey(event.data.actor));
      for (const { step, outcome } of taken)
        if ('who' in step && excluded.includes(actorKey(ACTORS[step.who])) && outcome !== null)
          expect('outcome' in outcome && outcome.outcome).toMatch(/^(denied|espace-unknown)$/);
    }));

  it('law 3: restricting opens nothing to anybody', () =>
    overHistories(history => {
      for (const moment of momentsOf(history).filter(one => directionOf(one) === 'takes'))
        expect({ type: moment.event.type, opened: turnedBy(moment).opened }).toEqual({
          type: moment.event.type,
          opened: [],
        });
    }));

  it('law 4: granting closes nothing to anybody else', () =>
    overHistories(history => {
      for (const moment of momentsOf(history).filter(one => directionOf(one) === 'gives')) {
        const { event } = moment;
        const target = event.type === 'ProfessionalAuthorised' ? event.data.target : null;
        // Whoever accepts has nothing left to answer.
        const acceptor = event.type === 'DelegationAccepted' ? actorKey(event.data.by) : null;
        const isTarget = (actor: Actor) =>
          actorKey(actor) === acceptor ||
          (target !== null && actor.kind === 'professional' && [actor.rpps, actor.organisation].includes(target));
        // A shorter right given to the same person narrows theirs.
        expect(turnedBy(moment).closedTo.filter(actor => !isTarget(actor))).toEqual([]);
      }
    }));

  it('law 5: no professional reads without an authorisation, an emergency, authorship or a role', () =>
    overHistories(history => {
      for (const { event, before } of permitsOf(history)) {
        const { actor, action, documentId, rule } = event.data;
        if (actor.kind !== 'professional' || groupOf(action) !== 'care-reading') continue;
        const { consent, documents } = before;
        const standings = {
          authorised:
            isAuthorised(consent, actor.rpps, event.at) || isAuthorised(consent, actor.organisation, event.at),
          author: documents.get(documentId ?? '')?.authorKey === actorKey(actor),
          role: consent.attendingDoctor?.professional === actor.rpps || consent.administrators.has(actor.rpps),
          emergency: rule === 'break-glass' || rule === 'call-centre',
        };
        expect(Object.values(standings)).toContain(true);
        expect(consent.blocked.has(actor.rpps) || consent.blocked.has(actor.organisation ?? '')).toBe(false);
      }
    }));

  it('law 6: each recorded verdict is what its rule book answers on the events before it', () =>
    overHistories(({ events, states }) => {
      for (const [index, event] of (events as unknown as readonly RecordEvent[]).entries()) {
        if (event.type !== 'AccessedBy' && event.type !== 'AccessDenied') continue;
        const verdict = judgeBy(event.data, questionOf(event.data, event.at), states[index] as RecordState);
        expect([verdict?.permit, verdict?.rule.id, verdict?.rule.legalBasis]).toEqual([
          event.type === 'AccessedBy',
          event.data.rule,
          event.data.legalBasis,
        ]);
      }
      for (const { recomputed, event } of replay(events))
        expect(recomputed?.same ?? null).toBe(isAccessTrace(event) || null);
    }));

  it('law 8: every answer to somebody else has exactly one trace, before what it changed', () =>
    overHistories(async ({ taken, events, states, store }) => {
      for (const { step, request, outcome } of taken) {
        const asked = askOf(step);
        if (asked === null || outcome === null || !('outcome' in outcome)) continue;
        const own = events.filter(
          ({ requestId, type }) => [request.id, unrepeatable(request.id)].includes(requestId) && type !== 'NoticeOwed',
        ) as unknown as readonly RecordEvent[];
        const traces = own.filter(isAccessTrace);
        const questions = [asked.ask.action, ...(asked.ask.alsoActions ?? [])];
        const judged = outcome.outcome === 'denied' ? 1 : questions.length;
        if (asked.asker.actor.kind === 'holder') expect(traces.length).toBeLessThanOrEqual(1);
        else expect(traces.length).toBe(outcome.outcome === 'espace-unknown' ? 0 : judged);
        expect(own.slice(0, traces.length)).toEqual(traces);
        for (const trace of traces) {
          if (trace.type !== 'AccessedBy' && trace.type !== 'AccessDenied') continue;
          expect(trace.data.actor).toEqual(asked.asker.actor);
          expect(questions).toContain(trace.data.action);
          expect(trace.type === 'AccessDenied').toBe(outcome.outcome === 'denied');
        }
        if (outcome.outcome !== 'permitted') expect(own.length).toBe(traces.length);
      }
      const known = { state: states.at(-1) as RecordState, version: events.length };
      expect(await readInPages(store, known)).toEqual(shownToHolder(events, states));
    }));

  it('law 9: nobody reads by an emergency whose switch is off, and two are told of each', () =>
    overHistories(history => {
      for (const { event, before } of permitsOf(history)) {
        const { rule, ruleBook, purpose, reason } = event.data;
        if (rule !== 'break-glass' && rule !== 'call-centre') continue;
        const { breakGlass, callCentre } = before.consent.emergency;
        expect(rule === 'break-glass' ? breakGlass : callCentre).toBe(true);
        expect(purpose).toBe(rule === 'break-glass' ? 'BTG' : 'ETREAT');
        if (rule === 'break-glass') expect(reason?.trim()).toBeTruthy();
        expect(ruleOf(ruleBook, rule)?.tells).toEqual(['holder', 'attending-doctor']);
      }
      const refused = new Set(
        history.taken.flatMap(({ request, outcome }) =>
          outcome && 'outcome' in outcome && outcome.outcome === 'refused' ? [request.id] : [],
        ),
      );
      // And somebody is written to exactly where the rule that permitted says so, and what was asked for was done.
      for (const [index, event] of history.events.entries()) {
        const next = history.events[index + 1];
        const { rule, ruleBook, documentId } = event.data as { rule: string; ruleBook: string; documentId: string };
        const isTold = event.type === 'AccessedBy' && !refused.has(event.requestId ?? '');
        const to = isTold ? (ruleOf(ruleBook, rule)?.tells ?? []) : [];
        expect(next?.type === 'NoticeOwed' ? next.data : null).toEqual(to.length > 0 ? { rule, to, documentId } : null);
      }
    }, 80));

  it('law 10: closing and reopening keeps documents and restrictions, and no right', () =>
    overHistories(
      history => {
        let closedAt: RecordState | null = null;
        for (const { event, before, after } of momentsOf(history)) {
          if (event.type === 'Closed' || event.type === 'ClosedAfterSuspension') closedAt = before;
          if (event.type !== 'Reopened' || closedAt === null) continue;
          const { consent } = after;
          expect([consent.authorised.size, consent.administrators.size, consent.attendingDoctor]).toEqual([0, 0, null]);
          expect(after.delegations.live.filter(({ relation }) => relation === 'CARER')).toEqual([]);
          expect([...consent.blocked.entries()]).toEqual([...closedAt.consent.blocked.entries()]);
          expect([consent.defaults, consent.emergency]).toEqual([
            closedAt.consent.defaults,
            closedAt.consent.emergency,
          ]);
          // A deadline may pass meanwhile: what awaited its announcement is then told of, or revealed.
          const kept = (state: RecordState) =>
            [...state.documents.values()].map(({ announcement: _, ...document }) => document);
          expect(kept(after)).toEqual(kept(closedAt));
        }
      },
      RUNS,
      fc.oneof({ weight: 5, arbitrary: step }, { weight: 1, arbitrary: life }),
      WITH_RIGHTS_CLOSED_AND_REOPENED,
    ));
});

/** Where a history does not come to it by itself: every kind of right, and then both. */
const WITH_RIGHTS_CLOSED_AND_REOPENED: readonly Step[] = [
  { do: 'life', who: 'holder', wish: 'reopen' },
  ...(
    [
      { type: 'unblock', target: GP.rpps },
      { type: 'authorise', target: GP.rpps, hours: null },
      { type: 'name-administrator', professional: GP.rpps },
      { type: 'declare-attending-doctor', professional: GP.rpps },
    ] as const
  ).map(wish => ({ do: 'consent', who: 'holder', wish, evidence: null }) as const),
  { do: 'life', who: 'holder', wish: 'close' },
  { do: 'life', who: 'holder', wish: 'reopen' },
];

const readInPages = async (store: History['store'], known: KnownRecord): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page = await journalPage(store, ESPACE, known, {}, { limit: 7, ...(before === undefined ? {} : { before }) });
    ids.push(...page.entries.map(({ id }) => id));
    before = page.before;
  }
  return ids.reverse();
};

/** Everything but what concerns a document that still awaits its announcement. */
const shownToHolder = (events: History['events'], states: History['states']): readonly string[] => {
  const pending = [...(states.at(-1) as RecordState).documents.values()]
    .filter(({ announcement }) => announcement !== null)
    .map(({ id }) => id);
  return events
    .filter(({ type, data }) => type !== 'NoticeOwed' && !pending.includes(String(data.documentId)))
    .map(({ id }) => id);
};
