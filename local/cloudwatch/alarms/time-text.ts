/** `2026-11-23T05:34:19.000+0000`, as alarms write times. @param ms since the epoch */
export function alarmTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "+0000");
}

/** `23/11/26 05:34:00`, as reasons write them. */
export function reasonTime(ms: number): string {
  const [date = "", time = ""] = new Date(ms).toISOString().split(/[TZ.]/);
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time}`;
}

/** A number as AWS writes it: `3.0`, `0.5`. */
export function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
