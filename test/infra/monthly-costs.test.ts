import { describe, expect, it } from "vitest";
import { PRICES, taskHour } from "../../events/prices.ts";
import { parseConfig } from "../../infra/config.ts";
import { effectiveConfig } from "../../infra/effective-config.ts";
import { MONTH_HOURS, monthlyCosts, total } from "../../infra/monthly-costs.ts";

const costs = (settings: Record<string, unknown>) => monthlyCosts(parseConfig(settings));
const of = (settings: Record<string, unknown>, setting: string) =>
  total(costs(settings).filter((cost) => cost.setting === setting));

const consoleHour = taskHour({
  size: { cpu: 256, memoryMiB: 512 },
  capacity: "FARGATE",
  architecture: "x86_64",
});

/** Long polling, three times a minute. */
const POLLING = ((MONTH_HOURS * 3600) / 20 / 1e6) * PRICES.million.queueRequests;

describe("what a month costs", () => {
  it("is the sum that docs/cost.md has for the defaults", () => {
    expect(total(costs({})).toFixed(2)).toBe("81.82");
    expect(total(costs({ architecture: "arm64" })).toFixed(2)).toBe("70.95");
  });

  it.each([
    ["no workers", { minWorkers: 0 }, "minWorkers", 0],
    ["four tasks of the console", { minConsoleTasks: 4 }, "minConsoleTasks", 4 * MONTH_HOURS * consoleHour],
    [
      "addresses of tasks alone",
      { minConsoleTasks: 3, minWorkers: 2 },
      "network",
      5 * MONTH_HOURS * PRICES.publicAddressHour,
    ],
    ["two NAT gateways and their addresses", { network: "nat" }, "network", 2 * MONTH_HOURS * 0.05],
    ["one NAT gateway", { network: "nat", natGateways: 1 }, "network", MONTH_HOURS * 0.05],
    ["nine endpoints in two zones", { network: "endpoints" }, "network", 9 * 2 * MONTH_HOURS * 0.01],
    ["no load balancer", { loadBalancer: "none" }, "loadBalancer", 0],
    ["a key for data and logs", { dataEncryption: "own", logEncryption: "own" }, "dataEncryption", 1],
    ["a key for logs alone", { logEncryption: "own" }, "logEncryption", 1],
    [
      "two instances",
      { compute: "ec2", minInstances: 2, minWorkers: 0, instanceType: "m7i.2xlarge" },
      "minInstances",
      2 * MONTH_HOURS * 4 * PRICES.instanceHour["m7i.large"],
    ],
    [
      "the instances that five workers need, and their looks at the queue",
      { compute: "mixed", minWorkers: 5 },
      "minWorkers",
      2 * MONTH_HOURS * 2 * PRICES.instanceHour["m7i.large"] + 5 * POLLING,
    ],
    [
      "addresses of tasks and of the one worker's instance",
      { compute: "ec2" },
      "network",
      3 * MONTH_HOURS * PRICES.publicAddressHour + 2 * MONTH_HOURS * PRICES.interfaceEndpointHour,
    ],
    ["no instance where no worker stays", { compute: "ec2", minWorkers: 0 }, "minInstances", 0],
  ])("with %s", (_, settings, setting, dollars) => {
    expect(of(settings, setting)).toBeCloseTo(dollars, 6);
  });

  it("does not guess at the price of an instance that it does not know", () => {
    const [instances] = costs({
      compute: "ec2",
      minInstances: 1,
      instanceType: "c8g.large",
      architecture: "arm64",
    }).filter(({ setting }) => setting === "minInstances");
    expect(instances).toMatchObject({
      monthly: undefined,
      usage: expect.stringContaining("not in events/prices.ts"),
    });
  });

  it("says what comes with use", () => {
    const worker = taskHour({
      size: { cpu: 1024, memoryMiB: 2048 },
      capacity: "FARGATE",
      architecture: "x86_64",
    });
    const usage = costs({}).find(({ setting }) => setting === "minWorkers")?.usage;
    expect(usage).toContain(`$${worker.toFixed(5)} an hour`);
  });
});

describe("Fargate Spot", () => {
  const spot = taskHour({
    size: { cpu: 1024, memoryMiB: 2048 },
    capacity: "FARGATE_SPOT",
    architecture: "x86_64",
  });
  const usage = (settings: Record<string, unknown>) =>
    costs(settings).flatMap(({ what, usage: told = "" }) => (what.includes("Spot") ? [told] : []));

  it("costs with use, for burst workers and for the workers that it is to have", () => {
    expect(usage({})).toEqual([`$${spot.toFixed(5)} an hour for each burst worker on Spot`]);
    expect(usage({ workerSpotPercent: 60 })[0]).toContain("60 % of the workers beyond minWorkers");
    expect(usage({ spot: false })).toEqual([]);
  });

  it.each([
    [{ spot: false, workerSpotPercent: 50 }, /workerSpotPercent: is 50, and spot false/],
    [{ compute: "mixed", workerSpotPercent: 50 }, /workerSpotPercent: is 50, and compute mixed/],
  ])("is refused with %j", (settings, message) => {
    expect(() => parseConfig(settings)).toThrow(message);
  });
});

describe("the configuration in force", () => {
  it("says of each setting where it is from", () => {
    const { settings } = effectiveConfig({ "longshore:network": "nat" }, { LONGSHORE_MIN_WORKERS: "2" });
    const from = Object.fromEntries(settings.map(({ name, value, from }) => [name, [value, from]]));
    expect(from).toMatchObject({
      network: ["nat", "context"],
      minWorkers: ["2", "environment"],
      loadBalancer: ["alb", "default"],
    });
  });
});
