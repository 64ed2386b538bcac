import { z } from "zod";
import { invalidParameter } from "./errors.ts";

const MAX_PAGE = 100;

/** Members of every List operation. */
export const pageSchema = {
  nextToken: z.string().optional(),
  maxResults: z.int().min(1).max(MAX_PAGE).optional(),
};

/**
 * One page of items that are unique strings. The token is the last item of the page before, so that a page
 * follows on although items have come or gone.
 * @throws AwsError InvalidParameterException for a token that no page gave
 */
export function page(
  items: readonly string[],
  { nextToken, maxResults = MAX_PAGE }: { nextToken?: string | undefined; maxResults?: number | undefined },
  order: "ASC" | "DESC" = "ASC",
): { items: string[]; nextToken?: string } {
  const ascending = items.toSorted();
  const sorted = order === "ASC" ? ascending : ascending.reverse();
  const after = nextToken === undefined ? undefined : decode(nextToken);
  const rest = sorted.filter(
    (item) => after === undefined || (order === "ASC" ? item > after : item < after),
  );
  const taken = rest.slice(0, maxResults);
  const last = taken.at(-1);
  return rest.length > taken.length && last !== undefined
    ? { items: taken, nextToken: Buffer.from(last).toString("base64url") }
    : { items: taken };
}

function decode(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (Buffer.from(text).toString("base64url") !== token) throw invalidParameter("Invalid token.");
  return text;
}
