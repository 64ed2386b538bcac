import type { Incident } from "../incidents/incident.ts";
import { FINAL_STATUSES, type JobItem } from "./job.ts";

/** One thing that happened to a job. */
export interface TimelineEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly what: string;
}

/** What happened to a job, in order: its attempts as their incidents tell of them, and where it stands. */
export function timelineOf(job: JobItem, incidents: readonly Incident[]): TimelineEntry[] {
  return [
    { at: job.createdAt, what: `accepted for pipeline ${job.pipeline}, ${job.lane} lane` },
    ...incidents.flatMap(entriesOf),
    ...current(job, incidents),
  ].toSorted((a, b) => a.at.localeCompare(b.at));
}

/** An attempt that ended wrongly: when its task started and how it ended; or a launch that was refused for good. */
function entriesOf({ occurredAt, cause, reason, outcome, task, job }: Incident): TimelineEntry[] {
  const attempt = `attempt ${job?.attempt ?? "?"}`;
  const started = task?.startedAt ?? task?.createdAt;
  const size = [task?.capacity, task?.cpu && `${task.cpu} CPU units`, task?.memory && `${task.memory} MiB`];
  return [
    ...(task && started
      ? [
          {
            at: started,
            what: `${attempt} started, task ${shortTask(task.taskArn)} (${size.filter(Boolean).join(", ")})`,
          },
        ]
      : []),
    { at: occurredAt, what: `${attempt} ended: ${cause}. ${outcome} ${reason}` },
  ];
}

function current(job: JobItem, incidents: readonly Incident[]): TimelineEntry[] {
  const told = incidents.some(({ task }) => task !== undefined && task.taskArn === job.taskArn);
  const started =
    job.startedAt && job.taskArn && !told
      ? [{ at: job.startedAt, what: `attempt ${job.attempt} started, task ${shortTask(job.taskArn)}` }]
      : [];
  if (FINAL_STATUSES.includes(job.status))
    return [...started, { at: job.finishedAt ?? job.updatedAt, what: ending(job) }];
  if (job.status === "queued")
    return [...started, { at: job.updatedAt, what: `waits for ${job.waitingFor ?? "its turn"}` }];
  if (job.status === "launched") {
    return [
      { at: job.updatedAt, what: `attempt ${job.attempt} launched, task ${shortTask(job.taskArn ?? "")}` },
    ];
  }
  return job.progress
    ? [...started, { at: job.updatedAt, what: `${job.progress.percent} %: ${job.progress.step}` }]
    : started;
}

function ending({ status, failure, supersededBy, facts }: JobItem): string {
  if (failure) return `failed: ${failure.cause}: ${failure.message}`;
  if (supersededBy) return `superseded by job ${supersededBy.slice(0, 12)}`;
  const known = Object.entries(facts ?? {}).map(([name, value]) => `${inWords(name)} ${value}`);
  return known.length > 0 ? `${status}: ${known.join(", ")}` : status;
}

/** `malformedLines` as `malformed lines`. */
function inWords(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function shortTask(taskArn: string): string {
  return taskArn.split("/").at(-1)?.slice(0, 12) ?? taskArn;
}
