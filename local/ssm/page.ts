import { invalid } from "./errors.ts";
import type { Parameter } from "./parameter.ts";

/** One page of parameters in the order of their names; the token is the last name. */
export function takePage(parameters: Iterable<Parameter>, limit: number) {
  const page: Parameter[] = [];
  for (const parameter of parameters) {
    if (page.length === limit) {
      return { page, NextToken: Buffer.from(page.at(-1)?.name ?? "").toString("base64url") };
    }
    page.push(parameter);
  }
  return { page };
}

/** The name after which a page begins. @throws AwsError ValidationException for a token that no page gave */
export function afterOf(token: string | undefined): string {
  const name = Buffer.from(token ?? "", "base64url").toString();
  if (Buffer.from(name).toString("base64url") !== (token ?? "")) throw invalid("The NextToken is not valid");
  return name;
}
