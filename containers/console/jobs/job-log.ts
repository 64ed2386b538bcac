import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { z } from "zod";
import { FINAL_STATUSES, type JobItem } from "../../../events/jobs/job.ts";
import type { JobLog } from "../api/schemas/jobs.ts";
import { Problem, shown } from "../problem.ts";

const logPlace = z.strictObject({ group: z.string(), container: z.string() });

/** Where the containers that take jobs write: log groups, and the container's name, which begins their streams. */
export const logPlaces = z.strictObject({
  /** Workers, for pooled jobs; absent where CloudWatch Logs does not have their output. */
  worker: logPlace.optional(),
  /** Tasks of single objects. */
  processor: logPlace.optional(),
  /** Pipelines with containers of their own. */
  own: z.record(z.string(), logPlace),
});
export type LogPlaces = z.output<typeof logPlaces>;

/** Clocks of tasks differ, and lines follow a job's end. */
const MARGIN_MS = 60_000;
/** CloudWatch gives pages with nothing in them while it searches. */
const MAX_READS = 5;

const position = z.strictObject({
  stream: z.string(),
  /** Milliseconds since the epoch; lines from here on, without the first `skip` of this very millisecond. */
  from: z.int().nonnegative(),
  skip: z.int().nonnegative(),
});
type Position = z.output<typeof position>;

/**
 * Lines of the task that has a job, or had it last. A worker's stream has the lines of many jobs: those that name this
 * one are its own.
 * @throws Problem 400 for a wrong cursor
 */
export async function readJobLog(
  logs: CloudWatchLogsClient,
  places: LogPlaces,
  job: JobItem,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<JobLog> {
  const place = job.lane === "pooled" ? places.worker : (places.own[job.pipeline] ?? places.processor);
  const taskId = job.taskArn?.split("/").at(-1);
  const given = cursor === undefined ? undefined : readPosition(cursor);
  if (place === undefined || taskId === undefined) return { lines: [], more: false };
  // The awslogs driver names a stream `prefix/container/task-id`. Source: ECS developer guide, "Send Amazon ECS logs
  // to CloudWatch".
  const stream = `${place.container}/${place.container}/${taskId}`;
  // Another task has the job by now: its lines are read from the start.
  const start =
    given?.stream === stream ? given : { stream, from: Date.parse(job.createdAt) - MARGIN_MS, skip: 0 };
  const isOver = FINAL_STATUSES.includes(job.status);
  const endTime = isOver ? Date.parse(job.finishedAt ?? job.updatedAt) + MARGIN_MS : undefined;
  const events: { at: number; text: string }[] = [];
  let nextToken: string | undefined;
  try {
    for (let read = 0; read < MAX_READS; read++) {
      const page = await logs.send(
        new FilterLogEventsCommand({
          logGroupName: place.group,
          logStreamNames: [stream],
          startTime: start.from,
          endTime,
          limit: limit + start.skip,
          filterPattern: job.lane === "pooled" ? `"${job.jobId}"` : undefined,
          nextToken,
        }),
      );
      for (const { timestamp = 0, message = "" } of page.events ?? [])
        events.push({ at: timestamp, text: message.trimEnd() });
      nextToken = page.nextToken;
      if (nextToken === undefined || events.length >= limit + start.skip) break;
    }
  } catch (error) {
    // The container has not written yet, or its logs go elsewhere.
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
  }
  const fresh = events.slice(start.skip);
  const lines = fresh.slice(0, limit);
  return {
    lines: lines.map(({ at, text }) => ({
      at: new Date(at).toISOString(),
      text,
      container: place.container,
    })),
    cursor: writePosition(after(start, lines)),
    more: lines.length > 0 && (nextToken !== undefined || fresh.length > limit),
  };
}

function after(start: Position, lines: readonly { readonly at: number }[]): Position {
  const last = lines.at(-1)?.at;
  if (last === undefined) return start;
  const ofInstant = lines.filter(({ at }) => at === last).length;
  return { ...start, from: last, skip: last === start.from ? start.skip + ofInstant : ofInstant };
}

function writePosition(place: Position): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function readPosition(text: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    throw new Problem(400, "cursor", shown(text), "it is a cursor that an earlier answer gave, unchanged");
  }
}
