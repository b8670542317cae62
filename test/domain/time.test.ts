import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays, plusMs, plusOneMonth } from '../../src/domain/shared/time.ts';

/*
 * Mutants that these tests kill: a month of 30 days; a 31st that spills into the month after; the last day of the month
 * before; December that stays in its year; the time of day lost; days of 24 hours counted by the calendar of a machine.
 */

describe('one month later', () => {
  it.each([
    ['2026-11-20T08:30:00.000Z', '2026-12-20T08:30:00.000Z'],
    ['2026-01-31T23:59:59.999Z', '2026-02-28T23:59:59.999Z'],
    ['2028-01-31T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['2026-01-28T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
    ['2026-01-29T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
    ['2026-02-28T12:00:00.000Z', '2026-03-28T12:00:00.000Z'],
    ['2026-03-31T12:00:00.000Z', '2026-04-30T12:00:00.000Z'],
    ['2026-12-31T23:30:00.000Z', '2027-01-31T23:30:00.000Z'],
    ['2100-01-31T12:00:00.000Z', '2100-02-28T12:00:00.000Z'],
  ])('than %s is %s', (instant, later) => {
    expect(plusOneMonth(instant)).toBe(later);
  });

  it('is the same day and time of the next month, or that month’s last day', () => {
    const instants = fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: new Date('2099-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, date => {
        const later = new Date(plusOneMonth(date.toISOString()));
        expect(later.toISOString().slice(10)).toBe(date.toISOString().slice(10));
        const months = (moment: Date) => moment.getUTCFullYear() * 12 + moment.getUTCMonth();
        expect(months(later) - months(date)).toBe(1);
        const tomorrow = new Date(later.getTime() + 86_400_000);
        const isLastDay = tomorrow.getUTCDate() === 1;
        if (later.getUTCDate() !== date.getUTCDate())
          expect([isLastDay, later.getUTCDate() < date.getUTCDate()]).toEqual([true, true]);
      }),
    );
  });
});

describe('days and milliseconds later', () => {
  it('are exact, over the end of a year and of a leap February, and backwards', () => {
    expect(plusDays('2026-12-20T08:30:00.000Z', 14)).toBe('2027-01-03T08:30:00.000Z');
    expect(plusDays('2028-02-15T08:30:00.000Z', 14)).toBe('2028-02-29T08:30:00.000Z');
    expect(plusDays('2026-10-24T08:30:00.000Z', 14)).toBe('2026-11-07T08:30:00.000Z');
    expect(plusDays('2026-01-01T00:00:00.000Z', -1)).toBe('2025-12-31T00:00:00.000Z');
    expect(plusMs('2026-12-31T23:59:59.999Z', 1)).toBe('2027-01-01T00:00:00.000Z');
    expect(plusMs('2027-01-01T00:00:00.000Z', -1)).toBe('2026-12-31T23:59:59.999Z');
  });
});
