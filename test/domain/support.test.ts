import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Staff } from '../../src/domain/shared/actor.ts';
import { type Instant, plusDays, plusMs } from '../../src/domain/shared/time.ts';
import {
  CONFIRMATION_MS,
  decideSupport,
  evolveSupport,
  initialSupport,
  isConfirmed,
  LETTER_DAYS,
  MAX_CHECKS_A_DAY,
  type SupportCommand,
  type SupportEvent,
  type SupportState,
} from '../../src/domain/support/support.ts';
import { given as givenOf } from '../support/decider-spec.ts';

/*
 * Mutants that these tests kill: wrong proofs that are not counted by person; a right one that does not end the count; the
 * other of the two proofs looked at; a call answered to another agent; a letter that lasts a quarter of an hour; a
 * confirmation without an end, or for everybody.
 */

const T0: Instant = '2026-11-20T08:30:00.000Z';
const t0Plus = (ms: number): Instant => plusMs(T0, ms);
const MINUTE = 60_000;
const nadia: Staff = { kind: 'support', id: 'support-1', name: 'Nadia' };
const olivier: Staff = { kind: 'support', id: 'support-2', name: 'Olivier' };

const given = (...history: readonly SupportEvent[]) =>
  givenOf({ initial: initialSupport, evolve: evolveSupport, decide: decideSupport }, history);

const start = (at: Instant, checkId = 'check', method: 'CODE' | 'IBAN' = 'CODE', by = nadia): SupportCommand => ({
  type: 'start-identity-check',
  at,
  by,
  checkId,
  method,
  channel: method === 'CODE' ? 'SMS' : null,
});
const started = (at: Instant, checkId = 'check', channel: 'SMS' | 'POST' | null = 'SMS'): SupportEvent => ({
  type: 'IdentityCheckStarted',
  at,
  data: {
    by: nadia,
    checkId,
    method: channel === null ? 'IBAN' : 'CODE',
    channel,
    expiresAt: channel === 'POST' ? plusDays(at, LETTER_DAYS) : plusMs(at, 15 * MINUTE),
  },
});
const prove = (
  at: Instant,
  right: { code?: boolean; iban?: boolean },
  by = nadia,
  checkId = 'check',
): SupportCommand => ({
  type: 'give-proof',
  at,
  by,
  checkId,
  codeMatches: right.code ?? false,
  ibanMatches: right.iban ?? false,
});
const failed = (at: Instant, by = nadia, checkId = 'check'): SupportEvent => ({
  type: 'IdentityCheckFailed',
  at,
  data: { by, checkId },
});
const confirmed = (at: Instant, method: 'CODE' | 'IBAN' = 'CODE', by = nadia, checkId = 'check'): SupportEvent => ({
  type: 'IdentityConfirmed',
  at,
  data: { by, checkId, method, until: plusMs(at, CONFIRMATION_MS) },
});

describe('an identity check', () => {
  it('begins, by a code or by the IBAN', () => {
    given().when(start(T0)).gives(started(T0));
    given()
      .when(start(T0, 'check', 'IBAN'))
      .gives(started(T0, 'check', null));
  });

  it('is not begun again at once, nor more than ten times a day', () => {
    given(started(T0))
      .when(start(t0Plus(29_999), 'other'))
      .refuses('code-asked-too-soon');
    given(started(T0))
      .when(start(t0Plus(30_000), 'other'))
      .gives(started(t0Plus(30_000), 'other'));
    const many = Array.from({ length: MAX_CHECKS_A_DAY }, (_, at) => started(t0Plus(at * MINUTE), `check-${at}`));
    given(...many)
      .when(start(t0Plus(20 * MINUTE)))
      .refuses('too-many-codes');
    given(...many)
      .when(start(plusDays(T0, 1)))
      .gives(started(plusDays(T0, 1)));
  });

  it('is passed by what it asks for, and by nothing else', () => {
    given(started(T0))
      .when(prove(t0Plus(MINUTE), { code: true }))
      .gives(confirmed(t0Plus(MINUTE)));
    given(started(T0))
      .when(prove(t0Plus(MINUTE), { iban: true }))
      .gives(failed(t0Plus(MINUTE)));
    const byIban = started(T0, 'check', null);
    given(byIban)
      .when(prove(t0Plus(MINUTE), { iban: true }))
      .gives(confirmed(t0Plus(MINUTE), 'IBAN'));
    given(byIban)
      .when(prove(t0Plus(MINUTE), { code: true }))
      .gives(failed(t0Plus(MINUTE)));
  });

  it('is the newest, of the agent who asked; a letter is answered to any', () => {
    const newer = [started(T0), started(t0Plus(MINUTE), 'newer')];
    given(...newer)
      .when(prove(t0Plus(2 * MINUTE), { code: true }))
      .refuses('identity-check-unknown');
    given(started(T0))
      .when(prove(t0Plus(MINUTE), { code: true }, olivier))
      .refuses('identity-check-unknown');
    const letter = started(T0, 'letter', 'POST');
    const later = plusDays(T0, 5);
    given(letter, started(t0Plus(MINUTE)))
      .when(prove(later, { code: true }, olivier, 'letter'))
      .gives(confirmed(later, 'CODE', olivier, 'letter'));
    const tooLate = prove(plusDays(T0, LETTER_DAYS), { code: true }, olivier, 'letter');
    given(letter).when(tooLate).refuses('code-expired');
  });

  it('ends after a quarter of an hour, and is good once', () => {
    given(started(T0))
      .when(prove(t0Plus(15 * MINUTE), { code: true }))
      .refuses('code-expired');
    const used = [started(T0), confirmed(t0Plus(MINUTE))];
    given(...used)
      .when(prove(t0Plus(2 * MINUTE), { code: true }))
      .refuses('code-used');
  });

  it('gives five wrong proofs a day, over all checks and agents', () => {
    const wrong = Array.from({ length: 5 }, (_, at) => failed(t0Plus(at), at < 3 ? nadia : olivier, `check-${at}`));
    const next = [...wrong, started(t0Plus(MINUTE))];
    given(...wrong)
      .when(start(t0Plus(MINUTE)))
      .refuses('too-many-tries');
    given(...next)
      .when(prove(t0Plus(MINUTE), { code: true }))
      .refuses('too-many-tries');
    given(...wrong.slice(1), started(t0Plus(MINUTE)))
      .when(prove(t0Plus(2 * MINUTE), { code: true }))
      .gives(confirmed(t0Plus(2 * MINUTE)));
    given(...wrong)
      .when(start(plusDays(T0, 1)))
      .gives(started(plusDays(T0, 1)));
  });
});

