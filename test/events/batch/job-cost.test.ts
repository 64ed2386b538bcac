import { describe, expect, it } from "vitest";
import {
  type CostBasis,
  jobCost,
  type PriceBasis,
  spendingInWorker,
  spendingOfTask,
} from "../../../events/batch/job-cost.ts";
import type { JobItem, TaskUse } from "../../../events/jobs/job.ts";
import {
  billedMs,
  PRICE_LIST,
  PRICES,
  type PricedTask,
  placeCost,
  taskCost,
  taskHour,
} from "../../../events/prices.ts";
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
    [
      "100 GiB of storage on Spot, which has no discount",
      { capacity: "FARGATE_SPOT", size: { ...size, ephemeralStorageGiB: 100 } },
      0.04937 / 2 + 80 * 0.000111,
    ],
    ["a quarter of a default instance, by its CPU", { capacity: "EC2" }, (2 * 0.1008) / 4],
    ["the same on ARM", { capacity: "EC2", architecture: "arm64" }, (2 * 0.0816) / 4],
    [
      "three eighths of an instance, by its memory",
      { capacity: "EC2", size: { cpu: 256, memoryMiB: 6144 } },
      2 * 0.1008 * 0.375,
    ],
    ["half of the configured instance", { capacity: "EC2", instanceType: "m7g.large" }, 0.0816 / 2],
    ["a sixteenth of a larger one", { capacity: "EC2", instanceType: "r7g.4xlarge" }, (0.1071 * 8) / 16],
    [
      "its memory's share where instances have little",
      {
        capacity: "EC2",
        architecture: "arm64",
        instanceType: "c7g.2xlarge",
        size: { cpu: 1024, memoryMiB: 8192 },
      },
      (0.0725 * 4) / 2,
    ],
    [
      "an instance without a price, as the default one",
      { capacity: "EC2", instanceType: "m9x.large" },
      0.1008 / 2,
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
};
const minute = taskCost(task, 60_000);
const use = { cpu: 2048, memoryMiB: 4096, capacity: "FARGATE_SPOT", ms: 90_000 } as const;
const ofUse = (ms: number) =>
  taskCost({ ...task, size: { cpu: 2048, memoryMiB: 4096 }, capacity: "FARGATE_SPOT" }, ms);

describe("what an attempt has spent", () => {
  const worker = { ...task, places: 8 };
  const end = "2026-11-22T13:00:08.000Z";

  it("of a worker is its share of the worker's seconds, with what was spent before", () => {
    const spent = { taskMs: 1_000, cost: placeCost(task, 8_000, 8), prices: PRICE_LIST };
    expect(spendingInWorker(job, worker, end)).toEqual(spent);
    expect(spendingInWorker({ ...job, taskMs: 5, cost: 7 }, worker, end)).toEqual({
      ...spent,
      taskMs: 1_005,
      cost: spent.cost + 7,
    });
  });

  it.each<[string, Partial<PricedTask>, number]>([
    ["Fargate", {}, 0.04937],
    ["Fargate, ARM", { architecture: "arm64" }, 0.0395],
    ["Spot", { capacity: "FARGATE_SPOT" }, 0.024685],
    ["a default instance", { capacity: "EC2" }, 0.0504],
    [
      "a configured instance",
      { capacity: "EC2", architecture: "arm64", instanceType: "c7g.xlarge" },
      0.03625,
    ],
    ["twice the size", { size: { cpu: 2048, memoryMiB: 4096 } }, 2 * 0.04937],
  ])("of a worker on %s, an hour of one of eight places", (_, change, dollars) => {
    const anHour = "2026-11-22T14:00:00.000Z";
    expect(spendingInWorker(job, { ...worker, ...change }, anHour)?.cost).toBe(
      Math.round((dollars / 8) * 1e9),
    );
  });

  it("is nothing by a clock that went back", () => {
    expect(spendingInWorker(job, worker, "2026-11-22T12:00:00.000Z")).toMatchObject({ taskMs: 0, cost: 0 });
  });

  it.each<[string, Partial<TaskUse>, PriceBasis, number, number]>([
    [
      "Fargate, a second",
      { capacity: "FARGATE", ms: 1_000 },
      { architecture: "x86_64" },
      60_000,
      0.09874 / 60,
    ],
    [
      "Fargate, ARM, two minutes",
      { capacity: "FARGATE", ms: 120_000 },
      { architecture: "arm64" },
      120_000,
      0.079 / 30,
    ],
    ["Spot, a minute and a half", {}, { architecture: "x86_64" }, 90_000, 0.04937 / 40],
    [
      "a default instance, a second",
      { capacity: "EC2", ms: 1_000 },
      { architecture: "x86_64" },
      1_000,
      0.1008 / 3_600,
    ],
    [
      "a configured instance, a minute",
      { capacity: "EC2", ms: 60_000 },
      { architecture: "arm64", instanceType: "m7g.2xlarge" },
      60_000,
      0.0816 / 60,
    ],
    [
      "Fargate with 120 GiB of storage, an hour",
      { capacity: "FARGATE", ms: 3_600_000, ephemeralStorageGiB: 120 },
      { architecture: "x86_64" },
      3_600_000,
      0.09874 + 100 * 0.000111,
    ],
  ])("of a task of its own is all of it: %s", (_, change, basis, taskMs, dollars) => {
    expect(spendingOfTask({ ...use, ...change }, basis)).toEqual({
      taskMs,
      cost: Math.round(dollars * 1e9),
      prices: PRICE_LIST,
    });
  });

  it("is not said of instances without a price", () => {
    const unknown = { architecture: "x86_64", instanceType: "m9x.large" } as const;
    expect(spendingOfTask({ ...use, capacity: "EC2" }, unknown)).toBeUndefined();
    expect(spendingInWorker(job, { ...worker, ...unknown, capacity: "EC2" }, end)).toBeUndefined();
    expect(spendingOfTask(use, unknown)).toBeDefined();
  });
});

describe("a job's cost", () => {
  it.each<[string, Partial<JobItem>, object]>([
    [
      "pooled: what its item says",
      { taskMs: 3, cost: 4, prices: PRICE_LIST },
      { taskMs: 3, cost: 4, onePerObject: minute, estimated: false },
    ],
    [
      "dedicated: what its item says, and no other with a task for each object",
      { lane: "dedicated", taskMs: 3, cost: 4, prices: PRICE_LIST, tasks: { a: use } },
      { taskMs: 3, cost: 4, onePerObject: 4, estimated: false },
    ],
    [
      "pooled, without a word: its place in a worker, an eighth",
      {},
      { taskMs: 1_000, cost: placeCost(task, 8_000, 8), onePerObject: minute, estimated: true },
    ],
    ["pooled, second attempt: two tasks had it had its own", { attempt: 2 }, { onePerObject: 2 * minute }],
    [
      "pooled, of a pipeline that is gone",
      { pipeline: "gone" },
      { cost: placeCost(task, 8_000, 8), onePerObject: 0 },
    ],
    [
      "dedicated, whose tasks had no price: what ECS said of them",
      { lane: "dedicated", tasks: { a: use, b: { ...use, ms: 1_000 } } },
      { taskMs: 150_000, cost: ofUse(90_000) + ofUse(60_000), estimated: true },
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
    expect(jobCost({ ...job, ...change }, basis)).toMatchObject(expected);
  });

  it("of one that never started is nothing", () => {
    const { startedAt: _, ...unstarted } = job;
    expect(jobCost(unstarted, basis)).toMatchObject({ cost: 0, onePerObject: 0, estimated: false });
  });
});
