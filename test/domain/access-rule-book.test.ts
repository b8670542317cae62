import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleFor } from '../../src/domain/access/judge.ts';
import { CURRENT_MATRIX, MATRICES } from '../../src/domain/access/matrix/matrices.ts';
import { ACTIONS, groupOf } from '../../src/domain/access/question.ts';
import { EXAMPLE_FACTS, RULE_BOOK, RULE_BOOK_VERSION, type Rule } from '../../src/domain/access/rule-book.ts';
import { RULE_BOOKS, ruleOf } from '../../src/domain/access/rule-books.ts';
import { anyFacts } from '../support/arbitraries-facts.ts';

/*
 * Mutants that these tests kill: two rules in the other order where an example tells them apart; a condition left out of
 * a rule with an example on it; a rule without example, without a text in one language, or under an id in use; a last rule
 * with a condition; `shownAs` that names no rule, or one that permits; an emergency that tells nobody; an action in no
 * group; the version in force missing among those known.
 */

describe('every rule', () => {
  const examples = RULE_BOOK.flatMap(({ id, examples }) => examples.map(example => ({ id, example })));

  it.each(examples)('$id answers its example $example', ({ id, example }) => {
    expect(ruleFor({ ...EXAMPLE_FACTS, ...example }).id).toBe(id);
  });

  it.each(RULE_BOOK)('$id has an example, a source and a sentence in both languages', rule => {
    expect(rule.examples.length).toBeGreaterThan(0);
    expect(rule.legalBasis.trim()).not.toBe('');
    expect(rule.says.fr).toMatch(/^\p{Lu}.{10,}[.]$/u);
    expect(rule.says.en).toMatch(/^\p{Lu}.{10,}[.]$/u);
    expect(rule.says.fr).not.toBe(rule.says.en);
  });

  it('has an id of its own', () => {
    const ids = RULE_BOOK.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});

describe('the rule book', () => {
  it('ends with silence, which answers everything and denies', () => {
    const last = RULE_BOOK.at(-1) as Rule;
    expect([last.id, last.permit]).toEqual(['silence', false]);
    fc.assert(fc.property(anyFacts, facts => last.when(facts)));
  });

  it('shows another rule only for a denial, and then one that denies too', () => {
    const veiled = RULE_BOOK.filter(({ shownAs }) => shownAs !== undefined);
    expect(veiled.map(({ id, permit }) => [id, permit])).toEqual([
      ['blocked', false],
      ['blocked-by-default', false],
      ['target-blocked', false],
    ]);
    fc.assert(
      fc.property(anyFacts, facts => {
        for (const rule of veiled.filter(one => one === ruleFor(facts))) {
          const shown = RULE_BOOK.find(({ id }) => id === rule.shownAs?.(facts));
          expect(shown?.permit).toBe(false);
          // Neither the block nor the holder's default may be read off the answer.
          expect(shown?.shownAs).toBeUndefined();
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows one who is blocked nothing of others who are', () => {
    const facts = {
      ...EXAMPLE_FACTS,
      action: 'authorise',
      evidence: true,
      blocked: true,
      targetBlocked: true,
    } as const;
    expect([ruleFor(facts).id, ruleFor(facts).shownAs?.(facts)]).toEqual(['blocked', 'silence']);
  });

  it('tells the holder and the attending doctor of every emergency, and the holder of a recorded agreement or measure', () => {
    const told = RULE_BOOK.filter(({ tells }) => tells !== undefined).map(({ id, tells }) => [id, tells]);
    expect(told).toEqual([
      ['fund-declares-guardianship', ['holder']],
      ['break-glass', ['holder', 'attending-doctor']],
      ['call-centre', ['holder', 'attending-doctor']],
      ['agreement-recorded', ['holder']],
    ]);
  });

  it('is known by its version, as the matrix is', () => {
    expect(RULE_BOOKS.get(RULE_BOOK_VERSION)).toBe(RULE_BOOK);
    expect(MATRICES.get(CURRENT_MATRIX.version)).toBe(CURRENT_MATRIX);
    expect(ruleOf(RULE_BOOK_VERSION, 'blocked')?.id).toBe('blocked');
    expect(ruleOf(RULE_BOOK_VERSION, 'unheard-of')).toBeUndefined();
    expect(ruleOf('1789-07-14', 'blocked')).toBeUndefined();
  });

  it('puts every action in one group', () => {
    expect(new Set(ACTIONS).size).toBe(ACTIONS.length);
    expect(Object.fromEntries(ACTIONS.map(action => [action, groupOf(action)]))).toEqual({
      'read-espace': 'care-reading',
      'list-documents': 'care-reading',
      'read-document': 'care-reading',
      'read-content': 'care-reading',
      'read-journal': 'private-reading',
      'export-journal': 'private-reading',
      'export-espace': 'private-reading',
      'report-access': 'private-reading',
      'read-access': 'private-reading',
      'explain-access': 'private-reading',
      'object-to-suspension': 'life-managing',
      'fund-look-up': 'life-supervising',
      'report-death': 'life-supervising',
      suspend: 'life-supervising',
      'lift-suspension': 'life-supervising',
      'look-up': 'depositing',
      'deposit-document': 'depositing',
      'describe-document': 'document-managing',
      'mask-document': 'document-managing',
      'hide-from-representatives': 'document-managing',
      'announce-document': 'document-managing',
      'pin-document': 'arranging',
      'delete-document': 'document-managing',
      authorise: 'access-managing',
      'withdraw-authorisation': 'access-managing',
      block: 'access-managing',
      unblock: 'access-managing',
      'set-defaults': 'access-managing',
      'set-emergency': 'access-managing',
      'name-administrator': 'access-managing',
      'remove-administrator': 'access-managing',
      'declare-attending-doctor': 'access-managing',
      'remove-attending-doctor': 'access-managing',
      'declare-referring-professional': 'access-managing',
      'remove-referring-professional': 'access-managing',
      close: 'life-managing',
      reopen: 'life-managing',
      'read-delegations': 'delegating',
      'invite-carer': 'delegating',
      'invite-representative': 'delegating',
      'withdraw-invitation': 'delegating',
      'end-delegation': 'delegating',
      'renew-delegation': 'delegating',
      'answer-invitation': 'answering',
      'renounce-delegation': 'answering',
      'activate-for-child': 'answering',
      'oppose-for-child': 'answering',
      'activate-for-ward': 'answering',
      'oppose-for-ward': 'answering',
      'read-opposition-proof': 'answering',
      'read-guardianships': 'guardianship',
      'declare-guardianship': 'guardianship',
      'end-guardianship': 'guardianship',
      'replay-history': 'auditing',
      'support-look-up': 'supporting',
      'confirm-identity': 'supporting',
      'handle-ticket': 'supporting',
      'resend-code': 'supporting',
      'correct-contact': 'supporting',
      'unlock-account': 'supporting',
      'write-ticket': 'asking-for-help',
      'read-tickets': 'asking-for-help',
    });
  });
});
