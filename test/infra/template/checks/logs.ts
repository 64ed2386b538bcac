import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import { z } from "zod";
import type { Config } from "../../../../infra/config.ts";
import { permissions, readable, referencesIn, resourcesOf } from "../resources.ts";

const containers = z.array(
  z.looseObject({
    Name: z.string(),
    Essential: z.boolean(),
    LogConfiguration: z.object({
      LogDriver: z.string(),
      Options: z.record(z.string(), z.unknown()).optional(),
      SecretOptions: z.array(z.object({ Name: z.string(), ValueFrom: z.unknown() })).optional(),
    }),
    FirelensConfiguration: z
      .object({ Type: z.string(), Options: z.record(z.string(), z.string()) })
      .optional(),
    Secrets: z.array(z.object({ Name: z.string(), ValueFrom: z.unknown() })).optional(),
    Environment: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  }),
);

/** Output of containers goes where the configuration says, and never blocks them. */
export function checkLogs(template: Template, config: Config): void {
  const roles = permissions(template);
  const outputs = config.logDriver === "firelens" ? (config.firelensOutputs ?? ["cloudwatch"]) : [];
  const splunk = config.logDriver === "splunk" || outputs.includes("splunk");
  for (const [id, { Properties }] of resourcesOf(template, "AWS::ECS::TaskDefinition")) {
    const [routers, [container, ...others]] = partition(containers.parse(Properties.ContainerDefinitions));
    expect(others, id).toEqual([]);
    const log = container?.LogConfiguration;
    expect(log?.LogDriver, id).toBe(
      { awslogs: "awslogs", splunk: "splunk", firelens: "awsfirelens" }[config.logDriver],
    );
    if (config.logDriver !== "firelens") {
      expect(routers, id).toEqual([]);
      expect(log?.Options?.mode, id).toBe("non-blocking");
      expect(bytesOf(log?.Options?.["max-buffer-size"]), id).toBe((config.logBufferMiB ?? 25) * 1024 ** 2);
    }
    if (config.logDriver === "splunk") {
      expect(log?.SecretOptions).toEqual([{ Name: "splunk-token", ValueFrom: config.splunkTokenSecretArn }]);
      expect(log?.Options).toMatchObject({
        "splunk-url": config.splunkUrl,
        "splunk-verify-connection": "false",
      });
    }
    if (config.logDriver === "firelens") {
      expect(routers, id).toHaveLength(1);
      expect(routers[0]).toMatchObject({
        Essential: true,
        FirelensConfiguration: { Type: "fluentbit", Options: { "config-file-type": "file" } },
        LogConfiguration: { LogDriver: "awslogs" },
      });
      const given = new Set(routers[0]?.Environment.map(({ Name }) => Name));
      expect(given.has("LOG_GROUP")).toBe(outputs.includes("cloudwatch"));
      expect(given.has("LOG_BUCKET")).toBe(outputs.includes("s3"));
      expect(given.has("SPLUNK_HOST")).toBe(outputs.includes("splunk"));
      expect(routers[0]?.Secrets?.map(({ Name }) => Name) ?? []).toEqual(splunk ? ["SPLUNK_TOKEN"] : []);
    }
    const [executionRole = ""] = referencesIn(Properties.ExecutionRoleArn);
    const secrets = (roles.get(executionRole) ?? []).filter(({ Resource }) =>
      Resource.includes(config.splunkTokenSecretArn ?? "none"),
    );
    expect(secrets.map(({ Action, Resource }) => [Action, Resource])).toEqual(
      splunk ? [[["secretsmanager:GetSecretValue"], [config.splunkTokenSecretArn]]] : [],
    );
  }
  const buckets = resourcesOf(template, "AWS::S3::Bucket").map(([id]) => readable(id));
  expect(buckets.includes("PlatformTaskLogs")).toBe(outputs.includes("s3"));
  for (const [id, { Properties, DeletionPolicy }] of resourcesOf(template, "AWS::Logs::LogGroup")) {
    expect(Properties.RetentionInDays, id).toBe(config.logRetentionDays);
    expect(Properties.KmsKeyId !== undefined, id).toBe(config.logEncryption === "own");
    expect(DeletionPolicy, id).toBe(config.logRemovalPolicy === "retain" ? "Retain" : "Delete");
  }
  // Alerts quote lines where they can be read.
  const reads = [...roles].filter(([, statements]) =>
    statements.some(({ Action }) => Action.includes("logs:GetLogEvents")),
  );
  expect(reads.map(([role]) => readable(role))).toEqual(
    config.logDriver === "awslogs" ? ["StoppedTaskAlertsOnTaskStoppedRole"] : [],
  );
}

/** Docker's own notation: `25m`, `26214400b`. */
function bytesOf(size: unknown): number {
  const [, count, unit] = /^(\d+)([bkm])$/.exec(String(size)) ?? [];
  return Number(count) * 1024 ** "bkm".indexOf(unit ?? "");
}

function partition(all: z.output<typeof containers>) {
  const isRouter = ({ FirelensConfiguration }: (typeof all)[number]) => FirelensConfiguration !== undefined;
  return [all.filter(isRouter), all.filter((each) => !isRouter(each))] as const;
}
