import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type FailureCause, jobItem } from "../../events/jobs/job.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import { nextStep } from "../../functions/on-task-stopped/next-step.ts";

const job = jobItem.parse(
  JSON.parse(readFileSync(new URL("../../events/samples/job-item.json", import.meta.url), "utf8")),
);
const pipeline: Pipeline = {
  name: "tables",
  prefix: "",
  suffixes: [".csv"],
  dedicatedAboveBytes: 0,
  sizes: [{ size: { cpu: 1024, memoryMiB: 2048 } }],
  memoryCeilingMiB: 6144,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: 3,
  timeoutSeconds: 60,
};
const step = (cause: FailureCause, number = 1, memoryMiB = 2048) =>
  nextStep(job, { number, memoryMiB }, { kind: "fault", cause, reason: "why" }, pipeline);

describe("after an attempt", () => {
  it("closes the job when the containers finished", () => {
    expect(nextStep(job, { number: 1, memoryMiB: 1 }, { kind: "finished" }, pipeline)).toEqual({
      kind: "close",
    });
  });

  it("goes on-demand at once after a Spot interruption", () => {
    expect(step("spot")).toMatchObject({
      kind: "retry",
      delaySeconds: 0,
      request: { attempt: 2, provider: 1 },
    });
  });

  it("doubles the memory after running out of it, up to the ceiling, and fails there", () => {
    expect(step("out-of-memory")).toMatchObject({ kind: "retry", request: { memoryMiB: 4096 } });
    expect(step("out-of-memory", 2, 4096)).toMatchObject({ kind: "retry", request: { memoryMiB: 6144 } });
    expect(step("out-of-memory", 2, 6144)).toMatchObject({ kind: "fail", cause: "out-of-memory" });
  });

  it("tries a container's error again, later each time, up to maxAttempts", () => {
    expect(step("container-error", 1)).toMatchObject({ kind: "retry", delaySeconds: 10 });
    expect(step("container-error", 2)).toMatchObject({
      kind: "retry",
      delaySeconds: 40,
      request: { attempt: 3 },
    });
    expect(step("container-error", 3)).toMatchObject({ kind: "fail", cause: "container-error" });
  });

  it.each(["cannot-pull", "initialization", "configuration"] as const)(
    "never retries %s blindly",
    (cause) => {
      expect(step(cause)).toEqual({ kind: "fail", cause, message: "why" });
    },
  );

  it.each<[FailureCause, number]>([
    ["spot", 3],
    ["infrastructure", 3],
    ["container-error", 3],
    ["out-of-memory", 3],
  ])("never goes beyond maxAttempts after %s", (cause, number) => {
    expect(step(cause, number)).toMatchObject({ kind: "fail", cause });
  });

  it("keeps the memory that an earlier attempt was raised to", () => {
    for (const cause of ["container-error", "spot", "infrastructure"] as const) {
      expect(step(cause, 2, 4096)).toMatchObject({ kind: "retry", request: { memoryMiB: 4096 } });
    }
  });

  it("goes on-demand after a host or the network failed, a little later", () => {
    expect(step("infrastructure")).toMatchObject({
      kind: "retry",
      delaySeconds: 10,
      request: { provider: 1 },
    });
  });

  it("takes the first provider when all of them are Spot", () => {
    const spotOnly: Pipeline = { ...pipeline, capacity: ["FARGATE_SPOT"] };
    const verdict = { kind: "fault", cause: "spot", reason: "why" } as const;
    expect(nextStep(job, { number: 1, memoryMiB: 2048 }, verdict, spotOnly)).toMatchObject({
      request: { provider: 0 },
    });
  });

  it.each(["timeout", "disk-full", "unhealthy"] as const)("does not try %s again", (cause) => {
    expect(step(cause)).toMatchObject({ kind: "fail", cause });
  });

  it("fails a job whose task somebody stopped", () => {
    const verdict = { kind: "expected", reason: "UserInitiated" } as const;
    expect(nextStep(job, { number: 1, memoryMiB: 1 }, verdict, pipeline)).toMatchObject({ cause: "stopped" });
  });
});
