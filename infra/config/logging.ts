import { z } from "zod";
import type { Config } from "../config.ts";
import type { Rule } from "./rules.ts";
import { several, whole } from "./values.ts";

/** Days that CloudWatch Logs can keep a log for, up to a year. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365] as const;

/** Where logs go and how long they stay. */
export const loggingSettings = {
  logRetentionDays: z.coerce
    .number()
    .pipe(z.literal(LOG_DAYS))
    .default(30)
    .describe("Days that logs are kept: one of the values that CloudWatch Logs takes."),
  logRemovalPolicy: z
    .enum(["retain", "destroy"])
    .default("retain")
    .describe("Whether log groups outlive the stack; what is in them goes after `logRetentionDays` anyway."),
  logDriver: z
    .enum(["awslogs", "splunk", "firelens"])
    .default("awslogs")
    .describe(
      "Where the output of containers goes: to CloudWatch Logs, to Splunk, or through a Fluent Bit sidecar to `firelensOutputs`. Alerts quote log lines with `awslogs` alone. Functions log to CloudWatch Logs in any case.",
    ),
  logBufferMiB: whole(1, 256)
    .optional()
    .describe(
      "MiB of output that awslogs and splunk hold for a container while the log is slow, 25 by default; past it lines are dropped, because a log never blocks a task.",
    ),
  firelensOutputs: several(z.enum(["cloudwatch", "s3", "splunk"]))
    .refine(({ length }) => length > 0, "names at least one")
    .optional()
    .describe("Where Fluent Bit sends lines to, with `logDriver` firelens; `cloudwatch` by default."),
  splunkUrl: z
    .url({ protocol: /^https$/, error: "is an https:// address" })
    .optional()
    .describe("Splunk's HTTP Event Collector, such as https://http-inputs-example.splunkcloud.com:443."),
  splunkTokenSecretArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/,
      "is the whole ARN of a secret in Secrets Manager, with the six characters at its end",
    )
    .optional()
    .describe("The secret in Secrets Manager whose text is the token of `splunkUrl`."),
  splunkIndex: z.string().min(1).optional().describe("Index in Splunk; by default the token's own."),
};

export const loggingRules: readonly Rule[] = [
  (config) => {
    const toSplunk = splunkIsUsed(config);
    const used = `logDriver is ${config.logDriver}${config.firelensOutputs ? ` and firelensOutputs ${config.firelensOutputs.join(",")}` : ""}`;
    return (["splunkUrl", "splunkTokenSecretArn", "splunkIndex"] as const).flatMap((name) => {
      if (!toSplunk && config[name] !== undefined) return [`${name}: nothing goes to Splunk, ${used}`];
      return toSplunk && config[name] === undefined && name !== "splunkIndex"
        ? [`${name}: is needed, because ${used}`]
        : [];
    });
  },
  ({ logDriver, firelensOutputs, logBufferMiB }) => [
    ...(logDriver !== "firelens" && firelensOutputs !== undefined
      ? [`firelensOutputs: are those of logDriver firelens, and logDriver is ${logDriver}`]
      : []),
    ...(logDriver === "firelens" && logBufferMiB !== undefined
      ? ["logBufferMiB: is for awslogs and splunk, and logDriver is firelens, whose buffer counts lines"]
      : []),
  ],
];

/** What of a configuration decides where container logs go. */
type Logging = Pick<Config, "logDriver" | "firelensOutputs">;

export function firelensOutputs({ logDriver, firelensOutputs = ["cloudwatch"] }: Logging) {
  return logDriver === "firelens" ? firelensOutputs : [];
}

export function splunkIsUsed(config: Logging): boolean {
  return config.logDriver === "splunk" || firelensOutputs(config).includes("splunk");
}
