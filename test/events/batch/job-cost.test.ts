import { describe, expect, it } from "vitest";
import { type CostBasis, jobCost } from "../../../events/batch/job-cost.ts";
import type { JobItem } from "../../../events/jobs/job.ts";
import { billedMs, PRICES, type PricedTask, placeCost, taskCost, taskHour } from "../../../events/prices.ts";
import { testPipelines } from "../../containers/support/pipelines.ts";

const size = { cpu: 1024, memoryMiB: 2048 };
const task: PricedTask = { size, capacity: "FARGATE", architecture: "x86_64" };

describe("the price table", () => {
  it("says of when, where and from whom it is", () => {
    expect(PRICES).toMatchObject({ region: "us-east-1", asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
    expect(PRICES.source).toContain("confirm before quoting");
  });
});

describe("an hour of a task", () => {
  it.each<[string, Partial<PricedTask>, number]>([
    ["one vCPU and two GiB on Fargate", {}, 0.04048 + 2 * 0.004445],
    ["the same on ARM", { architecture: "arm64" }, 0.03238 + 2 * 0.00356],
    ["the same on Spot", { capacity: "FARGATE_SPOT" }, (0.04048 + 2 * 0.004445) / 2],
    [
      "100 GiB of storage, of which 20 are free",
      { size: { ...size, ephemeralStorageGiB: 100 } },
      0.04937 + 80 * 0.000111,
    ],
    ["half an instance, by its CPU", { capacity: "EC2" }, 0.0816 / 2],
    [
      "three quarters of an instance, by its memory",
      { capacity: "EC2", size: { cpu: 256, memoryMiB: 6144 } },
      0.0816 * 0.75,
    ],
  ])("%s", (_, change, dollars) => {
    expect(taskHour({ ...task, ...change })).toBeCloseTo(dollars, 10);
  });
});

describe("time that is billed", () => {
  it.each([
    ["FARGATE", 200, 60_000],
    ["FARGATE_SPOT", 59_999, 60_000],
    ["FARGATE", 61_000, 61_000],
    ["EC2", 200, 200],
  ] as const)("on %s, of %d ms, is %d ms", (capacity, ms, billed) => {
    expect(billedMs(capacity, ms)).toBe(billed);
  });

  it("costs whole billionths of a dollar", () => {
    expect(taskCost(task, 3_600_000)).toBe(49_370_000);
    expect(taskCost(task, 1)).toBe(Math.round(49_370_000 / 60));
    expect(placeCost(task, 3_600_000, 8)).toBe(6_171_250);
  });
});

const basis: CostBasis = {
  pipelines: testPipelines(),
  architecture: "x86_64",
  worker: { ...task, places: 8 },
};
const job: JobItem = {
  jobId: "j",
  status: "succeeded",
  pipeline: "tables",
  lane: "pooled",
  bucket: "uploads",
  key: "k.csv",
  etag: "e",
  size: 1,
  sequencer: "1",
  attempt: 1,
  createdAt: "2026-11-22T13:00:00.000Z",
  updatedAt: "2026-11-22T13:00:08.000Z",
  startedAt: "2026-11-22T13:00:00.000Z",
  finishedAt: "2026-11-22T13:00:08.000Z",
  hour: "2026-11-22T13",
};
const minute = taskCost(task, 60_000);
const use = { cpu: 2048, memoryMiB: 4096, capacity: "FARGATE_SPOT", ms: 90_000 } as const;

describe("a job's cost", () => {
  it.each<[string, Partial<JobItem>, object]>([
    [
      "pooled: its place in a worker, an eighth",
      {},
      { taskMs: 1_000, cost: placeCost(task, 8_000, 8), onePerObject: minute, estimated: false },
    ],
    ["pooled, second attempt: two tasks had it had its own", { attempt: 2 }, { onePerObject: 2 * minute }],
    [
      "pooled, of a pipeline that is gone",
      { pipeline: "gone" },
      { cost: placeCost(task, 8_000, 8), onePerObject: 0 },
    ],
    [
      "dedicated: what ECS said of its tasks",
      { lane: "dedicated", tasks: { a: use, b: { ...use, ms: 1_000 } } },
      {
        taskMs: 150_000,
        cost:
          taskCost({ ...task, size: { cpu: 2048, memoryMiB: 4096 }, capacity: "FARGATE_SPOT" }, 90_000) +
          taskCost({ ...task, size: { cpu: 2048, memoryMiB: 4096 }, capacity: "FARGATE_SPOT" }, 60_000),
        estimated: false,
      },
    ],
    [
      "dedicated, without ECS's word: the pipeline's size, a minute at least",
      { lane: "dedicated" },
      { taskMs: 60_000, cost: minute, onePerObject: minute, estimated: true },
    ],
    [
      "dedicated, whose launch was refused: nothing",
      { lane: "dedicated", attempt: 0, status: "failed" },
      { taskMs: 0, cost: 0, onePerObject: 0, estimated: false },
    ],
  ])("%s", (_, change, expected) => {
    expect(jobCost({ ...job, ...change }, 8_000, basis)).toMatchObject(expected);
  });

  it("of one that never started is nothing", () => {
    const { startedAt: _, ...unstarted } = job;
    expect(jobCost(unstarted, 0, basis).cost).toBe(0);
  });
});
