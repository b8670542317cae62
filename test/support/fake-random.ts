import { createHash } from 'node:crypto';
import { uuidOf } from '../../src/application/ids.ts';
import type { Random } from '../../src/ports/random.ts';

/** A sequence that looks like chance and is the same in each run. */
export const createFakeRandom = (seed = 'seed'): Random => {
  let drawn = 0;
  const next = () => createHash('sha512').update(`${seed} ${drawn++}`).digest();
  return {
    uuid() {
      const id = uuidOf(next());
      return `${id.slice(0, 14)}4${id.slice(15)}`;
    },
    bytes(count) {
      const parts: Buffer[] = [];
      for (let length = 0; length < count; length += 64) parts.push(next());
      return Buffer.concat(parts).subarray(0, count);
    },
  };
};
