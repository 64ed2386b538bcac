import { describe, expect, test } from "vitest";
import { splitByStrategy } from "../../../local/ecs/capacity.ts";
import { isFargateSize, parseCpu, parseMemory } from "../../../local/ecs/fargate-sizes.ts";
import { page } from "../../../local/ecs/paging.ts";
import { parseCpuTime } from "../../../local/ecs/process-engine/process-table.ts";
import {
  circuitBreakerThreshold,
  planRollout,
  type RolloutTask,
  restartDelayMs,
} from "../../../local/ecs/services/rollout-plan.ts";
import { splitMessage } from "../../../local/ecs/tasks/awslogs.ts";
import { taskHealth } from "../../../local/ecs/tasks/health-check.ts";

const task = (taskArn: string, more: Partial<RolloutTask> = {}): RolloutTask => ({
  taskArn,
  current: true,
  healthy: true,
  unhealthy: false,
  protected: false,
  createdAt: 0,
  ...more,
});
const old = { current: false };
const rolling = { minimumHealthyPercent: 100, maximumPercent: 200 };

describe("rollout plan", () => {
  test.each([
    ["starts what is missing", 2, rolling, [], { start: 2, stop: [] }],
    ["leaves what is right", 1, rolling, [task("a")], { start: 0, stop: [] }],
    [
      "stops the oldest that are too many",
      1,
      rolling,
      [task("a", { createdAt: 2 }), task("b", { createdAt: 1 })],
      { start: 0, stop: ["b"] },
    ],
    [
      "stops those that do not work yet first",
      1,
      rolling,
      [task("a"), task("b", { healthy: false, createdAt: 9 })],
      { start: 0, stop: ["b"] },
    ],
    [
      "leaves protected tasks",
      0,
      rolling,
      [task("a", { protected: true }), task("b")],
      { start: 0, stop: ["b"] },
    ],
    ["starts new tasks beside old ones", 1, rolling, [task("a", old)], { start: 1, stop: [] }],
    [
      "keeps old ones until new ones are healthy",
      1,
      rolling,
      [task("a", old), task("b", { healthy: false })],
      { start: 0, stop: [] },
    ],
    ["retires old ones then", 1, rolling, [task("a", old), task("b")], { start: 0, stop: ["a"] }],
    [
      "stops old ones first where there is no room",
      1,
      { minimumHealthyPercent: 0, maximumPercent: 100 },
      [task("a", old)],
      { start: 1, stop: ["a"] },
    ],
    [
      "goes no further down than the minimum",
      4,
      { minimumHealthyPercent: 50, maximumPercent: 100 },
      ["a", "b", "c", "d"].map((arn) => task(arn, old)),
      { start: 2, stop: ["a", "b"] },
    ],
    [
      "replaces the unhealthy",
      1,
      rolling,
      [task("a", { healthy: false, unhealthy: true })],
      { start: 1, stop: ["a"] },
    ],
  ])("%s", (_what, desired, bounds, tasks, plan) => {
    expect(planRollout(desired, bounds, tasks)).toEqual(plan);
  });
});

test("back-off doubles up to five minutes", () => {
  expect([0, 1, 2, 3, 30].map(restartDelayMs)).toEqual([0, 500, 1000, 2000, 300_000]);
});

test("the circuit breaker trips after half the tasks, three at least and 200 at most", () => {
  expect([1, 8, 1000].map(circuitBreakerThreshold)).toEqual([3, 4, 200]);
});

test.each([
  [256, 512, true],
  [256, 1536, false],
  [256, 2048, true],
  [512, 512, false],
  [1024, 8192, true],
  [4096, 9216, true],
  [8192, 17_408, false],
  [8192, 20_480, true],
  [16_384, 122_880, true],
  [300, 512, false],
])("Fargate runs %d CPU units with %d MiB: %s", (cpu, memory, valid) => {
  expect(isFargateSize(cpu, memory)).toBe(valid);
});

test("CPU and memory are read in units and in words", () => {
  expect(["1024", ".5 vCPU", "1vcpu", "lots"].map(parseCpu)).toEqual([1024, 512, 1024, undefined]);
  expect(["512", "0.5 GB", "2gb", ""].map(parseMemory)).toEqual([512, 512, 2048, undefined]);
});

test("a strategy fills the base first and then keeps to the weights", () => {
  const strategy = [
    { capacityProvider: "FARGATE", base: 2, weight: 1 },
    { capacityProvider: "FARGATE_SPOT", base: 0, weight: 3 },
  ];
  const count = (names: string[]) => names.filter((name) => name === "FARGATE").length;
  expect(splitByStrategy(strategy, 2)).toEqual(["FARGATE", "FARGATE"]);
  expect(count(splitByStrategy(strategy, 10))).toBe(4);
  expect(splitByStrategy(strategy, 1, { FARGATE: 2 })).toEqual(["FARGATE_SPOT"]);
});

test("pages are whole, in order, and refuse a token that is none", () => {
  const items = ["c", "a", "b"];
  const first = page(items, { maxResults: 2 });
  expect(first.items).toEqual(["a", "b"]);
  expect(page(items, { nextToken: first.nextToken })).toEqual({ items: ["c"] });
  expect(() => page(items, { nextToken: "no token!" })).toThrow(/Invalid token/);
});

test("long messages are cut between characters", () => {
  expect(splitMessage("äöü", 4)).toEqual(["äö", "ü"]);
  expect(splitMessage("äöü", 3)).toEqual(["ä", "ö", "ü"]);
  expect(splitMessage("x".repeat(600_000)).map((piece) => piece.length)).toEqual([262_118, 262_118, 75_764]);
});

test("CPU time of ps in all its forms", () => {
  expect(["00:01", "1:02.50", "01:00:00", "1-00:00:01"].map(parseCpuTime)).toEqual([
    1000, 62_500, 3_600_000, 86_401_000,
  ]);
});

test("a task is unhealthy when one essential container is", () => {
  expect(taskHealth([])).toBe("UNKNOWN");
  expect(taskHealth(["HEALTHY", "UNKNOWN"])).toBe("UNKNOWN");
  expect(taskHealth(["HEALTHY", "HEALTHY"])).toBe("HEALTHY");
  expect(taskHealth(["HEALTHY", "UNHEALTHY"])).toBe("UNHEALTHY");
});
