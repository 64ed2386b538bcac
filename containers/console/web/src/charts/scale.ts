/** Pure arithmetic of axes. */

/** A round number that is at least `value`: 1, 2, 2.5 or 5 times a power of ten. */
export function niceMax(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** Ticks from 0 to a round maximum. @param whole leaves out fractions, for things that are counted */
export function ticks(max: number, whole = false): number[] {
  const top = niceMax(whole ? Math.max(1, max) : max);
  const lead = top / 10 ** Math.floor(Math.log10(top));
  const parts = whole && top < 4 ? top : lead === 5 || lead === 2.5 ? 5 : 4;
  const all = Array.from({ length: parts + 1 }, (_, index) => (top * index) / parts);
  return whole ? all.filter((tick) => Number.isInteger(tick)) : all;
}

const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE);

/** Round times of day between two instants, about as many as asked for. @param offset of the reader's zone, in ms */
export function timeTicks(from: number, to: number, about: number, offset = zoneOffset(from)): number[] {
  const span = Math.max(1, to - from);
  const step =
    STEPS.find((candidate) => span / candidate <= about) ?? Math.ceil(span / about / 864e5) * 864e5;
  const first = Math.ceil((from + offset) / step) * step - offset;
  const found: number[] = [];
  for (let time = first; time <= to; time += step) found.push(time);
  return found;
}

function zoneOffset(time: number): number {
  return -new Date(time).getTimezoneOffset() * MINUTE;
}
