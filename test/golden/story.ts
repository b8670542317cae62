import type { DomainEvent } from '../../src/domain/shared/decider.ts';

/** What one kind of state looks like after an event was folded: a look at it, and what is seen there. */
export type Effect<S> = readonly [look: (state: S) => unknown, seen: unknown];

/**
 * The events of one stream: how the deciders of today come to write each type, and what each does to the state. To add a
 * type, write its effect (it does not compile without one), let the story produce it, and put the event that the failing
 * test prints into a file of its name. A file is never changed afterwards: events of that shape are in the log.
 */
export type Story = {
  readonly stream: string;
  readonly initial: unknown;
  readonly evolve: (state: never, event: never) => unknown;
  /** In the order in which the golden events are folded, one after the other. */
  readonly effects: Readonly<Record<string, Effect<never>>>;
  readonly produced: readonly DomainEvent[];
};

export const storyOf = <S, E extends DomainEvent>(story: {
  readonly stream: string;
  readonly initial: S;
  readonly evolve: (state: S, event: E) => S;
  readonly effects: { readonly [T in E['type']]: Effect<S> };
  readonly produced: readonly E[];
}): Story => story as unknown as Story;

/** The events that `commands` come to, each decided on the state the ones before it lead to. Throws at a refusal. */
export const decidedBy = <S, C, E extends DomainEvent>(
  decider: {
    readonly initial: S;
    readonly evolve: (state: S, event: E) => S;
    readonly decide: (
      state: S,
      command: C,
    ) => { readonly ok: true; readonly events: readonly E[] } | { readonly ok: false; readonly refusal: string };
  },
  commands: readonly C[],
): readonly E[] => {
  const events: E[] = [];
  let state = decider.initial;
  for (const command of commands) {
    const decision = decider.decide(state, command);
    if (!decision.ok) throw new Error(`${decision.refusal}: ${JSON.stringify(command)}`);
    events.push(...decision.events);
    state = decision.events.reduce(decider.evolve, state);
  }
  return events;
};
