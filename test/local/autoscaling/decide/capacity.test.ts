import { describe, expect, it } from "vitest";
import { cooldownsAfter, decideCapacity, intoLimits } from "../../../../local/autoscaling/decide/capacity.ts";
import type { Cooldowns } from "../../../../local/autoscaling/model.ts";

const NOW = 1_000_000;
const decide = (
  current: number,
  change: number,
  more: { min?: number; max?: number; cooldowns?: Cooldowns } = {},
) =>
  decideCapacity({
    current,
    propose: (base) => base + change,
    limits: { min: more.min ?? 0, max: more.max ?? 10 },
    cooldowns: more.cooldowns ?? {},
    nowMs: NOW,
  });
const out = (to: number, base: number) => ({ kind: "scale", direction: "out", to, base });
const into = (to: number, base: number) => ({ kind: "scale", direction: "in", to, base });
const stay = (reason: string) => ({ kind: "stay", reason });

describe("where capacity is moved", () => {
  it("by as much as is proposed, within the limits", () => {
    expect(decide(2, 3)).toEqual(out(5, 2));
    expect(decide(8, 5)).toEqual(out(10, 8));
    expect(decide(10, 5)).toEqual(stay("at-maximum"));
    expect(decide(5, -3, { min: 1 })).toEqual(into(2, 5));
    expect(decide(3, -3, { min: 1 })).toEqual(into(1, 3));
    expect(decide(1, -3, { min: 1 })).toEqual(stay("at-minimum"));
    expect(decide(4, 0)).toEqual(stay("as-wanted"));
    expect(decide(0, 1)).toEqual(out(1, 0));
  });

  it("first into the limits, when somebody else has moved it out of them", () => {
    expect(decide(0, 1, { min: 3 })).toEqual(out(4, 3));
    expect(decide(1, -1, { min: 3 })).toEqual(stay("at-minimum"));
    expect(decide(15, 1)).toEqual(stay("at-maximum"));
    expect(decide(15, -1)).toEqual(into(10, 15));
  });
});

describe("in a cooldown", () => {
  const afterOut: Cooldowns = { scaleOut: { untilMs: NOW + 1, from: 2 } };
  const afterIn: Cooldowns = { scaleIn: { untilMs: NOW + 1 } };

  it("a scale-out counts what the one before has added", () => {
    // 2 became 4; as much again is nothing new, three more is one more.
    expect(decide(4, 2, { cooldowns: afterOut })).toEqual(stay("cooldown"));
    expect(decide(4, 3, { cooldowns: afterOut })).toEqual(out(5, 2));
    expect(decide(4, -1, { cooldowns: afterOut })).toEqual(into(3, 4));
  });

  it("nothing more is scaled in, but out at once", () => {
    expect(decide(4, -1, { cooldowns: afterIn })).toEqual(stay("cooldown"));
    expect(decide(4, 1, { cooldowns: afterIn })).toEqual(out(5, 4));
  });

  it("that is over, everything counts from now", () => {
    const over: Cooldowns = { scaleOut: { untilMs: NOW, from: 2 }, scaleIn: { untilMs: NOW } };
    expect(decide(4, 2, { cooldowns: over })).toEqual(out(6, 4));
    expect(decide(4, -2, { cooldowns: over })).toEqual(into(2, 4));
  });

  it("begins with what was done, and a scale-out ends that of a scale-in", () => {
    const time = { nowMs: NOW, cooldownSeconds: 60 };
    const afterwards = cooldownsAfter(decide(4, -1), {}, time);
    expect(afterwards).toEqual({ scaleIn: { untilMs: NOW + 60_000 } });
    expect(cooldownsAfter(decide(3, 2), afterwards, time)).toEqual({
      scaleOut: { untilMs: NOW + 60_000, from: 3 },
    });
    expect(cooldownsAfter(decide(3, 0), afterwards, time)).toBe(afterwards);
  });
});

it("limits that change take capacity with them", () => {
  expect([0, 3, 9].map((current) => intoLimits(current, { min: 2, max: 5 }))).toEqual([2, 3, 5]);
});
