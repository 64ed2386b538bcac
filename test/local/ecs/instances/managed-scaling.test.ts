import { describe, expect, test } from "vitest";
import {
  desiredInstances,
  reservation,
  SCALING_DEFAULTS,
  type ScalingView,
} from "../../../../local/ecs/instances/managed-scaling.ts";

const SIZE = { cpu: 2048, memory: 4096 };
const IDLE = { ...SIZE, isIdle: true };
const BUSY = { cpu: 0, memory: 0, isIdle: false };
const HALF = { cpu: 1024, memory: 2048, isIdle: false };
const task = { cpu: 1024, memory: 2048 };
const view = (more: Partial<ScalingView>): ScalingView => ({
  waiting: [],
  instances: [],
  coming: 0,
  size: SIZE,
  ...more,
});
const times = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item);

describe("managed scaling", () => {
  test.each([
    ["nothing and nothing to do", {}, 100, 0],
    ["nothing, and a task: two instances at least", { waiting: [task] }, 200, 2],
    ["nothing, and ten tasks, two on each", { waiting: times(10, task) }, 200, 5],
    ["all busy", { instances: [BUSY, BUSY] }, 100, 2],
    ["one of two idle", { instances: [BUSY, IDLE] }, 50, 1],
    ["all idle", { instances: [IDLE, IDLE] }, 0, 0],
    ["all busy, and a task", { instances: [BUSY, BUSY], waiting: [task] }, 150, 3],
    ["room for the task that waits", { instances: [HALF], waiting: [task] }, 100, 1],
    ["an idle instance for it", { instances: [BUSY, IDLE], waiting: [task] }, 100, 2],
    ["two that are coming for it", { coming: 2, waiting: [task, task] }, 50, 1],
    ["one that is coming, and tasks for two", { coming: 1, waiting: times(4, task) }, 200, 2],
    ["a task that no instance can hold", { waiting: [{ cpu: 4096, memory: 1 }] }, 100, 0],
    [
      "tasks of unlike sizes, packed",
      { waiting: [{ cpu: 1, memory: 4000 }, task, { cpu: 1, memory: 90 }, task] },
      200,
      2,
    ],
  ] as const)("with %s", (_, given, percent, desired) => {
    expect(reservation(view(given))).toBe(percent);
    expect(desiredInstances(view(given), SCALING_DEFAULTS)).toBe(desired);
  });

  test.each([
    ["keeps spare capacity below a target of 100", { targetCapacity: 80 }, { instances: times(4, BUSY) }, 5],
    ["adds a step at least", { minimumScalingStepSize: 3 }, { instances: [BUSY], waiting: [task] }, 4],
    [
      "adds a step at most",
      { maximumScalingStepSize: 2 },
      { instances: [BUSY], waiting: times(20, task) },
      3,
    ],
    [
      "starts two from none even with steps of one",
      { maximumScalingStepSize: 1 },
      { waiting: times(20, task) },
      2,
    ],
  ])("%s", (_, settings, given, desired) => {
    expect(desiredInstances(view(given), { ...SCALING_DEFAULTS, ...settings })).toBe(desired);
  });
});