describe('a contact', () => {
  const requested: SupportEvent = {
    type: 'ContactCorrectionRequested',
    at: T0,
    data: { by: nadia, correctionId: 'new', channel: 'SMS', value: '+33700000000', expiresAt: t0Plus(15 * MINUTE) },
  };
  const verify = (at: Instant, codeMatches: boolean, correctionId = 'new'): SupportCommand => ({
    type: 'verify-contact-correction',
    at,
    by: nadia,
    correctionId,
    codeMatches,
  });

  it('is corrected once its code came back', () => {
    given(requested)
      .when(verify(t0Plus(MINUTE), true))
      .gives({
        type: 'ContactCorrected',
        at: t0Plus(MINUTE),
        data: { by: nadia, correctionId: 'new', channel: 'SMS', value: '+33700000000' },
      });
    const wrong: SupportEvent = {
      type: 'ContactCorrectionFailed',
      at: t0Plus(MINUTE),
      data: { by: nadia, correctionId: 'new' },
    };
    given(requested)
      .when(verify(t0Plus(MINUTE), false))
      .gives(wrong);
    given(requested, wrong, wrong, wrong, wrong, wrong)
      .when(verify(t0Plus(MINUTE), true))
      .refuses('too-many-tries');
    given(requested)
      .when(verify(t0Plus(15 * MINUTE), true))
      .refuses('code-expired');
    given().when(verify(T0, true)).refuses('contact-correction-unknown');
    given(requested)
      .when(verify(t0Plus(MINUTE), true, 'other'))
      .refuses('contact-correction-unknown');
  });
});

describe('over random histories', () => {
  const command = fc.record({
    kind: fc.constantFrom('start', 'prove'),
    by: fc.constantFrom(nadia, olivier),
    wait: fc.integer({ min: 0, max: 40 * MINUTE }),
    right: fc.boolean(),
    iban: fc.boolean(),
    check: fc.nat({ max: 5 }),
  });

  it('nobody is identified but by a right proof, for the agent who had it, and for half an hour', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), commands => {
        let state: SupportState = initialSupport;
        let at = T0;
        const wrong: Instant[] = [];
        let last: { by: string; at: Instant } | null = null;
        for (const { kind, by, wait, right, iban, check } of commands) {
          at = plusMs(at, wait);
          const id = `check-${check}`;
          const given =
            kind === 'start'
              ? start(at, id, iban ? 'IBAN' : 'CODE', by)
              : prove(at, { code: right, iban: right }, by, id);
          const decision = decideSupport(state, given);
          for (const event of decision.ok ? decision.events : []) {
            if (event.type === 'IdentityConfirmed') {
              expect(right).toBe(true);
              last = { by: by.id, at };
              wrong.length = 0;
            }
            if (event.type === 'IdentityCheckFailed') wrong.push(at);
            state = evolveSupport(state, event);
          }
          expect(wrong.filter(one => at < plusDays(one, 1)).length).toBeLessThanOrEqual(5);
          for (const agent of [nadia, olivier])
            expect(isConfirmed(state, agent.id, at)).toBe(
              last?.by === agent.id && at < plusMs(last.at, CONFIRMATION_MS),
            );
        }
      }),
    );
  });
});
