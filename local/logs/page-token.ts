import { invalidParameter } from "./errors.ts";

/** A token that carries where the next page begins. */
export function encodeToken(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** @throws AwsError InvalidParameterException for a token that no page gave */
export function decodeToken<Value>(token: string, isValue: (value: unknown) => value is Value): Value {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    throw invalidParameter("The specified nextToken is invalid.");
  }
  if (!isValue(value)) throw invalidParameter("The specified nextToken is invalid.");
  return value;
}

export const isText = (value: unknown): value is string => typeof value === "string";

/** The first `limit` items, and the token for the others; `items` holds one more than a page when there are more. */
export function toPage<Item>(items: readonly Item[], limit: number, keyOf: (item: Item) => unknown) {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const more = items.length > limit && last !== undefined;
  return { page, ...(more && { nextToken: encodeToken(keyOf(last)) }) };
}
