import { z } from "zod";

/** What the user data of an instance tells its ECS agent. */
export interface EcsConfig {
  readonly cluster: string;
  readonly reservedMemoryMiB: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const attributesSchema = z.record(z.string(), z.string());

/**
 * Reads `NAME=value` lines meant for `/etc/ecs/ecs.config` out of a user data script, written with `echo` or as a
 * here-document; of the rest of the script nothing is run.
 * @param userData as the launch template has it, in Base64
 * @throws Error when ECS_INSTANCE_ATTRIBUTES is not a JSON object of texts
 */
export function readEcsConfig(userData: string | undefined): EcsConfig {
  const script = Buffer.from(userData ?? "", "base64").toString("utf8");
  const variable = (name: string) => {
    const found = new RegExp(
      `\\b${name}=(.*?)(?:\\s*(?:>>?\\s*/etc/ecs/ecs\\.config.*|\\\\n.*))?$`,
      "m",
    ).exec(script);
    return found?.[1]
      ?.trim()
      .replace(/^(["'])(.*)\1$/, "$2")
      .replace(/["']$/, "");
  };
  const attributes = variable("ECS_INSTANCE_ATTRIBUTES");
  return {
    cluster: variable("ECS_CLUSTER") ?? "default",
    reservedMemoryMiB: Number(variable("ECS_RESERVED_MEMORY") ?? 0),
    attributes: attributes === undefined ? {} : attributesSchema.parse(JSON.parse(attributes)),
  };
}
