import { table } from '../../src/adapters/cli/table.ts';
import { ratiosOf, type Speed, type Spread, spreadOf } from './alternating.ts';

/** One line of the outcome. */
export type Result = {
  readonly what: string;
  /** Of both figures, e.g. `requests/s`. */
  readonly unit: string;
  readonly ours: Spread;
  /** Null where the floor is about our figure alone. */
  readonly against: { readonly what: string; readonly figure: Spread; readonly ratio: Spread } | null;
  /** `at least` a ratio, or `at most` a figure; null where it is told for information. */
  readonly floor: { readonly kind: 'at least' | 'at most'; readonly value: number } | null;
  readonly ok: boolean;
};

/** What stands beside the table. */
export type Note = { readonly title: string; readonly lines: readonly string[] };

export type Measured = { readonly results: readonly Result[]; readonly notes: readonly Note[] };

/** Speeds of the same rounds, compared. */
export const comparison = (
  what: string,
  unit: string,
  ours: readonly Speed[],
  against: { readonly what: string; readonly speeds: readonly Speed[] },
  atLeast: number,
): Result => {
  const ratio = ratiosOf(ours, against.speeds);
  return {
    what,
    unit,
    ours: spreadOf(ours),
    against: { what: against.what, figure: spreadOf(against.speeds), ratio },
    floor: { kind: 'at least', value: atLeast },
    ok: ratio.median >= atLeast,
  };
};

export const ceiling = (what: string, unit: string, figures: readonly number[], atMost: number): Result => {
  const ours = spreadOf(figures);
  return { what, unit, ours, against: null, floor: { kind: 'at most', value: atMost }, ok: ours.median <= atMost };
};

/** `100,000` */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-GB');

const number = (value: number): string => (value >= 1_000 ? grouped(value) : value.toFixed(value >= 100 ? 0 : 2));

/** Median, and from the least to the most. */
const spread = ({ median, least, most }: Spread): string => `${number(median)} (${number(least)} to ${number(most)})`;

export const resultTable = (results: readonly Result[]): string =>
  table(
    ['what', 'ours', 'against', 'ratio', 'floor', 'ok?'],
    results.map(({ what, unit, ours, against, floor, ok }) => [
      what,
      `${spread(ours)} ${unit}`,
      against === null ? '–' : `${against.what}: ${spread(against.figure)}`,
      against === null ? '–' : spread(against.ratio),
      floor === null ? '–' : `${floor.kind} ${number(floor.value)}`,
      floor === null ? '–' : ok ? 'yes' : 'NO',
    ]),
    100,
  );
