import { PRICES } from "../../../events/prices.ts";
import type { Difference } from "../check/compare.ts";
import type { Recorded } from "../check/recorded.ts";
import type { Policy } from "../policies/policy.ts";
import type { Point } from "../sweep/frontier.ts";
import type { ChoiceRecord } from "../sweep/recorded.ts";
import type { Workload } from "../workload/workload.ts";
import { limitsTable } from "./limits-table.ts";
import { costTable, type Outcome, outcomeTable } from "./tables.ts";
import { type Target, targetsTable } from "./targets.ts";
import { count, dollars, markdownTable, time } from "./words.ts";

export interface PageContent {
  readonly targets: readonly Target[];
  readonly sections: readonly { readonly workload: Workload; readonly outcomes: readonly Outcome[] }[];
  readonly hundredMillion: {
    readonly outcomes: readonly Outcome[];
    readonly dedicatedShare: number;
    readonly peak: number;
  };
  readonly check: { readonly measured: Recorded; readonly differences: readonly Difference[] } | undefined;
  readonly sweep: {
    readonly points: number;
    readonly workload: Workload;
    readonly frontier: readonly Point[];
    readonly deployed: { readonly perMillion: number; readonly p99: number };
    readonly choice: ChoiceRecord;
  };
  readonly policies: readonly Policy[];
  readonly seed: number;
}

/** docs/scale.md. */
export function scalePage(content: PageContent): string {
  return `${[intro(content), targets(content), FINDINGS, ...workloads(content), huge(content), sweep(content), checkSection(content.check), model(content)].join("\n\n")}\n`;
}

const FINDINGS = `## What it has found

- **An index by time is the first limit of the jobs table**: jobs are added at its end, which is one partition, and a partition takes 1,000
  write units a second, whatever the table takes. It was mended by this page: the index is spread over partitions by the job's id, and an
  update does not write it ([decision 14](decisions/0014-indexes-of-the-jobs-table.md)).
- **Ten minutes without S3 set jobs aside that have a task of their own**: such a task counts a fault of AWS as an attempt, and three
  attempts are over within minutes. The jobs are on record and can be replayed. Small objects wait it out: their messages come back
  ten times, and what AWS refuses does not count against their attempts.
- **The lane threshold of tables is low for the price**: a task of its own is paid for a minute and works for a second.
- **Bursts are answered at the next alarm**: of the two to three minutes that the last hundred of a burst wait, the alarm's minute and the
  task's start are most.
- **On a busy day workers come and go**: one is taken away after five idle minutes and is back within ten.`;

function intro({ seed }: PageContent): string {
  return `# At scale

Written by \`npm run bench:scale\`; edit nothing here. A laptop shows that Longshore works. This page shows what happens at ten
thousand uploads in a second, a million in a day and a hundred million in a day, and what other people's ways would cost, by a
simulation of AWS (\`bench/scale/\`) whose decisions are the project's own functions: lanes and sizes (\`events/routing.ts\`), launch
budget, backoff, capacity order and attempts by cause (\`functions/launch-upload\`, \`functions/on-task-stopped\`), burst workers
(\`functions/launch-workers\`, the function itself), alarms and steps (\`infra/scaling-plan.ts\`), their evaluation (\`local/autoscaling\`,
\`local/cloudwatch\`). Seed ${seed}: the same seed gives the same figures. Prices: ${PRICES.region}, ${PRICES.asOf}, ${PRICES.source}.`;
}

function targets({ targets: all }: PageContent): string {
  const met = all.filter((target) => target.met).length;
  return `## What it set out to be

${met} of ${all.length} targets are met; a missed one is a finding, with what limits it.

${targetsTable(all)}

![Shares of a burst's objects by the time to their result](images/scale/burst.svg)`;
}

function workloads({ sections }: PageContent): string[] {
  const columns = `*a million*: dollars for a million objects, all parts, and *of it tasks*; *lost*: ended without a result and without a word; *set
aside*: without a result, on record; *late*: later than an hour, or never within the run; *twice*: done once more for nothing; *refused*:
launches; *wasted*: hours of tasks that were paid for and had no object in work; *vCPU*: the most at once; *flaps*: capacity taken
away and added again within ten minutes.`;
  return [
    `## Workloads

${columns}`,
    ...sections.map(
      ({ workload, outcomes }) => `### ${capitalized(workload.name)}

${workload.description}.

${outcomeTable(outcomes)}`,
    ),
    ...sections
      .filter(({ workload }) => workload.name === "day of a million")
      .map(
        ({ outcomes }) => `### The bill, by part

The day of a million, for a million objects.

${costTable(outcomes)}`,
      ),
  ];
}

