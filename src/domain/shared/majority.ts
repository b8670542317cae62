import type { CalendarDate, Instant } from './time.ts';

const MAJORITY_YEARS = 18;

/**
 * The first instant at which somebody born on that day is of age: 00:00 UTC of the eighteenth birthday; of 1 March for
 * who was born on 29 February. UTC, because the people live from −10 to +12 hours and the day is what the law names
 * (article 414 of the Code civil).
 */
export const majorityOf = (birthDate: CalendarDate): Instant => {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  return new Date(Date.UTC(year + MAJORITY_YEARS, month - 1, day)).toISOString();
};
