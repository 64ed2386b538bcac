/**
 * Simulates Longshore and what people would use instead, and writes docs/scale.md, its plots and the README's summary.
 *
 *   npm run bench:scale
 *
 * Everything follows from the seed; the machine does not matter.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { laneFor } from "../../events/routing.ts";
import { pipelines } from "../../infra/pipelines.ts";
import { PROJECT_ROOT } from "../../infra/project-root.ts";
import { compare } from "./check/compare.ts";
import { RECORD_FILE, readRecorded } from "./check/recorded.ts";
import { simulateCheck } from "./check/simulate.ts";
import { Random } from "./engine/random.ts";
import { limitsOf } from "./page/limits-table.ts";
import { scalePage } from "./page/page.ts";
import { type Curve, frontierPlot, timesPlot } from "./page/plot.ts";
import { withSummary } from "./page/readme.ts";
import type { Outcome } from "./page/tables.ts";
import { targetsOf } from "./page/targets.ts";
import { count, dollars, time } from "./page/words.ts";
import { longshore } from "./policies/longshore/longshore.ts";
import { LONGSHORE, POLICIES } from "./policies/policies.ts";
import type { Policy } from "./policies/policy.ts";
import { type Run, run } from "./run.ts";
import { DEPLOYED } from "./sweep/deployed.ts";
import { frontier, type Point } from "./sweep/frontier.ts";
import { GRID, policyOf, SWEEP_WORKLOAD } from "./sweep/grid.ts";
import { readChoice } from "./sweep/recorded.ts";
import { pipelineOf, workingDayRate } from "./workload/arrivals.ts";
import { HEAVY_TAILED } from "./workload/sizes.ts";
import type { Workload } from "./workload/workload.ts";
import { WORKLOADS } from "./workload/workloads.ts";

const SEED = 1;
const IMAGES = join(PROJECT_ROOT, "docs", "images", "scale");
mkdirSync(IMAGES, { recursive: true });

const { hundredMillionDay, ...compared } = WORKLOADS;
const sections: { workload: Workload; runs: Map<string, Run> }[] = [];
for (const workload of Object.values(compared)) {
  const runs = new Map<string, Run>();
  for (const policy of POLICIES) runs.set(policy.name, await timed(policy, workload));
  sections.push({ workload, runs });
}
const onePartition = longshore({ name: "Longshore, index not spread", description: "", indexPartitions: 1 });
const huge = {
  deployed: await timed(LONGSHORE, hundredMillionDay),
  onePartition: await timed(onePartition, hundredMillionDay),
};

const points: Point[] = [];
for (const choice of GRID)
  points.push({ choice, ...(await run(policyOf(choice), SWEEP_WORKLOAD, SEED)).figures });
const best = frontier(points);
const deployed = (await timed(DEPLOYED, SWEEP_WORKLOAD)).figures;

const burst = runsOf(WORKLOADS.burst);
const day = runsOf(WORKLOADS.millionDay);
const dedicatedShare = shareOfDedicated();
const targets = targetsOf({
  burst: {
    longshore: figuresOf(burst, LONGSHORE.name),
    onePerObject: figuresOf(burst, "One task per object"),
    service: figuresOf(burst, "QueueProcessingFargateService"),
  },
  day: {
    longshore: figuresOf(day, LONGSHORE.name),
    lambda: figuresOf(day, "Lambda per object"),
    lambdaWithBooks: figuresOf(day, "Lambda with a job table"),
  },
  hundredMillion: { deployed: huge.deployed.figures, onePartition: huge.onePartition.figures },
  firstLimit: limitsOf(dedicatedShare)[0]?.name ?? "",
});

plot("burst", timesPlot(burstCurves(), "log"));
plot("frontier", frontierPlot(points, best, [{ ...deployed, name: "as deployed" }]));
const check = await checked();
write(
  join("docs", "scale.md"),
  scalePage({
    targets,
    sections: sections.map(({ workload, runs }) => ({ workload, outcomes: outcomes(runs) })),
    hundredMillion: {
      outcomes: [
        { policy: "Longshore", figures: huge.deployed.figures },
        { policy: onePartition.name, figures: huge.onePartition.figures },
      ],
      dedicatedShare,
      peak: workingDayRate(1e8, 13 * 3_600),
    },
    check,
    sweep: {
      points: points.length,
      workload: SWEEP_WORKLOAD,
      frontier: best,
      deployed,
      choice: readChoice(),
    },
    policies: POLICIES,
    seed: SEED,
  }),
);
const readme = readFileSync(join(PROJECT_ROOT, "README.md"), "utf8");
write("README.md", withSummary(readme, summary()));

async function timed(policy: Policy, workload: Workload): Promise<Run> {
  const began = performance.now();
  const result = await run(policy, workload, SEED);
  const seconds = (performance.now() - began) / 1_000;
  if (seconds > 1) console.error(`${workload.name}, ${policy.name}: ${seconds.toFixed(0)} s`);
  return result;
}

function runsOf(workload: Workload): Map<string, Run> {
  return sections.find((section) => section.workload === workload)?.runs ?? new Map();
}

function figuresOf(runs: Map<string, Run>, policy: string) {
  const found = runs.get(policy);
  if (!found) throw new RangeError(`There is no policy ${policy}`);
  return found.figures;
}

function outcomes(runs: Map<string, Run>): Outcome[] {
  return [...runs].map(([policy, { figures }]) => ({ policy, figures }));
}

function burstCurves(): Curve[] {
  const shown: [string, number, "left"?][] = [
    [LONGSHORE.name, 0.6, "left"],
    ["One task per object", 0.45],
    ["QueueProcessingFargateService", 0.65],
    ["KEDA ScaledJob", 0.5],
    ["AWS Batch array", 0.82],
    ["Lambda per object", 0.5],
  ];
  return shown.map(([name, labelAt, side]) => ({
    name,
    labelAt,
    ...(side && { labelSide: side }),
    points: burst.get(name)?.ledger.times.curve() ?? [],
  }));
}

async function checked() {
  if (!existsSync(RECORD_FILE)) return undefined;
  const measured = readRecorded();
  const simulated = await simulateCheck(measured);
  const shares = measured.times
    .toSorted((a, b) => a - b)
    .map((value, index) => ({ value, share: (index + 1) / measured.times.length }));
  plot(
    "check",
    timesPlot(
      [
        { name: "simulated", points: simulated.ledger.times.curve(), labelAt: 0.35 },
        { name: "measured", points: shares, labelAt: 0.7 },
      ],
      "linear",
    ),
  );
  return { measured, differences: compare(measured, simulated) };
}

/** Of all objects, those that have a task of their own by default. */
function shareOfDedicated(): number {
  const random = new Random(SEED);
  const draws = 400_000;
  let dedicated = 0;
  for (let index = 0; index < draws; index++) {
    const pipeline = pipelineOf(index, pipelines);
    if (laneFor(pipeline, HEAVY_TAILED.draw(random)) === "dedicated") dedicated++;
  }
  return dedicated / draws;
}

function summary(): string {
  const own = figuresOf(burst, LONGSHORE.name);
  const task = figuresOf(burst, "One task per object");
  const service = figuresOf(burst, "QueueProcessingFargateService");
  return `Ten thousand files in a second, simulated with the project's own decisions ([docs/scale.md](docs/scale.md)): the last hundred wait
${time(own.p99)} for their result, with a Fargate task for each ${time(task.p99)}, with CDK's \`QueueProcessingFargateService\` ${time(service.p99)}; a million such
files cost ${dollars(own.perMillion)}, with a task for each ${dollars(task.perMillion)}, and nothing is lost where the latter loses ${count(task.lost)}.

![Shares of ten thousand objects by the time to their result, Longshore and others](docs/images/scale/burst.svg)`;
}

function plot(name: string, svg: string): void {
  writeFileSync(join(IMAGES, `${name}.svg`), svg);
}

function write(path: string, text: string): void {
  writeFileSync(join(PROJECT_ROOT, path), text);
}
