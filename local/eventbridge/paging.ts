import { z } from "zod";
import { invalid } from "./context.ts";

/** Members of every listing operation. */
export const pagingMembers = {
  Limit: z.number().int().min(1).max(100).optional(),
  NextToken: z.string().min(1).max(2048).optional(),
};

export interface Page<Item> {
  readonly items: Item[];
  readonly NextToken?: string;
}

/**
 * One page of a listing in the order of its keys. A token names the last key given, so that items that come and go
 * in between make no other item appear twice or be missed.
 */
export function page<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  request: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): Page<Item> {
  const after = request.NextToken === undefined ? undefined : decode(request.NextToken);
  const rest = after === undefined ? [...items] : items.filter((item) => key(item) > after);
  const limit = request.Limit ?? 100;
  const last = rest.length > limit ? rest[limit - 1] : undefined;
  return {
    items: rest.slice(0, limit),
    ...(last === undefined ? {} : { NextToken: encode(key(last)) }),
  };
}

const PREFIX = "after:";

function encode(key: string): string {
  return Buffer.from(PREFIX + key).toString("base64");
}

function decode(token: string): string {
  const text = Buffer.from(token, "base64").toString("utf8");
  if (!text.startsWith(PREFIX)) throw invalid("Invalid token.");
  return text.slice(PREFIX.length);
}
