import { JobError } from "../../../kit/job-error.ts";
import { readContent } from "../../read-content.ts";
import type { FileToAnalyze } from "../analyzer.ts";

/** Deeper than any data; DuckDB's parser descends with its stack, which ends some tens of thousands further down. */
const DEEPEST = 1_000;

const [QUOTE, BACKSLASH, LINE_END] = [0x22, 0x5c, 0x0a];
/** `[` and `{` differ in one bit, as do `]` and `}`. */
const [OPENING, CLOSING, BRACE_BIT] = [0x5b, 0x5d, 0x20];

/** @throws JobError when JSON nests so deep that reading it would end the process */
export async function checkNesting(file: FileToAnalyze): Promise<void> {
  let depth = 0;
  let inString = false;
  let escaped = false;
  for await (const chunk of readContent(file, () => {}).chunks()) {
    for (const byte of chunk) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = inString;
      else if (byte === QUOTE) inString = !inString;
      else if (inString) {
        // A line end ends a broken string too.
        if (byte === LINE_END) inString = false;
      } else if ((byte & ~BRACE_BIT) === OPENING) {
        if (++depth > DEEPEST) {
          throw new JobError("unreadable", `Its JSON nests more than ${DEEPEST} levels deep`);
        }
      } else if ((byte & ~BRACE_BIT) === CLOSING) depth = Math.max(0, depth - 1);
    }
  }
}
