import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  backoffSeconds,
  refusalFromError,
  refusalFromFailures,
} from "../../functions/launch-upload/refusal.ts";
import { OverridesTooLongError } from "../../functions/launch-upload/run-task-input.ts";

function thrown(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

describe("a RunTask that throws", () => {
  it.each([
    ["ThrottlingException", "Rate exceeded", "throttled"],
    ["InvalidParameterException", "An error occurred: Rate exceeded", "throttled"],
    ["ServerException", "Service Unavailable. Please try again later.", "throttled", 503],
    ["TimeoutError", "socket hang up", "throttled", 500],
    [
      "ClientException",
      "You've reached the limit on the number of tasks in a provisioning state",
      "no-capacity",
    ],
    [
      "ClientException",
      "You’ve reached the limit on the number of vCPUs you can run concurrently",
      "no-capacity",
    ],
    ["InvalidParameterException", "No Container Instances were found in your cluster.", "no-capacity"],
    ["ClusterNotFoundException", "Cluster not found.", "configuration"],
    ["InvalidParameterException", "TaskDefinition is inactive", "configuration"],
    ["AccessDeniedException", "User is not authorized to perform: ecs:RunTask", "configuration"],
    [
      "AccessDeniedException",
      "User: arn:aws:sts::1:assumed-role/agents/eni is not authorized to perform: ecs:RunTask, access is denied",
      "configuration",
    ],
    [
      "AccessDeniedException",
      "not authorized to perform: iam:PassRole on role/throttled-jobs",
      "configuration",
    ],
    ["ClientException", "The task definition's agent settings were denied.", "configuration"],
    ["ConflictException", "The request conflicts with an earlier one", "throttled"],
  ])("%s: %s is %s", (name, message, kind, status?: number) => {
    expect(refusalFromError(thrown(name, message, status)).kind).toBe(kind);
  });

  it("says so itself when the overrides are too long for ECS", () => {
    const refusal = refusalFromError(new OverridesTooLongError(9000));
    expect(refusal.kind).toBe("configuration");
    expect(refusal.reason).toContain("9000 characters");
  });

  it("that was never answered is told apart: there may be a task", () => {
    const error = Object.assign(new Error("socket hang up"), { name: "TimeoutError", $metadata: {} });
    expect(refusalFromError(error).kind).toBe("unanswered");
  });

  it("keeps ECS's own words", () => {
    expect(refusalFromError(thrown("ClientException", "No room")).reason).toBe("ClientException: No room");
  });
});

describe("a RunTask that answers with failures", () => {
  it.each([
    ["RESOURCE:MEMORY", "no-capacity"],
    ["RESOURCE:ENI", "no-capacity"],
    ["AGENT", "no-capacity"],
    [
      "Capacity is unavailable at this time. Please try again later or in a different availability zone",
      "no-capacity",
    ],
    ["ATTRIBUTE", "configuration"],
    ["MISSING", "configuration"],
  ])("%s is %s", (reason, kind) => {
    expect(refusalFromFailures([{ reason }]).kind).toBe(kind);
  });

  it("says so when there is no reason at all", () => {
    expect(refusalFromFailures([])).toEqual({
      kind: "no-capacity",
      reason: "RunTask made no task and gave no reason",
    });
  });
});

describe("backoffSeconds", () => {
  it("doubles, spreads over half its span, and stays within what SQS can delay", () => {
    expect([1, 2, 3, 4].map((refusals) => backoffSeconds(refusals, 0.999))).toEqual([2, 4, 8, 16]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, random) => {
          const seconds = backoffSeconds(n, random);
          return Number.isInteger(seconds) && seconds >= 1 && seconds <= 900;
        },
      ),
    );
    expect(backoffSeconds(30, 0)).toBe(450);
  });
});
