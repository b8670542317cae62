import { expect, test, vi } from 'vitest';
import { createPlaces } from '../../src/adapters/http/places.ts';
import { takenBytes } from '../../src/adapters/http/taken-bytes.ts';

/**
 * What holds something of the process is shared out, and ends.
 *
 * Mutants seen to fail: a place given back twice; bytes that were never asked for and keep their place; a client given up
 * while the bytes are on their way.
 */

const places = () => createPlaces({ inAll: 3, each: 2, retryAfterSeconds: 30 });

test('one person has so many places, and all have so many', () => {
  const { take } = places();
  take('one');
  const giveBack = take('one');
  expect(() => take('one')).toThrow('too-many-requests');
  take('other');
  expect(() => take('other')).toThrow('busy');
  giveBack();
  take('other');
});

test('a place is given back once', () => {
  const { take } = places();
  const giveBack = take('one');
  giveBack();
  giveBack();
  for (const who of ['one', 'one', 'other']) take(who);
  expect(() => take('another')).toThrow('busy');
});

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
const watched = (bytes: AsyncIterable<Uint8Array>) => {
  const [idle, done] = [vi.fn(), vi.fn()];
  return { idle, done, iterator: takenBytes(bytes, { idleMs: 20, idle, done })[Symbol.asyncIterator]() };
};
const aWhile = () => new Promise(resolve => setTimeout(resolve, 60));

test('bytes are done with when all were taken', async () => {
  const { iterator, idle, done } = watched(pieces('a', 'b'));
  await iterator.next();
  await iterator.next();
  expect(done).not.toHaveBeenCalled();
  expect((await iterator.next()).done).toBe(true);
  expect(done).toHaveBeenCalledOnce();
  await aWhile();
  expect(idle).not.toHaveBeenCalled();
});

test('bytes that nobody ever asked for are done with when they are given up', async () => {
  const { iterator, done } = watched(pieces('a'));
  await iterator.return?.();
  expect(done).toHaveBeenCalled();
});

test('bytes that fail are done with', async () => {
  const { iterator, done } = watched(
    (async function* () {
      yield Buffer.from('a');
      throw new Error('broken');
    })(),
  );
  await iterator.next();
  await expect(iterator.next()).rejects.toThrow('broken');
  expect(done).toHaveBeenCalled();
});

test('a client who takes nothing is given up; one who waits for us is not', async () => {
  const slow = watched(
    (async function* () {
      await aWhile();
      yield Buffer.from('a');
    })(),
  );
  await slow.iterator.next();
  expect(slow.idle).not.toHaveBeenCalled();
  await aWhile();
  expect(slow.idle).toHaveBeenCalledOnce();
});
