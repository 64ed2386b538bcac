import type { Node } from "constructs";
import { z } from "zod";

/** What an adopter may decide without touching a construct; given as CDK context, `-c longshore:<name>=<value>`. */
const configSchema = z.strictObject({
  /** CPU architecture of containers. */
  architecture: z.enum(["x86_64", "arm64"]).default("x86_64"),
  /** Days that logs are kept: one of the values that CloudWatch Logs takes. */
  logRetentionDays: z.coerce
    .number()
    .pipe(z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]))
    .default(30),
  /** Workers that drain the jobs queue. */
  workers: z.coerce.number().int().min(0).max(100).default(1),
  /** Objects that one worker takes at once; by default as many as its CPU allows. */
  workerConcurrency: z.coerce.number().int().min(1).max(64).optional(),
  /** Launches that may be under way at once from the launch queue. */
  launchConcurrency: z.coerce.number().int().min(2).max(50).default(5),
  /** Who gets alerts by mail. */
  alertEmail: z.email().optional(),
  /** Whether data outlives the stack. */
  removalPolicy: z.enum(["retain", "destroy"]).default("retain"),
});

export type Config = z.output<typeof configSchema>;

/** A setting that cannot be used: names it, what it got and what it takes. */
export class ConfigError extends Error {
  constructor(problems: string) {
    super(`Configuration (CDK context "longshore:<setting>"):\n${problems}`);
    this.name = "ConfigError";
  }
}

const PREFIX = "longshore:";

/** Reads the configuration from CDK context. @throws ConfigError */
export function readConfig(node: Node): Config {
  const context: Record<string, unknown> = node.getAllContext();
  const settings = Object.entries(context)
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, value]) => [key.slice(PREFIX.length), value]);
  return parseConfig(Object.fromEntries(settings));
}

/** @throws ConfigError */
export function parseConfig(settings: unknown): Config {
  const parsed = configSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `  ${issue.keys.join(", ")}: unknown; settings are ${Object.keys(configSchema.shape).join(", ")}`
      : `  ${issue.path.join(".")}: ${issue.message}`,
  );
  throw new ConfigError(lines.join("\n"));
}
