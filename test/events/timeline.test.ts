import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { incident } from "../../events/incidents/incident.ts";
import { jobItem } from "../../events/jobs/job.ts";
import { timelineOf } from "../../events/jobs/timeline.ts";

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../events/samples/${name}`, import.meta.url), "utf8"));
const job = jobItem.parse(sample("job-item.json"));
const first = incident.parse({
  ...sample("incident.json"),
  severity: "warning",
  outcome: "Attempt 2 of 3 follows at once.",
  task: { ...sample("incident.json").task, taskArn: "arn:aws:ecs:us-east-1:1:task/c/firsttask12345" },
  occurredAt: "2026-11-22T13:04:40.000Z",
  job: { ...sample("incident.json").job, attempt: 1 },
});
const lines = (of: typeof job, incidents = [first]) => timelineOf(of, incidents).map(({ what }) => what);

describe("a job's timeline", () => {
  it("tells its attempts and its end, in order", () => {
    const entries = timelineOf({ ...job, attempt: 2 }, [
      { ...first, task: { ...first.task, startedAt: "2026-11-22T13:04:20.000Z" } as never },
    ]);
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted());
    expect(entries.map(({ what }) => what.split(" ").slice(0, 3).join(" "))).toEqual([
      "accepted for pipeline",
      "attempt 1 started,",
      "attempt 1 ended:",
      "attempt 2 started,",
      "succeeded: type CSV,",
    ]);
    expect(entries[1]?.what).toContain("task firsttask123 (FARGATE, 4096 CPU units, 30720 MiB)");
  });

  it("says what a job waits for, and how far it has come", () => {
    const { finishedAt: _, ...open } = job;
    expect(lines({ ...open, status: "queued", waitingFor: "attempt 2" }).at(-1)).toBe("waits for attempt 2");
    const running = { ...open, status: "running" as const, progress: { percent: 40, step: "reading" } };
    expect(lines(running).at(-1)).toBe("40 %: reading");
    expect(lines({ ...open, status: "launched" }, []).at(-1)).toMatch(/^attempt 1 launched, task /);
  });

  it("says why it failed, or what took its place", () => {
    const failure = { cause: "timeout", message: "too long" } as const;
    expect(lines({ ...job, status: "failed", failure }).at(-1)).toBe("failed: timeout: too long");
    expect(lines({ ...job, status: "superseded", supersededBy: "f".repeat(64) }).at(-1)).toBe(
      "superseded by job ffffffffffff",
    );
  });
});
