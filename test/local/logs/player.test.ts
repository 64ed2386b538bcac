import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logGroupPlayer } from "../../../local/players/logs.ts";
import { resourceToPlay } from "./resource-to-play.ts";
import { type RunningLogs, startLogs } from "./start-logs.ts";

let running: RunningLogs;
beforeEach(async () => {
  running = await startLogs();
});
afterEach(() => running.stop());

const resource = (properties: object) => resourceToPlay("AWS::Logs::LogGroup", properties);

describe("a template's log group", () => {
  it("is made under its name or one of its own, and follows the template's changes", async () => {
    const player = logGroupPlayer(running.logs);
    const arn = "arn:aws:logs:us-east-1:000000000000:log-group:/app";
    const tags = [{ Key: "team", Value: "data" }];
    const named = resource({ LogGroupName: "/app", RetentionInDays: "30", Tags: tags });
    expect(await player.play(named)).toEqual({ ref: "/app", attributes: { Arn: `${arn}:*` } });
    await player.play(resource({ LogGroupName: "/app" }));
    const { logGroups } = await running.client.send(new DescribeLogGroupsCommand({}));
    expect(logGroups?.[0]?.retentionInDays).toBeUndefined();
    const listed = await running.client.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    expect(listed.tags).toEqual({});
    const unnamed = await player.play(resource({ RetentionInDays: 30 }));
    expect(unnamed.ref).toBe("Stack-Thing-1");
    await player.remove({ ...named, ...unnamed });
    expect([running.logs.groupExists("/app"), running.logs.groupExists(unnamed.ref)]).toEqual([true, false]);
  });

  it.each([
    ["a retention that AWS does not take", { RetentionInDays: 31 }, "InvalidParameterException"],
    ["another class", { LogGroupClass: "INFREQUENT_ACCESS" }, "ZodError"],
  ])("is refused with %s", async (_what, properties, name) => {
    await expect(logGroupPlayer(running.logs).play(resource(properties))).rejects.toMatchObject({ name });
  });
});
