import {
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  type InputLogEvent,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningLogs, startLogs } from "./start-logs.ts";

const HOUR_MS = 3_600_000;
let running: RunningLogs;
let now: number;
beforeEach(async () => {
  running = await startLogs();
  running.logs.createGroup("/app");
  now = Date.now();
});
afterEach(() => running.stop());

const put = (logEvents: InputLogEvent[], logStreamName = "s") =>
  running.client.send(new PutLogEventsCommand({ logGroupName: "/app", logStreamName, logEvents }));
const get = async (input: Partial<ConstructorParameters<typeof GetLogEventsCommand>[0]> = {}) => {
  const answer = await running.client.send(
    new GetLogEventsCommand({ logGroupName: "/app", logStreamName: "s", ...input }),
  );
  return { ...answer, messages: (answer.events ?? []).map(({ message }) => message) };
};
const createStream = (logStreamName = "s") =>
  running.client.send(new CreateLogStreamCommand({ logGroupName: "/app", logStreamName }));

describe("PutLogEvents", () => {
  it("stores a batch, whatever the sequence token", async () => {
    await createStream();
    const answer = await running.client.send(
      new PutLogEventsCommand({
        logGroupName: "/app",
        logStreamName: "s",
        logEvents: [
          { timestamp: now, message: "one" },
          { timestamp: now, message: "two" },
        ],
        sequenceToken: "any",
      }),
    );
    expect(answer.nextSequenceToken).toMatch(/^\d{56}$/);
    expect(answer.rejectedLogEventsInfo).toBeUndefined();
    expect((await get()).events).toEqual([
      { timestamp: now, message: "one", ingestionTime: expect.any(Number) },
      { timestamp: now, message: "two", ingestionTime: expect.any(Number) },
    ]);
  });

  it("needs the group and the stream", async () => {
    const event = [{ timestamp: now, message: "x" }];
    await expect(put(event)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: expect.stringContaining("stream"),
    });
  });

  it.each([
    ["a batch out of order", [0, -1], 1],
    ["a batch over more than 24 hours", [-25 * HOUR_MS, 0], 1],
    ["a batch of more than 1 MiB", [0, 0, 0], 350_000],
    ["an empty batch", [], 1],
  ])("refuses %s", async (_what, offsets, length) => {
    await createStream();
    const events = offsets.map((offset) => ({ timestamp: now + offset, message: "x".repeat(length) }));
    await expect(put(events)).rejects.toMatchObject({ name: "InvalidParameterException" });
    expect((await get()).messages).toEqual([]);
  });

  it("says which events were too old, expired or too new, and stores the others", async () => {
    await createStream();
    const newest = now + 2 * HOUR_MS + 60_000;
    const mixed = await put([
      { timestamp: now, message: "kept" },
      { timestamp: newest, message: "too new" },
    ]);
    expect(mixed.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    const fortnight = 14 * 24 * HOUR_MS;
    const old = await put([
      { timestamp: now - fortnight - 1_000, message: "too old" },
      { timestamp: now - fortnight + 60_000, message: "old enough" },
    ]);
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    running.logs.setRetention("/app", 1);
    const expired = await put([{ timestamp: now - 25 * HOUR_MS, message: "expired" }]);
    expect(expired.rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    expect((await get()).messages).toEqual(["old enough", "kept"]);
  });

  it("takes 10,000 events in one batch", async () => {
    await createStream();
    await put(Array.from({ length: 10_000 }, (_, index) => ({ timestamp: now, message: `line ${index}` })));
    const { messages } = await get({ startFromHead: true });
    expect(messages).toHaveLength(10_000);
    expect(messages.at(-1)).toBe("line 9999");
  });
});

describe("GetLogEvents", () => {
  beforeEach(() => {
    const events = Array.from({ length: 5 }, (_, index) => ({ timestamp: now + index, message: `${index}` }));
    running.logs.write("/app", "s", events);
  });

  it("answers the newest events, and the first ones from the head", async () => {
    expect((await get({ limit: 2 })).messages).toEqual(["3", "4"]);
    expect((await get({ limit: 2, startFromHead: true })).messages).toEqual(["0", "1"]);
  });

  it("takes startTime in and leaves endTime out", async () => {
    expect((await get({ startTime: now + 1, endTime: now + 3 })).messages).toEqual(["1", "2"]);
  });

  it("goes forward to what is written later; the token at the end stays the same", async () => {
    const first = await get({ limit: 3, startFromHead: true });
    const second = await get({ nextToken: first.nextForwardToken, startFromHead: true });
    expect(second.messages).toEqual(["3", "4"]);
    const end = await get({ nextToken: second.nextForwardToken, startFromHead: true });
    expect(end).toMatchObject({ messages: [], nextForwardToken: second.nextForwardToken });
    running.logs.write("/app", "s", [{ timestamp: now + 4, message: "later, in the same millisecond" }]);
    const later = await get({ nextToken: end.nextForwardToken, startFromHead: true });
    expect(later.messages).toEqual(["later, in the same millisecond"]);
  });

  it("goes backward, and back from the end of what was read", async () => {
    const last = await get({ limit: 2 });
    const before = await get({ limit: 2, nextToken: last.nextBackwardToken });
    expect(before.messages).toEqual(["1", "2"]);
    const first = await get({ limit: 2, nextToken: before.nextBackwardToken });
    expect(first.messages).toEqual(["0"]);
    const head = await get({ nextToken: first.nextBackwardToken });
    expect(head).toMatchObject({ messages: [], nextBackwardToken: first.nextBackwardToken });
    const end = await get({ nextToken: last.nextForwardToken });
    expect((await get({ limit: 1, nextToken: end.nextBackwardToken })).messages).toEqual(["4"]);
  });

  it("refuses a token of another kind", async () => {
    await expect(get({ nextToken: "f/1/s" })).rejects.toMatchObject({ name: "InvalidParameterException" });
  });
});

describe("log streams", () => {
  it("are described by name or by last event, with the times of their events", async () => {
    const { client, logs } = running;
    await createStream("empty");
    logs.write("/app", "a", [{ timestamp: now - 5, message: "x" }]);
    logs.write("/app", "b", [
      { timestamp: now - 9, message: "x" },
      { timestamp: now - 7, message: "y" },
    ]);
    const describeStreams = async (input: object) => {
      const command = new DescribeLogStreamsCommand({ logGroupName: "/app", ...input });
      const { logStreams = [], nextToken } = await client.send(command);
      return { streams: logStreams, names: logStreams.map(({ logStreamName }) => logStreamName), nextToken };
    };
    const byName = await describeStreams({});
    expect(byName.names).toEqual(["a", "b", "empty"]);
    expect(byName.streams[1]).toMatchObject({
      arn: "arn:aws:logs:us-east-1:000000000000:log-group:/app:log-stream:b",
      firstEventTimestamp: now - 9,
      lastEventTimestamp: now - 7,
    });
    expect(byName.streams[2]?.lastEventTimestamp).toBeUndefined();
    expect((await describeStreams({ logStreamNamePrefix: "e" })).names).toEqual(["empty"]);
    const newest = await describeStreams({ orderBy: "LastEventTime", descending: true, limit: 2 });
    expect(newest.names).toEqual(["a", "b"]);
    const rest = { orderBy: "LastEventTime", descending: true, nextToken: newest.nextToken };
    expect((await describeStreams(rest)).names).toEqual(["empty"]);
    await expect(
      describeStreams({ orderBy: "LastEventTime", logStreamNamePrefix: "a" }),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("are made once, and lose their events when they are deleted", async () => {
    const { client, logs } = running;
    await createStream();
    await expect(createStream()).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
    logs.write("/app", "s", [{ timestamp: now, message: "gone" }]);
    await client.send(new DeleteLogStreamCommand({ logGroupName: "/app", logStreamName: "s" }));
    await expect(get()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    logs.write("/app", "s", [{ timestamp: now, message: "new" }]);
    expect((await get()).messages).toEqual(["new"]);
  });
});
