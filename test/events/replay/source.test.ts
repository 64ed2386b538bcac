import type { Message } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { chosenQueues } from "../../../cli/replay/replay.ts";
import { sourceOf, type Users } from "../../../events/replay/source.ts";
import { targetInput } from "../../../events/replay/target-input.ts";

const QUEUE = "arn:aws:sqs:us-east-1:111122223333:launches";
const FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:launch";
const RULE = "arn:aws:events:us-east-1:111122223333:rule/tables";
const text = (StringValue: string) => ({ DataType: "String", StringValue });
const users: Users = { queueArns: [QUEUE], functionArns: [FUNCTION] };

describe("a dead letter", () => {
  it.each<[string, Message, Users, object]>([
    [
      "of a rule",
      { MessageAttributes: { RULE_ARN: text(RULE), TARGET_ARN: text(FUNCTION), ERROR_CODE: text("X") } },
      users,
      { kind: "rule", ruleArn: RULE, targetArn: FUNCTION },
    ],
    [
      "of a function",
      { MessageAttributes: { RequestID: text("1"), ErrorCode: text("200") } },
      users,
      { kind: "function", functionArn: FUNCTION },
    ],
    [
      "that SQS moved",
      { Attributes: { DeadLetterQueueSourceArn: QUEUE } },
      { queueArns: [QUEUE, "another"], functionArns: [] },
      { kind: "queue", queueArn: QUEUE },
    ],
    ["that a worker moved", { Body: "not json" }, users, { kind: "queue", queueArn: QUEUE }],
    [
      "that a worker moved into a queue of several",
      { Body: "x" },
      { queueArns: ["a", "b"], functionArns: [] },
      { kind: "unknown", why: "2 queues use this queue, and it does not say which" },
    ],
    [
      "that nobody claims",
      { Body: "x" },
      { queueArns: [], functionArns: [] },
      { kind: "unknown", why: "no queue or function uses this queue" },
    ],
    [
      "of a subscription",
      { Body: '{"Type":"Notification","Message":"m"}' },
      users,
      { kind: "unknown", why: expect.stringContaining("notification") },
    ],
  ])("%s goes back to its source", (_, message, known, expected) => {
    expect(sourceOf(message, known)).toEqual(expected);
  });
});

describe("what a rule's target gets again", () => {
  const event = '{"detail":{"key":"a$&b"}}';
  it.each<[string, object, string | undefined]>([
    ["the event", {}, event],
    ["a constant", { Input: '{"a":1}' }, '{"a":1}'],
    [
      "the event in a frame",
      { InputTransformer: { InputTemplate: '{"pipeline":"p","event":<aws.events.event.json>}' } },
      `{"pipeline":"p","event":${event}}`,
    ],
    ["nothing for parts of the event", { InputPath: "$.detail" }, undefined],
    [
      "nothing for paths",
      { InputTransformer: { InputPathsMap: { k: "$.x" }, InputTemplate: "<k>" } },
      undefined,
    ],
    [
      "nothing for other variables",
      { InputTransformer: { InputTemplate: "<aws.events.rule-arn>" } },
      undefined,
    ],
  ])("is %s", (_, target, expected) => {
    expect(targetInput(target, event)).toBe(expected);
  });
});

describe("the queues of a stack", () => {
  const outputs = {
    JobsDeadLetterQueueUrl: "https://sqs/jobs",
    StoppedTaskAlertsDeadLetterQueueUrl: "https://sqs/stopped",
    JobsQueueUrl: "https://sqs/no",
  };
  it("are found by their outputs, under the names that alarms use", () => {
    expect(chosenQueues(outputs, undefined)).toEqual([
      ["jobs", "https://sqs/jobs"],
      ["stopped-task-alerts", "https://sqs/stopped"],
    ]);
    expect(chosenQueues(outputs, "jobs")).toHaveLength(1);
    expect(() => chosenQueues(outputs, "launch")).toThrow(
      'There is no dead-letter queue "launch"; there are jobs, stopped-task-alerts',
    );
  });
});
