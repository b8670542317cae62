import type { Measure } from './row.ts';
import { durableAppends } from './rows/appends.ts';
import { auditedRead } from './rows/audited-read.ts';
import { crowd } from './rows/crowd.ts';
import { decisions } from './rows/decisions.ts';
import { replaying } from './rows/replaying.ts';

/** By the name that `--only` takes, in the order of the table. */
export const MEASURES: Readonly<Record<string, Measure>> = {
  read: auditedRead,
  append: durableAppends,
  replay: replaying,
  crowd,
  decision: decisions,
};
