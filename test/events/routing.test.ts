import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pipeline } from "../../events/pipeline.ts";
import { laneFor, pipelineForKey, taskSizeFor } from "../../events/routing.ts";
import { pipelines } from "../../infra/pipelines.ts";

const pipeline: Pipeline = {
  name: "tables",
  prefix: "in/",
  suffixes: [".csv", ".csv.gz"],
  dedicatedAboveBytes: 100,
  sizes: [
    { upToBytes: 1_000, size: { cpu: 256, memoryMiB: 512 } },
    { upToBytes: 5_000, size: { cpu: 512, memoryMiB: 1024 } },
    { size: { cpu: 1024, memoryMiB: 2048 } },
  ],
  memoryCeilingMiB: 4096,
  capacity: ["FARGATE"],
  maxAttempts: 3,
  timeoutSeconds: 600,
};
const generic: Pipeline = { ...pipeline, name: "generic", prefix: "", suffixes: [] };

describe("pipelineForKey", () => {
  it.each([
    ["in/a.csv", "tables"],
    ["in/A.CsV", "tables"],
    ["in/a.csv.GZ", "tables"],
    ["In/a.csv", "generic"],
    ["a.csv", "generic"],
    ["in/a.csv.bak", "generic"],
    ["in/csv", "generic"],
    ["in/.csv", "tables"],
  ])("gives %s to %s", (key, expected) => {
    expect(pipelineForKey([generic, pipeline], key)?.name).toBe(expected);
  });

  it("leaves no key without a pipeline in the project's own list", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (key) => pipelineForKey(pipelines, key) !== undefined),
    );
  });
});

describe("laneFor", () => {
  it.each([
    [0, "pooled"],
    [100, "pooled"],
    [101, "dedicated"],
  ])("puts %d bytes into the %s lane", (size, lane) => {
    expect(laneFor(pipeline, size)).toBe(lane);
  });

  it("gives every object a task of its own at 0, empty ones too", () => {
    const alone = { ...pipeline, dedicatedAboveBytes: 0 };
    expect([0, 1].map((size) => laneFor(alone, size))).toEqual(["dedicated", "dedicated"]);
  });
});

describe("taskSizeFor", () => {
  it.each([
    [0, 256],
    [1_000, 256],
    [1_001, 512],
    [5_001, 1024],
    [5e15, 1024],
  ])("gives %d bytes a task of %d CPU units", (size, cpu) => {
    expect(taskSizeFor(pipeline, size).cpu).toBe(cpu);
  });

  it("takes the largest step when none is open-ended", () => {
    const closed = { ...pipeline, sizes: pipeline.sizes.slice(0, 2) };
    expect(taskSizeFor(closed, 1e12).cpu).toBe(512);
  });
});
