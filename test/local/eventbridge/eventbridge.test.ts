import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { connect, openBridge, QUEUE } from "./bridge.ts";

async function start() {
  const opened = openBridge();
  return { ...opened, client: await connect(opened.bridge.service) };
}

const PATTERN = JSON.stringify({ source: ["shop"] });
const RULE_ARN = "arn:aws:events:us-east-1:000000000000:rule";

describe("rules", () => {
  it("are put, described, disabled, enabled and deleted", async () => {
    const { client } = await start();
    const put = await client.send(
      new PutRuleCommand({
        Name: "r",
        EventPattern: PATTERN,
        Description: "d",
        RoleArn: "arn:aws:iam::0:role/r",
      }),
    );
    expect(put.RuleArn).toBe(`${RULE_ARN}/r`);
    await client.send(new DisableRuleCommand({ Name: "r" }));
    expect(await client.send(new DescribeRuleCommand({ Name: "r" }))).toMatchObject({
      Name: "r",
      Arn: `${RULE_ARN}/r`,
      EventPattern: PATTERN,
      State: "DISABLED",
      Description: "d",
      RoleArn: "arn:aws:iam::0:role/r",
      EventBusName: "default",
      CreatedBy: "000000000000",
    });
    await client.send(new EnableRuleCommand({ Name: "r" }));
    expect((await client.send(new DescribeRuleCommand({ Name: "r" }))).State).toBe("ENABLED");
    await client.send(new DeleteRuleCommand({ Name: "r" }));
    await client.send(new DeleteRuleCommand({ Name: "r" }));
    await expect(client.send(new DescribeRuleCommand({ Name: "r" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Rule r does not exist on EventBus default.",
    });
  });

  it("are listed by prefix, page by page", async () => {
    const { client } = await start();
    for (const Name of ["a1", "a2", "a3", "b1"]) {
      await client.send(new PutRuleCommand({ Name, EventPattern: PATTERN }));
    }
    const first = await client.send(new ListRulesCommand({ NamePrefix: "a", Limit: 2 }));
    expect(first.Rules?.map((rule) => rule.Name)).toEqual(["a1", "a2"]);
    await client.send(new DeleteRuleCommand({ Name: "a1" }));
    const second = await client.send(
      new ListRulesCommand({ NamePrefix: "a", Limit: 2, NextToken: first.NextToken }),
    );
    expect(second.Rules?.map((rule) => rule.Name)).toEqual(["a3"]);
    expect(second.NextToken).toBeUndefined();
    await expect(client.send(new ListRulesCommand({ NextToken: "x" }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("must have a valid pattern or schedule", async () => {
    const { client } = await start();
    await client.send(new CreateEventBusCommand({ Name: "orders" }));
    const refused = (input: Omit<ConstructorParameters<typeof PutRuleCommand>[0], "Name">) =>
      expect(client.send(new PutRuleCommand({ Name: "r", ...input }))).rejects;
    await refused({}).toMatchObject({
      name: "ValidationException",
      message: "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    });
    await refused({ EventPattern: '{"source": "shop"}' }).toMatchObject({
      name: "InvalidEventPatternException",
      message: expect.stringContaining('Reason: "source" must be an object or an array'),
    });
    await refused({ ScheduleExpression: "rate(1 hours)" }).toMatchObject({
      name: "ValidationException",
      message: "Parameter ScheduleExpression is not valid.",
    });
    await refused({ ScheduleExpression: "rate(1 hour)", EventBusName: "orders" }).toMatchObject({
      message: "ScheduleExpression is supported only on the default event bus.",
    });
    await refused({ EventPattern: PATTERN, EventBusName: "nowhere" }).toMatchObject({
      name: "ResourceNotFoundException",
      message: "Event bus nowhere does not exist.",
    });
    await refused({
      EventPattern: PATTERN,
      State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    }).toMatchObject({ name: "NotImplemented" });
  });
});

describe("targets", () => {
  it("are put, listed, found by ARN and removed", async () => {
    const { client } = await start();
    await client.send(new PutRuleCommand({ Name: "r", EventPattern: PATTERN }));
    const targets = [
      { Id: "a", Arn: QUEUE, InputPath: "$.detail" },
      {
        Id: "b",
        Arn: "arn:aws:ecs:us-east-1:000000000000:cluster/c",
        RoleArn: "arn:aws:iam::000000000000:role/events",
        EcsParameters: {
          TaskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/t:1",
          TaskCount: 2,
        },
      },
    ];
    expect(await client.send(new PutTargetsCommand({ Rule: "r", Targets: targets }))).toMatchObject({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    const listed = await client.send(new ListTargetsByRuleCommand({ Rule: "r" }));
    expect(listed.Targets).toEqual(targets);
    const names = await client.send(new ListRuleNamesByTargetCommand({ TargetArn: QUEUE }));
    expect(names.RuleNames).toEqual(["r"]);
    await expect(client.send(new DeleteRuleCommand({ Name: "r" }))).rejects.toMatchObject({
      name: "ValidationException",
      message: "Rule can't be deleted since it has targets.",
    });
    const removed = await client.send(new RemoveTargetsCommand({ Rule: "r", Ids: ["a", "b", "c"] }));
    expect(removed.FailedEntries).toEqual([
      expect.objectContaining({ TargetId: "c", ErrorCode: "ResourceNotFoundException" }),
    ]);
    await client.send(new DeleteRuleCommand({ Name: "r" }));
  });

  it("stay when their rule is put again, and number five at most", async () => {
    const { client } = await start();
    await client.send(new PutRuleCommand({ Name: "r", EventPattern: PATTERN }));
    const five = [1, 2, 3, 4, 5].map((n) => ({ Id: `t${n}`, Arn: QUEUE }));
    await client.send(new PutTargetsCommand({ Rule: "r", Targets: five }));
    await client.send(new PutRuleCommand({ Name: "r", EventPattern: '{"source": ["other"]}' }));
    const listed = await client.send(new ListTargetsByRuleCommand({ Rule: "r" }));
    expect(listed.Targets).toHaveLength(5);
    await expect(
      client.send(new PutTargetsCommand({ Rule: "r", Targets: [{ Id: "t6", Arn: QUEUE }] })),
    ).rejects.toMatchObject({ name: "LimitExceededException" });
  });

  it.each([
    [{ Arn: "queue" }, "Parameter queue is not valid. Reason: Provided Arn is not in correct format."],
    [{ Arn: `${QUEUE}.fifo` }, "Parameter(s) SqsParameters must be specified for target: t."],
    [{ Arn: QUEUE, EcsParameters: { TaskDefinitionArn: "arn:x" } }, "EcsParameters not valid for target: t."],
    [{ Arn: "arn:aws:ecs:us-east-1:0:cluster/c" }, "EcsParameters must be specified for target: t."],
    [
      { Arn: QUEUE, Input: "{}", InputPath: "$" },
      "Only one of Input, InputPath, or InputTransformer must be",
    ],
    [{ Arn: "arn:aws:events:us-east-1:0:event-bus/b", InputPath: "$" }, "are not for event buses: target t."],
    [{ Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: 186 } }, "MaximumRetryAttempts"],
  ])("%j is refused", async (members, message) => {
    const { client } = await start();
    await client.send(new PutRuleCommand({ Name: "r", EventPattern: PATTERN }));
    await expect(
      client.send(new PutTargetsCommand({ Rule: "r", Targets: [{ Id: "t", ...members }] })),
    ).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining(message) });
  });

  it("of kinds that are not played are refused by name", async () => {
    const { client } = await start();
    await client.send(new PutRuleCommand({ Name: "r", EventPattern: PATTERN }));
    const Targets = [{ Id: "t", Arn: QUEUE, KinesisParameters: { PartitionKeyPath: "$.id" } }];
    await expect(client.send(new PutTargetsCommand({ Rule: "r", Targets }))).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringContaining("KinesisParameters"),
    });
  });
});

describe("PutEvents", () => {
  it("answers for each entry, and delivers what matches", async () => {
    const { client, bridge, delivered } = await start();
    await client.send(new PutRuleCommand({ Name: "r", EventPattern: PATTERN }));
    await client.send(new PutTargetsCommand({ Rule: "r", Targets: [{ Id: "t", Arn: QUEUE }] }));
    const good = { Source: "shop", DetailType: "Sold", Detail: '{"n": 1}' };
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...good, Time: new Date("2026-01-31T03:17:14.9Z"), Resources: ["arn:x"] },
          { ...good, Source: undefined },
          { ...good, DetailType: undefined },
          { ...good, Detail: undefined },
          { ...good, Detail: "[1]" },
          { ...good, Detail: "{" },
          { ...good, Source: "aws.s3" },
          { ...good, EventBusName: "nowhere" },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(6);
    expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([
      undefined,
      ...["InvalidArgument", "InvalidArgument", "InvalidArgument"],
      ...["MalformedDetail", "MalformedDetail", "NotAuthorizedForSource"],
      undefined,
    ]);
    expect(answer.Entries?.[1]?.ErrorMessage).toBe(
      "Parameter Source is not valid. Reason: Source is a required argument.",
    );
    await bridge.drain();
    expect(delivered.map((request) => JSON.parse(request.input))).toEqual([
      {
        version: "0",
        id: answer.Entries?.[0]?.EventId,
        "detail-type": "Sold",
        source: "shop",
        account: "000000000000",
        time: "2026-01-31T03:17:14Z",
        region: "us-east-1",
        resources: ["arn:x"],
        detail: { n: 1 },
      },
    ]);
  });

  it("takes 10 entries and 1 MB at most", async () => {
    const { client } = await start();
    const send = (count: number, bytes: number) =>
      client.send(
        new PutEventsCommand({
          Entries: Array.from({ length: count }, () => ({
            Source: "s",
            DetailType: "d",
            Detail: `{"x":"${"y".repeat(bytes - 10)}"}`,
          })),
        }),
      );
    expect((await send(10, 104_857)).FailedEntryCount).toBe(0);
    await expect(send(10, 104_858)).rejects.toMatchObject({
      name: "ValidationException",
      message: "Total size of the entries in the request is over the limit.",
    });
    await expect(send(11, 20)).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("TestEventPattern", () => {
  const event = {
    ...{ id: "1", account: "0", source: "shop", time: "2026-01-31T03:17:14Z", region: "us-east-1" },
    "detail-type": "Sold",
  };

  it("says whether the event matches", async () => {
    const { client } = await start();
    const test = async (EventPattern: string) =>
      (await client.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }))).Result;
    expect(await test('{"source": ["shop"]}')).toBe(true);
    expect(await test('{"source": ["shed"]}')).toBe(false);
    await expect(test('{"source": []}')).rejects.toMatchObject({ name: "InvalidEventPatternException" });
  });

  it.each(["text", "[]", '{"id": "1"}'])("refuses the event %s", async (Event) => {
    const { client } = await start();
    await expect(
      client.send(new TestEventPatternCommand({ EventPattern: PATTERN, Event })),
    ).rejects.toMatchObject({ name: "ValidationException", message: "Parameter Event is not valid." });
  });
});

describe("event buses", () => {
  it("are created, described, listed and deleted", async () => {
    const { client } = await start();
    const { EventBusArn } = await client.send(
      new CreateEventBusCommand({ Name: "orders", Description: "d" }),
    );
    expect(EventBusArn).toBe("arn:aws:events:us-east-1:000000000000:event-bus/orders");
    await expect(client.send(new CreateEventBusCommand({ Name: "orders" }))).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
    });
    expect(await client.send(new DescribeEventBusCommand({ Name: EventBusArn }))).toMatchObject({
      Name: "orders",
      Description: "d",
      CreationTime: expect.any(Date),
    });
    const listed = await client.send(new ListEventBusesCommand({}));
    expect(listed.EventBuses?.map((bus) => bus.Name)).toEqual(["default", "orders"]);
    await client.send(new PutRuleCommand({ Name: "r", EventPattern: PATTERN, EventBusName: "orders" }));
    await expect(client.send(new DeleteEventBusCommand({ Name: "orders" }))).rejects.toMatchObject({
      name: "ValidationException",
    });
    await client.send(new DeleteRuleCommand({ Name: "r", EventBusName: "orders" }));
    await client.send(new DeleteEventBusCommand({ Name: "orders" }));
    await expect(client.send(new DeleteEventBusCommand({ Name: "orders" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(client.send(new DeleteEventBusCommand({ Name: "default" }))).rejects.toMatchObject({
      message: "Cannot delete event bus default.",
    });
  });
});

describe("tags", () => {
  it.each(["rule/r", "rule/orders/r", "event-bus/orders"])(
    "of %s are listed, added, removed",
    async (path) => {
      const { client } = await start();
      const Tags = [{ Key: "a", Value: "1" }];
      await client.send(new CreateEventBusCommand({ Name: "orders", Tags }));
      await client.send(new PutRuleCommand({ Name: "r", EventPattern: PATTERN, Tags }));
      await client.send(
        new PutRuleCommand({ Name: "r", EventPattern: PATTERN, Tags, EventBusName: "orders" }),
      );
      const ResourceARN = `arn:aws:events:us-east-1:000000000000:${path}`;
      await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "b", Value: "2" }] }));
      const list = async () => (await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags;
      expect(await list()).toEqual([...Tags, { Key: "b", Value: "2" }]);
      await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["a"] }));
      expect(await list()).toEqual([{ Key: "b", Value: "2" }]);
    },
  );

  it("of a rule that is not there are an error", async () => {
    const { client } = await start();
    await expect(
      client.send(new ListTagsForResourceCommand({ ResourceARN: `${RULE_ARN}/none` })),
    ).rejects.toMatchObject({ message: "Rule none does not exist on EventBus default." });
  });
});
