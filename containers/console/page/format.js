// What people read: sizes, times, names. Pure functions, no page in sight.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** @param {number} bytes */
export function size(bytes, locale) {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[unit],
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(value);
}

const STEPS = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [Number.POSITIVE_INFINITY, "day", 86_400],
];

/** How long ago, for the last week; the date before that. */
export function ago(isoTime, now = Date.now(), locale) {
  const seconds = Math.max(0, (now - Date.parse(isoTime)) / 1000);
  if (seconds < 5) return "just now";
  if (seconds > 7 * 86_400)
    return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(isoTime));
  const [, unit, length] = STEPS.find(([limit]) => seconds < limit);
  return new Intl.RelativeTimeFormat(locale, { numeric: "always" }).format(
    -Math.floor(seconds / length),
    unit,
  );
}

/** The whole date and time, in the reader's zone. */
export function instant(isoTime, locale) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" }).format(new Date(isoTime));
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The last part of a key: the file's own name. */
export function fileName(key) {
  return key.slice(key.lastIndexOf("/") + 1) || key;
}

/** `nullCells` and `null-cells` as `null cells`. */
export function label(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[-_]+/g, " ")
    .toLowerCase();
}

/** The value of a fact: bytes as a size, numbers grouped, truth in words, hashes by their first digits. */
export function fact(name, value, locale) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return /^[0-9a-f]{32,}$/.test(value) ? `${value.slice(0, 12)}…` : value;
  if (/bytes$/i.test(name)) return size(value, locale);
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);
}
