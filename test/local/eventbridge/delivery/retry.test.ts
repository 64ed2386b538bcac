import { describe, expect, it } from "vitest";
import { classifyFailure, type Failure } from "../../../../local/eventbridge/delivery/failure.ts";
import { backoff, DEFAULT_RETRY_POLICY, nextStep } from "../../../../local/eventbridge/delivery/retry.ts";
import { AwsError, NotPlayedError } from "../../../../local/wire/aws-error.ts";

const THROTTLED: Failure = { code: "THROTTLING", message: "slow", retriable: true };

describe("nextStep", () => {
  it.each([
    ["a first failure", 1, 0, { kind: "retry" }],
    ["the last retry but one", 185, 0, { kind: "retry" }],
    ["the last retry", 186, 0, { kind: "give-up", exhausted: "MaximumRetryAttempts" }],
    ["a day", 3, 86_400_000, { kind: "give-up", exhausted: "MaximumEventAgeInSeconds" }],
  ])("after %s", (_name, attempts, age, expected) => {
    expect(nextStep(THROTTLED, attempts, 0, age, DEFAULT_RETRY_POLICY, 0.5)).toMatchObject(expected);
  });

  it("does not wait past the event's age", () => {
    const policy = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 };
    expect(nextStep(THROTTLED, 9, 0, 50_000, policy, 1)).toEqual({ kind: "retry", due: 60_000 });
  });

  it("spends about a day on the default policy", () => {
    const delays = Array.from({ length: 185 }, (_, index) => backoff(index + 1, 0.5));
    const hours = delays.reduce((sum, delay) => sum + delay) / 3_600_000;
    expect(hours).toBeGreaterThan(20);
    expect(hours).toBeLessThan(26);
  });
});

describe("classifyFailure", () => {
  const network = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

  it.each([
    [new AwsError("ThrottlingException", "m"), "THROTTLING", true],
    [new AwsError("TooManyRequestsException", "m", { statusCode: 429 }), "THROTTLING", true],
    [new AwsError("InternalFailure", "m", { statusCode: 500 }), "ERROR_FROM_TARGET", true],
    [new AwsError("ResourceNotReadyException", "m"), "RESOURCE_MODIFICATION_COLLISION", true],
    [new AwsError("LimitExceededException", "m"), "RESOURCE_LIMIT_EXCEEDED", true],
    [new AwsError("AccessDenied", "m"), "NO_PERMISSIONS", false],
    [new AwsError("AWS.SimpleQueueService.NonExistentQueue", "m"), "NO_RESOURCE", false],
    [new AwsError("ClusterNotFoundException", "m"), "NO_RESOURCE", false],
    [new AwsError("ClientException", "m"), "INVALID_PARAMETER", false],
    [new NotPlayedError("x"), "INVALID_PARAMETER", false],
    [network, "CONNECTION_FAILURE", true],
    [new Error("boom"), "INTERNAL_ERROR", true],
  ])("%s is %s", (error, code, retriable) => {
    expect(classifyFailure(error)).toMatchObject({ code, retriable });
  });
});
