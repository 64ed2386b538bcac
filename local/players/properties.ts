import { z } from "zod";
import type { ResourceToPlay } from "../cloudformation/resource-player.ts";
import { NotPlayedError } from "../wire/aws-error.ts";

// CloudFormation takes numbers and booleans as text too.
export const flag = z.union([z.boolean(), z.stringbool()]);
export const number = z.coerce.number();
export const tagList = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

/**
 * Reads a resource's properties.
 * @throws NotPlayedError for properties that the schema does not know
 * @throws ZodError, from which the player names the property at fault
 */
export function readProperties<Schema extends z.ZodType>(
  resource: ResourceToPlay,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) {
    const names = unknown.keys.map((key) => [...unknown.path, key].join(".")).join(", ");
    throw new NotPlayedError(`${resource.type} ${names}`);
  }
  throw parsed.error;
}

/** Tags as most services' APIs take them: one object, names to values. */
export function tagsOf(tags: z.output<typeof tagList> | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}
