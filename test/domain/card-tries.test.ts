import { describe, expect, it } from 'vitest';
import type { AccessEvent, Trace } from '../../src/domain/access/access.ts';
import {
  areCardTriesUsed,
  CARD_TRIES_MS,
  type CardTries,
  evolveCardTries,
  MAX_FOREIGN_CARDS,
  MAX_TRIES_KEPT,
} from '../../src/domain/access/card-tries.ts';
import { judge } from '../../src/domain/access/judge.ts';
import type { Question, ShownEvidence } from '../../src/domain/access/question.ts';
import { decideChange, evolveRecord, type RecordEvent, rule } from '../../src/domain/record/record.ts';
import { initialRecord, type RecordState } from '../../src/domain/record/state.ts';
import type { Professional } from '../../src/domain/shared/actor.ts';
import { PersistentMap } from '../../src/domain/shared/persistent-map.ts';
import { plusMs } from '../../src/domain/shared/time.ts';

/*
 * Mutants seen to fail: a foreign card taken for evidence; tries without end; a count that a card of the person does not
 * end, that no while ends, or that another professional's cards add to; an oral agreement refused after foreign cards; a
 * try under a block counted, which would tell of the block later; professionals remembered without end.
 */

const AT = '2026-11-20T08:00:00.000Z';
const later = (ms: number): string => plusMs(AT, ms);
const doctor: Professional = {
  kind: 'professional',
  rpps: '99700024450',
  name: 'Bruno LEGRAND',
  profession: 'G15_10',
  specialty: 'SM54',
  organisation: '990000028',
  organisationName: 'Cabinet médical du Parc',
  sector: 'SA07',
  regulation: false,
};
const colleague: Professional = { ...doctor, rpps: '99700300017' };
const origin = { software: 'essais', onBehalfOf: null, details: null };
const question = (evidence: ShownEvidence | null, at: string, actor: Professional): Question => ({
  actor,
  action: 'authorise',
  purpose: 'TREAT',
  reason: null,
  documentId: null,
  target: actor.rpps,
  evidence,
  patientInformed: false,
  at,
});
const fold = (state: RecordState, events: readonly RecordEvent[]): RecordState => events.reduce(evolveRecord, state);
const open = fold(initialRecord, [
  { type: 'Created', at: AT, data: { identity: null, origin: 'IMPORT' } } as unknown as RecordEvent,
]);

/** Shows a card, or says that there was an agreement: the rule that answers, and what is known then. */
const shows = (state: RecordState, evidence: ShownEvidence, at = AT, actor = doctor) => {
  const { verdict, events } = rule(state, [question(evidence, at, actor)], origin, null);
  return { rule: verdict.rule.id, state: fold(state, events), events };
};
const afterTries = (count: number, at = AT): RecordState => {
  let state = open;
  for (let round = 0; round < count; round++) state = shows(state, 'FOREIGN_CARD', at).state;
  return state;
};

describe('a carte Vitale', () => {
  it('of the person shows their agreement', () => {
    for (const evidence of ['CARTE_VITALE', 'CARTE_VITALE_SERIAL'] as const)
      expect(shows(open, evidence).rule).toBe('agreement-recorded');
  });

  it('of somebody else shows nothing, and leaves a trace', () => {
    const shown = shows(open, 'FOREIGN_CARD');
    expect(shown.rule).toBe('card-not-recognised');
    expect(shown.events).toMatchObject([
      { type: 'AccessDenied', data: { evidence: 'FOREIGN_CARD', rule: 'card-not-recognised', actor: doctor } },
    ]);
  });

  it('is not looked at any more after five of others, be it the person’s; other evidence is', () => {
    expect(shows(afterTries(MAX_FOREIGN_CARDS - 1), 'CARTE_VITALE').rule).toBe('agreement-recorded');
    const used = afterTries(MAX_FOREIGN_CARDS);
    for (const evidence of ['FOREIGN_CARD', 'CARTE_VITALE', 'CARTE_VITALE_SERIAL'] as const)
      expect(shows(used, evidence).rule).toBe('card-tries-used');
    for (const evidence of ['ORAL_AGREEMENT', 'WRITTEN_AGREEMENT'] as const)
      expect(shows(used, evidence).rule).toBe('agreement-recorded');
    expect(shows(used, 'CARTE_VITALE', AT, colleague).rule).toBe('agreement-recorded');
    expect(shows(used, 'FOREIGN_CARD', AT, colleague).rule).toBe('card-not-recognised');
  });

  it('is looked at again a quarter of an hour after the fifth, however often it was shown meanwhile', () => {
    const used = shows(afterTries(MAX_FOREIGN_CARDS), 'FOREIGN_CARD', later(CARD_TRIES_MS - 2)).state;
    expect(shows(used, 'CARTE_VITALE', later(CARD_TRIES_MS - 1)).rule).toBe('card-tries-used');
    expect(shows(used, 'CARTE_VITALE', later(CARD_TRIES_MS)).rule).toBe('agreement-recorded');
    const again = shows(used, 'FOREIGN_CARD', later(CARD_TRIES_MS)).state;
    expect(again.cardTries.get(doctor.rpps)?.count).toBe(1);
  });

  it('of the person ends the count; no other evidence does', () => {
    const four = afterTries(MAX_FOREIGN_CARDS - 1);
    expect(shows(four, 'CARTE_VITALE').state.cardTries.size).toBe(0);
    expect(shows(four, 'ORAL_AGREEMENT').state.cardTries).toBe(four.cardTries);
  });

  it('is no try where a block answers', () => {
    const block = { type: 'block', at: AT, by: { kind: 'holder', id: 'x' }, target: doctor.rpps } as const;
    const decision = decideChange(open, { module: 'consent', command: block });
    const blocked = fold(open, decision.ok ? decision.events : []);
    const shown = shows(blocked, 'FOREIGN_CARD');
    expect([shown.rule, shown.state.cardTries.size]).toEqual(['blocked', 0]);
  });

  it('is evidence for nobody but a professional who records an agreement', () => {
    const { verdict } = rule(open, [{ ...question('FOREIGN_CARD', AT, doctor), action: 'read-espace' }], origin, null);
    expect(verdict.rule.id).toBe('not-authorised');
    expect(judge(question('FOREIGN_CARD', AT, doctor), open).facts).toMatchObject({
      evidence: false,
      foreignCard: true,
      cardTriesUsed: false,
    });
  });
});

describe('what is remembered of tries', () => {
  it('is bounded: one professional too many begins anew', () => {
    const tryOf = (rpps: string) =>
      ({
        type: 'AccessDenied',
        at: AT,
        data: { rule: 'card-not-recognised', actor: { ...doctor, rpps } } as Trace,
      }) satisfies AccessEvent;
    let tries: CardTries = PersistentMap.empty();
    for (let each = 0; each < MAX_TRIES_KEPT; each++) tries = evolveCardTries(tries, tryOf(String(each)));
    expect(tries.size).toBe(MAX_TRIES_KEPT);
    expect(evolveCardTries(tries, tryOf('0')).get('0')?.count).toBe(2);
    const anew = evolveCardTries(tries, tryOf('another'));
    expect([anew.size, areCardTriesUsed(anew, 'another', AT)]).toEqual([1, false]);
  });
});
