/** What a field of a cron expression may hold. */
export interface FieldRange {
  readonly min: number;
  readonly max: number;
  /** Names for values, from `min` on, e.g. JAN. */
  readonly names?: readonly string[];
}

/**
 * The values of a field of lists, ranges (which may wrap around: `FRI-MON`) and steps; undefined when it is no such
 * field. `L`, `W`, `#` and `?` are for the days' own parsers.
 */
export function parseField(text: string, range: FieldRange): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const expanded = expand(item, range);
    if (expanded === undefined) return undefined;
    for (const value of expanded) values.add(value);
  }
  return values;
}

function expand(item: string, range: FieldRange): number[] | undefined {
  const [base = "", stepText, ...rest] = item.split("/");
  if (rest.length > 0) return undefined;
  const step = stepText === undefined ? 1 : wholeNumber(stepText);
  if (step === undefined || step < 1 || step > range.max) return undefined;
  const bounds = parseBounds(base, range, stepText !== undefined);
  if (bounds === undefined) return undefined;
  const [from, to] = bounds;
  const size = range.max - range.min + 1;
  const length = (to - from + size) % size;
  return Array.from(
    { length: Math.floor(length / step) + 1 },
    (_, index) => range.min + ((from - range.min + index * step) % size),
  );
}

function parseBounds(base: string, range: FieldRange, stepped: boolean): [number, number] | undefined {
  if (base === "*") return [range.min, range.max];
  const [fromText = "", toText, ...rest] = base.split("-");
  if (rest.length > 0) return undefined;
  const from = parseValue(fromText, range);
  if (from === undefined) return undefined;
  if (toText === undefined) return [from, stepped ? range.max : from];
  const to = parseValue(toText, range);
  return to === undefined ? undefined : [from, to];
}

/** A number or a name; undefined outside the field's range. */
export function parseValue(text: string, range: FieldRange): number | undefined {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? range.min + named : wholeNumber(text);
  return value !== undefined && value >= range.min && value <= range.max ? value : undefined;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
