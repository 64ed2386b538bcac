import { describe, expect, it } from "vitest";
import {
  LONGSHORE,
  LONGSHORE_EC2,
  LONGSHORE_FARGATE,
  POLICIES,
} from "../../../bench/scale/policies/policies.ts";
import { run } from "../../../bench/scale/run.ts";
import { burst, poisson } from "../../../bench/scale/workload/arrivals.ts";
import { fixedSize, HEAVY_TAILED } from "../../../bench/scale/workload/sizes.ts";
import { USUAL_WORLD, type Workload } from "../../../bench/scale/workload/workload.ts";
import { WORKLOADS } from "../../../bench/scale/workload/workloads.ts";
import { LAUNCH_BUDGET } from "../../../functions/kit/ecs-limits.ts";

/** A bad quarter of an hour: poison, no Spot, S3 that throttles, launches that fail, little quota. */
const BAD: Workload = {
  name: "bad",
  description: "",
  window: 900,
  world: {
    ...USUAL_WORLD,
    vcpuQuota: 40,
    startFailures: 0.05,
    spotDrought: (at) => at < 300,
    throttled: (at) => at > 400 && at < 460,
  },
  cohorts: (pipelines, random) =>
    poisson(1, 900, { sizes: HEAVY_TAILED, poisonShare: 0.02 }, pipelines, random),
};

describe.each(POLICIES.map((policy) => [policy.name, policy] as const))("%s", (_, policy) => {
  it("brings every object to exactly one end, whatever goes wrong", async () => {
    const { figures, ledger } = await run(policy, BAD);
    expect(figures.arrived).toBeGreaterThan(800);
    expect(figures.pending).toBe(0);
    const ends = ledger.setAside + ledger.lost + ledger.poisonOnRecord + ledger.poisonSilent;
    expect(figures.results + ends).toBe(figures.arrived);
    // Poison never has a result, so that all of it has ended otherwise.
    expect(ledger.poisonOnRecord + ledger.poisonSilent).toBe(ledger.poison);
  });

  it("gives the same figures for the same seed, and others for another", async () => {
    const [once, again, other] = [
      await run(policy, BAD, 1),
      await run(policy, BAD, 1),
      await run(policy, BAD, 2),
    ];
    expect(again.figures).toEqual(once.figures);
    expect(other.figures).not.toEqual(once.figures);
  });
});

describe("quotas", () => {
  it.each(POLICIES.map((policy) => [policy.name, policy] as const))(
    "%s never has more vCPUs than on demand and Spot allow",
    async (_, policy) => {
      const onInstances = policy === LONGSHORE_EC2;
      const { figures } = await run(policy, WORKLOADS.newAccount);
      // Six on demand and six on Spot; instances are no part of Fargate's quota.
      if (!onInstances) expect(figures.peakVcpus).toBeLessThanOrEqual(12);
      expect(figures.pending).toBe(0);
    },
  );

  it("holds Longshore's large objects to its launch budget, so that no launch is refused", async () => {
    const large: Workload = {
      ...WORKLOADS.burst,
      cohorts: (pipelines, random) => burst(600, 10, 1, { sizes: fixedSize(100e6) }, pipelines, random),
    };
    const { figures } = await run(LONGSHORE_FARGATE, large);
    expect(figures).toMatchObject({ results: 600, refusedLaunches: 0, lost: 0, setAside: 0 });
    expect(figures.max).toBeGreaterThan((600 - LAUNCH_BUDGET.burst) / LAUNCH_BUDGET.perSecond);
    expect(figures.max).toBeLessThan(200);
  });
});

describe("what is told apart", () => {
  it("a burst starts burst workers on Spot, and on demand where Spot has none", async () => {
    const usual = await run(LONGSHORE, WORKLOADS.burst);
    const drought = await run(LONGSHORE, WORKLOADS.drought);
    expect(usual.figures.refusedLaunches).toBe(0);
    expect(drought.figures.refusedLaunches).toBeGreaterThan(0);
    expect(drought.figures.costs.tasks).toBeGreaterThan(usual.figures.costs.tasks);
    expect(Math.abs(drought.figures.p99 / usual.figures.p99 - 1)).toBeLessThan(0.1);
  });

  it("poison is on record under Longshore, and silent where nobody keeps one", async () => {
    const all = await Promise.all(
      POLICIES.map(async (policy) => [
        policy.name,
        (await run(policy, WORKLOADS.poison)).figures.poisonSilent,
      ]),
    );
    const silent = all.filter(([, count]) => count !== 0).map(([name]) => name);
    expect(silent).toEqual(["One task per object", "Lambda per object"]);
  });
});
