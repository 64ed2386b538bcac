import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { JobItem } from "../../events/jobs/job.ts";
import type { Connection } from "../operator/connection.ts";
import { type LogPlace, logPlaces } from "./log-places.ts";

/** A line of a container's log. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
  readonly id: string;
}

/** Reads the lines of the task that has a job, each line once. */
export interface JobLog {
  /** Lines that have come since it was last asked. */
  next(job: JobItem): Promise<LogLine[]>;
}

/** CloudWatch may show a line a little after later ones; it is looked for this far back. */
const LATE_MS = 10_000;

export function jobLog({ ecs, logs, output }: Connection): JobLog {
  const seen = new Set<string>();
  let of: { taskArn: string; places: LogPlace[] } | undefined;
  let from = 0;
  return {
    async next(job) {
      const { taskArn } = job;
      if (taskArn === undefined) return [];
      if (of?.taskArn !== taskArn) {
        of = { taskArn, places: await logPlaces(ecs, output("ClusterName"), taskArn) };
        from = Date.parse(job.createdAt) - LATE_MS;
      }
      // A worker's stream has the lines of many jobs.
      const only = job.lane === "pooled" ? job.jobId : undefined;
      const found = await Promise.all(of.places.map((place) => linesOf(logs, place, from, only)));
      const fresh = found.flat().filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      from = Math.max(from, ...fresh.map(({ at }) => at - LATE_MS));
      return fresh.toSorted((a, b) => a.at - b.at);
    },
  };
}

async function linesOf(
  logs: CloudWatchLogsClient,
  { group, stream }: LogPlace,
  startTime: number,
  only: string | undefined,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await logs.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          logStreamNames: [stream],
          startTime,
          ...(only === undefined ? {} : { filterPattern: `"${only}"` }),
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      for (const { timestamp = 0, message = "", eventId = "" } of page.events ?? []) {
        lines.push({ at: timestamp, text: message.trimEnd(), id: eventId });
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  } catch (error) {
    // The container has not written yet, or is of another family.
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
  }
  return lines;
}
