import { createSecretKey, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCursors } from '../../src/adapters/http/cursors.ts';

/**
 * Places in lists, as their bearers have them.
 *
 * Mutants seen to fail: a place sealed as it is, or padded by characters instead of bytes.
 */

const cursors = createCursors(createSecretKey(randomBytes(32)));
const ID = crypto.randomUUID();

test.each([0, 123_456_789, 'é'.repeat(200), ['à jour', ID], { openedAt: '2026-11-20T08:30:00.000Z', ticketId: ID }])(
  'a cursor gives back its place: %j',
  place => {
    expect(cursors.read('list', cursors.write('list', place))).toEqual(place);
  },
);

test('the length of a cursor does not tell what is in it', () => {
  const lengths = [1, 9, 10, 99_999, Number.MAX_SAFE_INTEGER, ['', ID], ['ordonnance', ID], ['é'.repeat(40), ID]].map(
    place => cursors.write('list', place).length,
  );
  expect(new Set(lengths).size).toBe(1);
});
