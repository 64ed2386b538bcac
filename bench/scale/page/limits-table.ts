import { JOB_SHARDS } from "../../../events/jobs/job-indexes.ts";
import { POOLED_REQUESTS } from "../../../events/request-costs.ts";
import { LAUNCH_BUDGET } from "../../../functions/kit/ecs-limits.ts";
import { AWS } from "../aws/limits.ts";
import { count, markdownTable } from "./words.ts";

/** A limit, as objects a second that it lets through. */
export interface Limit {
  readonly name: string;
  readonly perSecond: number;
  readonly remedy: string;
}

/** Write units of index `byTime` for a pooled object. */
const INDEX_WRITES = 1;

/** What holds a hundred million a day back, the tightest first. @param dedicatedShare of all objects */
export function limitsOf(dedicatedShare: number): Limit[] {
  return [
    {
      name: `index \`byTime\`: ${JOB_SHARDS} partitions, a write unit each`,
      perSecond: (JOB_SHARDS * AWS.partitionWrites) / INDEX_WRITES,
      remedy: "a higher `JOB_SHARDS`, which readers follow; each list then asks more partitions",
    },
    {
      name: `launch budget, for the ${(dedicatedShare * 100).toFixed(2)} % of objects with a task of their own`,
      perSecond: LAUNCH_BUDGET.perSecond / dedicatedShare,
      remedy: "a higher `dedicatedAboveBytes`; a higher Fargate quota, and the budget with it",
    },
    {
      name: "Fargate launches",
      perSecond: AWS.fargateLaunches.perSecond / dedicatedShare,
      remedy: "the quota; both Spot and on demand, which are counted apart",
    },
    {
      name: `jobs table: ${POOLED_REQUESTS.tableWrites} write units each`,
      perSecond: AWS.tableWrites / POOLED_REQUESTS.tableWrites,
      remedy: "the quota of the table",
    },
    {
      name: "EventBridge invocations",
      perSecond: AWS.eventInvocations,
      remedy: "the quota; events wait and are not lost",
    },
    {
      name: "messages in flight, at 0.5 s in work each",
      perSecond: AWS.inFlightMessages / 0.5,
      remedy: "a second queue",
    },
  ].toSorted((a, b) => a.perSecond - b.perSecond);
}

export function limitsTable(dedicatedShare: number, peakPerSecond: number): string {
  const DAY = 86_400;
  return markdownTable(
    ["Limit", "objects a second", "an even day", "at the peak", "Remedy"],
    limitsOf(dedicatedShare).map(({ name, perSecond, remedy }) => [
      name,
      count(perSecond),
      `${count((perSecond * DAY) / 1e6)} million`,
      perSecond >= peakPerSecond
        ? `${Math.round((100 * peakPerSecond) / perSecond)} %`
        : `**${(peakPerSecond / perSecond).toFixed(1)} × over**`,
      remedy,
    ]),
  );
}
