import { AwsError } from "../wire/aws-error.ts";
import { invalid } from "./errors.ts";
import type { ParameterChange, Tier } from "./parameter.ts";

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
const MAX_VALUE_BYTES: Readonly<Record<Tier, number>> = { Standard: 4_096, Advanced: 8_192 };
const MAX_NAME_LENGTH = 1_011;
const MAX_LEVELS = 15;

/** @throws AwsError ValidationException, HierarchyLevelLimitExceededException */
export function checkName(name: string): void {
  if (!/^[\w.\-/]+$/.test(name)) {
    throw invalid(`Parameter name ${name}: only letters, digits and the symbols .-_/ are allowed`);
  }
  if (name.length > MAX_NAME_LENGTH) {
    throw invalid(`Parameter name has ${name.length} characters; at most ${MAX_NAME_LENGTH} are allowed`);
  }
  if (name.slice(1).includes("/") && !name.startsWith("/")) {
    throw invalid(`Parameter name ${name}: a name with levels must be fully qualified, beginning with /`);
  }
  if (name.endsWith("/") || name.includes("//")) throw invalid(`Parameter name ${name}: a level is empty`);
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw invalid(`Parameter name ${name}: can't be prefixed with "aws" or "ssm" (case-insensitive).`);
  }
  if (name.split("/").length - 1 > MAX_LEVELS) {
    throw new AwsError(
      "HierarchyLevelLimitExceededException",
      `A parameter can have no more than ${MAX_LEVELS} levels`,
    );
  }
}

/** @throws AwsError ValidationException, InvalidAllowedPatternException, ParameterPatternMismatchException */
export function checkValue(change: ParameterChange & { readonly tier: Tier }): void {
  const bytes = Buffer.byteLength(change.value);
  const limit = MAX_VALUE_BYTES[change.tier];
  if (bytes === 0) throw invalid("The parameter's value is empty");
  if (bytes > limit) {
    throw invalid(
      `${change.tier} tier parameters support a maximum parameter value of ${limit} bytes; this has ${bytes}`,
    );
  }
  if (change.allowedPattern === undefined || change.allowedPattern === "") return;
  if (!compile(change.allowedPattern).test(change.value)) {
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${change.allowedPattern}`,
    );
  }
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (cause) {
    throw new AwsError("InvalidAllowedPatternException", `${pattern} is not a regular expression`, { cause });
  }
}