function huge({ hundredMillion: { outcomes, dedicatedShare, peak } }: PageContent): string {
  return `## A hundred million a day

Peak ${count(peak)} objects a second; with \`maxWorkers=250\`, \`maximumBurst=100\`, \`launchConcurrency=50\`. Objects of a size class that come in the
same second are one cohort here. One run is the system as it is; in the other the jobs table's index \`byTime\` is one partition, as it
once was.

${outcomeTable(outcomes)}

The first limit that is hit, and the next ones:

${limitsTable(dedicatedShare, peak)}

One task per object could start ${count((20 * 86_400) / 1e6)} million in a day at most, whatever is paid for it.`;
}

function sweep({ sweep: { points, workload, frontier, deployed, choice } }: PageContent): string {
  const rows = frontier.map(({ choice: point, perMillion, p99 }) => [
    `${point.dedicatedAboveMiB} MiB`,
    `${point.worker.cpu / 1_024} vCPU, ${point.worker.memoryMiB / 1_024} GB`,
    String(point.workerConcurrency),
    `${point.acceptableLatencySeconds} s`,
    dollars(perMillion),
    time(p99),
  ]);
  const lanes = Object.entries(choice.dedicatedAboveBytes).map(
    ([name, bytes]) => `${name} above ${bytes / 2 ** 20} MiB`,
  );
  return `## What follows from it

${workload.description}: ${points} combinations of lane threshold, worker size, objects per worker and acceptable latency. The line is the
frontier: no other point has a lower p99 at no higher cost.

![Cost of a million objects against p99](images/scale/frontier.svg)

${markdownTable(["A task of its own above", "worker", "objects at once", "acceptable latency", "a million", "p99"], rows)}

**Chosen** (\`bench/scale/sweep/choice.json\`, ${choice.date}): ${lanes.join(", ")}; workers of ${choice.worker.cpu / 1_024} vCPU, ${choice.worker.memoryMiB / 1_024} GB with ${choice.workerConcurrency}
objects at once; ${choice.acceptableLatencySeconds} s. That is ${dollars(deployed.perMillion)} a million and a p99 of ${time(deployed.p99)}. ${choice.because} A test fails when infra/ has
other defaults than this record.`;
}

/** What was measured beside what the simulation makes of the same uploads. */
export function checkSection(content: PageContent["check"]): string {
  if (!content) return "";
  const { measured, differences } = content;
  const rows = differences.map(({ name, measured: real, simulated, difference }) => [
    name,
    count(real),
    count(simulated),
    `${difference >= 0 ? "+" : "−"}${Math.abs(100 * difference).toFixed(0)} %`,
  ]);
  return `## Checked against the running system

The same ${count(measured.times.length)} objects on the local runtime (\`npm run bench:scale:check\`, ${measured.date}, ${measured.machine}, load average ${measured.loadAverage},
\`--speed ${measured.speed}\`, tasks that take ${measured.startSeconds} s to start) and in the simulation, which is given the times of the uploads and the seconds that
each object kept a worker (${(measured.service.reduce((sum, value) => sum + value, 0) / measured.service.length).toFixed(1)} on average: a second of waiting for S3, made by a fault, and what this machine was
busy with), and nothing else of the run. Seconds are the runtime's.

![Measured and simulated shares of objects by the time to their result](images/scale/check.svg)

${markdownTable(["", "measured, s", "simulated, s", "difference"], rows)}`;
}

function model({ policies }: PageContent): string {
  const rows = policies.map(({ name, description, source }) => [name, description, source]);
  return `## The model

${markdownTable(["Policy", "What it does", "Source"], rows).replaceAll("---:", "---")}

AWS's side is in \`bench/scale/aws/limits.ts\`: every limit and time with its source, or marked as assumed. Assumed are, because nobody
publishes them: how many launches become no task (1 in 1,000), how often Spot takes a task (2 % an hour), how many events come twice
(1 in 10,000), and that EventBridge tries a refused RunTask again, which is in the peer's favour.

Objects take 0.05 s of a vCPU (\`secondsPerMessage\`, measured) and, by their size, a second for 31 MB of a table (DuckDB, measured) or 100 MB of
anything else (assumed). Sizes are those of file systems (Agrawal et al., FAST 2009). Half of the objects are tables. A message that
fails does so at once; what S3 or DynamoDB cost the peers is counted only as far as they use them, so that peers that keep no record of
their jobs are spared its cost.

What it leaves out: memory (nothing runs out of it), traffic between zones, logs and metrics, the hourly batch, network limits of a task.`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
