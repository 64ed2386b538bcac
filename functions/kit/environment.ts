import * as z from "zod";

/** A variable of the function's environment is missing or wrong. It never carries the value. */
export class EnvironmentError extends Error {
  constructor(problems: string) {
    super(`Environment of the function:\n${problems}`);
    this.name = "EnvironmentError";
  }
}

/** Reads the environment once, at start. @throws EnvironmentError naming each variable and its rule */
export function readEnvironment<Schema extends z.ZodObject>(schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  throw new EnvironmentError(
    parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`).join("\n"),
  );
}

/** A comma-separated list with at least one entry. */
export const listVariable = z
  .string()
  .min(1)
  .transform((text) => text.split(","));

/** JSON text in a variable, read by `schema`. */
export function jsonVariable<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
