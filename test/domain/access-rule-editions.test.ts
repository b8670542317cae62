import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/application/replay.ts';
import { CHANGE_OF_2026_11_21, CHANGE_OF_2026_11_22 } from '../../src/domain/access/former-rules.ts';
import { ruleFor } from '../../src/domain/access/judge.ts';
import { EXAMPLE_FACTS, RULE_BOOK_VERSION } from '../../src/domain/access/rule-book.ts';
import { RULE_BOOKS, ruleOf } from '../../src/domain/access/rule-books.ts';
import type { RecordedEvent } from '../../src/ports/event-store.ts';

/*
 * What was decided by an edition of the rule book is decided alike for ever. The histories were written by the service as it
 * was while that edition was in force, and are never written anew; a new edition adds a file made by it.
 *
 * Mutants that these tests kill: an edition forgotten; a rule of today in an edition that had none of it; a condition of a
 * former rule left out.
 */

const FOLDER = new URL('../golden/editions/', import.meta.url);
const EDITIONS = readdirSync(FOLDER).map(file => file.replace('.ndjson', ''));

/** An event a line, an empty line between two histories. */
const historiesOf = (edition: string): readonly (readonly RecordedEvent[])[] =>
  readFileSync(new URL(`${edition}.ndjson`, FOLDER), 'utf8')
    .trimEnd()
    .split('\n\n')
    .map(history => history.split('\n').map(line => JSON.parse(line) as RecordedEvent));

it('every former edition has its histories', () => {
  expect([...RULE_BOOKS.keys()].sort()).toEqual([...EDITIONS, RULE_BOOK_VERSION].sort());
});

describe.each(EDITIONS)('the edition of %s', edition => {
  it('decides as it decided', () => {
    const steps = historiesOf(edition).flatMap(history => [...replay(history)]);
    const decisions = steps.flatMap(({ recomputed }) => (recomputed ? [recomputed] : []));
    expect(new Set(decisions.map(({ recorded }) => recorded.rule)).size).toBeGreaterThan(20);
    for (const { now, recorded } of decisions) expect(now).toEqual(recorded);
  });

  it('is what wrote them, and has every rule that they name', () => {
    for (const { data } of historiesOf(edition).flat()) {
      if (!('ruleBook' in data)) continue;
      expect(data.ruleBook).toBe(edition);
      expect(ruleOf(edition, data.rule as string)?.id).toBe(data.rule);
    }
  });
});

describe.each([['2026-11-21', CHANGE_OF_2026_11_22] as const, ['2026-11-20', CHANGE_OF_2026_11_21] as const])(
  'before the change, the edition of %s',
  (edition, change) => {
    const list = RULE_BOOKS.get(edition) ?? [];

    it.each(change.before.flatMap(({ id, examples }) => examples.map(example => ({ id, example }))))(
      '$id answered $example',
      ({ id, example }) => {
        expect(ruleFor({ ...EXAMPLE_FACTS, ...example }, list).id).toBe(id);
      },
    );

    it('had each of the rules that were changed, and none of those that were added', () => {
      const ids = list.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { id } of change.before) expect(ids).toContain(id);
      for (const id of change.added) expect(ids).not.toContain(id);
    });
  },
);
