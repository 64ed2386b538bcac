import { NotPlayedError } from "../../wire/aws-error.ts";
import type { MemberType, MemberTypes } from "./dynalite.ts";

/**
 * Refuses members that dynalite would drop without a word.
 * @throws NotPlayedError naming each of them
 */
export function refuseUnknownMembers(operation: string, input: unknown, types: MemberTypes): void {
  const unknown = unknownMembers(input, types);
  if (unknown.length > 0) throw new NotPlayedError(`dynamodb ${operation}: ${unknown.join(", ")}`);
}

function unknownMembers(input: unknown, types: MemberTypes, path = ""): string[] {
  if (!isObject(input)) return [];
  return Object.entries(input).flatMap(([key, value]) => {
    if (value === undefined || value === null) return [];
    const at = path === "" ? key : `${path}.${key}`;
    const type = types[key];
    return type === undefined ? [at] : unknownInside(value, type, at);
  });
}

function unknownInside(value: unknown, type: MemberType, path: string): string[] {
  // Attribute values have one member each, which dynalite checks itself.
  if (typeof type === "string" || type.children === undefined || type.type.startsWith("AttrStruct"))
    return [];
  if (/List$/.test(type.type)) {
    const items = Array.isArray(value) ? value : [];
    return items.flatMap((item, index) =>
      unknownInside(item, type.children as MemberType, `${path}.${index}`),
    );
  }
  if (/Map/.test(type.type)) {
    return Object.entries(isObject(value) ? value : {}).flatMap(([key, item]) =>
      unknownInside(item, type.children as MemberType, `${path}.${key}`),
    );
  }
  return unknownMembers(value, type.children as MemberTypes, path);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
