import type { Value } from "./engine.ts";

/** The members of a struct. */
export type Found = Readonly<Record<string, Value>>;

/** Wide integers and decimals come as text; as a number where that loses nothing. */
export function numeric(value: Value | undefined): Value {
  if (typeof value !== "string") return value ?? null;
  const number = Number(value);
  return Number.isSafeInteger(number) || /^-?\d{1,12}\.\d{1,3}$/.test(value) ? number : value;
}

/** A list, or none. */
export function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** A struct, or none. */
export function members(value: Value | undefined): Found {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Found) : {};
}
