import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { limitsOf } from "../../../bench/scale/page/limits-table.ts";
import { frontierPlot, timesPlot } from "../../../bench/scale/page/plot.ts";
import { withSummary } from "../../../bench/scale/page/readme.ts";
import { outcomeRow } from "../../../bench/scale/page/tables.ts";
import { count, row, time } from "../../../bench/scale/page/words.ts";
import { POLICIES } from "../../../bench/scale/policies/policies.ts";
import { run } from "../../../bench/scale/run.ts";
import { deployedChoice } from "../../../bench/scale/sweep/deployed.ts";
import { frontier, type Point } from "../../../bench/scale/sweep/frontier.ts";
import { readChoice } from "../../../bench/scale/sweep/recorded.ts";
import { workingDayRate } from "../../../bench/scale/workload/arrivals.ts";
import { WORKLOADS } from "../../../bench/scale/workload/workloads.ts";

const page = readFileSync(new URL("../../../docs/scale.md", import.meta.url), "utf8");

describe("docs/scale.md", () => {
  it.each(
    [WORKLOADS.steady, WORKLOADS.burst, WORKLOADS.newAccount].map(
      (workload) => [workload.name, workload] as const,
    ),
  )(
    "has the figures that the simulation gives today: %s (else: npm run bench:scale)",
    async (_, workload) => {
      for (const policy of POLICIES) {
        const { figures } = await run(policy, workload);
        expect(page).toContain(row(outcomeRow(policy.name, figures)));
      }
    },
  );

  it("names every policy with its source", () => {
    for (const { name, source } of POLICIES) {
      expect(page).toContain(`| ${name} |`);
      expect(page).toContain(source);
    }
  });
});

it("infra/ has the defaults that the sweep's record has (else: look at the sweep, and record anew)", () => {
  const { date, because, ...recorded } = readChoice();
  expect(deployedChoice()).toEqual(recorded);
  expect(Date.parse(date)).not.toBeNaN();
  expect(because).not.toBe("");
});

describe("a frontier", () => {
  const point = (perMillion: number, p99: number): Point => ({
    perMillion,
    p99,
    max: p99,
    choice: {} as never,
  });
  const points = [point(3, 10), point(1, 50), point(2, 20), point(2, 60), point(4, 15), point(3, 20)];

  it("has the points that none beats in both", () => {
    expect(frontier(points).map(({ perMillion, p99 }) => [perMillion, p99])).toEqual([
      [1, 50],
      [2, 20],
      [3, 10],
    ]);
  });
});

it("limits come the tightest first, and the index of jobs by time has room for a peak of a hundred million a day", () => {
  const limits = limitsOf(0.005);
  const byTime = limits.find(({ name }) => name.includes("byTime"));
  expect(byTime?.perSecond).toBeGreaterThan(workingDayRate(1e8, 13 * 3_600));
  expect(limits.map(({ perSecond }) => perSecond)).toEqual(
    limits.map(({ perSecond }) => perSecond).toSorted((a, b) => a - b),
  );
});

describe("plots", () => {
  const points = [1, 10, 100].map((value, index) => ({ value, share: (index + 1) / 3 }));
  const drawn = [
    timesPlot([{ name: "this one", points, labelAt: 0.5 }], "log"),
    frontierPlot(
      [{ perMillion: 1, p99: 2 }],
      [{ perMillion: 1, p99: 2 }],
      [{ perMillion: 1, p99: 2, name: "this one" }],
    ),
  ];

  it("are SVG that follows the reader's colour scheme, with the names beside the lines", () => {
    for (const svg of drawn) {
      expect(svg).toMatch(/^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).toContain("prefers-color-scheme: dark");
      expect(svg).toContain("this one");
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });
});

it("numbers are written for people", () => {
  expect([0.65, 59.6, 599, 3_600, 7_200, 90_000].map(time)).toEqual([
    "0.7 s",
    "60 s",
    "599 s",
    "60 min",
    "2.0 h",
    "25.0 h",
  ]);
  expect([7, 1_234, 1_234_567].map(count)).toEqual(["7", "1,234", "1,234,567"]);
});

it("the README's summary stands between its marks, and nothing else changes", () => {
  const readme = "before\n<!-- scale -->\nold\n<!-- /scale -->\nafter\n";
  expect(withSummary(readme, "new")).toBe("before\n<!-- scale -->\nnew\n<!-- /scale -->\nafter\n");
  expect(() => withSummary("no marks", "new")).toThrow(RangeError);
});
