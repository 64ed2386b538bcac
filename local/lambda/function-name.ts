import type { Realm } from "../wire/realm.ts";
import { arn } from "../wire/realm.ts";
import { lambdaError } from "./lambda-error.ts";

const PATTERN =
  /^(?:arn:aws:lambda:(?<region>[a-z0-9-]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[A-Za-z0-9-_]+)(?::(?<qualifier>\$LATEST|[A-Za-z0-9-_]+))?$/;

/** The ARN of a function in this realm. */
export function functionArn(realm: Realm, functionName: string): string {
  return arn(realm, "lambda", `function:${functionName}`);
}

/**
 * Reads a function's name, ARN or partial ARN (`<account>:function:<name>`), with or without qualifier.
 * @throws AwsError ValidationException for text that is none of them; ResourceNotFoundException for versions
 * and aliases, which are not played, and for functions of other accounts and regions
 */
export function parseFunctionName(realm: Realm, text: string, qualifier?: string): string {
  const groups = PATTERN.exec(text)?.groups;
  if (!groups?.name) {
    throw lambdaError(
      "ValidationException",
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${PATTERN.source}`,
      400,
    );
  }
  const { name, region = realm.region, account = realm.accountId } = groups;
  const version = qualifier ?? groups.qualifier ?? "$LATEST";
  if (version !== "$LATEST" || region !== realm.region || account !== realm.accountId) {
    const asked = `arn:aws:lambda:${region}:${account}:function:${name}`;
    const message = `Function not found: ${asked}${version === "$LATEST" ? "" : `:${version}`}`;
    throw lambdaError("ResourceNotFoundException", message, 404);
  }
  return name;
}
