import type { Figures } from "../figures/ledger.ts";
import { count, dollars, markdownTable, time } from "./words.ts";

/** What Longshore set out to be, beside what came of it. */
export interface Target {
  readonly target: string;
  readonly figure: string;
  readonly met: boolean;
  /** Where it is missed: what limits it. */
  readonly because?: string;
}

export interface Compared {
  readonly burst: { readonly longshore: Figures; readonly onePerObject: Figures; readonly service: Figures };
  readonly day: { readonly longshore: Figures; readonly lambda: Figures; readonly lambdaWithBooks: Figures };
  readonly hundredMillion: { readonly deployed: Figures; readonly onePartition: Figures };
  readonly firstLimit: string;
}

export function targetsOf({ burst, day, hundredMillion, firstLimit }: Compared): Target[] {
  const { longshore, onePerObject, service } = burst;
  const inAll = onePerObject.perMillion / longshore.perMillion;
  const tasks = onePerObject.tasksPerMillion / longshore.tasksPerMillion;
  const p99 = onePerObject.p99 / longshore.p99;
  const serviceP99 = service.p99 / longshore.p99;
  const lost = longshore.lost + longshore.setAside;
  const { deployed, onePartition } = hundredMillion;
  return [
    {
      target: "burst of 10,000 × 50 KB, against one task per object: cost ≤ 1/200",
      figure: `1/${inAll.toFixed(0)} in all (${dollars(longshore.perMillion)} to ${dollars(onePerObject.perMillion)} a million), tasks alone 1/${tasks.toFixed(0)}`,
      met: inAll >= 200,
      because:
        "requests to S3, DynamoDB and EventBridge are most of what is left, and would be there if tasks were free; in the hour that counts here, the worker that stands by is most of the tasks' part. Over a day of a million (below) tasks alone are past 1/200",
    },
    {
      target: "the same: p99 ≤ 1/5",
      figure: `1/${p99.toFixed(1)} (${time(longshore.p99)} to ${time(onePerObject.p99)})`,
      met: p99 >= 5,
      because: "alarms look once a minute, and a task takes half a minute to start",
    },
    {
      target: "the same: nothing lost where the peer loses",
      figure: `${count(lost)} lost, the peer ${count(onePerObject.lost)}`,
      met: lost === 0 && onePerObject.lost > 0,
    },
    {
      target: "the same burst, against QueueProcessingFargateService: p99 ≤ 1/3",
      figure: `1/${serviceP99.toFixed(1)} (${time(longshore.p99)} to ${time(service.p99)})`,
      met: serviceP99 >= 3,
    },
    {
      target: "the same: at no higher cost",
      figure: `${dollars(longshore.perMillion)} to ${dollars(service.perMillion)} a million`,
      met: longshore.perMillion <= service.perMillion,
      because: `the peer keeps no books (Longshore's table: ${dollars((longshore.costs.table * 1e6) / longshore.arrived)}) and stands by with a quarter of a vCPU instead of one`,
    },
    {
      target: "a day of a million, against Lambda per object: at no higher cost",
      figure: `${dollars(day.longshore.perMillion)} to ${dollars(day.lambda.perMillion)}; ${dollars(day.lambdaWithBooks.perMillion)} for Lambda with the same job table`,
      met: day.longshore.perMillion <= day.lambda.perMillion,
      because: `the job table (${dollars((day.longshore.costs.table * 1e6) / day.longshore.arrived)}), which tells duplicates and states apart and which the plain function has not`,
    },
    {
      target: "the same: no size or time limit",
      figure: `${count(day.longshore.lost + day.longshore.setAside)} without a result, Lambda ${count(day.lambda.lost)}`,
      met: day.longshore.lost + day.longshore.setAside === 0,
    },
    {
      target: "a hundred million a day: no queue that grows without bound",
      figure: `${count(deployed.pending)} wait after 30 hours; with an index that is not spread, ${count(onePartition.pending / 1e6)} million`,
      met: deployed.pending === 0,
      because: firstLimit,
    },
    {
      target: "the same: cost per million stated",
      figure: `${dollars(deployed.perMillion)} (tasks ${dollars(deployed.tasksPerMillion)})`,
      met: true,
    },
  ];
}

export function targetsTable(targets: readonly Target[]): string {
  const rows = targets.map(({ target, figure, met, because }) => [
    target,
    figure,
    met ? "met" : `**missed**: ${because ?? ""}`,
  ]);
  return markdownTable(["Target", "Figure", ""], rows).replaceAll("---:", "---");
}
