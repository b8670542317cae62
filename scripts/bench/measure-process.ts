/** One measure in a process of its own, so that none meets what another left in memory or taught the compiler. */
import { MEASURES } from './measures.ts';
import type { Measured } from './results.ts';
import { SIZES, type SizeName } from './sizes.ts';

export type MeasureOrder = {
  readonly name: string;
  readonly size: SizeName;
  readonly folder: string;
  readonly profileFolder: string | null;
};

export type MeasureReport =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'measured'; readonly measured: Measured };

const report = (message: MeasureReport): void => void process.send?.(message);

process.once('message', async ({ name, size, folder, profileFolder }: MeasureOrder) => {
  const measure = MEASURES[name];
  if (measure === undefined) throw new Error(`there is no measure ${name}`);
  const onProgress = (text: string): void => report({ kind: 'progress', text });
  report({ kind: 'measured', measured: await measure({ size: SIZES[size], folder, profileFolder, onProgress }) });
  process.disconnect();
});
