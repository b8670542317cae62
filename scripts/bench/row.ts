import type { Measured } from './results.ts';
import type { Size } from './sizes.ts';

export type Surroundings = {
  readonly size: Size;
  /** On the disk that is measured; whoever gave it removes it. */
  readonly folder: string;
  /** Where a profile of the server under load goes; null: none is taken. */
  readonly profileFolder: string | null;
  readonly onProgress: (text: string) => void;
};

export type Measure = (surroundings: Surroundings) => Promise<Measured>;
