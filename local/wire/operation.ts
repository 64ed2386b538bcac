import type { z } from "zod";
import { AwsError, NotPlayedError } from "./aws-error.ts";
import { describeIssues } from "./input-issues.ts";
import type { CallContext } from "./service.ts";

/**
 * One API operation: its input schema and one small function of (service state, input).
 * Schemas are strict objects: a member that the schema does not know is refused as not played.
 */
export interface Operation<Service> {
  readonly schema: z.ZodType;
  // biome-ignore lint/suspicious/noExplicitAny: the schema beside it gives the input its type at the definition
  readonly run: (service: Service, input: any, context: CallContext) => unknown;
}

/** Ties an operation's schema to the type of its function's input. */
export function operation<Service>() {
  return <Schema extends z.ZodType>(
    schema: Schema,
    run: (service: Service, input: z.output<Schema>, context: CallContext) => unknown,
  ): Operation<Service> => ({ schema, run });
}

/**
 * Reads an operation's input.
 * @throws NotPlayedError for members that the schema does not know
 * @throws AwsError with `validationCode` when a known member has a wrong value
 */
export function parseInput<Service>(
  service: string,
  name: string,
  definition: Operation<Service>,
  raw: unknown,
  validationCode: string,
): unknown {
  const parsed = definition.schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) {
    const members = unknown.keys.map((key) => [...unknown.path, key].join(".")).join(", ");
    throw new NotPlayedError(`${service} ${name}: ${members}`);
  }
  throw new AwsError(validationCode, describeIssues(parsed.error));
}
