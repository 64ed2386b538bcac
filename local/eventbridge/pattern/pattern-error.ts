import { AwsError } from "../../wire/aws-error.ts";
import type { LocatedNode } from "./located-json.ts";

/** A reason why an event pattern is refused, and where in its text (absent where AWS names no place). */
export class PatternReason extends Error {
  readonly offset: number | undefined;

  constructor(reason: string, offset?: number) {
    super(reason);
    this.name = "PatternReason";
    this.offset = offset;
  }
}

/** Right after the first character of a container or string that nobody has read, right after anything else. */
export function unread(node: LocatedNode): number {
  return node.kind === "number" || node.kind === "literal" ? node.end : node.start + 1;
}

/** AWS repeats no more of a pattern than this in its message. */
const QUOTED_SOURCE = 500;

/** The error that PutRule and TestEventPattern answer, in AWS's words. */
export function invalidPattern(reason: string, source: string, offset: number | undefined): AwsError {
  const message = `Event pattern is not valid. Reason: ${reason}`;
  return new AwsError(
    "InvalidEventPatternException",
    offset === undefined ? message : `${message}\n ${place(source, offset)}`,
  );
}

function place(source: string, offset: number): string {
  const before = source.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  const left = source.length - QUOTED_SOURCE;
  const quoted = left > 0 ? `"${source.slice(0, QUOTED_SOURCE)}"[truncated ${left} chars]` : `"${source}"`;
  return `at [Source: (String)${quoted}; line: ${line}, column: ${column}]`;
}
