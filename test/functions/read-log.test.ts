import type { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, it } from "vitest";
import { logReader } from "../../functions/on-task-stopped/read-log.ts";

const PLACE = { group: "/longshore/worker", stream: "worker/worker/1" };

/** A stream whose pages, the last one first, are as CloudWatch Logs cuts them: the last token comes back as it was sent. */
function streamOf(...pages: string[][]) {
  const asked: GetLogEventsCommand["input"][] = [];
  const send = async ({ input }: GetLogEventsCommand) => {
    asked.push(input);
    const page = input.nextToken === undefined ? 0 : Number(input.nextToken);
    const events = (pages[page] ?? []).map((message) => ({ message }));
    return { events, nextBackwardToken: `${Math.min(page + 1, pages.length)}` };
  };
  return { asked, read: logReader({ send: send as unknown as CloudWatchLogsClient["send"] }) };
}

describe("the end of a container's log", () => {
  it("goes on where a page is empty or short, in the order of the lines", async () => {
    const { read } = streamOf([], ["three\n"], [], ["one\n", "two\n"]);
    expect(await read(PLACE)).toEqual({ ...PLACE, lines: ["one", "two", "three"] });
  });

  it("asks no further once it has what an incident keeps", async () => {
    const { read, asked } = streamOf(
      Array.from({ length: 50 }, (_, line) => `${line}`),
      ["older"],
    );
    const { lines } = await read(PLACE);
    expect([lines.length, lines.at(-1), asked.length]).toEqual([50, "49", 1]);
  });

  it("ends where the stream begins", async () => {
    const { read, asked } = streamOf(["only"]);
    expect((await read(PLACE)).lines).toEqual(["only"]);
    expect(asked.length).toBeLessThanOrEqual(3);
  });
});
