import { type FieldRange, parseField, parseValue } from "./cron-field.ts";

/** The days of a month that a field names; `month` is 1 to 12. */
export type DaysOfMonth = (year: number, month: number) => number[];

const DAY_OF_MONTH: FieldRange = { min: 1, max: 31 };
const DAY_OF_WEEK: FieldRange = {
  min: 1,
  max: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};

/** Lists, ranges, steps; `L` and `L-n` from the month's end; `nW` and `LW`, the weekday nearest to a day. */
export function parseDayOfMonth(text: string): DaysOfMonth | undefined {
  if (text === "L") return (year, month) => [lastDay(year, month)];
  if (text === "LW") return (year, month) => [nearestWeekday(year, month, lastDay(year, month))];
  const before = /^L-(\d{1,2})$/.exec(text)?.[1];
  if (before !== undefined) {
    const offset = Number(before);
    if (offset > 30) return undefined;
    return (year, month) => [lastDay(year, month) - offset].filter((day) => day >= 1);
  }
  const near = /^(\d{1,2})W$/.exec(text)?.[1];
  if (near !== undefined) {
    const wanted = parseValue(near, DAY_OF_MONTH);
    if (wanted === undefined) return undefined;
    return (year, month) => (wanted > lastDay(year, month) ? [] : [nearestWeekday(year, month, wanted)]);
  }
  const values = parseField(text, DAY_OF_MONTH);
  return values && ((year, month) => days(year, month).filter((day) => values.has(day)));
}

/** Lists, ranges, steps of SUN (1) to SAT (7); `6L` or `FRIL`, the month's last; `6#3`, its third; `L`, Saturday. */
export function parseDayOfWeek(text: string): DaysOfMonth | undefined {
  if (text === "L") return parseDayOfWeek("7");
  const last = /^(\w+)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const wanted = parseValue(last, DAY_OF_WEEK);
    return wanted === undefined ? undefined : (year, month) => on(wanted, year, month).slice(-1);
  }
  const [named = "", nth] = text.split("#");
  if (nth !== undefined) {
    const wanted = parseValue(named, DAY_OF_WEEK);
    if (wanted === undefined || !/^[1-5]$/.test(nth)) return undefined;
    return (year, month) => on(wanted, year, month).slice(Number(nth) - 1, Number(nth));
  }
  const values = parseField(text, DAY_OF_WEEK);
  return (
    values && ((year, month) => days(year, month).filter((day) => values.has(weekday(year, month, day))))
  );
}

function on(wanted: number, year: number, month: number): number[] {
  return days(year, month).filter((day) => weekday(year, month, day) === wanted);
}

function days(year: number, month: number): number[] {
  return Array.from({ length: lastDay(year, month) }, (_, index) => index + 1);
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 for Sunday to 7 for Saturday. */
function weekday(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** The weekday nearest to a day, without leaving its month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const name = weekday(year, month, day);
  if (name === 7) return day === 1 ? day + 2 : day - 1;
  if (name === 1) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}
