import { describe, expect, it } from "vitest";
import { type Attempt, DEFAULT_INVOKE_CONFIG, decideAsync } from "../../../local/lambda/async-decision.ts";
import { functionFromTemplate } from "../../../local/lambda/from-template.ts";
import { parseFunctionName } from "../../../local/lambda/function-name.ts";
import { type SqsRecord, splitBatch, sqsEvent, succeededRecords } from "../../../local/lambda/sqs-event.ts";
import { REALM } from "./harness.ts";

describe("decideAsync", () => {
  const cases: [Attempt, object, object][] = [
    ["success", {}, { kind: "finish", condition: "Success" }],
    ["function-error", { attempts: 1 }, { kind: "retry", afterMs: 60_000 }],
    ["function-error", { attempts: 2 }, { kind: "retry", afterMs: 120_000 }],
    ["function-error", { attempts: 3 }, { kind: "finish", condition: "RetriesExhausted" }],
    ["throttled", { throttles: 1 }, { kind: "retry", afterMs: 1000 }],
    ["throttled", { throttles: 5 }, { kind: "retry", afterMs: 16_000 }],
    ["throttled", { throttles: 40 }, { kind: "retry", afterMs: 300_000 }],
    ["throttled", { throttles: 40, ageMs: 21_400_000 }, { kind: "finish", condition: "EventAgeExceeded" }],
    [
      "throttled",
      { throttles: 1, reservedConcurrency: 0 },
      { kind: "finish", condition: "ZeroReservedConcurrency" },
    ],
  ];
  it.each(cases)("%s %j → %j", (attempt, input, expected) => {
    const defaults = { attempts: 0, throttles: 0, ageMs: 0, reservedConcurrency: undefined };
    const config = { functionName: "f", ...DEFAULT_INVOKE_CONFIG };
    expect(decideAsync({ ...defaults, attempt, config, ...input })).toEqual(expected);
  });
});

const record = (messageId: string, body = ""): SqsRecord => ({
  messageId,
  body,
  receiptHandle: `handle of ${messageId}`,
  attributes: {},
  messageAttributes: {},
});

describe("succeededRecords", () => {
  it.each([
    ["null", ["a", "b"]],
    ['""', ["a", "b"]],
    ["{}", ["a", "b"]],
    ['{"batchItemFailures":[]}', ["a", "b"]],
    ['{"batchItemFailures":null}', ["a", "b"]],
    ['{"batchItemFailures":[{"itemIdentifier":"a"}]}', ["b"]],
    ['{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":"unknown"}]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":""}]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":null}]}', []],
    ['{"batchItemFailures":[{"wrongKey":"a"}]}', []],
    ['{"batchItemFailures":"a"}', []],
    ["7", []],
  ])("%s leaves %j", (payload, expected) => {
    const succeeded = succeededRecords([record("a"), record("b")], payload);
    expect(succeeded.map(({ messageId }) => messageId)).toEqual(expected);
  });
});

it("splits a batch so that each event fits, and loses nothing", () => {
  const records = Array.from({ length: 20 }, (_, index) => record(String(index), "ü".repeat(index * 50)));
  const parts = splitBatch(records, "arn:q", "us-east-1", 3000);
  expect(parts.length).toBeGreaterThan(3);
  expect(parts.flat()).toEqual(records);
  for (const part of parts) {
    expect(Buffer.byteLength(sqsEvent(part, "arn:q", "us-east-1"))).toBeLessThanOrEqual(3000);
  }
});

describe("parseFunctionName", () => {
  it.each(["", "a b", "arn:aws:s3:::bucket", "x/y"])("refuses %j", (text) => {
    expect(() => parseFunctionName(REALM, text)).toThrow(/failed to satisfy constraint/);
  });
  it.each([
    "arn:aws:lambda:eu-west-1:000000000000:function:f",
    "arn:aws:lambda:us-east-1:111111111111:function:f",
    "f:7",
  ])("finds nothing behind %s", (text) => {
    expect(() => parseFunctionName(REALM, text)).toThrow(/Function not found/);
  });
});

describe("functionFromTemplate", () => {
  const PROPERTIES = {
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: "arn:aws:iam::000000000000:role/r",
    Code: { S3Bucket: "b", S3Key: "k" },
  };
  const convert = (properties: object) =>
    functionFromTemplate({
      logicalId: "Fn",
      generatedName: "stack-Fn",
      codeDirectory: "/code",
      properties: { ...PROPERTIES, ...properties },
    });

  it("fills in AWS's defaults", () => {
    expect(convert({})).toEqual({
      functionName: "stack-Fn",
      runtime: "nodejs24.x",
      handler: "index.handler",
      roleArn: "arn:aws:iam::000000000000:role/r",
      codeDirectory: "/code",
      description: "",
      timeout: 3,
      memorySize: 128,
      environment: {},
      architectures: ["x86_64"],
      ephemeralStorageSize: 512,
      logging: { logFormat: "Text", logGroup: "/aws/lambda/stack-Fn" },
      tracingMode: "PassThrough",
      tags: {},
    });
  });

  it("takes numbers as text, as CloudFormation does", () => {
    expect(convert({ Timeout: "30", MemorySize: "256" })).toMatchObject({ timeout: 30, memorySize: 256 });
  });

  it.each([
    [{ Layers: ["arn"] }, "AWS::Lambda::Function Fn: Layers is not played"],
    [{ Code: { ZipFile: "x" } }, "AWS::Lambda::Function Fn: Code.ZipFile is not played"],
    [{ Runtime: "python3.13" }, "AWS::Lambda::Function Fn: runtime python3.13 is not played"],
    [{ Timeout: 901 }, "Timeout"],
    [{ Environment: { Variables: { AWS_REGION: "x" } } }, "Reserved keys used in this request: AWS_REGION"],
    [{ Environment: { Variables: { LONG: "x".repeat(4097) } } }, "exceeded the 4KB limit"],
  ])("refuses what breaks a rule: case %#", (properties, message) => {
    expect(() => convert(properties)).toThrow(message);
  });
});
