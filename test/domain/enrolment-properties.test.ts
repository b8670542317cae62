import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decideEnrolment,
  type EnrolmentCommand,
  type EnrolmentEvent,
  evolveEnrolment,
  initialEnrolment,
} from '../../src/domain/enrolment/enrolment.ts';
import { plusMs } from '../../src/domain/shared/time.ts';
import { deepFreeze } from '../support/decider-spec.ts';
import { testPerson } from '../support/identities.ts';

/*
 * Laws of codes, over random histories with random clocks. Mutants: see enrolment.test.ts. A guesser is right half of
 * the time here, so that every boundary is crossed often; the laws look at the events alone, never at the state.
 */

const T0 = '2026-11-20T08:00:00.000Z';

const step = fc.record({
  /** Short waits, the boundaries themselves, and weeks. */
  waitMs: fc.oneof(
    { weight: 12, arbitrary: fc.nat(1_000) },
    { weight: 4, arbitrary: fc.constantFrom(29_999, 30_000, 899_999, 900_000) },
    { weight: 1, arbitrary: fc.constantFrom(1_799_999, 1_800_000) },
    { weight: 1, arbitrary: fc.nat(86_400_000 * 43) },
  ),
  what: fc.constantFrom('invite', 'ask', 'verify', 'verify', 'verify', 'change', 'give-back', 'give-back'),
  path: fc.constantFrom('INVITATION', 'IDENTIFICATION'),
  channel: fc.constantFrom('EMAIL', 'SMS'),
  right: fc.boolean(),
  theirs: fc.constantFrom(true, true, false),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const play = (steps: readonly Step[]): readonly EnrolmentEvent[] => {
  const events: EnrolmentEvent[] = [];
  let state = deepFreeze(initialEnrolment);
  let at = T0;
  const run = (command: EnrolmentCommand): void => {
    const decision = decideEnrolment(state, deepFreeze(command));
    if (!decision.ok) return;
    for (const event of decision.events) {
      events.push(event);
      state = deepFreeze(evolveEnrolment(state, deepFreeze(event)));
    }
  };
  run({ type: 'import', at, person: testPerson(), codeId: 'c0' });
  for (const [index, { waitMs, what, path, channel, right, theirs }] of steps.entries()) {
    at = plusMs(at, waitMs);
    const codeId = `c${index + 1}`;
    const verification = state.verification?.codeId ?? 'none';
    const vitaleSerial = theirs ? '12345678' : '87654321';
    if (what === 'invite') run({ type: 'invite', at, codeId });
    if (what === 'ask')
      run({ type: 'issue-identification-code', at, codeId, channel, vitaleSerial, birthDate: '1953-07-14' });
    if (what === 'verify')
      run({ type: 'verify-identity', at, path, codeMatches: right, vitaleSerial, birthDate: null });
    if (what === 'change') {
      const value = theirs ? `new-${codeId}` : (state.contacts.current[channel === 'EMAIL' ? 'email' : 'mobile'] ?? '');
      run({ type: 'change-contacts', at, verification, changes: { [channel]: { value, codeId } } });
    }
    if (what === 'give-back') run({ type: 'verify-contact', at, verification, channel, codeMatches: right });
  }
  return events;
};

const histories = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }).map(play);
const runs = { numRuns: 1_000 };

type Issue = EnrolmentEvent & {
  type: 'InvitationIssued' | 'IdentificationCodeIssued' | 'ContactChangeRequested';
};
const isIssue = (event: EnrolmentEvent): event is Issue =>
  event.type === 'InvitationIssued' ||
  event.type === 'IdentificationCodeIssued' ||
  event.type === 'ContactChangeRequested';
const lineOf = (issue: Issue): string =>
  issue.type === 'ContactChangeRequested' ? `${issue.type} ${issue.data.channel}` : issue.type;
const isAccepted = (event: EnrolmentEvent) => event.type === 'IdentityVerified' || event.type === 'ContactVerified';
const isRejected = (event: EnrolmentEvent) =>
  event.type === 'EnrolmentCodeRejected' || event.type === 'ContactCodeRejected';
const codeIdOf = (event: EnrolmentEvent): string => ('codeId' in event.data ? event.data.codeId : '');

/** For each code: its issue, what was done with it, and when the next of its line was issued. */
const codesOf = (events: readonly EnrolmentEvent[]) =>
  events.filter(isIssue).map(issue => {
    const own = events.filter(event => codeIdOf(event) === issue.data.codeId);
    const place = events.indexOf(issue);
    const next = events.slice(place + 1).find(event => isIssue(event) && lineOf(event) === lineOf(issue));
    return {
      issue,
      accepted: own.filter(isAccepted),
      rejected: own.filter(isRejected),
      usedAfterNext: next ? own.some(event => events.indexOf(event) > events.indexOf(next)) : false,
      own,
      next: next ?? null,
    };
  });

it('no code is accepted twice, after its expiry, or after five wrong tries', () => {
  fc.assert(
    fc.property(histories, events => {
      for (const { issue, accepted, rejected, own } of codesOf(events)) {
        expect(accepted.length).toBeLessThanOrEqual(1);
        expect(rejected.length).toBeLessThanOrEqual(5);
        for (const event of accepted) {
          expect(event.at < issue.data.expiresAt).toBe(true);
          const before = own.slice(0, own.indexOf(event)).filter(isRejected);
          expect(before.length).toBeLessThan(5);
        }
      }
    }),
    runs,
  );
});

it('a newer code voids the earlier one, and comes 30 seconds after it at the earliest', () => {
  fc.assert(
    fc.property(histories, events => {
      for (const { issue, next, usedAfterNext } of codesOf(events)) {
        expect(usedAfterNext).toBe(false);
        if (next) expect(Date.parse(next.at) - Date.parse(issue.at)).toBeGreaterThanOrEqual(30_000);
      }
    }),
    runs,
  );
});

it('contacts change only within half an hour of identifying oneself', () => {
  fc.assert(
    fc.property(histories, events => {
      let identifiedAt: string | null = null;
      for (const event of events) {
        if (event.type === 'IdentityVerified') identifiedAt = event.at;
        if (!event.type.startsWith('Contact')) continue;
        expect(identifiedAt).not.toBeNull();
        expect(Date.parse(event.at) - Date.parse(identifiedAt ?? '')).toBeLessThan(1_800_000);
      }
    }),
    runs,
  );
});

it('the histories reach what they are about', () => {
  const seen = new Set(fc.sample(histories, 300).flatMap(events => events.map(({ type }) => type)));
  expect([...seen].sort()).toStrictEqual([
    'ContactChangeRequested',
    'ContactCodeRejected',
    'ContactVerified',
    'ContactsConfirmed',
    'EnrolmentCodeRejected',
    'IdentificationCodeIssued',
    'IdentityVerified',
    'InvitationIssued',
    'PersonImported',
  ]);
});
