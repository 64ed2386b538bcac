import { type DaysOfMonth, parseDayOfMonth, parseDayOfWeek } from "./cron-days.ts";
import { type FieldRange, parseField } from "./cron-field.ts";

const MINUTE: FieldRange = { min: 0, max: 59 };
const HOUR: FieldRange = { min: 0, max: 23 };
const MONTH: FieldRange = {
  min: 1,
  max: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const YEAR: FieldRange = { min: 1970, max: 2199 };

/** The first run strictly after a time (milliseconds since the epoch, UTC); undefined when there is none any more. */
export type NextRun = (afterMs: number) => number | undefined;

/**
 * Reads the six fields of EventBridge's `cron(…)`: minutes, hours, day of month, month, day of week, year. One of the
 * two days must be `?` (EventBridge user guide, cron expressions).
 * @returns undefined when AWS would refuse it
 */
export function parseCron(fields: string): NextRun | undefined {
  const [minuteText, hourText, dayText, monthText, weekdayText, yearText, ...rest] = fields
    .trim()
    .split(/\s+/);
  if (yearText === undefined || rest.length > 0) return undefined;
  const minutes = parseField(minuteText ?? "", MINUTE);
  const hours = parseField(hourText ?? "", HOUR);
  const months = parseField(monthText ?? "", MONTH);
  const years = parseField(yearText, YEAR);
  const days = parseDays(dayText ?? "", weekdayText ?? "");
  if (!minutes || !hours || !months || !years || !days) return undefined;
  return nextRun({
    minutes: sorted(minutes),
    hours: sorted(hours),
    months: sorted(months),
    years: sorted(years),
    days,
  });
}

interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly days: DaysOfMonth;
}

function parseDays(dayOfMonth: string, dayOfWeek: string): DaysOfMonth | undefined {
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  return dayOfMonth === "?" ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth);
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

function nextRun(fields: Fields): NextRun {
  return (afterMs) => {
    const after = new Date(afterMs);
    for (const year of fields.years) {
      if (year < after.getUTCFullYear()) continue;
      for (const month of fields.months) {
        if (Date.UTC(year, month, 1) <= afterMs) continue;
        for (const day of fields.days(year, month)) {
          const midnight = Date.UTC(year, month - 1, day);
          if (midnight + DAY_MS <= afterMs) continue;
          const run = firstOfDay(fields, midnight, afterMs);
          if (run !== undefined) return run;
        }
      }
    }
    return undefined;
  };
}

function firstOfDay(fields: Fields, midnight: number, afterMs: number): number | undefined {
  for (const hour of fields.hours) {
    for (const minute of fields.minutes) {
      const run = midnight + (hour * 60 + minute) * MINUTE_MS;
      if (run > afterMs) return run;
    }
  }
  return undefined;
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].sort((a, b) => a - b);
}
