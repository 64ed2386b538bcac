import { z } from "zod";
import { lambdaError } from "./lambda-error.ts";
import type { SqsRecord } from "./sqs-event.ts";

/** Compiles a pattern of the language that EventBridge has too. @throws when it is none */
export type CompilePattern = (pattern: string) => (event: unknown) => boolean;

/** Lambda developer guide, "Control which events Lambda sends to your function". */
const MAX_FILTERS = 5;

const patternObject = z.record(z.string(), z.unknown());

/**
 * Whether messages pass filter criteria: one of the patterns must match; without any, all do. A pattern for `body`
 * that is an object looks into the body as JSON (a body that is not JSON fails it); any other looks at its text.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 * @throws AwsError InvalidParameterValueException
 */
export function compileFilters(
  patterns: readonly string[],
  compile: CompilePattern,
): (record: SqsRecord) => boolean {
  if (patterns.length > MAX_FILTERS) throw invalid(`FilterCriteria takes ${MAX_FILTERS} filters at most.`);
  const filters = patterns.map((pattern) => filterOf(pattern, compile));
  return (record) => filters.length === 0 || filters.some((passes) => passes(record));
}

function filterOf(text: string, compile: CompilePattern): (record: SqsRecord) => boolean {
  try {
    const { body } = patternObject.parse(JSON.parse(text));
    const matches = compile(text);
    if (typeof body !== "object" || body === null || Array.isArray(body)) return matches;
    return (record) => {
      const parsed = parseBody(record.body);
      return parsed !== undefined && matches({ ...record, ...parsed });
    };
  } catch (cause) {
    throw invalid(`Invalid filter pattern definition. ${cause instanceof Error ? cause.message : cause}`);
  }
}

function parseBody(text: string): { readonly body: unknown } | undefined {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function invalid(message: string) {
  return lambdaError("InvalidParameterValueException", message, 400);
}
