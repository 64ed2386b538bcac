import { NotPlayedError } from "../../wire/aws-error.ts";
import { invalidParameter } from "../errors.ts";

/** What a pattern for unstructured messages wants; each text is looked for as it is, in its case. */
export interface Terms {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly excluded: readonly string[];
}

const TERM = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/y;

/** Reads `ERROR "out of memory" -retry ?a ?b`. @throws AwsError InvalidParameterException, NotPlayedError */
export function parseTerms(pattern: string): Terms {
  const terms = { required: [] as string[], optional: [] as string[], excluded: [] as string[] };
  const listOf = { "": terms.required, "?": terms.optional, "-": terms.excluded };
  TERM.lastIndex = 0;
  while (TERM.lastIndex < pattern.length) {
    const at = TERM.lastIndex;
    const match = TERM.exec(pattern);
    if (!match) throw invalidParameter(`Invalid filter pattern at '${pattern.slice(at)}'`);
    const [, sign = "", quoted, bare = ""] = match;
    if (bare.startsWith("%"))
      throw new NotPlayedError(`logs: a regular expression in a filter pattern (${bare})`);
    if (quoted === undefined && !/^\w+$/.test(bare)) {
      throw invalidParameter(`Invalid character(s) in term '${bare}'; put it in double quotes`);
    }
    listOf[sign as keyof typeof listOf].push(quoted?.replace(/\\(.)/g, "$1") ?? bare);
  }
  if (terms.optional.length > 0 && terms.required.length + terms.excluded.length > 0) {
    // AWS takes such a pattern and then leaves the optional terms out of account.
    throw new NotPlayedError("logs: ?optional terms beside other terms in a filter pattern");
  }
  return terms;
}

export function matchesTerms({ required, optional, excluded }: Terms, message: string): boolean {
  return (
    required.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (optional.length === 0 || optional.some((term) => message.includes(term)))
  );
}
