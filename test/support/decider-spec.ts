import { expect } from 'vitest';
import type { Decider, DomainEvent } from '../../src/domain/shared/decider.ts';

/** Everything reachable from `value` frozen: whoever changes a state or a command in place fails at once. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
};

export const fold = <S, E>(
  decider: Pick<Decider<S, never, E & DomainEvent, never>, 'initial' | 'evolve'>,
  events: readonly E[],
): S =>
  events.reduce(
    (state, event) => deepFreeze(decider.evolve(state, deepFreeze(event) as E & DomainEvent)),
    deepFreeze(decider.initial),
  );

/**
 * `given(decider, history).when(command).gives(events)` or `.refuses(refusal)`: exactly these events in this order, and
 * nothing that JSON would lose. History, state and command are frozen.
 */
export const given = <S, C, E extends DomainEvent, R extends string>(
  decider: Decider<S, C, E, R>,
  history: readonly E[],
) => ({
  when(command: C) {
    const decision = decider.decide(fold(decider, history), deepFreeze(command));
    return {
      gives(...events: readonly E[]): void {
        expect(decision).toStrictEqual({ ok: true, events });
        expect(JSON.parse(JSON.stringify(events))).toStrictEqual(events);
        if (decision.ok) fold(decider, [...history, ...decision.events]);
      },
      refuses(refusal: R): void {
        expect(decision).toStrictEqual({ ok: false, refusal });
      },
    };
  },
});
