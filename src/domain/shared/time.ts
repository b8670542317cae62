/** An instant: RFC 3339, UTC, milliseconds, e.g. `2026-11-20T08:30:00.000Z`. Text order is time order. */
export type Instant = string;

/** A calendar date, `YYYY-MM-DD`. */
export type CalendarDate = string;

const MS_PER_DAY = 86_400_000;

/** `instant` moved by `days` days of 24 hours (negative: earlier). */
export const plusDays = (instant: Instant, days: number): Instant => plusMs(instant, days * MS_PER_DAY);

/** `instant` moved by `ms` milliseconds (negative: earlier). */
export const plusMs = (instant: Instant, ms: number): Instant => new Date(Date.parse(instant) + ms).toISOString();

/** The same day and time one calendar month later; the last day of that month where it has no such day. */
export const plusOneMonth = (instant: Instant): Instant => {
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + 1);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.toISOString();
};

/** The same day and time some calendar years later; 28 February where 29 February is not one of them. */
export const plusYears = (instant: Instant, years: number): Instant => {
  const date = new Date(instant);
  const month = date.getUTCMonth();
  date.setUTCFullYear(date.getUTCFullYear() + years);
  if (date.getUTCMonth() !== month) date.setUTCDate(0);
  return date.toISOString();
};
