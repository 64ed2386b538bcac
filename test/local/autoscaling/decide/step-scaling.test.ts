import { describe, expect, it } from "vitest";
import {
  adjust,
  aggregate,
  stepFor,
  stepProposal,
} from "../../../../local/autoscaling/decide/step-scaling.ts";

const STEPS = [
  { MetricIntervalUpperBound: -10, ScalingAdjustment: -2 },
  { MetricIntervalLowerBound: -10, MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
  { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
  { MetricIntervalLowerBound: 10, ScalingAdjustment: 5 },
];

describe("the step for a metric's value", () => {
  it.each([
    // Above the threshold of 50 the lower bound belongs to a step, below it the upper one.
    [50.1, 1],
    [59.9, 1],
    [60, 5],
    [1000, 5],
    [49.9, -1],
    [40.1, -1],
    [40, -2],
    [0, -2],
  ])("%d against 50 is %d", (metric, adjustment) => {
    expect(stepFor(STEPS, metric, 50, "above")?.ScalingAdjustment).toBe(adjustment);
  });

  it("on the threshold itself goes with the alarm", () => {
    expect(stepFor(STEPS, 50, 50, "above")?.ScalingAdjustment).toBe(1);
    expect(stepFor(STEPS, 50, 50, "below")?.ScalingAdjustment).toBe(-1);
  });

  it("is none where no step is meant", () => {
    expect(stepFor([{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }], 49, 50, "above")).toBeUndefined();
  });
});

describe("capacity after an adjustment", () => {
  it.each([
    ["ChangeInCapacity", 4, 3, undefined, 7],
    ["ChangeInCapacity", 4, -6, undefined, 0],
    ["ChangeInCapacity", 0, 1, undefined, 1],
    ["ExactCapacity", 4, 9, undefined, 9],
    ["ExactCapacity", 4, 0, undefined, 0],
    ["PercentChangeInCapacity", 10, 50, undefined, 15],
    // 12.7 becomes 12, 0.67 becomes 1, -6.67 becomes -6, -0.58 becomes -1.
    ["PercentChangeInCapacity", 100, 12.7, undefined, 112],
    ["PercentChangeInCapacity", 67, 1, undefined, 68],
    ["PercentChangeInCapacity", 100, -6.67, undefined, 94],
    ["PercentChangeInCapacity", 58, -1, undefined, 57],
    ["PercentChangeInCapacity", 4, 25, 2, 6],
    ["PercentChangeInCapacity", 4, -25, 2, 2],
    ["PercentChangeInCapacity", 0, 100, undefined, 0],
    ["PercentChangeInCapacity", 0, 100, 3, 3],
  ] as const)("%s from %d by %d, magnitude %s: %d", (type, from, amount, minimumMagnitude, to) => {
    expect(adjust(from, { type, amount, minimumMagnitude })).toBe(to);
  });
});

describe("an alarm's data points", () => {
  it.each([
    ["Average", 4],
    ["Minimum", 1],
    ["Maximum", 9],
  ] as const)("come to their %s", (type, expected) => {
    expect(aggregate(type, [1, 2, 9])).toBe(expected);
  });

  it("propose nothing when there are none", () => {
    const policy = { AdjustmentType: "ChangeInCapacity", StepAdjustments: STEPS } as const;
    expect(stepProposal(policy, { datapoints: [], threshold: 50, breach: "above" })).toBeUndefined();
    expect(stepProposal(policy, { datapoints: [70], threshold: 50, breach: "above" })?.(2)).toBe(7);
  });
});
