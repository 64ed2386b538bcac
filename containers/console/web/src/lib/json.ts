/** Reading values of which only the document knows what they are. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A value of a table's cell as people read it. */
export function cell(value: unknown, locale?: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") {
    // Not grouped: a column of whole numbers may be one of names.
    return new Intl.NumberFormat(locale, {
      useGrouping: false,
      ...(Number.isInteger(value) ? {} : { maximumSignificantDigits: 6 }),
    }).format(value);
  }
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  return JSON.stringify(value);
}

/** A value where there is little room: of an instant at midnight the day is enough. */
export function shortCell(value: unknown, locale?: string): string {
  const text = cell(value, locale);
  const instant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}(:?\d{2})?)?$/.exec(
    text,
  );
  if (!instant) return text;
  return instant[2] === "00:00" ? (instant[1] ?? text) : `${instant[1]} ${instant[2]}`;
}
