import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  type DescribeLogGroupsCommandInput,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningLogs, startLogs } from "./start-logs.ts";

const ARN = "arn:aws:logs:us-east-1:000000000000:log-group:";
let running: RunningLogs;
beforeEach(async () => {
  running = await startLogs();
});
afterEach(() => running.stop());

describe("log groups", () => {
  it("are made, described with their ARNs, and deleted", async () => {
    const { client } = running;
    await client.send(new CreateLogGroupCommand({ logGroupName: "/app/web" }));
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toEqual([
      {
        logGroupName: "/app/web",
        arn: `${ARN}/app/web:*`,
        logGroupArn: `${ARN}/app/web`,
        creationTime: expect.any(Number),
        logGroupClass: "STANDARD",
        metricFilterCount: 0,
        storedBytes: 0,
      },
    ]);
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: "/app/web" }))).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
    });
    await client.send(new DeleteLogGroupCommand({ logGroupName: "/app/web" }));
    expect((await client.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
    await expect(client.send(new DeleteLogGroupCommand({ logGroupName: "/app/web" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("are found by prefix, by a part of the name and by identifier, page by page", async () => {
    const { client, logs } = running;
    for (const name of ["/b/two", "/a/one", "/b/one", "/b_one"]) logs.createGroup(name);
    const namesOf = async (input: DescribeLogGroupsCommandInput) => {
      const { logGroups = [], nextToken } = await client.send(new DescribeLogGroupsCommand(input));
      return { names: logGroups.map(({ logGroupName }) => logGroupName), nextToken };
    };
    expect((await namesOf({ logGroupNamePrefix: "/b/" })).names).toEqual(["/b/one", "/b/two"]);
    expect((await namesOf({ logGroupNamePattern: "one" })).names).toEqual(["/a/one", "/b/one", "/b_one"]);
    expect((await namesOf({ logGroupIdentifiers: [`${ARN}/b/two`, "/none"] })).names).toEqual(["/b/two"]);
    const first = await namesOf({ limit: 3 });
    expect(first.names).toEqual(["/a/one", "/b/one", "/b/two"]);
    const second = await namesOf({ limit: 3, nextToken: first.nextToken });
    expect(second).toEqual({ names: ["/b_one"], nextToken: undefined });
    await expect(namesOf({ nextToken: "made up" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("keep events for as long as a retention policy says, in the days that AWS allows", async () => {
    const { client, logs } = running;
    logs.createGroup("/app");
    const retention = async () =>
      (await client.send(new DescribeLogGroupsCommand({}))).logGroups?.[0]?.retentionInDays;
    await client.send(new PutRetentionPolicyCommand({ logGroupName: "/app", retentionInDays: 14 }));
    expect(await retention()).toBe(14);
    await expect(
      client.send(new PutRetentionPolicyCommand({ logGroupName: "/app", retentionInDays: 15 })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
    await client.send(new DeleteRetentionPolicyCommand({ logGroupName: "/app" }));
    expect(await retention()).toBeUndefined();
  });

  it("carry tags, under an ARN with or without :* at the end", async () => {
    const { client } = running;
    await client.send(new CreateLogGroupCommand({ logGroupName: "/app", tags: { a: "1", b: "2" } }));
    await client.send(new TagResourceCommand({ resourceArn: `${ARN}/app:*`, tags: { c: "3" } }));
    await client.send(new UntagResourceCommand({ resourceArn: `${ARN}/app`, tagKeys: ["a"] }));
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: `${ARN}/app` }));
    expect(tags).toEqual({ b: "2", c: "3" });
  });

  it("are made by the runtime again without an error, and keep their events", async () => {
    const { logs, client } = running;
    expect(logs.createGroup("/app", { retentionDays: 7 })).toEqual({ arn: `${ARN}/app` });
    logs.write("/app", "s", [{ timestamp: Date.now(), message: "kept" }]);
    logs.createGroup("/app", { retentionDays: 30, tags: { a: "1" } });
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toEqual([
      expect.objectContaining({ retentionInDays: 30, storedBytes: "kept".length + 26 }),
    ]);
  });

  it.each([
    ["a name with a space", { logGroupName: "a b" }, "InvalidParameterException"],
    ["a name that AWS keeps for itself", { logGroupName: "aws/x" }, "InvalidParameterException"],
    ["a KMS key", { logGroupName: "x", kmsKeyId: "arn:aws:kms:us-east-1:1:key/a" }, "NotImplemented"],
    ["another class", { logGroupName: "x", logGroupClass: "DELIVERY" as const }, "InvalidParameterException"],
  ])("refuse %s", async (_what, input, name) => {
    await expect(running.client.send(new CreateLogGroupCommand(input))).rejects.toMatchObject({ name });
    expect(running.logs.groupExists(input.logGroupName)).toBe(false);
  });

  it("answer an error to operations that are not played", async () => {
    running.logs.createGroup("/app");
    const query = { logGroupName: "/app", startTime: 0, endTime: 1, queryString: "fields @message" };
    await expect(running.client.send(new StartQueryCommand(query))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining("StartQuery"),
    });
  });
});
