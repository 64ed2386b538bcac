import { readFileSync } from "node:fs";
import type { z } from "zod";
import { AssemblyError } from "./errors.ts";

/**
 * Reads a JSON file of the assembly and checks its shape.
 * @param what what the file is, for messages: "the manifest that cdk synth writes"
 * @throws AssemblyError when the file is absent, no JSON, or of another shape
 */
export function readJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  what: string,
): z.output<Schema> {
  return parseJson(file, readText(file, what), schema, what);
}

/** @throws AssemblyError when the text is no JSON, or of another shape */
export function parseJson<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
  what: string,
): z.output<Schema> {
  return checkJson(file, parse(file, text, what), schema, what);
}

/** @throws AssemblyError naming the first places where the value differs from the schema */
export function checkJson<Schema extends z.ZodType>(
  file: string,
  value: unknown,
  schema: Schema,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "(top)"}: ${issue.message}`)
    .join("; ");
  throw new AssemblyError(file, found, what, { cause: parsed.error });
}

/** @throws AssemblyError when the file is absent or cannot be read */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new AssemblyError(file, missing ? "no such file" : String(cause), what, { cause });
  }
}

function parse(file: string, text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AssemblyError(file, `malformed JSON (${reason})`, what, { cause });
  }
}
