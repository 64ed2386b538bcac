import type { TaskSize } from "../../events/pipeline.ts";
import { PRICES, type PricedTask, taskHour } from "../../events/prices.ts";
import { parseConfig } from "../../infra/config.ts";
import { MONTH_HOURS, monthlyCosts, total } from "../../infra/monthly-costs.ts";
import { pipelines } from "../../infra/pipelines.ts";
import { resourcesOf } from "../infra/template/resources.ts";
import { synthesize } from "../infra/template/synthesize.ts";

/** Synthesized as the file is loaded, which no test's time-out counts. */
const { template } = synthesize({ assets: false });
const WORKER: TaskSize = { cpu: 1024, memoryMiB: 2048 };
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

const dollars = (value: number) => `$${value.toFixed(2)}`;
const row = (...cells: string[]) => `| ${cells.join(" | ")} |`;

const COMPUTE: readonly [string, Record<string, unknown>][] = [
  ["`fargate`, x86", {}],
  ["`fargate`, ARM", { architecture: "arm64" }],
  ["`mixed` or `ec2`, x86", { compute: "mixed" }],
  ["`mixed` or `ec2`, ARM", { compute: "mixed", architecture: "arm64" }],
  ["`mixed` or `ec2`, x86, `minWorkers=0`", { compute: "mixed", minWorkers: 0 }],
  ["`fargate`, x86, `minWorkers=0`", { minWorkers: 0 }],
];

/** An idle month in each compute mode and network, as `longshore config` adds it up. */
export function idleByMode(): string[] {
  return COMPUTE.map(([name, settings]) =>
    row(
      name,
      ...["public", "nat", "endpoints"].map((network) =>
        dollars(total(monthlyCosts(parseConfig({ ...settings, network })))),
      ),
    ),
  );
}

/** Where the difference to the first cell is from. */
export function idleDifferences(): string[] {
  const { publicAddressHour, natGatewayHour, interfaceEndpointHour, instanceHour } = PRICES;
  const month = (hour: number) => dollars(hour * MONTH_HOURS);
  return [
    row("a public address", `$${publicAddressHour}`, month(publicAddressHour)),
    row(
      "a NAT gateway with its address",
      `$${natGatewayHour} + $${publicAddressHour}`,
      month(natGatewayHour + publicAddressHour),
    ),
    row(
      "an interface endpoint in two zones",
      `2 × $${interfaceEndpointHour}`,
      month(2 * interfaceEndpointHour),
    ),
    row("an m7i.xlarge", `2 × $${instanceHour["m7i.large"]}`, month(2 * instanceHour["m7i.large"])),
    row("an m7g.xlarge", `2 × $${instanceHour["m7g.large"]}`, month(2 * instanceHour["m7g.large"])),
  ];
}

/** What CloudWatch asks for what the stack has watched. */
export function watching(): string[] {
  const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties);
  const looked = alarms
    .map(({ Metrics }) =>
      Array.isArray(Metrics) ? Metrics.filter((metric: object) => "MetricStat" in metric).length : 1,
    )
    .reduce((sum, count) => sum + count, 0);
  const dashboards = resourcesOf(template, "AWS::CloudWatch::Dashboard");
  const bodies = JSON.stringify(dashboards.map(([, { Properties }]) => Properties.DashboardBody));
  const own = new Set([...bodies.matchAll(/\[\W*Longshore\W+([\w-]+)/g)].map(([, name]) => name)).size;
  const { alarmMetricMonth, dashboardMonth, metricMonth } = PRICES;
  const all = looked * alarmMetricMonth + dashboards.length * dashboardMonth + own * metricMonth;
  return [
    row(
      `${alarms.length} alarms, which look at ${looked} metrics`,
      dollars(alarmMetricMonth),
      dollars(looked * alarmMetricMonth),
    ),
    row(
      `${dashboards.length} dashboard`,
      dollars(dashboardMonth),
      dollars(dashboards.length * dashboardMonth),
    ),
    row(
      `${own} metrics of Longshore's own, if each has a value in every hour of the month`,
      dollars(metricMonth),
      dollars(own * metricMonth),
    ),
    row("**in all**", "", `**${dollars(all)}**`),
  ];
}

const MODES: readonly [string, Omit<PricedTask, "size">][] = [
  ["Fargate, x86", { capacity: "FARGATE", architecture: "x86_64" }],
  ["Fargate, ARM", { capacity: "FARGATE", architecture: "arm64" }],
  ["Fargate Spot, x86", { capacity: "FARGATE_SPOT", architecture: "x86_64" }],
  ["Fargate Spot, ARM", { capacity: "FARGATE_SPOT", architecture: "arm64" }],
  ["EC2, m7i.xlarge, full", { capacity: "EC2", architecture: "x86_64" }],
  ["EC2, m7g.xlarge, full", { capacity: "EC2", architecture: "arm64" }],
];

/** Workers' share of a million small objects, and of a month in which ten of them are busy all day. */
export function workersByMode(): string[] {
  return MODES.map(([name, mode]) => {
    const hour = taskHour({ size: WORKER, ...mode });
    return row(
      name,
      `$${hour.toFixed(5)}`,
      dollars((0.05e6 / 3600) * hour),
      dollars(10 * MONTH_HOURS * hour),
    );
  });
}

/** Ten busy workers, by the share of those beyond the one of `minWorkers` that is on Spot. */
export function workersOnSpot(): string[] {
  const hour = (capacity: PricedTask["capacity"]) =>
    taskHour({ size: WORKER, capacity, architecture: "x86_64" });
  return [0, 50, 80, 99].map((percent) => {
    const spot = 9 * (percent / 100);
    const month = MONTH_HOURS * ((10 - spot) * hour("FARGATE") + spot * hour("FARGATE_SPOT"));
    return row(`\`workerSpotPercent=${percent}\``, spot.toFixed(2), dollars(month));
  });
}

/** A task of its own, by pipeline and the size of its object. */
export function tasksByPipeline(): string[] {
  return pipelines.flatMap(({ name, sizes, dedicatedAboveBytes }) =>
    sizes.map(({ size, upToBytes }, index) => {
      const hour = (capacity: PricedTask["capacity"]) => taskHour({ size, capacity, architecture: "x86_64" });
      const above = index === 0 ? dedicatedAboveBytes : (sizes[index - 1]?.upToBytes ?? 0);
      const range = `over ${bytes(above)}${upToBytes === undefined ? "" : `, up to ${bytes(upToBytes)}`}`;
      const storage = size.ephemeralStorageGiB === undefined ? "" : `, ${size.ephemeralStorageGiB} GB disk`;
      return row(
        name,
        range,
        `${size.cpu / 1024} vCPU, ${size.memoryMiB / 1024} GB${storage}`,
        `$${((hour("FARGATE_SPOT") / 60) * 1000).toFixed(2)}`,
        `$${((hour("FARGATE") / 60) * 1000).toFixed(2)}`,
        `$${hour("FARGATE").toFixed(3)}`,
      );
    }),
  );
}

function bytes(count: number): string {
  return count >= GIB ? `${count / GIB} GiB` : `${count / MIB} MiB`;
}
