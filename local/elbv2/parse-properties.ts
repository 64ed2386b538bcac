import { z } from "zod";
import { AwsError, NotPlayedError } from "../wire/aws-error.ts";

/**
 * Reads a resource's properties.
 * @throws NotPlayedError naming each property, and each value, that AWS takes and the local runtime does not
 * @throws AwsError ValidationError naming each value that breaks AWS's rules
 */
export function parseProperties<Schema extends z.ZodType>(
  resourceType: string,
  schema: Schema,
  raw: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const notPlayed = parsed.error.issues.flatMap((issue) => {
    const at = (...more: readonly PropertyKey[]) => [...issue.path, ...more].map(String).join(".");
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => at(key));
    const isOther = issue.code === "custom" && issue.params?.notPlayed === true;
    return isOther ? [`${at()} ${issue.message}`] : [];
  });
  if (notPlayed.length > 0) throw new NotPlayedError(`${resourceType}: ${notPlayed.join(", ")}`);
  throw new AwsError("ValidationError", `${resourceType}: ${z.prettifyError(parsed.error)}`);
}

/** Values at which an attribute that is not played asks for nothing. */
const IDLE_VALUES: ReadonlySet<string> = new Set(["", "0", "false", "off"]);

/**
 * The attributes that the local runtime plays, and the names of those that it was given and does not play.
 * @throws AwsError ValidationError when a played attribute has a value that AWS refuses
 */
export function parseAttributes<Schema extends z.ZodObject>(
  resourceType: string,
  schema: Schema,
  given: ReadonlyMap<string, string>,
): { played: z.output<Schema>; notPlayed: string[] } {
  const played = parseProperties(resourceType, schema, Object.fromEntries(given));
  const notPlayed = [...given]
    .filter(([key, value]) => !(key in schema.shape) && !IDLE_VALUES.has(value))
    .map(([key, value]) => `${key}=${value}`);
  return { played, notPlayed };
}
