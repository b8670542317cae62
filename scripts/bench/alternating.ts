/** What one side did in one round, per second; more is better. */
export type Speed = number;

export type Spread = { readonly median: number; readonly least: number; readonly most: number };

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
};

/**
 * Measures the sides in turns, A B A B …, so that whatever else the machine does meets all of them alike. The speeds of
 * each side, in the order of the rounds; rounds to warm up are measured and forgotten.
 */
export const alternate = async (
  { rounds, warmUpRounds }: { readonly rounds: number; readonly warmUpRounds: number },
  sides: readonly (() => Promise<Speed>)[],
  onProgress: (text: string) => void,
): Promise<readonly (readonly Speed[])[]> => {
  const speeds: Speed[][] = sides.map(() => []);
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    onProgress(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
    for (const [index, measure] of sides.entries()) {
      const speed = await measure();
      if (round >= 0) speeds[index]?.push(speed);
    }
  }
  return speeds;
};

/** More rounds, for what takes so little time that one round says little. */
export const oftener = <S extends { readonly rounds: number }>(size: S, times: number): S => ({
  ...size,
  rounds: size.rounds * times,
});

/** Each round of ours against the same round of theirs: neighbours in time, so that what drifts cancels out. */
export const ratiosOf = (ours: readonly Speed[], theirs: readonly Speed[]): Spread =>
  spreadOf(ours.map((speed, round) => speed / (theirs[round] ?? Number.NaN)));
