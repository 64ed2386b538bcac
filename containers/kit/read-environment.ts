import { z } from "zod";

/** The environment of a task does not say what the task needs to know. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** A variable that holds JSON of this schema. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/**
 * @param secrets variables whose values no message shows
 * @throws EnvironmentError naming each variable, what it holds and what it takes
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  variables: Variables,
  secrets: readonly string[] = [],
): z.output<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const [name = "environment", ...path] = issue.path.map(String);
    const rule = path.length > 0 ? `${path.join(".")}: ${issue.message}` : issue.message;
    return `${name} is ${secrets.includes(name) ? "a secret" : shown(variables[name])}; ${rule}`;
  });
  throw new EnvironmentError(problems.join("\n"));
}

/** Long values are cut. */
function shown(value: string | undefined): string {
  if (value === undefined) return "not set";
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
