/** How much of everything is measured. More rounds and longer ones make the figures steadier, not other ones. */
export type Size = {
  /** Measurements of each side, taken in turns; what goes before them to warm up is not counted. */
  readonly rounds: number;
  readonly warmUpRounds: number;
  /** One measurement of a server under load. */
  readonly loadSeconds: number;
  /** Calls of one part of a request by itself, in one series. */
  readonly calls: number;
  /** Events that the writers together append in one measurement. */
  readonly appendedEvents: number;
  /** Events of the history that is replayed. */
  readonly historyEvents: number;
  /** Espaces in the crowded store, and in the small one. */
  readonly manyEspaces: number;
  readonly fewEspaces: number;
  /** Decisions of one measurement. */
  readonly decisions: number;
  /** Documents of the large espace that decisions are taken in (the domain allows 10 000), and events of the long history. */
  readonly manyDocuments: number;
  readonly manyEvents: number;
};

export type SizeName = 'full' | 'quick' | 'smoke';

export const SIZES: { readonly [name in SizeName]: Size } = {
  full: {
    rounds: 7,
    warmUpRounds: 2,
    loadSeconds: 3,
    calls: 20_000,
    appendedEvents: 30_000,
    historyEvents: 30_000,
    manyEspaces: 100_000,
    fewEspaces: 1_000,
    decisions: 300_000,
    manyDocuments: 10_000,
    manyEvents: 100_000,
  },
  quick: {
    rounds: 5,
    warmUpRounds: 1,
    loadSeconds: 1,
    calls: 5_000,
    appendedEvents: 10_000,
    historyEvents: 10_000,
    manyEspaces: 20_000,
    fewEspaces: 1_000,
    decisions: 100_000,
    manyDocuments: 10_000,
    manyEvents: 20_000,
  },
  /** Shows that everything runs; its figures say nothing. */
  smoke: {
    rounds: 1,
    warmUpRounds: 0,
    loadSeconds: 0.1,
    calls: 64,
    appendedEvents: 200,
    historyEvents: 200,
    manyEspaces: 40,
    fewEspaces: 20,
    decisions: 1_000,
    manyDocuments: 20,
    manyEvents: 200,
  },
};
