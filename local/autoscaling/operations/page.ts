import { AwsError } from "../../wire/aws-error.ts";

/** A page of a list; tokens are positions in it. @throws AwsError InvalidNextTokenException */
export function page<Item>(
  found: readonly Item[],
  { MaxResults, NextToken }: { readonly MaxResults: number; readonly NextToken?: string | undefined },
): { readonly items: Item[]; readonly next: { NextToken?: string } } {
  const from = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, "base64url").toString());
  if (!Number.isInteger(from) || from < 0) {
    throw new AwsError("InvalidNextTokenException", "The next token is not valid");
  }
  const end = from + MaxResults;
  const more = found.length > end;
  return {
    items: found.slice(from, end),
    next: more ? { NextToken: Buffer.from(String(end)).toString("base64url") } : {},
  };
}
