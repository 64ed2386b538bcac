import type { z } from "zod";

/** Whole sentences of a schema's author, in the service's words; zod's own and half sentences need to say where. */
const SENTENCE = /^(?!Invalid |Too (?:big|small)|Unrecognized )[A-Z]/;

/** What is wrong with an input, in one line, as AWS words a failed constraint. */
export function describeIssues(error: Pick<z.ZodError, "issues">): string {
  const issues = error.issues.flatMap(reasons);
  const [only] = issues;
  if (only && issues.length === 1 && SENTENCE.test(only.message)) return only.message;
  const said = issues.map(
    ({ path, message }) => `Value at '${pathOf(path)}' failed to satisfy constraint: ${message}`,
  );
  return `${issues.length} validation error${issues.length === 1 ? "" : "s"} detected: ${said.join("; ")}`;
}

/** A name in a map says why it is wrong further in. */
function reasons(issue: z.core.$ZodIssue): { path: readonly PropertyKey[]; message: string }[] {
  if (issue.code !== "invalid_key") return [issue];
  return issue.issues.map(({ message }) => ({ path: issue.path, message }));
}

/** `tags.2.member.key` would be the query protocol's; SDKs show what they were given. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
}
