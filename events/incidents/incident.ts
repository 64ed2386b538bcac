import * as z from "zod";
import { failureCause } from "../jobs/job.ts";

/**
 * How much an incident asks of people. `warning`: the platform has answered it, by another attempt or another task.
 * `error`: a job has failed, or a service's task has died. `critical`: whatever runs next will fail the same way.
 */
export const incidentSeverity = z.enum(["warning", "error", "critical"]);
export type IncidentSeverity = z.infer<typeof incidentSeverity>;

/** What ECS said of the task, kept because ECS forgets stopped tasks after about an hour. */
export const incidentTask = z.object({
  taskArn: z.string(),
  taskDefinitionArn: z.string(),
  clusterArn: z.string(),
  group: z.string().optional(),
  /** Capacity provider, or launch type. */
  capacity: z.string().optional(),
  cpu: z.string().optional(),
  /** MiB. */
  memory: z.string().optional(),
  image: z.string().optional(),
  createdAt: z.string().optional(),
  startedAt: z.string().optional(),
  stoppedAt: z.string().optional(),
  stopCode: z.string().optional(),
  stoppedReason: z.string().optional(),
  containers: z.array(
    z.object({ name: z.string(), exitCode: z.int().optional(), reason: z.string().optional() }),
  ),
});
export type IncidentTask = z.infer<typeof incidentTask>;

export const incidentJob = z.object({
  jobId: z.string(),
  pipeline: z.string(),
  attempt: z.int(),
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().optional(),
  /** Bytes. */
  size: z.int().nonnegative(),
});
export type IncidentJob = z.infer<typeof incidentJob>;

/** Last lines of a container's log. */
export const incidentLog = z.object({
  group: z.string(),
  stream: z.string(),
  lines: z.array(z.string()),
});
export type IncidentLog = z.infer<typeof incidentLog>;

/** The item in the incidents table; `incidentId` is its partition key. Times are ISO 8601 in UTC. */
export const incident = z.object({
  /** Follows from the task, or from the launch that was refused: the same event twice is the same incident. */
  incidentId: z.string(),
  /** The day of `occurredAt`, `2026-11-22`: partition of the index `byDay`. */
  day: z.string(),
  occurredAt: z.string(),
  severity: incidentSeverity,
  cause: failureCause,
  /** One line of plain words. */
  summary: z.string(),
  /** ECS's own words. */
  reason: z.string(),
  /** What to do. */
  remedy: z.string(),
  /** What the platform does about it by itself. */
  outcome: z.string(),
  /** The same for faults that are alike: they are one alert with a count. */
  fingerprint: z.string(),
  task: incidentTask.optional(),
  job: incidentJob.optional(),
  /** Of `job`: partition of the index `byJob`. */
  jobId: z.string().optional(),
  log: incidentLog.optional(),
  /** What took the container's output to somewhere else than CloudWatch Logs: `splunk`, `awsfirelens`. */
  logDriver: z.string().optional(),
  links: z.record(z.string(), z.string()),
  /** Seconds since the epoch at which DynamoDB drops the item. */
  expiresAt: z.int(),
  /** Whether alerts have been seen to. */
  alerted: z.boolean().optional(),
});
export type Incident = z.infer<typeof incident>;

/** An incident as it occurs; keeping it decides for how long. */
export type NewIncident = Omit<Incident, "expiresAt" | "alerted">;
