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
  /** Workers that drain the jobs queue: never fewer. With 0, the first upload after a pause waits for a start. */
  minWorkers: z.coerce.number().int().min(0).max(1000).default(1),
  /** Workers that drain the jobs queue: never more, burst workers aside. */
  maxWorkers: z.coerce.number().int().min(1).max(1000).default(10),
  /** What the number of workers follows. */
  workerScaling: z.enum(["backlog", "cpu", "memory"]).default("backlog"),
  /** Seconds that a small object may wait for its result. */
  acceptableLatencySeconds: z.coerce.number().int().min(1).max(86_400).default(60),
  /** Seconds of one worker's time that a small object takes, several being in work at once; measured. */
  secondsPerMessage: z.coerce.number().min(0.001).max(3_600).default(0.05),
  /** A backlog this many times larger than the least workers do in the acceptable latency is a burst. */
  burstFactor: z.coerce.number().min(1).max(1000).default(5),
  /** Burst workers at most; 0 has none. */
  maximumBurst: z.coerce.number().int().min(0).max(500).default(20),
  /** Workers at least on working days, from one full hour to another: `8-18:4:Europe/Berlin`. */
  workingHours: z
    .string()
    .regex(
      /^\d{1,2}-\d{1,2}:\d+:[\w+/-]+$/,
      "is written as from-to:workers:time zone, such as 8-18:4:Europe/Berlin",
    )
    .transform((text) => {
      const [hours = "", workers = "", timeZone = ""] = text.split(":");
      const [from = 0, to = 0] = hours.split("-").map(Number);
      return { from, to, workers: Number(workers), timeZone };
    })
    .pipe(
      z.object({
        from: z.int().min(0).max(23),
        to: z.int().min(0).max(23),
        workers: z.int().min(1),
        timeZone: z.string(),
      }),
    )
    .optional(),
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
