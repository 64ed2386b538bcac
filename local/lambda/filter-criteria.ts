import type { SqsRecord } from "./sqs-event.ts";

/**
 * Whether a message passes filter criteria: one of the patterns must match. A pattern for `body` that is an
 * object looks into the body as JSON (a body that is not JSON fails it); any other looks at its text.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function passesFilters(
  record: SqsRecord,
  patterns: readonly string[],
  matches: (pattern: unknown, event: unknown) => boolean,
): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((text) => {
    const pattern = JSON.parse(text) as Record<string, unknown>;
    const wantsJson = typeof pattern.body === "object" && !Array.isArray(pattern.body);
    if (!wantsJson) return matches(pattern, record);
    try {
      return matches(pattern, { ...record, body: JSON.parse(record.body) as unknown });
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  });
}
