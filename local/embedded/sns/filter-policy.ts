import { AwsError } from "../../wire/aws-error.ts";
import type { Fauxqs, MessageAttributes, Subscription } from "../fauxqs.ts";

const OPERATORS = new Set([
  "anything-but",
  "cidr",
  "equals-ignore-case",
  "exists",
  "numeric",
  "prefix",
  "suffix",
  "wildcard",
]);

/**
 * Refuses a filter policy that could not be understood when a message comes; fauxqs would then deliver everything.
 * @throws AwsError InvalidParameter
 */
export function checkFilterPolicy(fauxqs: Fauxqs, json: string): void {
  let policy: unknown;
  try {
    policy = JSON.parse(json);
  } catch (cause) {
    throw invalid("failed to parse JSON", cause);
  }
  if (typeof policy !== "object" || policy === null || Array.isArray(policy)) {
    throw invalid("Filter policy must be an object");
  }
  checkKeys(policy as Record<string, unknown>);
  fauxqs.validateFilterPolicyLimits(json);
}

function checkKeys(policy: Record<string, unknown>): void {
  for (const [key, conditions] of Object.entries(policy)) {
    if (key === "$or" && Array.isArray(conditions)) {
      for (const group of conditions) checkKeys(group as Record<string, unknown>);
    } else if (Array.isArray(conditions)) {
      conditions.forEach(checkCondition);
    } else if (typeof conditions === "object" && conditions !== null) {
      checkKeys(conditions as Record<string, unknown>);
    } else {
      throw invalid(`"${key}" must be an object or an array`);
    }
  }
}

function checkCondition(condition: unknown): void {
  if (typeof condition !== "object" || condition === null) return;
  const [operator = ""] = Object.keys(condition);
  if (!OPERATORS.has(operator)) throw invalid(`Unrecognized match type ${operator}`);
}

function invalid(reason: string, cause?: unknown): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: FilterPolicy: ${reason}`, { cause });
}

/** Whether a message reaches a subscription. */
export function passesFilter(
  fauxqs: Fauxqs,
  subscription: Subscription,
  message: string,
  attributes: MessageAttributes,
): boolean {
  const { FilterPolicy, FilterPolicyScope } = subscription.attributes;
  if (!FilterPolicy) return true;
  subscription.parsedFilterPolicy ??= JSON.parse(FilterPolicy) as Record<string, unknown>;
  const policy = subscription.parsedFilterPolicy;
  return FilterPolicyScope === "MessageBody"
    ? fauxqs.matchesFilterPolicyOnBody(policy, message)
    : perElement(attributes).some((each) => fauxqs.matchesFilterPolicy(policy, each));
}

/** An array matches when one of its elements does; fauxqs takes it for its own text. */
function perElement(attributes: MessageAttributes): MessageAttributes[] {
  let choices: MessageAttributes[] = [attributes];
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (DataType !== "String.Array") continue;
    const elements: unknown[] = JSON.parse(StringValue ?? "[]");
    choices = elements.flatMap((element) => {
      const DataType = typeof element === "number" ? "Number" : "String";
      return choices.map((choice) => ({ ...choice, [name]: { DataType, StringValue: String(element) } }));
    });
  }
  return choices;
}
