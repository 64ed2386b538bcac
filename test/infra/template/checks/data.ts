import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import { z } from "zod";
import type { Config } from "../../../../infra/config.ts";
import { readable, referencesIn, resourcesOf, statementsIn } from "../resources.ts";

const KEY = "PlatformEncryptionKey";

/** Data is under the key that was chosen, kept as long as was asked for, and alerts reach those who were named. */
export function checkData(template: Template, config: Config): void {
  checkKeys(template, config);
  checkKeeping(template, config);
  const subscriptions = resourcesOf(template, "AWS::SNS::Subscription").map(([, { Properties }]) => {
    expect(referencesIn(Properties.RedrivePolicy).map(readable)).toEqual(["PlatformAlertMailDeadLetters"]);
    return `${Properties.Protocol} ${Properties.Endpoint}`;
  });
  expect(subscriptions.sort()).toEqual(
    [
      ...config.alertEmail.map((address) => `email ${address}`),
      ...config.alertHttps.map((url) => `https ${url}`),
      ...config.alertQueueArn.map((arn) => `sqs ${arn}`),
    ].sort(),
  );
}

function checkKeys(template: Template, { dataEncryption, logEncryption }: Config): void {
  const of = (type: string) => resourcesOf(template, type);
  const keys = of("AWS::KMS::Key");
  expect(keys).toHaveLength(dataEncryption === "own" || logEncryption === "own" ? 1 : 0);
  const own = dataEncryption === "own";
  const underKey = (type: string) =>
    of(type)
      .filter(([, { Properties }]) => referencesIn(Properties).map(readable).includes(KEY))
      .map(([id]) => readable(id));
  const all = (type: string) => of(type).map(([id]) => readable(id));
  expect(underKey("AWS::S3::Bucket")).toEqual(
    // Load balancers write with S3's own key alone.
    own ? all("AWS::S3::Bucket").filter((id) => id !== "PlatformAccessLogsBucket") : [],
  );
  for (const type of ["AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::SNS::Topic"]) {
    expect(underKey(type), type).toEqual(own ? all(type) : []);
  }
  for (const [id, { Properties }] of of("AWS::SQS::Queue")) {
    expect(Properties.SqsManagedSseEnabled === true, id).toBe(!own);
  }
  for (const [, { Properties, DeletionPolicy }] of keys) {
    expect(Properties.EnableKeyRotation).toBe(true);
    expect(DeletionPolicy).toBeDefined();
    const [administration, ...others] = statementsIn(Properties.KeyPolicy);
    expect(administration?.Action).toEqual(["kms:*"]);
    expect(JSON.stringify(administration?.Principal)).toContain(":root");
    expect(others.map(({ Sid }) => Sid)).toEqual([
      ...(own ? ["ThroughTheServicesThatKeepData", "ServicesThatSendToQueuesAndTheTopic"] : []),
      ...(logEncryption === "own" ? ["LogGroupsOfTheAccount"] : []),
    ]);
    for (const { Principal, Condition, Action } of others) {
      expect(Action.some((action) => action.includes("*"))).toBe(false);
      if (JSON.stringify(Principal) === '{"AWS":"*"}') {
        expect(Object.keys(Condition?.StringEquals ?? {}).sort()).toEqual([
          "kms:CallerAccount",
          "kms:ViaService",
        ]);
      }
    }
    if (own) {
      const { Service } = z.object({ Service: z.array(z.string()) }).parse(others[1]?.Principal);
      expect(Service.sort()).toEqual([
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
        "sns.amazonaws.com",
      ]);
    }
  }
}

function checkKeeping(template: Template, config: Config): void {
  const of = (type: string) => resourcesOf(template, type);
  const rules = (bucket: string) =>
    JSON.stringify(of("AWS::S3::Bucket").find(([id]) => readable(id) === bucket)?.[1].Properties);
  const days = (count: number | undefined) =>
    count === undefined ? undefined : `"ExpirationInDays":${count}`;
  for (const [bucket, count] of [
    ["PlatformUploads", config.uploadRetentionDays],
    ["PlatformResults", config.resultRetentionDays],
  ] as const) {
    const expected = days(count);
    if (expected) expect(rules(bucket)).toContain(expected);
  }
  expect(rules("PlatformUploads")).toContain(`"NoncurrentDays":${config.oldVersionRetentionDays}`);
  const told = of("AWS::Lambda::Function")
    .map(([, { Properties }]) => JSON.stringify(Properties.Environment))
    .filter((text) => text.includes("INCIDENT_DAYS"));
  expect(told.length).toBeGreaterThanOrEqual(2);
  for (const text of told) expect(text).toContain(`"INCIDENT_DAYS":"${config.incidentRetentionDays}"`);
  for (const type of ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"]) {
    for (const [id, { DeletionPolicy }] of of(type)) {
      const forgotten = readable(id) === "PlatformIncidentTablesCounters";
      expect(DeletionPolicy, id).toBe(config.removalPolicy === "retain" && !forgotten ? "Retain" : "Delete");
    }
  }
}
