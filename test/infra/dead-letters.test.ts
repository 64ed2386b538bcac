import { describe, expect, it } from "vitest";
import { ofType, resourcesOf, target } from "./support/resources.ts";

const resources = resourcesOf({ alertEmail: "admin@example.com" });
const topics = ofType(resources, "AWS::SNS::Topic").map(([id]) => id);

/** Queues that have an alarm on their visible messages which tells the alerts topic. */
const alarmed = new Set(
  ofType(resources, "AWS::CloudWatch::Alarm")
    .map(([, { Properties }]) => Properties)
    .filter(
      ({ MetricName, Threshold, ComparisonOperator, TreatMissingData }) =>
        MetricName === "ApproximateNumberOfMessagesVisible" &&
        Threshold === 1 &&
        ComparisonOperator === "GreaterThanOrEqualToThreshold" &&
        TreatMissingData === "notBreaching",
    )
    .filter(({ AlarmActions = [] }) =>
      AlarmActions.some((action: unknown) => topics.includes(target(action) ?? "")),
    )
    .map(({ Dimensions }) => target(Dimensions[0].Value) ?? ""),
);

/** What can fail, by name, and the queue that takes it. */
function failures(): [string, string | undefined][] {
  const deadLetterOf = (queue: unknown) =>
    target(resources[target(queue) ?? ""]?.Properties.RedrivePolicy?.deadLetterTargetArn);
  const isDeadLetterQueue = (id: string) => isTakenBy.has(id);
  const rules = ofType(resources, "AWS::Events::Rule").flatMap(([id, { Properties }]) =>
    (Properties.Targets ?? []).map((to: { Id: string; DeadLetterConfig?: { Arn: unknown } }) => [
      `rule ${id}, target ${to.Id}`,
      target(to.DeadLetterConfig?.Arn),
    ]),
  ) as [string, string | undefined][];
  const functions = ofType(resources, "AWS::Lambda::Function").map(
    ([id, { Properties }]) =>
      [`function ${id}`, target(Properties.DeadLetterConfig?.TargetArn)] as [string, string | undefined],
  );
  const mappings = ofType(resources, "AWS::Lambda::EventSourceMapping").map(
    ([id, { Properties }]) =>
      [`event source ${id}`, deadLetterOf(Properties.EventSourceArn)] as [string, string | undefined],
  );
  const subscriptions = ofType(resources, "AWS::SNS::Subscription").map(
    ([id, { Properties }]) =>
      [`subscription ${id}`, target(Properties.RedrivePolicy?.deadLetterTargetArn)] as [
        string,
        string | undefined,
      ],
  );
  const isTakenBy = new Set(
    [...rules, ...functions, ...mappings, ...subscriptions].map(([, queue]) => queue),
  );
  const queues = ofType(resources, "AWS::SQS::Queue")
    .filter(([id]) => !alarmed.has(id) && !isDeadLetterQueue(id))
    .map(([id]) => [`queue ${id}`, deadLetterOf({ Ref: id })] as [string, string | undefined]);
  return [...rules, ...functions, ...mappings, ...subscriptions, ...queues];
}

describe("whatever can fail", () => {
  it("is there: rules, functions, queues and a mail subscription", () => {
    const kinds = new Set(failures().map(([name]) => name.split(" ")[0]));
    expect(kinds).toEqual(new Set(["rule", "function", "event", "subscription", "queue"]));
  });

  it("has somewhere to go", () => {
    expect(failures().filter(([, queue]) => queue === undefined)).toEqual([]);
  });

  it("goes to a queue with an alarm that tells the administrators", () => {
    expect(failures().filter(([, queue]) => !alarmed.has(queue ?? ""))).toEqual([]);
  });

  it("is kept as long as SQS allows", () => {
    for (const id of alarmed) {
      expect(resources[id]?.Properties.MessageRetentionPeriod, id).toBe(14 * 24 * 3600);
    }
  });
});

it("alarms of this account may publish to the alerts topic, and those of no other", () => {
  const statements = ofType(resources, "AWS::SNS::TopicPolicy").flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement,
  );
  expect(statements).toContainEqual(
    expect.objectContaining({
      Effect: "Allow",
      Action: "sns:Publish",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    }),
  );
});
