/** What people read: sizes, times, names. Pure functions, no page in sight. */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];

/** @param bytes a whole number of bytes, in units of thousands */
export function size(bytes: number, locale?: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[unit],
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: unit === 0 || value >= 99.5 ? 0 : 1,
  }).format(value);
}

const STEPS = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [Number.POSITIVE_INFINITY, "day", 86_400],
] as const;

/** How long ago, for the last week; the date before that. */
export function ago(isoTime: string, now = Date.now(), locale?: string): string {
  const seconds = Math.max(0, (now - Date.parse(isoTime)) / 1000);
  if (!Number.isFinite(seconds)) return "unknown";
  if (seconds < 5) return "just now";
  if (seconds > 7 * 86_400)
    return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(isoTime));
  const [, unit, length] = STEPS.find(([limit]) => seconds < limit) ?? STEPS[3];
  return new Intl.RelativeTimeFormat(locale, { numeric: "always" }).format(
    -Math.floor(seconds / length),
    unit,
  );
}

/** The whole date and time, in the reader's zone. */
export function instant(isoTime: string, locale?: string): string {
  return dated({ dateStyle: "full", timeStyle: "long" }, isoTime, locale);
}

/** The time of day to the second, in the reader's zone. */
export function clock(isoTime: string, locale?: string): string {
  return dated({ timeStyle: "medium" }, isoTime, locale);
}

/** The time of day to the minute, in the reader's zone. */
export function minute(time: number | string, locale?: string): string {
  return dated({ hour: "2-digit", minute: "2-digit" }, time, locale);
}

/** Day and time to the minute, in the reader's zone. */
export function moment(time: number | string, locale?: string): string {
  return dated({ dateStyle: "medium", timeStyle: "short" }, time, locale);
}

function dated(options: Intl.DateTimeFormatOptions, time: number | string, locale?: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "unknown" : new Intl.DateTimeFormat(locale, options).format(date);
}

/** In the largest two units that matter: `1.7 s`, `2 min 5 s`, `2 h 3 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(Math.max(0, milliseconds))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function count(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);
}

/** Large numbers in few characters, for axes and small places. */
export function compact(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** @param share 1 is all of it */
export function percent(share: number, locale?: string): string {
  const digits = share > 0 && share < 0.01 ? 2 : share < 0.1 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** @param nano billionths of a dollar */
export function dollars(nano: number, locale?: string): string {
  const value = nano / 1e9;
  const tiny = value > 0 && value < 0.01;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    ...(tiny ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 }),
  }).format(value);
}

/** `1 file`, `2 files`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** The last part of a key: the file's own name. */
export function fileName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1) || key;
}

/** The part of an ARN, or of a path, that tells it from others. */
export function shortName(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1);
}

/** A task definition's family and revision, from its ARN or as they are. */
export function familyOf(definition: string): string {
  return definition.slice(definition.lastIndexOf("/") + 1);
}

/** `nullCells` and `null-cells` as `null cells`. */
export function label(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])|([A-Z]+)(?=[A-Z][a-z])/g, (_, before = "", after = "", acronym = "") =>
      acronym === "" ? `${before} ${after}` : `${acronym} `,
    )
    .replace(/[-_]+/g, " ")
    .toLowerCase();
}

/** What is known of a file, in words and in its order; a unit stands with its number, and a picture has one size. */
export function facts(
  known: Readonly<Record<string, string | number | boolean>>,
  locale?: string,
): readonly (readonly [name: string, value: string])[] {
  const { width, height } = known;
  const isPicture = typeof width === "number" && typeof height === "number";
  return Object.entries(known).flatMap(([name, value]) => {
    if (isPicture && name === "height") return [];
    if (isPicture && name === "width")
      return [["", `${count(width, locale)} × ${count(height, locale)} pixels`] as const];
    if (name === "type") return [["", fact(name, value, locale)] as const];
    return [[label(name).replace(/(?<=.) (bytes|seconds)$/, ""), fact(name, value, locale)] as const];
  });
}

/** The value of a fact: bytes as a size, numbers grouped, truth in words, hashes by their first digits. */
export function fact(name: string, value: string | number | boolean, locale?: string): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return /^[0-9a-f]{32,}$/.test(value) ? `${value.slice(0, 12)}…` : value;
  if (/bytes$/i.test(name)) return size(value, locale);
  if (/seconds$/i.test(name)) return duration(value * 1000);
  return count(value, locale);
}
