import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLogs } from "../../../local/logs/create-logs.ts";
import { openDatabase, type RunningLogs, startLogs, startManualClock } from "./start-logs.ts";

const DAY_MS = 86_400_000;
let running: RunningLogs | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const messagesIn = async ({ client }: RunningLogs, logGroupName: string) => {
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName }));
  return events.map(({ message }) => message);
};

describe("writing", () => {
  it("refuses a group that does not exist", async () => {
    running = await startLogs();
    const { logs } = running;
    expect(() => logs.write("/none", "s", [{ timestamp: 1, message: "x" }])).toThrow(
      expect.objectContaining({ code: "ResourceNotFoundException" }),
    );
  });

  it("commits within a moment without being asked, so that another run finds the events", async () => {
    running = await startLogs();
    running.logs.createGroup("/app");
    running.logs.write("/app", "s", [{ timestamp: Date.now(), message: "kept" }]);
    const other = openDatabase(running.file);
    const count = other.prepare("SELECT count(*) AS count FROM logs_events");
    await vi.waitFor(() => expect(count.get()).toEqual({ count: 1 }), { timeout: 2_000 });
    other.close();
  });

  it("keeps the order of a fast writer, and hands all events to the listener once", async () => {
    const heard: string[] = [];
    running = await startLogs({
      onEvents: (group, stream, events) => {
        expect([group, stream]).toEqual(["/app", "s"]);
        heard.push(...events.map(({ message }) => message));
      },
    });
    running.logs.createGroup("/app");
    const timestamp = Date.now();
    const expected = Array.from({ length: 3_000 }, (_, index) => `${index}`);
    for (const message of expected) running.logs.write("/app", "s", [{ timestamp, message }]);
    expect(await messagesIn(running, "/app")).toEqual(expected);
    expect(heard).toEqual(expected);
  });

  it("goes on when the listener throws, and says so", async () => {
    const lines: string[] = [];
    running = await startLogs({
      onEvents: () => {
        throw new Error("no metrics today");
      },
      log: (line) => lines.push(line),
    });
    running.logs.createGroup("/app");
    running.logs.write("/app", "s", [{ timestamp: Date.now(), message: "kept" }]);
    expect(await messagesIn(running, "/app")).toEqual(["kept"]);
    expect(lines).toEqual([expect.stringContaining("no metrics today")]);
  });

  it("may happen while another service has a transaction open on the database", async () => {
    running = await startLogs();
    const database = openDatabase(running.file);
    const logs = createLogs({
      realm: { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "" },
      database,
      clock: startManualClock(),
    });
    database.exec("BEGIN");
    logs.createGroup("/app");
    logs.write("/app", "s", [{ timestamp: Date.now(), message: "inside" }]);
    logs.flush();
    database.exec("COMMIT");
    await logs.stop();
    database.close();
    expect(await messagesIn(running, "/app")).toEqual(["inside"]);
  });
});

describe("a full disk", () => {
  it("is reported, holds events back and loses what is too much; writing goes on when there is room", async () => {
    running = await startLogs();
    const database = openDatabase(running.file);
    const lines: string[] = [];
    const logs = createLogs({
      realm: { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "" },
      database,
      clock: startManualClock(),
      log: (line) => lines.push(line),
    });
    logs.createGroup("/app");
    database.exec(
      `PRAGMA max_page_count = ${Number(database.prepare("PRAGMA page_count").get()?.page_count) + 20}`,
    );
    const megabyte = "x".repeat(1_000_000);
    for (let count = 0; count < 12; count++) {
      logs.write("/app", "s", [{ timestamp: count, message: `${count} ${megabyte}` }]);
    }
    expect(() => logs.flush()).toThrow("full");
    await vi.waitFor(() => expect(lines.join()).toContain("events were lost"), { timeout: 5_000 });
    database.exec("PRAGMA max_page_count = 1000000");
    const count = database.prepare("SELECT count(*) AS count FROM logs_events");
    await vi.waitFor(() => expect(count.get()).toEqual({ count: 9 }), { timeout: 5_000 });
    expect(lines.join()).toContain("could not be stored");
    await logs.stop();
    database.close();
  });
});

describe("retention", () => {
  it("deletes expired events, and no others, as time goes by", async () => {
    const clock = startManualClock();
    running = await startLogs({ clock });
    const { logs, client } = running;
    logs.createGroup("/short", { retentionDays: 1 });
    logs.createGroup("/ever");
    for (const group of ["/short", "/ever"]) {
      logs.write(group, "s", [{ timestamp: clock.now(), message: "old" }]);
      logs.write(group, "s", [{ timestamp: clock.now() + DAY_MS, message: "new" }]);
    }
    logs.flush();
    clock.advance(DAY_MS + 1);
    await vi.waitFor(
      async () => expect(await messagesIn(running as RunningLogs, "/short")).toEqual(["new"]),
      {
        timeout: 5_000,
      },
    );
    expect(await messagesIn(running, "/ever")).toEqual(["old", "new"]);
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
    expect(logGroups.map(({ storedBytes }) => storedBytes)).toEqual([58, 29]);
  });

  it("takes the events of deleted groups off the disk", async () => {
    const clock = startManualClock();
    running = await startLogs({ clock });
    const { logs } = running;
    logs.createGroup("/app");
    const lines = Array.from({ length: 1_200 }, () => ({ timestamp: clock.now(), message: "x" }));
    logs.write("/app", "s", lines);
    logs.deleteGroup("/app");
    logs.createGroup("/app");
    expect(await messagesIn(running, "/app")).toEqual([]);
    const other = openDatabase(running.file);
    const count = other.prepare("SELECT count(*) AS count FROM logs_events");
    expect(count.get()).toEqual({ count: 1_200 });
    clock.advance(60_000);
    await vi.waitFor(() => expect(count.get()).toEqual({ count: 0 }), { timeout: 5_000 });
    other.close();
  });
});
