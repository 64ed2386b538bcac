import { expect, onTestFinished, test } from "vitest";
import { ADMINISTRATOR, makeJob, startTestConsole, until } from "../harness.ts";

interface SentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: { jobId?: string; status?: string };
}

/** Listens as a browser does; `events` grows. */
async function listen(url: string, lastEventId?: string, token = ADMINISTRATOR) {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const answer = await fetch(`${url}/api/events`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
    signal: controller.signal,
  });
  const events: SentEvent[] = [];
  let closed = false;
  const read = async () => {
    let text = "";
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = new Map(
          block.split("\n").map((line) => [line.split(": ")[0], line.split(": ").slice(1).join(": ")]),
        );
        if (!fields.has("event")) continue;
        events.push({
          event: fields.get("event") ?? "",
          id: fields.get("id") ?? "",
          data: JSON.parse(fields.get("data") ?? ""),
        });
      }
    }
  };
  void read()
    .catch(() => {})
    .finally(() => {
      closed = true;
    });
  return { answer, events, close: () => controller.abort(), isClosed: () => closed };
}

test("changes are told as they happen: first ready, then each job as it is", async () => {
  await using site = await startTestConsole();
  await site.put(makeJob("before.csv", 60));
  const { answer, events } = await listen(site.url);
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  await until(() => events.length === 1);
  expect(events[0]).toMatchObject({ event: "ready" });

  const job = await site.put(makeJob("now.csv", 0, { status: "running" }));
  await until(() => events.length === 2);
  expect(events[1]).toMatchObject({ event: "job", data: { jobId: job.jobId, status: "running" } });
  await site.put({ ...job, status: "succeeded", updatedAt: new Date().toISOString() });
  await until(() => events.length === 3);
  expect(events[2]).toMatchObject({ data: { jobId: job.jobId, status: "succeeded" } });
  expect(new Set(events.map(({ id }) => id)).size).toBe(3);
});

test("who comes back is told what was missed, and nothing twice", async () => {
  await using site = await startTestConsole();
  const first = await listen(site.url);
  const stays = await listen(site.url);
  await until(() => first.events.length === 1 && stays.events.length === 1);
  await site.put(makeJob("seen.csv", 0));
  await until(() => first.events.length === 2);
  first.close();
  const missed = await site.put(makeJob("missed.csv", 0));
  await until(() => stays.events.length === 3);

  const back = await listen(site.url, first.events.at(-1)?.id);
  await until(() => back.events.length > 0);
  expect(back.events).toMatchObject([{ event: "job", data: { jobId: missed.jobId } }]);
  const last = await site.put(makeJob("last.csv", 0));
  await until(() => back.events.length === 2);
  expect(back.events[1]?.data.jobId).toBe(last.jobId);
});

test("who comes back from another task, or after too long, is told to read the list", async () => {
  await using site = await startTestConsole();
  const stays = await listen(site.url);
  await until(() => stays.events.length === 1);
  for (const id of ["elsewhere.7", "nonsense", `${stays.events[0]?.id.split(".")[0]}.99`]) {
    const back = await listen(site.url, id);
    await until(() => back.events.length === 1);
    expect(back.events[0]?.event).toBe("ready");
  }
});

test("streams end when the service does, and the service does not wait for them", async () => {
  await using site = await startTestConsole();
  const { events, isClosed } = await listen(site.url);
  await until(() => events.length === 1);
  const began = Date.now();
  await site.stop();
  await until(isClosed);
  expect(Date.now() - began).toBeLessThan(2000);
});
