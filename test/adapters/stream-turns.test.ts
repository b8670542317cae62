import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createMovableClock } from '../../src/adapters/development/movable-clock.ts';
import { systemRandom } from '../../src/adapters/identity/system-random.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createStreamTurns } from '../../src/adapters/turns/stream-turns.ts';
import { createReactor, inTurn, takeTurn } from '../../src/application/reactors/reactor.ts';
import { plusDays } from '../../src/domain/shared/time.ts';
import { TurnLostError } from '../../src/ports/turns.ts';

/*
 * Mutants that these tests kill: a claim appended at the newest version instead of the one that was read; the owner not
 * looked at; the end of a turn not looked at; the checkpoint left out of a claim; `keep` that never renews; a lost turn
 * that is not noticed before acting; what was reached forgotten where the same node begins again.
 */
const MINUTE_MS = 60_000;
/** By then what was reached is written down. */
const WRITTEN_MS = 1_200;
const stopping: AbortController[] = [];
afterEach(() => {
  for (const stop of stopping.splice(0)) stop.abort();
});

const world = () => {
  const store = createMemoryEventStore();
  const clock = createMovableClock();
  const node = () => createStreamTurns({ store, clock, random: systemRandom });
  return { store, clock, node };
};
const aSignal = (): AbortSignal => {
  const stop = new AbortController();
  stopping.push(stop);
  return stop.signal;
};

describe('turns kept in a stream', () => {
  it('are given to one node of those that ask at once', async () => {
    const { node } = world();
    const taken: number[] = [];
    const signal = aSignal();
    const all = [node(), node(), node()].map((turns, index) =>
      turns.take('notices', signal).then(() => taken.push(index)),
    );
    await Promise.race(all);
    await sleep(50);
    expect(taken).toHaveLength(1);
  });

  it('go on where the node that died got to, once its time is over', async () => {
    const { store, clock, node } = world();
    let isAlive = true;
    const mortal = createStreamTurns({
      clock,
      random: systemRandom,
      store: {
        ...store,
        appendToStream: (...asked) => (isAlive ? store.appendToStream(...asked) : new Promise(() => {})),
      },
    });
    expect(await mortal.take('notices', aSignal())).toBeNull();
    await mortal.reached('notices', '0007');
    await sleep(WRITTEN_MS);
    isAlive = false;
    const waiting = node().take('notices', aSignal());
    clock.advance(MINUTE_MS * 0.5);
    expect(await Promise.race([waiting, sleep(700, 'still waiting')])).toBe('still waiting');
    clock.advance(MINUTE_MS);
    expect(await waiting).toBe('0007');
  });

  it('that pass on while nothing happens take along what was reached', async () => {
    const { clock, node } = world();
    const [first, second] = [node(), node()];
    await first.take('notices', aSignal());
    await first.reached('notices', '0003');
    await sleep(WRITTEN_MS);
    clock.advance(MINUTE_MS * 2);
    expect(await second.take('notices', aSignal())).toBe('0003');
    await expect(first.keep('notices')).rejects.toThrow(TurnLostError);
  });

  it('that are given back are free at once, with the last that was reached', async () => {
    const { node } = world();
    const first = node();
    await first.take('notices', aSignal());
    await first.reached('notices', '0009');
    await first.release('notices');
    expect(await node().take('notices', aSignal())).toBe('0009');
  });

  it('taken anew by the node that has them go on where it got to, written or not', async () => {
    const { node } = world();
    const one = node();
    await one.take('notices', aSignal());
    await one.reached('notices', '0004');
    expect(await one.take('notices', aSignal())).toBe('0004');
    expect(await one.take('notices', aSignal())).toBe('0004');
    await one.release('notices');
    expect(await node().take('notices', aSignal())).toBe('0004');
  });

  it('claimed by a clock that was days ahead do not keep the others out', async () => {
    const { store, clock, node } = world();
    const ahead = { now: () => plusDays(clock.now(), 15) };
    await createStreamTurns({ store, clock: ahead, random: systemRandom }).take('notices', aSignal());
    expect(await Promise.race([node().take('notices', aSignal()), sleep(700, 'kept out')])).toBeNull();
  });

  it('are of one reactor and say nothing of another', async () => {
    const { node } = world();
    await node().take('notices', aSignal());
    expect(await node().take('content', aSignal())).toBeNull();
  });

  it('go on where a former reactor got to, and leave its place as it is', async () => {
    const { node } = world();
    const [former, signal] = [node(), aSignal()];
    await former.take('notices', signal);
    await former.reached('notices', '0005');
    await former.release('notices');
    const one = node();
    const names = ['codes', 'letters'];
    const begin = () => Promise.all(names.map(name => takeTurn(one, { name, formerly: 'notices' }, signal)));
    expect(await begin()).toEqual(['0005', '0005']);
    await one.reached('letters', '0008');
    await Promise.all(names.map(name => one.release(name)));
    expect(await begin()).toEqual(['0005', '0008']);
    expect(await takeTurn(node(), { name: 'notices' }, signal)).toBe('0005');
  });

  it('are told apart from a stop', async () => {
    const { node } = world();
    await node().take('notices', aSignal());
    const stop = new AbortController();
    const waiting = node().take('notices', stop.signal);
    stop.abort();
    expect(await waiting).toBeNull();
  });

  it('let each event be acted on once, by two nodes that both follow, and by the one that is left', async () => {
    const { store, clock, node } = world();
    const acted: string[] = [];
    const begin = (name: string) => {
      const stop = new AbortController();
      stopping.push(stop);
      const reactor = createReactor({
        name,
        store,
        types: ['Happened'],
        ...inTurn(node(), { name: 'notices' }, async ({ id }) => {
          acted.push(id);
          await sleep(1);
        }),
        onFailure: () => {},
      });
      return { reactor, stop, running: reactor.run(stop.signal) };
    };
    const happen = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index++)
        await store.appendToStream('espace-1', index, [
          { id: `event ${index}`, type: 'Happened', at: clock.now(), requestId: 'r', data: {} },
        ]);
    };
    const both = [begin('a'), begin('b')];
    await happen(0, 40);
    await expect.poll(() => acted.length).toBe(40);
    expect(both.every(({ reactor }) => reactor.isCaughtUp())).toBe(true);
    both[0]?.stop.abort();
    await both[0]?.running;
    await happen(40, 60);
    await expect.poll(() => new Set(acted).size, { timeout: 5_000 }).toBe(60);
    await sleep(50);
    expect(acted).toHaveLength(60);
  });
});
