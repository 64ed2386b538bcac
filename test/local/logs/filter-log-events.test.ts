import { FilterLogEventsCommand, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningLogs, startLogs } from "./start-logs.ts";

let running: RunningLogs;
const now = Date.now();
beforeEach(async () => {
  running = await startLogs();
  running.logs.createGroup("/app");
  const write = (stream: string, offset: number, message: string) =>
    running.logs.write("/app", stream, [{ timestamp: now + offset, message }]);
  write("web/1", 0, "ERROR a");
  write("web/2", 1, "INFO b");
  write("job/1", 2, '{"level":"ERROR","n":7}');
  write("web/1", 3, "ERROR d");
});
afterEach(() => running.stop());

type Input = Partial<ConstructorParameters<typeof FilterLogEventsCommand>[0]>;
async function filter(input: Input) {
  const messages: (string | undefined)[] = [];
  const pages = paginateFilterLogEvents({ client: running.client }, { logGroupName: "/app", ...input });
  for await (const { events = [] } of pages) messages.push(...events.map(({ message }) => message));
  return messages;
}

describe("FilterLogEvents", () => {
  it("gives the events of all streams in the order of time, each with an id of its own", async () => {
    const { events = [], nextToken } = await running.client.send(
      new FilterLogEventsCommand({
        logGroupIdentifier: "arn:aws:logs:us-east-1:000000000000:log-group:/app",
      }),
    );
    expect(nextToken).toBeUndefined();
    expect(events.map(({ logStreamName }) => logStreamName)).toEqual(["web/1", "web/2", "job/1", "web/1"]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(4);
    expect(events[0]).toEqual({
      logStreamName: "web/1",
      timestamp: now,
      message: "ERROR a",
      ingestionTime: expect.any(Number),
      eventId: expect.stringMatching(/^\d{56}$/),
    });
  });

  it.each<[string, Input, string[]]>([
    ["one stream", { logStreamNames: ["web/1"] }, ["ERROR a", "ERROR d"]],
    ["some streams", { logStreamNames: ["web/1", "web/2"] }, ["ERROR a", "INFO b", "ERROR d"]],
    ["a prefix", { logStreamNamePrefix: "web/" }, ["ERROR a", "INFO b", "ERROR d"]],
    ["a prefix that nothing has", { logStreamNamePrefix: "none" }, []],
    [
      "times, both in the range",
      { startTime: now + 1, endTime: now + 3 },
      ["INFO b", '{"level":"ERROR","n":7}', "ERROR d"],
    ],
    ["a term", { filterPattern: "ERROR -d" }, ["ERROR a", '{"level":"ERROR","n":7}']],
    ["a JSON pattern", { filterPattern: '{ $.level = "ERROR" && $.n > 6 }' }, ['{"level":"ERROR","n":7}']],
    ["small pages", { limit: 1 }, ["ERROR a", "INFO b", '{"level":"ERROR","n":7}', "ERROR d"]],
  ])("filters by %s", async (_what, input, expected) => {
    expect(await filter(input)).toEqual(expected);
  });

  it.each<[string, Input, string]>([
    ["a stream that is not there", { logStreamNames: ["none"] }, "ResourceNotFoundException"],
    [
      "names and a prefix",
      { logStreamNames: ["web/1"], logStreamNamePrefix: "web" },
      "InvalidParameterException",
    ],
    ["a group that is not there", { logGroupName: "/none" }, "ResourceNotFoundException"],
    ["a token that it did not give", { nextToken: "x" }, "InvalidParameterException"],
    ["a pattern with a regular expression", { filterPattern: "%a%" }, "NotImplemented"],
  ])("refuses %s", async (_what, input, name) => {
    await expect(filter(input)).rejects.toMatchObject({ name });
  });

  it("leads through a large group by tokens when few events match", async () => {
    const lines = Array.from({ length: 25_000 }, (_, index) => ({
      timestamp: now + 10,
      message: `line ${index}`,
    }));
    running.logs.write("/app", "web/3", lines);
    const input = { logGroupName: "/app", filterPattern: '"line 24999"' };
    const first = await running.client.send(new FilterLogEventsCommand(input));
    expect(first.events).toEqual([]);
    expect(first.nextToken).toBeDefined();
    expect(await filter(input)).toEqual(["line 24999"]);
  });

  it("keeps an answer below 1 MiB", async () => {
    const large = { timestamp: now + 20, message: "x".repeat(400_000) };
    running.logs.write("/app", "web/4", [large, large, large]);
    const input = { logGroupName: "/app", startTime: now + 20 };
    const first = await running.client.send(new FilterLogEventsCommand(input));
    expect(first.events).toHaveLength(2);
    expect(await filter(input)).toHaveLength(3);
  });

  it("shows a follower what arrives later, once", async () => {
    // As `aws logs tail --follow` does: again from the newest timestamp on, known ids left out.
    const seen = new Set<string | undefined>();
    let startTime = now;
    const poll = async () => {
      const { events = [] } = await running.client.send(
        new FilterLogEventsCommand({ logGroupName: "/app", interleaved: true, startTime }),
      );
      const fresh = events.filter(({ eventId }) => !seen.has(eventId));
      for (const { eventId, timestamp = 0 } of fresh) {
        seen.add(eventId);
        startTime = Math.max(startTime, timestamp);
      }
      return fresh.map(({ message }) => message);
    };
    expect(await poll()).toHaveLength(4);
    expect(await poll()).toEqual([]);
    running.logs.write("/app", "web/2", [{ timestamp: now + 3, message: "in the same millisecond" }]);
    expect(await poll()).toEqual(["in the same millisecond"]);
  });
});
